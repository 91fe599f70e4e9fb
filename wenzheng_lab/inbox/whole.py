"""查一种事项写全了没有。"""

from __future__ import annotations

import re
from collections.abc import Mapping

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.inbox.grammar import APPEALS
from wenzheng_lab.inbox.issue import BEATS, Beat, Issue, openings, usable
from wenzheng_lab.inbox.saying import LEAST


def check_whole(
    file: TomlFile, where: Path_, issue: Issue, names: set[str], own: Mapping[str, tuple[Beat, ...]]
) -> list[str]:
    """一种事项写全了没有：各部分的条数、各类诉求与情节都有话可说、声明的事实都用到。

    Args:
        file: 事项文件，出错时找行号用。
        where: 事项在文件里的位置。
        issue: 读好的事项。
        names: 声明了的事实。
        own: 这种事项自己的（不含共用的）事实与道理。

    Returns:
        不算错误的提醒。

    Raises:
        RuleFileError: 缺了必须有的。
    """
    notices: list[str] = []
    for name in BEATS:
        if len(issue.beats[name]) < LEAST[name]:
            raise file.error(
                (*where, "say", name),
                f"{issue.id} 的 {name} 只有 {len(issue.beats[name])} 条，至少 {LEAST[name]} 条",
            )
    main = issue.appeals[0][0]
    for appeal, _ in issue.appeals[1:]:
        if appeal in ("咨询", "建议", "感谢"):
            for name, least in (("core", 2), ("title", 1)):
                if sum(appeal in s.appeals for s in issue.lines[name]) < least:
                    tag = next(mark for mark, kind in APPEALS.items() if kind == appeal)
                    raise file.error(
                        (*where, "say", name),
                        f"{issue.id} 的 appeal 里有“{appeal}”而主要是“{main}”，"
                        f"{name} 里至少要有 {least} 条以 @{tag} 开头的说法",
                    )
    for appeal, _ in issue.appeals:
        for name in ("core", "title"):
            if not usable(issue.lines[name], appeal, main):
                raise file.error((*where, "say", name), f"{issue.id} 没有“{appeal}”可用的 {name}")
        if appeal == "咨询" and not any(ask.questions for ask in issue.asks):
            raise file.error((*where, "ask"), f"{issue.id} 会是咨询，至少一项诉求要有 question（问句）")
    for appeal, _ in issue.appeals:
        core = openings(issue.lines["core"], appeal, main)
        for story in sorted({tag for s in core for tag in s.story}):
            told = [s for s in usable(issue.lines["title"], appeal, main) if not s.story or story in s.story]
            asks = [s for a in issue.asks for s in (*a.says, *(a.questions if appeal == "咨询" else ()))]
            if not told or not any(not s.story or story in s.story for s in asks):
                raise file.error(
                    (*where, "say", "title"),
                    f"{issue.id} 的“{appeal}”有情节 @{story} 的 core，却没有它可用的标题或诉求",
                )
    if issue.crowd and sum(not s.personal for s in issue.lines["core"]) < 2:
        raise file.error((*where, "say", "core"), f"{issue.id} 写了 crowd = true，core 里至少要有 2 种不出现“我”的说法")
    used: set[str] = set()
    for fragments in issue.lines.values():
        for fragment in fragments:
            used |= fragment.slots
    for beats in own.values():
        for beat in beats:
            for fragment in beat.says:
                used |= fragment.slots
    for ask in issue.asks:
        for fragment in (*ask.says, *ask.questions):
            used |= fragment.slots
    for slot in issue.slots:
        if slot.formula:
            used |= slot.formula.names
    for formula in (*issue.check, *(row[0] for row in issue.urgent)):
        used |= formula.names
    for name in sorted(names - used):
        notices.append(f"{file.name}:{file.line((*where, 'slots', name))}: {issue.id} 声明了 {name} 却没有用到")
    units = {slot.name: slot.unit for slot in issue.slots if slot.unit and slot.kind in ("int", "float", "calc")}
    sources = [s.source for says in issue.lines.values() for s in says]
    sources += [s.source for beats in own.values() for beat in beats for s in beat.says]
    sources += [s.source for ask in issue.asks for s in (*ask.says, *ask.questions)]
    for source in sources:
        for found in re.finditer(r"\{(\w+)\}(\w)", source):
            unit = units.get(found.group(1), "")
            if unit and found.group(2) in (unit, unit[0], unit[-1]):
                notices.append(
                    f"{file.name}:{issue.line}: {issue.id} 的 {found.group()} 单位“{unit}”写重了：{source[:30]}"
                )
    thin = [name for name in BEATS for beat in own[name] if len(beat.says) < 3]
    if len(thin) > 3:
        notices.append(f"{file.name}:{issue.line}: {issue.id} 有 {len(thin)} 条事实不足 3 种说法，读多了会重复")
    return notices
