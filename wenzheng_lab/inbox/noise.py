"""成文：断句习惯、语气词、错别字、繁体、半角标点，最后算出个人信息的位置。"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from functools import cache

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.facts import CLOSE, OPEN, PII
from wenzheng_lab.inbox.phrases import DATA, load_lists
from wenzheng_lab.inbox.voices import Voice

_STOPS = re.compile("([，。！？])")
_ENDS = re.compile("(?<=[一-鿿])。")
_LAST = ord(OPEN) + len(PII) - 1
_MARKED = re.compile(f"[{OPEN}-{chr(_LAST)}][^{CLOSE}]*{CLOSE}")
# 转述别人的话，多数人不打引号；话里有“我”“你”的留着，去掉就听不出是谁说的
_TOLD = re.compile("(说|讲|称|道|答|回|问|写|写着|叫)[，：]?“([^“”我你您咱？！…]{2,24})”")
_TRIES = 14  # 想错一处，最多试几个词
_NAMES = frozenset("生建职次")  # “再生资源”“在建”这类词里的字不改
_COUNTED = frozenset("0123456789零一二三四五六七八九十百千万亿两几多块元")
_HALF = str.maketrans("，。！？：；（）", ",.!?:;()")
# 句末已有这些字，再加语气词就不通
_NO_TAIL = frozenset("吗呢吧啊呀嘛哦了谢礼安好多！：；、）”0123456789")


@cache
def _typos() -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    table: dict[str, list[str]] = {}
    with (DATA / "typos.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            table.setdefault(row["正"], []).append(row["误"])
    return tuple(table), {word: tuple(wrong) for word, wrong in table.items()}


@cache
def _traditional() -> dict[int, str]:
    with (DATA / "traditional.csv").open(encoding="utf-8-sig", newline="") as file:
        return {ord(row["简"]): row["繁"] for row in csv.DictReader(file)}


def finish(text: str, voice: Voice, stream: Stream) -> str:
    """按口吻改断句、加语气词与错别字；个人信息不改。

    Args:
        text: 工整的文字，个人信息夹在记号里。
        voice: 口吻。
        stream: 这封信专管毛病的流。

    Returns:
        成文，记号还在。
    """
    draw, marks = stream.draw, voice.marks
    if voice.tail:
        text = _ENDS.sub(
            lambda m: (
                (stream.pick(voice.tails) + "。")
                if draw() < voice.tail and text[m.start() - 1] not in _NO_TAIL
                else "。"
            ),
            text,
        )
    bare = marks.get("bare", 0.0)
    if bare and "“" in text:
        text = _TOLD.sub(lambda m: m.group(1) + m.group(2) if draw() < bare else m.group(), text)
    text = _breathe(text, marks, draw)
    if text and text[-1] in "。，！" and draw() < (0.5 if marks.get("run", 0.0) > 0.3 else 0.12):
        text = text[:-1]
    elif text.endswith("，"):
        text = text[:-1] + "。"
    # 断句的标点丢了，前后两个“反映”就碰在一起
    for word in ("反映", "投诉", "举报", "来电"):
        if word + word in text:
            text = text.replace(word + word, word)
    if voice.typos and draw() < min(0.9, voice.typos * len(text) / 100):
        text = _slip(text, voice.typos * len(text) / 100, stream)
    if voice.emoji and draw() < voice.emoji:
        text = text.rstrip("。") + stream.pick(load_lists()["emoji"])
    if draw() < marks.get("half", 0.0):
        text = text.translate(_HALF)
    if voice.trad and draw() < voice.trad:
        text = outside(text, lambda part: part.translate(_traditional()))
    return text


def _breathe(text: str, marks: Mapping[str, float], draw: Callable[[], float]) -> str:
    """断句习惯：句号改逗号、叹号、省略号，标点丢掉或换成空格，叹号问号连用。"""
    run, drop, space = marks.get("run", 0.0), marks.get("drop", 0.0), marks.get("space", 0.0)
    bang, twice, dots = marks.get("bang", 0.0), marks.get("twice", 0.0), marks.get("dots", 0.0)
    lost, gone = drop * 0.5, (drop + space) * 0.5
    parts = _STOPS.split(text)
    for n in range(1, len(parts), 2):
        char, at = parts[n], draw()
        if char == "，":
            # 两头都是数字的逗号不能丢，“编号405，3天后”会连成一个数
            if at < gone and not _joins(parts[n - 1], parts[n + 1]):
                parts[n] = "" if at < lost else " "
        elif parts[n + 1][:1] == "\n":
            continue
        elif char == "。":
            if at < run:
                if at < run * (drop + space) and not _joins(parts[n - 1], parts[n + 1]):
                    parts[n] = "" if at < run * drop else " "
                else:
                    parts[n] = "，"
                continue
            at = (at - run) / (1 - run)
            if at < bang:
                parts[n] = "！！！" if at < bang * twice * 0.5 else "！！" if at < bang * twice else "！"
            elif at < bang + dots:
                parts[n] = "。。。" if at < bang + dots * 0.3 else "……"
            elif at > 1 - space:
                parts[n] = " "
        elif at < twice:
            parts[n] = char * 3 if at < twice * 0.3 else "？！" if char == "？" and at < twice * 0.6 else char * 2
    return "".join(parts)


def _joins(before: str, after: str) -> bool:
    """丢了中间的标点，两头的数会连成一个数：“中介费两万”“8.5万元的单子”。"""
    return before[-1:] in _COUNTED and after[:1] in _COUNTED


def outside(text: str, change: Callable[[str], str]) -> str:
    """只改个人信息记号之外的文字。"""
    if CLOSE not in text:
        return change(text)
    parts, at = [], 0
    for found in _MARKED.finditer(text):
        parts += [change(text[at : found.start()]), found.group()]
        at = found.end()
    parts.append(change(text[at:]))
    return "".join(parts)


def _slip(text: str, rate: float, stream: Stream) -> str:
    # 先随手挑一个常错的词，信里有才改；逐字去找会慢许多，也会总错“的、得”这几个多见的字
    words, table = _typos()
    kept = [found.span() for found in _MARKED.finditer(text)] if CLOSE in text else []
    left, draw = max(1, int(rate * (0.4 + stream.draw()))), stream.draw
    for _ in range(_TRIES * left):
        word = words[int(draw() * len(words))]
        at = text.find(word)
        if at < 0:
            continue
        again = text.find(word, at + 1)
        if again > 0 and draw() < 0.5:
            at = again
        if text[at + len(word) : at + len(word) + 1] in _NAMES or any(a <= at < b for a, b in kept):
            continue
        wrong, end = stream.pick(table[word]), at + len(word)
        if wrong[0] == text[at - 1 : at] or wrong[-1] == text[end : end + 1]:
            continue  # “该给的得给”错成“该给的的给”，就不像手误了
        text = text[:at] + wrong + text[end:]
        left -= 1
        if not left:
            break
        if kept:
            kept = [found.span() for found in _MARKED.finditer(text)]
    return text


def unmark(text: str) -> tuple[str, tuple[tuple[int, int, str], ...]]:
    """去掉记号，给出个人信息的位置。

    Args:
        text: 带记号的文字。

    Returns:
        文字，与 ``(起, 止, 种类)``。
    """
    if CLOSE not in text:
        return text, ()
    parts, spans, at, size = [], [], 0, 0
    for found in _MARKED.finditer(text):
        before, inner = text[at : found.start()], found.group()[1:-1]
        size += len(before)
        spans.append((size, size + len(inner), PII[ord(found.group()[0]) - ord(OPEN)]))
        size += len(inner)
        parts += [before, inner]
        at = found.end()
    parts.append(text[at:])
    return "".join(parts), tuple(spans)
