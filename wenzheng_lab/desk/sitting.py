"""一次办件：哪一局、选中哪封、看哪一页；各处都经过它动手，动完一起刷新。"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from wenzheng_lab.desk.parts import Widget, pane
from wenzheng_lab.errors import WenzhengError
from wenzheng_lab.office import CaseFile, Event, Office

PAGES = ("动静", "来信", "分拣", "办理", "答复", "经过", "发布", "记分牌", "热度")
"""右边的各页"""
Watcher = Callable[[], None]


class Sitting:
    """一次办件；各部分共用。"""

    def __init__(self, office: Office) -> None:
        self.office = office
        """这一局"""
        self.exam = office.sealed
        """考试：不给建议、不给评分、不给带教"""
        self.current = ""
        """选中的来信；没有选为空串"""
        self.page = PAGES[0]
        """正在看哪一页"""
        self.happened: tuple[Event, ...] = ()
        """上一次让时间走，发生了什么"""
        self.told = ""
        """上一步的结果"""
        self.failed = False
        """上一步是不是没有做成"""
        self.echoes: list[Widget] = []
        """各页按钮旁边再说一遍结果的地方：页长的时候，最上面那一行看不见"""
        self._watchers: list[Watcher] = []
        self._flushers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """登记：样子变了要重画。"""
        self._watchers.append(watcher)

    def echo(self) -> Widget:
        """按钮旁边再说一遍结果的地方。"""
        one = pane()
        one.layout.width = "auto"
        one.layout.flex = "1 1 auto"
        self.echoes.append(one)
        return one

    def before(self, flusher: Watcher) -> None:
        """登记：做别的动作以前，先存下手上没存的。"""
        self._flushers.append(flusher)

    @property
    def case(self) -> CaseFile | None:
        """选中的件夹。"""
        return self.office.case(self.current) if self.current else None

    def flush(self) -> None:
        """存下手上没存的。"""
        for flusher in self._flushers:
            flusher()

    def do(self, done: str, act: Callable[[], object]) -> bool:
        """做一件事：做成了说 ``done``，没有做成把原因说给学员听。

        Args:
            done: 做成以后的话；空串为不说。
            act: 动作；给出文字的，接在后面。

        Returns:
            做成了没有。
        """
        try:
            self.flush()
            came = act()
        except WenzhengError as error:
            self.told, self.failed = f"没有做成。{error}", True
        else:
            extra = came if isinstance(came, str) else ""
            self.told, self.failed = done + extra, False
        self.refresh()
        return not self.failed

    def choose(self, id: str) -> None:
        """选中一封来信，没有打开过的就打开。"""

        def act() -> None:
            fresh = self.office.case(id).status == "未读"
            self.office.open(id)
            self.current = id
            # 没有看过的先看信；看过的，停在哪一页还在哪一页
            if self.page in ("动静", "发布", "记分牌") or (fresh and self.page != "分拣"):
                self.page = "来信"

        self.do("", act)

    def show(self, page: str) -> None:
        """翻到一页。"""
        self.page = page
        self.do("", lambda: None)

    def refresh(self) -> None:
        """各部分照此刻的样子重画。"""
        for watcher in self._watchers:
            watcher()


class Later:
    """停一停再做：连着改，只做最后一次。

    没有事件循环的地方（测试、脚本）当场就做；``idle`` 是可做可不做的，那里就不做。
    """

    def __init__(self, seconds: float, act: Watcher, *, idle: bool = False) -> None:
        self._seconds, self._act, self._idle = seconds, act, idle
        self._timer: asyncio.TimerHandle | None = None

    def touch(self) -> None:
        """又改了：重新等。"""
        self.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            if not self._idle:
                self._act()
            return
        self._timer = loop.call_later(self._seconds, self._fire)

    def cancel(self) -> None:
        """不等了，也不做。"""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        self._act()
