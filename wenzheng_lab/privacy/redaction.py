"""对外的两个函数：找出个人信息，遮盖并给出公开方式。"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from wenzheng_lab.errors import InputError, InputTypeError, explain, show
from wenzheng_lab.model import Signature
from wenzheng_lab.privacy.base import Hit
from wenzheng_lab.privacy.finder import Finder, finder
from wenzheng_lab.privacy.model import Kept, PersonalData, Redaction
from wenzheng_lab.privacy.normal import Plain, normalise
from wenzheng_lab.text import FOLD_VERSION, require_text

KINDS = ("auto", "message", "reply")
# 手机号只有几十亿个，不带密钥的摘要一试便知；默认每次启动换一把，日志之间不能互相比对
_KEY = secrets.token_bytes(32)


def redact(
    text: str, *, style: str = "default", kind: str = "auto", names: Sequence[str] = (), key: bytes | None = None
) -> Redaction:
    """遮盖个人信息，并给出能不能公开。

    只认写法，不查真假；没有提示语的姓名认不出来，所以公开前总要有人再读一遍。

    Args:
        text: 原文，留言或答复。
        style: 遮盖样式：``default`` 留头尾几位，``full`` 全遮。
        kind: ``message`` 留言、``reply`` 答复；默认 ``auto`` 看行文。只影响没有说明的固定电话和“联系人”。
        names: 已知的当事人姓名，一律遮。
        key: 摘要的密钥；要在不同日志之间比对时才给。

    Returns:
        ``Redaction``：``.text`` 与原文等长，``.spans`` 是原文里的位置。

    Raises:
        InputTypeError: ``text`` 不是文字。
        InputError: 没有这种样式。

    Examples:
        >>> result = redact("我叫苗广顺，电话13805550127。")
        >>> result.text
        '我叫苗某某，电话138****0127。'
        >>> [(found.start, found.end, found.type) for found in result.spans]
        [(2, 5, 'name'), (8, 19, 'mobile')]
        >>> redact("请拨打12345。").publishable
        True
    """
    tools = finder()
    look = tools.masks.style(style)
    plain = normalise(require_text(text, "原文"))
    reply = _is_reply(tools, plain.text, kind)
    hits, left, masked = tools.find(plain.text, reply=reply, style=look, party=_party(names))
    spans = tuple(_personal(tools, text, plain, hit, key) for hit in hits)
    chars = list(text)
    for index, char in masked.items():
        chars[plain.at(index)] = char
    flags = tools.flags.find(plain)
    return Redaction(
        text="".join(chars),
        spans=spans,
        kept=tuple(
            Kept(
                plain.span(k.start, k.end).start,
                plain.span(k.start, k.end).end,
                k.rule_id,
                tools.keeps[k.rule_id].label,
                tools.keeps[k.rule_id].message,
            )
            for k in left
        ),
        sensitive=flags,
        track=tools.flags.track(flags, bool(spans)),
        style=look.id,
        signature=Signature.of(
            {"privacy": tools.version, "rules": tools.digest, "style": look.id, "fold": FOLD_VERSION}
        ),
    )


def find_personal_data(
    text: str, *, kind: str = "auto", names: Sequence[str] = (), key: bytes | None = None
) -> tuple[PersonalData, ...]:
    """只找个人信息的位置，不遮盖。

    不看敏感事项，也不判断能不能公开；要这些请用 ``redact``。

    Args:
        text: 原文，留言或答复。
        kind: ``message``、``reply`` 或 ``auto``。
        names: 已知的当事人姓名。
        key: 摘要的密钥。

    Returns:
        原文里的位置，按先后排列，互不重叠。

    Raises:
        InputTypeError: ``text`` 不是文字。

    Examples:
        >>> [found.label for found in find_personal_data("家里座机0700-5550362。")]
        ['住宅电话']
        >>> find_personal_data("请拨打不动产登记中心0700-5550113咨询。")
        ()
    """
    tools = finder()
    plain = normalise(require_text(text, "原文"))
    reply = _is_reply(tools, plain.text, kind)
    hits, _, _ = tools.find(plain.text, reply=reply, style=tools.masks.style("default"), party=_party(names))
    return tuple(_personal(tools, text, plain, hit, key) for hit in hits)


def _is_reply(tools: Finder, text: str, kind: object) -> bool:
    if kind not in KINDS:
        raise InputError(explain(f"kind={show(kind)}", f"应为：{'、'.join(KINDS)}", "拿不准就不写，程序看行文"))
    return tools.is_reply(text) if kind == "auto" else kind == "reply"


def _party(names: object) -> tuple[str, ...]:
    if isinstance(names, str) or not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise InputTypeError(explain(f"names={show(names)}", "应为姓名的列表", '请写成 names=["…", "…"]'))
    return tuple(normalise(name).text.strip() for name in names)


def _personal(tools: Finder, text: str, plain: Plain, hit: Hit, key: bytes | None) -> PersonalData:
    span = plain.span(hit.start, hit.end)
    value = f"{hit.type}:{plain.text[hit.start : hit.end]}".encode("utf-8", "surrogatepass")
    return PersonalData(
        start=span.start,
        end=span.end,
        type=hit.type,
        label=tools.masks.labels[hit.type],
        confidence=hit.confidence,
        rule_id=hit.rule_id,
        reason=hit.reason,
        hash=hashlib.blake2b(value, key=_KEY if key is None else key[:64], digest_size=8).hexdigest(),
    )
