"""按种子抽变式、换选项次序：同一个种子总是同一份题。"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from wenzheng_lab.course.spec import ModelAnswer, PlannedWrong, QuestionSpec


def draw(variants: tuple[QuestionSpec, ...], seed: str) -> QuestionSpec:
    """抽一道题的一个变式，并换它的选项次序。

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
    kind, moved = chosen.kind.shuffled(random.Random(f"{seed}:{first.id}:order"))
    if not moved:
        return chosen
    return replace(
        chosen,
        kind=kind,
        wrongs=tuple(PlannedWrong(_move(item.answer, moved), item.outcome, item.says) for item in chosen.wrongs),
        models=tuple(ModelAnswer(_move(item.answer, moved), item.why) for item in chosen.models),
    )


def _move(answer: object, moved: Mapping[str, str]) -> object:
    if isinstance(answer, str):
        return moved.get(answer, answer)
    if isinstance(answer, list):
        return [_move(part, moved) for part in answer]
    return answer
