"""给学员的分拣打分：逐封说哪里错了、代价多大，最后给三条最管用的教训。"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from wenzheng_lab.model import Signature
from wenzheng_lab.triage.costs import FIELDS, load_costs
from wenzheng_lab.triage.marking import HOT, Marker, align, lessons_of
from wenzheng_lab.triage.score_result import Fault, FieldScore, Lesson, TriageScore

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Fault", "FieldScore", "Lesson", "TriageScore", "score_triage"]


def score_triage(decisions: pd.DataFrame, truth: pd.DataFrame) -> TriageScore:
    """给分拣的决定打分，逐封说明。

    决定表里没有的列、空着的格子是“没有作答”，不算错，也不算对。

    Args:
        decisions: 学员的决定：``urgency``、``category``、``subcategory``、``department``、``partners``、``appeal``、
            ``deadline``、``duplicate_of``、``publicity`` 中的几列；有 ``message_id`` 用它对，否则用索引对。
        truth: 正确答案，如 ``wz.simulate_inbox(...).truth``，列名相同；``personal_data`` 说明哪些信有个人信息。

    Returns:
        得分、逐封的错、三条教训。

    Raises:
        InputTypeError: 不是表。
        InputError: 一列可评的也没有，或决定里的信在答案里找不到、重复。

    Examples:
        >>> import pandas as pd
        >>> truth = pd.DataFrame({"urgency": ["特急", "一般"]})
        >>> result = score_triage(pd.DataFrame({"urgency": ["一般", "一般"]}), truth)
        >>> result.missed_urgent, result.lessons[0].field
        (1, 'urgency')
    """
    costs = load_costs()
    table = align(decisions, truth)
    spread = Marker(costs, table)
    scores = {name: spread.mark(name) for name in FIELDS}
    faults = tuple(sorted(spread.faults, key=lambda fault: -costs.fields[fault.field].weight * fault.cost))
    count = Counter(fault.field for fault in faults)
    return TriageScore(
        fields=scores,
        faults=faults,
        merges=spread.merges,
        missed_urgent=sum(f.field == "urgency" and f.right == HOT for f in faults),
        transfers=count["department"],
        late=sum(f.field == "deadline" and f.cost >= 0.5 for f in faults),
        leaks=sum(f.field == "publicity" and f.cost == 1 for f in faults),
        lessons=lessons_of(costs, spread),
        signature=Signature.of({"triage_score": costs.version, "costs": costs.digest}),
    )
