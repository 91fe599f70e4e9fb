"""造离线可看的站点：``make site``，或 ``python docs/site/build.py [目录]``。

文档、课文（连同存好的输出）、事实清单、幻灯片合成一套网页，放在 docs/_build/html；不运行课文，不取网络。
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from wenzheng_lab.course.facts import list_facts
from wenzheng_lab.course.slides import write_slides

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TOP = ("README.md", "README.en.md", "CONTRIBUTING.md", "CHANGELOG.md")
"""仓库顶上的几页"""
PLACED = {"api", "classroom", "coverage", "design", "instructors"}
"""目录里另有位置的几页；其余的按文件名排"""
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#\s]+)(#[^)]*)?\)")


def main(arguments: list[str] | None = None) -> int:
    """造站点；有一处警告就算失败，并照样列出来。"""
    try:
        from sphinx.cmd.build import build_main
    except ImportError:
        print("没有装造站点的几个包。请运行：pip install -c constraints.txt '.[docs]'", file=sys.stderr)
        return 2
    given = sys.argv[1:] if arguments is None else arguments
    out = Path(given[0]) if given else ROOT / "docs" / "_build" / "html"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        gather(source)
        options = ["-q", "-W", "--keep-going", "-b", "html", "-d", str(Path(folder) / "cache")]
        failed = build_main([*options, str(source), str(out)])
    write_slides(out / "slides")
    if not failed:
        print(f"站点在 {out / 'index.html'}")
    return failed


def gather(source: Path) -> None:
    """把要发布的都放进源目录，目录结构与仓库相同，文件之间的链接照旧能用。"""
    lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))
    pages = sorted(path for path in (ROOT / "docs").glob("*.md"))
    (source / "docs").mkdir(parents=True)
    (source / "notebooks").mkdir()
    (source / "_static").mkdir()
    shutil.copy(HERE / "conf.py", source)
    shutil.copy(HERE / "site.css", source / "_static")
    shutil.copytree(ROOT / "docs" / "pictures", source / "docs" / "pictures", ignore=shutil.ignore_patterns("*.py"))
    for lesson in lessons:
        shutil.copy(lesson, source / "notebooks")
    kept = {*TOP, *(f"docs/{page.name}" for page in pages), *(f"notebooks/{lesson.name}" for lesson in lessons)}
    for name in sorted(name for name in kept if name.endswith(".md")):
        text = (ROOT / name).read_text(encoding="utf-8")
        (source / name).write_text(unlink(text, name, kept), encoding="utf-8")
    listed = "\n".join(f"notebooks/{lesson.stem}" for lesson in lessons)
    others = "\n".join(f"docs/{page.stem}" for page in pages if page.stem not in PLACED)
    index = (HERE / "index.md").read_text(encoding="utf-8").replace("@lessons@", listed).replace("@docs@", others)
    (source / "index.md").write_text(index, encoding="utf-8")
    (source / "facts.md").write_text(facts_page(), encoding="utf-8")
    (source / "slides.md").write_text(slides_index(lessons), encoding="utf-8")


def unlink(text: str, name: str, kept: set[str]) -> str:
    """指到站点以外的文件的链接只留字，不留死链。"""

    def one(found: re.Match[str]) -> str:
        words, target = found.group(1), found.group(2)
        if "://" in target:
            return found.group()
        reached = (ROOT / name).parent.joinpath(target).resolve()
        inside = reached.is_relative_to(ROOT) and reached.relative_to(ROOT).as_posix() in kept
        return found.group() if inside else words

    return _LINK.sub(one, text)


def facts_page() -> str:
    """课文里的事实清单，一行一条。"""
    facts = list_facts()
    unsure = sum(fact.status.startswith("未核实") for fact in facts)
    rows = [f"| {fact.where} | {_cell(fact.said)} | {_cell(fact.source)} | {fact.status} |" for fact in facts]
    return "\n".join(
        [
            "# 事实清单",
            "",
            f"课文、年表、案例里的事实共 {len(facts)} 条，未核实的 {unsure} 条。未核实的只在年表与案例里，"
            "显示时另放一处，标明不得当事实引用。",
            "",
            "这一页由 `python -m wenzheng_lab.course.facts` 的清单造成；要表格，加 `--csv 事实.csv`。",
            "",
            "| 在哪里 | 说的是什么 | 出处 | 核实状态 |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def slides_index(lessons: list[Path]) -> str:
    """幻灯片的目录。"""
    items = [f'<li><a href="slides/{lesson.stem}.html">{lesson.stem.replace("_", " ")}</a></li>' for lesson in lessons]
    return "\n".join(
        [
            "# 幻灯片",
            "",
            "由课文直接出的，一课一个网页：方向键、空格翻页，能打印成讲义。单独要一套，运行 "
            "`python -m wenzheng_lab.course.slides --out 幻灯片`。",
            "",
            "```{raw} html",
            "<ul>",
            *items,
            "</ul>",
            "```",
            "",
        ]
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
