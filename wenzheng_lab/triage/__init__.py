"""分拣：分类、诉求、急件、承办单位、时限、合并，以及给学员的分拣打分。"""

from wenzheng_lab.triage.message import triage_message
from wenzheng_lab.triage.model import TriageModel

__all__ = ["TriageModel", "triage_message"]
