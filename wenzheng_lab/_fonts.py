"""图里的中文：用随 zhplot 安装的思源黑体（Noto Sans SC，OFL），只取字体文件，不用它的设置。"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

from wenzheng_lab.errors import DatasetError, explain

FONT_FILE = Path("fonts") / "NotoSansSC-Regular.ttf"


def font_path() -> Path:
    """字体文件的位置。

    Returns:
        存在的 TrueType 文件。

    Raises:
        DatasetError: 没有安装 zhplot，或它的字体文件不在。
    """
    # 只找位置，不 import：zhplot 一载入就改 wordcloud 等别的库的设置
    spec = importlib.util.find_spec("zhplot")
    tried = [Path(folder) / FONT_FILE for folder in (spec.submodule_search_locations or [])] if spec else []
    for path in tried:
        if path.is_file():
            return path
    raise DatasetError(
        explain(
            "找不到画图用的中文字体",
            "应随 zhplot 安装在：" + ("、".join(map(str, tried)) or "（没有安装 zhplot）"),
            "请重新安装：pip install --force-reinstall zhplot",
        )
    )


@functools.cache
def _register(path: Path) -> str:
    from matplotlib import font_manager

    font_manager.fontManager.addfont(path)
    return font_manager.FontProperties(fname=path).get_name()


def use_chinese_font() -> str:
    """让 matplotlib 画的图显示中文。

    只改当前进程的 ``rcParams``，不写 matplotlib 的目录。可以重复调用。

    Returns:
        字体名。

    Raises:
        DatasetError: 字体文件不在。

    Examples:
        >>> use_chinese_font()
        'Noto Sans SC'
    """
    import matplotlib as mpl

    name = _register(font_path())
    others = [family for family in mpl.rcParams["font.sans-serif"] if family != name]
    mpl.rcParams.update(
        {
            "font.family": ["sans-serif"],
            # 思源黑体没有的符号，退到 matplotlib 自带的字体
            "font.sans-serif": [name, *others],
            "axes.unicode_minus": False,
            "pdf.fonttype": 42,
        }
    )
    return name


def chinese_families() -> tuple[str, ...]:
    """图上的字逐个写明的字体，先中文，没有的符号退到 matplotlib 自带的。

    与 ``use_chinese_font`` 不同，它不改 ``rcParams``：字体写在每个字上，别处重设也不受影响。

    Returns:
        字体名，先后就是找字的次序。

    Raises:
        DatasetError: 字体文件不在。

    Examples:
        >>> chinese_families()
        ('Noto Sans SC', 'DejaVu Sans')
    """
    return _register(font_path()), "DejaVu Sans"
