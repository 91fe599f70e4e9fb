"""回归表：系数、稳健的标准误、区间，与给人看的倍数。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from wenzheng_lab import _html
from wenzheng_lab.model import Signature

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "wenzheng.regression/1"
"""``to_dict`` 的格式名与版本"""
COLUMNS = (
    *("term", "level", "base", "label", "count", "estimate", "se", "low", "high"),
    *("effect", "effect_low", "effect_high", "p"),
)
"""表的列"""
CAUTION = (
    "这是相关，不是因果：没有放进来的事（难易、轻重、谁办）也会使数不同。用来找该去核对的地方，不用来评价单位或个人。"
)


@dataclass(frozen=True, slots=True, repr=False)
class RegressionTable:
    """一次回归的结果。"""

    table: pd.DataFrame
    """一行一项：``term`` 自变量、``level`` 哪一类、``base`` 和哪一类比、``count`` 这一项不为零的封数、
    ``estimate`` 系数、``se`` 稳健标准误、``low``、``high`` 95% 区间、``effect`` 与 ``effect_low``、``effect_high``
    是给人看的倍数或分数、``p``"""
    outcome: str
    """因变量"""
    model: str
    """模型"""
    effect: str
    """``effect`` 一列的意思"""
    errors: str
    """标准误怎样算的"""
    n: int
    """用了几封"""
    events: int | None
    """其中等到答复的；不是生存模型为 None"""
    left_out: int
    """缺值没有用的封数"""
    clusters: int | None
    """聚类的组数；没有聚类为 None"""
    fit: float
    """拟合：线性模型是 R²，生存模型是一致性指数（0.5 为乱猜）"""
    notes: tuple[str, ...]
    """读这张表要知道的事"""
    signature: Signature
    """签名：模型、数的摘要、程序版本"""

    def labelled(self) -> pd.DataFrame:
        """中文表头，供看、供写出。

        Returns:
            新表：项、封数、倍数或分数及区间、系数、标准误、p。
        """
        import pandas as pd

        table = self.table
        return pd.DataFrame(
            {
                "项": table["label"],
                "封数": table["count"],
                self.effect: table["effect"],
                "下限": table["effect_low"],
                "上限": table["effect_high"],
                "系数": table["estimate"],
                "标准误": table["se"],
                "p": table["p"],
            }
        )

    def to_dict(self) -> dict[str, object]:
        """转成可写 JSON 的字典。

        Returns:
            schema 与各字段。
        """
        return {
            "schema": SCHEMA,
            "outcome": self.outcome,
            "model": self.model,
            "effect": self.effect,
            "errors": self.errors,
            "n": self.n,
            "events": self.events,
            "left_out": self.left_out,
            "clusters": self.clusters,
            "fit": self.fit,
            "rows": self.table.to_dict("records"),
            "notes": list(self.notes),
            "signature": self.signature.to_dict(),
        }

    def __repr__(self) -> str:
        return f"<RegressionTable {self.outcome}，{self.model}，{self.n:,} 封，{len(self.table)} 项，{self.signature}>"

    def _repr_html_(self) -> str:
        rows = []
        for _, row in self.table.iterrows():
            sure = "＊" if row["low"] > 0 or row["high"] < 0 else ""
            rows.append(
                [
                    str(row["label"]),
                    f"{int(row['count']):,}",
                    f"{row['effect']:.2f}{sure}",
                    f"{row['effect_low']:.2f} 至 {row['effect_high']:.2f}",
                    f"{row['estimate']:.3f}（{row['se']:.3f}）",
                    "<0.001" if row["p"] < 0.001 else f"{row['p']:.3f}",
                ]
            )
        headers = ["项", "封数", self.effect, "95% 区间", "系数（标准误）", "p"]
        head = f"{self.outcome}：{self.model}，{self.n:,} 封" + (f"，等到答复 {self.events:,}" if self.events else "")
        notes = [*self.notes, f"＊：95% 区间不含“没有差别”。{self.errors}", CAUTION]
        return str(
            _html.tag(
                "div",
                _html.tag("h4", head),
                _html.table(rows, headers=headers),
                _html.tag("ul", *(_html.tag("li", note) for note in notes)),
                _html.tag("p", _html.tag("small", f"签名 {self.signature}")),
                attrs={"class": "wz-regression"},
            )
        )
