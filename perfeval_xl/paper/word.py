"""How an official document looks in Word: fonts, sizes, spacing and tables of a paper as .docx bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor

from perfeval_xl.paper.format import BODY_FONT, FIGURE_FONT, LOOKS, SUBSTITUTES, TABLE_LOOKS, Look
from perfeval_xl.records.blocks import Box, Chart, Line, Style, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perfeval_xl.records.blocks import Block, Cell, Pages, Paper

_WRITTEN = datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed date without zone, so that the same paper gives the same bytes
_CHART_SPACE = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_DRAWING_SPACES = " ".join(
    f'xmlns:{prefix}="http://schemas.openxmlformats.org/{path}"'
    for prefix, path in (
        ("w", "wordprocessingml/2006/main"),
        ("wp", "drawingml/2006/wordprocessingDrawing"),
        ("a", "drawingml/2006/main"),
        ("c", "drawingml/2006/chart"),
        ("r", "officeDocument/2006/relationships"),
    )
)
_ZIP_TIME = (2024, 1, 1, 0, 0, 0)
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDTH, _HEIGHT = Mm(210), Mm(297)
_MARGINS = (Mm(37), Mm(26), Mm(35), Mm(28))
_ATTACHED_MARGINS = (Mm(25), Mm(22), Mm(25), Mm(22))
_SIDES = {"left": "left", "right": "right", "center": "center"}
_MANY_COLUMNS, _LONG_ROW = 9, 300
_TWIPS = 635
"""Word's lengths in a table are twentieths of a point; ours are EMU, of which one such has 635."""


def write(paper: Paper) -> bytes:
    """Return a paper as a Word document; the same paper gives the same bytes."""
    document = docx.Document(io.BytesIO(_blank()))
    _set_properties(document, paper.title)
    for number, pages in enumerate(paper.pages):
        section = document.sections[0] if not number else document.add_section(WD_SECTION.NEW_PAGE)
        _set_page(section, pages)
        if not number:
            _number_pages(section)
        _add_blocks(document, pages)
    target = io.BytesIO()
    document.save(target)
    return _with_fixed_times(target.getvalue())


@cache
def _blank() -> bytes:
    """Return a document without content that has our styles."""
    document = docx.Document()
    _drop_old_styles(document.part)
    _set_styles(document)
    document.settings.odd_and_even_pages_header_footer = True
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _drop_old_styles(part: Any) -> None:
    """Drop the library's second list of styles, meant for Word 2007: it lacks ours and contradicts the rest."""
    stale = [relation.rId for relation in part.rels.values() if relation.reltype.endswith("/stylesWithEffects")]
    for number in stale:
        del part.rels[number]


def clean(text: str) -> str:
    """Return a text without the characters that XML refuses, with line ends as one newline."""
    return _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def _set_properties(document: Any, title: str) -> None:
    properties = document.core_properties
    properties.title, properties.language = clean(title)[:255], "zh-CN"
    properties.author = properties.last_modified_by = properties.comments = properties.keywords = ""
    properties.created = properties.modified = _WRITTEN
    properties.revision = 1


def _set_styles(document: Any) -> None:
    _drop_styles(document.styles.element)
    _set_language(document.styles)
    for style, look in LOOKS.items():
        _dress(_style(document, look), look, outline=style is Style.ATTACHMENT)
    for look in TABLE_LOOKS.values():
        _dress(_style(document, look), look)


def _drop_styles(styles: Any) -> None:
    """Remove the library's own styles but the defaults and those that we dress."""
    ours = {look.name.lower() for look in (*LOOKS.values(), *TABLE_LOOKS.values())}
    for style in styles.findall(qn("w:style")):
        name = style.find(qn("w:name")).get(qn("w:val")).lower()
        if name not in ours and style.get(qn("w:default")) is None:
            styles.remove(style)
        for link in style.findall(qn("w:link")):
            style.remove(link)


def _set_language(styles: Any) -> None:
    """Put the body's fonts and Chinese into the defaults, in place of the theme's."""
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for child in list(defaults):
        defaults.remove(child)
    defaults.append(_element("rFonts", **_fonts(BODY_FONT)))
    defaults.append(_element("lang", val="en-US", eastAsia="zh-CN"))


def _style(document: Any, look: Look) -> Any:
    if look.name in document.styles:
        return document.styles[look.name]
    style = document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    return style


def _dress(style: Any, look: Look, *, outline: bool = False) -> None:
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    properties.append(_element("rFonts", **_fonts(look.font)))
    font, form = style.font, style.paragraph_format
    font.size, font.bold, font.italic, font.color.rgb = Pt(look.size), look.bold, False, RGBColor(0, 0, 0)
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, look.side.upper())
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY if look.spacing else WD_LINE_SPACING.SINGLE
    if look.spacing:
        form.line_spacing = Pt(look.spacing)
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.keep_with_next, form.widow_control = look.keep, True
    form.left_indent = form.right_indent = Pt(0)
    _indent(style.element, look)
    frame = style.element.pPr.find(qn("w:pBdr"))
    if frame is not None:
        style.element.pPr.remove(frame)
    if outline:
        style.element.pPr.append(_element("outlineLvl", val="0"))


def _indent(element: Any, look: Look) -> None:
    """Indent by characters, which follow the font's size; the points beside them are for other programs."""
    indent = element.pPr.get_or_add_ind()
    first = ("hanging", -look.first) if look.first < 0 else ("firstLine", look.first)
    for name, characters in (first, ("left", look.left), ("right", look.right)):
        indent.set(qn(f"w:{name}Chars"), str(round(characters * 100)))
        indent.set(qn(f"w:{name}"), str(round(characters * look.size * 20)))


def _fonts(font: str) -> dict[str, str]:
    return {"ascii": FIGURE_FONT, "hAnsi": FIGURE_FONT, "cs": FIGURE_FONT, "eastAsia": font}


def _set_page(section: Any, pages: Pages) -> None:
    """Set A4 with the margins of an official document, turned with the sheet."""
    section.orientation = WD_ORIENT.LANDSCAPE if pages.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (_HEIGHT, _WIDTH) if pages.landscape else (_WIDTH, _HEIGHT)
    margins = _margins(pages)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = margins
    section.header_distance, section.footer_distance = Mm(15), margins[2] - Mm(12)


def _margins(pages: Pages) -> tuple[Length, Length, Length, Length]:
    """Return the margins on top, right, bottom and left."""
    return _ATTACHED_MARGINS if pages.attached else _MARGINS


def _number_pages(section: Any) -> None:
    """Write — 1 — below each page: on the right of odd pages and on the left of even ones."""
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = TABLE_LOOKS["page"].name
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, side)
        paragraph.add_run("— ")
        _add_field(paragraph, "PAGE", "1")
        paragraph.add_run(" —")


def _add_field(paragraph: Any, code: str, shown: str) -> None:
    field = _element("fldSimple", instr=f" {code} ")
    run, text = _element("r"), _element("t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no fields; the element is its documented escape


def _add_blocks(document: Any, pages: Pages) -> None:
    width = _text_width(pages)
    look = TABLE_LOOKS["small" if _is_crowded(pages) else "table"]
    captions = 0
    before: Block | None = None
    for block in pages.blocks:
        match block:
            case Line(Style.CAPTION, text):
                captions += 1
                _add_caption(document, text, captions)
            case Line():
                _add_line(document, block, width)
            case Table():
                if isinstance(before, Table):
                    _add_paragraph(document, TABLE_LOOKS["gap"])
                _append(document, _table(block, width, look))
            case Chart():
                _add_chart(document, block, width)
            case Box():
                _append(document, _box(block, width))
                _add_paragraph(document, LOOKS[Style.NOTE])
        before = block
    if isinstance(before, Table):
        _add_paragraph(document, TABLE_LOOKS["gap"])


def _is_crowded(pages: Pages) -> bool:
    """Whether any table has so many columns that all on these pages take small letters."""
    rows = (row for block in pages.blocks if isinstance(block, Table) for row in block.rows)
    return max(map(len, rows), default=0) > _MANY_COLUMNS


def _text_width(pages: Pages) -> int:
    _, right, _, left = _margins(pages)
    return int((_HEIGHT if pages.landscape else _WIDTH) - left - right)


def _append(document: Any, element: Any) -> None:
    document.element.body.insert_element_before(element, "w:sectPr")


def _add_paragraph(document: Any, look: Look) -> Any:
    """Add a paragraph by its style's id; by name the library looks through all styles each time."""
    paragraph = document.add_paragraph()
    paragraph._p.style = _style_id(look.name)  # noqa: SLF001 - the element's own property
    return paragraph


def _add_line(document: Any, line: Line, width: int) -> None:
    whole = clean(line.text)
    for text in [whole] if line.style is Style.TITLE else whole.split("\n"):
        paragraph = _add_paragraph(document, LOOKS[line.style])
        _add_text(paragraph, text)
        if line.style is Style.TABLE_LINE:
            paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)


def _add_text(paragraph: Any, text: str) -> None:
    """Add a run in which quotation marks and dashes take the Chinese font, as Word does for typed Chinese."""
    run = paragraph.add_run(text)
    run._r.get_or_add_rPr().append(_element("rFonts", hint="eastAsia"))  # noqa: SLF001 - python-docx cannot set the hint


def _add_chart(document: Any, chart: Chart, width: int) -> None:
    """Add a native chart in a paragraph of its own; Word draws it from the copy of the data in its part."""
    package = document.part.package
    number = sum(str(part.partname).startswith("/word/charts/") for part in package.iter_parts()) + 1
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, chart.xml, package)
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    size = f'cx="{width}" cy="{int(width * chart.ratio)}"'
    title = escape(clean(chart.title), {'"': "&quot;"})
    drawing = (
        f"<w:drawing {_DRAWING_SPACES}><wp:inline><wp:extent {size}/>"
        f'<wp:docPr id="{number}" name="图{number}" descr="{title}"/><wp:cNvGraphicFramePr/><a:graphic>'
        f'<a:graphicData uri="{_CHART_SPACE}"><c:chart r:id="{relation}"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )
    paragraph = _add_paragraph(document, TABLE_LOOKS["chart"])
    paragraph.add_run()._r.append(parse_xml(drawing))  # noqa: SLF001 - python-docx draws no charts


def _add_caption(document: Any, text: str, number: int) -> None:
    paragraph = _add_paragraph(document, LOOKS[Style.CAPTION])
    _add_text(paragraph, "附表")
    _add_field(paragraph, "SEQ 附表 \\* ARABIC", str(number))
    _add_text(paragraph, f"　{clean(text)}")


def _table(table: Table, width: int, look: Look) -> Any:
    """Build a table of fixed widths from its grid; covered places become Word's continued cells."""
    shares = sum(table.widths) or 1
    widths = [int(width * share / shares / _TWIPS) for share in table.widths]
    element = _frame(widths)
    covered: dict[int, tuple[int, Cell]] = {}
    for number, cells in enumerate(table.rows):
        row = _element("tr")
        row.append(_row_properties(cells, table.row_height, head=number < table.heads))
        for cell, column, begins in _places(cells, covered, len(widths)):
            row.append(_cell(cell, sum(widths[column : column + cell.columns]), look.name, begins=begins))
        element.append(row)
    return element


def _places(
    cells: Iterable[Cell], covered: dict[int, tuple[int, Cell]], columns: int
) -> Iterable[tuple[Cell, int, bool]]:
    """Give a row's cells with their columns: those that begin here and those that reach down from above."""
    waiting = iter(cells)
    column = 0
    while column < columns:
        if column in covered:
            left, cell = covered.pop(column)
            if left > 1:
                covered[column] = (left - 1, cell)
            yield cell, column, False
        else:
            following = next(waiting, None)
            if following is None:
                break
            cell = following
            if cell.rows > 1:
                covered[column] = (cell.rows - 1, cell)
            yield cell, column, True
        column += cell.columns


def _frame(widths: list[int]) -> Any:
    element, properties, grid = _element("tbl"), _element("tblPr"), _element("tblGrid")
    properties.append(_element("tblW", w=str(sum(widths)), type="dxa"))
    properties.append(_element("jc", val="center"))
    properties.append(_borders("single", 4))
    properties.append(_element("tblLayout", type="fixed"))
    margins = _element("tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(side, w="60", type="dxa"))
    properties.append(margins)
    for width in widths:
        grid.append(_element("gridCol", w=str(width)))
    element.append(properties)
    element.append(grid)
    return element


def _borders(kind: str, size: int) -> Any:
    borders = _element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(side, val=kind, sz=str(size), space="0", color="000000"))
    return borders


def _row_properties(cells: tuple[Cell, ...], height: float, *, head: bool) -> Any:
    """Keep a row on one page unless it is long, and repeat it where it is a heading."""
    properties = _element("trPr")
    if height:
        properties.append(_element("trHeight", val=str(round(height * 20)), hRule="atLeast"))
    if head or all(len(cell.text) < _LONG_ROW for cell in cells):
        properties.append(_element("cantSplit"))
    if head:
        properties.append(_element("tblHeader"))
    return properties


def _cell(cell: Cell, width: int, look: str, *, begins: bool) -> Any:
    element, properties = _element("tc"), _element("tcPr")
    properties.append(_element("tcW", w=str(width), type="dxa"))
    if cell.columns > 1:
        properties.append(_element("gridSpan", val=str(cell.columns)))
    if cell.rows > 1:
        properties.append(_element("vMerge", val="restart" if begins else "continue"))
    properties.append(_element("vAlign", val="center"))
    element.append(properties)
    for text in clean(cell.text).split("\n") if begins else [""]:
        element.append(_cell_paragraph(cell, text, look))
    return element


def _cell_paragraph(cell: Cell, text: str, look: str) -> Any:
    paragraph, properties = _element("p"), _element("pPr")
    name = TABLE_LOOKS["head"].name if cell.head and look == TABLE_LOOKS["table"].name else look
    properties.append(_element("pStyle", val=_style_id(name)))
    if cell.indent:
        properties.append(_element("ind", leftChars=str(cell.indent * 100), left=str(cell.indent * 210)))
    properties.append(_element("jc", val=_SIDES[cell.side]))
    paragraph.append(properties)
    if text:
        paragraph.append(_run(text, bold=cell.bold or (cell.head and name == look)))
    return paragraph


def _run(text: str, *, bold: bool) -> Any:
    run, properties, content = _element("r"), _element("rPr"), _element("t")
    properties.append(_element("rFonts", hint="eastAsia"))
    if bold:
        properties.append(_element("b"))
    content.text = text.replace("\t", "　")
    content.set(qn("xml:space"), "preserve")
    run.append(properties)
    run.append(content)
    return run


def _box(box: Box, width: int) -> Any:
    """Frame a note in a table of one cell with a thick border."""
    element = _frame([int(width / _TWIPS)])
    properties = element.find(qn("w:tblPr"))
    properties.replace(properties.find(qn("w:tblBorders")), _borders("double", 12))
    row, cell = _element("tr"), _element("tc")
    cell.append(_element("tcPr"))
    for text in box.lines:
        paragraph, look = _element("p"), _element("pPr")
        look.append(_element("pStyle", val=_style_id(TABLE_LOOKS["box"].name)))
        paragraph.append(look)
        paragraph.append(_run(clean(text), bold=False))
        cell.append(paragraph)
    row.append(cell)
    element.append(row)
    return element


def _style_id(name: str) -> str:
    return name.replace(" ", "")


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _with_fixed_times(package: bytes) -> bytes:
    """Write the package anew with one time for every part, and with fonts to use where ours are not installed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = SUBSTITUTES if name == "word/fontTable.xml" else old.read(name)
            new.writestr(zipfile.ZipInfo(name, _ZIP_TIME), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()
