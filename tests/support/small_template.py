"""A template as records alone, without a workbook: what comparing and adding up need to know of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from perfeval_xl.comparing.gist import Gist
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Aggregate, Check, Field, Role, Table, Template
from perfeval_xl.records.finding import Finding, Level, Value
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.submission import Entry, Submission
from perfeval_xl.records.summary_line import SummaryLine
from perfeval_xl.records.verdict import Receipt, Record, Verdict

MOMENT = datetime(2024, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cell:
    """A field of a test: `place` is its sheet and row, in column C; a column of a table starts there."""

    name: str
    kind: str = "money"
    role: Role = Role.INPUT
    place: str = "表1!5"
    table: str = ""
    aggregate: Aggregate = Aggregate.NONE
    unit: str = "万元"
    formula: str = ""
    head: str = ""

    @property
    def field(self) -> Field:
        sheet, row = self.place.split("!")
        return Field(
            self.name, f"{self.name}（名）", KINDS[self.kind], self.unit, self.role, Address(sheet, int(row), 3),
            table=self.table, aggregate=self.aggregate, formula=self.formula, column_label=self.head,
        )  # fmt: skip


def template(
    *cells: Cell,
    checks: tuple[Check, ...] = (),
    summary: tuple[SummaryLine, ...] = (),
    defaults: Mapping[str, Value] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Template:
    fields = tuple(cell.field for cell in cells)
    titled = {cell.table: (titles or {}).get(cell.table, cell.table) for cell in cells if cell.table}
    tables = tuple(Table(name, title, "表2", 5, 9) for name, title in titled.items())
    return Template("小", "1", "小模板", "", b"", fields, tables, checks, (), summary, dict(defaults or {}))


def check(rule: str, *names: str) -> Check:
    cell = Address("核对", 3, 9)
    return Check(
        rule, rule, Level.ERROR, rule, "", "", "", "=", "", Decimal(0), KINDS["money"], cell, cell, cell,
        names, frozenset(names),
    )  # fmt: skip


def gist(figures: Mapping[str, str] | None = None, unreadable: tuple[str, ...] = ()) -> Gist:
    return Gist({name: Decimal(value) for name, value in (figures or {}).items()}, frozenset(unreadable), ())


def receipt(unit: str = "1", findings: tuple[Finding, ...] = (), name: str = "", file: str = "一.xlsx") -> Receipt:
    return Receipt(file, file, MOMENT, readable=True, unit=unit, unit_name=name, findings=findings)


def record(
    made: Template,
    typed: Mapping[tuple[str, int], Value],
    computed: Mapping[tuple[str, int], Value] | None = None,
    unreadable: frozenset[tuple[str, int]] = frozenset(),
    unit: str = "1",
) -> Record:
    entries = tuple(Entry(*key, made.address(key), str(value), value) for key, value in typed.items())
    submission = Submission("一.xlsx", made.id, "1", unit, "", entries, unreadable=unreadable)
    return Record("一.xlsx", "一", MOMENT, submission, Verdict(computed=dict(computed or {})))
