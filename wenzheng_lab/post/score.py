"""给公开发布打分：读、找要点、逐项算、查红线、出结果。"""

from __future__ import annotations

import hashlib
from datetime import datetime
from types import MappingProxyType

from wenzheng_lab import text as _text
from wenzheng_lab.errors import InputError, InputTypeError, explain, require_kind, show, suggest
from wenzheng_lab.model import Case, Finding, Message, Signature, is_blank, parse_time
from wenzheng_lab.post.gates import check_gates
from wenzheng_lab.post.kinds import KINDS, load_kinds
from wenzheng_lab.post.points import FULL, Mark, find_points
from wenzheng_lab.post.reading import read_post
from wenzheng_lab.post.result import PointFound, PostScore
from wenzheng_lab.post.whole import plain, respect
from wenzheng_lab.reply.scored import Criterion
from wenzheng_lab.rules import CriterionSpec, Rubric, load_rubric, load_rules
from wenzheng_lab.text import FOLD_VERSION

MAX_LENGTH = 20_000
"""一篇最长多少字；再长的多半是粘贴了整个文件"""
_RULE_FILES = (
    ("post_signs.toml", "sign"),
    ("post_gates.toml", "gate"),
    ("post_conflicts.toml", "side"),
    ("facts.toml", "fact"),
)
_RUBRIC = ("应为评分细则", "不写就用随包的 post")
_SHOWN = 8
"""每一项最多列几条依据"""


def signature(rubric: Rubric) -> Signature:
    """评分的签名：细则版本、规则摘要、折叠版本、分词器、包版本。

    Args:
        rubric: 评分细则。

    Returns:
        签名。
    """
    from wenzheng_lab.rules.basis import load_library
    from wenzheng_lab.rules.lexicon import load_lexicon

    digests = [rubric.digest, load_kinds().digest]
    digests += [load_rules(name, targets=target).digest for name, target in _RULE_FILES]
    digests += [load_library().digest, *sorted(load_lexicon("common_words"))]
    whole = hashlib.sha256("|".join(digests).encode()).hexdigest()[:8]
    parts = {rubric.id: rubric.version, "rules": whole, "fold": FOLD_VERSION, "words": _text.segmenter_name()}
    return Signature.of(parts)


def score_post(
    text: str,
    *,
    kind: str = "announcement",
    context: Case | Message | str | None = None,
    posted_at: datetime | str | None = None,
    rubric: Rubric | None = None,
) -> PostScore:
    """给一篇公开发布打分，并逐条给出依据。

    只看写了什么：已知、未知、正在做、请大家做、依据、下次再说、身份、分寸、平实；不判断所写是否属实。写得长不加分。

    Args:
        text: 发布全文。
        kind: 哪一类：``announcement`` 情况通报、公告，``rumour_correction`` 公开辟谣，``own_error`` 更正自己的错，
            ``weekly`` 定期发布，``outage`` 停水停电通知。
        context: 要说的那件事：一段文字、留言或办理件；给了才查是不是这件事。
            办理件写明 ``facts`` 时，还查有没有编出来的数。
        posted_at: 发布时间；给了就按那天查引用的规定是否有效。
        rubric: 评分细则；默认用随包发布的 ``post``。

    Returns:
        ``PostScore``。发布是空的或只有标点，返回“未评分”，``total`` 为 None，不是 0 分。

    Raises:
        InputTypeError: 发布不是文字。
        InputError: 没有这一类，或时间认不出。
        RuleFileError: 规则文件写错。

    Examples:
        >>> good = score_post(
        ...     "12月3日8点至20点，北关路、丁香小区停水，主管漏水要换管，影响约2300户。"
        ...     "请提前存水，丁香小区门口有送水车。"
        ...     "若20点不能来水，17点在小区门口通知。电话0700-5550168。青禾县自来水公司12月1日",
        ...     kind="outage",
        ... )
        >>> poor = score_post("因施工将临时停水，敬请谅解。", kind="outage")
        >>> good.total > 60 > 20 > poor.total
        True
    """
    kinds = load_kinds()
    if not isinstance(kind, str) or kind not in kinds.kinds:
        hint = suggest(str(kind), KINDS)
        raise InputError(explain(f"kind 是 {show(kind)}", f"应为：{'、'.join(KINDS)}", f"{hint}请改用其中一个"))
    rubric = load_rubric("post") if rubric is None else require_kind(rubric, Rubric, "rubric", *_RUBRIC)
    spec = kinds.kinds[kind]
    moment = parse_time(posted_at, "发布时间")
    background, facts = _background(context)
    mark = signature(rubric)
    reason = _why_not(text)
    if reason:
        post = text if isinstance(text, str) else ""
        return PostScore.unscored(reason, post=post, kind=kind, kind_label=spec.label, rubric=rubric, signature=mark)
    reading = read_post(text, background)
    marks = find_points(reading, spec, kinds, rubric.criteria)
    criteria: dict[str, Criterion] = {}
    for name, row in rubric.criteria.items():
        rows = [found for found in marks if found.point.criterion == name]
        if name == "respect":
            score, findings = respect(reading, rows, row, error=kind == "own_error")
        elif name == "plain":
            score, findings = plain(reading, marks, spec, row)
        else:
            whole = sum(found.weight for found in rows)
            findings = tuple(found.finding for found in rows)
            if not whole:
                # 这一类发布不要求这一项
                criteria[name] = Criterion(name, row.label, None, row.weight, "不适用", (), "")
                continue
            score = 3 * sum(found.weight * found.share for found in rows) / whole
        criteria[name] = _criterion(row, score, findings, rows)
    # 什么都没说的，语气再平和也不给分
    told = sum(found.weight * found.share for found in marks) / sum(found.weight for found in marks)
    factor = min(1.0, told / rubric.criteria["plain"].numbers["substance"])
    for name in ("respect", "plain"):
        held = criteria[name]
        rows = [found for found in marks if found.point.criterion == name]
        criteria[name] = _criterion(rubric.criteria[name], (held.score or 0.0) * factor, held.findings, rows)
    gates = check_gates(reading, rubric, on=moment.date() if moment else None, facts=facts)
    points = tuple(_found(found) for found in marks)
    return PostScore(text, kind, spec.label, MappingProxyType(criteria), gates, points, mark, rubric)


def _criterion(spec: CriterionSpec, score: float, findings: tuple[Finding, ...], rows: list[Mark]) -> Criterion:
    score = round(min(3.0, max(0.0, score)), 1)
    level = min(3, int(score + 0.5))
    return Criterion(
        spec.name, spec.label, score, spec.weight, spec.levels[level], findings[:_SHOWN], _advice(spec, level, rows)
    )


def _advice(spec: CriterionSpec, level: int, rows: list[Mark]) -> str:
    """先说缺得最多的两样；一样不缺了就不提。"""
    missing = sorted((row for row in rows if row.share < FULL), key=lambda row: -row.weight * (1 - row.share))
    if missing:
        return "".join(row.point.ask for row in missing[:2])
    return "" if level == 3 else spec.advice[level]


def _found(mark: Mark) -> PointFound:
    status = "有" if mark.share >= FULL else "不够具体" if mark.share > 0 else "没有"
    ask = "" if mark.share >= FULL else mark.point.ask
    quote = mark.finding.quote
    return PointFound(mark.point.name, mark.point.label, mark.point.criterion, status, round(mark.share, 2), quote, ask)


def _background(context: object) -> tuple[str, tuple[str, ...]]:
    """（要说的那件事，已查明的情况）。"""
    if context is None:
        return "", ()
    if isinstance(context, str):
        return context, ()
    if isinstance(context, Case):
        told = "\n".join([context.message.text, *context.facts])
        return told, (told, *(earlier.text for earlier in context.replies)) if context.facts else ()
    return Message.of(context).text, ()


def _why_not(text: object) -> str:
    if is_blank(text):
        return "发布是空的"
    if not isinstance(text, str):
        raise InputTypeError(
            explain(f"发布是 {type(text).__name__} 类型的 {show(text)}", "应为文字（str）", "请先转成文字")
        )
    if not any(char.isalnum() for char in text):
        return "发布里没有文字，只有标点或符号"
    if len(text) > MAX_LENGTH:
        return f"发布有 {len(text)} 字，超过 {MAX_LENGTH} 字；请确认没有把整个文件粘进来"
    return ""
