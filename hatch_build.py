"""造 wheel 时把课程装进包里：仓库根目录的课文、练习、数据集放到 ``wenzheng_lab/_share``。

不用 ``force-include`` 一行了事：那样开发安装（``pip install -e``）也会抄一份到 site-packages，之后改课文就看不见。
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# 课文缺了就不是可用的包；练习与数据集没有内容时不装
REQUIRED = ("notebooks",)
FOLDERS = ("notebooks", "exercises", "datasets")
LEFT_OUT = {"__pycache__", "node_modules"}


class CourseHook(BuildHookInterface):
    """把课程文件逐个列进 wheel。"""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """登记课程文件；开发安装直接读仓库，不登记。"""
        if self.target_name != "wheel" or version == "editable":
            return
        for folder in FOLDERS:
            files = [path for path in sorted((Path(self.root) / folder).rglob("*")) if _wanted(path, self.root)]
            if folder in REQUIRED and not files:
                raise FileNotFoundError(f"找不到 {folder}/：没有课文的包不能发布。请在完整的仓库或 sdist 里造 wheel。")
            for path in files:
                inside = path.relative_to(self.root).as_posix()
                build_data["force_include"][str(path)] = f"wenzheng_lab/_share/{inside}"


def _wanted(path: Path, root: str) -> bool:
    parts = path.relative_to(root).parts
    return path.is_file() and not any(part.startswith(".") or part in LEFT_OUT for part in parts)
