"""表单：不写代码也能作答，答案随改随存，重启还在。"""

from __future__ import annotations

import builtins
import json
from pathlib import Path

import ipywidgets as w
import pytest
from course_helper import CHOOSE, make_question
from test_course_kinds import LABEL, MANY, NUMBER, OPEN, RANK, answer

from wenzheng_lab.course import Outcome
from wenzheng_lab.course.record import FOLDER

CASES = {
    "单选": (CHOOSE, '"A"', "A"),
    "多选": (MANY, '["A", "B"]', ["A", "B"]),
    "标注": (LABEL, '["咨询", "投诉"]', ["咨询", "投诉"]),
    "排序": (RANK, '["A", "B", "C"]', ["A", "C", "B"]),
    "填数": (NUMBER, "80", "80"),
    "开放": (OPEN, '"先问清楚再说"', "先去现场看一看"),
}


def inputs(panel: w.VBox) -> list[w.Widget]:
    """表单里的输入框，按次序。"""
    children = [child for child in panel.children[1:-2] if not isinstance(child, w.HTML)]
    return [part for child in children for part in (child.children if isinstance(child, w.VBox) else [child])]


def fill(panel: w.VBox, value: object) -> None:
    """像学员那样填。"""
    boxes = inputs(panel)
    if isinstance(boxes[0], w.Checkbox):
        for box in boxes:
            box.value = box.tag_key in value  # type: ignore[operator]
    elif isinstance(value, list):
        for box, part in zip(boxes, value, strict=True):
            box.value = part
    else:
        boxes[0].value = value


def press(panel: w.VBox, label: str) -> str:
    """按一个按钮，给出下方显示的结果。"""
    button = next(
        part for part in panel.children[-2].children if isinstance(part, w.Button) and part.description == label
    )
    button.click()
    return str(panel.children[-1].value)


@pytest.mark.parametrize(("text", "model", "value"), CASES.values(), ids=CASES)
def test_form_saves_each_change_and_comes_back(tmp_path: Path, text: str, model: str, value: object) -> None:
    """每种题型：填了就存进文件；重开之后还显示着；不给答案的 check 用的就是它。"""
    panel = make_question(tmp_path, text, answer(model)).form().panel
    assert panel is not None
    fill(panel, value)
    saved = json.loads((tmp_path / "家" / FOLDER / "L99.json").read_text(encoding="utf-8"))
    assert saved["answers"]["L99-Q1"] == value
    again = make_question(tmp_path, text, answer(model))
    reopened = again.form().panel
    assert [box.value for box in inputs(reopened)] == [box.value for box in inputs(panel)]
    assert again.check().outcome in (Outcome.PASSED, Outcome.NO_CHECK)


def test_buttons_show_cards_below(tmp_path: Path) -> None:
    """三个按钮把结果、提示、参考答案显示在下面。"""
    panel = make_question(tmp_path).form().panel
    assert "尚未作答" in press(panel, "看结果")
    assert "提示一" in press(panel, "提示")
    fill(panel, "B")
    assert "还差一点" in press(panel, "看结果")
    assert "就是甲" in press(panel, "参考答案")


def test_untouched_form_is_harmless(tmp_path: Path) -> None:
    """不碰表单：什么也不存，什么也不判。"""
    one = make_question(tmp_path)
    bundle = one.form()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert one.saved is None
    assert one.check().outcome is Outcome.NOT_ATTEMPTED


def test_form_without_screen_shows_the_question(tmp_path: Path) -> None:
    """打印、网页上没有界面：显示题面和文字。"""
    bundle = make_question(tmp_path).form()._repr_mimebundle_()
    assert "题目" in str(bundle["text/html"])
    assert bundle["text/plain"] == "L99-Q1 题名 ○ 尚未作答"


def test_form_without_ipywidgets_shows_the_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """没有装 ipywidgets：退回题面，不报错。"""
    import sys

    real = builtins.__import__

    def refuse(name: str, *args: object, **kwargs: object) -> object:
        if name.startswith("ipywidgets"):
            raise ImportError(name)
        return real(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.delitem(sys.modules, "wenzheng_lab.course.panel", raising=False)
    monkeypatch.setattr(builtins, "__import__", refuse)
    bundle = make_question(tmp_path).form()._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}


def test_answer_from_an_older_question_is_dropped(tmp_path: Path) -> None:
    """题目改了版，存下的答案已不在选项里：当作没填，不报错。"""
    one = make_question(tmp_path)
    one.save("Z")
    panel = make_question(tmp_path).form().panel
    assert inputs(panel)[0].value is None


def test_form_says_when_it_cannot_save(tmp_path: Path) -> None:
    """存不进去：在按钮旁边说出来。"""
    (tmp_path / "家").write_text("一个文件", encoding="utf-8")
    panel = make_question(tmp_path).form().panel
    fill(panel, "A")
    assert "没有存上" in panel.children[-2].children[-1].value


def test_every_input_is_a_native_control(tmp_path: Path) -> None:
    """只用按钮、勾选框和文字框：单选钮与下拉框要用方向键，会被 JupyterLab 拿走。"""
    for text, model, _ in CASES.values():
        panel = make_question(tmp_path, text, answer(model)).form().panel
        for box in inputs(panel):
            assert isinstance(box, w.ToggleButtons | w.Checkbox | w.Textarea | w.Text)
