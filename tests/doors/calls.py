"""各扇门：怎样敲，答得怎样才算对。名字与 ``table.txt`` 的行名相同。

每扇门是一个函数，敲一次，顺手核对答得对不对，返回要归类的结果（多数是 None：答了，而且对）。
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import wenzheng_lab as wz
from doors.kinds import PLAIN, REPLY, good_frame
from wenzheng_lab import text as _text
from wenzheng_lab.letter.asks import find_asks

UNSCORED = "未"
"""答了“未评分”"""
LETTER = {"subject": "路灯", "body": PLAIN}


def quoted(findings: Any, text: str, *, where: str | None = None) -> None:
    """位置都在文内，引文就是那一段。"""
    for finding in findings:
        if finding.span is not None and (where is None or finding.where == where):
            assert 0 <= finding.span.start <= finding.span.end <= len(text), finding
            assert finding.span.of(text) == finding.quote, finding


def within(spans: Any, text: str) -> None:
    """各段在文内、有先后、不重叠。"""
    at = 0
    for span in spans:
        assert at <= span.start < span.end <= len(text), span
        at = span.end


def _redact(value: Any) -> None:
    found = wz.redact(value)
    assert len(found.text) == len(value)
    within(found.spans, value)
    assert "<script" not in found._repr_html_()


def _score(value: Any) -> str | None:
    found = wz.score_reply(value, to=LETTER)
    if found.total is None:
        return UNSCORED
    assert 0 <= found.total <= 100
    quoted(found.findings, value, where="reply")
    assert "<script" not in found._repr_html_()
    return None


def _score_letter(value: Any) -> str | None:
    found = wz.score_reply(REPLY, to={"subject": "", "body": value})
    quoted(found.findings, REPLY, where="reply")
    return UNSCORED if found.total is None else None


def _post(value: Any) -> str | None:
    found = wz.score_post(value, kind="outage")
    if found.total is None:
        return UNSCORED
    quoted(found.findings, value)
    assert "<script" not in found._repr_html_()
    return None


def _triage(value: Any) -> None:
    found = wz.triage_message({"subject": "题", "body": value})
    quoted(found.evidence, found.text)
    assert found.urgency in ("特急", "急", "一般")
    assert "<script" not in found._repr_html_()


def _words(value: Any) -> None:
    assert "".join(_text.words(value)) == value


def _sentences(value: Any) -> None:
    within(_text.sentences(value), value)
    within(_text.clauses(value), value)
    assert len(_text.fold(value)) == len(value)


def _asks(value: Any) -> None:
    letter = wz.Message("题", value)
    for ask in find_asks(letter):
        assert ask.span is None or 0 <= ask.span.start < ask.span.end <= len(letter.text)


def _message(value: Any) -> None:
    assert wz.Message.of({"subject": "题", "body": value}).subject == "题"


def _reply(value: Any) -> None:
    assert wz.Reply(value).text == value


@functools.cache
def _office() -> tuple[wz.Office, str]:
    office = wz.Office("first-day", seed=7)
    number = str(office.inbox["message_id"].iloc[0])
    office.open(number)
    office.sort(number, category="城乡建设", appeal="投诉", urgency="一般")
    office.assign(number, lead="水利局")
    return office, number


def _in_office(act: Callable[[wz.Office, str, Any], object]) -> Callable[[Any], None]:
    """在一局里做一个动作；做成的记了日志，没做成的日志不变，县里照样能往下走。"""

    def knock(value: Any) -> None:
        office, number = _office()
        before = office.fingerprint
        try:
            act(office, number, value)
        except wz.WenzhengError:
            assert office.fingerprint == before, "动作没做成，日志却变了"
            raise
        assert "<script" not in str(office.card())

    return knock


TEXT_DOORS: Mapping[str, Callable[[Any], object]] = {
    "redact": _redact,
    "score_reply 答复": _score,
    "score_reply 来信": _score_letter,
    "score_post": _post,
    "triage_message": _triage,
    "text.words": _words,
    "text.sentences": _sentences,
    "find_asks": _asks,
    "Message": _message,
    "Reply": _reply,
    "Office.draft": _in_office(lambda office, number, value: office.draft(number, value)),
    "Office.preview": _in_office(lambda office, number, value: office.preview(number, value)),
    "Office.reply": _in_office(lambda office, number, value: office.reply(number, value)),
    "Office.publish": _in_office(lambda office, number, value: office.publish(value)),
    "Office.urge": _in_office(lambda office, number, value: office.urge(number, value)),
    "Office.open 编号": _in_office(lambda office, number, value: office.open(value)),
    "Office.assign 单位": _in_office(lambda office, number, value: office.assign(number, lead=value)),
    "Office.sort 分类": _in_office(lambda office, number, value: office.sort(number, category=value)),
    "Office 情景": lambda value: wz.Office(value, seed=7),
    "simulate_inbox 情景": lambda value: wz.simulate_inbox(3, seed=7, scenario=value),
    "course.open": lambda value: wz.course.open(value),
}


def _rows(make: Callable[[Any], Any], rows: int | None = 24) -> Callable[[Any], None]:
    """结果是一张一行一封的表，行数不多不少，索引不变。"""

    def knock(frame: Any) -> None:
        found = make(frame)
        assert len(found) == (len(frame) if rows is not None else len(found))
        if rows is not None:
            assert sorted(map(str, found.index)) == sorted(map(str, frame.index))

    return knock


def _shown(make: Callable[[Any], Any]) -> Callable[[Any], None]:
    """结果画得出来，里面没有脚本。"""

    def knock(frame: Any) -> None:
        found = make(frame)
        for one in found if isinstance(found, tuple) else (found,):
            html = one._repr_html_() if hasattr(one, "_repr_html_") else repr(one)
            assert html is None or "<script>alert" not in html

    return knock


def _chart(make: Callable[[Any], Any]) -> Callable[[Any], None]:
    def knock(frame: Any) -> None:
        found = make(frame)
        assert found.reading
        assert len(found.table)

    return knock


FRAME_DOORS: Mapping[str, Callable[[Any], object]] = {
    "score_replies": _rows(lambda frame: wz.score_replies(frame, progress=False)),
    "triage_messages": _rows(lambda frame: wz.triage_messages(frame, progress=False)),
    "group_duplicates": _rows(lambda frame: wz.group_duplicates(frame)),
    "find_duplicates": _rows(lambda frame: wz.find_duplicates(frame), None),
    "find_hotspots": _shown(lambda frame: wz.find_hotspots(frame)),
    "find_topics": _shown(lambda frame: wz.find_topics(frame, n=2, seed=7)),
    "find_bursts": _shown(lambda frame: wz.find_bursts(frame)),
    "find_changes": _shown(lambda frame: wz.find_changes(frame)),
    "watch_claims": _shown(lambda frame: wz.watch_claims(frame)),
    "watch_counts": _rows(lambda frame: wz.watch_counts(frame), None),
    "decompose_season": _shown(lambda frame: wz.decompose_season(frame)),
    "compare_words": _rows(lambda frame: wz.compare_words(frame, good_frame()), None),
    "compare_groups": _rows(lambda frame: wz.compare_groups(frame, by="month", of="category", value="城乡建设"), None),
    "count_over_time": _rows(lambda frame: wz.count_over_time(frame), None),
    "response_curve": _rows(lambda frame: wz.response_curve(frame), None),
    "indicators": _shown(lambda frame: wz.indicators(frame, by=["department"])),
    "regress_response": _shown(lambda frame: wz.regress_response(frame, ["quality"])),
    "regress_quality": _shown(lambda frame: wz.regress_quality(frame, ["length"])),
    "compare_twins": _shown(lambda frame: wz.compare_twins(frame, match=(), alike=0.0)),
    "draw_sample": _shown(lambda frame: wz.draw_sample(frame, 4, seed=7)),
    "TriageModel.fit": lambda frame: wz.TriageModel(min_count=1, trust=0.5).fit(frame, ["甲", "乙"] * 12),
    "TriageModel.predict": _rows(lambda frame: pd.Series(_model().predict(frame), index=frame.index)),
    "score_triage": _shown(lambda frame: wz.score_triage(frame, _truth())),
    "agreement": _shown(lambda frame: wz.agreement(frame)),
    "plot_calendar": _chart(lambda frame: wz.plot_calendar(frame)),
    "show_table": _shown(lambda frame: wz.show_table(frame)),
    "make_briefing": _shown(lambda frame: wz.make_briefing(frame)),
    "course.show_inbox": _shown(lambda frame: wz.course.show_inbox(frame)),
    "course.show_duplicates": _shown(lambda frame: wz.course.show_duplicates(frame)),
}


@functools.cache
def _model() -> wz.TriageModel:
    return wz.TriageModel(min_count=1, trust=0.5).fit(good_frame(), ["甲", "乙"] * 12)


@functools.cache
def _truth() -> pd.DataFrame:
    return good_frame()[["message_id", "category", "appeal", "department"]].assign(urgency="一般")


def _saved_office(path: Any) -> object:
    office = wz.Office("first-day", seed=7, path=path)
    office.shut()
    return None


def _desk(path: Any) -> None:
    wz.desk.open("first-day", seed=7, path=path).shut()


def _cli(*words: str) -> Callable[[Any], None]:
    """命令行：退出码 2，标准错误里一句中文；路径都是文字。"""

    def knock(path: Any) -> None:
        from wenzheng_lab.cli import main

        if main([word.replace("{}", str(path)) for word in words]) == 2:
            raise wz.WenzhengError("命令行答了错误。见标准错误。退出码 2。")

    return knock


def _deadlines(path: Any) -> object:
    from wenzheng_lab.rules.deadlines import load_deadlines

    return load_deadlines(path) if path is not None else require_file(path)


def _catalogue(path: Any) -> object:
    from wenzheng_lab.triage.dispatch import load_catalogue

    return load_catalogue(path) if path is not None else require_file(path)


def require_file(path: Any) -> object:
    """None 在这几扇门的意思是“用随包的”，不是坏输入；照路径的门一样问。"""
    from wenzheng_lab._paths import as_path

    return as_path(path)


def _taxonomy(path: Any) -> object:
    from wenzheng_lab.rules.taxonomy import load_taxonomy

    return load_taxonomy(path) if path is not None else require_file(path)


def _playback(path: Any) -> object:
    from wenzheng_lab.desk.playback import replay

    return replay(path)


PATH_DOORS: Mapping[str, Callable[[Any], object]] = {
    "read_messages": lambda path: wz.read_messages(path),
    "read_message_chunks": lambda path: list(wz.read_message_chunks(path)),
    "indicators 路径": lambda path: wz.indicators(path),
    "Office.load": lambda path: wz.Office.load(path),
    "Office.view": lambda path: wz.Office.view(path),
    "office.check_log": lambda path: wz.office.check_log(path),
    "TriageModel.load": lambda path: wz.TriageModel.load(path),
    "read_codes": lambda path: wz.read_codes([path], "tone"),
    "course.open_paper": lambda path: wz.course.open_paper(path),
    "load_deadlines": _deadlines,
    "load_catalogue": _catalogue,
    "load_taxonomy": _taxonomy,
}

TARGET_DOORS: Mapping[str, Callable[[Any], object]] = {
    "write_table": lambda path: _write_table(path),
    "Office path=": _saved_office,
    "desk.open path=": _desk,
    "score_replies out=": lambda path: wz.score_replies(good_frame(2), out=path, progress=False),
    "CodingSample.save": lambda path: _sample().save(path),
    "code_sample path=": lambda path: wz.code_sample(_sample(), coder="甲", path=path, criteria={"急": ["不", "急"]}),
    "Chart.save": lambda path: _calendar().save(path),
    "TriageModel.save": lambda path: _model().save(path),
    "Briefing.save": lambda path: _briefing().save(path),
}


def _write_table(path: Any) -> object:
    from wenzheng_lab.corpus import write_table

    return write_table(good_frame(2), path)


@functools.cache
def _sample() -> Any:
    return wz.draw_sample(good_frame(), 4, seed=7)


@functools.cache
def _calendar() -> Any:
    return wz.plot_calendar(good_frame())


@functools.cache
def _briefing() -> Any:
    return wz.make_briefing(good_frame())


WHOLE_DOORS: Mapping[str, Callable[[Any], object]] = {
    "simulate_inbox seed=": lambda value: wz.simulate_inbox(2, seed=value),
    "simulate_inbox n": lambda value: wz.simulate_inbox(value, seed=7),
    "Office seed=": lambda value: wz.Office("first-day", seed=value),
    "draw_sample seed=": lambda value: wz.draw_sample(good_frame(), 4, seed=value),
    "draw_sample n": lambda value: wz.draw_sample(good_frame(), value, seed=7),
    "find_topics seed=": lambda value: wz.find_topics(good_frame(), n=2, seed=value),
    "find_topics n=": lambda value: wz.find_topics(good_frame(), n=value, seed=7),
    "find_hotspots top=": lambda value: wz.find_hotspots(good_frame(), top=value),
    "find_bursts top=": lambda value: wz.find_bursts(good_frame(), top=value),
    "watch_claims top=": lambda value: wz.watch_claims(good_frame(), top=value),
    "compare_words top=": lambda value: wz.compare_words(good_frame(), good_frame(), top=value),
    "TriageModel seed=": lambda value: wz.TriageModel(seed=value),
    "Office.advance": lambda value: wz.Office("first-day", seed=7).advance(value),
    "read_message_chunks rows=": lambda value: wz.read_message_chunks(Path(__file__), rows=value),
    "indicators smallest=": lambda value: wz.indicators(good_frame(), smallest=value),
    "score_replies processes=": lambda value: wz.score_replies(good_frame(2), processes=value, progress=False),
}


def _read_file(path: Any) -> None:
    frame = wz.read_messages(path)
    assert len(frame)
    assert not frame["body"].isna().any()
    assert sum(len(part) for part in wz.read_message_chunks(path, rows=2)) == len(frame)


FILE_DOORS: Mapping[str, Callable[[Any], object]] = {
    "read_messages": _read_file,
    "wenzheng score": _cli("score", "{}", "--out", "{}.评分"),
    "wenzheng analyse": _cli("analyse", "{}", "--out", "{}.分析"),
}


QUESTIONS: Mapping[str, str] = {
    "Choose": "L00",
    "Label": "L00",
    "Write": "L00",
    "Decide": "L00",
    "Rank": "L00",
    "Chart": "L01",
    "AtDesk": "L06",
    "Post": "L08",
    "Code": "R1",
}
"""题型 → 哪一课里有"""


def _check(kind: str) -> Callable[[Any], str | None]:
    """交一次作答：只许三种回话——尚未作答、判了、运行出错（一句中文）。"""

    def knock(value: Any) -> str | None:
        unit = wz.course.open(QUESTIONS[kind], folder=_home())
        question = next(one for one in unit.questions.values() if type(one.spec.kind).__name__ == kind)
        found = question.check(value)
        assert "<script>alert" not in found._repr_html_()
        outcome = found.outcome.name
        assert outcome in ("NOT_ATTEMPTED", "NEEDS_WORK", "ERROR"), outcome
        if outcome == "ERROR":
            assert "Traceback" not in str(found)
            raise wz.WenzhengError("运行出错。见反馈。改了再交。")
        return UNSCORED if outcome == "NOT_ATTEMPTED" else None

    return knock


@functools.cache
def _home() -> Path:
    return Path(tempfile.mkdtemp(prefix="doors-"))


ANSWER_DOORS: Mapping[str, Callable[[Any], object]] = {f"{name}.check": _check(name) for name in QUESTIONS}


def _rule_parsers() -> Mapping[str, Callable[[Path], object]]:
    from wenzheng_lab._toml import TomlFile
    from wenzheng_lab.corpus.registry import parse
    from wenzheng_lab.inbox.scenario import read_scenario as inbox_scenario
    from wenzheng_lab.office.scenario import read_scenario
    from wenzheng_lab.rules.load import parse_rules
    from wenzheng_lab.rules.rubric import parse_rubric

    return {
        "parse_rules": lambda path: parse_rules(TomlFile.read(path), targets="act"),
        "parse_rubric": lambda path: parse_rubric(TomlFile.read(path), names=()),
        "load_deadlines": _deadlines,
        "load_catalogue": _catalogue,
        "Office 情景文件": read_scenario,
        "simulate_inbox 情景文件": inbox_scenario,
        "corpus 表的清单": lambda path: parse(TomlFile.read(path)),
    }


RULE_DOORS = _rule_parsers()
