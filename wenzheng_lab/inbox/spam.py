"""广告与无关信息。"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.facts import personal
from wenzheng_lab.inbox.grammar import Fragment, Words, compile_fragment, render
from wenzheng_lab.inbox.people import Person
from wenzheng_lab.inbox.phrases import DATA

SPAM_CATEGORY = "无关信息"
"""广告等在真值里的一级分类；不在十五个一级分类之内"""


@dataclass(frozen=True, slots=True)
class _Spam:
    name: str
    titles: tuple[Fragment, ...]
    texts: tuple[Fragment, ...]


@cache
def _load() -> tuple[_Spam, ...]:
    file = TomlFile.read(DATA / "phrases" / "spam.toml")
    words, found = Words([]), []
    for n, raw in enumerate(file.data["spam"]):  # type: ignore[arg-type,var-annotated]
        row = file.table(("spam", n), raw, required=("name", "titles", "texts"))
        found.append(
            _Spam(
                str(row["name"]),
                tuple(compile_fragment(text, words) for text in file.strings(("spam", n), row["titles"])),
                tuple(compile_fragment(text, words) for text in file.strings(("spam", n), row["texts"])),
            )
        )
    return tuple(found)


class _Filler:
    words: tuple[tuple[str, ...], ...] = ()

    def __init__(self, person: Person, places: dict[str, str], year: int) -> None:
        self.person, self.places, self.year = person, places, year

    def fill(self, key: str) -> str:
        if key in self.places:
            return self.places[key]
        if key == "county":
            return "青禾"
        if key in ("我", "我们", "我家"):
            return key
        return personal(self.person, key, self.year, self.places["area"])


def write_spam(stream: Stream, person: Person, places: dict[str, str], year: int) -> tuple[str, str, str]:
    """写一条广告。

    Args:
        stream: 随机流。
        person: 发广告的人。
        places: 地点。
        year: 年份。

    Returns:
        标题、正文（个人信息夹在记号里）、种类。
    """
    kind = stream.pick(_load())
    filler = _Filler(person, places, year)

    def write(fragment: Fragment) -> str:
        return render(fragment, stream.draw, filler)

    return write(stream.pick(kind.titles)), write(stream.pick(kind.texts)), kind.name
