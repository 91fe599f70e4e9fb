"""由课文出幻灯片：``python -m wenzheng_lab.course.slides``。

一课一个自足的网页，不取网络，按方向键翻页，能打印成讲义。课文分节处分页；格子的输出取存好的，不运行。
一节里短的几段拼在一张上：一句情境、一行输出各占一张，投出来是一片白。放大缩小到占满一屏，由网页里的脚本做。
"""

from __future__ import annotations

import argparse
import html
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbconvert.filters.markdown_mistune import markdown2html_mistune

from wenzheng_lab._files import write_text
from wenzheng_lab._html import Content, Markup, join, tag
from wenzheng_lab._paths import share_dir
from wenzheng_lab.course.lesson import Cell, Lesson
from wenzheng_lab.errors import WenzhengError, explain

_DATA = Path(__file__).parent / "data"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_HEADING = re.compile(r"^(?=## )", re.MULTILINE)
# 笔记本里给读者自己看的几格，投到屏幕上没有用
_PRIVATE = re.compile(r"unit\.progress\(\)|^unit$|^## 学到哪里$", re.MULTILINE)
_ANCHOR = re.compile(r'<a class="anchor-link"[^>]*>.*?</a>')


# 一张上大约放得下这么多行（一行约 40 个字）；多出来的另起一张
_ROOM = 13
_WIDE = 40
_LEAD = 4
_BLOCK = re.compile(r"<(?:p|li|tr|h1|h2|h3|br|div|blockquote)\b[^>]*>", re.IGNORECASE)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_FOLDED = re.compile(r"<details\b.*?</details>", re.DOTALL | re.IGNORECASE)
"""折起来的不占地方"""


@dataclass(frozen=True, slots=True)
class Slide:
    """一张。"""

    kind: str
    """title 题头、text 文字、output 输出、mixed 文字带着输出"""
    content: Markup
    """内容"""

    @property
    def lines(self) -> int:
        """大约占几行：一段至少一行，长的按字数折。"""
        shown = _FOLDED.sub("<p>折</p>", _STYLE.sub("", self.content.html))
        text = html.unescape(_TAG.sub("", _BLOCK.sub("\n", shown)))
        rows = [row.strip() for row in text.splitlines() if row.strip()]
        return sum(-(-len(row) // _WIDE) for row in rows)


def lesson_slides(lesson: Lesson) -> tuple[Slide, ...]:
    """把一课拆成幻灯片：每个二级标题起一张；同一节里短的文字与输出拼在一张，拼不下的另起。

    Args:
        lesson: 读好的一课。

    Returns:
        各张，先后与课文相同；学习进度与打开本课那两格不上屏。
    """
    packed: list[Slide] = []
    for cell in lesson.cells:
        for piece in _of_cell(cell):
            last = packed[-1] if packed else None
            if last is None or _opens(piece) or last.kind == "title" or not _fits(last, piece):
                packed.append(piece)
                continue
            kind = last.kind if last.kind == piece.kind else "mixed"
            packed[-1] = Slide(kind, join([last.content, piece.content]))
    return tuple(packed)


def _fits(last: Slide, piece: Slide) -> bool:
    """拼得下；一两句引子后面跟着一张长卡片的，引子也跟卡片走，不单占一张。"""
    leads = last.kind == "text" and piece.kind == "output" and last.lines <= _LEAD
    return leads or last.lines + piece.lines <= _ROOM


def _opens(piece: Slide) -> bool:
    """一节的开头另起一张。"""
    return piece.kind == "title" or piece.content.html.lstrip().startswith("<h2")


def slides_page(lesson: Lesson) -> str:
    """写成一个自足的网页。

    Args:
        lesson: 读好的一课。

    Returns:
        HTML 全文，样式与脚本都在里面，没有外部引用。

    Raises:
        WenzhengError: 课文是空的。
    """
    slides = lesson_slides(lesson)
    if not slides:
        raise WenzhengError(explain(f"{lesson.path.name}：一格也没有", "有内容的课文", "换一个文件再试"))
    sections = [
        tag("section", tag("div", slide.content, attrs={"class": "wz-sheet"}), attrs={"class": f"wz-{slide.kind}"})
        for slide in slides
    ]
    head = tag(
        "head",
        tag("meta", attrs={"charset": "utf-8"}),
        tag("meta", attrs={"http-equiv": "Content-Security-Policy", "content": _POLICY}),
        tag("meta", attrs={"name": "viewport", "content": "width=device-width,initial-scale=1"}),
        tag("title", f"{lesson.path.stem.replace('_', ' ')}（幻灯片）"),
        tag("style", Markup((_DATA / "slides.css").read_text(encoding="utf-8"))),
    )
    bar: list[Content] = [
        tag("button", "上一张", attrs={"id": "wz-back", "type": "button"}),
        tag("span", f"1 / {len(slides)}", attrs={"id": "wz-at"}),
        tag("button", "下一张", attrs={"id": "wz-next", "type": "button"}),
        tag("span", "↓ 下面还有，按空格", attrs={"id": "wz-more"}),
    ]
    body = tag(
        "body",
        *sections,
        tag("nav", *bar),
        tag("script", Markup((_DATA / "slides.js").read_text(encoding="utf-8"))),
    )
    return "<!DOCTYPE html>\n" + tag("html", head, body, attrs={"lang": "zh-CN"}).html + "\n"


def write_slides(out: Path, units: Sequence[str] = ()) -> tuple[Path, ...]:
    """把课文写成幻灯片，一课一个网页。

    Args:
        out: 放在哪个目录，没有就建。
        units: 单元号，如 ``["L05"]``；不写是全部。

    Returns:
        写好的文件。

    Raises:
        WenzhengError: 没有这一课，或写不进去。
    """
    paths = {path.stem.split("_")[0]: path for path in sorted(share_dir("notebooks").glob("*.ipynb"))}
    strange = [unit for unit in units if unit not in paths]
    if strange:
        raise WenzhengError(explain(f"课文 {strange[0]}", f"{'、'.join(paths)} 之一", "照单元号写，不写就是全部"))
    written = []
    for unit in units or paths:
        target = out / f"{paths[unit].stem}.html"
        write_text(target, slides_page(Lesson(paths[unit])))
        written.append(target)
    return tuple(written)


def _of_cell(cell: Cell) -> Iterator[Slide]:
    if _PRIVATE.search(cell.source):
        return
    if cell.kind == "markdown":
        for part in _HEADING.split(cell.source):
            if part.strip():
                kind = "title" if part.startswith("# ") else "text"
                yield Slide(kind, Markup(_ANCHOR.sub("", markdown2html_mistune(part))))
        return
    if cell.kind != "code":
        return
    for output in cell.outputs:
        content = _output(output)
        if content is not None:
            yield Slide("output", content)


def _output(output: dict[str, object]) -> Markup | None:
    """一份存好的输出；网页优先，其次文字。课文的输出由本包的卡片造，已经转义过。"""
    data = output.get("data")
    if isinstance(data, dict):
        if "text/html" in data:
            return Markup(_joined(data["text/html"]))
        if "text/plain" in data:
            return tag("pre", _joined(data["text/plain"]))
    if "text" in output:
        return tag("pre", _joined(output["text"]))
    return None


def _joined(value: object) -> str:
    return "".join(str(part) for part in value) if isinstance(value, list) else str(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """写出幻灯片，说出写在哪里。

    Args:
        arguments: 命令行参数；不写时取 ``sys.argv``。

    Returns:
        写好了是 0；没有这一课、写不进去是 2，标准错误里有一句话说明。
    """
    parser = argparse.ArgumentParser(prog="python -m wenzheng_lab.course.slides", description="由课文出幻灯片")
    parser.add_argument("units", nargs="*", metavar="单元", help="如 L05；不写是全部")
    parser.add_argument("--out", type=Path, default=Path("幻灯片"), metavar="目录", help="放在哪里，默认“幻灯片”")
    chosen = parser.parse_args(arguments)
    try:
        written = write_slides(chosen.out, chosen.units)
    except WenzhengError as error:
        print(error, file=sys.stderr)
        return 2
    for path in written:
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
