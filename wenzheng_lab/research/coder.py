"""编码界面：一份一页，点一下就存，关了再开接着编；看不到得分，也看不到别人编的。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from wenzheng_lab._html import Markup, escape, join, tag
from wenzheng_lab._paths import as_path
from wenzheng_lab.errors import InputError, InputTypeError, WenzhengError, explain, show, suggest
from wenzheng_lab.research.codes import CodeBook
from wenzheng_lab.research.sample import CodingSample
from wenzheng_lab.rules import load_rubric

_NAMES = {"subject": "主题", "body": "来信", "reply": "答复"}
_DEFAULT = ("relevance", "completeness", "disposition")


def code_sample(
    sample: CodingSample,
    *,
    coder: str,
    path: str | Path,
    criteria: Sequence[str] | Mapping[str, Sequence[str]] = _DEFAULT,
) -> Coder:
    """打开编码界面：点一下存一格，断了接着编，互相看不见。

    编码人只看到遮过个人信息的主题、来信、答复，次序各人不同。每编一格马上存盘；内核断了、
    关了笔记本，再运行同一行就接着编。

    Args:
        sample: ``wz.draw_sample`` 抽的样本。
        coder: 编码人，样本里的一位。
        path: 这位编码人的文件，后缀 ``json``；一人一个。
        criteria: 编哪几项：评分项的名字（说法取自评分细则），或自己的 ``{项目: [0 档的说法, 1 档的说法, …]}``。

    Returns:
        ``Coder``：在 Jupyter 里显示界面；不画界面也能 ``.code(项目, 分)``、``.next()``。

    Raises:
        InputTypeError: 不是样本。
        InputError: 没有这位编码人，项目写错，或文件是别人的、别的样本的。

    Examples:
        >>> import pandas as pd, tempfile
        >>> from wenzheng_lab.research.sample import draw_sample
        >>> sample = draw_sample(pd.DataFrame({"body": ["路灯坏了", "停水了"]}), 2, seed=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     one = code_sample(sample, coder="甲", path=f"{folder}/甲.json", criteria={"急不急": ["不急", "急"]})
        ...     one.code("急不急", 1).progress
        (1, 1)
    """
    if not isinstance(sample, CodingSample):
        raise InputTypeError(explain(f"来的是 {type(sample).__name__}", "应为样本", "请先用 wz.draw_sample 抽样"))
    if coder not in sample.tasks:
        have = "、".join(sample.tasks)
        raise InputError(explain(f"没有 {show(coder)} 这位编码人", f"样本里有：{have}", "请改写，或抽样时写进 coders"))
    target = as_path(path)
    if target.suffix.lower() != ".json":
        raise InputError(explain(f"文件后缀是 {target.suffix!r}", "应为 json", f"如 {coder}.json"))
    book = CodeBook.open(target, coder=coder, sample=str(sample.signature))
    return Coder(sample, book, _criteria(criteria))


def _criteria(chosen: Sequence[str] | Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """项目 → （问什么，各档的说法）。"""
    if isinstance(chosen, Mapping):
        own = {str(name): (str(name), tuple(str(level) for level in levels)) for name, levels in chosen.items()}
        if not own or any(len(levels) < 2 for _, levels in own.values()):
            raise InputError(explain("有的项目不到两档", "每项至少两档", '如 {"急不急": ["不急", "急"]}'))
        return MappingProxyType(own)
    rubric = load_rubric().criteria
    names = [chosen] if isinstance(chosen, str) else list(chosen)
    for name in names:
        if name not in rubric:
            raise InputError(
                explain(
                    f"没有评分项 {show(name)}", f"可用：{'、'.join(rubric)}", suggest(str(name), rubric) or "请改写"
                )
            )
    if not names:
        raise InputError(explain("没有写编哪几项", "至少一项", '如 criteria=["completeness"]'))
    return MappingProxyType(
        {name: (f"{rubric[name].label}：{rubric[name].question}", rubric[name].levels) for name in names}
    )


class Coder:
    """一位编码人的编码。"""

    def __init__(
        self, sample: CodingSample, book: CodeBook, criteria: Mapping[str, tuple[str, tuple[str, ...]]]
    ) -> None:
        self._sample = sample
        self._book = book
        self._criteria = criteria
        self._items = sample.tasks[book.coder]
        self._parts: dict[str, Any] = {}
        self._filling = False
        self._at = next((at for at, item in enumerate(self._items) if not self._finished(item)), len(self._items) - 1)

    @property
    def item(self) -> str:
        """这一份的编号。"""
        return self._items[self._at]

    @property
    def progress(self) -> tuple[int, int]:
        """（编完几份，共几份）；一份的各项都编了才算编完。"""
        return sum(self._finished(item) for item in self._items), len(self._items)

    @property
    def codes(self) -> Mapping[str, int]:
        """这一份编了的：项目 → 分。"""
        return dict(self._book.codes.get(self.item, {}))

    def code(self, criterion: str, code: int | None) -> Coder:
        """给这一份的一项编码，马上存盘；None 是擦去。

        Args:
            criterion: 项目。
            code: 第几档，从 0 起。

        Returns:
            自己。

        Raises:
            InputError: 没有这一项，或没有这一档。
            WenzhengError: 写不进。
        """
        if criterion not in self._criteria:
            raise InputError(explain(f"没有 {show(criterion)} 这一项", f"有：{'、'.join(self._criteria)}", "请改写"))
        levels = self._criteria[criterion][1]
        wrong = code is not None and (
            isinstance(code, bool) or not isinstance(code, int) or not 0 <= code < len(levels)
        )
        if wrong:
            raise InputError(explain(f"分是 {show(code)}", f"应为 0 到 {len(levels) - 1} 的整数", "请改写"))
        self._book.put(self.item, criterion, code)
        self._draw()
        return self

    def note(self, text: str) -> Coder:
        """给这一份写备注，马上存盘。

        Args:
            text: 备注，空串为擦去。

        Returns:
            自己。
        """
        self._book.note(self.item, text)
        return self

    def next(self, step: int = 1) -> Coder:
        """翻到后面的一份。

        Args:
            step: 往后几份，负数往前。

        Returns:
            自己。
        """
        self._at = min(max(0, self._at + step), len(self._items) - 1)
        self._draw()
        return self

    def html(self) -> Markup:
        """这一份的文字。

        Returns:
            ``div``；外来的文字都转义。
        """
        done, whole = self.progress
        parts = [tag("p", f"第 {self._at + 1}/{whole} 份（{self.item}），编完 {done} 份", attrs={"role": "status"})]
        for name, text in self._sample.texts(self.item).items():
            body = join((escape_line(line) for line in text.splitlines()), tag("br"))
            parts.append(
                tag("div", tag("b", f"{_NAMES[name]}　"), body, attrs={"style": "margin:4px 0;line-height:1.7"})
            )
        return tag("div", *parts, attrs={"class": "wz-coder", "style": "max-width:760px"})

    @property
    def widget(self) -> Any:
        """界面。"""
        if not self._parts:
            self._build()
        return self._parts["box"]

    def _finished(self, item: str) -> bool:
        return set(self._criteria) <= set(self._book.codes.get(item, {}))

    def _build(self) -> None:
        import ipywidgets as w  # type: ignore[import-untyped]

        body, told = w.HTML(), w.HTML()
        strips: dict[str, Any] = {}
        rows: list[Any] = []
        for name, (question, levels) in self._criteria.items():
            options = [(f"{at} {level}", at) for at, level in enumerate(levels)]
            strip = w.ToggleButtons(options=options, value=None, style={"button_width": "auto"})
            strip.observe(lambda change, name=name: self._click(name, change["new"]), names="value")
            strips[name] = strip
            rows += [w.HTML(value=escape(tag("b", question))), strip]
        remark = w.Text(placeholder="备注（可不写）", continuous_update=False, layout=w.Layout(width="99%"))
        remark.observe(lambda change: None if self._filling else self.note(str(change["new"])), names="value")
        back, forth = (w.Button(description=text) for text in ("上一份", "下一份"))
        back.on_click(lambda _: self.next(-1))
        forth.on_click(lambda _: self.next(1))
        self._parts = {"body": body, "told": told, "strips": strips, "note": remark}
        self._parts["box"] = w.VBox([body, *rows, remark, w.HBox([back, forth]), told])
        self._draw()

    def _click(self, name: str, value: object) -> None:
        if self._filling or not isinstance(value, int):
            return
        try:
            self.code(name, value)
            self._parts["told"].value = "已存"
        except WenzhengError as error:
            # 存不进要让编码人马上看到，不能以为存了
            self._parts["told"].value = str(tag("b", f"没有存上：{error}", attrs={"role": "alert"}))

    def _draw(self) -> None:
        if not self._parts:
            return
        self._filling = True
        try:
            self._parts["body"].value = str(self.html())
            for name, strip in self._parts["strips"].items():
                strip.value = self.codes.get(name)
            self._parts["note"].value = self._book.notes.get(self.item, "")
            self._parts["told"].value = ""
        finally:
            self._filling = False

    def __repr__(self) -> str:
        done, whole = self.progress
        return f"<Coder {self._book.coder}，编完 {done}/{whole} 份，存在 {self._book.path.name}>"

    def _repr_mimebundle_(self, **_options: object) -> dict[str, object]:
        bundle: dict[str, object] = {"text/plain": repr(self), "text/html": str(self.html())}
        view = self.widget._repr_mimebundle_()
        if isinstance(view, dict):
            bundle = {**{key: value for key, value in view.items() if key != "text/plain"}, **bundle}
        return bundle


def escape_line(line: str) -> Markup:
    """一行外来的文字，转义。

    Args:
        line: 一行。

    Returns:
        ``Markup``。

    Examples:
        >>> str(escape_line("<b>"))
        '&lt;b&gt;'
    """
    return Markup(escape(line))
