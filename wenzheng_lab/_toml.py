"""读 TOML 数据文件：错误带文件名与行号，内容有摘要。"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from wenzheng_lab.errors import RuleFileError, show, suggest

Path_ = tuple[str | int, ...]
"""表内位置，如 ``("rule", 2, "terms")``：第三个 [[rule]] 的 terms"""


@dataclass(frozen=True, slots=True)
class TomlFile:
    """读好的 TOML 文件。"""

    name: str
    """文件名，用在错误信息里"""
    text: str = field(repr=False)
    """全文"""
    data: Mapping[str, object] = field(repr=False)
    """解析结果"""

    @classmethod
    def read(cls, path: Path) -> TomlFile:
        """读文件；接受 BOM 与 Windows 换行。

        Args:
            path: 路径。

        Returns:
            读好的文件。

        Raises:
            RuleFileError: 不是 UTF-8，或不合 TOML 语法；首行有文件名与行号。
        """
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError as error:
            raise RuleFileError(f"{path.name}: 找不到这个文件（{path}）") from error
        except UnicodeDecodeError as error:
            raise RuleFileError(f"{path.name}: 不是 UTF-8 编码，请用 UTF-8 另存") from error
        except OSError as error:
            what = "是文件夹" if path.is_dir() else f"读不了（{error.strerror or error}）"
            raise RuleFileError(f"{path.name}: {what}，应为一个 TOML 文件；请核对路径 {path}") from error
        return cls.parse(path.name, text)

    @classmethod
    def parse(cls, name: str, text: str) -> TomlFile:
        """由文字解析。

        Args:
            name: 文件名，用在错误信息里。
            text: 全文。

        Returns:
            读好的文件。

        Raises:
            RuleFileError: 不合 TOML 语法。

        Examples:
            >>> TomlFile.parse("a.toml", "x = 1").data["x"]
            1
        """
        text = text.replace("\r\n", "\n")
        try:
            return cls(name, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found.group(1)) if found else text.count("\n") + 1
            raise RuleFileError(
                f"{name}:{line}: 不合 TOML 语法（{error}）。常见原因：引号没有成对、少了逗号、用了全角标点"
            ) from error
        except RecursionError as error:
            raise RuleFileError(f"{name}: 括号或表名一层套一层，套得太深，读不了；规则文件用不到三层以上") from error

    @property
    def digest(self) -> str:
        """内容摘要：sha256 的前 8 位，与换行方式无关。"""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def line(self, where: Path_) -> int:
        r"""找一个位置在第几行。

        Args:
            where: 表内位置。

        Returns:
            行号，从 1 起；找不到具体键时给出所在表的行。

        Examples:
            >>> TomlFile.parse("a", "[[rule]]\nid = 1\n[[rule]]\nid = 2").line(("rule", 1, "id"))
            4
        """
        lines = self.text.split("\n")
        at, header = 0, ""
        for depth, part in enumerate(where):
            if isinstance(part, str) and isinstance((*where, "")[depth + 1], int):
                # 数组表的名字：由后面的序号定位，不与同名的键混淆
                header = f"{header}.{part}" if header else part
                continue
            if isinstance(part, int):
                heads = [n for n, text in enumerate(lines) if re.match(rf"\s*\[\[\s*{re.escape(header)}\s*\]\]", text)]
                heads = [n for n in heads if n >= at]
                if part < len(heads):
                    at = heads[part]
                continue
            plain = rf"\s*\[\s*{re.escape(f'{header}.{part}' if header else part)}\s*\]"
            key = rf"\s*\"?{re.escape(part)}\"?\s*="
            for n in range(at, len(lines)):
                if n > at and header and re.match(rf"\s*\[\[\s*{re.escape(header)}\s*\]\]", lines[n]):
                    break
                if re.match(key, lines[n]) or re.match(plain, lines[n]):
                    at = n
                    break
            header = f"{header}.{part}" if header else part
        return at + 1

    def error(self, where: Path_, message: str) -> RuleFileError:
        """造一个带行号的错误。

        Args:
            where: 表内位置。
            message: 错在哪里、怎样改。

        Returns:
            ``RuleFileError``，首行“文件名:行号: 说明”。
        """
        return RuleFileError(f"{self.name}:{self.line(where)}: {message}")

    def table(
        self,
        where: Path_,
        value: object,
        *,
        required: Collection[str] = (),
        optional: Collection[str] = (),
    ) -> Mapping[str, object]:
        """确认是一张表，键不多不少。

        Args:
            where: 表内位置。
            value: 待查的值。
            required: 必须有的键。
            optional: 可有的键。

        Returns:
            这张表。

        Raises:
            RuleFileError: 不是表、有未知字段、缺字段。
        """
        if not isinstance(value, Mapping):
            raise self.error(where, f"{_name(where)} 应为一张表，来的是 {show(value)}")
        title = show(value.get("id", _name(where)))
        known = (*required, *optional)
        for key in value:
            if key not in known:
                raise self.error(
                    (*where, key), f"{title} 有未知字段 {key!r}；{suggest(key, known)}可用：{'、'.join(known)}"
                )
        for key in required:
            if key not in value:
                raise self.error(where, f"{title} 缺字段 {key!r}，请补上")
        return value

    def string(self, where: Path_, value: object) -> str:
        """确认是非空文字。

        Args:
            where: 表内位置。
            value: 待查的值。

        Returns:
            文字。

        Raises:
            RuleFileError: 不是文字，或是空的。
        """
        if not isinstance(value, str) or not value.strip():
            raise self.error(where, f"{_name(where)} 应为非空文字，来的是 {show(value)}")
        return value

    def strings(self, where: Path_, value: object, *, empty: bool = True) -> tuple[str, ...]:
        """确认是文字的列表。

        Args:
            where: 表内位置。
            value: 待查的值。
            empty: 可否为空。

        Returns:
            文字的元组。

        Raises:
            RuleFileError: 不是列表，或有空的、重复的项。
        """
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.error(where, f'{_name(where)} 应为文字的列表，如 ["甲", "乙"]，来的是 {show(value)}')
        if not empty and not value:
            raise self.error(where, f"{_name(where)} 不能为空")
        again = {item for item in value if value.count(item) > 1}
        if again:
            raise self.error(where, f"{_name(where)} 里重复：{'、'.join(sorted(again))}")
        return tuple(value)

    def number(self, where: Path_, value: object, *, low: float | None = None, high: float | None = None) -> float:
        """确认是数，并在范围内。

        Args:
            where: 表内位置。
            value: 待查的值。
            low: 下限（含）。
            high: 上限（含）。

        Returns:
            数。

        Raises:
            RuleFileError: 不是数，或超出范围。
        """
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(where, f"{_name(where)} 应为数，来的是 {show(value)}")
        if (low is not None and value < low) or (high is not None and value > high):
            raise self.error(where, f"{_name(where)} 应在 {low}–{high} 之间，来的是 {value}")
        return float(value)


def _name(where: Path_) -> str:
    names = [part for part in where if isinstance(part, str)]
    return names[-1] if names else "文件"
