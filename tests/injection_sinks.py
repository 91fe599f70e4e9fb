"""把恶意的文字放进每一个显示文字的地方，给出那里的网页。

文字取自外人：来信、答复、单位、地名、编号、姓名、学员的作答、别人的学习记录与办件日志。
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import wenzheng_lab as wz

FLAG = "__wz_ran"
"""恶意的代码跑成了，就会在网页里立起这个标志"""
RUN = f"window.{FLAG}=1"
OUTSIDE = "http://outside.invalid"
PIECES = {
    "脚本": f"<script>{RUN}</script>",
    "图片出错": f'<img src=x onerror="{RUN}">',
    "外面的图": f"<img src={OUTSIDE}/a.png>",
    "双引号": f'"><svg onload="{RUN}"></svg>',
    "单引号": f"' onmouseover='{RUN}' onfocus='{RUN}' autofocus x='",
    "样式": f"<style>@import url({OUTSIDE}/a.css);*{{background:url({OUTSIDE}/b.png)}}</style>",
    "关样式": f"</style><img src=x onerror={RUN}>",
    "关标题": f"</title></textarea></script><img src=x onerror={RUN}>",
    "注释": f"--><img src=x onerror={RUN}><!--",
    "框": f'<iframe src="javascript:parent.{FLAG}=1"></iframe>',
    "框里的页": f'<iframe srcdoc="<script>parent.{FLAG}=1</script>"></iframe>',
    "链接": f'<a href="javascript:{RUN}" class="evil">点这里</a>',
    "改根": f'<base href="{OUTSIDE}/"><link rel=stylesheet href={OUTSIDE}/c.css>',
    "刷新": f'<meta http-equiv="refresh" content="0;url={OUTSIDE}/">',
    "表单": f"<form action={OUTSIDE}><input autofocus onfocus={RUN}><button>交</button></form>",
    "折叠": f"<details open ontoggle={RUN}><summary>看</summary></details>",
    "变形": f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={RUN}&gt;">',
    "无脚本": f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    "Markdown": f"![图]({OUTSIDE}/d.png) [点](javascript:{RUN}) <{OUTSIDE}/auto>",
    "data 地址": f"[点](data:text/html,<script>parent.{FLAG}=1</script>)",
    "花括号": "{{constructor.constructor('" + RUN + "')()}} ${" + RUN + "} <%= " + RUN + " %> {% raw %} #{7*7}",
    "公式": f"$\\href{{javascript:{RUN}}}{{x}}$ $$\\style{{background:url({OUTSIDE}/e.png)}}{{y}}$$"
    " \\(\\cssId{a}{z}\\)",
    "表格公式": '=HYPERLINK("' + OUTSIDE + '","点") @SUM(1) +cmd|calc -2+3',
    "Word 域": '{ HYPERLINK "' + OUTSIDE + '" } { INCLUDEPICTURE "' + OUTSIDE + '/f.png" } { DDEAUTO cmd }',
    "终端": "\x1b[31m\x1b]0;换标题\x07\x1b]8;;" + OUTSIDE + "\x07链\x1b]8;;\x07\x9b2J\x08\x08",
    "控制符": "\x00\u202e\u2066\ufeff",
}
"""各种花样；名字只是给人看的"""
EVIL = "".join(PIECES.values())
BODY = f"北关路的路灯半年不亮，老人摔了两回，什么时候修好？{EVIL}"
REPLY = f"您好，北关路路灯3月5日已修好，共换灯11盏，是电缆被挖断。{EVIL}再不亮请打0700-5550113。"
LETTER = {"subject": f"路灯不亮{EVIL}", "body": BODY, "author": EVIL, "message_id": EVIL, "place": EVIL}


def frame(rows: int = 60) -> pd.DataFrame:
    """一张处处是恶意文字的表；时间、赞数照常，好让各种算法都算得下去。"""
    at = range(rows)
    start = pd.Timestamp("2026-04-01 09:00")
    return pd.DataFrame(
        {
            "message_id": [f"{EVIL}{n}" for n in at],
            "author": [f"{EVIL}{n}" for n in at],
            "channel": [EVIL for _ in at],
            "place": [f"青石关镇{EVIL}" if n % 2 else EVIL for n in at],
            "subject": [f"北关路路灯不亮{EVIL}" for _ in at],
            "body": [f"{BODY}第{n}次" for n in at],
            "created_at": [start + pd.Timedelta(hours=7 * n) for n in at],
            "likes": [n % 5 for n in at],
            "category": [f"{EVIL}{n % 2}" for n in at],
            "subcategory": [EVIL for _ in at],
            "department": [f"{EVIL}{n % 3}" for n in at],
            "reply_unit": [f"{EVIL}{n % 3}" for n in at],
            "reply": [REPLY for _ in at],
            "replied_at": [start + pd.Timedelta(hours=7 * n + 50) for n in at],
        }
    )


def shown(thing: Any) -> str:
    """Jupyter 里显示的网页。"""
    return str(thing._repr_html_())


# ------------------------------------------------------------ 卡片与表
def _revised() -> Any:
    return wz.score_reply(REPLY, to=LETTER).revise("tone", 1, by=EVIL, reason=EVIL)


def _second_opinion() -> str:
    from wenzheng_lab.reply.second_opinion import OpinionRow, SecondOpinion

    score = wz.score_reply(REPLY, to=LETTER)
    row = OpinionRow("tone", "态度", 2.0, 1.0, (), (EVIL,), EVIL, EVIL)
    return shown(SecondOpinion(score, (row,), EVIL, EVIL, True, 1))


def _briefing_page() -> str:
    from wenzheng_lab.report.briefing_html import build_html

    return str(build_html(_briefing()))


def _briefing() -> Any:
    return wz.make_briefing(frame(), title=f"月报{EVIL}", name=EVIL, unit=EVIL, reading=[EVIL])


def _twins() -> str:
    data = frame(8)
    data["body"] = [f"凭什么不管！！还有没有王法{EVIL}" if n % 2 else f"请问怎样办理{EVIL}" for n in range(8)]
    names = data["message_id"]
    return shown(wz.compare_twins(data, pairs=[(names[n], names[n + 1]) for n in (0, 2, 4, 6)]))


def _agreement() -> str:
    return shown(wz.agreement(pd.DataFrame({EVIL: [1, 2, 3, 1, 2], f"乙{EVIL}": [1, 2, 3, 2, 2]})))


def _table_view() -> str:
    view = wz.show_table(frame(6), title=EVIL)
    return str(view._repr_mimebundle_()["text/html"]) + widget_html(view.widget)


def _lesson_views() -> str:
    from wenzheng_lab.course.mailbag import show_duplicates, show_inbox
    from wenzheng_lab.course.readings import show_hotspots, show_places, show_weeks, show_words

    data = frame(80)
    data["place"] = "青石关镇"
    parts = [show_inbox(data, n=10), show_duplicates(data), show_hotspots(data), show_places(data), show_weeks(data)]
    return "".join(shown(part) for part in [*parts, show_words(data.iloc[:15], data.iloc[15:40])])


def _triage_score() -> str:
    columns = ("urgency", "category", "subcategory", "department", "appeal")
    box = wz.simulate_inbox(n=12, seed=3)
    decided = box.truth[[name for name in columns if name in box.truth]].copy()
    for name in decided:
        decided[name] = decided[name].astype(object)
        decided.loc[decided.index[:6], name] = EVIL
    return shown(wz.score_triage(decided, box.truth))


def _figures() -> str:
    data = frame()
    counted = wz.indicators(data, by=["department"], smallest=1)
    return (
        shown(wz.plot_calendar(data, title=EVIL))
        + shown(wz.plot_matrix(wz.indicators(data, by=["department", "category"], smallest=1)))
        + widget_html(wz.show_table(counted).widget)
    )


def _report() -> str:
    from wenzheng_lab.report import build_report

    data = frame(6)
    return str(build_report(data, wz.score_replies(data, progress=False), name=EVIL))


def _regression() -> str:
    data = frame(60)
    data["category"] = [f"甲{EVIL}" if n % 2 else "乙" for n in range(60)]
    data["quality"] = np.linspace(40, 90, 60)
    return shown(wz.regress_quality(data, on=["category"]))


def _reading(folder: Path) -> str:
    path = folder / "留言.csv"
    data = frame(3).rename(columns={"channel": EVIL})
    data.to_csv(path, index=False, encoding="utf-8", errors="replace")
    return shown(wz.read_messages(path).attrs["reading"])


# ------------------------------------------------------------ 课程
def _record(folder: Path) -> None:
    """别人给的学习记录，每一格都是恶意的。"""
    place = folder / "我的学习记录"
    place.mkdir(parents=True, exist_ok=True)
    for unit in ("L00", "L06"):
        rows = []
        for number in range(1, 7):
            rows.append(
                {
                    "at": f"2026-03-0{number}T09:00:00{EVIL}" if number == 6 else f"2026-03-0{number}T09:00:00",
                    "question": f"{unit}-Q{number}",
                    "do": "check",
                    "outcome": "needs_work" if number % 2 else EVIL,
                    "details": {EVIL: EVIL, "tone": 1.0, "basis": EVIL},
                    "answer": EVIL,
                }
            )
        answers = {f"{unit}-Q{number}": EVIL for number in range(1, 7)}
        data = {"format": 1, "unit": unit, "answers": answers, "events": rows}
        (place / f"{unit}.json").write_text(json.dumps(data, ensure_ascii=True), encoding="utf-8")


def _journey(folder: Path) -> Any:
    from wenzheng_lab.course.journey import show_record

    _record(folder)
    return show_record(folder)


def _journey_page(folder: Path) -> str:
    path = folder / "我的.html"
    _journey(folder).write_html(path, name=EVIL, unit=EVIL)
    return path.read_text(encoding="utf-8")


def _progress(folder: Path) -> str:
    from wenzheng_lab.course.unit import open_unit

    _record(folder)
    return shown(open_unit("L00", folder=folder).progress())


def _feedback(folder: Path) -> str:
    from wenzheng_lab.course.unit import open_unit

    parts = []
    for name in ("L00", "L02", "L05"):
        unit = open_unit(name, folder=folder)
        for question in (getattr(unit, f"q{n}") for n in range(1, len(unit.questions) + 1)):
            for answer in (EVIL, [EVIL], {EVIL: EVIL}, len):
                parts.append(shown(question.check(answer)))
    return "".join(parts)


def widget_html(box: Any) -> str:
    """一个界面里凡按网页显示的东西。"""
    import ipywidgets

    found, waiting, seen = [], [box], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, ipywidgets.HTML | ipywidgets.HTMLMath):
            found.append(one.value)
        if getattr(one, "description_allow_html", False):
            found.append(one.description)
        waiting += list(getattr(one, "children", ()))
    return "".join(f"<div>{text}</div>" for text in found)


def _forms(folder: Path) -> str:
    from wenzheng_lab.course.unit import open_unit

    _record(folder)
    parts = []
    for name in ("L00", "L06"):
        unit = open_unit(name, folder=folder)
        for question in (getattr(unit, f"q{n}") for n in range(1, len(unit.questions) + 1)):
            parts.append(shown(question))
            if question.form().panel is not None:
                parts.append(widget_html(question.form().panel))
    return "".join(parts)


def _coder(folder: Path) -> str:
    from wenzheng_lab.research.sample import draw_sample

    sample = draw_sample(frame(12), 4, seed=1, coders=["甲", "乙"])
    coder = wz.code_sample(sample, coder="甲", path=folder / "甲.json", criteria={EVIL: [EVIL, "有"]})
    coder.note(EVIL)
    return widget_html(coder.widget) + str(coder.html())


# ------------------------------------------------------------ 办件
def evil_log(path: Path, *, hours: int = 100) -> Path:
    """别人给的办件日志：摘要条条对得上，里面的文字处处是恶意的。"""
    from wenzheng_lab.office.events import GENESIS, canonical, digest
    from wenzheng_lab.office.ledger import read_log

    office = wz.Office("first-day", seed=7, path=path)
    first, second = (case.id for case in office.cases[:2])
    office.open(first)
    office.draft(first, EVIL)
    office.sort(first, urgency="急")
    office.assign(first, lead="公安局", note=EVIL)
    office.reply(second, REPLY)
    office.correct(EVIL, post=office.publish(f"本周情况如下。{EVIL}", kind="weekly"))
    office.advance(hours=hours)
    office.shut()
    words = {
        "subject",
        "body",
        "author",
        "place",
        "text",
        "who",
        "note",
        "reason",
        "brief",
        "minutes",
        "reply",
        "about",
    }

    def spoil(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: f"{item}{EVIL}" if key in words and isinstance(item, str) else spoil(item)
                for key, item in value.items()
            }
        return [spoil(item) for item in value] if isinstance(value, list) else value

    rows, prev = [], GENESIS
    for event in read_log(path)[0]:
        text = canonical(spoil(dict(event.data)))
        actor = event.actor
        mark = digest(event.seq, event.at.isoformat(), event.kind, actor, event.case_id, text, prev)
        rows.append((event.seq, event.at.isoformat(), event.kind, actor, event.case_id, text, prev, mark))
        prev = mark
    base = sqlite3.connect(path)
    for name in ("no_update", "no_delete"):
        base.execute(f"DROP TRIGGER {name}")
    base.execute("DELETE FROM events")
    base.executemany("INSERT INTO events VALUES (?,?,?,?,?,?,?,?)", rows)
    base.execute("UPDATE seal SET count = ?, hash = ?", (len(rows), prev))
    base.execute("CREATE TRIGGER no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, '事件只添不改'); END")
    base.execute("CREATE TRIGGER no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, '事件只添不删'); END")
    base.commit()
    base.close()
    return path


def _office(folder: Path) -> str:
    office = wz.Office.load(evil_log(folder / "局.wzlog"))
    parts = [shown(office), shown(office.scoreboard())]
    parts += [shown(case) for case in office.cases]
    parts += [shown(office.trace(case.id)) for case in office.cases]
    parts += [shown(event) for event in office.log]
    # 表由 pandas 显示：它转义标签，不管控制符
    parts += [office.inbox.to_html().translate({number: "?" for number in (*range(9), *range(14, 32), 0x202E)})]
    office.shut()
    return "".join(parts)


def _desk(folder: Path) -> str:
    from wenzheng_lab.desk.sitting import PAGES

    desk = wz.desk.open("first-day", seed=7, path=evil_log(folder / "局.wzlog"))
    parts = []
    for case in desk.office.cases:
        desk.sitting.choose(case.id)
        for page in PAGES:
            desk.tabs.value = page
            parts.append(widget_html(desk.box))
    desk.tabs.value = "答复"
    desk.editor.text.value = REPLY
    desk.editor.send.click()
    desk.dispatch.strip.value = "退回"
    desk.dispatch.fields["退回.reason"].value = EVIL
    desk.dispatch.go["退回"].click()
    parts.append(widget_html(desk.box))
    parts.append(str(desk._repr_mimebundle_()["text/html"]))
    desk.shut()
    return "".join(dict.fromkeys(parts))


def _replay(folder: Path) -> str:
    from wenzheng_lab.desk.playback import replay

    path = evil_log(folder / "局.wzlog")
    path.with_name(path.name + ".点评.json").write_text(
        json.dumps({"schema": "desk-notes/1", "notes": {"3": EVIL, "4": EVIL}}), encoding="utf-8"
    )
    one = replay(path)
    parts = []
    for at in range(len(one.events)):
        one.go(at)
        parts.append(widget_html(one.box))
    return "".join(dict.fromkeys(parts))


# ------------------------------------------------------------ 带班
def evil_class(folder: Path) -> dict[str, str]:
    """一个班：名字、单位、作答、文件名都是恶意的；给出各网页。"""
    from tests.classroom_helper import answered, hand_in
    from wenzheng_lab.classroom.assignment import release
    from wenzheng_lab.classroom.autograde import autograde
    from wenzheng_lab.classroom.class_report import write_report
    from wenzheng_lab.classroom.collect import collect
    from wenzheng_lab.classroom.feedback_page import write_feedback
    from wenzheng_lab.classroom.hand import write_sheets
    from wenzheng_lab.classroom.layout import ClassFolder, make_class

    name = "赵<img src=x onerror=" + RUN + ">"
    flat = EVIL.replace("\x00", "").replace("\n", " ")
    roster = folder / "名单来源.csv"
    rows = [["学号", "姓名", "单位"], ["202600101", name, flat], ["202600102", "钱学员二", flat]]
    text = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in rows)
    roster.write_bytes(text.encode("utf-8-sig", "replace"))
    home = make_class(folder / "班级", name=flat, roster=roster)
    release(home, "L00")
    home = ClassFolder.open(home.path)
    from wenzheng_lab.classroom.assignment import Assignment

    assignment = Assignment.load(home, "L00")
    answers = {group[0].id: repr(EVIL) for group in assignment.unit.questions}
    notebook = answered(home, "L00", answers)
    notebook["cells"].insert(1, {"cell_type": "code", "id": "evil", "metadata": {}, "execution_count": 1,
                                 "source": "1", "outputs": [{"output_type": "display_data", "metadata": {},
                                                             "data": {"text/html": EVIL}}]})  # fmt: skip
    hand_in(folder / "收", home, 0, notebook, "赵_202600101_<img onerror=1>_L00.ipynb")
    hand_in(folder / "收", home, 1, b"broken", "钱_202600102_L00.ipynb")
    collect(home, [folder / "收"])
    autograde(home, "L00", jobs=1)
    write_sheets(home, "L00")
    write_feedback(home, "L00", answers=True)
    write_report(home, ["L00"])
    found: dict[str, str] = {}
    for path in sorted(home.path.rglob("*.html")):
        kind = path.relative_to(home.path).parts[0]
        found[f"{kind}{len(found)}"] = path.read_text(encoding="utf-8")
    return found


SINKS: dict[str, Callable[[Path], str]] = {
    "答复的评分卡": lambda f: shown(wz.score_reply(REPLY, to=LETTER)),
    "更正过的评分卡": lambda f: shown(_revised()),
    "公开发布的评分卡": lambda f: shown(wz.score_post(f"情况通报：{REPLY}", context=BODY)),
    "分拣的建议": lambda f: shown(wz.triage_message(LETTER)),
    "分拣的成绩": lambda f: _triage_score(),
    "遮盖个人信息": lambda f: shown(wz.redact(f"张三，13800000000，青石关镇北街12号{EVIL}")),
    "热点": lambda f: "".join(shown(one) for one in wz.find_hotspots(frame(), top=3)),
    "主题": lambda f: shown(wz.find_topics(frame(), n=2, seed=1)),
    "指标": lambda f: shown(wz.indicators(frame(), by=["department", "category"], smallest=1)),
    "阅读报告": _reading,
    "月报": lambda f: shown(_briefing()),
    "月报的网页": lambda f: _briefing_page(),
    "评分报告": lambda f: _report(),
    "第二意见": lambda f: _second_opinion(),
    "孪生来信": lambda f: _twins(),
    "评分员一致性": lambda f: _agreement(),
    "回归表": lambda f: _regression(),
    "可筛选的表": lambda f: _table_view(),
    "图": lambda f: _figures(),
    "课文里的几样": lambda f: _lesson_views(),
    "学习记录": lambda f: shown(_journey(f)),
    "学习记录的一页": _journey_page,
    "进度": _progress,
    "练习的反馈": _feedback,
    "练习的界面": _forms,
    "编码的界面": _coder,
    "办件室": _office,
    "办件台": _desk,
    "回放": _replay,
}
