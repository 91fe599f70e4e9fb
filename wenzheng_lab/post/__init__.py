"""给公开发布打分：通报、辟谣、更正自己的错、定期发布、停水停电通知。"""

from wenzheng_lab.post.kinds import KINDS, Kind, Point, load_kinds
from wenzheng_lab.post.result import PointFound, PostScore
from wenzheng_lab.post.score import score_post

__all__ = ["KINDS", "Kind", "Point", "PointFound", "PostScore", "load_kinds", "score_post"]
