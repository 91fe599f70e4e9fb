"""分办目录：每个二级分类由谁主办、谁协办，由事项归纳。"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from wenzheng_lab.inbox.issue import Issue
from wenzheng_lab.inbox.issues import load_issues


@dataclass(frozen=True, slots=True)
class Dispatch:
    """一个二级分类的去处。"""

    category: str
    """一级分类"""
    subcategory: str
    """二级分类"""
    lead: str
    """最常见的主办；“属地”是事发地的乡镇街道"""
    others: tuple[str, ...]
    """别的事项由谁主办"""
    partners: tuple[str, ...]
    """协办"""
    issues: tuple[str, ...]
    """属于它的事项"""


@cache
def dispatch_catalogue() -> tuple[Dispatch, ...]:
    """青禾县的分办目录，按事项文件的先后。

    Returns:
        每个二级分类一行。

    Examples:
        >>> rows = {row.subcategory: row.lead for row in dispatch_catalogue()}
        >>> rows["劳动关系"], len(rows) >= 90
        ('人力资源和社会保障局', True)
    """
    groups: dict[tuple[str, str], list[Issue]] = {}
    for issue in load_issues():
        groups.setdefault((issue.category, issue.subcategory), []).append(issue)
    rows = []
    for (category, subcategory), issues in groups.items():
        weights: dict[str, float] = {}
        for issue in issues:
            weights[issue.lead] = weights.get(issue.lead, 0.0) + max(issue.weight, 0.01)
        leads = sorted(weights, key=lambda name: -weights[name])
        partners = dict.fromkeys(unit for issue in issues for unit in issue.partners if unit not in leads)
        rows.append(
            Dispatch(
                category, subcategory, leads[0], tuple(leads[1:]), tuple(partners), tuple(issue.id for issue in issues)
            )
        )
    return tuple(rows)
