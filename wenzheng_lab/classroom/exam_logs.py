"""办件考试的日志：收上来的 ``.wzlog`` 对指纹、对种子、查有没有改动，读出封着的成绩。"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from wenzheng_lab._files import long_path
from wenzheng_lab.classroom.collect import Entry, read_ledger
from wenzheng_lab.classroom.exam import desk_seed
from wenzheng_lab.classroom.layout import ClassFolder, Learner
from wenzheng_lab.classroom.tables import write_csv
from wenzheng_lab.errors import WenzhengError
from wenzheng_lab.office import Office
from wenzheng_lab.office.ledger import check_log, read_log


@dataclass(frozen=True, slots=True)
class DeskResult:
    """一个人的办件考试。"""

    learner: Learner
    """学员"""
    fingerprint: str
    """日志末条的指纹；与收卷时记下的对得上，就没有改动过。没有交为空串"""
    faults: tuple[str, ...]
    """不对的地方；没有为空"""
    score: float | None
    """封着的答复平均分（0–100）；没有答复过、日志不对为 None"""
    rows: tuple[tuple[str, str], ...]
    """记分牌，一行一项"""


def read_desk_logs(folder: ClassFolder, name: str) -> tuple[DeskResult, ...]:
    """读全班的办件日志，写一张表。

    只读，不改日志；一份坏了不误别人。

    Args:
        folder: 班级。
        name: 考试名。

    Returns:
        各人的结果，按名单的次序。
    """
    seed = desk_seed(folder, name)
    logs: dict[str, Entry] = {}
    for entry in read_ledger(folder):
        if entry.kind == "log" and entry.learner and name in (entry.assignment, entry.expected):
            logs[entry.learner] = entry
    results = [_read(folder, learner, logs.get(learner.id), seed) for learner in folder.roster]
    seen = Counter(item.fingerprint for item in results if item.fingerprint)
    results = [
        DeskResult(item.learner, item.fingerprint, (*item.faults, "与别人交的是同一份日志"), None, item.rows)
        if item.fingerprint and seen[item.fingerprint] > 1
        else item
        for item in results
    ]
    names = [row[0] for row in next((item.rows for item in results if item.rows), ())]
    write_csv(
        folder.place("report", f"{name}_办件.csv"),
        ["学号", "姓名", "指纹", "不对的地方", "答复平均分", *names],
        (
            [item.learner.id, item.learner.name, item.fingerprint or "未交", "；".join(item.faults), item.score,
             *(value for _, value in item.rows)]
            for item in results
        ),
    )  # fmt: skip
    return tuple(results)


def _read(folder: ClassFolder, learner: Learner, entry: Entry | None, seed: int | None) -> DeskResult:
    if entry is None:
        return DeskResult(learner, "", (), None, ())
    path = long_path(folder.path.joinpath("received", *entry.stored.split("/")))
    try:
        faults = list(check_log(path))
        if faults:
            return DeskResult(learner, "", tuple(faults), None, ())
        events, _ = read_log(path)
        header = events[0].data
        if header.get("mode") != "exam" or header.get("scenario") != "exam":
            faults.append("不是考试的一局")
        if seed is not None and int(str(header.get("seed", -1))) != seed:
            faults.append("种子不是公布的那个")
        office = Office.view(path)
        rows = office.scoreboard().rows()
        fingerprint = office.fingerprint
    except (WenzhengError, ValueError, KeyError, IndexError, TypeError) as error:
        return DeskResult(learner, "", (str(error).splitlines()[0][:200],), None, ())
    totals = [_total(event.data) for event in events if event.kind == "replied"]
    known = [total for total in totals if total is not None]
    score = round(sum(known) / len(known), 1) if known and not faults else None
    return DeskResult(learner, fingerprint, tuple(faults), score, rows)


def _total(data: object) -> float | None:
    score = data.get("score") if isinstance(data, dict) else None
    total = score.get("total") if isinstance(score, dict) else None
    return float(total) if isinstance(total, int | float) else None
