"""认表：由列名认出是哪一种导出表，认不出时给出可照抄的对照。"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wenzheng_lab.corpus.registry import Schema, canonical_names, registry
from wenzheng_lab.errors import InputError, explain, show, suggest
from wenzheng_lab.text import fold

_NOISE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[\s\u200b\u200c\u200d\u2060\ufeff*:_]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """一张表怎样读：每个规范列取哪些原列。"""

    schema: Schema
    """认出的表"""
    header: tuple[str, ...]
    """原表头"""
    take: tuple[tuple[str, tuple[int, ...]], ...]
    """（规范列，原列的位置）；多于一个时连起来"""
    flags: tuple[tuple[str, tuple[int, ...]], ...]
    """（是非列，看哪些原列的位置）"""

    @property
    def mapping(self) -> dict[str, str]:
        """规范列 → 原列名。"""
        out = {name: "+".join(self.header[at] for at in places) for name, places in self.take}
        out.update({name: "、".join(self.header[at] for at in places) for name, places in self.flags})
        return {name: out[name] for name in canonical_names() if name in out}

    @property
    def unused(self) -> tuple[int, ...]:
        """没有用到的原列的位置。"""
        used = {at for _, places in (*self.take, *self.flags) for at in places}
        return tuple(at for at, name in enumerate(self.header) if at not in used and name)


def normal(header: object) -> str:
    """列名的比较写法：不分全半角与大小写，不看空白、标点和括号里的说明。

    Args:
        header: 原列名。

    Returns:
        用来比较的写法。

    Examples:
        >>> normal("＊留言 编号（必填）："), normal("Reply_Content")
        ('留言编号', 'replycontent')
    """
    folded = fold(str(header))
    return _NOISE.sub("", folded).casefold() or folded.strip().casefold()


def recognise(header: Sequence[object]) -> Plan | None:
    """由表头认出是哪一种表。

    Args:
        header: 一行列名。

    Returns:
        读法；认不出为 None。几种都合时取对上的列最多的一种。

    Examples:
        >>> recognise(["留言编号", "留言主题", "留言详情", "答复意见"]).schema.id
        'teddy2020c_4'
        >>> recognise(["甲", "乙"]) is None
        True
    """
    places = _places(header)
    best: Plan | None = None
    for schema in registry().schemas:
        if all(normal(name) in places for name in schema.require):
            plan = _plan(schema, header, places)
            if best is None or len(plan.take) + len(plan.flags) > len(best.take) + len(best.flags):
                best = plan
    return best


def mapped(header: Sequence[object], columns: Mapping[str, str]) -> Plan:
    """按使用者给的对照读。

    Args:
        header: 一行列名。
        columns: 规范列名 → 原列名；“甲+乙”表示把两列连起来。

    Returns:
        读法。原表若本来认得出，没有写到的列仍按认出的读。

    Raises:
        InputError: 规范列名写错，或原表没有那一列。
    """
    places = _places(header)
    check_mapping(columns)
    for name, theirs in columns.items():
        for part in theirs.split("+"):
            if normal(part) not in places:
                shown = [text for text in map(_label, header) if text]
                raise InputError(
                    explain(
                        f"对照里 {name} 指向“{part}”，表里没有这一列",
                        f"表里的列是：{'、'.join(shown[:30])}",
                        f"请照表头改写；{suggest(part, shown)}",
                    )
                )
    base = recognise(header)
    schema = Schema("mapped", "按使用者给的对照", "使用者", (), tuple((k, (v,)) for k, v in columns.items()))
    plan = _plan(schema, header, places)
    if base is None:
        return plan
    merged = dict(base.take) | dict(plan.take)
    flags = tuple(item for item in base.flags if item[0] not in dict(plan.take))
    return Plan(
        replace(base.schema, name=f"{base.schema.name}，另按对照"),
        plan.header,
        tuple((name, merged[name]) for name in canonical_names() if name in merged),
        flags,
    )


def check_mapping(columns: Mapping[str, str]) -> None:
    """检查对照的写法。

    Args:
        columns: 规范列名 → 原列名。

    Raises:
        InputError: 有不认识的规范列名，或值不是文字。
    """
    if not isinstance(columns, Mapping):
        raise InputError(
            explain(f"columns 是 {show(columns)}", "应为字典", '请写成 {"subject": "来信标题", "body": "来信内容"}')
        )
    for name, theirs in columns.items():
        if name not in canonical_names():
            raise InputError(
                explain(
                    f"对照里有 {name!r}，不是规范列名",
                    f"可用：{'、'.join(canonical_names())}",
                    f"请写成 {{规范列名: 原列名}}；{suggest(str(name), canonical_names())}",
                )
            )
        if not isinstance(theirs, str) or not theirs.strip():
            raise InputError(explain(f"对照里 {name} 指向 {show(theirs)}", "应为原表的列名", "请照表头写"))


def propose(header: Sequence[object]) -> dict[str, str]:
    """认不出时，猜一个对照给使用者看。

    Args:
        header: 一行列名。

    Returns:
        规范列名 → 原列名；只是建议，不据此读入。

    Examples:
        >>> propose(["工单编号", "诉求标题", "诉求内容", "受理时间"])
        {'message_id': '工单编号', 'subject': '诉求标题', 'body': '诉求内容', 'created_at': '受理时间'}
    """
    left = {normal(name): _label(name) for name in header if _label(name)}
    out: dict[str, str] = {}
    for close in (False, True):
        for column in registry().columns:
            if column.name in out:
                continue
            for alias in (column.name, column.label, *column.aliases):
                key = normal(alias)
                if key not in left and close and len(key) > 1:
                    # 两个字的列名差一个字就是别的意思，所以只接受七成以上相像的
                    key = next(iter(difflib.get_close_matches(key, left, n=1, cutoff=0.7)), key)
                if key in left:
                    out[column.name] = left.pop(key)
                    break
    return {name: out[name] for name in canonical_names() if name in out}


def _label(value: object) -> str:
    return "" if value is None else str(value).strip().strip("\ufeff")


def _places(header: Sequence[object]) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, name in enumerate(header):
        if _label(name):
            places.setdefault(normal(name), at)  # 重名的列取第一个，其余列入“没有用到”
    return places


def _plan(schema: Schema, header: Sequence[object], places: Mapping[str, int]) -> Plan:
    take = []
    for name, choices in schema.columns:
        for choice in choices:
            parts = [normal(part) for part in choice.split("+")]
            if all(part in places for part in parts):
                take.append((name, tuple(places[part] for part in parts)))
                break
    flags = []
    for name, flag in schema.flags:
        found = tuple(places[normal(part)] for part in flag.columns if normal(part) in places)
        if found and name not in dict(take):
            flags.append((name, found))
    order = canonical_names()
    take.sort(key=lambda item: order.index(item[0]))
    return Plan(schema, tuple(_label(name) for name in header), tuple(take), tuple(flags))
