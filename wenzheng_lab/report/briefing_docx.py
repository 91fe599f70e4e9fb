"""月报的 Word 文件：版面照 ``briefing.toml`` 的 ``[layout]``；外来的文字只作文字，不成域、不成链接。"""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from wenzheng_lab.report.briefing_blocks import Block, Grid, Heading, Para, Picture, Quote, inert, quote_text
from wenzheng_lab.report.briefing_settings import Layout, briefing_settings

if TYPE_CHECKING:
    from wenzheng_lab.report.briefing import Briefing

_POINTS_A_MM = 72 / 25.4


def build_docx(briefing: Briefing) -> bytes:
    """做成 Word 文件。

    Args:
        briefing: 月报。

    Returns:
        docx 的内容。
    """
    look = briefing_settings().layout
    document = Document()
    _page(document, look)
    _footer(document, look)
    _styles(document, look)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _spacing(title, look.sizes["title_size"] * 1.5)
    _run(title, briefing.title, look, "title_font", look.sizes["title_size"])
    if briefing.subtitle:
        below = document.add_paragraph()
        below.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _spacing(below, _line(look))
        _run(below, briefing.subtitle, look, "subhead_font")
    document.paragraphs[-1].paragraph_format.space_after = Pt(_line(look) * 0.8)
    for block in (briefing.opening, *briefing.blocks):
        _block(document, block, look)
    _ending(document, briefing, look)
    core = document.core_properties
    # Word 的文件属性一栏最多 255 个字符
    core.title, core.author = inert(briefing.title)[:255], inert(briefing.unit)[:255]
    core.comments = str(briefing.signature)[:255]
    core.created = core.modified = datetime.combine(briefing.made_on, time())
    core.language = "zh-CN"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _line(look: Layout) -> float:
    """一行的高（磅）：版心的高除以每面行数。"""
    return (look.page[1] - look.margin[0] - look.margin[2]) * _POINTS_A_MM / look.sizes["lines"]


def _page(document: Any, look: Layout) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(look.page[0]), Mm(look.page[1])
    top, right, bottom, left = look.margin
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    section.footer_distance = Mm(bottom - 7 - 3)


def _footer(document: Any, look: Layout) -> None:
    """页码：单页在右、双页在左，各空一字，数字两边一字线。"""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        indent = Pt(look.sizes["page_size"])
        paragraph.paragraph_format.right_indent = indent if side == WD_ALIGN_PARAGRAPH.RIGHT else None
        paragraph.paragraph_format.left_indent = indent if side == WD_ALIGN_PARAGRAPH.LEFT else None
        _run(paragraph, "— ", look, "page_font", look.sizes["page_size"], latin="page_font")
        _field(paragraph, "PAGE", look)
        _run(paragraph, " —", look, "page_font", look.sizes["page_size"], latin="page_font")


def _field(paragraph: Any, code: str, look: Layout) -> None:
    for kind in ("begin", "code", "end"):
        run = _run(paragraph, "", look, "page_font", look.sizes["page_size"], latin="page_font")
        if kind == "code":
            text = OxmlElement("w:instrText")
            text.set(qn("xml:space"), "preserve")
            text.text = code
            run._r.append(text)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _styles(document: Any, look: Layout) -> None:
    """正文样式与两级标题样式：样式里写好，单位自己改也方便。"""
    normal = document.styles["Normal"]
    normal.font.size = Pt(look.sizes["body_size"])
    _fonts(normal.element.get_or_add_rPr(), look, "body_font")
    for name, font in (("Heading 1", "head_font"), ("Heading 2", "subhead_font")):
        style = document.styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(look.sizes["body_size"]), False, False
        style.font.color.rgb = None
        properties = style.element.get_or_add_rPr()
        for color in properties.findall(qn("w:color")):
            properties.remove(color)
        _fonts(properties, look, font)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def _fonts(properties: Any, look: Layout, font: str, latin: str = "latin_font") -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    # 主题字体优先于字体名，不删掉就不起作用
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), look.fonts[font])
    for name in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(name), look.fonts[latin])
    fonts.set(qn("w:hint"), "eastAsia")


def _run(
    paragraph: Any, text: str, look: Layout, font: str, size: float | None = None, *, latin: str = "latin_font"
) -> Any:
    run = paragraph.add_run(inert(text))
    _fonts(run._r.get_or_add_rPr(), look, font, latin)
    if size is not None:
        run.font.size = Pt(size)
    return run


def _spacing(paragraph: Any, points: float) -> None:
    shape = paragraph.paragraph_format
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(points)
    shape.space_before = shape.space_after = Pt(0)


def _block(document: Any, block: Block, look: Layout) -> None:
    if isinstance(block, Heading):
        paragraph = document.add_paragraph(style=f"Heading {block.level}")
        _spacing(paragraph, _line(look))
        paragraph.paragraph_format.first_line_indent = Pt(2 * look.sizes["body_size"])
        paragraph.paragraph_format.keep_with_next = True
        _run(paragraph, block.text, look, "head_font" if block.level == 1 else "subhead_font")
    elif isinstance(block, Para):
        paragraph = _body(document, look)
        if block.small:
            _spacing(paragraph, block_small(look) * 1.55)
            paragraph.paragraph_format.first_line_indent = Pt(2 * block_small(look))
            _run(paragraph, block.text, look, "subhead_font", block_small(look))
            return
        if block.lead:
            _run(paragraph, block.lead, look, "subhead_font")
        _run(paragraph, block.text, look, "body_font")
        paragraph.paragraph_format.keep_with_next = block.text.endswith("：")
    elif isinstance(block, Grid):
        _grid(document, block, look)
    elif isinstance(block, Picture):
        _picture(document, block, look)
    else:
        _quote(document, block, look)


def block_small(look: Layout) -> float:
    """说明一类的小字：比表里的字大一点半。

    Args:
        look: 版面。

    Returns:
        字号（磅）。
    """
    return look.sizes["table_size"] + 1.5


def _body(document: Any, look: Layout) -> Any:
    paragraph = document.add_paragraph()
    _spacing(paragraph, _line(look))
    paragraph.paragraph_format.first_line_indent = Pt(2 * look.sizes["body_size"])
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.widow_control = True
    return paragraph


def _caption(document: Any, text: str, look: Layout) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _spacing(paragraph, look.sizes["table_size"] * 1.9)
    paragraph.paragraph_format.space_before = Pt(look.sizes["table_size"] * 0.6)
    paragraph.paragraph_format.keep_with_next = True
    _run(paragraph, text, look, "head_font", look.sizes["table_size"] + 1.5)


def _grid(document: Any, block: Grid, look: Layout) -> None:
    _caption(document, block.caption, look)
    table = document.add_table(rows=0, cols=len(block.headers))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, block.widths, strict=True):
        column.width = Mm(width)
    size = look.sizes["table_size"]
    for at, row in enumerate((block.headers, *block.rows)):
        line = table.add_row()
        properties = line._tr.get_or_add_trPr()
        # 一行不拆在两页；表头每页重复
        properties.append(OxmlElement("w:cantSplit"))
        if at == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for column, (cell, text, width) in enumerate(zip(line.cells, row, block.widths, strict=True)):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            _spacing(paragraph, size * 1.4)
            paragraph.paragraph_format.keep_with_next = True
            short = len(text) <= 8 and at > 0 and (column > 0 or len(block.headers) > 5)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if short or at == 0 else WD_ALIGN_PARAGRAPH.LEFT
            _run(paragraph, text, look, "head_font" if at == 0 else "body_font", size)
    note = document.add_paragraph()
    _spacing(note, size * 1.5)
    note.paragraph_format.space_after = Pt(size * 0.6)
    _run(note, block.note, look, "body_font", size - 1)


def _picture(document: Any, block: Picture, look: Layout) -> None:
    width = look.page[0] - look.margin[1] - look.margin[3]
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)
    picture = paragraph.add_run().add_picture(io.BytesIO(block.chart.png(dpi=200)), width=Mm(width))
    # 替代文字：读屏软件念得出图上是什么
    picture._inline.docPr.set("descr", inert(f"{block.caption}。{block.chart.reading}"))


def _quote(document: Any, block: Quote, look: Layout) -> None:
    paragraph = _body(document, look)
    _run(paragraph, f"{block.title}", look, "subhead_font")
    _run(paragraph, quote_text(block), look, "body_font")


def _ending(document: Any, briefing: Briefing, look: Layout) -> None:
    made = briefing.made_on
    gap = 2 * look.sizes["body_size"]
    lines = [briefing.unit] if briefing.unit else []
    for at, text in enumerate([*lines, f"{made.year}年{made.month}月{made.day}日"]):
        paragraph = document.add_paragraph()
        _spacing(paragraph, _line(look))
        if at == 0:
            paragraph.paragraph_format.space_before = Pt(_line(look))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        # 成文日期右空四字，落款单位以日期居中，这里取近似
        paragraph.paragraph_format.right_indent = Pt(2 * gap)
        _run(paragraph, text, look, "body_font")
