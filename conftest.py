"""测试的总开关：课文与练习在测试里运行时，学习记录写进临时目录，不留在仓库里。"""

from __future__ import annotations

import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="wenzheng-test-", ignore_cleanup_errors=True)


def pytest_configure() -> None:
    """先于 nbval 起动内核设好环境变量，内核会继承它。"""
    os.environ["WENZHENG_HOME"] = _HOME.name


def pytest_unconfigure() -> None:
    """测试完了把临时目录收走。"""
    _HOME.cleanup()
