"""站点与幻灯片：造得出来，断网能看，题的答案不在里面。"""

from __future__ import annotations

import html
import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from wenzheng_lab._html import Markup
from wenzheng_lab.course.lesson import Lesson
from wenzheng_lab.course.slides import Slide, lesson_slides, write_slides

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# 脚本、样式、图、字体、框里的地址；正文里给人点的链接不算
_FETCHED = re.compile(
    r"<(?:script|img|iframe|source|embed)\b[^>]*\bsrc=[\"']?(?:https?:)?//"
    r"|<link\b(?=[^>]*\brel=[\"'](?:stylesheet|preload|icon|preconnect))[^>]*\bhref=[\"']?(?:https?:)?//"
    r"|@import\s+(?:url\()?[\"']?(?:https?:)?//|url\(\s*[\"']?(?:https?:)?//"
)


def fetched(folder: Path) -> list[str]:
    """会自己去外面取东西的地方。"""
    return [
        f"{path.name}：{found.group()[:80]}"
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".html", ".css")
        for found in _FETCHED.finditer(path.read_text(encoding="utf-8"))
    ]


def test_slides_are_one_self_contained_page_a_lesson(tmp_path: Path) -> None:
    """一课一个网页，不取外面的东西。"""
    write_slides(tmp_path)
    assert sorted(path.stem for path in tmp_path.glob("*.html")) == [path.stem for path in LESSONS]
    assert fetched(tmp_path) == []
    for path in tmp_path.glob("*.html"):
        assert "src=" not in re.sub(r"src=[\"']?data:", "", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_short_pieces_share_a_slide(path: Path) -> None:
    """一两句引子不单占一张，后面跟着输出的就跟输出走；先后与课文一样，字一个不少。"""
    slides = lesson_slides(Lesson(path))
    assert slides[0].kind == "title"
    for first, second in itertools.pairwise(slides):
        alone = first.kind == "text" and first.lines <= 4 and second.kind == "output"
        assert not alone, f"“{first.content.html[:80]}”单占一张"
    shown = "".join(slide.content.html for slide in slides)
    for name in re.findall(r"第 \d 题　", shown):
        assert shown.count(name) == 1
    heads = [html.unescape(head) for head in re.findall(r"<h2[^>]*>(.*?)</h2>", shown)]
    written = [line[3:] for cell in Lesson(path).cells for line in cell.source.splitlines() if line.startswith("## ")]
    assert [head for head in written if head != "学到哪里"] == heads


def test_lines_are_counted_as_seen() -> None:
    """算行数只算看得见的：样式不算，折起来的算一行，长的按字数折。"""
    assert Slide("text", Markup("<style>p{color:red}</style><p>一句</p>")).lines == 1
    assert Slide("text", Markup("<details><summary>点开</summary><p>一</p><p>二</p></details>")).lines == 1
    assert Slide("text", Markup(f"<p>{'字' * 90}</p><p>一句</p>")).lines == 4
    assert Slide("output", Markup("<pre>一\n二\n三</pre>")).lines == 3


def test_the_check_for_outside_addresses_sees_them(tmp_path: Path) -> None:
    """上面的查法确实查得出，不是空转。"""
    for at, text in enumerate(
        (
            '<script src="https://a.example/x.js">',
            '<link rel="stylesheet" href="//a.example/x.css">',
            "@import url(https://a.example/x.css)",
            "p{background:url('https://a.example/x.png')}",
        )
    ):
        (tmp_path / f"{at}.html").write_text(text, encoding="utf-8")
    (tmp_path / "fine.html").write_text('<a href="https://a.example">出处</a>', encoding="utf-8")
    assert len(fetched(tmp_path)) == 4


def test_site_is_built_and_read_offline(tmp_path: Path) -> None:
    """站点造得出来，一处警告也没有；每课一页，不取外面的东西。"""
    for name in ("sphinx", "myst_nb", "furo"):
        pytest.importorskip(name, reason="没有装造站点的几个包（make site 会装）")
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs/site/build.py"), str(tmp_path / "站点")],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    for lesson in LESSONS:
        assert (tmp_path / "站点" / "notebooks" / f"{lesson.stem}.html").is_file()
    assert fetched(tmp_path / "站点") == []
