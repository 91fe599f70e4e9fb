"""一张图：图、数、读法、签名放在一起，存的时候也在一起。"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from wenzheng_lab._files import atomic_path, write_text
from wenzheng_lab._html import Markup, tag
from wenzheng_lab._paths import as_path
from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.figures.style import settings, style
from wenzheng_lab.model import Signature

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")


@dataclass(frozen=True, slots=True, repr=False)
class Chart:
    """一张图和它背后的数。

    在 Jupyter 里直接显示；``.figure`` 是 matplotlib 的图，可以接着改。
    """

    figure: Figure
    """matplotlib 的图"""
    table: pd.DataFrame
    """图上画的数，一行一点"""
    title: str
    """标题"""
    reading: str
    """一句读法：从图上看到什么；读屏软件念的也是它"""
    notes: tuple[str, ...]
    """看图要知道的事"""
    signature: Signature
    """签名：哪种图、样式的版本、数的摘要、数是怎样算的"""

    def png(self, *, dpi: int | None = None) -> bytes:
        """画成 png。

        Args:
            dpi: 分辨率；默认照样式。

        Returns:
            文件的内容。
        """
        return self._draw("png", dpi)

    def save(self, path: str | Path, *, dpi: int | None = None) -> tuple[Path, Path]:
        """存图，旁边存数。

        Args:
            path: 图的路径，后缀 ``png``、``svg``、``pdf``。
            dpi: ``png`` 的分辨率。

        Returns:
            （图，同名的 csv）；csv 的头几行以 ``#`` 开头，写标题与签名。

        Raises:
            InputError: 后缀不认得。
            WenzhengError: 写不进。
        """
        target = as_path(path)
        kind = target.suffix.lower().lstrip(".")
        if kind not in FORMATS:
            raise InputError(explain(f"图的后缀是 {target.suffix!r}", "应为 png、svg、pdf", "如 热力图.png"))
        with atomic_path(target) as temporary:
            temporary.write_bytes(self._draw(kind, dpi))
        numbers = target.with_suffix(".csv")
        head = f"# {self.title}\n# 签名 {self.signature}\n"
        write_text(numbers, head + table_text(self.table), bom=True)
        return target, numbers

    def html(self) -> Markup:
        """一段 HTML：图内嵌在里面，不取网络。

        Returns:
            ``figure`` 标签。
        """
        source = "data:image/png;base64," + base64.b64encode(self.png()).decode("ascii")
        picture = tag("img", attrs={"src": source, "alt": f"{self.title}。{self.reading}", "style": "max-width:100%"})
        return tag("figure", picture, attrs={"class": "wz-figure", "style": "margin:8px 0"})

    def _draw(self, kind: str, dpi: int | None) -> bytes:
        import matplotlib as mpl

        out = io.BytesIO()
        # 日期写进 svg、pdf 会使同样的图字节不同
        metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}[kind]
        with mpl.rc_context({**settings(), "svg.hashsalt": "wenzheng"}):
            self.figure.savefig(
                out, format=kind, dpi=dpi or style().dpi, metadata={**metadata, "Title": self.title}, facecolor="white"
            )
        return out.getvalue()

    def __repr__(self) -> str:
        return f"<Chart {self.title}，{len(self.table)} 行数，{self.signature}>"

    def _repr_html_(self) -> str:
        return str(self.html())


def table_text(table: pd.DataFrame) -> str:
    """表的一种固定写法，用来存、用来算摘要。

    Args:
        table: 表。

    Returns:
        csv 文字；以 ``=``、``+``、``-``、``@`` 开头的文字前加一撇，免得被当作公式。
    """

    def inert(cell: object) -> object:
        return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell

    text: str = table.map(inert).to_csv(index=False, float_format="%.10g", lineterminator="\n")
    return text


def sign(name: str, table: pd.DataFrame, source: Signature | None = None) -> Signature:
    """图的签名。

    Args:
        name: 哪种图。
        table: 图上的数。
        source: 数的签名；有就接在后面。

    Returns:
        签名。
    """
    digest = hashlib.blake2b(table_text(table).encode("utf-8", "replace"), digest_size=4).hexdigest()
    rest = {key: value for key, value in source.to_dict().items() if key != "lab"} if source else {}
    return Signature.of({"chart": name, "style": style().version, "data": digest, **rest})


def below(notes: Sequence[str], signature: Signature) -> tuple[str, ...]:
    """图下面的几行：说明，末行是签名。

    Args:
        notes: 说明。
        signature: 签名。

    Returns:
        各行。
    """
    return (*(note for note in notes if note), f"签名 {signature}")
