"""日志：杀进程不丢已回话的动作，改动看得出来，一次只许一个程序，重放逐字相同。"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab.office import LedgerError, check_log
from wenzheng_lab.office.events import LEARNER_KINDS

Step = Callable[[wz.Office], object]


def made(path: Path | None = None, seed: int = 7) -> wz.Office:
    """开一局，走到有回件、有答复、有再次来信的样子。"""
    office = wz.Office("first-day", seed=seed, path=path)
    first, second, third = (case.id for case in office.cases[:3])
    for number in (first, second):
        truth = office._engine.state.cases[number].truth
        office.assign(number, lead=truth["department"], partners=truth["partners"])
    office.reply(third, "您好，您反映的问题收悉，正在处理。")
    office.advance(hours=76)
    return office


def pick(office: wz.Office, number: int = 0) -> str:
    """还能办的第几件。"""
    rows = [case.id for case in office.cases if case.status not in ("已办结", "已合并", "已拆分")]
    return rows[number % len(rows)]


def turn(office: wz.Office) -> str:
    """轮着办的一件，免得总是同一件。"""
    return pick(office, sum(1 for _ in office.log))


def a_merge(office: wz.Office) -> None:
    """并最后两件；并过的撤销，好接着并。"""
    rows = [case.id for case in office.cases if case.status not in ("已办结", "已合并", "已拆分") and not case.merged]
    office.merge(rows[-2], [rows[-1]])
    office.undo()


def a_split(office: wz.Office) -> None:
    """拆一件有几条诉求的；拆过的撤销，好接着拆。"""
    case = next(case for case in office.cases if len(case.questions) > 1 and case.status != "已拆分")
    office.split(case.id, [case.questions[:1], case.questions[1:]])
    office.undo()


def a_return(office: wz.Office) -> None:
    """退回一件回了件的；退过的撤销，好接着退。"""
    case = next(case for case in office.cases if case.phase == "result" and case.status not in ("已办结",))
    office.return_case(case.id, reason="没有写谁去看的，请补上。")
    office.undo()


def a_close(office: wz.Office) -> None:
    """办结一件，再撤销。"""
    office.close(turn(office), reason="已答复")
    office.undo()


def a_deletion(office: wz.Office) -> None:
    """删一次发布。"""
    office.delete_post(office.publish("本周情况如下。", kind="weekly"), reason="重发")


def assigned(office: wz.Office) -> str:
    """一件已经交办的。"""
    return next(case.id for case in office.cases if case.lead and case.status not in ("已办结", "已合并", "已拆分"))


def a_meeting(office: wz.Office) -> None:
    """开一次联席会议。"""
    due = office.now + timedelta(days=5)
    office.meeting(turn(office), units=["水利局", "公安局"], owner="水利局", due=due, minutes="由水利局牵头。")


STEPS: dict[str, Step] = {
    "opened": lambda office: office.open(next((c.id for c in office.cases if c.status == "未读"), office.cases[0].id)),
    "drafted": lambda office: office.draft(turn(office), f"草稿{sum(1 for _ in office.log)}"),
    "sorted": lambda office: office.sort(turn(office), urgency="急"),
    "assigned": lambda office: office.assign(turn(office), lead="公安局"),
    "returned": a_return,
    "deadline_set": lambda office: office.set_deadline(turn(office), office.now + timedelta(days=9)),
    "extended": lambda office: office.extend(assigned(office), days=1, reason="等检测", notice="延一天。"),
    "urged": lambda office: office.urge(assigned(office)),
    "merged": a_merge,
    "split": a_split,
    "redacted": lambda office: office.redact(turn(office)),
    "meeting": a_meeting,
    "replied": lambda office: office.reply(turn(office), "您好，已请单位核查，有结果再告诉您。"),
    "published": lambda office: office.publish("本周收信若干封。", kind="weekly"),
    "corrected": lambda office: office.correct(
        "前次说得不准，更正如下。", post=office.publish("本周如下。", kind="weekly")
    ),
    "post_deleted": a_deletion,
    "called_back": lambda office: office.call_back(turn(office)),
    "closed": a_close,
    "bulletin": lambda office: office.bulletin(),
    "undone": lambda office: (office.sort(turn(office), urgency="一般"), office.undo()),
    "advanced": lambda office: office.advance(hours=0.5),
}


def test_every_learner_action_is_tried() -> None:
    """学员的每一种动作都在这里试过。"""
    assert set(STEPS) == set(LEARNER_KINDS)


@pytest.fixture(scope="module")
def halfway(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """一份办到半路的日志，各条测试各抄一份。"""
    path = tmp_path_factory.mktemp("局") / "半路.wzlog"
    made(path).shut()
    return path


@pytest.mark.skipif(not hasattr(os, "fork"), reason="这台机器没有 fork；另有一条用子进程的测试")
@pytest.mark.parametrize("kind", STEPS)
def test_a_killed_process_loses_nothing_acknowledged(kind: str, halfway: Path, tmp_path: Path) -> None:
    """做到一半杀掉（kill -9），已经回话的动作都在，日志接得上。"""
    path = Path(shutil.copy(halfway, tmp_path / "局.wzlog"))
    for delay in (0.0, 0.004, 0.011, 0.023):
        reader, writer = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            child = os.fork()
        if child == 0:  # pragma: no cover  子进程
            try:
                os.close(reader)
                office = wz.Office.load(path)
                os.write(writer, b"ready\n")
                while True:
                    STEPS[kind](office)
                    os.write(writer, f"{office._engine.ledger.head}\n".encode())
            finally:
                os._exit(3)
        os.close(writer)
        told = os.read(reader, 6)  # 等它打开
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        while chunk := os.read(reader, 65536):
            told += chunk
        os.close(reader)
        assert os.WIFSIGNALED(status), f"{kind} 自己停了：{told!r}"
        assert check_log(path) == ()
        office = wz.Office.load(path)
        hashes = {event.hash for event in office.log}
        heads = told.decode().split("\n")[1:]
        acknowledged = heads[:-1]  # 最后一行可能没有写完
        assert set(acknowledged) <= hashes
        office.next_hour()
        office.shut()


def test_a_killed_subprocess_loses_nothing(tmp_path: Path) -> None:
    """另起一个程序，推进一半被杀：前面的都在，还能接着办。"""
    path = tmp_path / "局.wzlog"
    code = (
        "import sys, wenzheng_lab as wz\n"
        "office = wz.Office('first-day', seed=5, path=sys.argv[1])\n"
        "office.sort(office.cases[0].id, urgency='急')\n"
        "print(office._engine.ledger.head, flush=True)\n"
        "while True:\n    office.advance(hours=1)\n    print(office._engine.ledger.head, flush=True)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, encoding="utf-8")
    assert child.stdout is not None
    heads = [child.stdout.readline().strip() for _ in range(4)]
    child.kill()
    child.wait()
    child.stdout.close()
    office = wz.Office.load(path)
    assert set(heads) <= {event.hash for event in office.log}
    assert office.cases[0].urgency == "急"
    office.shut()


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    """一份日志正开着，另一个程序打不开，话说得明白。"""
    path = tmp_path / "局.wzlog"
    office = wz.Office("first-day", seed=5, path=path)
    code = "import sys, wenzheng_lab as wz\nwz.Office.load(sys.argv[1])"
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, encoding="utf-8", check=False)
    assert run.returncode
    assert "正被另一个程序使用" in run.stderr
    office.shut()
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 0


def test_reopening_in_one_program_takes_over(tmp_path: Path) -> None:
    """笔记本里重跑一格：新的接着办，旧的说明已经让位。"""
    path = tmp_path / "局.wzlog"
    old = wz.Office("first-day", seed=5, path=path)
    new = wz.Office.load(path)
    new.next_hour()
    with pytest.raises(LedgerError, match="已在别处重新打开"):
        old.next_hour()
    new.shut()


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE events SET data = replace(data, '急', '一般') WHERE kind = 'sorted'", "第 "),
        ("UPDATE events SET at = '2026-06-08T08:01:00' WHERE seq = 1", "第 1 条"),
        ("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)", "条"),
        ("DELETE FROM events WHERE seq = 2", "第 2 条"),
        ("UPDATE events SET data = CAST(x'7bff7d' AS TEXT) WHERE seq = 1", "第 1 条"),
    ],
    ids=["改内容", "改时刻", "删末条", "删中间", "坏字节"],
)
def test_tampering_is_noticed_and_said(statement: str, place: str, tmp_path: Path) -> None:
    """改过、删过的日志打不开，说明第几条不对。"""
    path = tmp_path / "局.wzlog"
    office = wz.Office("first-day", seed=5, path=path)
    office.sort(office.cases[0].id, urgency="急")
    office.shut()
    base = sqlite3.connect(path)
    with pytest.raises(sqlite3.DatabaseError, match="只添不"):
        base.execute(statement)
    base.execute("DROP TRIGGER no_update")
    base.execute("DROP TRIGGER no_delete")
    base.execute(statement)
    base.commit()
    base.close()
    with pytest.raises(LedgerError, match="被改动过") as caught:
        wz.Office.load(path)
    assert place in str(caught.value)
    assert len(check_log(path)) == 1


def test_the_same_seed_and_actions_give_the_same_log() -> None:
    """同一种子、同样的动作，日志逐字相同；换一个种子就不同。"""
    one, two, other = made(), made(), made(seed=8)
    assert [event.hash for event in one.log] == [event.hash for event in two.log]
    assert [event.hash for event in one.log] != [event.hash for event in other.log]


@pytest.mark.parametrize("kind", STEPS)
def test_state_is_rebuilt_from_the_log(kind: str, halfway: Path, tmp_path: Path) -> None:
    """做完每一种动作，重新打开看到的与没关时一模一样，往后发生的也一样。"""
    path = Path(shutil.copy(halfway, tmp_path / "甲.wzlog"))
    live = wz.Office.load(path)
    STEPS[kind](live)
    before = (live._engine.state, [event.hash for event in live.log])
    live.shut()
    again = wz.Office.load(path)
    for state in (again._engine.state, before[0]):
        # 到时而无事可记的约，没关过的已经划掉，重新推出来的还留着；下一次走钟时都不算
        state.agenda = {key: plan for key, plan in state.agenda.items() if plan.at >= state.now}
    assert again._engine.state == before[0]
    assert [event.hash for event in again.log] == before[1]
    # 没有关过的一局，往后发生的也一样
    twin = wz.Office.load(shutil.copy(halfway, tmp_path / "乙.wzlog"))
    STEPS[kind](twin)
    twin.advance(hours=30)
    again.advance(hours=30)
    assert [event.hash for event in twin.log] == [event.hash for event in again.log]
    again.shut()
    twin.shut()


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """写不进的动作没有生效，前面的都在。"""
    office = wz.Office("first-day", seed=5, path=tmp_path / "局.wzlog")
    number = office.cases[0].id
    office.sort(number, urgency="急")

    class Full:
        in_transaction = False

        def execute(self, *_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    real = office._engine.ledger._connection
    monkeypatch.setattr(office._engine.ledger, "_connection", Full())
    with pytest.raises(LedgerError, match="没有记下来"):
        office.sort(number, urgency="一般")
    monkeypatch.setattr(office._engine.ledger, "_connection", real)
    assert office.case(number).urgency == "急"
    office.sort(number, urgency="一般")
    assert office.case(number).urgency == "一般"
    office.shut()


@pytest.mark.parametrize("name", ["不是日志.wzlog", "空.wzlog", "别的.sqlite"])
def test_other_files_are_refused(name: str, tmp_path: Path) -> None:
    """不是日志的文件打不开，也不会被改动。"""
    path = tmp_path / name
    if name.endswith("sqlite"):
        base = sqlite3.connect(path)
        base.execute("CREATE TABLE other (x)")
        base.commit()
        base.close()
    else:
        path.write_bytes(b"" if "空" in name else "这是一封信".encode() * 200)
    before = path.read_bytes()
    with pytest.raises(LedgerError):
        wz.Office.load(path)
    assert path.read_bytes() == before
    with pytest.raises(LedgerError):
        wz.Office.load(tmp_path / "没有.wzlog")


def test_a_new_game_does_not_overwrite(tmp_path: Path) -> None:
    """新开一局不会盖掉旧的。"""
    path = tmp_path / "局.wzlog"
    wz.Office("first-day", seed=5, path=path).shut()
    with pytest.raises(LedgerError, match="已经有了"):
        wz.Office("first-day", seed=5, path=path)
