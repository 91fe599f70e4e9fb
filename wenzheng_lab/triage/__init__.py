"""分拣：分类、诉求、急件、承办单位、时限、合并，以及给学员的分拣打分。"""

from wenzheng_lab.triage.batch import triage_messages
from wenzheng_lab.triage.duplicates import find_duplicates
from wenzheng_lab.triage.message import triage_message
from wenzheng_lab.triage.model import TriageModel
from wenzheng_lab.triage.result import TriageSuggestion
from wenzheng_lab.triage.score import TriageScore, score_triage

__all__ = [
    "TriageModel",
    "TriageScore",
    "TriageSuggestion",
    "find_duplicates",
    "score_triage",
    "triage_message",
    "triage_messages",
]
