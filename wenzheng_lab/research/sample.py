"""抽样：分层抽出要人工编码的来信，分给几位编码人，一部分大家都编，好算一致性。"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._paths import as_path
from wenzheng_lab.errors import InputError, explain, require_whole, show
from wenzheng_lab.letter.frames import column_texts, message_ids, require_messages
from wenzheng_lab.model import Signature
from wenzheng_lab.trends.counts import UNITS

if TYPE_CHECKING:
    import pandas as pd

_PERSONS = ("author", "message_id")
TEXTS = ("subject", "body", "reply")
"""给编码人看的列；别的都不给看"""


@dataclass(frozen=True, slots=True, repr=False)
class CodingSample:
    """抽出的来信和分工。

    编码人看到的只有遮过个人信息的主题、详情、答复；单位、时间、得分、别人编的都看不到。
    """

    table: pd.DataFrame
    """一行一份：``item`` 编号、``message_id`` 原编号、``stratum`` 层、``weight`` 代表几封，与遮过的主题、详情、答复"""
    tasks: Mapping[str, tuple[str, ...]]
    """编码人 → 各份的编号，各人次序不同"""
    shared: tuple[str, ...]
    """大家都编的各份"""
    population: int
    """从几封里抽的"""
    seed: int
    """种子"""
    signature: Signature
    """签名"""

    def texts(self, item: str) -> dict[str, str]:
        """一份的文字，遮过个人信息。

        Args:
            item: 编号。

        Returns:
            列名到文字。

        Raises:
            InputError: 没有这一份。
        """
        rows = self.table[self.table["item"] == item]
        if not len(rows):
            raise InputError(explain(f"没有 {show(item)} 这一份", f"共 {len(self.table)} 份", "请写 S001 这样的编号"))
        return {name: str(rows.iloc[0][name]) for name in TEXTS if name in rows.columns}

    def save(self, path: str | Path) -> Path:
        """存成 csv，供留底、供复核；里面的文字遮过个人信息，但仍不宜公开。

        Args:
            path: 路径，后缀 ``csv``。

        Returns:
            路径。

        Raises:
            InputError: 后缀不是 csv。
            WenzhengError: 写不进。
        """
        from wenzheng_lab._files import write_text
        from wenzheng_lab.figures.chart import table_text

        target = as_path(path)
        if target.suffix.lower() != ".csv":
            raise InputError(explain(f"后缀是 {target.suffix!r}", "应为 csv", "如 抽样.csv"))
        write_text(target, f"# 签名 {self.signature}\n" + table_text(self.table), bom=True)
        return target

    def __repr__(self) -> str:
        people = "，".join(f"{name} {len(items)} 份" for name, items in self.tasks.items())
        return f"<CodingSample {len(self.table)} 份（共 {self.population:,} 封），{people}，共编 {len(self.shared)} 份>"


def draw_sample(
    frame: pd.DataFrame,
    n: int,
    *,
    seed: int,
    by: Sequence[str] = (),
    coders: Sequence[str] = ("甲", "乙"),
    overlap: float = 0.2,
) -> CodingSample:
    """抽出要人工编码的来信：分层、分工、留一部分大家都编。

    各层按大小分配，每层至少一份；同样的表、同样的种子抽的永远是同一批。个人信息先遮去再给编码人看。

    Args:
        frame: 规范列的表。
        n: 抽几份。
        seed: 种子，整数，必须写。
        by: 按哪几列分层，如 ``["department"]``；时期写 ``month`` 等。不给不分层。
        coders: 编码人的代号，至少一位。
        overlap: 几成的份大家都编（0–1）；算一致性靠它，一般一成到两成，份数少时多一些。

    Returns:
        ``CodingSample``；``wz.code_sample(样本, coder="甲", path="甲.json")`` 开始编。

    Raises:
        InputTypeError: 不是表，或种子不是整数。
        InputError: ``n`` 不合、按人分层、编码人重名、``overlap`` 不在 0–1。

    Examples:
        >>> import pandas as pd
        >>> units = ["甲局"] * 30 + ["乙局"] * 10
        >>> frame = pd.DataFrame({"body": [f"第{at}封" for at in range(40)], "department": units})
        >>> one = draw_sample(frame, 8, seed=7, by=["department"])
        >>> one.table["stratum"].value_counts().to_dict(), [len(items) for items in one.tasks.values()]
        ({'甲局': 6, '乙局': 2}, [5, 5])
    """
    import pandas as pd

    from wenzheng_lab.privacy import redact

    seed = require_whole("seed", seed)
    table = require_messages(frame, needs=tuple(name for name in by if name not in UNITS))
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= len(table):
        raise InputError(explain(f"n 是 {show(n)}", f"应为 1 到 {len(table)} 的整数", "请改小"))
    if isinstance(overlap, bool) or not isinstance(overlap, int | float) or not 0 <= overlap <= 1:
        raise InputError(explain(f"overlap 是 {show(overlap)}", "应在 0 与 1 之间", "如 overlap=0.2"))
    names = [str(name).strip() for name in coders]
    if not names or "" in names or len(set(names)) < len(names):
        raise InputError(explain(f"编码人是 {show(list(coders))}", "至少一位，不重名", '如 coders=["甲", "乙"]'))
    if set(by) & set(_PERSONS):
        raise InputError(explain(f"分层写了 {'、'.join(by)}", "不按人分层", "请换成单位、地方、分类"))
    strata = _strata(table, by)
    rows = _draw(strata, n, seed)
    # 份的编号与抽中的先后无关，看编号猜不出是哪一层的
    random.Random(f"{seed}:items").shuffle(rows)
    items = [f"S{at:03d}" for at in range(1, n + 1)]
    sizes = {name: strata.count(name) for name in set(strata)}
    drawn = [strata[row] for row in rows]
    ids = message_ids(table)
    authors = column_texts(table, "author")
    made: dict[str, list[object]] = {
        "item": list(items),
        "message_id": [ids[row] for row in rows],
        "stratum": list(drawn),
        "weight": [sizes[name] / drawn.count(name) for name in drawn],
    }
    for name in TEXTS:
        if name in table.columns:
            cells = column_texts(table, name)
            made[name] = [
                redact(cells[row], names=[authors[row]] if len(authors[row]) > 1 else []).text if cells[row] else ""
                for row in rows
            ]
    whole = pd.DataFrame(made)
    tasks, shared = _tasks(items, names, overlap, seed)
    text = whole[["item", "message_id"]].to_csv(index=False) + "|".join(",".join(task) for task in tasks.values())
    digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()
    parts = {
        **{"sample": "1", "seed": str(seed), "rows": f"{n}/{len(table)}", "by": ",".join(by) or "-"},
        **{"coders": str(len(names)), "overlap": f"{overlap:g}", "data": digest},
    }
    return CodingSample(whole, tasks, shared, len(table), seed, Signature.of(parts))


def _strata(frame: pd.DataFrame, by: Sequence[str]) -> list[str]:
    from wenzheng_lab.trends.compare import period_labels

    if not by:
        return ["全部"] * len(frame)
    columns = [
        period_labels(frame, name) if name in UNITS and name not in frame.columns else column_texts(frame, name)
        for name in by
    ]
    return ["｜".join(cell or "（空）" for cell in cells) for cells in zip(*columns, strict=True)]


def _draw(strata: Sequence[str], n: int, seed: int) -> list[int]:
    """各层按大小分：先各一份（份数够时），余下的按最大余数。"""
    members: dict[str, list[int]] = {}
    for at, name in enumerate(strata):
        members.setdefault(name, []).append(at)
    order = sorted(members, key=lambda name: (-len(members[name]), name))
    if n < len(order):
        raise InputError(explain(f"有 {len(order)} 层，只抽 {n} 份", "每层至少一份", "请多抽几份，或少分几层"))
    wanted = {name: n * len(members[name]) / len(strata) for name in order}
    given = {name: max(1, int(wanted[name])) for name in order}
    while sum(given.values()) < n:
        name = max(order, key=lambda one: (wanted[one] - given[one]) * (given[one] < len(members[one])))
        given[name] += 1
    while sum(given.values()) > n:
        name = max((one for one in order if given[one] > 1), key=lambda one: given[one] - wanted[one])
        given[name] -= 1
    return [at for name in order for at in random.Random(f"{seed}:draw:{name}").sample(members[name], given[name])]


def _tasks(
    items: Sequence[str], coders: Sequence[str], overlap: float, seed: int
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    order = list(items)
    random.Random(f"{seed}:tasks").shuffle(order)
    count = len(order) if len(coders) == 1 else round(overlap * len(order))
    shared, rest = order[:count], order[count:]
    tasks = {}
    for at, name in enumerate(coders):
        own = [*shared, *(rest[at :: len(coders)] if len(coders) > 1 else [])]
        random.Random(f"{seed}:order:{name}").shuffle(own)
        tasks[name] = tuple(own)
    return tasks, tuple(sorted(shared)) if len(coders) > 1 else ()
