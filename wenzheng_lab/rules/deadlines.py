"""办理时限：规则是数据（``data/deadlines.toml``），这里只管读和校验。

一套时限叫一个 ``Profile``（信访、信息公开、某市热线……）。没有核实的数字照样收，但状态跟着走，
界面上必须显示“未核实”。
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._paths import as_path
from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import InputError, explain, show, suggest
from wenzheng_lab.rules.load import rule_path
from wenzheng_lab.rules.status import Status, read_status

UNITS = ("second", "minute", "hour", "calendar_day", "working_day", "month")
"""时限的单位，从短到长"""
CLOCK_UNITS = frozenset({"second", "minute", "hour"})
"""按钟表走、昼夜不停的单位"""
STAGES = ("acknowledge", "transfer", "answer", "review", "publish", "connect")
"""时限管的是哪一步"""
STARTS = ("next_day", "moment")
"""起算：当日不计，或从那一刻起"""
ORDINARY = "一般"
"""不分档的时限写这一档"""


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """一条时限。"""

    id: str
    """编号，``profile.名字``"""
    profile: str
    """属于哪一套时限"""
    ref: str
    """领域资料里的编号，如 ``R07``；自己的时限可空"""
    stage: str
    """管哪一步：受理告知、转办、答复办结……的英文名"""
    level: str
    """分档：一般、复杂、紧急、咨询……"""
    trigger: str
    """从什么事起算"""
    limit: int
    """多长"""
    unit: str
    """单位的英文名"""
    unit_label: str
    """单位的中文名"""
    start: str
    """起算规则：``next_day`` 或 ``moment``"""
    roll: bool
    """末日逢休息日是否顺延到下一个工作日"""
    extend: int
    """最多再延长多少，单位相同；0 为不得延长"""
    approve: str
    """延长由谁批准"""
    notify: bool
    """延长或办不结时是否须告知来信人"""
    pause: str
    """哪些时间不计入；空串为不许停表"""
    deliver: str
    """到期要交出什么"""
    scope: str
    """管谁、管哪类事项"""
    source: str
    """出处"""
    status: Status
    """核实状态"""

    @property
    def limit_text(self) -> str:
        """给人看的时限，没有核实的带“未核实”。

        Examples:
            >>> load_deadlines().rule("xinfang.close").limit_text
            '60日（自然日），经批准可延长30日'
            >>> load_deadlines().rule("gd2009.ordinary").limit_text
            '3个工作日（未核实）'
        """
        text = f"{self.limit}{self.unit_label}" if self.limit else "当日"
        if self.extend:
            who = "经批准" if self.approve else ""
            text += f"，{who}可延长{self.extend}{self.unit_label.partition('（')[0]}"
        return text if self.status.verified else f"{text}（未核实）"


@dataclass(frozen=True, slots=True)
class Profile:
    """一套时限。"""

    id: str
    """编号"""
    label: str
    """中文名"""
    kind: str
    """全国、地方、历史、自定"""
    note: str
    """用的时候要知道的事"""
    rules: tuple[DeadlineRule, ...]
    """各条时限，按文件先后"""

    @property
    def verified(self) -> bool:
        """各条是否都已核实。"""
        return all(rule.status.verified for rule in self.rules)

    def levels(self, stage: str = "answer") -> tuple[str, ...]:
        """某一步分了哪几档。

        Args:
            stage: 哪一步。

        Returns:
            各档的名字，按文件先后。

        Examples:
            >>> load_deadlines().profile("shenyang").levels()
            ('一般', '复杂')
        """
        return tuple(rule.level for rule in self.rules if rule.stage == stage)

    def pick(self, stage: str = "answer", level: str = ORDINARY) -> DeadlineRule | None:
        """取某一步某一档的时限。

        Args:
            stage: 哪一步。
            level: 哪一档；这一套没有分这一档时用“一般”。

        Returns:
            时限；这一套不管这一步则为 None。

        Examples:
            >>> load_deadlines().profile("gd2009").pick(level="复杂").limit
            7
            >>> load_deadlines().profile("jinan12345").pick(level="复杂").limit
            5
        """
        found = {rule.level: rule for rule in self.rules if rule.stage == stage}
        return found.get(level) or found.get(ORDINARY)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """全部时限。"""

    version: str
    """随包文件的版本"""
    digest: str
    """内容摘要；读入了自己的文件时，两个摘要用“+”相连"""
    profiles: Mapping[str, Profile]
    """编号到一套时限"""
    stages: Mapping[str, str]
    """各步的中文名"""

    def profile(self, name: str) -> Profile:
        """按编号取一套时限。

        Args:
            name: 编号，如 ``xinfang``。

        Returns:
            一套时限。

        Raises:
            InputError: 没有这一套；信息里列出可用的。

        Examples:
            >>> load_deadlines().profile("xxgk").label
            '政府信息公开条例'
        """
        if not isinstance(name, str) or name not in self.profiles:
            raise InputError(
                explain(
                    f"没有叫 {show(name)} 的一套时限",
                    "可用：" + "、".join(f"{p.id}（{p.label}）" for p in self.profiles.values()),
                    suggest(str(name), self.profiles) or "自己的时限请写成文件，用 load_deadlines(文件) 读入",
                )
            )
        return self.profiles[name]

    def rule(self, name: str) -> DeadlineRule:
        """按编号取一条时限。

        Args:
            name: 编号，如 ``xinfang.close``。

        Returns:
            一条时限。

        Raises:
            InputError: 没有这一条；信息里列出这一套的各条。

        Examples:
            >>> load_deadlines().rule("xxgk.answer").unit
            'working_day'
        """
        rules = {rule.id: rule for rule in self.profile(str(name).partition(".")[0]).rules}
        if name not in rules:
            raise InputError(
                explain(f"没有编号为 {show(name)} 的时限", "可用：" + "、".join(rules), suggest(str(name), rules))
            )
        return rules[name]


def load_deadlines(path: Path | str | None = None) -> Deadlines:
    """读随包的时限，可再加一个自己的文件。

    自己的文件写法与随包文件相同，只要 ``[profile.名字]`` 与 ``[[rule]]``；不必写 version、unit、stage。

    Args:
        path: 自己的 TOML 文件；不给时只读随包的。

    Returns:
        全部时限；同名的一套以自己的为准。

    Raises:
        RuleFileError: 文件写错；首行有文件名与行号。

    Examples:
        >>> sorted(load_deadlines().profiles)[:3]
        ['anhui_interview', 'beijing2021draft', 'ducha']
    """
    own = _shipped()
    return own if path is None else parse_deadlines(TomlFile.read(as_path(path)), base=own)


@functools.cache
def _shipped() -> Deadlines:
    return parse_deadlines(TomlFile.read(rule_path("deadlines.toml")))


@functools.cache
def _unit_labels() -> Mapping[str, str]:
    file = TomlFile.read(rule_path("deadlines.toml"))
    table = file.table(("unit",), file.data.get("unit"), required=UNITS)
    return {name: file.string(("unit", name), label) for name, label in table.items()}


def parse_deadlines(file: TomlFile, *, base: Deadlines | None = None) -> Deadlines:
    """由 TOML 造时限，逐条校验。

    Args:
        file: 读好的文件。
        base: 自己的文件加在哪一份上；读随包文件时为 None。

    Returns:
        全部时限。

    Raises:
        RuleFileError: 有未知字段、缺字段、编号重复、单位或状态写错。
    """
    shipped = base is None
    top = file.table(
        (),
        file.data,
        required=("version", "unit", "stage", "profile", "rule") if shipped else ("profile", "rule"),
        optional=("version", "unit", "stage"),
    )
    stages = (
        base.stages
        if base
        else {
            name: file.string(("stage", name), label)
            for name, label in file.table(("stage",), top["stage"], required=STAGES).items()
        }
    )
    heads = file.table(("profile",), top["profile"], optional=_keys(top["profile"]))
    rows = top["rule"]
    if not isinstance(rows, list):
        raise file.error(("rule",), "rule 应写成 [[rule]]")
    rolls = {name: _roll(file, name, head) for name, head in heads.items()}
    rules: dict[str, list[DeadlineRule]] = {name: [] for name in heads}
    seen: set[str] = set()
    for number, row in enumerate(rows):
        rule = _rule(file, ("rule", number), row, rolls)
        if rule.id in seen:
            raise file.error(("rule", number, "id"), f"时限编号 {rule.id!r} 重复")
        seen.add(rule.id)
        twins = [other for other in rules[rule.profile] if (other.stage, other.level) == (rule.stage, rule.level)]
        if twins:
            raise file.error(
                ("rule", number, "level"), f"{rule.id} 与 {twins[0].id} 的 stage、level 都相同，分不清用哪一条"
            )
        rules[rule.profile].append(rule)
    own = {name: _profile(file, name, head, rules[name]) for name, head in heads.items()}
    return Deadlines(
        version=base.version if base else file.string(("version",), top["version"]),
        digest=f"{base.digest}+{file.digest}" if base else file.digest,
        profiles={**base.profiles, **own} if base else own,
        stages=stages,
    )


def _roll(file: TomlFile, name: str, head: object) -> bool:
    table = file.table(("profile", name), head, required=("label",), optional=("kind", "roll", "note"))
    return _flag(file, ("profile", name, "roll"), table.get("roll", False))


def _profile(file: TomlFile, name: str, head: object, rules: list[DeadlineRule]) -> Profile:
    table = file.table(("profile", name), head, required=("label",), optional=("kind", "roll", "note"))
    if not rules:
        raise file.error(("profile", name), f"{name} 这一套没有一条 [[rule]]")
    return Profile(
        id=name,
        label=file.string(("profile", name, "label"), table["label"]),
        kind=str(table.get("kind", "自定")),
        note=str(table.get("note", "")),
        rules=tuple(rules),
    )


def _rule(file: TomlFile, where: Path_, row: object, rolls: Mapping[str, bool]) -> DeadlineRule:
    table = file.table(
        where,
        row,
        required=("id", "profile", "stage", "trigger", "limit", "unit", "deliver", "source"),
        optional=("ref", "level", "start", "roll", "extend", "approve", "notify", "pause", "scope", "status"),
    )

    def choice(key: str, value: object, choices: tuple[str, ...]) -> str:
        if value not in choices:
            raise file.error(
                (*where, key), f"{key} 写成 {show(value)}；{suggest(str(value), choices)}可用：{'、'.join(choices)}"
            )
        return str(value)

    def whole(key: str, value: object) -> int:
        number = file.number((*where, key), value, low=0, high=3650)
        if number != int(number):
            raise file.error((*where, key), f"{key} 应为整数，来的是 {show(value)}")
        return int(number)

    name = file.string((*where, "id"), table["id"])
    profile = choice("profile", table["profile"], tuple(rolls))
    if not name.startswith(f"{profile}."):
        raise file.error((*where, "id"), f"时限编号 {name!r} 应以 {profile!r} 加点开头，如 {profile}.answer")
    unit = choice("unit", table["unit"], UNITS)
    start = choice("start", table.get("start", "moment" if unit in CLOCK_UNITS else "next_day"), STARTS)
    if (start == "moment") != (unit in CLOCK_UNITS):
        raise file.error(
            (*where, "start"), "秒、分钟、小时从那一刻起算（moment），日、工作日、月从次日起算（next_day）"
        )
    return DeadlineRule(
        id=name,
        profile=profile,
        ref=str(table.get("ref", "")),
        stage=choice("stage", table["stage"], STAGES),
        level=file.string((*where, "level"), table.get("level", ORDINARY)),
        trigger=file.string((*where, "trigger"), table["trigger"]),
        limit=whole("limit", table["limit"]),
        unit=unit,
        unit_label=_unit_labels()[unit],
        start=start,
        roll=_flag(file, (*where, "roll"), table.get("roll", rolls[profile])),
        extend=whole("extend", table.get("extend", 0)),
        approve=str(table.get("approve", "")),
        notify=_flag(file, (*where, "notify"), table.get("notify", False)),
        pause=str(table.get("pause", "")),
        deliver=file.string((*where, "deliver"), table["deliver"]),
        scope=str(table.get("scope", "")),
        source=file.string((*where, "source"), table["source"]),
        status=read_status(file, (*where, "status"), table.get("status", "U")),
    )


def _flag(file: TomlFile, where: Path_, value: object) -> bool:
    if not isinstance(value, bool):
        raise file.error(where, f"应为 true 或 false，来的是 {show(value)}")
    return value


def _keys(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, Mapping) else ()
