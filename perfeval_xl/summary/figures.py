"""What the summary is made of, before any sheet is drawn: columns over units, rows of tables, findings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl import engine
from perfeval_xl.contract import UNIT_CODE, UNIT_NAME, Role
from perfeval_xl.finding import Level
from perfeval_xl.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.contract import Field, Template
    from perfeval_xl.finding import Finding, Value
    from perfeval_xl.kinds import Kind
    from perfeval_xl.standing import Overview, Standing
    from perfeval_xl.unit import Unit
    from perfeval_xl.verdict import Record

STATE, ERRORS, UNEXPLAINED = "核对_状态", "核对_错误数", "核对_待说明数"
PARENT = "主管部门"


@dataclass(frozen=True, slots=True)
class Column:
    """A named column: what formulas mean by the name is its cells over all rows.

    A column that is computed from other columns has their `formula`, in terms of their names.
    """

    name: str
    title: str
    kind: Kind
    group: str = ""
    unit: str = ""
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of values under named columns."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A unit whose figures are added up, with the contents of the submission that counts."""

    standing: Standing
    record: Record

    @property
    def unit(self) -> Unit:
        """The unit."""
        return self.standing.unit


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding with the unit that it is of."""

    code: str
    name: str
    finding: Finding


def detail(template: Template, counted: tuple[Counted, ...]) -> Grid:
    """Return one row per unit and one column per figure of the template."""
    fields = [field for field in template.fields if _is_figure(field)]
    known = {field.name for field in fields} | set(template.defaults)
    columns = (
        Column(UNIT_CODE, "单位代码", KINDS["code"]),
        Column(UNIT_NAME, "单位名称", KINDS["text"]),
        Column(PARENT, "主管部门", KINDS["text"]),
        Column(STATE, "核对状态", KINDS["text"]),
        Column(ERRORS, "错误数", KINDS["count"]),
        Column(UNEXPLAINED, "待说明数", KINDS["count"]),
        *(_column(field, known) for field in fields),
    )
    rows = tuple(
        (*_unit_cells(one.standing), *(value_of(one, field.name, 0) for field in fields)) for one in counted
    )
    return Grid("部门明细", columns, rows)


def table_grids(template: Template, counted: tuple[Counted, ...]) -> Iterator[Grid]:
    """Give one sheet's rows for each table of the template that holds figures, unit after unit."""
    for table in template.tables:
        fields = template.columns[table.name]
        if not any(field.kind.numeric for field in fields):
            continue
        columns = (
            Column(f"{table.name}_单位代码", "单位代码", KINDS["code"]),
            Column(f"{table.name}_单位名称", "单位名称", KINDS["text"]),
            *(Column(field.name, _short(field), field.kind, unit=field.unit) for field in fields),
        )
        yield Grid(f"{table.title}明细", columns, tuple(_table_rows(fields, counted)))


def _table_rows(fields: tuple[Field, ...], counted: tuple[Counted, ...]) -> Iterator[tuple[Value, ...]]:
    names = {field.name for field in fields if field.role is Role.INPUT}
    for one in counted:
        submission = one.record.submission
        keys = submission.values if submission else {}
        used = sorted({row for (name, row), value in keys.items() if name in names and value is not None})
        for row in used:
            yield (
                one.unit.code,
                one.unit.name,
                *(value_of(one, field.name, row) for field in fields),
            )


def findings(overview: Overview) -> tuple[Noted, ...]:
    """Return every finding with its unit: units in the roster's order, the gravest first."""
    return tuple(
        Noted(standing.unit.code, standing.unit.name, finding)
        for standing in overview.standings
        for finding in sorted(standing.all_findings, key=lambda finding: finding.sort_key)
        if finding.level is not Level.NOTICE or not finding.rule.startswith("R")
    )


def _unit_cells(standing: Standing) -> tuple[Value, ...]:
    unit = standing.unit
    levels = [finding.level for finding in standing.all_findings if not finding.explanation]
    counts = (Decimal(levels.count(Level.ERROR)), Decimal(levels.count(Level.WARNING)))
    return (unit.code, unit.name, unit.parent, standing.state, *counts)


def _is_figure(field: Field) -> bool:
    """Whether a field becomes a column: figures, and short texts that are computed, outside tables."""
    if field.table or field.role not in (Role.INPUT, Role.COMPUTED) or field.name.startswith(("状态_", "标识_")):
        return False
    hidden = field.address.sheet.startswith("_")
    return field.kind.numeric or (field.role is Role.COMPUTED and not hidden and field.kind.id == "text")


def _column(field: Field, known: set[str]) -> Column:
    """Return a field's column; live where all that it is computed from stands in other columns or is a setting."""
    live = field.role is Role.COMPUTED and set(engine.names_in(field.formula)) <= known
    return Column(field.name, field.label, field.kind, _group(field), field.unit, field.formula if live else "")


def _group(field: Field) -> str:
    return "计算" if field.address.sheet.startswith("_") else field.address.sheet


def _short(field: Field) -> str:
    return field.column_label if field.column_label and not field.column_label.startswith("=") else field.label


def value_of(counted: Counted, name: str, row: int) -> Value:
    """Return what a unit's submission holds: our own result of a computed cell, else what was typed."""
    return counted.record.value(name, row)
