"""办件室的情景：哪天开局、多少来信、出什么事、有没有人带。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from wenzheng_lab._paths import as_path
from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import InputError, InputTypeError, explain, show, suggest
from wenzheng_lab.inbox.scenario import Scenario as InboxScenario
from wenzheng_lab.inbox.scenario import load_scenario as load_inbox_scenario
from wenzheng_lab.office.settings import DATA

FOLDER = DATA / "scenarios"
MODES = ("practice", "exam")
GUIDE_WAITS = (
    "start",
    "opened",
    "sorted",
    "assigned",
    "dept_result",
    "replied_well",
    "replied",
    "rated",
    "wrote_again",
    "closed",
    "day",
)
POST_KINDS = ("announcement", "correction", "weekly", "expert_qa")


@dataclass(frozen=True, slots=True)
class Step:
    """带教的一步。"""

    wait: str
    """等到哪种事发生才说"""
    text: str
    """说什么"""
    case: int = -1
    """只等第几封来信上的事（从 1 起）；0 以下为哪一封都行"""


@dataclass(frozen=True, slots=True)
class Topic:
    """一桩议论：哪几种来信属于它，真情何时才知道。"""

    id: str
    """编号"""
    name: str
    """名称"""
    issues: tuple[str, ...]
    """属于它的事项编号"""
    truth: str
    """真情（查明以后，卷里才有）"""
    known_at: str
    """什么时候查得清，``2026-06-11 10:00``"""
    unit: str
    """由哪个单位查明"""
    start: str = ""
    """议论从什么时候起；空为第一封来信"""


@dataclass(frozen=True, slots=True)
class Script:
    """写好的一封来信与它的来龙去脉；第二轮来信的案例用。"""

    at: str
    """到达时刻"""
    message: Mapping[str, str]
    """来信：subject、body、channel、author、place"""
    truth: Mapping[str, object]
    """真值：department、partners、asks、follow_up、grantable、appeal、category、subcategory、urgency、deadline"""
    results: Mapping[str, str]
    """单位查明的：found、did、plan、no"""
    letters: tuple[str, ...]
    """不满意时的来信，依次用"""
    thanks: str
    """满意时的话"""
    reply: str = ""
    """开局前已经发出去的答复（接手别人的件）"""


@dataclass(frozen=True, slots=True)
class Scenario:
    """一个情景。"""

    id: str
    """编号"""
    name: str
    """名称"""
    brief: str
    """开局时给学员看的话"""
    inbox: InboxScenario | None
    """来信从哪个收件箱情景来；全是写好的来信时为 None"""
    messages: int
    """收件箱里有几封"""
    seed: int
    """办件台不写种子时用哪一个；带教的一局挑一个从头到尾办得通的"""
    start: date
    """哪天开局"""
    days: int
    """这一局几天"""
    mode: str
    """practice 练习，exam 考试"""
    opened: bool
    """开局时来信是否都已经在箱里（积压）"""
    answered: int
    """积压的来信里已经答过几封"""
    certain: bool
    """带教用：来信人一定评价，不满意一定再来信"""
    background: float
    """收件箱的信来完以后，平常每天几封"""
    target: Mapping[str, object]
    """上级给的指标；没有为空"""
    guide: tuple[Step, ...]
    """带教"""
    topics: tuple[Topic, ...]
    """议论"""
    scripts: tuple[Script, ...]
    """写好的来信"""
    digest: str
    """文件摘要"""


SEED = 7
"""情景没有写种子时用哪一个"""
_OPTIONAL = (
    "inbox",
    "messages",
    "seed",
    "mode",
    "opened",
    "answered",
    "certain",
    "background",
    "target",
    "guide",
    "topic",
    "script",
    "note",
)


def read_scenario(path: Path) -> Scenario:
    """读一个情景文件，逐项校验。

    Args:
        path: TOML 文件。

    Returns:
        情景。

    Raises:
        RuleFileError: 写错；首行有文件名与行号。
    """
    return parse_scenario(TomlFile.read(path))


def parse_scenario(file: TomlFile) -> Scenario:
    """由 TOML 造情景。

    Args:
        file: 读好的文件。

    Returns:
        情景。

    Raises:
        RuleFileError: 有未知字段、缺字段、数或日子写错。
    """
    data = file.table((), file.data, required=("id", "name", "brief", "start", "days"), optional=_OPTIONAL)
    mode = str(data.get("mode", "practice"))
    if mode not in MODES:
        raise file.error(("mode",), f"mode 写成 {mode!r}；{suggest(mode, MODES)}可用：{'、'.join(MODES)}")
    inbox = None
    if "inbox" in data:
        try:
            inbox = load_inbox_scenario(_inbox(data["inbox"]))
        except (InputError, InputTypeError) as error:
            raise file.error(("inbox",), str(error)) from error
    try:
        start = date.fromisoformat(str(data["start"]))
    except ValueError as error:
        raise file.error(("start",), f"日期应写成 2026-06-08 这样，来的是 {data['start']!r}") from error
    messages = int(file.number(("messages",), data.get("messages", 0), low=0, high=100_000))
    scripts = tuple(_script(file, n, row) for n, row in enumerate(_rows(file, data, "script")))
    if inbox is None and not scripts:
        raise file.error(("id",), "情景里既没有 inbox，也没有 [[script]]，一封来信都没有")
    if inbox is not None and not messages:
        raise file.error(("inbox",), "写了 inbox，就要写 messages（几封）")
    if inbox is not None and inbox.end < start and data.get("opened") is not True:
        raise file.error(("start",), f"开局 {start} 晚于收件箱情景的最后一天 {inbox.end}")
    target = data.get("target", {})
    table = file.table(("target",), target, optional=("name", "measure", "least", "note"))
    return Scenario(
        id=file.string(("id",), data["id"]),
        name=file.string(("name",), data["name"]),
        brief=file.string(("brief",), data["brief"]),
        inbox=inbox,
        messages=messages,
        seed=int(file.number(("seed",), data.get("seed", SEED), low=0, high=2**31)),
        start=start,
        days=int(file.number(("days",), data["days"], low=1, high=400)),
        mode=mode,
        opened=_flag(file, "opened", data),
        answered=int(file.number(("answered",), data.get("answered", 0), low=0, high=max(messages, 0))),
        certain=_flag(file, "certain", data),
        background=file.number(("background",), data.get("background", 0), low=0, high=500),
        target=dict(table),
        guide=tuple(_step(file, n, row) for n, row in enumerate(_rows(file, data, "guide"))),
        topics=tuple(_topic(file, n, row) for n, row in enumerate(_rows(file, data, "topic"))),
        scripts=scripts,
        digest=file.digest,
    )


def _flag(file: TomlFile, name: str, data: Mapping[str, object]) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise file.error((name,), f"{name} 应为 true 或 false，来的是 {show(value)}")
    return value


def _inbox(name: object) -> object:
    """收件箱的情景：名称，或本室 ``data`` 下、别处的 .toml 文件。"""
    if isinstance(name, str) and name.endswith(".toml") and (DATA / name).is_file():
        return DATA / name
    return name


def _rows(file: TomlFile, data: Mapping[str, object], name: str) -> list[object]:
    rows = data.get(name, [])
    if not isinstance(rows, list):
        raise file.error((name,), f"{name} 应写成 [[{name}]]")
    return rows


def _step(file: TomlFile, n: int, raw: object) -> Step:
    where: Path_ = ("guide", n)
    row = file.table(where, raw, required=("wait", "text"), optional=("case",))
    if row["wait"] not in GUIDE_WAITS:
        raise file.error(
            (*where, "wait"),
            f"wait 写成 {show(row['wait'])}；{suggest(str(row['wait']), GUIDE_WAITS)}可用：{'、'.join(GUIDE_WAITS)}",
        )
    return Step(
        str(row["wait"]),
        file.string((*where, "text"), row["text"]),
        int(file.number((*where, "case"), row.get("case", -1))),
    )


def _moment(file: TomlFile, where: Path_, value: object) -> str:
    from datetime import datetime

    try:
        return datetime.fromisoformat(str(value)).isoformat(sep=" ", timespec="minutes")
    except ValueError as error:
        raise file.error(where, f"时刻应写成 2026-06-09 07:00 这样，来的是 {value!r}") from error


def _topic(file: TomlFile, n: int, raw: object) -> Topic:
    from wenzheng_lab.inbox.issues import load_issues
    from wenzheng_lab.office.departments import all_units

    where: Path_ = ("topic", n)
    row = file.table(where, raw, required=("id", "name", "issues", "truth", "known_at", "unit"), optional=("start",))
    issues = file.strings((*where, "issues"), row["issues"], empty=False)
    known = {issue.id for issue in load_issues()}
    for name in issues:
        if name not in known:
            raise file.error((*where, "issues"), f"没有事项“{name}”；{suggest(name, known)}")
    unit = file.string((*where, "unit"), row["unit"])
    if unit not in all_units():
        raise file.error((*where, "unit"), f"没有单位“{unit}”；{suggest(unit, all_units())}")
    return Topic(
        file.string((*where, "id"), row["id"]),
        file.string((*where, "name"), row["name"]),
        issues,
        file.string((*where, "truth"), row["truth"]),
        _moment(file, (*where, "known_at"), row["known_at"]),
        unit,
        _moment(file, (*where, "start"), row["start"]) if "start" in row else "",
    )


_MESSAGE = ("subject", "body")
_TRUTH = ("department", "asks", "follow_up", "category", "subcategory", "appeal")


def _script(file: TomlFile, n: int, raw: object) -> Script:
    from wenzheng_lab.office.departments import all_units

    where: Path_ = ("script", n)
    row = file.table(
        where, raw, required=("at", "message", "truth", "results"), optional=("letters", "thanks", "reply")
    )
    message = file.table(
        (*where, "message"), row["message"], required=_MESSAGE, optional=("channel", "author", "place", "likes")
    )
    truth = file.table(
        (*where, "truth"),
        row["truth"],
        required=_TRUTH,
        optional=("partners", "grantable", "urgency", "deadline", "emotion", "issue", "good_answer"),
    )
    for unit in (truth["department"], *file.strings((*where, "truth", "partners"), truth.get("partners", []))):
        if unit not in all_units():
            raise file.error((*where, "truth"), f"没有单位“{unit}”；{suggest(str(unit), all_units())}")
    results = file.table((*where, "results"), row["results"], required=("found",), optional=("did", "plan", "no"))
    return Script(
        _moment(file, (*where, "at"), row["at"]),
        {key: str(value) for key, value in message.items()},
        dict(truth),
        {key: file.string((*where, "results", key), value) for key, value in results.items()},
        file.strings((*where, "letters"), row.get("letters", [])),
        str(row.get("thanks", "")),
        str(row.get("reply", "")),
    )


def scenario_names() -> tuple[str, ...]:
    """随包的情景。

    Returns:
        情景的编号，照字母排。

    Examples:
        >>> "first-day" in scenario_names()
        True
    """
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_scenario(scenario: object) -> Scenario:
    """按名称或路径取情景。

    Args:
        scenario: 随包情景的名称，或 ``.toml`` 文件的路径。

    Returns:
        情景。

    Raises:
        InputTypeError: 不是文字也不是路径。
        InputError: 没有这个情景。
        RuleFileError: 文件写错；首行有文件名与行号。

    Examples:
        >>> load_scenario("first-day").messages
        12
    """
    names = scenario_names()
    if isinstance(scenario, Path) or (isinstance(scenario, str) and scenario.endswith(".toml")):
        path = as_path(scenario, "scenario")
        if not path.is_file():
            raise InputError(
                explain(f"找不到情景文件 {path}", "应为存在的 .toml 文件", f"随包的情景：{'、'.join(names)}")
            )
        return read_scenario(path)
    if not isinstance(scenario, str):
        raise InputTypeError(
            explain(
                f"情景是 {type(scenario).__name__} 类型的 {show(scenario)}",
                "应为名称或路径",
                f"可用：{'、'.join(names)}",
            )
        )
    if scenario not in names:
        raise InputError(
            explain(
                f"没有情景 {show(scenario)}",
                f"可用：{'、'.join(names)}，或自己写的 .toml 文件",
                suggest(scenario, names) or '初次来请用 "first-day"',
            )
        )
    return _named(scenario)


@lru_cache(maxsize=16)
def _named(name: str) -> Scenario:
    return read_scenario(FOLDER / f"{name}.toml")
