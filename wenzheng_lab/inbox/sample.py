"""给写事项的人看样信：一种事项写许多封，量重复率。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from wenzheng_lab.inbox._streams import Stream
from wenzheng_lab.inbox.casting import cast_letter
from wenzheng_lab.inbox.county import load_county
from wenzheng_lab.inbox.issue import Issue
from wenzheng_lab.inbox.orders import Letter, Order
from wenzheng_lab.inbox.writer import write_letter


def sample_orders(issue: Issue, n: int, *, seed: int) -> list[Order]:
    """同一种事项的若干份写信要求，事实、来信人、口吻各不相同。

    Args:
        issue: 事项。
        n: 几份。
        seed: 种子。

    Returns:
        写信的要求。
    """
    county, found = load_county(), []
    for number in range(n):
        stream = Stream(f"{seed}:{number}", "sample")
        at = datetime(2026, 1, 5) + timedelta(minutes=stream.below(500_000))
        while not issue.months[at.month - 1]:
            at += timedelta(days=28)  # 这种事不会在这个月发生
        found.append(cast_letter(county, issue, at, f"{seed}:{issue.id}:{number}"))
    return found


def sample_letters(issue: Issue, n: int, *, seed: int) -> list[Letter]:
    """同一种事项的若干封信。

    Args:
        issue: 事项。
        n: 几封。
        seed: 种子。

    Returns:
        信。
    """
    return [write_letter(order, load_county()) for order in sample_orders(issue, n, seed=seed)]


def repeat_rate(texts: Sequence[str], run: int = 8) -> float:
    """各篇的八字连用有多少也出现在别的篇里，取平均。

    Examples:
        >>> repeat_rate(["一二三四五六七八九", "一二三四五六七八〇"])
        0.5
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({text[n : n + run] for n in range(len(text) - run + 1)})
    rates = [
        sum(counts[text[n : n + run]] > 1 for n in range(len(text) - run + 1)) / (len(text) - run + 1)
        for text in texts
        if len(text) >= run
    ]
    return sum(rates) / len(rates) if rates else 0.0
