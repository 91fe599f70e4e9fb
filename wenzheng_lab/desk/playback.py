"""回放：一步一步看谁的日志都行，边看边写点评；日志不动，点评另存一个文件。"""

from __future__ import annotations

import json
from pathlib import Path

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._files import write_text
from wenzheng_lab._html import Content, Markup, join, tag
from wenzheng_lab._paths import as_path
from wenzheng_lab.desk.message import facts_table, letter_page
from wenzheng_lab.desk.parts import Widget, area, button, pane, write
from wenzheng_lab.desk.shell import style
from wenzheng_lab.errors import ReadError, explain
from wenzheng_lab.office import Office
from wenzheng_lab.office.story import tell

QUIET = ("clock", "drafted", "not_rated")
"""不停下来看的：钟点、草稿"""


class Replay:
    """回放台；在笔记本里显示出来就能一步一步看。"""

    def __init__(self, path: Path) -> None:
        self.path = path
        """日志"""
        self.notes_path = path.with_name(path.name + ".点评.json")
        """点评存在这里"""
        self.events = tuple(event for event in Office.view(path).log if event.kind not in QUIET)
        """可以停的各条"""
        self.notes = _read(self.notes_path)
        """序号 → 点评"""
        self.at = 0
        self.head, self.case = pane(), pane()
        self.note = area("对这一步的点评", rows=2)
        self.back = button("上一步", lambda: self.go(self.at - 1))
        self.next = button("下一步", lambda: self.go(self.at + 1), look="primary")
        self.act = button("下一个学员动作", self._next_act)
        self.keep = button("存点评", self._keep)
        self.list = pane()
        steps = w.HBox([self.back, self.next, self.act])
        self.box: Widget = w.VBox([pane(style()), steps, self.head, self.note, self.keep, self.list, self.case])
        self.box.add_class("wz-desk")
        self.go(0)

    def go(self, at: int) -> None:
        """停到第几步。"""
        self.at = min(max(0, at), len(self.events) - 1)
        event = self.events[self.at]
        office = Office.view(self.path, upto=event.seq)
        head = f"第 {self.at + 1}/{len(self.events)} 步　{event.at:%m-%d %H:%M}　{event.actor}　{event.label}"
        write(self.head, tag("div", tag("h4", head), tag("div", f"{event.case_id}　{tell(event)}")))
        if event.case_id:
            case = office.case(event.case_id)
            write(self.case, join([letter_page(case, exam=False), facts_table(case)]))
        else:
            write(self.case, Markup(""))
        self.note.value = self.notes.get(event.seq, "")
        self.back.disabled, self.next.disabled = self.at == 0, self.at == len(self.events) - 1
        self._listing()

    def _next_act(self) -> None:
        later = (n for n in range(self.at + 1, len(self.events)) if self.events[n].by_learner)
        self.go(next(later, len(self.events) - 1))

    def _keep(self) -> None:
        seq, words = self.events[self.at].seq, self.note.value.strip()
        self.notes.pop(seq, None)
        if words:
            self.notes[seq] = words
        rows = {"schema": "desk-notes/1", "notes": {str(key): self.notes[key] for key in sorted(self.notes)}}
        write_text(self.notes_path, json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
        self._listing()

    def _listing(self) -> None:
        place = {event.seq: n + 1 for n, event in enumerate(self.events)}
        rows: list[Content] = [
            tag("li", f"第 {place[seq]} 步：{words}") for seq, words in sorted(self.notes.items()) if seq in place
        ]
        write(self.list, tag("ul", *rows) if rows else tag("div", "还没有点评。", attrs={"class": "wz-note"}))

    def __repr__(self) -> str:
        """一行说明。"""
        return f"Replay({self.path.name}，{len(self.events)} 步，点评 {len(self.notes)} 条)"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, object]:
        live: dict[str, object] = self.box._repr_mimebundle_() or {}
        return {**live, "text/plain": repr(self)}


def _read(path: Path) -> dict[int, str]:
    if not path.is_file():
        return {}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["notes"]
        return {int(key): str(value) for key, value in rows.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReadError(
            explain(f"点评文件 {path.name} 读不出来", "应为本程序存的 JSON", "请改名或移走它再打开回放")
        ) from error


def replay(path: object) -> Replay:
    """回放一份日志，一步一步看，可以写点评。

    Args:
        path: 日志文件；正被别的程序办着的也能看。

    Returns:
        回放台；点评存在日志旁边的“….点评.json”里，日志不动。

    Raises:
        LedgerError: 找不到、不是日志，或被改动过。
        ReadError: 点评文件坏了。

    Examples:
        >>> import tempfile, pathlib, wenzheng_lab as wz
        >>> folder = tempfile.TemporaryDirectory()
        >>> path = pathlib.Path(folder.name) / "局.wzlog"
        >>> wz.Office("property-certificates", seed=5, path=path).shut()
        >>> replay(path).events[0].label
        '开局'
        >>> folder.cleanup()
    """
    return Replay(as_path(path))
