"""What the details consist of: which figures become columns, and which of them stay formulas over the others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_letters, quoted
from perfeval_xl.records.contract import UNIT_CODE, UNIT_NAME, Role
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.summary_names import column_fields, listed_tables
from perfeval_xl.workbook import engine
from perfeval_xl.workbook.row_writer import ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from perfeval_xl.records.contract import Field, Table, Template
    from perfeval_xl.records.kind import Kind
    from perfeval_xl.records.verdict import Record

DETAIL = "部门明细"
STATE, ERRORS, UNEXPLAINED, PARENT = "核对_状态", "核对_错误数", "核对_待说明数", "主管部门"
LEAD = 8
"""How many columns of the details come before the figures: whose row it is, where it stands, links."""
BLANK_ROW = 3
"""A row of each table's details that is always blank: what the sums of a unit without any rows read."""
TABLE_LEAD = 2
NAME = re.compile(r'("(?:[^"]|"")*")|([^\W\d][\w.]*)(?![\w.(])')
"""A literal, or a defined name, in a formula."""
_ADDING = frozenset(
    {
        *(
            "SUM",
            "SUMIF",
            "SUMIFS",
            "SUMPRODUCT",
            "COUNT",
            "COUNTA",
            "COUNTIF",
            "COUNTIFS",
            "AVERAGE",
            "MAX",
            "MIN",
        ),
        *("ROUND", "IF", "N", "ABS", "AND", "OR"),
    }
)
"""Functions that give the same over the used rows of a table alone, wherever these stand."""


@dataclass(frozen=True, slots=True)
class Column:
    """A named column: what formulas mean by the name is its cells over all rows.

    One that is computed from other columns has their `formula` over the cells of its own row; where it adds up
    the rows of `tables`, `Spans.put` writes the unit's own rows into it.
    """

    name: str
    title: str
    kind: Kind
    group: str = ""
    unit: str = ""
    formula: str = ""
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The details of one table: a sheet with a row for every used row of every unit."""

    table: Table
    sheet: str
    fields: tuple[Field, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns: whose row it is, then the table's own."""
        name = self.table.name
        return (
            Column(f"{name}_单位代码", "单位代码", KINDS["code"]),
            Column(f"{name}_单位名称", "单位名称", KINDS["text"]),
            *(Column(field.name, _short(field), field.kind, unit=field.unit) for field in self.fields),
        )


@dataclass(frozen=True, slots=True)
class Spans:
    """From which row to which a unit's rows of each table stand; None where they found no room."""

    rows: Mapping[str, tuple[int, int] | None]

    def put(self, column: Column) -> tuple[str] | None:
        """Return a column's formula over this unit's rows; None where some are not on the sheet."""
        formula = column.formula
        for table in column.tables:
            span = self.rows.get(table)
            if span is None:
                return None
            formula = formula.replace(_first(table), str(span[0])).replace(_last(table), str(span[1]))
        return (formula,)


class Details:
    """The layout of 部门明细 and of the sheets with the rows of tables."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.fields = column_fields(template)
        self.tables = tuple(_table_columns(template))
        self.letters = {field.name: column_letters(LEAD + number) for number, field in enumerate(self.fields, 1)}
        self._ranges = {
            column.name: (one, column_letters(number))
            for one in self.tables
            for number, column in enumerate(one.columns, 1)
        }
        self.table_of = {
            field.name: one.table.name for one in self.tables for field in one.fields if field.role is Role.INPUT
        }
        """By each input of a table the table's name."""
        typed = (*self.fields, *(field for one in self.tables for field in one.fields))
        self.typed = frozenset(field.name for field in typed if _typed(field))
        """The names of all figures that units type."""
        self.filling = frozenset(field.name for field in template.fields if field.role.typed)
        """The names of all fields that units fill."""
        self.figures = tuple(self._figure(field) for field in self.fields)

    def over_row(self, formula: str) -> str:
        """Return a formula over names as one over the cells of a row; settings keep their names."""

        def cell(match: re.Match[str]) -> str:
            name = match[2]
            if name in self.letters:
                return f"${self.letters[name]}{ROW}"
            if name in _LEAD_LETTERS:
                return f"${_LEAD_LETTERS[name]}{ROW}"
            if name in self._ranges:
                one, letters = self._ranges[name]
                table = one.table.name
                return f"{quoted(one.sheet)}!${letters}${_first(table)}:${letters}${_last(table)}"
            return match[0]

        return NAME.sub(cell, formula)

    def _figure(self, field: Field) -> Column:
        """Return a field's column; live where all that it rests on stands in the details or is a setting."""
        group = "计算" if field.address.sheet.startswith("_") else field.address.sheet
        formula, tables = self._live(field.formula) if field.role is Role.COMPUTED else ("", ())
        return Column(field.name, field.label, field.kind, group, field.unit, formula, tables)

    def _live(self, formula: str) -> tuple[str, tuple[str, ...]]:
        names = engine.names_in(formula)
        tables = tuple(dict.fromkeys(self._ranges[name][0].table.name for name in names if name in self._ranges))
        known = self.letters.keys() | self._ranges.keys() | self.template.defaults.keys()
        if not known.issuperset(names) or (tables and not _ADDING.issuperset(engine.functions_in(formula))):
            return "", ()
        return "=" + self.over_row(formula.lstrip("=")), tables


_LEAD_LETTERS = {UNIT_CODE: "A", UNIT_NAME: "B", PARENT: "C", STATE: "D"}


def leading() -> tuple[Column, ...]:
    """Return the columns of the details that say whose row it is and where it stands."""
    return (
        Column(UNIT_CODE, "单位代码", KINDS["code"]),
        Column(UNIT_NAME, "单位名称", KINDS["text"]),
        Column(PARENT, "主管部门", KINDS["text"]),
        Column(STATE, "核对状态", KINDS["text"]),
        Column(ERRORS, "错误数", KINDS["count"]),
        Column(UNEXPLAINED, "待说明数", KINDS["count"]),
    )


def used_rows(details: Details, record: Record) -> dict[str, list[int]]:
    """Return by table the numbers of the rows that a unit has filled."""
    used: dict[str, set[int]] = {one.table.name: set() for one in details.tables}
    table_of = details.table_of
    for (name, row), value in record.submission.values.items() if record.submission else ():
        if value is not None and name in table_of:
            used[table_of[name]].add(row)
    return {table: sorted(rows) for table, rows in used.items()}


def figure_of(record: Record, name: str) -> Decimal | None:
    """Return a figure outside tables; None where there is none, or a text."""
    value = record.value(name, 0) if name else None
    return value if isinstance(value, Decimal) else None


def typed_sum(details: Details, record: Record) -> Decimal:
    """Add up all typed figures that ought to arrive in the details, as they were read from the file."""
    values = record.submission.values if record.submission else {}
    typed = details.typed
    return sum(
        (value for (name, _), value in values.items() if name in typed and isinstance(value, Decimal)), Decimal(0)
    )


def arrived(details: Details, row: int, spans: Spans) -> str | None:
    """Return the formula that adds up the same figures where they stand; None where some found no room."""
    runs = list(_runs(DETAIL, [_typed(field) for field in details.fields], LEAD, (row, row)))
    for one in details.tables:
        span = spans.rows[one.table.name]
        if span is None:
            return None
        if span[0] != BLANK_ROW:
            runs += _runs(one.sheet, [_typed(field) for field in one.fields], TABLE_LEAD, span)
    return "+".join(runs) or "0"


def _runs(sheet: str, typed: list[bool], lead: int, span: tuple[int, int]) -> Iterator[str]:
    start = None
    for column, own in enumerate([*typed, False], lead + 1):
        if own and start is None:
            start = column
        elif not own and start is not None:
            first, last = column_letters(start), column_letters(column - 1)
            yield f"SUM({quoted(sheet)}!${first}${span[0]}:${last}${span[1]})"
            start = None


def _typed(field: Field) -> bool:
    return field.role is Role.INPUT and field.kind.numeric


def _short(field: Field) -> str:
    return field.column_label if field.column_label and not field.column_label.startswith("=") else field.label


def _table_columns(template: Template) -> Iterator[TableColumns]:
    """Give the tables that hold figures, each with a name for its sheet of its own."""
    taken: set[str] = set()
    for table in listed_tables(template):
        name = sheet_name(table.title, "明细")
        if name in taken:
            name = sheet_name(f"{table.title[:20]} {table.name}", "明细")
        taken.add(name)
        yield TableColumns(table, name, template.columns[table.name])


def sheet_name(title: str, end: str = "") -> str:
    """Return a title as a sheet's name: Excel takes 31 characters, and not all of them."""
    return re.sub(r"[\[\]:*?/\\'\x00-\x1f]", " ", title).strip()[: 31 - len(end)].strip() + end


def _first(table: str) -> str:
    return f"\x02{table}\x02"


def _last(table: str) -> str:
    return f"\x03{table}\x03"
