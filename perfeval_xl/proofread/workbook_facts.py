"""Which figures of a workbook a written report may state, and what proofreading may know of its unit."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.proofread import Context, StatedField
from perfeval_xl.records.contract import UNIT_NAME, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.unit import Unit
    from perfeval_xl.records.verdict import Record


def context_of(template: Template, record: Record | None, units: Iterable[Unit] = ()) -> Context:
    """Return what is known beside a report: the workbook's figures, its unit, the other units' names."""
    submission = record.submission if record else None
    values = submission.values if submission else {}
    name = str(values.get((UNIT_NAME, 0)) or (submission.unit_name if submission else ""))
    year = values.get(("年度", 0))
    return Context(
        year=int(year) if isinstance(year, Decimal) else None,
        unit=name,
        others=tuple(unit.name for unit in units if unit.name != name),
        level=str(values.get(("级次", 0)) or ""),
        figures={field.name: field for field in fields_of(template, record)},
    )


def fields_of(template: Template, record: Record | None = None) -> tuple[StatedField, ...]:
    """Return the template's figures outside tables, with the record's values where there is one."""
    return tuple(
        StatedField(field.name, field.label, _value(field, record), field.unit or "%")
        for field in template.fields
        if field.kind.numeric and not field.table and field.role in (Role.INPUT, Role.COMPUTED)
        if not field.of_file
    )


def _value(field: Field, record: Record | None) -> Decimal | None:
    if record is None or record.submission is None:
        return None
    value = record.verdict.computed.get((field.name, 0), record.submission.values.get((field.name, 0)))
    return value if isinstance(value, Decimal) else None
