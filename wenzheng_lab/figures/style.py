"""一种样式：字体、颜色、版面。图上的字各自记着字体，别处重设 ``rcParams`` 也不缺字。"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wenzheng_lab._fonts import chinese_families
from wenzheng_lab._toml import TomlFile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_FILE = Path(__file__).parent / "data" / "style.toml"
_NARROW = 0.56
"""西文字母、数字大约占汉字的几成宽"""


@dataclass(frozen=True, slots=True)
class Style:
    """样式，来自 ``style.toml``。"""

    version: str
    """版本，写进签名"""
    width: float
    """图宽（英寸）"""
    dpi: int
    """分辨率"""
    title: float
    """标题字号（磅）"""
    reading: float
    """读法的字号"""
    label: float
    """轴与图例的字号"""
    note: float
    """说明的字号"""
    ink: str
    """字的颜色"""
    soft: str
    """次要的字"""
    grid: str
    """格线"""
    paper: str
    """底色"""
    main: str
    """主色"""
    warm: str
    """对照色"""
    kinds: tuple[str, ...]
    """分类用的颜色"""
    shades: tuple[str, ...]
    """多少用的颜色，由浅到深；头一个是零"""


@functools.cache
def style() -> Style:
    """读样式，只读一次。

    Returns:
        样式。

    Raises:
        RuleFileError: 文件写错。

    Examples:
        >>> len(style().kinds)
        8
    """
    file = TomlFile.read(_FILE)
    top = file.table((), file.data, required=("version", "size", "color"))
    sizes = ("width", "dpi", "title", "reading", "label", "note")
    colors = ("ink", "soft", "grid", "paper", "main", "warm")
    size = file.table(("size",), top["size"], required=sizes)
    color = file.table(("color",), top["color"], required=(*colors, "kinds", "shades"))
    numbers = {name: file.number(("size", name), size[name], low=1) for name in sizes}
    return Style(
        version=file.string(("version",), top["version"]),
        width=numbers["width"],
        dpi=int(numbers["dpi"]),
        title=numbers["title"],
        reading=numbers["reading"],
        label=numbers["label"],
        note=numbers["note"],
        ink=file.string(("color", "ink"), color["ink"]),
        soft=file.string(("color", "soft"), color["soft"]),
        grid=file.string(("color", "grid"), color["grid"]),
        paper=file.string(("color", "paper"), color["paper"]),
        main=file.string(("color", "main"), color["main"]),
        warm=file.string(("color", "warm"), color["warm"]),
        kinds=file.strings(("color", "kinds"), color["kinds"]),
        shades=file.strings(("color", "shades"), color["shades"]),
    )


def settings() -> Any:
    """画图时用的 ``rcParams``；只在 ``rc_context`` 里用，不改别人的。

    Returns:
        名到值；类型写成 ``Any``，因为 matplotlib 的桩文件只收它列出的那几百个名字。
    """
    look = style()
    return {
        "font.family": list(chinese_families()),
        "font.size": look.label,
        "text.color": look.ink,
        "axes.edgecolor": look.soft,
        "axes.labelcolor": look.ink,
        "axes.facecolor": look.paper,
        "axes.unicode_minus": False,
        "figure.facecolor": look.paper,
        "xtick.color": look.ink,
        "ytick.color": look.ink,
        "hatch.linewidth": 0.6,
        # 名字是外人写的：两个 $ 之间不当公式，不然轻则变样，重则画不出
        "text.parse_math": False,
        "pdf.fonttype": 42,
        "svg.fonttype": "path",
    }


@contextmanager
def drawing(title: str, reading: str, notes: Sequence[str], *, height: float) -> Iterator[Figure]:
    """开一张图：标题、一句读法在上，说明在下，中间留给调用者画。

    Args:
        title: 标题。
        reading: 一句读法：从图上看到什么。
        notes: 图下的说明，签名也在里面。
        height: 中间那一块的高（英寸）。

    Yields:
        空的 ``Figure``，不经过 pyplot，不占全局状态。
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    look = style()
    wide = look.width - 0.3
    lines = [line for note in notes for line in wrap(note, wide * 72 / look.note)]
    said = wrap(reading, wide * 72 / look.reading) if reading else []
    top = 0.12 + look.title * 1.6 / 72 + len(said) * look.reading * 1.55 / 72 + 0.06
    bottom = 0.10 + len(lines) * look.note * 1.5 / 72
    whole = top + height + bottom
    with mpl.rc_context(settings()):
        figure = Figure(figsize=(look.width, whole), dpi=look.dpi, layout="constrained")
        engine: Any = figure.get_layout_engine()
        engine.set(rect=(0.01, bottom / whole, 0.98, height / whole), w_pad=0.04, h_pad=0.04)
        figure.text(
            0.15 / look.width, 1 - 0.12 / whole, title, fontsize=look.title, fontweight="normal", va="top", ha="left"
        )
        figure.text(
            0.15 / look.width,
            1 - (0.12 + look.title * 1.6 / 72) / whole,
            "\n".join(said),
            fontsize=look.reading,
            color=look.soft,
            va="top",
            linespacing=1.4,
        )
        figure.text(
            0.15 / look.width,
            0.05 / whole,
            "\n".join(lines),
            fontsize=look.note,
            color=look.soft,
            va="bottom",
            linespacing=1.4,
        )
        yield figure
        # 刻度是画的时候才造的，字体要先记在轴上
        for axes in figure.axes:
            axes.tick_params(labelfontfamily=list(chinese_families()))


def dress(axes: Axes, *, grid: str = "", keep: Sequence[str] = ("left", "bottom")) -> None:
    """去掉多余的框线，格线压在底下。

    Args:
        axes: 坐标系。
        grid: 画哪个方向的格线：``x``、``y``、``both``，空为不画。
        keep: 留哪几条边。
    """
    look = style()
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep)
    axes.tick_params(length=0, labelsize=look.label)
    if grid:
        axes.grid(axis=grid, color=look.grid, linewidth=0.7)  # type: ignore[arg-type]
        axes.set_axisbelow(True)


def wrap(text: str, width: float) -> list[str]:
    """按宽度折行；汉字算一个字宽，西文算半个多。

    Args:
        text: 一段文字。
        width: 一行放得下几个汉字。

    Returns:
        各行。

    Examples:
        >>> wrap("来信一千封", 3)
        ['来信一', '千封']
    """
    lines, line, used = [], "", 0.0
    for char in text:
        size = _NARROW if ord(char) < 0x2E80 else 1.0
        if char == "\n" or used + size > width:
            lines.append(line)
            line, used = "", 0.0
            if char == "\n":
                continue
        line += char
        used += size
    return [*lines, line] if line or not lines else lines


def shorten(text: str, width: int) -> str:
    """太长的名字截短。

    Args:
        text: 名字。
        width: 最多几个字。

    Returns:
        不超过 ``width`` 字的名字。

    Examples:
        >>> shorten("住房和城乡建设局", 5)
        '住房和城…'
    """
    return text if len(text) <= width else text[: width - 1] + "…"


def ink_on(color: str) -> str:
    """写在这种底色上的字用深色还是白色。

    Args:
        color: 底色。

    Returns:
        字色。

    Examples:
        >>> ink_on("#0b3556")
        '#ffffff'
    """
    from matplotlib.colors import to_rgb

    red, green, blue = to_rgb(color)
    return style().ink if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "#ffffff"
