"""账号与证照：邮箱、微信、车牌、护照。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from wenzheng_lab._toml import TomlFile
from wenzheng_lab.privacy.base import CONFIDENCES, Hit, Left, Rule, one_of, read_csv, rules
from wenzheng_lab.privacy.trie import trie_pattern

_OPTIONAL = (
    "guard", "glue", "glue_max", "window", "min_digits", "except_left", "except_right", "except_values",
    "except_domains", "except_before",
)  # fmt: skip


_BEFORE = 8  # 往前看多少字找“公众号”（字）


@dataclass(frozen=True, slots=True)
class AccountRule:
    """一条账号规则。"""

    rule: Rule
    """公共部分"""
    type: str
    """种类"""
    shape: re.Pattern[str]
    """样子；有提示语又不限窗口时，已连同提示语编在一起，账号是 ``value`` 一组"""
    cue: re.Pattern[str] | None
    """窗口里须有的提示语"""
    window: int
    """往前看多少字找提示语；0 为不看"""
    min_digits: int
    """至少几位数字"""
    guard: str
    """文字里没有这些字就不必找"""
    left: frozenset[str]
    """前面紧挨着这些词时不算"""
    before: re.Pattern[str]
    """前面不远处有这些词时不算"""
    right: re.Pattern[str]
    """后面紧挨着这些词时不算"""
    values: frozenset[str]
    """不是账号的值"""
    domains: tuple[str, ...]
    """单位邮箱的域名"""
    confidence: str
    """把握"""
    reason: str
    """理由"""


class Accounts:
    """账号与证照的查找器。"""

    def __init__(self, file: TomlFile) -> None:
        self.rules = tuple(_read(file))

    def find(self, text: str) -> tuple[list[Hit], list[Left]]:
        """找账号与证照。

        Args:
            text: 还原后的文字。

        Returns:
            （要遮的，看过不遮的）。
        """
        hits: list[Hit] = []
        kept: list[Left] = []
        for rule in self.rules:
            if rule.guard and not any(char in text for char in rule.guard):
                continue
            for match in rule.shape.finditer(text):
                group = "value" if "value" in rule.shape.groupindex else 0
                start, end = match.span(group)
                value = text[start:end]
                if sum(char.isdigit() for char in value) < rule.min_digits or value.lower() in rule.values:
                    continue
                if any(text.endswith(word, 0, start) for word in rule.left) or rule.right.match(text, end):
                    continue
                if rule.before.search(text[max(0, match.start() - _BEFORE) : match.start()]):
                    continue
                if rule.cue and not rule.cue.search(text[max(0, start - rule.window) : start]):
                    continue
                if value.lower().endswith(rule.domains):
                    kept.append(Left(start, end, "keep.official_email"))
                    continue
                cue = (
                    match.groupdict().get("cue")
                    or (rule.cue and rule.cue.findall(text[max(0, start - rule.window) : start])[-1])
                    or ""
                )
                hits.append(
                    Hit(start, end, rule.type, rule.rule.id, rule.confidence, rule.reason.replace("{cue}", cue))
                )
        return hits, kept


def _read(file: TomlFile) -> Iterator[AccountRule]:
    plates = "".join(plate for _, plate in read_csv("areas.csv", ("code", "plate")))
    for where, body, rule in rules(
        file, "rule", required=("type", "shape", "terms", "confidence", "reason"), optional=_OPTIONAL
    ):

        def texts(key: str, where: tuple[str | int, ...] = where, body: object = body) -> tuple[str, ...]:
            return file.strings((*where, key), body.get(key, []))  # type: ignore[attr-defined]

        shape = file.string((*where, "shape"), body["shape"]).replace("{PLATES}", plates)
        terms, window = texts("terms"), int(file.number((*where, "window"), body.get("window", 0), low=0))
        if terms and not window:
            glue = re.escape(str(body.get("glue", "")))
            most = int(file.number((*where, "glue_max"), body.get("glue_max", 0), low=0))
            shape = f"(?P<cue>{trie_pattern(terms)})[{glue}]{{0,{most}}}(?P<value>{shape})"
        try:
            compiled = re.compile(shape)
        except re.error as error:
            raise file.error((*where, "shape"), f"写法不合正则：{error}") from error
        yield AccountRule(
            rule=rule,
            type=file.string((*where, "type"), body["type"]),
            shape=compiled,
            cue=re.compile(trie_pattern(terms)) if terms and window else None,
            window=window,
            min_digits=int(file.number((*where, "min_digits"), body.get("min_digits", 0), low=0)),
            guard=str(body.get("guard", "")),
            left=frozenset(texts("except_left")),
            before=re.compile(trie_pattern(texts("except_before"))),
            right=re.compile(trie_pattern(texts("except_right"))),
            values=frozenset(texts("except_values")),
            domains=texts("except_domains") or ("\0",),
            confidence=one_of(file, (*where, "confidence"), body["confidence"], CONFIDENCES),
            reason=file.string((*where, "reason"), body["reason"]),
        )
