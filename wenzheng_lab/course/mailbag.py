"""收件箱：把一箱来信、可以合并的来信显示成读得下去的卡片。"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from wenzheng_lab._html import Content, join, tag
from wenzheng_lab.course import cards
from wenzheng_lab.course.unit import Unit
from wenzheng_lab.errors import DatasetError, InputError, InputTypeError, explain, show, suggest
from wenzheng_lab.inbox import Inbox
from wenzheng_lab.letter.frames import cell_text, require_messages, sound_text
from wenzheng_lab.model import Message, is_blank, parse_time

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("subject", "body", "channel", "author", "place")


class Mailbag:
    """一箱来信：一行一封，点开主题看全文。"""

    def __init__(self, letters: Iterable[Message], total: int, note: str = "") -> None:
        self.letters = tuple(letters)
        """显示的几封"""
        self.total = total
        """箱里共几封（封）"""
        self.note = note
        """来历：情景与种子，或单元号"""

    def __repr__(self) -> str:
        return f"收件箱：共 {self.total} 封，显示 {len(self.letters)} 封"

    def _repr_html_(self) -> str:
        rows = [
            [*map(_short, (letter.id, _when(letter), letter.channel, letter.place)), _opened(letter)]
            for letter in self.letters
        ]
        return str(
            cards.frame(
                f"收件箱（共 {self.total} 封，这里是 {len(self.letters)} 封）",
                cards.grid(rows, headers=["编号", "时间", "渠道", "地点", "主题（点开看全文）"]),
                cards.para(cards.small(self.note)) if self.note else "",
                colour=cards.BLUE,
            )
        )


class Merges:
    """可以合并的来信：一组一组，附理由。"""

    def __init__(self, groups: Sequence[Sequence[tuple[Message, Message, str, str, str]]], total: int) -> None:
        self.groups = tuple(tuple(group) for group in groups)
        """各组；组里一对一行：两封信、种类、关系、理由"""
        self.total = total
        """查过几封（封）"""

    def __repr__(self) -> str:
        return f"{self.total} 封里，有 {len(self.groups)} 组可能要合并"

    def _repr_html_(self) -> str:
        parts: list[Content] = []
        for number, group in enumerate(self.groups, 1):
            letters = {letter.id: letter for pair in group for letter in pair[:2]}
            parts.append(cards.para(tag("b", f"第 {number} 组　{len(letters)} 封")))
            rows = [[letter.id, _opened(letter)] for letter in letters.values()]
            parts.append(cards.grid(rows, headers=["编号", "主题（点开看全文）"]))
            parts.append(
                cards.bullets(
                    join([f"{first.id} 与 {second.id}：{kind}，{relation}。", cards.small(reason)])
                    for first, second, kind, relation, reason in group
                )
            )
        parts = parts or [cards.para("没有找到。")]
        parts.append(cards.para(cards.small("机器只提建议；合不合，由人看过两封原信再定。")))
        return str(
            cards.frame(f"可能要合并的 {len(self.groups)} 组（查了 {self.total} 封）", *parts, colour=cards.BLUE)
        )


def show_inbox(source: object, *names: str, n: int = 10) -> Mailbag:
    """把一箱来信显示成表：一行一封，点开主题看全文。

    Args:
        source: ``simulate_inbox`` 造的箱、来信的表，或打开的一课（它带的来信）。
        *names: 只看这几封：编号，或本课来信的名字；不给就从头看。
        n: 不点名时最多看几封（封）。

    Returns:
        收件箱。

    Raises:
        InputTypeError: 来的不是箱、表或一课。
        InputError: ``n`` 不是正整数，或编号重复。
        DatasetError: 没有点名的那封。

    Examples:
        >>> import wenzheng_lab as wz
        >>> show_inbox(wz.simulate_inbox(12, seed=7), n=5)
        收件箱：共 12 封，显示 5 封
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise InputError(explain(f"封数 n 是 {show(n)}", "应为正整数", "请写成 n=10"))
    letters = _letters(source)
    note = ""
    if isinstance(source, Inbox):
        note = f"合成来信：情景 {source.scenario}，种子 {source.seed}；人、地、单位都是虚构的。"
    elif isinstance(source, Unit):
        note = f"合成来信：{source.id}，人工编写；人、地、单位都是虚构的。"
    chosen = _chosen(letters, names) if names else tuple(letters.values())[:n]
    return Mailbag(chosen, len(letters), note)


def show_duplicates(source: object, *names: str) -> Merges:
    """找出可能要合并的来信，一组一组显示，附理由。

    Args:
        source: ``simulate_inbox`` 造的箱、来信的表，或打开的一课。
        *names: 只在这几封里找；不给就全找。

    Returns:
        各组；合不合由人定。

    Raises:
        InputTypeError: 来的不是箱、表或一课。
        InputError: 编号重复。
        DatasetError: 没有点名的那封。

    Examples:
        >>> import wenzheng_lab as wz
        >>> show_duplicates(wz.simulate_inbox(3, seed=7))
        3 封里，有 0 组可能要合并
    """
    import pandas as pd

    from wenzheng_lab.triage import find_duplicates

    letters = _letters(source)
    chosen = _chosen(letters, tuple(dict.fromkeys(names))) if names else tuple(letters.values())
    known = {sound_text(letter.id): letter for letter in chosen}
    frame = pd.DataFrame(
        {
            "message_id": [sound_text(letter.id) for letter in chosen],
            **{
                name: [sound_text(getattr(letter, name)) for letter in chosen] for name in ("subject", "body", "author")
            },
            "created_at": [letter.created_at for letter in chosen],
        }
    )
    groups: dict[int, list[tuple[Message, Message, str, str, str]]] = {}
    for row in find_duplicates(frame).to_dict("records"):
        pair = known[str(row["first"])], known[str(row["second"])]
        said = str(row["kind"]), str(row["relation"]), str(row["reason"])
        groups.setdefault(int(row["group"]), []).append((*pair, *said))
    return Merges(tuple(groups.values()), len(chosen))


def _letters(source: object) -> dict[str, Message]:
    """名字到来信；箱与表用编号作名字。"""
    if isinstance(source, Unit):
        return dict(source.spec.letters)
    import pandas as pd

    frame = source.messages if isinstance(source, Inbox) else source
    if not isinstance(frame, pd.DataFrame):
        raise InputTypeError(
            explain(
                f"来的是 {type(source).__name__} 类型的 {show(source)}",
                "应为 simulate_inbox 造的箱、来信的表，或打开的一课",
                "例如 wz.course.show_inbox(wz.simulate_inbox(20, seed=7))",
            )
        )
    letters: dict[str, Message] = {}
    for letter in _rows(require_messages(frame)):
        if letter.id in letters:
            raise InputError(explain(f"有两封来信的编号都是 {show(letter.id)}", "编号不应重复", "请先改好编号"))
        letters[letter.id] = letter
    return letters


def _rows(frame: pd.DataFrame) -> Iterator[Message]:
    for number, row in enumerate(frame.to_dict("records"), 1):
        words = {name: _word(row, name) for name in _COLUMNS}
        when = row.get("created_at")
        yield Message(
            id=_word(row, "message_id") or str(number),
            created_at=None if is_blank(when) else parse_time(when, "created_at"),
            **words,
        )


def _word(row: Mapping[Hashable, object], name: str) -> str:
    value = row.get(name)
    return "" if is_blank(value) else cell_text(value, name)


def _chosen(letters: Mapping[str, Message], names: Sequence[str]) -> tuple[Message, ...]:
    for name in names:
        if name not in letters:
            few = "、".join(list(letters)[:12])
            raise DatasetError(explain(f"没有来信 {show(name)}", f"现有：{few}", f"{suggest(name, letters)}请从中选"))
    return tuple(letters[name] for name in names)


def _when(letter: Message) -> str:
    return letter.created_at.strftime("%m-%d %H:%M") if letter.created_at else ""


def _short(text: str) -> Content:
    # 点开全文时，别的列不能被挤成一列竖字
    return tag("span", text, attrs={"style": "white-space:nowrap"})


def _opened(letter: Message) -> Content:
    return tag(
        "details",
        tag("summary", letter.subject or "（没有主题）", attrs={"style": "cursor:pointer"}),
        cards.para(letter.body),
        attrs={"style": "display:inline-block;vertical-align:top"},
    )
