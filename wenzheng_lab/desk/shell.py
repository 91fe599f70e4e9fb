"""办件台：把各部分摆好，开局、接着办。"""

from __future__ import annotations

import functools
import os
from pathlib import Path

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import Markup, tag
from wenzheng_lab._paths import as_path
from wenzheng_lab.desk.board import Boards
from wenzheng_lab.desk.clock import Clock
from wenzheng_lab.desk.dispatch_form import DispatchForm
from wenzheng_lab.desk.editor import Editor
from wenzheng_lab.desk.letters import Letters
from wenzheng_lab.desk.message import MessagePane
from wenzheng_lab.desk.outward_form import OutwardForm
from wenzheng_lab.desk.parts import Widget, choices, pane
from wenzheng_lab.desk.sitting import PAGES, Sitting
from wenzheng_lab.desk.triage_form import TriageForm, suggest
from wenzheng_lab.errors import InputError, explain, require_whole, show
from wenzheng_lab.office import Office
from wenzheng_lab.office.scenario import load_scenario

FOLDER = "办件记录"
"""不写 ``path`` 时，日志存在这个文件夹里"""
_STYLE = Path(__file__).resolve().parent / "data" / "desk.css"


@functools.cache
def style() -> Markup:
    """样式；是我们自己的文件，不含使用者的文字。"""
    return tag("style", Markup(_STYLE.read_text(encoding="utf-8")))


class Desk:
    """办件台的界面；在笔记本里显示出来就能办。"""

    def __init__(self, office: Office) -> None:
        self.office = office
        """这一局"""
        self.sitting = Sitting(office)
        """此刻选中哪封、看哪一页"""
        self.clock = Clock(self.sitting)
        self.letters = Letters(self.sitting)
        self.message = MessagePane(self.sitting)
        self.triage = TriageForm(self.sitting)
        self.dispatch = DispatchForm(self.sitting)
        self.editor = Editor(self.sitting)
        self.outward = OutwardForm(self.sitting)
        self.boards = Boards(self.sitting)
        self.pages: dict[str, Widget] = {
            "来信": self.message.box,
            "分拣": self.triage.box,
            "办理": self.dispatch.box,
            "答复": self.editor.box,
            "发布": self.outward.box,
            **self.boards.boxes,
        }
        for name, box in self.pages.items():
            box.add_class(f"wz-page-{name}")
        self.tabs = choices(PAGES, self.sitting.page, self._turn)
        right = w.VBox(
            [self.tabs, *(self.pages[name] for name in PAGES)], layout=w.Layout(min_width="0", margin="0 0 0 10px")
        )
        right.layout.flex = "1 1 auto"
        body = w.HBox([self.letters.box, right], layout=w.Layout(width="100%"))
        self.box: Widget = w.VBox([pane(style()), self.clock.box, body])
        self.box.add_class("wz-desk")
        self._warm()
        self.sitting.watch(self._draw)
        self.sitting.refresh()

    def _warm(self) -> None:
        """词典头一次用要几秒：开台时备好，办件时就不用等。"""
        cases = self.office.cases
        if cases and not self.sitting.exam:
            suggest(cases[0].message)
            self.office.preview(cases[0].id, "您好。")

    def _turn(self, page: str) -> None:
        if page != self.sitting.page:
            self.sitting.show(page)

    def _draw(self) -> None:
        page = self.sitting.page
        if self.tabs.value != page:
            self.tabs.value = page
        parts = {
            "来信": self.message,
            "分拣": self.triage,
            "办理": self.dispatch,
            "答复": self.editor,
            "发布": self.outward,
        }
        if page in parts:
            parts[page].draw()  # type: ignore[attr-defined]
        else:
            self.boards.draw(page)
        # 先画好再翻过去，免得闪一下空白
        for name, box in self.pages.items():
            box.layout.display = "" if name == page else "none"

    def shut(self) -> None:
        """存下草稿，关上日志。"""
        self.sitting.flush()
        self.office.shut()

    def __repr__(self) -> str:
        """一行说明。"""
        return f"Desk({self.office!r})"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        live: dict[str, object] = self.box._repr_mimebundle_() or {}
        return {**live, "text/plain": repr(self), "text/html": self.office.card().html}


def log_folder() -> Path:
    """放日志的文件夹：学习文件夹里的“办件记录”。"""
    named = os.environ.get("WENZHENG_HOME", "").strip()
    here = Path(named).expanduser() if named else Path.cwd()
    if not named and here.name in ("notebooks", "exercises"):
        here = here.parent
    return here / FOLDER


def log_name(scenario: str, seed: int, *, exam: bool) -> str:
    """不写 ``path`` 时日志叫什么；同一个情景，练习与考试各是一局。"""
    mark = "-考试" if exam and load_scenario(scenario).mode != "exam" else ""
    return f"{Path(scenario).stem}-{seed}{mark}.wzlog"


def open(
    scenario: object = "first-day", *, seed: int | None = None, path: object = None, mode: str = "practice"
) -> Desk:
    """打开办件台，没有办完的接着办。

    Args:
        scenario: 情景的名称（见 ``wz.office.scenario_names()``），或情景文件的路径。
        seed: 种子；考试时由教员给，不写用情景里写的。
        path: 日志文件；不写就存在“办件记录/情景-种子.wzlog”。文件已有就接着办。
        mode: ``practice`` 练习（看得到建议、评分、带教），``exam`` 考试（都不显示，成绩封在日志里）。
            开成考试的一局，以后怎样打开都是考试。

    Returns:
        办件台；放在一格的最后一行就显示出来。

    Raises:
        InputError: ``mode`` 写错，文件里存的是别的一局，或要考试而文件里是练习。
        LedgerError: 日志打不开或被改动过。

    Examples:
        >>> import tempfile, pathlib
        >>> folder = tempfile.TemporaryDirectory()
        >>> desk = open("first-day", seed=7, path=pathlib.Path(folder.name) / "第一天.wzlog")
        >>> desk.office.scenario.name
        '上班第一天'
        >>> desk.shut(); folder.cleanup()
    """
    seed = load_scenario(scenario).seed if seed is None else require_whole("seed", seed)
    if mode not in ("practice", "exam"):
        raise InputError(explain(f"mode 写成 {show(mode)}", "可用：practice、exam", "练习不用写 mode"))
    if path is None:
        target = log_folder() / log_name(str(scenario), seed, exam=mode == "exam")
        target.parent.mkdir(parents=True, exist_ok=True)
    else:
        target = as_path(path)
    if not target.exists():
        return Desk(Office(scenario, seed=seed, path=target, exam=mode == "exam"))
    own = scenario if str(scenario).endswith(".toml") else None
    office = Office.load(target, scenario=own)
    if own is None and (office.scenario.id, office.seed) != (str(scenario), seed):
        came = f"{target.name} 里是“{office.scenario.id}”、种子 {office.seed} 的一局"
        office.shut()
        raise InputError(explain(came, f"要开的是“{scenario}”、种子 {seed}", "请换一个 path，或照文件里的写"))
    if mode == "exam" and not office.exam:
        office.shut()
        raise InputError(explain(f"{target.name} 是一局练习", "考试要从头开一局", "请换一个 path 或 seed"))
    return Desk(office)
