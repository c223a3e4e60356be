"""How a form sheet is drawn: cells, prompts, colours that follow the checks, protection and print."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from perfeval_xl.records.address import Address, column_letters, quoted
from perfeval_xl.records.contract import COVER, Role, broken_mark
from perfeval_xl.template.source.board import FIRST_ROW as BOARD_FIRST
from perfeval_xl.template.source.failed_first import on_cover
from perfeval_xl.template.source.layout import (
    CAPTION_ROW,
    FAILED_ON_COVER,
    FIRST_COLUMN,
    FIRST_ROW,
    STATE_ROW,
    TITLE_ROW,
    DrawnCell,
    FlagColumn,
    PlacedField,
    SheetLayout,
    table_columns,
)
from perfeval_xl.template.source.marks import is_marked
from perfeval_xl.template.source.state import (
    MISSING,
    NOTHING_ASKED,
    UNEXPLAINED,
    WRONG,
    nothing_typed,
    overall_sentence,
    phrases,
    required_columns,
    returned_sentence,
    sheet_sentence,
    state_name,
)
from perfeval_xl.wording.numbers import NOT_APPLICABLE
from perfeval_xl.workbook.row_formula import cells_of, row_formula
from perfeval_xl.workbook.styles import (
    LOCKED,
    MISSING_FILL,
    NOT_PRINTED,
    ONLY_INPUTS,
    RIGHT_INK,
    WRONG_FILL,
    WRONG_INK,
    Formats,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.contract import Field
    from perfeval_xl.template.source.board import BoardRow
    from perfeval_xl.workbook.styles import Format, Worksheet

_PROMPT_LIMIT, _TITLE_LIMIT = 255, 32
_STATE_LINE = 24
_HERE = "INDEX($A$1:$AZ$5000,ROW(),COLUMN())"
"""The cell that a rule is about, in the way that every program understands for scattered cells."""
_HINT_WIDTH = 34
_UNFOLD = "← 行不够时：在左边选中本行和下一行的行号，点右键“取消隐藏”。"
"""Beside the last open row of a table, outside what is printed."""


def write_form(
    sheet: Worksheet,
    layout: SheetLayout,
    rows: tuple[BoardRow, ...],
    sheets: tuple[SheetLayout, ...],
    number: int,
    formats: Formats,
) -> None:
    """Draw one form sheet; `number` is that of its block of marks, 0 where it has none."""
    _columns(sheet, layout)
    _rows(sheet, layout)
    for row, key in layout.row_keys.items():
        sheet.write_string(row - 1, 0, key)
    for cell in layout.cells:
        _write_cell(sheet, cell, layout, formats)
    _flags(sheet, layout)
    _hints(sheet, layout, formats)
    if layout.state_row:
        _state_block(sheet, layout, sheets, BOARD_FIRST + len(rows) - 1, formats)
    _validate(sheet, layout)
    _colours(sheet, layout, rows, number, formats)
    _behave(sheet, layout)


def _columns(sheet: Worksheet, layout: SheetLayout) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, None, None, {"hidden": True})
    sheet.set_row(0, None, None, {"hidden": True})
    for number, width in enumerate(layout.spec.widths, FIRST_COLUMN):
        sheet.set_column(number - 1, number - 1, width)
        sheet.write_string(0, number - 1, column_letters(number))
    if layout.speaks_beside:
        sheet.set_column(layout.last_column, layout.last_column, _HINT_WIDTH)
    if layout.flags:
        first, last = layout.last_column + 1 + layout.speaks_beside, max(flag.column for flag in layout.flags)
        sheet.set_column(first - 1, last - 1, None, None, {"hidden": True})


def _rows(sheet: Worksheet, layout: SheetLayout) -> None:
    folded = {row for fold in layout.folds for row in range(fold.first_row, fold.last_row + 1)}
    for row in sorted(layout.heights.keys() | folded):
        sheet.set_row(row - 1, layout.heights.get(row), None, {"hidden": row in folded})


def _hints(sheet: Worksheet, layout: SheetLayout, formats: Formats) -> None:
    """Say beside long texts how much has been written, beside a table's last open row how to get more of them."""
    hints: dict[int, list[str]] = {row: [*_counted(cells, row)] for row, cells in layout.long_texts.items()}
    for fold in layout.folds:
        hints.setdefault(fold.told_by.row, []).append(f'IF(LEN({fold.told_by.cell})=0,"","{_UNFOLD}")')
    for row, said in hints.items():
        sheet.write_formula(row - 1, layout.last_column, f"={'&'.join(said)}", formats.of("hint"))


def _counted(cells: tuple[tuple[int, PlacedField], ...], row: int) -> Iterator[str]:
    """Give the formulas of how long the texts of a row are; each is named where there are several."""
    for column, placed in cells:
        cell, field = f"{column_letters(column)}{row}", placed.field
        name = f"“{_title(field)}”" if len(cells) > 1 else ""
        yield f'IF(LEN({cell})=0,"","{name}已写"&LEN({cell})&"字，最多{field.longest}字。")'


def _write_cell(sheet: Worksheet, cell: DrawnCell, layout: SheetLayout, formats: Formats) -> None:
    content = cell.content
    if cell.look == "returned":
        content = returned_sentence()
    if cell.look == "state":
        content = sheet_sentence(layout) if layout.asks else NOTHING_ASKED
    style = formats.of(cell.look, cell.kind if cell.field else None, cell.level)
    row, column = cell.row - 1, cell.column - 1
    if cell.last_column > cell.column or cell.more_rows:
        sheet.merge_range(row, column, row + cell.more_rows, cell.last_column - 1, "", style)
    if content.startswith("="):
        sheet.write_formula(row, column, content, style)
    elif cell.look == "number":
        sheet.write_number(row, column, int(content), style)
    elif content:
        sheet.write_string(row, column, content, style)
    else:
        sheet.write_blank(row, column, None, style)


def _flags(sheet: Worksheet, layout: SheetLayout) -> None:
    for flag in layout.flags:
        positions = table_columns(layout, flag.table.name)
        positions |= {other.id: other.column for other in layout.flags if other.table == flag.table}
        sheet.write_string(flag.table.first_row - 2, flag.column - 1, flag.id)
        for row in range(flag.table.first_row, flag.table.last_row + 1):
            sheet.write_formula(row - 1, flag.column - 1, row_formula(flag.formula, cells_of(row, positions)))


def _state_block(
    sheet: Worksheet, layout: SheetLayout, sheets: tuple[SheetLayout, ...], last_check: int, formats: Formats
) -> None:
    """Draw the cover's overall state, its list of sheets and the first of the checks that fail."""
    row = (layout.state_row or 1) - 1
    first, last = FIRST_COLUMN - 1, layout.last_column - 1
    sheet.merge_range(row, first, row, last, "", formats.of("overall"))
    sheet.write_formula(row, first, overall_sentence(), formats.of("overall"))
    sheet.set_row(row, 44)
    for text, colour in (("✔", RIGHT_INK), ("✘", WRONG_INK)):
        rule = {
            "type": "text",
            "criteria": "begins with",
            "value": text,
            "format": formats.extra(font_color=colour),
        }
        sheet.conditional_format(row, first, row, last, rule)
    heads = ("表", "必填未填", "错误", "待说明", "还要做什么")
    columns = (first, first + 2, first + 3, first + 4, first + 5)
    row += 1
    sheet.set_row(row, _STATE_LINE)
    sheet.merge_range(row, first, row, first + 1, heads[0], formats.of("head"))
    for column, head in zip(columns[1:], heads[1:], strict=True):
        sheet.write_string(row, column, head, formats.of("head"))
    for other in (other for other in sheets if other.asks):
        row += 1
        sheet.set_row(row, _STATE_LINE)
        _state_line(sheet, row, first, other, formats)
    for number in range(1, FAILED_ON_COVER + 1):
        sheet.merge_range(row + number, first, row + number, last, "", formats.of("failing"))
        sheet.write_formula(row + number, first, on_cover(number, last_check), formats.of("failing"))


def _state_line(sheet: Worksheet, row: int, first: int, layout: SheetLayout, formats: Formats) -> None:
    name, blank = layout.spec.name, nothing_typed(layout)
    link = f'=HYPERLINK("#{quoted(name)}!A1","{name}")'
    sheet.merge_range(row, first, row, first + 1, "", formats.of("link"))
    sheet.write_formula(row, first, link, formats.of("link"))
    names = [state_name(what, name) for what in (MISSING, WRONG, UNEXPLAINED)]
    for number, count in enumerate(names):
        sheet.write_formula(row, first + 2 + number, f"={count}", formats.of("board_center"))
    done = f'IF({blank},"没有可不填","✔ 已完成")' if blank else '"✔ 已完成"'
    sheet.write_formula(row, first + 5, f"=IF({'+'.join(names)}=0,{done},{phrases(*names)})", formats.of("board"))


def _validate(sheet: Worksheet, layout: SheetLayout) -> None:
    """Say in every input what belongs there; cells that take and say the same share one rule."""
    shared: dict[str, tuple[dict[str, Any], list[tuple[int, int, int, int]]]] = {}
    for placed in layout.fields:
        field = placed.field
        if field.role is not Role.INPUT:
            continue
        rule = _rule(field, placed, layout) | {
            "input_title": _title(field)[:_TITLE_LIMIT],
            "input_message": _prompt(placed)[:_PROMPT_LIMIT],
            "error_title": "请检查填写内容",
        }
        table = next((table for table in layout.tables if table.name == field.table), None)
        row, column = field.address.row - 1, field.address.column - 1
        area = row, column, table.last_row - 1 if table else row, column
        key = field.address.cell if rule["validate"] == "custom" else ""
        shared.setdefault(f"{key}{rule}", (rule, []))[1].append(area)
    for rule, areas in shared.values():
        sheet.data_validation(*areas[0], {**rule, "other_cells": areas[1:]})


def _title(field: Field) -> str:
    """Return what a prompt is headed with: a line's label, or a column's where the line has none."""
    title = (field.row_label or field.column_label or field.name).replace("　", "").strip("：: ")
    return field.name.rpartition("_")[2] if title.startswith("=") else title


def _prompt(placed: PlacedField) -> str:
    field = placed.field
    hint = placed.prompt or field.kind.hint.format(unit=field.unit)
    sample = placed.sample or field.kind.sample
    parts = [hint.rstrip("。")]
    if sample and sample not in hint:
        parts.append(f"例如：{sample.rstrip('。')}")
    if field.nullable:
        parts.append(f"没有这项内容的填“{NOT_APPLICABLE}”")
    parts.append("必填" if field.required else "没有可不填")
    return "。".join(parts) + "。"


def _rule(field: Field, placed: PlacedField, layout: SheetLayout) -> dict[str, Any]:
    """Return what Excel may accept in a field."""
    cell = f"{column_letters(field.address.column)}{field.address.row}"
    if field.options or placed.options_by or placed.options_from:
        return _choice(field, placed, layout)
    accepted = field.kind.accepts(cell, nullable=field.nullable, longest=field.longest)
    if accepted is None:
        return {"validate": "any"}
    criteria = {"criteria": accepted.criteria} if accepted.criteria else {}
    return {
        "validate": accepted.validate,
        **criteria,
        "value": accepted.value,
        "error_message": accepted.message,
    }


def _choice(field: Field, placed: PlacedField, layout: SheetLayout) -> dict[str, Any]:
    """Return what a choice offers: a list, the list that another column's choice names, or a column's cells."""
    if placed.options_from:
        message = "请从下拉列表中选择；列表中没有的，先填到前面的表里。"
        source = f"={placed.options_from}"
        return {"validate": "list", "source": source, "ignore_blank": False, "error_message": message}
    source = f"=选项_{placed.options}"
    if placed.options_by:
        by = table_columns(layout, field.table)[placed.options_by]
        source = f'=INDIRECT("选项_"&${column_letters(by)}{field.address.row})'
    return {"validate": "list", "source": source, "error_message": "请从下拉列表中选择，不要自行输入其他内容。"}


def _colours(
    sheet: Worksheet, layout: SheetLayout, rows: tuple[BoardRow, ...], number: int, formats: Formats
) -> None:
    """Let cells show what the checks think of them: marked or wrong red, required and blank amber."""
    last_row, last_column = layout.last_row, layout.last_column
    if layout.asks and layout.spec.name != COVER:
        for text, ink in (("✔", RIGHT_INK), ("本", WRONG_INK)):
            state = {"type": "formula", "criteria": f'=LEFT($B${STATE_ROW},1)="{text}"'}
            look = {"format": formats.extra(font_color=ink)}
            sheet.conditional_format(STATE_ROW - 1, FIRST_COLUMN - 1, STATE_ROW - 1, last_column - 1, state | look)
    wrong = formats.extra(bg_color=WRONG_FILL, font_color=WRONG_INK)
    missing = formats.extra(bg_color=MISSING_FILL)
    if number:
        marked = {"type": "formula", "criteria": is_marked(number), "format": wrong}
        sheet.conditional_format(1, 1, last_row - 1, last_column - 1, marked)
    _empty_table_colours(sheet, layout, formats)
    for flag in layout.flags:
        _broken_colours(sheet, layout, rows, flag, formats)
        if flag.counts:
            _lacking_colours(sheet, layout, flag, formats)
    required = [
        placed.field.address for placed in layout.fields if placed.field.required and not placed.field.table
    ]
    if required:
        _asking(sheet, required, f"=LEN({_HERE})=0", missing)


def _asking(sheet: Worksheet, cells: list[Address], criteria: str, look: Format) -> None:
    """Let cells wherever they are share one rule; it names them by counting, as programs differ in the rest."""
    areas = " ".join(cell.cell for cell in cells)
    rule = {"type": "formula", "criteria": criteria, "format": look, "multi_range": areas}
    sheet.conditional_format(cells[0].cell, rule)


def _empty_table_colours(sheet: Worksheet, layout: SheetLayout, formats: Formats) -> None:
    """Let the first row of a table that must have one ask to be filled, while the table is empty."""
    for table in layout.tables:
        names = required_columns(layout, table.name) if table.needed else []
        cells = [placed.field.address for placed in layout.fields if placed.field.name in names]
        if cells:
            _asking(sheet, cells, f"=COUNTA({','.join(names)})=0", formats.extra(bg_color=MISSING_FILL))


def _lacking_colours(sheet: Worksheet, layout: SheetLayout, flag: FlagColumn, formats: Formats) -> None:
    """Let the required cells of a used row ask to be filled."""
    table, letters = flag.table, column_letters(flag.column)
    fields = (placed.field for placed in layout.fields)
    columns = [f.address.column for f in fields if f.table == table.name and f.required]
    if columns:
        areas = [f"{column_letters(c)}{table.first_row}:{column_letters(c)}{table.last_row}" for c in columns]
        used = f'LEFT(INDEX(${letters}$1:${letters}${table.last_row},ROW()),1)>"0"'
        look = formats.extra(bg_color=MISSING_FILL)
        rule = {"type": "formula", "criteria": f"=AND(LEN({_HERE})=0,{used})", "format": look}
        sheet.conditional_format(areas[0], {**rule, "multi_range": " ".join(areas)})


def _broken_colours(
    sheet: Worksheet, layout: SheetLayout, rows: tuple[BoardRow, ...], flag: FlagColumn, formats: Formats
) -> None:
    """Let the cells of a row be red that a check which the row breaks speaks of."""
    table = flag.table
    flagged = f"${column_letters(flag.column)}{table.first_row}"
    style = formats.extra(bg_color=WRONG_FILL, font_color=WRONG_INK)
    speaking: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for name in row.names if row.id in flag.checks else ():
            speaking[name].append(f'ISNUMBER(FIND("{broken_mark(row.id)}",{flagged}))')
    for name, tests in speaking.items():
        column = next(placed.field.address.column for placed in layout.fields if placed.field.name == name)
        rule = {"type": "formula", "criteria": f"=OR({','.join(tests)})", "format": style}
        sheet.conditional_format(table.first_row - 1, column - 1, table.last_row - 1, column - 1, rule)


def _behave(sheet: Worksheet, layout: SheetLayout) -> None:
    """Set what is not content: protection, where typing begins, filters, panes, print."""
    sheet.protect("", LOCKED if layout.spec.name == COVER or layout.folds else ONLY_INPUTS)
    first = _first_input(layout)
    if first:
        sheet.set_selection(first.row - 1, first.column - 1, first.row - 1, first.column - 1)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if layout.spec.landscape:
        sheet.set_landscape()
    sheet.set_margins(0.5, 0.5, 0.6, 0.6)
    sheet.center_horizontally()
    area = TITLE_ROW - 1, 1, layout.last_row - 1, layout.last_column - 1
    sheet.print_area(*(area if layout.spec.printed else NOT_PRINTED))
    if layout.spec.name == COVER:
        return
    sheet.set_footer("&L&A&C第 &P 页，共 &N 页")
    _follow_heading(sheet, layout)


def _first_input(layout: SheetLayout) -> Address | None:
    """Return the first input of a sheet: where one begins to type, unless it is in columns that are frozen."""
    long = layout.long_table
    frozen = long.first_column if long and long.heading == FIRST_ROW else 0
    addresses = (placed.field.address for placed in layout.fields if placed.field.role is Role.INPUT)
    open_ones = (address for address in addresses if address.column > frozen)
    return min(open_ones, default=None, key=lambda address: (address.row, address.column))


def _follow_heading(sheet: Worksheet, layout: SheetLayout) -> None:
    """Keep in sight, and on every page, the title and the unit, or the heading of the sheet's long table."""
    long = layout.long_table
    if long is None:
        sheet.freeze_panes(FIRST_ROW - 1, 0)
        sheet.repeat_rows(TITLE_ROW - 1, CAPTION_ROW - 1)
        return
    bottom, right = long.table.last_row - 1, layout.last_column - 1
    sheet.autofilter(long.last_heading - 1, FIRST_COLUMN - 1, bottom, right)
    if long.heading == FIRST_ROW:
        sheet.freeze_panes(long.last_heading, long.first_column)
        sheet.repeat_rows(TITLE_ROW - 1, long.last_heading - 1)
    else:
        sheet.freeze_panes(FIRST_ROW - 1, 0)
        sheet.repeat_rows(long.heading - 1, long.last_heading - 1)
