"""自足的网页：样式在页里，不引用任何外面的东西，还请浏览器替我们守着。"""

from __future__ import annotations

from pathlib import Path

from wenzheng_lab._html import Content, Markup, tag

STYLE = Path(__file__).parent / "data" / "page.css"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src {script}"


def page(title: str, *body: Content, script: str = "", wide: bool = False) -> str:
    """拼一页，适合打印。

    Args:
        title: 标题。
        *body: 内容，文字会转义。
        script: 页里的脚本；只来自随包的文件。
        wide: 版面放宽。

    Returns:
        HTML 文字。
    """
    policy = _POLICY.format(script="'unsafe-inline'" if script else "'none'")
    head = tag(
        "head",
        tag("meta", attrs={"charset": "utf-8"}),
        tag("meta", attrs={"http-equiv": "Content-Security-Policy", "content": policy}),
        tag("meta", attrs={"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        tag("meta", attrs={"name": "referrer", "content": "no-referrer"}),
        tag("title", title),
        tag("style", Markup(STYLE.read_text(encoding="utf-8"))),
    )
    end = tag("script", Markup(script)) if script else ""
    content = tag("body", *body, end, attrs={"class": "wide" if wide else None})
    return f"<!DOCTYPE html>\n{tag('html', head, content, attrs={'lang': 'zh-CN'})}\n"
