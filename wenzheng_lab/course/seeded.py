"""按种子抽变式、抽条目、换选项次序：同一个种子总是同一份题。"""

from __future__ import annotations

import random
import re
from dataclasses import replace

from wenzheng_lab.course.spec import ModelAnswer, PlannedWrong, QuestionSpec

_LETTER = re.compile(r"[A-J]")


def draw(variants: tuple[QuestionSpec, ...], seed: str) -> QuestionSpec:
    """抽一道题的一个变式，并抽它的条目、换它的选项次序。

    每题各用一条随机流，加题不影响别的题；没有种子就是写在文件里的原题。

    Args:
        variants: 原题与变式。
        seed: 种子；空串为不抽。

    Returns:
        抽到的题，参考答案与错答里的选项字母已跟着换。
    """
    first = variants[0]
    if not seed:
        return first
    chosen = random.Random(f"{seed}:{first.id}:variant").choice(variants)
    drawn = chosen.kind.drawn(random.Random(f"{seed}:{first.id}:order"))
    if drawn.kind == chosen.kind:
        return chosen
    wrongs = []
    for item in chosen.wrongs:
        answer = drawn.carry(item.answer)
        if answer is not None:
            # 条目换过、字母换过，反馈里原来那句话就不一定还说得到
            kept = drawn.same and not _LETTER.search(item.says)
            wrongs.append(PlannedWrong(answer, item.outcome, item.says if kept else ""))
    models = [ModelAnswer(answer, item.why) for item in chosen.models if (answer := drawn.carry(item.answer))]
    return replace(chosen, kind=drawn.kind, wrongs=tuple(wrongs), models=tuple(models))
