"""班级文件夹：各样东西放在哪里、名单、设置。

目录的名字与层次照 nbgrader：``source、release、submitted、autograded、feedback``，里面是“学号/作业”，
所以装了 nbgrader 的教员可以直接在这个文件夹里用它。
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from wenzheng_lab._files import long_path, unwritable, write_text
from wenzheng_lab._toml import TomlFile
from wenzheng_lab.classroom.isolation import Limits
from wenzheng_lab.classroom.names import safe_name
from wenzheng_lab.errors import DatasetError, InputError, explain
from wenzheng_lab.text import fold

SETTINGS = "class.toml"
ROSTER = "名单.csv"
FOLDERS = ("source", "release", "received", "submitted", "autograded", "feedback", "hand", "report", "secret")
_TEMPLATE = Path(__file__).parent / "data" / SETTINGS
_ROSTER_HEAD = ("学号", "姓名", "单位")
_NBGRADER = """# 给装了 nbgrader 的教员；没有装就用不着
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "wenzheng"
c.ExecutePreprocessor.timeout = 60
c.ClearSolutions.code_stub = {"python": "____"}
"""


@dataclass(frozen=True, slots=True)
class Learner:
    """一位学员。"""

    id: str
    """学号"""
    name: str
    """姓名"""
    unit: str = ""
    """单位"""

    @property
    def label(self) -> str:
        """给教员看的写法。"""
        return f"{self.name}（{self.id}）"


@dataclass(frozen=True, slots=True)
class ClassFolder:
    """一个班级文件夹。"""

    path: Path
    """班级文件夹"""
    name: str
    """班名"""
    auto_points: float
    """机评的题每题几分"""
    write_points: float
    """书面题每题几分"""
    limits: Limits
    """批改一份作业的限额"""
    roster: tuple[Learner, ...]
    """名单，按写的次序"""

    @classmethod
    def open(cls, path: Path) -> ClassFolder:
        """打开班级文件夹。

        Args:
            path: 班级文件夹，或它里面的目录。

        Returns:
            读好设置与名单的班级。

        Raises:
            DatasetError: 这里和上面都没有班级文件夹。
            RuleFileError: 设置写错。
            InputError: 名单写错。
        """
        start = path.expanduser().absolute()
        for folder in (start, *start.parents):
            if (folder / SETTINGS).is_file():
                return cls._read(folder)
        raise DatasetError(
            explain(
                f"{start} 不是班级文件夹",
                f"里面应有 {SETTINGS}",
                "请先运行 wenzheng class init 文件夹，或用 --class 写明班级文件夹",
            )
        )

    @classmethod
    def _read(cls, folder: Path) -> ClassFolder:
        file = TomlFile.read(folder / SETTINGS)
        top = file.table((), file.data, required=("class",), optional=("points", "limits"))
        head = file.table(("class",), top["class"], required=("name",))
        points = file.table(("points",), top.get("points", {}), optional=("auto", "write"))
        names = ("wall_seconds", "cell_seconds", "memory_mb", "file_mb")
        limits = file.table(("limits",), top.get("limits", {}), optional=names)
        bounds = {"wall_seconds": (1, 3600), "cell_seconds": (1, 600), "memory_mb": (256, 65536), "file_mb": (1, 200)}
        given = {
            key: file.number(("limits", key), value, low=bounds[key][0], high=bounds[key][1])
            for key, value in limits.items()
        }
        plain = Limits()
        return cls(
            folder,
            file.string(("class", "name"), head["name"]),
            file.number(("points", "auto"), points.get("auto", 10), low=0, high=1000),
            file.number(("points", "write"), points.get("write", 20), low=0, high=1000),
            Limits(
                given.get("wall_seconds", plain.wall_seconds),
                given.get("cell_seconds", plain.cell_seconds),
                int(given.get("memory_mb", plain.memory_mb)),
                int(given.get("file_mb", plain.file_mb)),
            ),
            read_roster(folder / ROSTER),
        )

    def place(self, step: str, *parts: str) -> Path:
        """一样东西放在哪里；各段都换成各系统都能用的名字。

        Args:
            step: ``FOLDERS`` 里的一步。
            *parts: 往下各段，如学号、作业。

        Returns:
            路径；Windows 上过长时带长路径前缀。
        """
        return long_path(self.path.joinpath(step, *(safe_name(part) for part in parts)))

    def learner(self, key: str) -> Learner | None:
        """按学号找人。

        Args:
            key: 学号。

        Returns:
            学员；没有时为 None。
        """
        return next((learner for learner in self.roster if learner.id == key), None)

    def __repr__(self) -> str:
        return f"{self.name}：{len(self.roster)} 人，{self.path}"


def make_class(path: Path, *, name: str, roster: Path | None = None) -> ClassFolder:
    """建班级文件夹；已有的文件不动。

    Args:
        path: 放在哪里。
        name: 班名。
        roster: 现成的名单（csv），有“学号、姓名”两列。

    Returns:
        打开的班级。

    Raises:
        InputError: 名单写错。
        WenzhengError: 写不进。
    """
    path = path.expanduser().absolute()
    people = read_roster(roster) if roster is not None else ()
    for folder in FOLDERS:
        place = long_path(path / folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(place, error) from error
    if not (path / SETTINGS).exists():
        # 控制符进了 TOML 就读不回来
        shown = "".join(char for char in name if char.isprintable() and char not in '\\"').strip() or "培训班"
        write_text(path / SETTINGS, _TEMPLATE.read_text(encoding="utf-8").replace("{name}", shown))
    if people or not (path / ROSTER).exists():
        _write_roster(path, people)
    if not (path / "nbgrader_config.py").exists():
        write_text(path / "nbgrader_config.py", _NBGRADER)
    return ClassFolder.open(path)


def add_learners(folder: ClassFolder, people: Sequence[Learner]) -> None:
    """往名单里补人。

    Args:
        folder: 班级。
        people: 要补的人；为空时不动名单。
    """
    if people:
        _write_roster(folder.path, (*folder.roster, *people))


def _write_roster(path: Path, people: Sequence[Learner]) -> None:
    rows = [_ROSTER_HEAD, *((item.id, item.name, item.unit) for item in people)]
    write_text(path / ROSTER, "".join(",".join(_cell(part) for part in row) + "\r\n" for row in rows), bom=True)


def _cell(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if re.search('[",\r\n]', text) else text


def read_roster(path: Path) -> tuple[Learner, ...]:
    """读名单。

    Excel 存的 GBK、UTF-8 都认；学号按文字读，前面的零不丢。

    Args:
        path: csv 文件，表头里要有“学号、姓名”。

    Returns:
        各人；没有这个文件时为空。

    Raises:
        InputError: 缺列，学号空着或重复；信息里有行号。
    """
    if not path.exists():
        return ()
    rows = read_table(path)
    if not rows:
        return ()
    head = [fold(cell).strip() for cell in rows[0]]
    for column in _ROSTER_HEAD[:2]:
        if column not in head:
            raise InputError(
                explain(f"{path.name} 的表头是 {'、'.join(head)}", "应有“学号”“姓名”两列", "请改好表头再存")
            )
    found: dict[str, Learner] = {}
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(head, (cell.strip() for cell in row), strict=False))
        if not any(cells.values()):
            continue
        key = fold(cells.get("学号", "")).strip()
        if not key or not cells.get("姓名"):
            raise InputError(explain(f"{path.name} 第 {number} 行缺学号或姓名", "两样都要有", "请补上"))
        if key in found:
            raise InputError(explain(f"{path.name} 第 {number} 行的学号 {key} 用了两次", "每人一个", "请改正"))
        found[key] = Learner(key, cells["姓名"], cells.get("单位", ""))
    clash = _same_folder(found)
    if clash:
        raise InputError(
            explain(f"{path.name} 里的学号 {clash} 只差大小写或符号", "换成文件夹名会撞到一起", "请改一个")
        )
    return tuple(found.values())


def _same_folder(found: Mapping[str, Learner]) -> str:
    seen: dict[str, str] = {}
    for key in found:
        name = safe_name(key).casefold()
        if name in seen:
            return f"{seen[name]}、{key}"
        seen[name] = key
    return ""


def read_table(path: Path) -> list[list[str]]:
    """读 csv：UTF-8（带不带 BOM）、GB18030、UTF-16 都认，逗号、制表符、分号都认。

    Args:
        path: 文件。

    Returns:
        各行各格的文字。

    Raises:
        InputError: 读不出文字。
    """
    try:
        data = long_path(path).read_bytes()
    except OSError as error:
        raise InputError(explain(f"读不了 {path}（{error.strerror or error}）", "应是 csv 文件", "请查路径")) from error
    text = decode_text(data)
    if text is None or "\0" in text:
        raise InputError(explain(f"{path.name} 不是 csv 文字", "应是 csv 文件", "请在 Excel 里另存为 CSV UTF-8"))
    first = text.split("\n", 1)[0]
    split = max(",\t;", key=first.count)
    return [row for row in csv.reader(text.splitlines(keepends=True), delimiter=split) if row]


def decode_text(data: bytes) -> str | None:
    """按常见的编码读文字。

    Args:
        data: 字节。

    Returns:
        文字；都读不出时为 None。
    """
    order: Sequence[str] = ("utf-8-sig", "gb18030")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        order = ("utf-16",)
    for encoding in order:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
