"""本包会写的每一样东西：先写一份旧的，再写一份新的；测试在写新的时候捣乱。"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

import pandas as pd

from tests.classroom_helper import answered, hand_in, new_class, right_answers
from wenzheng_lab._files import atomic_path
from wenzheng_lab.classroom.layout import ClassFolder
from wenzheng_lab.cli import main
from wenzheng_lab.corpus import write_table
from wenzheng_lab.errors import WenzhengError

NOW = datetime(2026, 3, 2, 9, 30)
REPLIES = (
    "北关路路灯3月5日已修好，共换灯11盏，是电缆被挖断。再不亮请打0700-5550113。",
    "您好，您反映的问题我们高度重视，将尽快处理，请耐心等待。",
    "请带身份证和户口本到镇民政所2号窗口，15个工作日内答复，电话0700-5550126。",
)


@dataclass(frozen=True)
class Write:
    """一样会写的东西。"""

    modules: tuple[str, ...]
    """由哪些模块写"""
    old: Callable[[Path], object]
    """在空文件夹里备好料，写一份旧的"""
    new: Callable[[Path], object]
    """写一份新的"""
    sound: Callable[[Path], object] = field(default=lambda folder: None)
    """不管断在哪里都应当成立的事；不成立就抛错"""
    any_order: bool = False
    """新旧之外还可以停在中间一步（本来就是写一部分、记一部分）"""
    adds: bool = False
    """每做一次都添一笔：再做一次与没有断过的不同"""
    varies: str = ""
    """这个名字的文件里有用时，每次不同；只看完整不完整"""
    heavy: bool = False
    """一次要一两秒处理器时间：平时只断一处"""
    soak: bool = False
    """费时，``make soak`` 才做"""
    own_process: bool = False
    """会起线程的库（DuckDB）不在测试进程里用：有了线程再分进程，会卡住"""


def messages(rows: int, word: str = "新") -> pd.DataFrame:
    """一张小留言表。"""
    at = range(rows)
    return pd.DataFrame(
        {
            "message_id": [f"甲{number}" for number in at],
            "subject": [f"{word}：北关路路灯不亮{number}" for number in at],
            "body": [f"北关路路灯半年不亮，第{number}次来问，什么时候修好？" for number in at],
            "created_at": pd.Timestamp("2026-03-01 09:00") + pd.to_timedelta(list(at), unit="h"),
            "department": ["城管局" if number % 2 else "供电公司" for number in at],
            "reply": [REPLIES[number % 3] for number in at],
            "replied_at": pd.Timestamp("2026-03-06 09:00") + pd.to_timedelta(list(at), unit="h"),
        }
    )


def run(*words: object) -> None:
    """一条命令，要做成。"""
    code = main([str(word) for word in words])
    if code != 0:
        raise AssertionError(f"{words} 退出码 {code}")


# ------------------------------------------------------------ 表格
def table(suffix: str) -> Write:
    return Write(
        ("corpus.write",),
        lambda folder: write_table(messages(3, "旧"), folder / f"表{suffix}"),
        lambda folder: write_table(messages(60), folder / f"表{suffix}"),
    )


def chunked(folder: Path, word: str) -> None:
    from wenzheng_lab.corpus.stream import write_csv_chunks

    frame = messages(40, word)
    write_csv_chunks(iter([frame.iloc[:20], frame.iloc[20:]]), folder / "表.csv")


def parquet_pair(folder: Path, word: str) -> None:
    from wenzheng_lab.corpus import convert_messages
    from wenzheng_lab.trends.engine_features import store_features

    convert_messages(exported(folder, word), folder / "规范列.parquet")
    store_features(folder / "规范列.parquet", folder / "留言-文字.parquet", processes=1)


def still_countable(folder: Path) -> None:
    """文件夹里有写到一半的 parquet，照样算得出。"""
    from wenzheng_lab.trends.engine import table_paths

    names = {Path(name).name for name in table_paths(str(folder)) or ()}
    assert names <= {"规范列.parquet", "留言-文字.parquet"}


def inbox(suffix: str) -> Write:
    def make(folder: Path, seed: int, n: int) -> None:
        out, truth = folder / f"来信{suffix}", folder / f"真值{suffix}"
        run("inbox", "--n", n, "--seed", seed, "--out", out, "--truth", truth, "--jobs", 1, "--quiet")

    return Write(("inbox.command",), lambda folder: make(folder, 1, 4), lambda folder: make(folder, 2, 12), soak=True)


def exported(folder: Path, word: str) -> Path:
    for each in ("旧", "新"):
        path = folder / "导出" / f"{each}.csv"
        if not path.exists():
            write_table(messages(6, each), path)
    return folder / "导出" / f"{word}.csv"


def scored(folder: Path, word: str) -> None:
    run("score", exported(folder, word), "--out", folder / "评分", "--quiet")


def analysed(folder: Path, word: str) -> None:
    run("analyse", exported(folder, word), "--out", folder / "分析", "--report", "--keep", "--smallest", 1, "--quiet")


def in_parts(folder: Path, rows: int) -> None:
    import wenzheng_lab as wz

    wz.score_replies(messages(9).iloc[:rows], out=folder / "部分", progress=False, processes=1, part_rows=3)


def parts_agree(folder: Path) -> None:
    """账本上的部分都在，一个字节不差。"""
    import hashlib
    import json

    from wenzheng_lab.reply.parts import LEDGER

    book = folder / "部分" / LEDGER
    if book.exists():
        for part in json.loads(book.read_text(encoding="utf-8"))["parts"]:
            data = (folder / "部分" / part["name"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == part["digest"]


def script(folder: Path, word: str) -> None:
    from wenzheng_lab.report.replication import write_script

    source, result = folder / "数据.csv", folder / "结果.csv"
    for path in (source, result):
        if not path.exists():
            path.write_text("甲\n1\n", encoding="utf-8")
    write_script(folder / "重算.py", source=source, arguments=["analyse", word], results=[result])


@cache
def model(words: str) -> object:
    import wenzheng_lab as wz

    kinds = {"交通运输": ("公交车太少", "出租车拒载"), "环境保护": ("工厂排废气", "河水发黑")}
    kinds["教育文体"] = (words, "补课")
    rows = [(text, f"{text}，请管一管", kind) for kind, texts in kinds.items() for text in texts]
    frame = pd.DataFrame(rows, columns=["subject", "body", "category"])
    return wz.TriageModel(min_count=1).fit(frame, frame["category"].tolist())


def saved_model(folder: Path, words: str) -> None:
    model("操场")
    model(words).save(folder / "模型.npz")  # type: ignore[attr-defined]


def figure(folder: Path, top: int) -> None:
    import wenzheng_lab as wz

    frame = messages(40)
    frame["created_at"] = pd.Timestamp("2026-03-01") + pd.to_timedelta([n % top for n in range(40)], unit="D")
    wz.plot_calendar(frame).save(folder / "图.png", dpi=50)


# ------------------------------------------------------------ 学习与研究
def answers(folder: Path, number: int) -> None:
    from wenzheng_lab.course.record import Record

    record = Record("L00", folder, now=lambda: NOW)
    record.add("L00-Q1", "check", outcome="passed", try_=number)
    record.save_answer("L00-Q2", "长" * 3000 * number)
    if problem := record.take_problem():
        # 记录存不上，课照上：话写在卡片上，不抛错
        raise WenzhengError(problem)


def own_page(folder: Path, name: str) -> None:
    run("record", "--folder", folder, "--out", folder / "我的学习记录.html", "--name", name)


def coded(folder: Path, code: int) -> None:
    from wenzheng_lab.research.codes import CodeBook

    book = CodeBook.open(folder / "甲.json", coder="甲", sample="样本")
    book.put("一", "basis", code)
    book.note("一", f"看了{code}遍")


def drawn_sample(folder: Path, seed: int) -> None:
    from wenzheng_lab.research.sample import draw_sample

    frame = messages(40)
    sample = draw_sample(frame, 6, coders=["甲", "乙"], seed=seed)
    sample.save(folder / "抽样.csv")


def course_copy(folder: Path, more: bool) -> None:
    from unittest.mock import patch

    from wenzheng_lab import _copy

    files = [(f"notebooks/L0{n}.md", f"{n}{'新版' if more else ''}".encode() * 500) for n in range(4 if more else 3)]
    with patch.object(_copy._course_files, "course_files", lambda: files):
        _copy.copy_course(folder / "学习")


def comments(folder: Path, words: str) -> None:
    from wenzheng_lab.desk.playback import Replay

    replay = object.__new__(Replay)
    replay.events, replay.at, replay.notes = _events(), 0, {}
    replay.notes_path = folder / "点评.json"
    replay.note, replay.list = _Box(words), _Box("")
    replay._keep()


class _Box:
    """顶替一个文字框。"""

    def __init__(self, value: str) -> None:
        self.value = value


@cache
def _events() -> list[object]:
    import wenzheng_lab as wz

    return list(wz.Office("first-day", seed=7).log)


# ------------------------------------------------------------ 带班
@cache
def pupils() -> int:
    return 2


def a_class(folder: Path) -> ClassFolder:
    """一个两人的班，作业放在“收来的”里。"""
    home = new_class(folder / "班级", pupils())
    for number in range(pupils()):
        hand_in(folder / "收来的", home, number, answered(home, "L00", right_answers(home, "L00")))
    return home


def opened(folder: Path) -> ClassFolder:
    return ClassFolder.open(folder / "班级")


def collected(folder: Path) -> None:
    from wenzheng_lab.classroom.collect import collect

    collect(opened(folder), [folder / "收来的"])


def ledger_holds(folder: Path) -> None:
    """台账上有的，都在，一个字节不差。"""
    import hashlib

    from wenzheng_lab.classroom.collect import read_ledger

    for entry in read_ledger(opened(folder)):
        data = (folder / "班级" / "received" / Path(entry.stored)).read_bytes()
        assert hashlib.sha256(data).hexdigest() == entry.sha256


def graded(folder: Path) -> None:
    from wenzheng_lab.classroom.autograde import autograde

    autograde(opened(folder), "L00", jobs=1)


def results_have_papers(folder: Path) -> None:
    """有结果的，批的那一份也在；结果读得出。"""
    from wenzheng_lab.classroom.autograde import read_result
    from wenzheng_lab.classroom.gradebook import load_gradebook

    home = opened(folder)
    for person in home.roster:
        if read_result(home, person.id, "L00") is not None:
            assert list(home.place("autograded", person.id, "L00").glob("*.ipynb"))
    load_gradebook(home, "L00")


def to_graded(folder: Path) -> None:
    """批好的一个班；只批一次，别处抄它。"""
    shutil.copytree(_graded_once(), folder, dirs_exist_ok=True)


@cache
def _graded_once() -> Path:
    keeper = tempfile.TemporaryDirectory(prefix="wenzheng-test-")
    atexit.register(keeper.cleanup)
    folder = Path(keeper.name)
    a_class(folder)
    collected(folder)
    graded(folder)
    return folder


def fed_back(folder: Path, answers: bool) -> None:
    from wenzheng_lab.classroom.feedback_page import write_feedback

    write_feedback(opened(folder), "L00", answers=answers)


def class_report(folder: Path) -> None:
    from wenzheng_lab.classroom.class_report import write_report

    write_report(opened(folder), ["L00"])


def sheets(folder: Path, blind: bool) -> None:
    from wenzheng_lab.classroom.hand import write_sheets

    write_sheets(opened(folder), "L00", blind=blind)


def marked(folder: Path, points: float) -> None:
    from wenzheng_lab.classroom.gradebook import Mark, write_marks

    write_marks(opened(folder), "L00", {"202600101": {"L00-Q1": Mark(points, "好", "x")}})


def released_again(folder: Path) -> None:
    from wenzheng_lab.classroom.assignment import release

    settings = folder / "班级" / "class.toml"
    text = settings.read_text(encoding="utf-8").replace("auto = 10", "auto = 12")
    with atomic_path(settings) as path:
        path.write_text(text, encoding="utf-8")
    release(opened(folder), "L00")


def release_is_whole(folder: Path) -> None:
    """发出去的一份读得出，不会拿到写了一半的。"""
    from wenzheng_lab.classroom.assignment import Assignment

    assert Assignment.load(opened(folder), "L00").tasks


def exam(folder: Path, again: bool) -> None:
    from wenzheng_lab.classroom.exam import make_exam

    make_exam(opened(folder), "X01", seed="种子种子种子种子" + ("二" if again else "一"), again=again)


def class_made(folder: Path, name: str) -> None:
    from wenzheng_lab.classroom.layout import make_class

    make_class(folder / "班级", name=name, roster=folder / "名单来源.csv")


def roster(folder: Path) -> None:
    (folder / "名单来源.csv").write_text("学号,姓名\n1,赵学员一\n", encoding="utf-8")


def both(prepare: Callable[[Path], object], *acts: Callable[[Path], object]) -> Callable[[Path], None]:
    def old(folder: Path) -> None:
        prepare(folder)
        for act in acts:
            act(folder)

    return old


WRITES: dict[str, Write] = {
    "表.csv": table(".csv"),
    "表.xlsx": table(".xlsx"),
    "表.parquet": table(".parquet"),
    "一段一段的表": Write(("corpus.stream",), lambda f: chunked(f, "旧"), lambda f: chunked(f, "新")),
    "规范列与文字列的大表": Write(
        ("corpus.chunks", "trends.engine_features"),
        lambda f: parquet_pair(f, "旧"),
        lambda f: parquet_pair(f, "新"),
        still_countable,
    ),
    "来信.csv": inbox(".csv"),
    "来信.jsonl": inbox(".jsonl"),
    "来信.parquet": inbox(".parquet"),
    "评分": Write(("report.score_command", "report.replication"), lambda f: scored(f, "旧"), lambda f: scored(f, "新")),
    "指标与月报": Write(
        ("report.analyse_command", "report.briefing", "report.replication"),
        lambda f: analysed(f, "旧"),
        lambda f: analysed(f, "新"),
        soak=True,
        own_process=True,
    ),
    "分部分的评分": Write(
        ("reply.parts",), lambda f: (f / "部分").mkdir(), lambda f: in_parts(f, 9), parts_agree, any_order=True
    ),
    "重算脚本": Write(("report.replication",), lambda f: script(f, "--旧"), lambda f: script(f, "--新")),
    "模型": Write(("triage.model_file",), lambda f: saved_model(f, "食堂"), lambda f: saved_model(f, "操场")),
    "图与它的数": Write(("figures.chart",), lambda f: figure(f, 9), lambda f: figure(f, 20)),
    "学习记录": Write(("course.record",), lambda f: answers(f, 1), lambda f: answers(f, 2), any_order=True, adds=True),
    "学习记录的一页": Write(("course.journey",), lambda f: own_page(f, "甲"), lambda f: own_page(f, "乙")),
    "编码": Write(("research.codes",), lambda f: coded(f, 1), lambda f: coded(f, 2), any_order=True),
    "编码的抽样": Write(("research.sample",), lambda f: drawn_sample(f, 1), lambda f: drawn_sample(f, 2)),
    "复制课程": Write(("_copy",), lambda f: course_copy(f, False), lambda f: course_copy(f, True)),
    "回放的点评": Write(("desk.playback",), lambda f: comments(f, "旧"), lambda f: comments(f, "新" * 2000)),
    "建班": Write(("classroom.layout",), roster, lambda f: class_made(f, "班")),
    "发作业": Write(("classroom.assignment",), a_class, released_again, release_is_whole),
    "出考卷": Write(
        ("classroom.exam",),
        both(a_class, lambda f: exam(f, False)),
        lambda f: exam(f, True),
        any_order=True,
        soak=True,
    ),
    "收作业": Write(("classroom.collect",), a_class, collected, ledger_holds),
    "机评": Write(
        ("classroom.autograde", "classroom.preflight", "classroom.tables"),
        both(a_class, collected),
        graded,
        results_have_papers,
        varies="结果.json",
        heavy=True,
    ),
    "反馈": Write(
        ("classroom.feedback_page",), both(to_graded, lambda f: fed_back(f, False)), lambda f: fed_back(f, True)
    ),
    "批改单": Write(("classroom.hand",), both(to_graded, lambda f: sheets(f, False)), lambda f: sheets(f, True)),
    "人批的分": Write(("classroom.gradebook",), both(to_graded, lambda f: marked(f, 1)), lambda f: marked(f, 2)),
    "班级报告": Write(
        ("classroom.class_report", "classroom.gradebook"),
        to_graded,
        class_report,
        results_have_papers,
    ),
}

MAINTAINER_ONLY = {
    "course.build": "重跑课文，只有维护的人在仓库里用",
    "course.facts": "重造事实清单，同上",
    "course.slides": "重造幻灯片，同上",
    "inbox.publish": "造发布的数据集，同上；每个文件的 sha256 写在最后",
    "triage.scenes": "重新训练随包的场景模型，同上",
    "_lab": "登记内核的一个小文件，每次起动都重写",
    "_desk": "办件台的一格，每次起动都重写",
}
"""不在表里的写法，与不在的道理；都只经过 ``_files``"""


def all_modules() -> Iterator[str]:
    """表里写到的模块。"""
    for item in WRITES.values():
        yield from item.modules
