"""办理：交办、督办、退回、会议、并件、拆件、期限、延期、遮盖、回访、办结；一样动作一张小表。"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import ipywidgets as w  # type: ignore[import-untyped]

from wenzheng_lab._html import Content, Markup, join, tag
from wenzheng_lab.desk.message import NONE, PHASES, facts_table
from wenzheng_lab.desk.parts import Widget, area, button, choices, line, pane, write
from wenzheng_lab.desk.sitting import Sitting
from wenzheng_lab.desk.triage_form import suggest
from wenzheng_lab.errors import InputError, explain
from wenzheng_lab.model import Message
from wenzheng_lab.office import Office
from wenzheng_lab.office.hours import say_moment

Values = Mapping[str, str]


def names(text: str) -> tuple[str, ...]:
    """一行里的几个名字：用顿号、逗号、空格隔开。

    Examples:
        >>> names("公安局、教育局 财政局")
        ('公安局', '教育局', '财政局')
    """
    return tuple(part for part in re.split(r"[、,，;；\s]+", text) if part)


def _days(text: str) -> int:
    if not text.strip().isdigit():
        raise InputError(explain(f"延几天写成“{text}”", "应为几个工作日的整数", "如 5"))
    return int(text.strip())


@dataclass(frozen=True, slots=True)
class Deed:
    """一样动作的小表。"""

    fields: tuple[tuple[str, str, str], ...]
    """（名字，标签，种类）；种类是 unit、line、area"""
    go: str
    """按钮上的字"""
    act: Callable[[Office, str, Values], object]
    """怎样做"""
    note: str = ""
    """一句说明"""


def _split(office: Office, id: str, values: Values) -> None:
    asks = office.case(id).asks
    parts = []
    for group in re.split(r"[;；/]", values["parts"]):
        numbers = [int(word) for word in names(group) if word.isdigit()]
        if any(not 1 <= number <= len(asks) for number in numbers):
            raise InputError(explain(f"拆法写成“{values['parts']}”", f"序号在 1 到 {len(asks)} 之间", "如 1、2；3"))
        parts.append([asks[number - 1] for number in numbers])
    office.split(id, parts)


DEEDS: Mapping[str, Deed] = {
    "交办": Deed(
        (("lead", "主办", "unit"), ("partners", "协办", "line"), ("note", "交代", "line")),
        "交办",
        lambda o, i, v: o.assign(i, lead=v["lead"].strip(), partners=names(v["partners"]), note=v["note"]),
        "单位写全称，打几个字会提示；协办几家用顿号隔开。派错了会退回来，换主办算一次转办。",
    ),
    "督办": Deed((("text", "督办的话", "area"),), "发督办", lambda o, i, v: o.urge(i, v["text"])),
    "退回": Deed(
        (("reason", "退回的理由", "area"),),
        "退回重办",
        lambda o, i, v: o.return_case(i, reason=v["reason"]),
        "单位回了件才能退：写清缺什么，要他补哪几样。",
    ),
    "会议": Deed(
        (
            ("units", "到会单位", "line"),
            ("owner", "牵头", "unit"),
            ("due", "办结日", "line"),
            ("minutes", "纪要", "area"),
        ),
        "开联席会议",
        lambda o, i, v: o.meeting(
            i, units=names(v["units"]), owner=v["owner"].strip(), due=v["due"].strip(), minutes=v["minutes"]
        ),
        "几家争职责时开：定下谁牵头、哪天办结。日子写成 2026-06-15。",
    ),
    "并件": Deed(
        (("others", "并进来的编号", "line"),),
        "并到这一件",
        lambda o, i, v: o.merge(i, names(v["others"])),
        "说的是同一件事才并；并错了来信人会来问。",
    ),
    "拆件": Deed(
        (("parts", "拆法", "line"),),
        "拆开",
        _split,
        "上面一条条是信里自己写的诉求；照序号分，一件一组，用分号隔开，如 1、2；3。一条不少，一条不重。",
    ),
    "定期限": Deed(
        (("due", "期限", "line"),), "定下", lambda o, i, v: o.set_deadline(i, v["due"].strip()), "写成 2026-06-15。"
    ),
    "延期": Deed(
        (("days", "延几个工作日", "line"), ("reason", "理由", "line"), ("notice", "告知来信人", "area")),
        "延期",
        lambda o, i, v: o.extend(i, days=_days(v["days"]), reason=v["reason"], notice=v["notice"]),
        "告知来信人的话不写，就是没有告知。",
    ),
    "遮盖": Deed((), "遮盖个人信息", lambda o, i, v: o.redact(i) and None, "公开来信与答复以前做。"),
    "回访": Deed(
        (), "打回访电话", lambda o, i, v: f"来信人说：{o.call_back(i)}", "早八点到晚九点。说办好了的，问一声最准。"
    ),
    "办结": Deed((("reason", "怎样结的", "line"),), "办结", lambda o, i, v: o.close(i, reason=v["reason"])),
    "更正": Deed(
        (("text", "更正的话", "area"),),
        "公开更正这封的答复",
        lambda o, i, v: o.correct(v["text"], id=i) and None,
        "照错的回件答了，明白承认，写清对的是什么。",
    ),
}
_START = {"督办.text": "请加快办理，按期回件。", "办结.reason": "已答复并办结"}


class DispatchForm:
    """办理一页。"""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.deed = "交办"
        self._for = ""
        self.head = pane()
        self.strip = choices(list(DEEDS), self.deed, self._pick)
        self.fields: dict[str, Widget] = {}
        self.forms: dict[str, Widget] = {}
        self.go: dict[str, Widget] = {}
        for name, deed in DEEDS.items():
            self.forms[name] = self._form(name, deed)
        self.facts = pane()
        self.box: Widget = w.VBox([self.head, self.strip, *self.forms.values(), self.facts])

    def _form(self, name: str, deed: Deed) -> Widget:
        rows: list[Widget] = [pane(tag("div", deed.note, attrs={"class": "wz-note"}))] if deed.note else []
        for key, label, kind in deed.fields:
            units = self.sitting.office.units if kind == "unit" else ()
            one = area(label) if kind == "area" else line(label, width="min(100%, 36em)", options=units)
            one.value = _START.get(f"{name}.{key}", "")
            self.fields[f"{name}.{key}"] = one
            rows.append(one)
        self.go[name] = button(deed.go, lambda: self._do(name, deed), look="primary")
        foot = [self.go[name]]
        if name == "交办" and not self.sitting.exam:
            foot.append(button("照建议填单位", self._suggest))
        if name == "拆件" and not self.sitting.exam:
            foot.append(button("照建议分", self._suggest_split))
        foot.append(self.sitting.echo())
        return w.VBox([*rows, w.HBox(foot, layout=w.Layout(align_items="center"))])

    def _pick(self, name: str) -> None:
        self.deed = name
        self.draw()

    def _suggest(self) -> None:
        case = self.sitting.case
        if case is None:
            return
        one = suggest(case.message)
        self.fields["交办.lead"].value = one.department
        self.fields["交办.partners"].value = "、".join(one.partners)

    def _suggest_split(self) -> None:
        case = self.sitting.case
        if case is None:
            return
        groups: dict[str, list[str]] = {}
        for number, ask in enumerate(case.asks, start=1):
            unit = suggest(Message("", ask)).department
            groups.setdefault(unit, []).append(str(number))
        self.fields["拆件.parts"].value = "；".join("、".join(numbers) for numbers in groups.values())
        said = "归一家办的不必拆。" if len(groups) < 2 else "各归" + "、".join(groups) + "，请看对不对再拆。"
        self.sitting.do(said, lambda: None)

    def _do(self, name: str, deed: Deed) -> None:
        id = self.sitting.current
        if not id:
            return
        values = {key: str(self.fields[f"{name}.{key}"].value) for key, _, _ in deed.fields}

        def act() -> str:
            came = deed.act(self.sitting.office, id, values)
            return came if isinstance(came, str) else ""

        if self.sitting.do(f"{name}：做好了，已存盘。", act) and name != "交办":
            for key, _, _ in deed.fields:
                self.fields[f"{name}.{key}"].value = _START.get(f"{name}.{key}", "")

    def draw(self) -> None:
        """照此刻的样子重画。"""
        case = self.sitting.case
        # 上一封停在“退回”“办结”，换到还没有派出去的一封，从交办办起
        if case is not None and self._for != case.id and not case.lead and self.deed != "交办":
            self.deed = "交办"
            self.strip.value = self.deed
        for name, form in self.forms.items():
            form.layout.display = "" if name == self.deed and case is not None else "none"
            self.go[name].disabled = self.sitting.office.read_only
        self.strip.layout.display = "none" if case is None else ""
        if case is None:
            write(self.head, NONE)
            write(self.facts, Markup(""))
            return
        if self._for != case.id:
            self._for = case.id
            for key, field in self.fields.items():
                field.value = _START.get(key, "")
            self.fields["交办.lead"].value = case.lead
            self.fields["交办.partners"].value = "、".join(case.partners)
        due = "未定" if case.due_at is None else say_moment(case.due_at)
        state = f"{case.status}　主办 {case.lead or '未交办'}　{PHASES.get(case.phase, '')}　期限 {due}"
        rows: list[Content] = [tag("h4", f"{case.id}　{case.message.subject}"), tag("div", state)]
        listed = case.asks if self.deed == "拆件" else case.questions
        if listed:
            rows.append(tag("ol", *(tag("li", line) for line in listed)))
        write(self.head, join(rows))
        write(self.facts, facts_table(case))
