"""办件台上做每一种动作，做到一半杀掉内核（kill -9）：说过“做好了”的都在，重新坐下接着办。"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
import warnings
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

import wenzheng_lab as wz
from wenzheng_lab.desk.shell import Desk
from wenzheng_lab.desk.welcome import Welcome
from wenzheng_lab.office import CaseFile, check_log
from wenzheng_lab.office.events import LEARNER_KINDS

Step = Callable[[Desk], None]
LIVE = ("已办结", "已合并", "已拆分")


def find(desk: Desk, fits: Callable[[CaseFile], bool] = lambda case: True) -> str:
    """选中头一件合用的。"""
    case = next(case for case in desk.office.cases if case.status not in LIVE and fits(case))
    desk.sitting.choose(case.id)
    return case.id


def deed(desk: Desk, name: str, **values: str) -> None:
    """“办理”一页里的一样。"""
    desk.tabs.value = "办理"
    desk.dispatch.strip.value = name
    for key, value in values.items():
        desk.dispatch.fields[f"{name}.{key}"].value = value
    desk.dispatch.go[name].click()


def post(desk: Desk, kind: str = "每周发布") -> str:
    """发布一次，给出编号。"""
    desk.tabs.value = "发布"
    desk.outward.kind.value = kind
    desk.outward.text.value = "本周收信若干封，办到哪一步见下次。"
    desk.outward.go.click()
    return str(desk.office.posts[-1]["post"])


def back(desk: Desk) -> None:
    """撤销，好接着再做一遍。"""
    desk.clock.undo.click()


def day(desk: Desk, days: int) -> str:
    return f"{desk.office.now + timedelta(days=days):%Y-%m-%d}"


def sort(desk: Desk) -> None:
    find(desk)
    strip = desk.triage.strips["urgency"]
    desk.tabs.value = "分拣"
    strip.value = "急" if strip.value != "急" else "一般"


def write(desk: Desk) -> None:
    find(desk)
    desk.tabs.value = "答复"
    desk.editor.text.value = f"草稿{sum(1 for _ in desk.office.log)}"


def reply(desk: Desk) -> None:
    find(desk)
    desk.tabs.value = "答复"
    desk.editor.text.value = "您好，已请单位核查，有结果再告诉您。"
    desk.editor.send.click()


def merge(desk: Desk) -> None:
    rows = [case.id for case in desk.office.cases if case.status not in LIVE and not case.merged]
    desk.sitting.choose(rows[-2])
    deed(desk, "并件", others=rows[-1])
    back(desk)


def split(desk: Desk) -> None:
    find(desk, lambda case: len(case.asks) == 2)
    deed(desk, "拆件", parts="1；2")
    back(desk)


def send_back(desk: Desk) -> None:
    find(desk, lambda case: case.phase == "result")
    deed(desk, "退回", reason="没有写谁去看的，请补上。")
    back(desk)


def close(desk: Desk) -> None:
    find(desk)
    deed(desk, "办结")
    back(desk)


def correct(desk: Desk) -> None:
    desk.outward.post.value = post(desk)
    desk.outward.words.value = "前次说得不准，更正如下。"
    desk.outward.fix.click()


def delete(desk: Desk) -> None:
    desk.outward.post.value = post(desk)
    desk.outward.words.value = "重发"
    desk.outward.drop.click()


def meet(desk: Desk) -> None:
    find(desk)
    deed(desk, "会议", units="水利局、公安局", owner="水利局", due=day(desk, 5), minutes="由水利局牵头。")


def open_one(desk: Desk) -> None:
    """打开一封没有看过的；都看过了就让时间走。"""
    fresh = [case.id for case in desk.office.cases if case.status == "未读"]
    if fresh:
        desk.sitting.choose(fresh[0])
    else:
        desk.clock.hour.click()


def undo(desk: Desk) -> None:
    sort(desk)
    back(desk)


def assigned(case: CaseFile) -> bool:
    return bool(case.lead)


STEPS: dict[str, Step] = {
    "opened": open_one,
    "drafted": write,
    "sorted": sort,
    "assigned": lambda desk: (find(desk), deed(desk, "交办", lead="公安局"))[1],
    "returned": send_back,
    "deadline_set": lambda desk: (find(desk), deed(desk, "定期限", due=day(desk, 9)))[1],
    "extended": lambda desk: (
        find(desk, assigned),
        deed(desk, "延期", days="1", reason="等检测", notice="延一天。"),
        back(desk),
    )[1],
    "urged": lambda desk: (find(desk, assigned), deed(desk, "督办"))[1],
    "merged": merge,
    "split": split,
    "redacted": lambda desk: (find(desk), deed(desk, "遮盖"))[1],
    "meeting": meet,
    "replied": reply,
    "published": lambda desk: (post(desk), None)[1],
    "corrected": correct,
    "post_deleted": delete,
    "called_back": lambda desk: (find(desk), deed(desk, "回访"))[1],
    "closed": close,
    "bulletin": lambda desk: desk.outward.month.click(),
    "undone": undo,
    "advanced": lambda desk: desk.clock.hour.click() if desk.office.now.hour < 20 else desk.clock.day.click(),
}


def test_every_action_of_the_desk_is_tried() -> None:
    """学员的每一种动作都在这里试过。"""
    assert set(STEPS) == set(LEARNER_KINDS)


@pytest.fixture(scope="module")
def halfway(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """一份办到半路的日志；顺带把词典读进来，子进程不用再读。"""
    path = tmp_path_factory.mktemp("局") / "半路.wzlog"
    desk = wz.desk.open("first-day", seed=85, path=path)
    for case in desk.office.cases[:2]:
        truth = desk.office._engine.state.cases[case.id].truth
        desk.office.assign(case.id, lead=truth["department"], partners=truth["partners"])
    desk.office.reply(desk.office.cases[2].id, "您好，您反映的问题收悉，正在处理。")
    desk.office.advance(hours=76)
    desk.shut()
    return path


@pytest.mark.parametrize("kind", STEPS)
def test_the_action_goes_through_the_widgets(kind: str, halfway: Path, tmp_path: Path) -> None:
    """按得通：日志里多出这一种，上面一行没有说“没有做成”。"""
    path = Path(shutil.copy(halfway, tmp_path / "局.wzlog"))
    desk = wz.desk.open("first-day", seed=85, path=path)
    before = sum(1 for _ in desk.office.log)
    STEPS[kind](desk)
    assert not desk.sitting.failed, desk.sitting.told
    assert kind in [event.kind for event in desk.office.log][before:]
    desk.shut()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="这台机器没有 fork")
@pytest.mark.parametrize("kind", STEPS)
def test_a_killed_kernel_loses_nothing_told(kind: str, halfway: Path, tmp_path: Path) -> None:
    """屏幕上说过的都在；重新打开，钟、草稿、分拣都是停下时的样子，日志没有缺口，还能接着办。"""
    path = Path(shutil.copy(halfway, tmp_path / "局.wzlog"))
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:  # pragma: no cover  子进程
        try:
            os.close(reader)
            desk = wz.desk.open("first-day", seed=85, path=path)
            os.write(writer, b"ready\n")
            while True:
                STEPS[kind](desk)
                # 画面已经改了，这一步就算对学员说过了
                os.write(writer, f"{desk.office._engine.ledger.head}\n".encode())
        finally:
            os._exit(3)
    os.close(writer)
    told = os.read(reader, 6)
    while told.count(b"\n") < 2 and (chunk := os.read(reader, 4096)):  # 至少做成一回
        told += chunk
    time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    while chunk := os.read(reader, 65536):
        told += chunk
    os.close(reader)
    assert os.WIFSIGNALED(status), f"{kind} 自己停了：{told!r}"
    assert check_log(path) == ()
    desk = wz.desk.open("first-day", seed=85, path=path)
    heads = told.decode().split("\n")[1:-1]
    assert heads
    assert set(heads) <= {event.hash for event in desk.office.log}
    desk.clock.hour.click()
    assert not desk.sitting.failed
    desk.shut()


def test_a_tampered_log_is_told_at_the_desk(halfway: Path, tmp_path: Path) -> None:
    """日志被改动过：办件台不开，用平常话说哪一条不对、怎么办，不露程序内部；原来的文件不动。"""
    folder = tmp_path / "办件记录"
    folder.mkdir()
    path = Path(shutil.copy(halfway, folder / "first-day-85.wzlog"))
    base = sqlite3.connect(path)
    base.execute("DROP TRIGGER no_update")
    base.execute("UPDATE events SET data = replace(data, '正在处理', '已经办好') WHERE kind = 'replied'")
    base.commit()
    base.close()
    before = path.read_bytes()
    door = Welcome(tmp_path)
    door.rows["first-day"].click()
    assert door.desk is None
    said = door.told.value
    assert "没有打开" in said and "被改动过" in said and "第 " in said and "报告教员" in said
    assert "Error" not in said and "Traceback" not in said and "sqlite" not in said
    assert path.read_bytes() == before
    door.seed.value = "8"
    door.rows["first-day"].click()
    assert door.desk is not None
    door.desk.shut()
