"""浏览器里的办件台：命令、那一页、进门。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wenzheng_lab import cli
from wenzheng_lab._desk import page_source
from wenzheng_lab._desk_server import HERE_ONLY, server_arguments
from wenzheng_lab.desk.welcome import Welcome, page
from wenzheng_lab.office import scenario_names


def test_the_server_listens_here_only_and_asks_for_the_token() -> None:
    """只听本机，带口令，出错不露程序内部，网页不取外面的东西。"""
    words = server_arguments(Path("办件台.ipynb"), token="口令", port=8866)
    assert "--Voila.ip=127.0.0.1" in words
    assert "--Voila.token=口令" in words
    assert "--VoilaConfiguration.show_tracebacks=False" in words
    assert "http" not in HERE_ONLY and "*" not in HERE_ONLY


def test_the_page_is_one_cell_of_ours(tmp_path: Path) -> None:
    """那一页只有一格；文件夹的名字里有引号也不会变成代码。"""
    odd = tmp_path / "a'); raise SystemExit('"
    book = json.loads(page_source(odd, "first-day"))
    assert len(book["cells"]) == 1
    compile(book["cells"][0]["source"], "page", "exec")
    assert repr(str(odd)) in book["cells"][0]["source"]


def test_sitting_down_from_the_door(tmp_path: Path) -> None:
    """列出全部情景；种子写错说原因；按一下就坐到办件台前，日志在“办件记录”里。"""
    door = Welcome(tmp_path)
    assert set(door.rows) == set(scenario_names())
    door.seed.value = "七"
    door.rows["first-day"].click()
    assert "没有打开" in door.told.value
    door.seed.value = "9"
    door.rows["first-day"].click()
    assert door.desk is not None
    assert door.box.children == (door.desk.box,)
    assert (tmp_path / "办件记录" / "first-day-9.wzlog").is_file()
    door.desk.shut()


def test_a_named_scenario_opens_at_once(tmp_path: Path) -> None:
    """写了情景就不用挑。"""
    box = page(str(tmp_path), "property-certificates")
    assert len(box.children) == 1
    assert (tmp_path / "办件记录" / "property-certificates-7.wzlog").is_file()


@pytest.mark.parametrize("words", [["没有这个情景"], ["--port", "0"]])
def test_wrong_words_are_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """情景、端口写错，一句话说明，退出码 2。"""
    assert cli.main(["desk", *words]) == 2
    assert "错误：" in capsys.readouterr().err
