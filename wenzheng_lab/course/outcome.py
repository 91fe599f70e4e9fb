"""作答的五种结果：每种有字、有记号，颜色只是帮衬。"""

from __future__ import annotations

import enum


class Outcome(enum.Enum):
    """作答的结果。"""

    PASSED = "passed"
    NEEDS_WORK = "needs_work"
    NOT_ATTEMPTED = "not_attempted"
    ERROR = "error"
    NO_CHECK = "no_check"

    @property
    def label(self) -> str:
        """给人看的字。"""
        return _LOOK[self][0]

    @property
    def sign(self) -> str:
        """记号；黑白打印、色弱时靠它分辨。"""
        return _LOOK[self][1]

    @property
    def colour(self) -> str:
        """边框与标题的颜色，明暗底色上都读得清。"""
        return _LOOK[self][2]

    def __str__(self) -> str:
        return self.label


_LOOK = {
    Outcome.PASSED: ("正确", "✔", "#1a7f37"),
    Outcome.NEEDS_WORK: ("还差一点", "△", "#b35900"),
    Outcome.NOT_ATTEMPTED: ("尚未作答", "○", "#6e7781"),
    Outcome.ERROR: ("运行出错", "✖", "#cf222e"),
    Outcome.NO_CHECK: ("已记下，不评对错", "●", "#0969da"),
}
