"""课文笔记本：量长短、查毛病；造输出与测试都用它。"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab.text import han_count

_MACHINE_PATH = re.compile(r"(?<![\w.])/(?:home|root|tmp|Users|usr|opt|var|work|private)/[\w.-]|\b[A-Za-z]:\\\\?[\w.]")
_REMOTE = re.compile(
    r"""(?:src|href|data|action)\s*=\s*["']?\s*(?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//""", re.I
)
_QUESTION = re.compile(r"\bunit\.q\d+\b")


@dataclass(frozen=True, slots=True)
class Cell:
    """一格。"""

    number: int
    """第几格，从 1 起"""
    kind: str
    """markdown、code 或 raw"""
    source: str
    """内容"""
    outputs: tuple[dict[str, object], ...]
    """输出；不是代码格时为空"""


@dataclass(frozen=True, slots=True)
class Shape:
    """课文的长短。"""

    cells: int
    """格数（格）"""
    han: int
    """正文汉字（字）"""
    code_lines: int
    """看得见的代码（行），不计空行与注释"""
    longest_code: int
    """最长的一格代码（行）"""
    questions: int
    """题数（题）"""

    def __str__(self) -> str:
        return f"{self.cells} 格，{self.han} 字，代码 {self.code_lines} 行，{self.questions} 题"


class Lesson:
    """读好的一课。"""

    def __init__(self, path: Path) -> None:
        self.path = path
        """文件"""
        self.data: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
        """整个笔记本"""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """各格。"""
        cells = self.data.get("cells")
        return tuple(_cell(number, cell) for number, cell in enumerate(cells if isinstance(cells, list) else [], 1))

    @property
    def digest(self) -> str:
        """各格内容的摘要，不计输出。"""
        text = "\x1e".join(f"{cell.kind}\x1f{cell.source}" for cell in self.cells)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def built(self) -> str:
        """造输出时记下的摘要；没有造过为空串。"""
        metadata = self.data.get("metadata")
        mark = metadata.get("wenzheng") if isinstance(metadata, dict) else None
        return str(mark.get("built", "")) if isinstance(mark, dict) else ""

    def measure(self) -> Shape:
        """量长短。

        Returns:
            格数、字数、代码行数、题数。
        """
        code = [_code_lines(cell.source) for cell in self.cells if cell.kind == "code"]
        asked = {name for cell in self.cells if cell.kind == "code" for name in _QUESTION.findall(cell.source)}
        return Shape(
            cells=len(self.cells),
            han=sum(han_count(cell.source) for cell in self.cells if cell.kind == "markdown"),
            code_lines=sum(code),
            longest_code=max(code, default=0),
            questions=len(asked),
        )

    def problems(self) -> tuple[str, ...]:
        """查毛病：出错、标准错误、本机路径、外部地址。

        Returns:
            一条一句，带第几格；没有毛病时为空。
        """
        found: list[str] = []
        for cell in self.cells:
            for text in _strings(cell.source):
                found += _leaks(cell, text)
            for output in cell.outputs:
                if output.get("output_type") == "error":
                    found.append(f"第 {cell.number} 格出错：{output.get('ename')}：{output.get('evalue')}")
                if output.get("name") == "stderr":
                    found.append(f"第 {cell.number} 格往标准错误写了字")
                for text in _strings(output):
                    found += _leaks(cell, text)
        return tuple(dict.fromkeys(found))


def _leaks(cell: Cell, text: str) -> Iterator[str]:
    for pattern, name in ((_MACHINE_PATH, "本机路径"), (_REMOTE, "外部地址")):
        hit = pattern.search(text)
        if hit:
            yield f"第 {cell.number} 格有{name}：{text[max(0, hit.start() - 20) : hit.end() + 30]!r}"


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from _strings(item)


def _cell(number: int, data: object) -> Cell:
    if not isinstance(data, dict):
        return Cell(number, "raw", "", ())
    source = data.get("source", "")
    outputs = data.get("outputs", [])
    return Cell(
        number,
        str(data.get("cell_type", "")),
        source if isinstance(source, str) else "".join(source),
        tuple(output for output in outputs if isinstance(output, dict)),
    )


def _code_lines(source: str) -> int:
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in source.splitlines())
