"""公共的数据：留言、答复、办理件、位置、依据、签名。"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol, runtime_checkable

from wenzheng_lab.errors import InputError, InputTypeError, explain, require_kind, show

APPEALS = ("咨询", "求助", "投诉", "举报", "建议", "感谢")
URGENCIES = ("特急", "急", "一般")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """原文里的一段，左闭右开，以字符计。"""

    start: int
    """起点（字符，从 0 起）"""
    end: int
    """终点（字符，不含）"""

    def of(self, text: str) -> str:
        """取出这一段文字。

        Args:
            text: 原文。

        Returns:
            ``text[start:end]``。

        Examples:
            >>> Span(0, 2).of("您好！")
            '您好'
        """
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """两段是否有公共的字符。

        Args:
            other: 另一段。

        Returns:
            有公共字符为真。

        Examples:
            >>> Span(0, 2).overlaps(Span(1, 3)), Span(0, 2).overlaps(Span(2, 3))
            (True, False)
        """
        return self.start < other.end and other.start < self.end

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Finding:
    """一条扣分、加分或提示的依据。"""

    rule_id: str
    """规则编号，如 ``owner_date.deadline``"""
    criterion: str
    """所属的评分项或红线，如 ``owner_date``、``G1``"""
    score: float
    """这条依据在该项上支持的分（0–3）；红线为 0"""
    span: Span | None
    """引文在原文中的位置；说“缺少什么”的依据没有位置，为 None"""
    quote: str
    """引文，恒等于 ``span.of(原文)``；没有位置时为空串"""
    message: str
    """看到了什么"""
    why: str
    """为什么算数"""
    source: str
    """出处与核实状态"""
    advice: str = ""
    """下一步怎样写；不需要改时为空串"""
    where: str = "reply"
    """引文取自答复 ``reply`` 还是留言 ``message``"""

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            键与字段同名；``span`` 为 ``[start, end]`` 或 None。
        """
        data: dict[str, object] = {field.name: getattr(self, field.name) for field in fields(self)}
        data["span"] = None if self.span is None else [self.span.start, self.span.end]
        return data


@dataclass(frozen=True, slots=True)
class Signature:
    """结果的签名。

    能移动结果的选择都写在里面，次序固定，包版本在最后。
    """

    parts: tuple[tuple[str, str], ...]
    """（名，值）对，如 ``(("reply", "2026.1"), …, ("lab", "0.1.0"))``"""

    @classmethod
    def of(cls, parts: Mapping[str, str]) -> Signature:
        """由字典造签名，末尾加上包版本。

        Args:
            parts: 名到值，按写入次序排列。

        Returns:
            签名。

        Examples:
            >>> str(Signature.of({"reply": "2026.1"})).startswith("reply:2026.1|lab:")
            True
        """
        from wenzheng_lab import __version__

        return cls((*((str(k), str(v)) for k, v in parts.items()), ("lab", __version__)))

    def to_dict(self) -> dict[str, str]:
        """转成字典。

        Returns:
            名到值。
        """
        return dict(self.parts)

    def __str__(self) -> str:
        return "|".join(f"{name}:{value}" for name, value in self.parts)


@runtime_checkable
class Row(Protocol):
    """像表格一行的东西：字典、pandas 的 Series 都是。"""

    def keys(self) -> Iterator[str]: ...

    def __getitem__(self, key: str, /) -> object: ...


_TIME_FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
    "%Y-%m-%d %H:%M",
)


def is_blank(value: object) -> bool:
    """是不是空：None、NaN、NaT、pandas 的 NA、空串、只有空白。

    Args:
        value: 任何值。

    Returns:
        为空则真。

    Examples:
        >>> is_blank(float("nan")), is_blank("　"), is_blank(0)
        (True, True, False)
    """
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, float):
        return math.isnan(value)
    try:
        return bool(value != value)  # NaT 不等于自己
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"  # pandas 的 NA 连是不是等于自己也不肯说；这里不引 pandas


def parse_time(value: object, name: str = "时间") -> datetime | None:
    """把各种写法的时间读成 ``datetime``（北京时间，不带时区）。

    Args:
        value: ``datetime``、pandas 时间戳、“2026-03-05 21:15”“2026/3/5”“2026年3月5日”等；空的也行。
        name: 字段的中文名，放进错误信息。

    Returns:
        时间；来的是空的则为 None。带时区的先换到北京时间再去掉时区。

    Raises:
        InputError: 写法认不出。
        InputTypeError: 不是时间也不是文字。

    Examples:
        >>> parse_time("2026/3/5 8:05")
        datetime.datetime(2026, 3, 5, 8, 5)
        >>> parse_time("") is None
        True
    """
    if is_blank(value):
        return None
    if isinstance(value, datetime):
        moment = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
        return _beijing(moment)
    if hasattr(value, "isoformat"):  # date
        return datetime.fromisoformat(value.isoformat())
    if not isinstance(value, str):
        raise InputTypeError(
            explain(
                f"{name}是 {type(value).__name__} 类型的 {show(value)}",
                "应为时间，或“2026-03-05 21:15”这样的文字",
                "Excel 的数字日期请先设成日期格式再导出",
            )
        )
    text = value.strip().translate(str.maketrans("０１２３４５６７８９／：－", "0123456789/:-"))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return _beijing(moment)
    for pattern in _TIME_FORMATS:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    raise InputError(
        explain(
            f"{name}写成 {show(value)}，认不出来",
            "应为“2026-03-05 21:15”“2026/3/5”或“2026年3月5日”",
            "请改成其中一种写法；不知道时间就留空",
        )
    )


def _beijing(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment
    from datetime import timedelta, timezone

    try:
        return moment.astimezone(timezone(timedelta(hours=8))).replace(tzinfo=None)
    except OverflowError as error:  # 公元 1 年、9999 年的头尾，换时区会越界
        raise InputError(
            explain(f"时间是 {moment.isoformat()}，换不成北京时间", "应在公元 1 年到 9999 年之间", "请核对年份")
        ) from error


def _text(row: Row, key: str) -> str:
    try:
        value = row[key]
    except KeyError:
        return ""
    if is_blank(value):
        return ""
    if not isinstance(value, str):
        raise InputTypeError(
            explain(
                f"{key} 是 {type(value).__name__} 类型的 {show(value)}",
                f"{key} 应为文字",
                "请先转成文字再交来",
            )
        )
    return value


@dataclass(frozen=True, slots=True)
class Message:
    """一条留言（来信）。"""

    subject: str
    """主题"""
    body: str
    """详情"""
    id: str = ""
    """留言编号；表格里的列名是 ``message_id``"""
    created_at: datetime | None = None
    """留言时间（北京时间）"""
    channel: str = ""
    """来信渠道"""
    author: str = ""
    """留言人的网名或称呼；只显示，不统计"""
    place: str = ""
    """地点"""
    category: str = ""
    """一级分类"""
    subcategory: str = ""
    """二级分类"""
    appeal: str = ""
    """诉求类型：咨询、求助、投诉、举报、建议、感谢"""
    urgency: str = ""
    """紧急程度：特急、急、一般"""
    department: str = ""
    """承办单位"""

    def __post_init__(self) -> None:
        for name in ("subject", "body", "id"):
            value = getattr(self, name)
            if not isinstance(value, str):
                raise InputTypeError(
                    explain(
                        f"留言的 {name} 是 {type(value).__name__} 类型的 {show(value)}",
                        "应为文字（str）",
                        "请先转成文字；空的请写成空串",
                    )
                )
        object.__setattr__(self, "created_at", parse_time(self.created_at, "留言时间"))

    @property
    def text(self) -> str:
        """主题与详情连在一起，中间一个换行；没有主题就只有详情。"""
        return f"{self.subject}\n{self.body}" if self.subject else self.body

    @classmethod
    def of(cls, source: object) -> Message:
        r"""由留言、字典或表格的一行造留言。

        Args:
            source: ``Message``；或有 ``subject``、``body`` 两键的字典、pandas 的一行。其余规范列名可有可无。

        Returns:
            留言。

        Raises:
            InputTypeError: 不是这几种。
            InputError: 没有 ``subject`` 也没有 ``body``。

        Examples:
            >>> Message.of({"subject": "路灯不亮", "body": "半年了"}).text
            '路灯不亮\n半年了'
        """
        if isinstance(source, Message):
            return source
        if isinstance(source, str) or not isinstance(source, Row):
            raise InputTypeError(
                explain(
                    f"来的是 {type(source).__name__} 类型的 {show(source)}",
                    "应为 Message，或有 subject、body 两键的字典或表格行",
                    '请写成 {"subject": "标题", "body": "正文"}',
                )
            )
        keys = [str(key) for key in source.keys()]  # noqa: SIM118  Series 的迭代给的是值
        if "subject" not in keys and "body" not in keys:
            raise InputError(
                explain(
                    f"这一行的列是：{'、'.join(keys[:12]) or '（没有列）'}",
                    "应有 subject（主题）和 body（详情）",
                    "原始表格请先用 wz.read_messages 读入，它会把列名换成规范名",
                )
            )
        texts = {
            field.name: _text(source, field.name) for field in fields(cls) if field.name not in ("id", "created_at")
        }
        number = source["message_id"] if "message_id" in keys else source["id"] if "id" in keys else ""
        return cls(
            id="" if is_blank(number) else str(number),
            created_at=parse_time(source["created_at"], "留言时间") if "created_at" in keys else None,
            **texts,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """一份答复。"""

    text: str
    """答复全文"""
    replied_at: datetime | None = None
    """答复时间（北京时间）"""
    unit: str = ""
    """答复单位；署名写在正文里时可空"""

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise InputTypeError(
                explain(
                    f"答复是 {type(self.text).__name__} 类型的 {show(self.text)}",
                    "应为文字（str）",
                    "请把答复写成文字；空的请写成空串，会得到“未评分”",
                )
            )
        object.__setattr__(self, "replied_at", parse_time(self.replied_at, "答复时间"))


@dataclass(frozen=True, slots=True)
class Case:
    """一件办理中的来信：留言、已有的答复、卷内已知的事实。"""

    message: Message
    """留言"""
    replies: tuple[Reply, ...] = ()
    """以前的答复，先后排列；评第二轮答复时用"""
    asks: tuple[str, ...] = ()
    """已知的诉求（模拟或练习里有真值）；空则由程序从留言里找"""
    facts: tuple[str, ...] = ()
    """卷内已查明的事实；答复里的“已办结”要与它相符"""
    finished: bool | None = None
    """卷内记载是否已办结；None 表示不知道"""
    due_at: datetime | None = None
    """应当答复的最后时间；由时限规则算出"""
    notices: tuple[datetime, ...] = ()
    """答复前给留言人的进展告知时间"""

    def __post_init__(self) -> None:
        """种类不对当场说；时间换成北京时间，免得评“及时”时带时区的与不带的没法比。"""
        require_kind(self.message, Message, "message", "应为 wz.Message", "字典请写成 wz.Message.of(字典)")
        for name, kind, todo in (
            ("replies", Reply, "如 replies=[wz.Reply(文字)]"),
            ("asks", str, '如 asks=["什么时候修好"]'),
            ("facts", str, '如 facts=["3月5日换了11盏灯"]'),
            ("notices", object, '如 notices=["2026-03-05"]'),
        ):
            given = getattr(self, name)
            listed = isinstance(given, Sequence) and not isinstance(given, str | bytes)
            if not listed or not all(isinstance(item, kind) for item in given):
                raise InputTypeError(explain(f"{name} 是 {show(given)}", f"应为 {kind.__name__} 的列表", todo))
            object.__setattr__(self, name, tuple(given))
        object.__setattr__(self, "due_at", parse_time(self.due_at, "due_at"))
        notices = (parse_time(notice, "notices") for notice in self.notices)
        object.__setattr__(self, "notices", tuple(notice for notice in notices if notice is not None))
