"""来信人：身份、年龄、姓名，以及编造的号码。号码取自没有分配的号段，不会是谁的。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.county import Town, load_county
from wenzheng_lab.inbox.phrases import load_people

# 没有分配给运营商的号段与没有使用的地区码
_MOBILE = ("154", "160", "161", "163", "164", "168", "169", "179")
_ID_AREA = "3699"
_BANK = "62299"
_PLATE = "赣Z"
_PASSPORT = "EI"  # 护照号的第二位不用字母 I
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CODES = "10X98765432"


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """一种身份。"""

    name: str
    """名称"""
    low: int
    """最小年龄"""
    high: int
    """最大年龄"""
    women: float
    """女性占比"""
    titles: tuple[str, ...]
    """自称时的说法"""
    traits: tuple[str, ...]
    """特点：共用的话里，名字以“_特点”结尾的那些他也能说"""
    away: bool
    """不住在本县，不说自己住哪里"""
    lettered: bool
    """读过书，不说自己读书少"""


@cache
def kinds() -> Mapping[str, Kind]:
    """全部身份。"""
    rows = load_people()["kinds"]
    return {
        name: Kind(
            name,
            row["age"][0],
            row["age"][1],
            row["women"],
            tuple(row["as"]),
            tuple(row.get("traits", ())),
            row.get("away", False) is True,
            "lettered" in row.get("traits", ()),
        )
        for name, row in rows.items()  # type: ignore[attr-defined]
    }


@cache
def _names() -> tuple[str, tuple[str, ...], str, str]:
    row = load_people()["names"]
    return row["surnames"], tuple(row["double_surnames"]), row["men"], row["women"]  # type: ignore[index]


def full_name(stream: Stream, *, woman: bool) -> str:
    """随机的姓名。"""
    surnames, doubles, men, women = _names()
    given = women if woman else men
    surname = stream.pick(doubles) if stream.chance(0.01) else stream.pick(surnames)
    name = stream.pick(given)
    return surname + name + (stream.pick(given) if stream.chance(0.72) else "")


@dataclass(slots=True)
class Person:
    """一个虚构的来信人。"""

    kind: str
    """身份"""
    age: int
    """年龄"""
    woman: bool
    """是否女性"""
    town: Town
    """住在哪个乡镇街道"""
    stream: Stream
    """号码用的流"""
    cache: dict[str, str] = field(default_factory=dict)
    """已经给出的资料"""

    def detail(self, what: str, year: int, home: str) -> str:
        """一样个人资料；同一个人每次都一样。

        Args:
            what: name、phone、landline、idcard、bank、plate、address、qq、email、wechat、passport、cert（残疾证号）。
            year: 写信的年份，推算出生年用。
            home: 住的小区或村。

        Returns:
            资料的文字。
        """
        if what not in self.cache:
            self.cache[what] = self._make(what, year, home)
        return self.cache[what]

    def _digits(self, n: int) -> str:
        return "".join(str(self.stream.below(10)) for _ in range(n))

    def _make(self, what: str, year: int, home: str) -> str:
        stream = self.stream
        if what == "name":
            return full_name(stream, woman=self.woman)
        if what == "phone":
            return _written_phone(stream.pick(_MOBILE) + self._digits(8), stream)
        if what == "landline":
            return f"{load_county().area_code}-{stream.pick('2345678')}{self._digits(6)}"
        if what == "idcard":
            birth = f"{year - self.age - 1}{stream.between(1, 12):02d}{stream.between(1, 28):02d}"
            order = stream.between(0, 499) * 2 + (0 if self.woman else 1)
            body = f"{_ID_AREA}{stream.between(1, 99):02d}{birth}{order:03d}"
            return body + _ID_CODES[sum(int(d) * w for d, w in zip(body, _ID_WEIGHTS, strict=True)) % 11]
        if what == "bank":
            body = _BANK + self._digits(13)
            return body + _luhn(body)
        if what == "plate":
            return (
                _PLATE
                + stream.pick(("·", "", ""))
                + "".join(stream.pick("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789") for _ in range(4))
                + str(stream.below(10))
            )
        if what == "qq":
            return str(stream.between(10_000_000, 3_999_999_999))
        if what == "email":
            return (
                "".join(stream.pick("abcdefghjkmnpqrstuvwxyz") for _ in range(6))
                + f"{stream.below(1000):03d}@example.com"
            )
        if what == "wechat":
            letters = "".join(stream.pick("abcdefghjkmnpqrstuvwxyz") for _ in range(stream.between(3, 6)))
            return f"{letters}{stream.pick(('_', '-', ''))}{self._digits(stream.between(4, 6))}"
        if what == "passport":
            return _PASSPORT + self._digits(7)
        if what == "cert":
            # 残疾人证号是身份证号加类别、等级两位
            return self.detail("idcard", year, home) + f"{stream.between(1, 7)}{stream.between(1, 4)}"
        if home.endswith(("村", "社区")):
            return f"{self.town.name}{home}{stream.between(1, 18)}组{stream.between(1, 160)}号"
        tower, door = stream.between(1, 26), stream.between(1, 3)
        return f"{self.town.name}{home}{tower}栋{door}单元{stream.between(1, 18)}0{stream.between(1, 4)}室"


def _luhn(body: str) -> str:
    total = 0
    for n, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if n % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _written_phone(number: str, stream: Stream) -> str:
    style = stream.draw()
    if style < 0.82:
        return number
    if style < 0.88:
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    if style < 0.92:
        return f"{number[:3]}-{number[3:7]}-{number[7:]}"
    if style < 0.96:
        return number.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    return number.translate({ord(str(n)): "零一二三四五六七八九"[n] for n in range(10)})


def make_person(kind: str, town: Town, stream: Stream, ages: tuple[int, int] | None = None) -> Person:
    """造一个来信人。

    Args:
        kind: 身份。
        town: 住处所在的乡镇街道。
        stream: 随机流。
        ages: 再限定的年龄范围。

    Returns:
        来信人。
    """
    row = kinds()[kind]
    low, high = row.low, row.high
    if ages is not None:
        low, high = max(low, ages[0]), min(high, ages[1])
    age = stream.between(low, max(low, high))
    return Person(kind, age, stream.chance(row.women), town, stream)
