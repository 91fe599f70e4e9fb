"""带班的网页用课程那一套样式；脚本在自己的 ``data`` 里。"""

from __future__ import annotations

from pathlib import Path

from wenzheng_lab.course.page import page

DATA = Path(__file__).parent / "data"
"""随包的脚本与数据"""

__all__ = ["DATA", "page"]
