"""成品：评分命令与评分报告。"""

from __future__ import annotations

from wenzheng_lab.report.score_report import build_report
from wenzheng_lab.report.summary import Summary, summarize

__all__ = ["Summary", "build_report", "summarize"]
