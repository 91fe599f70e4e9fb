"""十个评分项，一项一个文件，名字与细则、课程一致。"""

from collections.abc import Callable, Mapping

from wenzheng_lab.reply.criteria import (
    basis,
    completeness,
    disposition,
    fact_finding,
    owner_date,
    plain,
    relevance,
    remedy,
    timeliness,
    tone,
)
from wenzheng_lab.reply.criteria._draft import Draft, Situation

JUDGES: Mapping[str, Callable[[Situation], Draft]] = {
    "relevance": relevance.judge,
    "completeness": completeness.judge,
    "fact_finding": fact_finding.judge,
    "basis": basis.judge,
    "disposition": disposition.judge,
    "owner_date": owner_date.judge,
    "remedy": remedy.judge,
    "tone": tone.judge,
    "plain": plain.judge,
    "timeliness": timeliness.judge,
}

__all__ = ["JUDGES", "Draft", "Situation"]
