"""问政实训（wenzheng_lab）：网络问政的训练与研究工具箱。

公共名按需载入：``import wenzheng_lab`` 不载入 pandas、matplotlib、ipywidgets。
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

# 公共名 → 所在模块；__getattr__ 第一次用到时才载入
_PUBLIC = {
    "Briefing": "wenzheng_lab.report.briefing",
    "Burst": "wenzheng_lab.trends.bursts",
    "Case": "wenzheng_lab.model",
    "ChangePoint": "wenzheng_lab.trends.changes",
    "Chart": "wenzheng_lab.figures.chart",
    "Claim": "wenzheng_lab.trends.claims",
    "CodingSample": "wenzheng_lab.research.sample",
    "Finding": "wenzheng_lab.model",
    "Hotspot": "wenzheng_lab.trends.hotspots",
    "Inbox": "wenzheng_lab.inbox",
    "IndicatorTable": "wenzheng_lab.trends",
    "Message": "wenzheng_lab.model",
    "Office": "wenzheng_lab.office",
    "PostScore": "wenzheng_lab.post",
    "RegressionTable": "wenzheng_lab.research.regression_table",
    "Reply": "wenzheng_lab.model",
    "ReplyScore": "wenzheng_lab.reply",
    "Season": "wenzheng_lab.trends.season",
    "SecondOpinion": "wenzheng_lab.reply.second_opinion",
    "Signature": "wenzheng_lab.model",
    "Span": "wenzheng_lab.model",
    "Topic": "wenzheng_lab.trends.topics",
    "Topics": "wenzheng_lab.trends.topics",
    "TriageModel": "wenzheng_lab.triage",
    "TriageScore": "wenzheng_lab.triage",
    "TriageSuggestion": "wenzheng_lab.triage",
    "TwinTable": "wenzheng_lab.research.twins",
    "WenzhengError": "wenzheng_lab.errors",
    "agreement": "wenzheng_lab.reply",
    "code_sample": "wenzheng_lab.research.coder",
    "compare_groups": "wenzheng_lab.trends.compare",
    "compare_twins": "wenzheng_lab.research.twins",
    "compare_words": "wenzheng_lab.trends.keyness",
    "count_over_time": "wenzheng_lab.trends.compare",
    "decompose_season": "wenzheng_lab.trends.season",
    "draw_sample": "wenzheng_lab.research.sample",
    "find_bursts": "wenzheng_lab.trends.bursts",
    "find_changes": "wenzheng_lab.trends.changes",
    "find_duplicates": "wenzheng_lab.triage",
    "find_hotspots": "wenzheng_lab.trends.hotspots",
    "find_topics": "wenzheng_lab.trends.topics",
    "group_duplicates": "wenzheng_lab.trends.copies",
    "indicators": "wenzheng_lab.trends",
    "make_briefing": "wenzheng_lab.report.briefing",
    "plot_calendar": "wenzheng_lab.figures.calendar_map",
    "plot_keyness": "wenzheng_lab.figures.keyness",
    "plot_matrix": "wenzheng_lab.figures.matrix",
    "plot_response": "wenzheng_lab.figures.response",
    "plot_stream": "wenzheng_lab.figures.stream",
    "plot_timeline": "wenzheng_lab.figures.timeline",
    "plot_towns": "wenzheng_lab.figures.towns",
    "read_codes": "wenzheng_lab.research.codes",
    "read_message_chunks": "wenzheng_lab.corpus",
    "read_messages": "wenzheng_lab.corpus",
    "redact": "wenzheng_lab.privacy",
    "regress_quality": "wenzheng_lab.research.regression",
    "regress_response": "wenzheng_lab.research.regression",
    "response_curve": "wenzheng_lab.trends.waiting",
    "score_post": "wenzheng_lab.post",
    "score_replies": "wenzheng_lab.reply",
    "score_reply": "wenzheng_lab.reply",
    "score_triage": "wenzheng_lab.triage",
    "second_opinion": "wenzheng_lab.reply.second_opinion",
    "show_table": "wenzheng_lab.figures.grid",
    "simulate_inbox": "wenzheng_lab.inbox",
    "triage_message": "wenzheng_lab.triage",
    "triage_messages": "wenzheng_lab.triage",
    "watch_claims": "wenzheng_lab.trends.claims",
    "watch_counts": "wenzheng_lab.trends.alarms",
}
_ROOMS = ("course", "desk", "office")

__all__ = [
    "Briefing",
    "Burst",
    "Case",
    "ChangePoint",
    "Chart",
    "Claim",
    "CodingSample",
    "Finding",
    "Hotspot",
    "Inbox",
    "IndicatorTable",
    "Message",
    "Office",
    "PostScore",
    "RegressionTable",
    "Reply",
    "ReplyScore",
    "Season",
    "SecondOpinion",
    "Signature",
    "Span",
    "Topic",
    "Topics",
    "TriageModel",
    "TriageScore",
    "TriageSuggestion",
    "TwinTable",
    "WenzhengError",
    "__version__",
    "agreement",
    "code_sample",
    "compare_groups",
    "compare_twins",
    "compare_words",
    "count_over_time",
    "course",
    "decompose_season",
    "desk",
    "draw_sample",
    "find_bursts",
    "find_changes",
    "find_duplicates",
    "find_hotspots",
    "find_topics",
    "group_duplicates",
    "indicators",
    "make_briefing",
    "office",
    "plot_calendar",
    "plot_keyness",
    "plot_matrix",
    "plot_response",
    "plot_stream",
    "plot_timeline",
    "plot_towns",
    "read_codes",
    "read_message_chunks",
    "read_messages",
    "redact",
    "regress_quality",
    "regress_response",
    "response_curve",
    "score_post",
    "score_replies",
    "score_reply",
    "score_triage",
    "second_opinion",
    "show_table",
    "simulate_inbox",
    "triage_message",
    "triage_messages",
    "watch_claims",
    "watch_counts",
]

if TYPE_CHECKING:
    from wenzheng_lab import course, desk, office
    from wenzheng_lab.corpus import read_message_chunks, read_messages
    from wenzheng_lab.errors import WenzhengError
    from wenzheng_lab.figures.calendar_map import plot_calendar
    from wenzheng_lab.figures.chart import Chart
    from wenzheng_lab.figures.grid import show_table
    from wenzheng_lab.figures.keyness import plot_keyness
    from wenzheng_lab.figures.matrix import plot_matrix
    from wenzheng_lab.figures.response import plot_response
    from wenzheng_lab.figures.stream import plot_stream
    from wenzheng_lab.figures.timeline import plot_timeline
    from wenzheng_lab.figures.towns import plot_towns
    from wenzheng_lab.inbox import Inbox, simulate_inbox
    from wenzheng_lab.model import Case, Finding, Message, Reply, Signature, Span
    from wenzheng_lab.office import Office
    from wenzheng_lab.post import PostScore, score_post
    from wenzheng_lab.privacy import redact
    from wenzheng_lab.reply import ReplyScore, agreement, score_replies, score_reply
    from wenzheng_lab.reply.second_opinion import SecondOpinion, second_opinion
    from wenzheng_lab.report.briefing import Briefing, make_briefing
    from wenzheng_lab.research.coder import code_sample
    from wenzheng_lab.research.codes import read_codes
    from wenzheng_lab.research.regression import regress_quality, regress_response
    from wenzheng_lab.research.regression_table import RegressionTable
    from wenzheng_lab.research.sample import CodingSample, draw_sample
    from wenzheng_lab.research.twins import TwinTable, compare_twins
    from wenzheng_lab.trends.alarms import watch_counts
    from wenzheng_lab.trends.bursts import Burst, find_bursts
    from wenzheng_lab.trends.changes import ChangePoint, find_changes
    from wenzheng_lab.trends.claims import Claim, watch_claims
    from wenzheng_lab.trends.compare import compare_groups, count_over_time
    from wenzheng_lab.trends.copies import group_duplicates
    from wenzheng_lab.trends.hotspots import Hotspot, find_hotspots
    from wenzheng_lab.trends.indicators_compute import indicators
    from wenzheng_lab.trends.indicators_table import IndicatorTable
    from wenzheng_lab.trends.keyness import compare_words
    from wenzheng_lab.trends.season import Season, decompose_season
    from wenzheng_lab.trends.topics import Topic, Topics, find_topics
    from wenzheng_lab.trends.waiting import response_curve
    from wenzheng_lab.triage import (
        TriageModel,
        TriageScore,
        TriageSuggestion,
        find_duplicates,
        score_triage,
        triage_message,
        triage_messages,
    )


def __getattr__(name: str) -> object:
    if name in _PUBLIC:
        value: object = getattr(importlib.import_module(_PUBLIC[name]), name)
    elif name in _ROOMS:
        value = importlib.import_module(f"wenzheng_lab.{name}")
    else:
        raise AttributeError(f"wenzheng_lab 没有 {name!r}；可用的名字见 wenzheng_lab.__all__")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
