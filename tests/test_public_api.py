"""公共名：与文档一致，每个都有中文说明和能跑的例子；``import wenzheng_lab`` 又轻又快。"""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import wenzheng_lab as wz
from wenzheng_lab._html import escape

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("pandas", "numpy", "matplotlib", "ipywidgets", "IPython", "jieba", "rjieba", "openpyxl", "jupyterlab")
NAMES = [name for name in wz.__all__ if not name.startswith("__")]
FIRST_LINE = 30
"""说明的第一行最多这么多字，编辑器的提示框放得下"""


def documented_names() -> set[str]:
    """``docs/api.md`` 里的公共名：每个是一行表格，第一格是代码样式的名字。"""
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `wz\.([A-Za-z_]+)", text, flags=re.MULTILINE))


def docstring_faults(name: str, value: object) -> list[str]:
    """一个公共名的说明缺什么。"""
    text = inspect.getdoc(value) or ""
    first = text.partition("\n")[0]
    faults = []
    if not re.search("[\u4e00-\u9fff]", first):
        faults.append("没有中文说明")
    if len(first) > FIRST_LINE:
        faults.append(f"第一行 {len(first)} 字，最多 {FIRST_LINE} 字")
    if inspect.isfunction(value):
        if "Examples:" not in text or ">>>" not in text:
            faults.append("没有可运行的例子（Examples）")
        parameters = [p for p in inspect.signature(value).parameters if p != "self"]
        if parameters and "Args:" not in text:
            faults.append("没有逐个说明参数（Args）")
        faults += [
            f"参数 {p} 没有说明" for p in parameters if parameters and not re.search(rf"\*?\b{p}\b[^:\n]*:", text)
        ]
    return [f"{name}：{fault}" for fault in faults]


def test_all_is_the_documented_list() -> None:
    """``__all__`` 与 ``docs/api.md`` 一字不差。"""
    assert set(NAMES) == documented_names()


def test_all_is_sorted_and_complete() -> None:
    """``__all__`` 有序，且每个按需载入的名字都在里面。"""
    assert list(wz.__all__) == sorted(wz.__all__)
    assert set(NAMES) == set(wz._PUBLIC) | set(wz._ROOMS)


@pytest.mark.parametrize("name", NAMES)
def test_each_public_name_is_explained(name: str) -> None:
    """每个公共名都有中文说明，函数还有例子和参数说明。"""
    value = getattr(wz, name)
    assert docstring_faults(name, value) == []
    if isinstance(value, ModuleType):
        members = {key: getattr(value, key) for key in value.__all__}
        faults = [docstring_faults(f"{name}.{key}", member) for key, member in members.items() if callable(member)]
        assert [fault for group in faults for fault in group] == []


def test_missing_explanations_are_caught() -> None:
    """说明的检查抓得住英文、太长、没有例子、漏了参数。"""

    def bad(value: int) -> None:
        """Score a reply."""

    assert len(docstring_faults("bad", bad)) == 4
    assert docstring_faults("escape", escape) == []


def test_dir_lists_public_names() -> None:
    """按 Tab 补全时看得到按需载入的名字。"""
    assert set(NAMES) <= set(dir(wz))


def test_unknown_names_are_refused_in_chinese() -> None:
    """写错名字时说明哪里看得到可用的名字。"""
    with pytest.raises(AttributeError, match="没有 'score_replys'"):
        wz.score_replys  # noqa: B018


def test_import_loads_nothing_heavy() -> None:
    """``import wenzheng_lab`` 不载入 pandas 等大件。"""
    code = f"import sys, wenzheng_lab; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True).stdout == "[]\n"
    )


def test_scoring_needs_no_pandas() -> None:
    """评一份答复用不着 pandas、matplotlib、ipywidgets：浏览器里的轻便版要靠这一点。"""
    code = (
        "import sys, wenzheng_lab as wz\n"
        "wz.score_reply('您好，已派人到场修好路灯。', to=wz.Message(id='1', subject='路灯', body='路灯坏了，请修。'))\n"
        "print([name for name in ('pandas', 'matplotlib', 'ipywidgets') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert (result.stdout, result.stderr) == ("[]\n", "")


def _fastest(code: str) -> float:
    # 量处理器时间，不量钟表时间：机器忙的时候，钟表时间量到的是别人
    times = []
    for _ in range(5):
        clock = f"{code}; import time; print(time.process_time())"
        done = subprocess.run([sys.executable, "-c", clock], capture_output=True, encoding="utf-8", check=True)
        times.append(float(done.stdout))
    return min(times)


def test_import_is_fast() -> None:
    """``import wenzheng_lab`` 比空的 Python 最多慢 0.15 秒。"""
    assert _fastest("import wenzheng_lab") - _fastest("pass") <= 0.15
