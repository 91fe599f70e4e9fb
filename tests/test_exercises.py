"""练习：参考答案全对，错答都被拦下，没动过的不算作答；源文件与数据对得上。"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wenzheng_lab import course
from wenzheng_lab._course_files import SOLUTION_BEGIN, blank_notebook
from wenzheng_lab._paths import share_dir
from wenzheng_lab.course import Outcome, Question, ____
from wenzheng_lab.course.loading import load_unit
from wenzheng_lab.course.record import Record
from wenzheng_lab.course.seeded import draw
from wenzheng_lab.course.spec import QuestionSpec, UnitSpec

EXERCISES = share_dir("exercises")
UNITS = [load_unit(EXERCISES / name) for name in course.units()]
NOTEBOOKS = sorted(EXERCISES.glob("*/*.ipynb"))


def every_question() -> Iterator[tuple[UnitSpec, QuestionSpec]]:
    """各单元各题各变式。"""
    for unit in UNITS:
        for variants in unit.questions:
            for spec in variants:
                yield unit, spec


def name_of(value: object) -> str:
    """测试的名字。"""
    if isinstance(value, UnitSpec):
        return ""
    return f"{value.id}{'-' + value.variant if value.variant else ''}" if isinstance(value, QuestionSpec) else "?"


ALL = pytest.mark.parametrize(("unit", "spec"), list(every_question()), ids=name_of)


def question(unit: UnitSpec, spec: QuestionSpec, folder: Path) -> Question:
    """一道题，学习记录放在临时目录。"""
    return Question(unit, spec, Record(unit.id, folder))


@ALL
def test_every_model_answer_passes(unit: UnitSpec, spec: QuestionSpec, tmp_path: Path) -> None:
    """每份参考答案都得“正确”。"""
    for model in spec.models:
        feedback = question(unit, spec, tmp_path).judge(model.answer)
        assert feedback.outcome in (Outcome.PASSED, Outcome.NO_CHECK), f"漏判：\n{feedback}"


@ALL
def test_every_planned_wrong_answer_gets_its_outcome(unit: UnitSpec, spec: QuestionSpec, tmp_path: Path) -> None:
    """每个预先想到的错答得到写明的结果，反馈里有该有的话，并说下一步。"""
    for wrong in spec.wrongs:
        feedback = question(unit, spec, tmp_path).judge(wrong.answer)
        assert feedback.outcome is wrong.outcome, f"误判 {wrong.answer!r}：\n{feedback}"
        assert wrong.says in str(feedback), f"{wrong.answer!r} 的反馈里没有“{wrong.says}”：\n{feedback}"
        assert feedback.next_step


@ALL
def test_untouched_is_not_attempted(unit: UnitSpec, spec: QuestionSpec, tmp_path: Path) -> None:
    """没动过的题是尚未作答；书面题的起头文字原样交回也是。"""
    one = question(unit, spec, tmp_path)
    assert one.check(____).outcome is Outcome.NOT_ATTEMPTED
    assert one.check().outcome is Outcome.NOT_ATTEMPTED
    starter = getattr(spec.kind, "starter", "")
    if spec.kind.written and starter:
        assert one.check(starter).outcome is Outcome.NOT_ATTEMPTED
    assert one.attempts == 0


@ALL
def test_wrong_feedback_does_not_give_the_answer_away(unit: UnitSpec, spec: QuestionSpec, tmp_path: Path) -> None:
    """答错时的反馈与提示里，没有正确选项的说明和参考答案。"""
    secret = [option.because for option in getattr(spec.kind, "options", ()) if option.right]
    secret += [str(model.answer) for model in spec.models if len(str(model.answer)) > 20]
    one = question(unit, spec, tmp_path)
    for wrong in spec.wrongs:
        if isinstance(wrong.answer, str):
            page = str(one.judge(wrong.answer))
            assert not any(text in page for text in secret), f"泄露答案：{page}"
    for step in range(len(spec.hints)):
        assert not any(text in one.hint(step + 1).text for text in secret)


def looks(variants: tuple[QuestionSpec, ...]) -> set[str]:
    """六十个种子抽得出几种样子；只换次序、只换字母的不算另一种。"""
    found = set()
    for seed in range(60):
        one = draw(variants, str(seed))
        items = getattr(one.kind, "items", None) or getattr(one.kind, "entries", ())
        texts = sorted(item.text for item in items)
        found.add(repr((one.variant, one.letter, one.ask, texts)))
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.id)
def test_every_question_has_three_looks_by_seed(unit: UnitSpec) -> None:
    """每题照种子至少抽得出三种内容；只有两种的，题里写明为什么。"""
    for variants in unit.questions:
        number = len(looks(variants))
        assert number >= 3 or (number == 2 and variants[0].few), f"{variants[0].id} 只有 {number} 种"
        assert number < 3 or not variants[0].few, f"{variants[0].id} 有 {number} 种，不用写 few"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.id)
def test_variants_differ_in_content(unit: UnitSpec) -> None:
    """变式不是把原题抄一遍：题面、来信、条目、数至少换了一样。"""
    for variants in unit.questions:
        seen = {repr((one.ask, one.letter, show_content(one))) for one in variants}
        assert len(seen) == len(variants), f"{variants[0].id} 有两个变式一样"


def show_content(one: QuestionSpec) -> str:
    """一道题的内容；代码题里写成文字的函数各有各的地址，不比它。"""
    kind = one.kind
    parts = ("options", "items", "entries", "trials", "facts", "scenario", "seed", "inner")
    return repr([repr(getattr(kind, name)) for name in parts if hasattr(kind, name)])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.id)
def test_drawn_items_keep_every_planned_answer_true(unit: UnitSpec, tmp_path: Path) -> None:
    """从备用条目里抽过的题，参考答案仍对，带过来的错答仍错；同一个种子抽到同一份。"""
    for variants in unit.questions:
        for seed in range(12):
            one = draw(variants, str(seed))
            if one.kind.name not in ("label", "rank"):
                continue
            assert draw(variants, str(seed)) == one
            assert one.models
            for model in one.models:
                assert question(unit, one, tmp_path).judge(model.answer).outcome is Outcome.PASSED
            for wrong in one.wrongs:
                feedback = question(unit, one, tmp_path).judge(wrong.answer)
                assert feedback.outcome is wrong.outcome, f"{one.id} 种子 {seed}：{wrong.answer!r}\n{feedback}"
                assert wrong.says in str(feedback)


WRITTEN = [(unit, spec) for unit, spec in every_question() if spec.kind.written]


@pytest.mark.parametrize(("unit", "spec"), WRITTEN, ids=name_of)
def test_written_feedback_is_formative_and_shows_evidence(unit: UnitSpec, spec: QuestionSpec, tmp_path: Path) -> None:
    """书面题的反馈标明是形成性的，引出原话，附评分卡；记录里有各项得分，没有原文。"""
    record = Record(unit.id, tmp_path)
    text = str(spec.models[0].answer)
    feedback = Question(unit, spec, record).check(text)
    page = feedback._repr_html_()
    assert "形成性反馈，最终成绩由老师评定" in page
    assert "看完整的评分卡" in page
    quotes = [point.quote for point in feedback.right if point.quote]
    assert quotes
    assert all(quote in text for quote in quotes)
    (event,) = record.events
    assert "answer" not in event
    details = event["details"]
    assert isinstance(details, dict)
    assert details["total"] == feedback.details["total"]


@pytest.mark.parametrize(("unit", "spec"), WRITTEN, ids=name_of)
def test_hostile_reply_is_escaped(unit: UnitSpec, spec: QuestionSpec, tmp_path: Path) -> None:
    """答复里写了脚本，反馈和评分卡里都转义，不抛错。"""
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>\x00\ud800" + str(spec.models[0].answer)
    page = question(unit, spec, tmp_path).check(bad)._repr_html_()
    assert "<script" not in page
    assert "<img" not in page
    page.encode("utf-8")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.id)
def test_every_seed_keeps_the_model_answers(unit: UnitSpec) -> None:
    """换种子抽题，参考答案仍然全对。"""
    for seed in range(6):
        opened = course.open(unit.id, seed=seed)
        for one in opened.questions.values():
            feedback = one.judge(one.spec.models[0].answer)
            assert feedback.outcome in (Outcome.PASSED, Outcome.NO_CHECK), f"种子 {seed}：\n{feedback}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_exercise_source_has_no_outputs(path: Path) -> None:
    """练习源文件不存输出和次序号，格子的 id 不重复。"""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def run(path: Path, text: str, monkeypatch: pytest.MonkeyPatch, home: Path) -> list[Outcome]:
    """在一个进程里逐格运行，收集 ``check`` 的结果。"""
    monkeypatch.setenv("WENZHENG_HOME", str(home))
    outcomes: list[Outcome] = []
    original = Question.check

    def check(self: Question, *answer: object) -> object:
        feedback = original(self, *answer)
        outcomes.append(feedback.outcome)
        return feedback

    monkeypatch.setattr(Question, "check", check)
    names: dict[str, object] = {}
    for number, cell in enumerate(json.loads(text)["cells"], 1):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{path.name} 第 {number} 格", "exec"), names)
    return outcomes


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_source_with_solutions_scores_full(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """带答案的源文件运行到底，每题都对，一题不缺。"""
    outcomes = run(path, path.read_text(encoding="utf-8"), monkeypatch, tmp_path)
    assert outcomes == [Outcome.PASSED] * len(load_unit(path.parent).questions)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_learner_copy_is_blank_and_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """交给学员的那份没有答案，原样运行到底，每题都是尚未作答。"""
    text = blank_notebook(path.read_text(encoding="utf-8"), path.name)
    assert SOLUTION_BEGIN not in text
    for variants in load_unit(path.parent).questions:
        for model in variants[0].models:
            longest = max(str(model.answer).splitlines(), key=len)
            assert len(longest) < 20 or longest not in text
    outcomes = run(path, text, monkeypatch, tmp_path)
    assert outcomes == [Outcome.NOT_ATTEMPTED] * len(load_unit(path.parent).questions)


def test_the_right_option_is_not_known_by_its_length() -> None:
    """只挑最长的、只挑最短的，得分都跟乱点差不多；最长的也不会长出一大截。"""
    longest = shortest = chance = 0.0
    single = []
    for _unit, spec in every_question():
        options = getattr(spec.kind, "options", ())
        right = [len(option.text) for option in options if option.right]
        wrong = [len(option.text) for option in options if not option.right]
        if len(right) != 1:
            continue
        single.append(spec)
        chance += 1 / len(options)
        longest += _share(right[0], wrong, max)
        shortest += _share(right[0], wrong, min)
        assert right[0] <= 1.6 * max(wrong), f"{name_of(spec)} 该选的有 {right[0]} 字，别的至多 {max(wrong)} 字"
    assert len(single) > 60
    assert longest <= 1.2 * chance, f"只挑最长的得 {longest:.1f} 题，乱点得 {chance:.1f} 题"
    assert shortest <= 1.2 * chance, f"只挑最短的得 {shortest:.1f} 题，乱点得 {chance:.1f} 题"


def _share(right: int, wrong: list[int], extreme: Callable[[list[int]], int]) -> float:
    """照长短挑，挑中的几成；几个一样长的，算乱点一个。"""
    return 1 / (1 + wrong.count(right)) if extreme([right, *wrong]) == right else 0.0
