"""给答复打分：诉求、句子的作用、十项评分、六条红线。"""

from wenzheng_lab.letter.asks import Ask, find_asks
from wenzheng_lab.reply.batch import score_replies
from wenzheng_lab.reply.raters import Agreement, Drift, agreement
from wenzheng_lab.reply.result import Answer, ReplyScore
from wenzheng_lab.reply.score import score_reply
from wenzheng_lab.reply.scored import Criterion, Edit, Gate

__all__ = [
    "Agreement",
    "Answer",
    "Ask",
    "Criterion",
    "Drift",
    "Edit",
    "Gate",
    "ReplyScore",
    "agreement",
    "find_asks",
    "score_replies",
    "score_reply",
]
