"""图里的中文字体。"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from wenzheng_lab import _fonts
from wenzheng_lab.errors import DatasetError


@pytest.fixture(autouse=True)
def _own_settings():  # type: ignore[no-untyped-def]
    import matplotlib as mpl

    with mpl.rc_context():
        yield


@pytest.mark.parametrize("label", ["青禾县留言：来信 128 件", "㎡ ℃ ① ￥ −3 《条例》", "臺灣龍龜 镕喆堃垚犇 㙍"])
def test_chinese_is_drawn_without_missing_glyphs(label: str) -> None:
    """中文、符号、生僻字都画得出；缺字时 matplotlib 会警告，而警告在测试里就是失败。"""
    import io

    from matplotlib.figure import Figure

    _fonts.use_chinese_font()
    figure = Figure()
    figure.subplots().set_title(label)
    figure.savefig(io.BytesIO(), format="png")


def test_missing_glyphs_are_noticed() -> None:
    """上一条测试会失败：不用我们的字体时，同样的文字引出警告。"""
    import io

    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["font.sans-serif"] = ["DejaVu Sans"]
    figure = Figure()
    figure.subplots().set_title("青禾县")
    with pytest.warns(UserWarning, match="Glyph"):
        figure.savefig(io.BytesIO(), format="png")


def test_other_fonts_stay_as_a_fallback() -> None:
    """思源黑体排在最前，原有的字体留作后备；调用两次不重复。"""
    import matplotlib as mpl

    _fonts.use_chinese_font()
    name = _fonts.use_chinese_font()
    families = mpl.rcParams["font.sans-serif"]
    assert families[0] == name
    assert families.count(name) == 1
    assert "DejaVu Sans" in families


def test_zhplot_itself_is_not_loaded() -> None:
    """只用 zhplot 的字体文件，不载入它：它会改别的库的设置。"""
    code = "import sys; from wenzheng_lab._fonts import use_chinese_font as use; use(); print('zhplot' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True).stdout
        == "False\n"
    )


def test_a_missing_font_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """没有字体时说明找过哪里、怎么装。"""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DatasetError, match=r"没有安装 zhplot.*pip install"):
        _fonts.font_path()


def test_the_font_licence_comes_along() -> None:
    """字体的许可证（OFL）与字体在一起。"""
    assert "SIL Open Font License" in (_fonts.font_path().parent / "OFL.txt").read_text(
        encoding="utf-8"
    ).title().replace("Sil", "SIL")
    assert isinstance(_fonts.font_path(), Path)
