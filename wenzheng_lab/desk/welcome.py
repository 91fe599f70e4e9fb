"""进门一页：挑一局、填种子、选练习还是考试，按一下就坐到办件台前。"""

from __future__ import annotations

import time
from pathlib import Path

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import tag
from wenzheng_lab.desk.parts import Widget, button, choices, pane, told, write
from wenzheng_lab.desk.shell import FOLDER, Desk, log_name, style
from wenzheng_lab.desk.shell import open as open_desk
from wenzheng_lab.desk.sitting import Later
from wenzheng_lab.desk.triage_form import suggest
from wenzheng_lab.errors import InputError, WenzhengError, explain
from wenzheng_lab.model import Message
from wenzheng_lab.office import LedgerError, scenario_names
from wenzheng_lab.office.scenario import load_scenario
from wenzheng_lab.reply import score_reply

MODES = ("练习", "考试")
FIRST = "first-day"
TRIES, PAUSE = 8, 0.5
"""日志被占用时试几次，隔几秒"""


class Welcome:
    """进门一页。"""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """日志放在它下面的“办件记录”里"""
        self.desk: Desk | None = None
        """坐下以后的办件台"""
        self.seed = w.Text(placeholder="不填，用现成的一局", description="种子", style={"description_width": "4em"})
        self.mode = choices(list(MODES), "练习", lambda _: None)
        self.told = pane()
        names = sorted(scenario_names(), key=lambda name: name != FIRST)
        self.rows: dict[str, Widget] = {}
        for name in names:
            scenario = load_scenario(name)
            brief = scenario.brief.strip().splitlines()[0]
            self.rows[name] = button(f"{scenario.name}\n{brief}", lambda name=name: self.sit(name), tip=scenario.name)  # type: ignore[misc]
            self.rows[name].add_class("wz-row")
        head = pane(
            tag(
                "div",
                tag("h4", "问政实训：办件台"),
                tag("p", "挑一局按一下。办过的接着办：同一局、同一个种子，从上次停下的地方开始。"),
            )
        )
        line = w.HBox([self.seed, self.mode])
        self.box: Widget = w.VBox([pane(style()), head, line, self.told, *self.rows.values()])
        self.box.add_class("wz-desk")

    def warm(self) -> None:
        """趁人在看、在挑，先把词典读进来：头一次要几秒，读好了坐下就快。"""
        letter = Message("路灯不亮", "双井街的路灯黑了三天，请问什么时候修好？")
        suggest(letter)
        score_reply("您好，路灯已请城市管理局去修。", to=letter)

    def sit(self, name: str) -> None:
        """坐到办件台前；开不了的说出原因。"""
        write(self.told, told("正在打开这一局，来信多的要等几秒……"))
        for left in reversed(range(TRIES)):
            try:
                desk = self._open(name)
                break
            except LedgerError as error:
                # 刚刷新过网页：上一页的内核还没有放开日志，等一等
                if not left:
                    write(self.told, told(f"没有打开。{error}", bad=True))
                    return
                time.sleep(PAUSE)
            except WenzhengError as error:
                write(self.told, told(f"没有打开。{error}", bad=True))
                return
        self.desk = desk
        write(self.told, told(""))
        self.box.children = (desk.box,)

    def _open(self, name: str) -> Desk:
        word = self.seed.value.strip()
        if word and not word.isdigit():
            raise InputError(explain(f"种子写成“{word}”", "应为整数", "考试时照教员给的写"))
        seed = int(word) if word else load_scenario(name).seed
        exam = self.mode.value == "考试"
        target = self.folder / FOLDER / log_name(name, seed, exam=exam)
        target.parent.mkdir(parents=True, exist_ok=True)
        return open_desk(name, seed=seed, path=target, mode="exam" if exam else "practice")


def page(folder: str, scenario: str = "") -> Widget:
    """网页里的那一格：写了情景就直接坐下，没有写就先挑。

    Args:
        folder: 学习文件夹。
        scenario: 情景的名称，可空。

    Returns:
        界面。
    """
    one = Welcome(Path(folder))
    if scenario:
        one.sit(scenario)
    else:
        Later(PAUSE, one.warm, idle=True).touch()
    return one.box
