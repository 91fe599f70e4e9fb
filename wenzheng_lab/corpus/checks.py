"""数一数读入的表有哪些毛病：只数，不改。"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

_SPACE = re.compile(r"[\s\u200b\u3000]+")
_TAG = re.compile(r"<(?:/?(?:p|br|div|span|a|img|table|td|tr|font|strong|script|style|iframe)\b[^<>]*|!--)", re.I)
_CELL_LIMIT = 32_767
"""Excel 一格的字数上限；恰满的格子多半在别处已被截断"""
_CUT_ROWS = 5
_CUT_SHARE = 0.02
"""最长的正文恰好都一样长，至少 5 条且占 2%，才说疑似截断"""
_CUT_SHORTEST = 30


class Checker:
    """一段一段地数；只存指纹（每格 8 字节），不存文字。"""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._prints: dict[str, array[int]] = {}
        self._lengths: Counter[int] = Counter()
        self._longest: set[int] = set()

    def add(self, frame: DataFrame) -> None:
        """数一段。

        Args:
            frame: 规范列的表。
        """
        counts = self._counts
        if "message_id" in frame:
            self._note("duplicate_ids", frame["message_id"].dropna().tolist())
            counts["missing_ids"] += int(frame["message_id"].isna().sum())
        columns = [frame[name].astype(object).tolist() for name in frame.columns]
        names = tuple(frame.columns)
        self._note("duplicate_rows", [(names, *map(str, row)) for row in zip(*columns, strict=True)])
        for name, key in (("body", "bodies"), ("reply", "replies")):
            if name not in frame:
                continue
            texts = [text for text in frame[name].tolist() if isinstance(text, str) and text]
            self._note(f"duplicate_{key}", [_SPACE.sub("", text) for text in texts])
            counts[f"html_{key}"] += sum(1 for text in texts if "<" in text and _TAG.search(text))
            counts[f"full_{key}"] += sum(1 for text in texts if len(text) == _CELL_LIMIT)
        if "body" in frame:
            self._bodies(frame["body"].tolist())
        if "auto_rated" in frame:
            known = frame["auto_rated"].dropna()
            counts["rated"] += len(known)
            counts["auto_rated"] += int(known.astype(bool).sum())
        if "created_at" in frame and "replied_at" in frame:
            both = frame[["created_at", "replied_at"]].dropna()
            counts["replied_before"] += int((both["replied_at"] < both["created_at"]).sum())
        if "reply" in frame:
            counts["no_reply"] += int(frame["reply"].isna().sum())

    def _note(self, key: str, values: Sequence[object]) -> None:
        # 内置的散列只在本进程里用来比相同与否，不写出去
        self._prints.setdefault(key, array("q")).extend(hash(value) for value in values)

    def _bodies(self, bodies: Sequence[str]) -> None:
        self._counts["empty_bodies"] += sum(1 for text in bodies if not text)
        before = max(self._lengths, default=0)
        self._lengths.update(len(text) for text in bodies)
        longest = max(self._lengths, default=0)
        if longest > before:
            self._longest = set()
        if len(self._longest) < _CUT_ROWS:
            self._longest |= {hash(text) for text in bodies if len(text) == longest}

    def result(self) -> dict[str, int]:
        """数到的。

        Returns:
            项目 → 条数；为 0 的不列，``truncated_at`` 是截断处的字数。
        """
        import numpy as np

        out: dict[str, int] = dict(self._counts)
        for key, prints in self._prints.items():
            out[key] = len(prints) - len(np.unique(np.frombuffer(prints, dtype=np.int64))) if prints else 0
        cut, at = _cut(self._lengths, len(self._longest))
        out["truncated"], out["truncated_at"] = cut, at
        return {key: value for key, value in out.items() if value}


def check_frame(frame: DataFrame) -> dict[str, int]:
    """数重复、截断、自动好评等。

    Args:
        frame: 规范列的表。

    Returns:
        项目 → 条数；为 0 的不列，``truncated_at`` 是截断处的字数。
    """
    check = Checker()
    check.add(frame)
    return check.result()


def _cut(lengths: Counter[int], distinct: int) -> tuple[int, int]:
    longest = max(lengths, default=0)
    count = lengths[longest]
    if longest < _CUT_SHORTEST or count < _CUT_ROWS or count < _CUT_SHARE * lengths.total():
        return 0, 0
    return (count, longest) if distinct >= _CUT_ROWS else (0, 0)


def notes_of(found: Mapping[str, int], rows: int) -> list[str]:
    """把计数写成话。

    Args:
        found: ``check_frame`` 的结果，可另加 ``collect`` 的计数。
        rows: 读入的行数。

    Returns:
        每个毛病一句。
    """
    say = {
        "duplicate_ids": "{n:,} 条的留言编号与前面的相同，都留着",
        "missing_ids": "{n:,} 条没有留言编号",
        "duplicate_rows": "{n:,} 条与前面的一条各列全同，都留着",
        "duplicate_bodies": "{n:,} 条正文与前面的相同（不看空白），都留着",
        "duplicate_replies": "{n:,} 份答复与前面的相同（不看空白），可能是套用",
        "empty_bodies": "{n:,} 条正文是空的",
        "html_bodies": "{n:,} 条正文里有网页标签，原样留着，显示时转义",
        "html_replies": "{n:,} 份答复里有网页标签，原样留着，显示时转义",
        "full_bodies": "{n:,} 条正文恰为 32,767 字（Excel 一格的上限），可能被截断",
        "full_replies": "{n:,} 份答复恰为 32,767 字（Excel 一格的上限），可能被截断",
        "replied_before": "{n:,} 条答复时间早于留言时间，算不得办理天数",
        "no_reply": "{n:,} 条没有答复",
        "approximate_ids": "{n:,} 个留言编号太长，存成数时已不准，请从原系统按文字重新导出",
        "replaced_characters": "{n:,} 个控制字符或残缺字符换成了“�”",
        "short_rows": "{n:,} 行比表头少列，缺的按空读",
        "unquoted": "{n:,} 格去掉了为防公式加的撇号",
        "simplified": "{n:,} 格由繁体换成了简体（OpenCC t2s，只换字，不换用词）",
    }
    out = [text.format(n=found[key]) for key, text in say.items() if found.get(key)]
    if found.get("truncated"):
        out.append(
            f"{found['truncated']:,} 条正文恰为 {found['truncated_at']} 字，疑似导出时截断，算字数、找诉求时请留意"
        )
    if found.get("rated"):
        auto, rated = found.get("auto_rated", 0), found["rated"]
        out.append(
            f"评价 {rated:,} 条，其中自动好评 {auto:,} 条（{auto / rated:.1%}）；"
            f"满意率应去掉它们再算（其余 {rows - rated:,} 条没有评价）"
        )
    return out
