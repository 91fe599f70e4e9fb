"""每扇门遇到每种坏输入：照 ``doors/table.txt`` 写的那样答，一格一个测试。

答只有三种：错——本包的错误，三段，终端写得下去；未——“未评分”“尚未作答”；答——合乎约定的结果（``doors/calls.py``
里写着怎样才算）。格子后面带 * 的费时，平常不跑，``make soak`` 才跑。
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doors import calls, kinds
from doors.page import MARKS, SECTIONS, page, read_table

import wenzheng_lab as wz
from wenzheng_lab.errors import RuleFileError, WenzhengError

TABLE = read_table()


def _cells() -> Iterator[Any]:
    for section, rows in TABLE.items():
        for door, row in rows.items():
            for kind, code in row.items():
                slow = [pytest.mark.soak] if code.endswith("*") else []
                yield pytest.param(section, door, kind, code[0], id=f"{section}-{door}-{kind}", marks=slow)


def _bad(section: str, kind: str, folder: Path) -> object:
    if section in ("文字", "作答"):
        return kinds.TEXTS[kind]
    if section == "表":
        return kinds.FRAMES[kind]()
    if section == "整数":
        return kinds.WHOLES[kind]
    if section == "文件内容":
        name, make = kinds.FILES[kind]
        (folder / name).write_bytes(make())
        return folder / name
    if section == "规则文件":
        (folder / "规则.toml").write_bytes(kinds.RULES[kind])
        return folder / "规则.toml"
    return (kinds.PATHS if section == "已有的文件" else kinds.TARGETS)[kind](folder)


@pytest.mark.parametrize(("section", "door", "kind", "code"), list(_cells()))
def test_door(section: str, door: str, kind: str, code: str, tmp_path: Path, monkeypatch: Any) -> None:
    """一格：照表里写的答。"""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WENZHENG_HOME", str(tmp_path))
    value = _bad(section, kind, tmp_path)
    try:
        found = SECTIONS[section].doors[door](value)
    except WenzhengError as error:
        assert code == "错", f"应当“{MARKS[code]}”，却报错：{error}"
        _is_ours(error)
        return
    got = calls.UNSCORED if isinstance(found, str) and found == calls.UNSCORED else "答"
    assert code == got, f"应当“{MARKS[code]}”，却“{MARKS[got]}”：{found!r}"


def _is_ours(error: WenzhengError) -> None:
    """三段，说得完整，写得进任何终端与文件；规则文件的错误首行是“文件名:行号: 说明”。"""
    text = str(error)
    assert text.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f]", text), text
    if isinstance(error, RuleFileError):
        assert re.match(r"[^\s:]+(:\d+)?: .+", text), text
    else:
        assert len(re.findall("[。？！]", text)) >= 3, text


def test_table_covers_every_public_function() -> None:
    """公共名里每个吃数据的函数都在表里，或写明为什么不在。"""
    elsewhere = {
        "second_opinion": "要有一台应答的机器，见 test_second_opinion",
        "plot_stream": "吃 count_over_time 的结果", "plot_timeline": "吃 find_hotspots 的结果",
        "plot_response": "吃 response_curve 的结果", "plot_keyness": "吃 compare_words 的结果",
        "plot_matrix": "吃 indicators 的结果", "plot_towns": "吃 indicators 的结果",
    }  # fmt: skip
    doors = " ".join(door for rows in TABLE.values() for door in rows)
    for name in wz.__all__:
        if inspect.isfunction(getattr(wz, name)):
            assert re.search(rf"\b{name}\b", doors) or name in elsewhere, f"{name} 不在门的总表里"


def test_every_door_and_kind_is_in_the_table() -> None:
    """造出来的坏法、写好的门，表里一个不少；表里没有写的，也没有多出来的。"""
    for name, section in SECTIONS.items():
        assert set(TABLE[name]) == set(section.doors), name
        for door, row in TABLE[name].items():
            assert set(row) == set(section.kinds), f"{name} {door}"


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("plot_stream", "frame"), ("plot_timeline", "frame"), ("plot_response", "frame"), ("plot_keyness", "frame"),
        ("plot_matrix", "frame"), ("plot_towns", "frame"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [None, 3, "文字", [], {}], ids=["None", "数字", "文字", "列表", "字典"])
def test_figures_refuse_what_is_not_a_result(name: str, argument: str, value: object) -> None:
    """吃别的函数的结果的图：来的不是那种结果，说应当先算什么。"""
    with pytest.raises(WenzhengError) as caught:
        if name == "plot_timeline":
            wz.plot_timeline(value, kinds.good_frame())
        else:
            getattr(wz, name)(value)
    _is_ours(caught.value)


def test_page_is_in_step_with_the_table(root: Path) -> None:
    """docs/trust.md 里的门表由 ``cd tests && python -m doors.page`` 生成，与总表一致。"""
    assert page() in (root / "docs" / "trust.md").read_text(encoding="utf-8")
