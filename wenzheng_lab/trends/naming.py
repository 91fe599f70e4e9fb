"""给一组来信起名：在哪里，说什么事，关键词有哪些。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wenzheng_lab.privacy import redact
from wenzheng_lab.text import clauses, fold
from wenzheng_lab.trends.letters import Letters
from wenzheng_lab.trends.places import common_spot, title_spots
from wenzheng_lab.trends.settings import Settings
from wenzheng_lab.trends.vectors import PAIR, Vectors, plain

_EVERYWHERE, _LESS = 0.8, 0.3
"""八成以上的主题里有的词，挑标题时只算三成"""
_OURS = 0.3
"""几成的主题说到的地名，才写进标题"""
_TWICE = re.compile("([\u4e00-\u9fff]{2,6})\\1")
_VERBAL = re.compile("[了把被着]")
"""有这些字的是半句话（“吃进了医院”），不写成地名"""
_CONTEXTS, _AROUND = 3, 40
"""看几处、前后各几个字，判断一个词是不是人名"""


@dataclass(frozen=True, slots=True)
class Name:
    """一组来信的名字。"""

    title: str
    """标题"""
    place: str
    """地点；看不出为空"""
    keywords: tuple[str, ...]
    """关键词，由重到轻"""


def name_matter(
    letters: Letters, rows: NDArray[np.int64], vectors: Vectors, heads: NDArray[np.int64], settings: Settings
) -> Name:
    """起名。

    Args:
        letters: 全部来信。
        rows: 这一组是哪几封。
        vectors: 词向量。
        heads: 这一组各封在 ``vectors`` 里的行。
        settings: 门槛与词表。

    Returns:
        ``Name``。
    """
    subjects = [letters.subjects[i] or _first_clause(letters.bodies[i]) for i in rows.tolist()]
    centre = np.asarray(vectors.matrix[heads].mean(axis=0)).ravel()
    spot = common_spot(subjects, settings).name
    said = _spoken(spot, subjects)
    district = _district([letters.places[i] for i in rows.tolist()], subjects, settings)
    titles = "\n".join(plain(subject) for subject in subjects)
    keywords = _keywords(centre, vectors, said, titles, [letters.bodies[i] for i in rows.tolist()], settings)
    return Name(_title(subjects, centre, vectors, spot, settings), _address(district, said), keywords)


def _first_clause(body: str) -> str:
    folded = body.strip()
    spans = clauses(folded)
    # 称呼太短，取头一句像话的
    return next((span.of(folded) for span in spans if len(plain(span.of(folded))) >= 8), folded[:30])


def _district(places: Sequence[str], subjects: Sequence[str], settings: Settings) -> str:
    """所在的县区：地点列里最多的；没有就看主题里被遮盖的地名，越细越好。"""
    known = Counter(place for place in places if place)
    if known:
        place, times = min(known.items(), key=lambda item: (-item[1], item[0]))
        return place if times * 2 >= sum(known.values()) else "多地"
    fine: Counter[str] = Counter()
    wide: Counter[str] = Counter()
    for subject in subjects:
        for code in dict.fromkeys(code.upper() for code in settings.masked.findall(fold(subject))):
            (fine if any(char.isdigit() for char in code) else wide)[code] += 1
    for count in (fine, wide):
        if count:
            code, times = min(count.items(), key=lambda item: (-item[1], item[0]))
            if times * 2 >= sum(count.values()) and times >= max(1, 0.2 * len(subjects)):
                return code
    return ""


def _spoken(spot: str, subjects: Sequence[str]) -> str:
    """写出来的地名：半句话不算，“28路老车站”不带线路的“路”。"""
    if _VERBAL.search(spot):
        return ""
    line = spot.startswith("路") and any(re.search(rf"\d{re.escape(spot)}", fold(subject)) for subject in subjects)
    return spot[1:] if line else spot


def _address(district: str, spot: str) -> str:
    return spot if spot.startswith(district) else f"{district}{spot}"


def _keywords(
    centre: NDArray[np.float64], vectors: Vectors, spot: str, titles: str, bodies: Sequence[str], settings: Settings
) -> tuple[str, ...]:
    dull, most = settings.word_set("dull"), int(settings.numbers["name"]["keywords"])
    found: list[str] = [spot] if spot else []
    order = np.lexsort((np.arange(len(centre)), -centre))[: 20 * most]
    for i in order.tolist():
        word = vectors.terms[i]
        if centre[i] <= 0 or len(found) >= most:
            break
        if word.startswith(PAIR) or word in dull or word.isdigit() or any(word in other for other in found):
            continue
        # 只在正文里提到的词里常有人名、单据号；主题里说过的才作关键词
        if word in titles and not _names_someone(word, bodies):
            found.append(word)
    return tuple(found)


def _names_someone(word: str, bodies: Sequence[str]) -> bool:
    """关键词里不能有人名：看它在来信里是不是个人信息。"""
    if not 2 <= len(word) <= 4 or not word[0] >= "\u4e00":
        return False
    used = [body for body in bodies if word in body][:_CONTEXTS]
    hidden = 0
    for body in used:
        at = body.find(word)
        window = body[max(0, at - _AROUND) : at + _AROUND]
        hidden += word not in redact(window).text
    return hidden * 2 > len(used)


def _title(
    subjects: Sequence[str], centre: NDArray[np.float64], vectors: Vectors, spot: str, settings: Settings
) -> str:
    """从来信的主题里挑一条最说得全的，去掉“投诉”“关于……的问题”一类。"""
    weight = {vectors.terms[i]: float(centre[i]) for i in np.flatnonzero(centre).tolist()}
    longest = int(settings.numbers["name"]["title"])
    # 条条主题里都有的（小区、平台的名字）分不出哪条说得全：少算，不然只写名字的短标题占便宜
    bare_titles = [plain(subject) for subject in subjects]
    for term in weight:
        if sum(term.removeprefix(PAIR) in bare for bare in bare_titles) >= _EVERYWHERE * len(bare_titles):
            weight[term] *= _LESS
    spots = title_spots(list(subjects), settings, wide=True)
    codes = [frozenset(code.upper() for code in settings.masked.findall(fold(subject))) for subject in subjects]
    shown = Counter(name for some in (*spots, *codes) for name in some)
    elsewhere = {name for name, times in shown.items() if times < max(2, _OURS * len(subjects))}
    best = ("", -1.0)
    for subject in dict.fromkeys(subjects):
        short = _shorten(subject, settings)
        bare = plain(short)
        told = sum(value for term, value in weight.items() if term.removeprefix(PAIR) in bare)
        # 说得全而不啰嗦；地名在里面的优先
        score = told / (8 + len(bare)) ** 0.65 * (1.3 if spot and spot[:2] in short else 1.0)
        # “……的问题”“……的咨询”去掉尾巴后往往没有谓语，说不清是什么事
        score *= 0.85 if subject.rstrip("。.！!？? ").endswith(settings.words["endings"]) else 1.0
        # 只有这一封说到的小区、县区写进标题，会把大家的事说成那一处的事
        at = subjects.index(subject)
        score *= 0.5 if (spots[at] | codes[at]) & elsewhere else 1.0
        score *= 0.6 if len(short) > longest or len(bare) < 5 else 1.0
        if score > best[1]:
            best = (short, score)
    return best[0] if len(best[0]) <= longest + 10 else best[0][: longest + 9] + "…"


def _shorten(subject: str, settings: Settings) -> str:
    text = " ".join(subject.split()).strip(" 　，,。.！!？?：:；;…、")
    changed = True
    while changed:
        changed = False
        for opening in sorted(settings.words["openings"], key=len, reverse=True):
            if text.startswith(opening) and len(text) - len(opening) >= 6:
                text, changed = text[len(opening) :].lstrip(' ，,：:！!“”"'), True
                break
    for ending in sorted(settings.words["endings"], key=len, reverse=True):
        if text.endswith(ending) and len(text) - len(ending) >= 6:
            text = text[: -len(ending)]
            break
    # “公积金贷款贷款”：网上写主题手快，一个词打了两遍
    text = _TWICE.sub(r"\1", text)
    return text.strip(" 　，,。.！!？?：:；;…、")
