"""表单的界面：ipywidgets 的输入框与三个按钮。"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ipywidgets as w  # type: ignore[import-untyped]
from traitlets import TraitError

from wenzheng_lab.course import cards
from wenzheng_lab.course.feedback import Displayed
from wenzheng_lab.course.kinds import Field
from wenzheng_lab.course.outcome import Outcome
from wenzheng_lab.course.question import Question

# 单选用按钮，不用单选钮和下拉框：在 JupyterLab 里方向键被笔记本拿走，后两样只用键盘选不动
_STYLE = """<style>
.wz-form .widget-toggle-buttons, .wz-form .widget-inline-hbox { width: auto; height: auto; max-width: 46em; }
.wz-form .widget-toggle-button { height: auto; min-height: 28px; width: auto; line-height: 1.6; padding: .15em .8em;
  white-space: normal; text-align: left; }
.wz-form .wz-column .widget-toggle-button { margin-bottom: .3em; }
.wz-form .widget-toggle-button.mod-active { font-weight: bold; outline: 2px solid #0969da; outline-offset: -2px; }
.wz-form .widget-toggle-button.mod-active::before { content: "✔ "; }
.wz-form .wz-column.widget-toggle-buttons > div, .wz-form .wz-column > div { display: flex; flex-direction: column; }
.wz-form .widget-checkbox, .wz-form .widget-checkbox label { width: auto; height: auto; max-width: 46em; }
.wz-form .widget-checkbox label { white-space: normal; line-height: 1.6; }
.wz-form textarea { line-height: 1.7; }
.wz-form :focus-visible { outline: 3px solid #0969da; outline-offset: 2px; }
</style>"""
_WIDE = "46em"


def build_panel(question: Question) -> w.VBox:
    """造一道题的界面。

    Args:
        question: 题。

    Returns:
        竖排的界面：题面、输入框、按钮、结果。
    """
    return _Panel(question).box


class _Panel:
    def __init__(self, question: Question) -> None:
        self.question = question
        self.kind = question.spec.kind
        self.status = w.HTML()
        self.result = w.HTML()
        self.inputs = {field.name: _input(field) for field in self.kind.fields()}
        self._restore()
        for control in self.inputs.values():
            for part in _parts(control):
                part.observe(self._changed, names="value")
        buttons = w.HBox(
            [
                self._button("看结果", "primary", lambda: question.check(self.answer())),
                self._button("提示", "", question.hint),
                self._button("参考答案", "", question.solution),
                self.status,
            ],
            layout=w.Layout(flex_flow="row wrap", margin=".6em 0 0 0", align_items="center"),
        )
        sheet = w.HTML(_STYLE + str(question.sheet(in_form=True)))
        rows = [part for field in self.kind.fields() for part in self._row(field)]
        self.box = w.VBox([sheet, *rows, buttons, self.result])
        self.box.add_class("wz-form")

    def _row(self, field: Field) -> list[w.Widget]:
        text = [w.HTML(str(cards.para(f"{field.label}：{field.text}")))] if field.text else []
        return [*text, self.inputs[field.name]]

    def answer(self) -> object:
        """现在表单里的答案。"""
        return self.kind.from_fields({name: _value(control) for name, control in self.inputs.items()})

    def _restore(self) -> None:
        saved = self.question.saved
        if saved is None:
            return
        values: Mapping[str, object]
        if list(self.inputs) == [""]:
            values = {"": saved}
        elif isinstance(saved, list):
            values = dict(zip(self.inputs, saved, strict=False))
        else:
            return
        for name, value in values.items():
            # 题目改过版，存下的答案可能已经不在选项里：那就当没填
            try:
                _set(self.inputs[name], value)
            except (TraitError, TypeError, ValueError):
                continue
        state = self.question.state
        done = "" if state is Outcome.NOT_ATTEMPTED else f"；到现在为止：{state.sign} {state.label}"
        self.status.value = str(cards.small(f"上次的答案还在{done}"))

    def _changed(self, _change: object) -> None:
        problem = self.question.save(self.answer())
        self.status.value = str(cards.small(problem or "答案已存下"))

    def _button(self, label: str, look: str, act: Callable[[], Displayed]) -> w.Button:
        button = w.Button(description=label, button_style=look)

        def pressed(_button: w.Button) -> None:
            self.result.value = act()._repr_html_()

        button.on_click(pressed)
        return button


def _input(field: Field) -> w.Widget:
    wide = w.Layout(width="auto", max_width=_WIDE)
    if field.kind == "one":
        buttons = w.ToggleButtons(options=list(field.options), value=None, layout=wide)
        buttons.add_class("wz-column")
        return buttons
    if field.kind == "many":
        boxes = [w.Checkbox(description=text, indent=False, layout=wide) for text, _ in field.options]
        for box, (_, key) in zip(boxes, field.options, strict=True):
            box.tag_key = key
        return w.VBox(boxes)
    if field.kind == "pick":
        return w.ToggleButtons(
            options=list(field.options),
            value=None,
            description="" if field.text else field.label,
            style={"description_width": "5em", "button_width": "auto"},
            layout=wide,
        )
    if field.kind == "long":
        return w.Textarea(
            value=field.start, placeholder=field.label, rows=9, layout=w.Layout(width="100%", max_width=_WIDE)
        )
    return w.Text(placeholder=field.label, description=field.label, style={"description_width": "initial"}, layout=wide)


def _parts(control: w.Widget) -> tuple[w.Widget, ...]:
    return tuple(control.children) if isinstance(control, w.VBox) else (control,)


def _value(control: w.Widget) -> object:
    if isinstance(control, w.VBox):
        return [box.tag_key for box in control.children if box.value]
    return "" if control.value is None else control.value


def _set(control: w.Widget, value: object) -> None:
    if isinstance(control, w.VBox):
        chosen = value if isinstance(value, list) else []
        for box in control.children:
            box.value = box.tag_key in chosen
    else:
        control.value = None if value == "" else value
