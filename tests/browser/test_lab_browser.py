"""真的 JupyterLab、真的 Chromium：学员打开第一课，从头跑到尾，不出本机。"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lab_driver import AUDIT, Lab, Visit, error_outputs, find_chromium, open_chromium, running_lab

from wenzheng_lab._course_files import FIRST_LESSON

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(find_chromium() is None, reason="没有 Chromium：装上 Debian 的 chromium 包就会跑这一组测试"),
]


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="module")
def lab(temporary: Path) -> Iterator[Lab]:
    with running_lab(temporary) as started:
        yield started


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def visit(playwright: Playwright, lab: Lab, temporary: Path) -> Iterator[Visit]:
    """打开第一课并跑完；下面各条都看同一次的结果。"""
    with open_chromium(playwright, lab.host, temporary) as (_, opened):
        opened.page.goto(lab.address)
        opened.wait_for_lesson()
        opened.run_all()
        opened.page.keyboard.press("Control+s")
        opened.page.wait_for_timeout(1500)
        opened.page.screenshot(path=temporary / "lesson.png")
        yield opened


def test_the_interface_is_chinese(visit: Visit) -> None:
    """菜单是中文的。"""
    menus = visit.page.locator(".lm-MenuBar-itemLabel").all_inner_texts()
    assert {"文件", "编辑", "查看", "运行", "内核", "设置", "帮助"} <= set(menus)


def test_the_first_lesson_is_open(visit: Visit) -> None:
    """打开的就是第一课。"""
    assert Path(FIRST_LESSON).name in visit.page.locator(".lm-DockPanel-tabBar").first.inner_text()


def test_every_cell_ran_without_error(visit: Visit, lab: Lab) -> None:
    """每一格都跑完，存盘的笔记本里没有错误也没有警告。"""
    assert visit.code_cells().count() > 0
    assert error_outputs(lab.folder / FIRST_LESSON) == []


def test_nothing_left_this_machine(visit: Visit, lab: Lab) -> None:
    """浏览器、服务端、内核都没有向外面要过东西。"""
    assert visit.blocked == []
    assert lab.outside_connections() == []


def test_pages_show_no_error(visit: Visit) -> None:
    """页面没有弹出错误框，控制台没有错误。"""
    assert visit.page.locator(".jp-Dialog").count() == 0
    assert visit.console_errors == []


def test_the_screenshot_is_kept(visit: Visit, temporary: Path) -> None:
    """截图存下来供人看。"""
    assert (temporary / "lesson.png").stat().st_size > 20_000


def test_the_address_needs_the_token(visit: Visit, lab: Lab) -> None:
    """没有口令打不开。"""
    from urllib.error import HTTPError
    from urllib.request import urlopen

    with pytest.raises(HTTPError) as refused:
        urlopen(f"http://{lab.host}/api/contents").close()
    refused.value.close()
    assert refused.value.code == 403


def test_the_learner_is_told_in_chinese(lab: Lab) -> None:
    """窗口里说的都是中文，没有英文日志。"""
    said = [line for line in lab.output if line and "http://" not in line]
    assert said
    assert all(re.search("[\u4e00-\u9fff]", line) for line in said), said


def test_requests_to_the_outside_would_be_noticed(playwright: Playwright, lab: Lab, tmp_path: Path) -> None:
    """上面的检查会失败：页面要外面的东西会被拦下并记录。"""
    with open_chromium(playwright, lab.host, tmp_path) as (_, other):
        # 本机的网页自己也不许取外面的（Content-Security-Policy），所以在空白页里要
        other.page.goto("about:blank")
        other.page.evaluate("fetch('http://outside.invalid/x').catch(() => null)")
    assert other.blocked == ["http://outside.invalid/x"]


def test_connections_to_the_outside_would_be_noticed(tmp_path: Path) -> None:
    """上面的检查会失败：内核连外面会被记录，连本机不记。"""
    (tmp_path / "sitecustomize.py").write_text(AUDIT, encoding="utf-8")
    code = "import socket; s = socket.socket(); s.settimeout(0.01)\n" + "".join(
        f"try: s.connect(({host!r}, 9))\nexcept OSError: pass\n" for host in ("127.0.0.1", "192.0.2.1")
    )
    log = tmp_path / "log"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "WENZHENG_TEST_CONNECTIONS": str(log)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert log.read_text(encoding="utf-8") == "socket.connect 192.0.2.1\n"


def test_the_learners_own_jupyter_is_untouched(visit: Visit, lab: Lab) -> None:
    """个人目录里只多了 IPython 的历史和我们自己的一格：没有 ~/.jupyter，也没有顺带起动 npm 之类。"""
    home = lab.folder.parent / "home"
    assert {path.name for path in home.iterdir()} <= {".ipython", ".local", ".cache", ".config"}
    assert not [path for path in home.rglob("*jupyter*") if "wenzheng-lab" not in path.as_posix()]
