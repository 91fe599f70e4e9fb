"""真的浏览器：把每一课从头走一遍，每一题先答错、看提示、再答对。很慢，只在 make soak 里跑。"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from lab_driver import Lab, Visit, find_chromium, open_chromium, running_lab

from wenzheng_lab import course
from wenzheng_lab._paths import share_dir
from wenzheng_lab.course.loading import load_unit
from wenzheng_lab.course.spec import QuestionSpec

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.soak,
    pytest.mark.skipif(find_chromium() is None, reason="没有 Chromium：装上 Debian 的 chromium 包就会跑这一组测试"),
]
EXERCISES = share_dir("exercises")
_WIDE = """() => [...document.querySelectorAll('.jp-OutputArea-output')]
    .filter(part => part.scrollWidth > part.clientWidth + 4).map(part => part.innerText.slice(0, 60))"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Lab, Visit]]:
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WENZHENG_HOME", raising=False)
        with (
            running_lab(tmp_path_factory.mktemp("lessons-lab")) as lab,
            sync_playwright() as started,
            open_chromium(started, lab.host, tmp_path_factory.mktemp("lessons-chromium")) as (_, visit),
        ):
            visit.page.goto(lab.address)
            visit.wait_for_lesson()
            yield lab, visit


def answers(unit: str, spec: QuestionSpec) -> tuple[list[object], object]:
    """预先想到的错答与参考答案；要写函数的题，用文件里的文字。"""
    if spec.kind.name != "code":
        return [wrong.answer for wrong in spec.wrongs], spec.models[0].answer
    asked = tomllib.loads((EXERCISES / unit / "exercise.toml").read_text(encoding="utf-8"))["question"]
    models = tomllib.loads((EXERCISES / unit / "answers.toml").read_text(encoding="utf-8"))["answer"]
    wrongs = next(row["wrong"] for row in asked if row["id"] == spec.id)
    right = next(row["answer"] for row in models if row["id"] == spec.id and "variant" not in row)
    return [row["answer"] for row in wrongs], right


def fill(form: Locator, spec: QuestionSpec, answer: object) -> bool:
    """照答案点、填；这份答案表单里填不出来时给 False。"""
    fields = spec.kind.fields()
    values = list(answer) if len(fields) > 1 and isinstance(answer, (list, tuple)) else [answer]
    seen = {"pick": 0, "long": 0, "text": 0}
    for field, value in zip(fields, values, strict=False):
        keys = [key for _, key in field.options]
        if field.kind in ("one", "pick"):
            if value not in keys:
                return False
            group = form.locator(".widget-toggle-buttons").nth(seen["pick"])
            group.locator("button").nth(keys.index(str(value))).click()
            seen["pick"] += 1
        elif field.kind == "many":
            for number, key in enumerate(keys):
                form.locator("input[type=checkbox]").nth(number).set_checked(key in (value or ()))  # type: ignore[operator]
        elif field.kind == "long":
            form.locator("textarea").nth(seen["long"]).fill(str(value))
            seen["long"] += 1
        else:
            box = form.locator("input[type=text]").nth(seen["text"])
            box.fill(str(value))
            box.press("Tab")
            seen["text"] += 1
    return True


def press(form: Locator, label: str, says: str) -> None:
    """按一个按钮，等到结果里有这句话。"""
    form.get_by_role("button", name=label, exact=True).click()
    form.get_by_text(re.compile(says)).first.wait_for(timeout=30_000)


@pytest.mark.parametrize("unit", course.units())
def test_every_question_wrong_then_hinted_then_right(opened: tuple[Lab, Visit], unit: str) -> None:
    """全部运行没有错；每题答错看得到说明，提示打得开，答对过关；没有一格撑宽；没有出本机。"""
    lab, visit = opened
    lesson = next(one for one in lab.folder.rglob(f"{unit}_*.ipynb") if "练习" not in one.name)
    address = f"http://{lab.host}/lab/workspaces/{unit}/tree/{quote(lesson.relative_to(lab.folder).as_posix())}"
    visit.page.goto(address)
    visit.page.wait_for_timeout(1500)
    visit.wait_for_lesson()
    visit.run_all(timeout=240)
    for number, variants in enumerate(load_unit(EXERCISES / unit).questions, 1):
        cell = visit.code_cells().filter(has_text=f"unit.q{number}.form()")
        if not cell.count():
            continue
        cell.first.scroll_into_view_if_needed()
        form, spec = cell.first.locator(".wz-form"), variants[0]
        wrongs, right = answers(unit, spec)
        if any(fill(form, spec, wrong) for wrong in wrongs):
            press(form, "看结果", "还差一点|尚未作答")
        press(form, "提示", "提示 1/")
        assert fill(form, spec, right)
        press(form, "看结果", "✔ 正确")
    assert visit.page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert visit.page.evaluate(_WIDE) == []
    assert visit.blocked == [] and lab.outside_connections() == []
