"""What is left to do: the counts that the cover, the head of each form and the bureau read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address, column_letters, quoted
from perfeval_xl.records.contract import (
    BOARD,
    BROKEN,
    FAILED,
    OPINION_COLUMNS,
    OPINION_FIRST_ROW,
    OPINION_ROWS,
    OPINIONS,
    STATE,
    WORK,
    Look,
    Role,
)
from perfeval_xl.template.source.board import COLUMNS, FIRST_ROW
from perfeval_xl.template.source.layout import FlagColumn, PlacedField, SheetLayout, hidden_field

if TYPE_CHECKING:
    from collections.abc import Iterator

UNMENDED, UNSURE = "未改", "请自查"
"""What a line of the list that goes back says while nothing has been done, and where only a person can tell."""
MISSING, WRONG, UNEXPLAINED = "缺填", "错误", "待说明"
NOTHING_ASKED = "本表由财政部门预先填好，供核对，不用填写"
"""What the head of a form says in which the department fills nothing."""


def state_name(what: str, sheet: str = "") -> str:
    """Return the name of a count, of one sheet or of the whole workbook."""
    return f"{STATE}{what}_{sheet.split(' ', maxsplit=1)[0]}" if sheet else f"{STATE}{what}"


def state_fields(sheets: tuple[SheetLayout, ...], rows: int, first_row: int) -> tuple[PlacedField, ...]:
    """Give the hidden cells that count, for each form sheet and over all, from `first_row` of `_计算` on."""
    formulas = list(_formulas(sheets, rows))
    return tuple(
        hidden_field(Address(WORK, row, 3), name, "count", Role.COMPUTED, unit="项", formula=f"={formula}")
        for row, (name, formula) in enumerate(formulas, first_row)
    )


def _formulas(sheets: tuple[SheetLayout, ...], rows: int) -> Iterator[tuple[str, str]]:
    sheets = tuple(sheet for sheet in sheets if sheet.asks)
    for sheet in sheets:
        name = sheet.spec.name
        yield state_name(MISSING, name), _missing(sheet)
        yield state_name(WRONG, name), _failing(rows, "错误", name) + "+" + _broken(rows, name)
        yield state_name(UNEXPLAINED, name), _failing(rows, "核实", name)
    yield state_name(MISSING), "+".join(state_name(MISSING, sheet.spec.name) for sheet in sheets)
    yield state_name(WRONG), f"{_failing(rows, '错误')}+{_broken(rows)}"
    yield state_name(UNEXPLAINED), _failing(rows, "核实")


def _missing(sheet: SheetLayout) -> str:
    required = [placed.field.name for placed in sheet.fields if placed.field.required and not placed.field.table]
    parts = [f"{len(required)}-COUNTA({','.join(required)})"] if required else ["0"]
    parts += [_lacking(sheet, flag) for flag in sheet.flags if flag.counts]
    parts += [
        f"IF(COUNTA({','.join(columns)})=0,{len(columns)},0)"
        for table in sheet.tables
        if table.needed
        for columns in [required_columns(sheet, table.name)]
    ]
    return "+".join(parts)


def _lacking(sheet: SheetLayout, flag: FlagColumn) -> str:
    """Return the formula that adds up what the rows of a table lack: the digits that their flags begin with."""
    letters = column_letters(flag.column)
    area = f"{quoted(sheet.spec.name)}!${letters}${flag.table.first_row}:${letters}${flag.table.last_row}"
    most = len(required_columns(sheet, flag.table.name))
    counts = (f'{digit}*COUNTIF({area},"{digit}*")' for digit in range(1, most + 1))
    return "+".join(counts) or "0"


def required_columns(sheet: SheetLayout, table: str) -> list[str]:
    """Return the names of a table's required columns."""
    return [p.field.name for p in sheet.fields if p.field.table == table and p.field.required]


def _column(name: str, rows: int) -> str:
    letters = column_letters(COLUMNS[name])
    return f"{quoted(BOARD)}!${letters}${FIRST_ROW}:${letters}${FIRST_ROW + rows - 1}"


def _failing(rows: int, level: str, sheet: str = "") -> str:
    where = f',{_column("所在表", rows)},"{sheet}"' if sheet else ""
    return f'COUNTIFS({_column("级别", rows)},"{level}",{_column("结果", rows)},"{FAILED}"{where})'


def _broken(rows: int, sheet: str = "") -> str:
    where = f',{_column("所在表", rows)},"{sheet}"' if sheet else ""
    return f'COUNTIFS({_column("结果", rows)},"{BROKEN}"{where})'


def nothing_typed(sheet: SheetLayout) -> str:
    """Return the formula of whether a form that must not have anything is blank; nothing of one that must."""
    inputs = [placed.field for placed in sheet.fields if placed.field.role is Role.INPUT]
    needed = any(table.needed for table in sheet.tables) or any(one.required and not one.table for one in inputs)
    return "" if needed else f"COUNTA({','.join(one.name for one in inputs)})=0"


def sheet_sentence(layout: SheetLayout) -> str:
    """Return the formula that says at the head of a form how it stands."""
    sheet, blank = layout.spec.name, nothing_typed(layout)
    done = '"✔ 本表已填完，核对没有错误"'
    if blank:
        done = f'IF({blank},"本表还没有填；没有这些内容的可以不填",{done})'
    missing, wrong, unexplained = (state_name(what, sheet) for what in (MISSING, WRONG, UNEXPLAINED))
    return (
        f"=IF({missing}+{wrong}+{unexplained}=0,{done},"
        f'"本表尚未完成："&{phrases(missing, wrong, unexplained)}&"（见“核对”表）")'
    )


def phrases(missing: str, wrong: str, unexplained: str) -> str:
    """Return a formula that lists the counts above zero."""
    return (
        f'MID(IF({missing}>0,"，必填未填 "&{missing}&" 处","")&IF({wrong}>0,"，错误 "&{wrong}&" 项","")'
        f'&IF({unexplained}>0,"，待说明 "&{unexplained}&" 项",""),2,200)'
    )


def overall_sentence() -> str:
    """Return the formula of the cover's one state: what the workbook sees, and what else the bureau has sent back.

    What is on the board or is a blank cell is counted there, and not once more on the list.
    """
    missing, wrong, unexplained = (state_name(what) for what in (MISSING, WRONG, UNEXPLAINED))
    unseen, blank = {"看哪里": Look.CELL, "办理情况": UNMENDED}, {"看什么": ""}
    elsewhere = f"({_lines(办理情况=UNSURE)}+{_lines(**unseen)}-{_lines(**unseen, **blank)})"
    pointed = f'"财政部门退回的意见中另有 "&{elsewhere}&" 条要办，见“核对意见”表"'
    done = '"✔ 可以报送：全部填完，核对没有错误"'
    return (
        f"=IF({missing}+{wrong}+{unexplained}=0,"
        f'IF({elsewhere}=0,{done},"✔ 本文件内的核对没有错误；"&{pointed}&"，办完再报送"),'
        f'"✘ 还不能报送："&{phrases(missing, wrong, unexplained)}&IF({elsewhere}=0,"","；"&{pointed}))'
    )


def returned_sentence() -> str:
    """Return the formula that says on top of the cover what has come back and leads there; blank before."""
    total = f"({_lines(级别='错误')}+{_lines(级别='核实')})"
    left = f"({_lines(办理情况=UNMENDED)}+{_lines(办理情况=UNSURE)})"
    told = f'IF({left}=0,"，都已改过或说明，请保存后重新报送","，还有"&{left}&"条没有办 → 点这里看")'
    return f'=IF({total}=0,"",HYPERLINK("#{quoted(OPINIONS)}!A1","退回："&{total}&"条"&{told}))'


def _lines(**wanted: str) -> str:
    """Return the formula that counts the lines of the list that goes back with these words in their columns."""
    first, last = OPINION_FIRST_ROW, OPINION_FIRST_ROW + OPINION_ROWS - 1
    pairs = (
        f'{quoted(OPINIONS)}!${letters}${first}:${letters}${last},"{word}"'
        for letters, word in ((column_letters(OPINION_COLUMNS[name]), word) for name, word in wanted.items())
    )
    return f"COUNTIFS({','.join(pairs)})"
