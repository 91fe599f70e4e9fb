"""课程：打开一课、作答、看反馈、记进度。

``wz.course.open("L00")`` 得到一个单元；题在 ``q1``、``q2``……，每题有
``check``、``hint``、``solution``、``form`` 四个动作。不评定最终成绩：书面作答的分只是形成性反馈。
"""

from wenzheng_lab.course.blank import Blank, ____
from wenzheng_lab.course.chronicle import cases, timeline
from wenzheng_lab.course.deadline import deadline
from wenzheng_lab.course.debrief import desk_log, show_debrief
from wenzheng_lab.course.feedback import Feedback, Point
from wenzheng_lab.course.journey import Journey, show_record
from wenzheng_lab.course.mailbag import show_duplicates, show_inbox
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.course.paper import open_paper
from wenzheng_lab.course.progress import Progress
from wenzheng_lab.course.quarter import read_letters, read_truth, residents
from wenzheng_lab.course.question import Question
from wenzheng_lab.course.readings import Reading, show_hotspots, show_places, show_weeks, show_words
from wenzheng_lab.course.targets import compare_targets, show_rates, show_small_rates, try_targets
from wenzheng_lab.course.unit import Unit, units
from wenzheng_lab.course.unit import open_unit as open

__all__ = [
    "Blank",
    "Feedback",
    "Journey",
    "Outcome",
    "Point",
    "Progress",
    "Question",
    "Reading",
    "Unit",
    "____",
    "cases",
    "compare_targets",
    "deadline",
    "desk_log",
    "open",
    "open_paper",
    "read_letters",
    "read_truth",
    "residents",
    "show_debrief",
    "show_duplicates",
    "show_hotspots",
    "show_inbox",
    "show_places",
    "show_rates",
    "show_record",
    "show_small_rates",
    "show_weeks",
    "show_words",
    "timeline",
    "try_targets",
    "units",
]
