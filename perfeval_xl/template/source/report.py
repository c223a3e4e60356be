"""How the report writes itself: numbered headings and sentences, one paragraph a row of the sheet 报告."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_letters, quoted
from perfeval_xl.records.contract import REPORT
from perfeval_xl.template.source.layout import SheetLayout, table_columns
from perfeval_xl.workbook.row_formula import cells_of, row_formula

if TYPE_CHECKING:
    from perfeval_xl.template.source.spec import ParagraphSpec, Spec
    from perfeval_xl.workbook.styles import Formats, Worksheet

FIRST_ROW = 3
WIDTH = 74
"""The preview's column in characters: as wide as a printed line, and never wider than the page, because a single
column that is wider is cut by LibreOffice instead of scaled."""
INDENT = "　　"
"""How a paragraph begins in the preview; the Word report indents by its styles instead."""
TEXT_COLUMN, STYLE_COLUMN, SHOWN_COLUMN = 2, 3, 4
_DIGITS = "一二三四五六七八九十"
_LEVELS = {"h1": 1, "h2": 2, "h3": 3}


_ROOM = {"title": 42, "h1": 24, "h2": 22, "h3": 22, "body": 34, "note": 20}
_LIST_ROOM = 130
"""Points that a paragraph has while it is blank: Excel does not make a row higher when a formula's text grows."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One paragraph: its style, the formula of its text, and the formula that is 1 when it is shown."""

    style: str
    text: str
    shown: str


def rows_of(spec: Spec, sheets: tuple[SheetLayout, ...]) -> tuple[ReportRow, ...]:
    """Turn paragraphs into formulas; headings are numbered anew when one before them is not shown."""
    rows: list[ReportRow] = []
    starts = dict.fromkeys((1, 2, 3), FIRST_ROW)
    for number, paragraph in enumerate(spec.report, FIRST_ROW):
        text = _text(paragraph, sheets)
        level = _LEVELS.get(paragraph.style, 0)
        if level:
            text = f'"{INDENT}"&{_numeral(level, number, starts[level])}&{text}'
            for below in range(level + 1, 4):
                starts[below] = number
        elif paragraph.style == "body" and not paragraph.repeat:
            text = f'"{INDENT}"&{text}'
        shown = f"IF({paragraph.when},1,0)" if paragraph.when else "1"
        body = f'=IF($D{number}=1,{text},"")' if paragraph.when else f"={text}"
        rows.append(ReportRow(paragraph.style, body, f"={shown}"))
    return tuple(rows)


def _text(paragraph: ParagraphSpec, sheets: tuple[SheetLayout, ...]) -> str:
    if paragraph.repeat:
        return _repeated(paragraph, sheets)
    if paragraph.text.startswith("="):
        return paragraph.text[1:].strip()
    return '"' + paragraph.text.strip().replace('"', '""') + '"'


def _repeated(paragraph: ParagraphSpec, sheets: tuple[SheetLayout, ...]) -> str:
    """Join a sentence for every used row of a table with line breaks, in one cell."""
    layout, table = next(
        (sheet, table) for sheet in sheets for table in sheet.tables if table.name == paragraph.repeat
    )
    positions = table_columns(layout, table.name)
    sentences = []
    for row in range(table.first_row, table.last_row + 1):
        sentence = row_formula(paragraph.text.lstrip("=").strip(), cells_of(row, positions))
        sentences.append(_qualified(sentence, table.sheet, positions, row))
    return "MID(" + "&".join(sentences) + ",2,32000)"


def _qualified(sentence: str, sheet: str, positions: dict[str, int], row: int) -> str:
    """Name the sheet before the row's cells, and skip the row while its first column is blank."""
    for column in positions.values():
        cell = f"${column_letters(column)}{row}"
        sentence = sentence.replace(cell, f"{quoted(sheet)}!{cell}")
    first = f"{quoted(sheet)}!${column_letters(min(positions.values()))}{row}"
    return f'IF({first}="","",CHAR(10)&"{INDENT}"&{sentence})'


def _numeral(level: int, number: int, start: int) -> str:
    """Return the formula of a heading's number: how many of its level are shown since the one above, plus 1."""
    style = {1: "h1", 2: "h2", 3: "h3"}[level]
    count = "1"
    if number > start:
        area = f"$C${start}:$C{number - 1}", f"$D${start}:$D{number - 1}"
        count = f'(COUNTIFS({area[0]},"{style}",{area[1]},1)+1)'
    match level:
        case 1:
            return f'MID("{_DIGITS}",{count},1)&"、"'
        case 2:
            return f'"（"&MID("{_DIGITS}",{count},1)&"）"'
        case _:
            return f'{count}&"．"'


def write(sheet: Worksheet, rows: tuple[ReportRow, ...], formats: Formats) -> None:
    """Draw the report's preview: one wide column, as the printed report reads."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, None, None, {"hidden": True})
    sheet.set_column(1, 1, WIDTH)
    sheet.set_column(2, 3, None, None, {"hidden": True})
    sheet.write_row(0, 1, ("正文", "样式", "显示"))
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.write_string(
        1, 1, "以下文字随各表数据自动生成，不需要填写；要改文字，请改相应表格的内容。", formats.of("note")
    )
    for number, row in enumerate(rows, FIRST_ROW):
        sheet.write_string(number - 1, 0, f"{REPORT}#{number - FIRST_ROW + 1}")
        sheet.write_formula(number - 1, 1, row.text, formats.of(f"report_{row.style}"))
        sheet.write_string(number - 1, 2, row.style)
        sheet.write_formula(number - 1, 3, row.shown)
        sheet.set_row(number - 1, _LIST_ROOM if "CHAR(10)" in row.text else _ROOM[row.style])
    last = FIRST_ROW + max(len(rows), 1) - 1
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.7, 0.7, 0.7, 0.7)
    sheet.center_horizontally()
    sheet.print_area(2, 1, last - 1, 1)
    sheet.set_footer("&C第 &P 页，共 &N 页")
