"""读姓名：从一个位置起，像不像“姓＋名”，到哪里为止。"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.privacy.base import read_csv, section
from wenzheng_lab.privacy.trie import trie_pattern

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_HAN_RE = re.compile(f"[{_HAN}]")
# 少数民族和外国人名，中间有间隔号
_DOTTED_LEAST = 2
"""间隔号后面至少几个字是名"""
_DOTTED = re.compile(f"[{_HAN}]{{1,8}}(?:·[{_HAN}]{{1,10}}){{1,3}}")
_TIERS = ("plain", "common", "rare", "wordlike", "compound", "opening")
# “张建*”已经遮过；“张建国***”是姓名后面遮过的号码
_HALF = re.compile(r"\*(?!\*)")
_SCORES = (
    "threshold", "cue_strong", "cue_medium", "cue_weak",
    "surname_plain", "surname_common", "surname_rare", "surname_wordlike", "surname_compound",
    "given_telling", "given_usual", "given_seen", "given_unknown", "given_word",
    "follow_stop", "follow_word", "follow_none",
    "word_strong", "word_other", "word_stop", "word_strong_stop", "place_end",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """读出的姓名。"""

    start: int
    """起点"""
    end: int
    """终点（不含）"""
    keep: int
    """姓占几个字"""
    kind: str = "person"
    """``person`` 要遮；``official`` 带职务；``surname`` 只有姓和称呼"""


class NameReader:
    """读姓名的人。"""

    def __init__(self, file: TomlFile) -> None:
        scores = section(file, "score", _SCORES)
        self._score = {key: file.number(("score", key), scores[key]) for key in _SCORES}
        rows = read_csv("surnames.csv", ("surname", "tier"))
        self._surnames = {surname: tier for surname, tier in rows if tier in _TIERS}
        # 藏、蒙等族的名字没有姓：开头两个字当复姓一样认，遮盖时只留一个字
        self.openings = frozenset(surname for surname, tier in rows if tier == "opening")
        self._given = {char: tier for char, tier in read_csv("given.csv", ("char", "tier"))}
        vocabulary = read_csv("words.csv", ("word", "kind"))
        self._words = frozenset(word for word, kind in vocabulary if kind == "head")
        self._given_words = frozenset(word for word, kind in vocabulary if kind == "given")
        self._follow = self._trie(file, "follow", "words")
        self._place = self._trie(file, "place", "words")
        self._not_place = self._trie(file, "place", "exceptions")
        self._ends = frozenset(
            file.strings(("place", "ends"), section(file, "place", ("words", "exceptions", "ends"))["ends"])
        )
        words = section(file, "words", ("extra", "not_names", "public"))
        self._public = frozenset(file.strings(("words", "public"), words["public"]))
        self._never = re.compile(trie_pattern(file.strings(("words", "extra"), words["extra"])))
        self._not_names = re.compile(trie_pattern(file.strings(("words", "not_names"), words["not_names"])))
        self._dotted_cut = self._trie(file, "dotted", "words")
        self.prepositions: frozenset[str] = frozenset()
        self.titles = self._trie(file, "titles", "words")
        self._not_titles = self._trie(file, "titles", "exceptions")
        self.titles_only = re.compile(f"{self._not_titles.pattern}|(?P<title>{self.titles.pattern})")
        self._honorifics = self._trie(file, "honorifics", "words")

    @staticmethod
    def _trie(file: TomlFile, table: str, key: str) -> re.Pattern[str]:
        body = file.table((table,), file.data.get(table), required=("words",), optional=("exceptions", "ends"))
        return re.compile(trie_pattern(file.strings((table, key), body.get(key, []))))

    @property
    def threshold(self) -> float:
        """够这个分数才算姓名。"""
        return self._score["threshold"]

    def surname_at(self, text: str, at: int) -> int:
        """一个位置的姓有几个字，不是姓则为 0；复姓优先。

        Args:
            text: 文字。
            at: 位置。

        Returns:
            0、1 或 2。
        """
        if text[at : at + 2] in self._surnames:
            return 2
        return 1 if text[at : at + 1] in self._surnames else 0

    def read(self, text: str, at: int, strength: str, *, open_: bool = False, whole: bool = False) -> Name | None:
        """从一个位置起读姓名。

        Args:
            text: 还原后的文字。
            at: 起点。
            strength: 提示语的力度：``strong``、``medium``、``weak``。
            open_: 提示语只会接姓名（我叫、姓名：）时，姓不在表里也收。
            whole: 表格的一栏，四个字才停住的整个收。

        Returns:
            姓名；不像则为 None。
        """
        first = text[at : at + 1]
        if not first or not _HAN_RE.match(first):
            return None
        if strength != "weak" and "·" in text[at : at + 9] and (dotted := _DOTTED.match(text, at)):
            return Name(at, self._dotted_end(dotted), 1)
        size = self.surname_at(text, at)
        if size:
            if title := self.titles.match(text, at + size):
                return Name(at, title.end(), size, "official")
            if (polite := self._honorifics.match(text, at + size)) and not self._full(text, at, size, open_):
                return Name(at, polite.end(), size, "surname")
            best = self._best(text, at, size, strength)
            if best is None and size == 2 and first in self._surnames:
                best = self._best(text, at, 1, strength)
            if best is not None:
                # “户名：乌兰托娅，”：四个字才停住的，多半是没有汉姓的姓名
                full = self._unlisted(text, at) if open_ or whole else None
                longer = full and full.end > best.end and not text[full.end : full.end + 1].isalnum()
                return full if longer else self._with_title(text, best)
        return self._unlisted(text, at) if open_ else None

    def _dotted_end(self, dotted: re.Match[str]) -> int:
        """“叶赫那拉·静怡说要”：末一节从第三个字起，遇到“说”“的”一类就断开。"""
        last = dotted.group().rfind("·") + 1 + _DOTTED_LEAST + dotted.start()
        cut = self._dotted_cut.search(dotted.string, last, dotted.end())
        return cut.start() if cut else dotted.end()

    def _full(self, text: str, at: int, size: int, open_: bool) -> bool:
        """“王师傅”是称呼，“王师远”是姓名：称呼只有一个字、后面还有名的，按姓名看。"""
        honorific = self._honorifics.match(text, at + size)
        if honorific is None or len(honorific.group()) > 1:
            return False
        if open_:
            return True
        after = text[honorific.end() : honorific.end() + 1]
        return (
            bool(after)
            and self._given.get(after) in ("telling", "usual")
            and not self._follow.match(text, honorific.end())
        )

    def _with_title(self, text: str, name: Name) -> Name:
        title = self.titles.match(text, name.end)
        if title and not self._not_titles.match(text, name.end):
            return Name(name.start, title.end(), name.keep, "official")
        return name

    def _best(self, text: str, at: int, size: int, strength: str) -> Name | None:
        best, top = None, self._score["threshold"]
        for length in (2, 1):
            end = at + size + length
            if end > len(text):
                continue
            score = self.score(text, at, size, end, strength)
            if score is None or score < top or (best is not None and score <= top):
                continue
            # “韦大财躲着”：两字的名也说得通时，不在“韦大”处断开
            if length == 1 and self._runs_on(text, end):
                end += 1
                # 再往后是“村”“路”一类，就是地名：“咸嘉新｜村”
                if self._is_place(text, end):
                    continue
            best, top = Name(at, end, size), score
        return best

    def _runs_on(self, text: str, end: int) -> bool:
        after = self._given.get(text[end : end + 1])
        return (
            after in ("telling", "usual", "seen") and text[end] not in self._ends and not self._follow.match(text, end)
        )

    def score(self, text: str, at: int, size: int, end: int, strength: str, *, titled: bool = False) -> float | None:
        """给一个候选姓名打分。

        Args:
            text: 文字。
            at: 起点。
            size: 姓有几个字。
            end: 终点。
            strength: 提示语的力度。
            titled: 后面是职务，不按地名机构名排除。

        Returns:
            分数；一定不是姓名时为 None。
        """
        given = text[at + size : end]
        tiers = [self._given.get(char, "unknown" if _HAN_RE.match(char) else "never") for char in given]
        if (
            "never" in tiers
            or not given
            or text[end : end + 1] == "×"
            or _HALF.match(text, end)
            or text[at:end] in self._public
        ):
            return None
        surname, after = text[at : at + size], text[end : end + 1]
        if self.titles.fullmatch(given) or (after.isascii() and after.isalpha()):
            return None
        if surname in self.prepositions and given in self._surnames and self._honorifics.match(text, end):
            return None
        if self._honorifics.fullmatch(given) and not (len(given) == 1 and strength == "strong"):
            return None
        if not titled and self._is_place(text, end):
            return None
        # 课程组读真实留言时挑出的误报：除非自报姓名，一律不算
        # 年、折、黑一类的姓也是平常的字：“写的是年满”，提示语再硬也不是姓名
        tier = self._surnames[surname]
        if (tier == "wordlike" or strength != "strong") and self._never.match(text, at):
            return None
        points = self._score
        total = points[f"cue_{strength}"] + points[f"surname_{'compound' if tier == 'opening' else tier}"]
        total += min(points[f"given_{tier}"] for tier in tiers)
        stop = end >= len(text) or not _HAN_RE.match(text[end])
        if stop:
            total += points["follow_stop"]
        else:
            total += points["follow_word" if self._follow.match(text, end) else "follow_none"]
        if given in self._given_words:
            total += points["given_word"]
        if given[-1] in self._ends:
            total += points["place_end"]
        if any(text[at : at + length] in self._words for length in (size + 1, size + 2)):
            # “马来顺，”：三个字、名都像、后面停住，按姓名看的余地大些
            whole = stop and len(given) == 2 and set(tiers) <= {"usual", "telling"} and given not in self._given_words
            kind = "word_strong" if strength == "strong" else "word_stop" if whole else "word_other"
            total += points["word_strong_stop" if whole and strength == "strong" else kind]
        return total

    def _unlisted(self, text: str, at: int) -> Name | None:
        match = re.match(f"[{_HAN}]{{3,4}}(?![{_HAN}*×])", text[at : at + 6])
        if match is None:
            return None
        value = match.group()
        if "never" in (self._given.get(value[0]), self._given.get(value[-1])) or self._not_names.search(value):
            return None
        if value[-1] in self._ends or self._place.search(value[1:]) or self.titles.search(value):
            return None
        return Name(at, at + len(value), 1)

    def _is_place(self, text: str, end: int) -> bool:
        if self._not_place.match(text, end):
            return False
        return text[end : end + 1] in self._ends or bool(self._place.match(text, end))

    def ends_well(self, text: str, end: int) -> bool:
        """姓名后面停住，或接着常见的词。

        Args:
            text: 文字。
            end: 姓名的终点。

        Returns:
            是则真。
        """
        return not _HAN_RE.match(text[end : end + 1]) or bool(self._follow.match(text, end))

    def ending_at(
        self, text: str, end: int, strength: str, starts: re.Pattern[str], *, titled: bool = False
    ) -> Name | None:
        """读出恰好在一个位置结束的姓名。

        Args:
            text: 文字。
            end: 终点。
            strength: 力度。
            starts: 姓名前面可以紧挨着的词。
            titled: 后面是职务。

        Returns:
            姓名；不像则为 None。
        """
        for length in (4, 3, 2):
            at = end - length
            if at < 0:
                continue
            size = self.surname_at(text, at)
            if length not in (size + 1, size + 2) or not size:
                continue
            if size == 1 and length == 2 and text[at:end] in self._surnames:
                return None
            before = text[at - 1 : at]
            preposition = text[at : at + size] in self.prepositions
            led = not preposition and starts.search(text[max(0, at - 6) : at])
            if before and _HAN_RE.match(before) and not led:
                continue
            score = self.score(text, at, size, end, strength, titled=titled)
            if score is not None and score >= self._score["threshold"]:
                return Name(at, end, size)
        return None
