"""班级报告要的数：难题、离群、相近的作答、各项平均；只算，不画。"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from wenzheng_lab.classroom.gradebook import Gradebook, Paper
from wenzheng_lab.classroom.grading import BY_HAND, UNANSWERED, UNGRADED

SMALLEST = 5
"""不足这么多人的平均数不给：几个人的平均等于点名"""
_FAR = 3.5
"""改进的 z 值（用中位数与绝对离差）超过它算离群；Iglewicz 与 Hoaglin 1993 年的建议值"""
_ALIKE = 0.8
"""两份书面作答四字片段的重合超过它算相近"""


@dataclass(frozen=True, slots=True)
class Difficulty:
    """一道题全班做得怎样。"""

    id: str
    """题号"""
    title: str
    """题名"""
    share: float | None
    """平均得到满分的几成（0–1）；没有人有分、还没有批完为 None"""
    graded: int
    """有分的几人"""
    unanswered: int
    """交了而没有作答的几人"""
    unread: int
    """未批的几人"""
    mistakes: tuple[tuple[str, int], ...]
    """最多的几种毛病与人数"""


@dataclass(frozen=True, slots=True)
class Outlier:
    """要多看一眼的人。"""

    paper: Paper
    """谁"""
    why: str
    """为什么"""


def difficulties(book: Gradebook) -> list[Difficulty]:
    """各题，最难的在前；未作答按 0 分算进平均，未批的不算。

    Args:
        book: 成绩。

    Returns:
        各题。
    """
    found = []
    for task in book.assignment.tasks:
        lines = list(book.lines(task.id))
        shares = [
            0.0 if line.status == UNANSWERED else line.share for line in lines if line.status not in (BY_HAND, UNGRADED)
        ]
        known = [share for share in shares if share is not None]
        said = Counter(
            str(point["text"])
            for line in lines
            if line.status not in (UNANSWERED,)
            for point in ((line.row.get("feedback") or {}).get("missing") or ())
        )
        unread = sum(line.status == BY_HAND for line in lines)
        title = lines[0].title if lines else book.assignment.question(task).title
        found.append(
            Difficulty(
                task.id,
                title,
                # 批完之前，有分的只是没作答的那些，平均是假的
                statistics.fmean(known) if known and not unread else None,
                len(known),
                sum(line.status == UNANSWERED for line in lines),
                unread,
                tuple(said.most_common(3)),
            )
        )
    return sorted(found, key=lambda item: (item.share is None, item.share or 0.0))


def criterion_scores(paper: Paper) -> dict[str, float]:
    """一个人书面题机评的各项平均（0–3）。

    Args:
        paper: 作业。

    Returns:
        项名 → 分；没有书面作答为空。
    """
    found: dict[str, list[float]] = {}
    for line in paper.lines:
        for name, value in line.details.items():
            found.setdefault(name, []).append(value)
    return {name: statistics.fmean(values) for name, values in found.items()}


def outliers(book: Gradebook) -> list[Outlier]:
    """比全班低得多或高得多的、一题没做的；只说数，不猜原因。

    Args:
        book: 成绩。

    Returns:
        要多看一眼的人，按名单的次序。
    """
    shares = {
        id(paper): (paper.earned or 0.0) / paper.possible for paper in book.papers if paper.lines and paper.possible
    }
    found = []
    middle = statistics.median(shares.values()) if shares else 0.0
    spread = statistics.median(abs(value - middle) for value in shares.values()) if shares else 0.0
    for paper in book.papers:
        if paper.lines and not paper.attempted:
            found.append(Outlier(paper, "交了，一题也没有做"))
            continue
        share = shares.get(id(paper))
        if share is None or len(shares) < SMALLEST:
            continue
        # 离差为零时（多半人同分）用一成作尺子，不除以零
        far = 0.6745 * (share - middle) / max(spread, 0.1)
        if abs(far) > _FAR or (spread == 0 and abs(share - middle) >= 0.5):
            word = "低" if far < 0 else "高"
            found.append(Outlier(paper, f"得到已评部分的 {share:.0%}，全班中位是 {middle:.0%}，{word}得多"))
    return found


def alike_answers(book: Gradebook) -> list[tuple[str, tuple[Paper, ...], float]]:
    """书面作答相近的几个人：相近不等于抄，来信与卷内事实里的话先去掉再比。

    Args:
        book: 成绩。

    Returns:
        （题号，相近的几个人，其中重合最少的一对 0–1）；甲近乙、乙近丙的归在一组。
    """
    found = []
    for task in book.assignment.tasks:
        if not task.by_hand:
            continue
        spec = book.assignment.question(task)
        letter = book.assignment.unit.letters.get(spec.letter)
        given = _grams((letter.text if letter else "") + "".join(getattr(spec.kind, "facts", ())))
        texts = []
        for paper in book.papers:
            for line in paper.lines:
                if line.id == task.id and line.row.get("answer"):
                    own = _grams(str(line.row["answer"])) - given
                    if len(own) >= 20:
                        texts.append((paper, own))
        group = list(range(len(texts)))
        least: dict[int, float] = {}
        for one, two in combinations(range(len(texts)), 2):
            left, right = texts[one][1], texts[two][1]
            share = len(left & right) / len(left | right)
            if share >= _ALIKE:
                old, new = group[two], group[one]
                group = [new if name == old else name for name in group]
                least[new] = min(share, least.pop(old, 1.0), least.get(new, 1.0))
        for name in dict.fromkeys(group):
            people = tuple(texts[at][0] for at in range(len(texts)) if group[at] == name)
            if len(people) > 1:
                found.append((task.id, people, least[name]))
    return found


def _grams(text: str) -> frozenset[str]:
    plain = re.sub(r"\W+", "", text)
    return frozenset(plain[at : at + 4] for at in range(len(plain) - 3))


def mean(values: Sequence[float]) -> float | None:
    """平均；不足 ``SMALLEST`` 个不给。

    Args:
        values: 各人的数。

    Returns:
        平均，或 None。
    """
    return statistics.fmean(values) if len(values) >= SMALLEST else None
