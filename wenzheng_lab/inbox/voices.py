"""口吻：谁这样写、先说什么、怎么断句；由 voices.toml 读入并校验。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from wenzheng_lab._toml import Path_, TomlFile
from wenzheng_lab.errors import suggest
from wenzheng_lab.inbox._streams import cumulate
from wenzheng_lab.inbox.grammar import APPEALS, TONES, Fragment, GrammarError, compile_fragment
from wenzheng_lab.inbox.people import kinds
from wenzheng_lab.inbox.phrases import DATA, load_words
from wenzheng_lab.inbox.slots import BUILTIN

CHANNELS = ("县长信箱", "12345热线", "网站留言", "微信公众号", "手机APP", "来信来访")
"""六个渠道"""
MARKS = ("run", "drop", "space", "bang", "twice", "half", "dots", "para", "bare")
ELEMENTS = (
    "hello",
    "who",
    "bridge",
    "core",
    "facts",
    "effect",
    "tried",
    "calls",
    "reason",
    "policy",
    "background",
    "impact",
    "feeling",
    "quote",
    "ask",
    "threat",
    "thanks",
    "close",
    "sign",
    "again",
    "caller",
    "where",
)
POINTS = ("none", "1、", "1.", "一、", "（1）", "一是", "第一，")
SIGNS = ("none", "name", "phone", "date", "full", "all")


Manner = tuple[frozenset[str], bool, bool]


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """一种口吻。"""

    id: str
    """编号"""
    name: str
    """名称"""
    weight: float
    """多少"""
    emotion: int
    """情绪 0–3"""
    ages: tuple[int, int]
    """年龄"""
    women: bool
    """只有女性"""
    people: tuple[str, ...]
    """身份；空就是都行"""
    channels: Mapping[str, float]
    """渠道；空就是都行"""
    appeals: tuple[str, ...]
    """诉求；空就是都行"""
    hours: tuple[int, ...]
    """几点写；空就是都行"""
    crowd: bool
    """联名"""
    again: bool
    """再次反映"""
    heads: bool
    """写“时间：”“地点：”这样的小标题"""
    questions: bool
    """说不说反问句"""
    tones: str
    """可用的语气标记"""
    words: tuple[tuple[str, ...], ...]
    """同义词备选表"""
    oral: float
    """口语词所占的比重"""
    me: tuple[str, ...]
    """怎样自称"""
    us: tuple[str, ...]
    """怎样说我们"""
    home: tuple[str, ...]
    """怎样说我家"""
    plans: tuple[tuple[tuple[str, float], ...], ...]
    """先后次序与各部分出现的倾向"""
    length: float
    """篇幅乘数"""
    least: int
    """最少字数"""
    most: int
    """最多字数"""
    marks: Mapping[str, float]
    """断句习惯"""
    typos: float
    """每百字错几处"""
    emoji: float
    """带表情的几率"""
    trad: float
    """繁体的几率"""
    han: float
    """数目写成汉字的比重"""
    tail: float
    """句末语气词的几率"""
    tails: tuple[str, ...]
    """语气词"""
    link: float
    """句间连接词的几率"""
    points: tuple[str, ...]
    """编号的样子"""
    sign: tuple[tuple[str, ...], tuple[float, ...]]
    """落款与比重"""
    manner: Manner
    """挑说法要看的三样：可用的语气、是不是联名、说不说反问句；几种口吻可以相同"""


COMMON = (
    "who", "short", "other", "call", "ago", "wait", "staff", "kindname", "resident", "home", "name2", "name3", "name4",
    "goodday", "today", "ticket", "ask", "list", "title",
)  # fmt: skip
"""通用的话里以 @ 开头的空位"""
_USABLE = (*BUILTIN, *(f"@{name}" for name in COMMON), "landline", "qq", "email", "wechat", "passport", "cert")
_SPACES = re.compile(r"\{([^{}]+)\}")
_NOTHING = Fragment((), "", frozenset(), "", "", False, frozenset(), 0.0, "")

_REQUIRED = ("id", "name", "weight", "emotion", "tones", "words", "me", "us", "home", "plans", "length", "marks")
_OPTIONAL = (
    "ages",
    "women",
    "people",
    "channels",
    "only_channels",
    "appeals",
    "hours",
    "crowd",
    "again",
    "heads",
    "questions",
    "least",
    "most",
    "typos",
    "emoji",
    "trad",
    "han",
    "tail",
    "tails",
    "link",
    "points",
    "sign",
)


def _voice(file: TomlFile, where: Path_, raw: object) -> Voice:
    row = file.table(where, raw, required=_REQUIRED, optional=_OPTIONAL)

    def number(key: str, default: float, low: float = 0, high: float = 1) -> float:
        return file.number((*where, key), row.get(key, default), low=low, high=high)

    def within(key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        found = file.strings((*where, key), row.get(key, []))
        for item in found:
            if item not in allowed:
                raise file.error((*where, key), f"“{item}”不可用；可用：{'、'.join(allowed)}")
        return found

    def table(key: str, allowed: tuple[str, ...]) -> dict[str, float]:
        found = file.table((*where, key), row.get(key, {}), optional=allowed)
        return {name: file.number((*where, key), value, low=0, high=100) for name, value in found.items()}

    plans = []
    for plan in file.strings((*where, "plans"), row["plans"], empty=False):
        steps = []
        for word in plan.split():
            name, _, p = word.partition("?")
            if name not in ELEMENTS:
                raise file.error((*where, "plans"), f"“{name}”不可用；可用：{'、'.join(ELEMENTS)}")
            steps.append((name, float(p) if p else 1.0))
        plans.append(tuple(steps))
    words = table("words", ("文", "中", "口"))
    sign = table("sign", SIGNS) or {"none": 1.0}
    ages = row.get("ages", [0, 120])
    points = row.get("points", ["none"])
    return Voice(
        id=file.string((*where, "id"), row["id"]),
        name=file.string((*where, "name"), row["name"]),
        weight=number("weight", 1, 0, 100),
        emotion=int(number("emotion", 0, 0, 3)),
        ages=(ages[0], ages[1]),  # type: ignore[index]
        women=bool(row.get("women")),
        people=within("people", tuple(kinds())),
        channels=table("channels", CHANNELS),
        appeals=within("appeals", tuple(APPEALS.values())),
        hours=tuple(row.get("hours", ())),  # type: ignore[arg-type]
        crowd=bool(row.get("crowd")),
        again=bool(row.get("again")),
        heads=bool(row.get("heads")),
        questions=row.get("questions", True) is True,
        tones="".join(tone for tone in str(row["tones"]) if tone in TONES),
        words=load_words().table({"文": 0, "中": 0, "口": 0} | words),
        oral=words.get("口", 0.0) / (sum(words.values()) or 1.0),
        me=tuple(row["me"]),  # type: ignore[arg-type]
        us=tuple(row["us"]),  # type: ignore[arg-type]
        home=tuple(row["home"]),  # type: ignore[arg-type]
        plans=tuple(plans),
        length=number("length", 1, 0.1, 5),
        least=int(number("least", 0, 0, 2000)),
        most=int(number("most", 5000, 10, 10000)),
        marks=table("marks", MARKS),
        typos=number("typos", 0, 0, 10),
        emoji=number("emoji", 0),
        trad=number("trad", 0),
        han=number("han", 0),
        tail=number("tail", 0),
        tails=tuple(row.get("tails", ("啊", "呀", "嘛"))),  # type: ignore[arg-type]
        link=number("link", 0),
        points=tuple(points),  # type: ignore[arg-type]
        sign=(tuple(sign), cumulate(tuple(sign.values()))),
        manner=(frozenset(str(row["tones"])), bool(row.get("crowd")), row.get("questions", True) is True),
    )


@cache
def load_voices() -> tuple[Voice, ...]:
    """随包的全部口吻。

    Raises:
        RuleFileError: 写错；首行有文件名与行号。

    Examples:
        >>> len(load_voices()) >= 14
        True
    """
    file = TomlFile.read(DATA / "voices.toml")
    file.table((), file.data, required=("voice",))
    return tuple(_voice(file, ("voice", n), raw) for n, raw in enumerate(file.data["voice"]))  # type: ignore[arg-type,var-annotated]


@cache
def load_pools() -> Mapping[str, tuple[Fragment, ...]]:
    """各种口吻共用的话。

    Raises:
        RuleFileError: 写错；首行有文件名与行号。
    """
    file = TomlFile.read(DATA / "phrases" / "common.toml")
    pools = {}
    for name, rows in file.data.items():
        found = []
        for text in rows if isinstance(rows, list) else ():
            try:
                found.append(compile_fragment(text, load_words()) if text else _NOTHING)
            except GrammarError as error:
                raise file.error((name,), str(error)) from error
            for key in _SPACES.findall(text):
                if key[0] == ">" and key[1:] not in file.data:
                    raise file.error((name,), f"{{{key}}} 引用的短语不在本文件里")
                if key[0] != ">" and key not in _USABLE:
                    raise file.error(
                        (name,), f"{{{key}}} 不可用；{suggest(key, _USABLE)}可用：{'、'.join(_USABLE)}，或 {{>短语名}}"
                    )
        pools[name] = tuple(found)
    return pools
