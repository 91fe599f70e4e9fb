"""给答复打分：分析、逐项评、查红线、出结果。"""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType

from wenzheng_lab import text as _text
from wenzheng_lab.errors import InputError, InputTypeError, explain, require_kind
from wenzheng_lab.model import Case, Message, Reply, Signature, is_blank, parse_time
from wenzheng_lab.reply.acts import load_act_model
from wenzheng_lab.reply.amounts import measure
from wenzheng_lab.reply.criteria import JUDGES, Situation
from wenzheng_lab.reply.evidence import gather
from wenzheng_lab.reply.gates import check_gates
from wenzheng_lab.reply.harm import load_harm_model
from wenzheng_lab.reply.match import LABELS, match_asks
from wenzheng_lab.reply.points import load_points
from wenzheng_lab.reply.result import Answer, ReplyScore
from wenzheng_lab.reply.scored import Criterion
from wenzheng_lab.reply.weighing import load_weighing
from wenzheng_lab.rules import CriterionSpec, Rubric, load_rubric, load_rules
from wenzheng_lab.text import FOLD_VERSION

_CASE = ("应为 wz.Case", "请写成 case=wz.Case(留言, …)，没有就不写")
MAX_LENGTH = 20_000
"""答复最长多少字；再长的不是答复，多半是粘贴了整个文件"""
_RULE_FILES = (
    ("acts.toml", "act"),
    ("facts.toml", "fact"),
    ("asks.toml", "ask"),
    ("answers.toml", "answer"),
    ("gates.toml", "gate"),
    ("completion.toml", "claim"),
    ("order.toml", "place"),
)


def signature(rubric: Rubric) -> Signature:
    """评分的签名：细则版本、规则摘要、折叠版本、分词器、包版本。

    Args:
        rubric: 评分细则。

    Returns:
        签名。
    """
    import hashlib

    from wenzheng_lab.rules.basis import load_library
    from wenzheng_lab.rules.lexicon import load_lexicon

    digests = [rubric.digest, *(load_rules(name, targets=target).digest for name, target in _RULE_FILES)]
    digests += [load_library().digest, load_act_model().digest, load_points().digest, load_harm_model().digest]
    digests.append(load_weighing().digest)
    digests += sorted(load_lexicon("common_words"))
    whole = hashlib.sha256("|".join(digests).encode()).hexdigest()[:8]
    return Signature.of(
        {rubric.id: rubric.version, "rules": whole, "fold": FOLD_VERSION, "words": _text.segmenter_name()}
    )


def score_reply(
    reply: Reply | str,
    *,
    to: object,
    case: Case | None = None,
    replied_at: datetime | str | None = None,
    rubric: Rubric | None = None,
) -> ReplyScore:
    """按评分细则给答复打分，并逐条给出依据。

    只看答复写了什么，不判断所写是否属实；同样的输入永远得同样的分。

    Args:
        reply: 待评的答复，``Reply`` 或一段文字。
        to: 被答复的留言：``Message``，或有 ``subject``、``body`` 两键的字典、表格行。
        case: 办理件；给了就用它的诉求、卷内事实与期限，``to`` 仍须是同一封来信。``case.replies`` 是以前各轮的答复：
            这一轮要说出新的事实、行动或人，重复上一轮的话不算。
        replied_at: 答复时间；给了才评“及时”。
        rubric: 评分细则；默认用随包发布的 ``reply``。

    Returns:
        ``ReplyScore``。答复是空的、只有标点或来信是空的，返回“未评分”，``total`` 为 None，不是 0 分。

    Raises:
        InputTypeError: 答复不是文字，来信不是上述几种。
        InputError: 来信没有 ``subject`` 与 ``body``，或时间认不出。
        RuleFileError: 细则文件写错。

    Examples:
        >>> letter = {"subject": "路灯半年不亮", "body": "北关路路灯半年不亮，什么时候修好？"}
        >>> good = score_reply("北关路路灯3月5日已修好，共换灯11盏，是电缆被挖断。再不亮请打0700-5550113。", to=letter)
        >>> poor = score_reply("您好，您反映的问题我们高度重视，将尽快处理，请耐心等待。", to=letter)
        >>> good.total > 40 > 10 >= poor.total
        True
        >>> score_reply("  ", to=letter).total is None
        True
    """
    rubric = _rubric(rubric)
    if isinstance(reply, Reply):
        text, moment = reply.text, parse_time(replied_at, "答复时间") or reply.replied_at
    elif isinstance(reply, str):
        text, moment = reply, parse_time(replied_at, "答复时间")
    elif is_blank(reply):
        text, moment = "", None
    else:
        raise InputTypeError(
            explain(
                f"答复是 {type(reply).__name__} 类型的 {reply!r}",
                "应为文字，或 wz.Reply",
                "表格里的数字请先转成文字",
            )
        )
    message = Message.of(to)
    case = Case(message) if case is None else require_kind(case, Case, "case", *_CASE)
    mark = signature(rubric)
    reason = _why_not(text, message)
    if reason:
        return ReplyScore.unscored(reason, reply=text, rubric=rubric, signature=mark)
    evidence = gather(text, message, case.asks, tuple(earlier.text for earlier in case.replies))
    matches = match_asks(evidence)
    if case.message is not message and case.message.created_at is None:
        case = Case(message, case.replies, case.asks, case.facts, case.finished, case.due_at, case.notices)
    amounts = measure(evidence.sentences, evidence.asks, evidence.covered, [match.degree for match in matches])
    criteria = {}
    for name, judge in JUDGES.items():
        spec = rubric.criteria[name]
        draft = judge(Situation(spec, evidence, matches, case, moment, amounts))
        level, advice = _words(spec, draft.score)
        criteria[name] = Criterion(
            name, spec.label, draft.score, spec.weight, level, draft.findings, advice, draft.counted
        )
    answers = tuple(
        Answer(
            match.ask.text.strip(),
            LABELS[match.status],
            "" if match.by is None else match.by.sentence.span.of(text),
        )
        for match in matches
    )
    gates = check_gates(evidence, case, rubric, moment)
    return ReplyScore(text, MappingProxyType(criteria), gates, answers, mark, rubric)


def _rubric(given: object) -> Rubric:
    if given is None:
        return load_rubric()
    rubric = require_kind(given, Rubric, "rubric", "应为评分细则", "不写就用随包的；自己的请用 parse_rubric 读入")
    missing = [name for name in JUDGES if name not in rubric.criteria]
    if missing:
        raise InputError(
            explain(
                f"细则“{rubric.id}”里没有 {'、'.join(missing)}",
                "应为给答复评分的细则，十项都有",
                "公开发布请用 wz.score_post；答复不写 rubric 就用随包的",
            )
        )
    return rubric


def _why_not(text: str, message: Message) -> str:
    if not text.strip():
        return "答复是空的"
    if not any(char.isalnum() for char in text):
        return "答复里没有文字，只有标点或符号"
    if len(text) > MAX_LENGTH:
        return f"答复有 {len(text)} 字，超过 {MAX_LENGTH} 字；请确认没有把整个文件粘进来"
    if not any(char.isalnum() for char in message.text):
        return "来信是空的，没法判断答没答到点子上"
    return ""


def _words(spec: CriterionSpec, score: float | None) -> tuple[str, str]:
    if score is None:
        return "不适用", ""
    # 2.5 分起算到 3 档：一位小数的分落在最近的一档
    level = min(3, int(score + 0.5))
    return spec.levels[level], "" if level == 3 else spec.advice[level]
