"""Which cells of a workbook hold what departments write in words, and what those words are held against."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.proofread import Beside, StatedField, changes_of, sure, worth_reading
from perfeval_xl.records.contract import Role
from perfeval_xl.records.finding import Finding, Passage

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

_SHORTEST = 6
_YEAR, _UNIT = "年度", "单位名称"


def prose(
    template: Template, values: Mapping[Key, Value], unit_code: str, doubted: Collection[str] = ()
) -> Iterator[Finding]:
    """Find what is surely wrong in the texts of a workbook; `values` are its inputs and our own results.

    No text is held against the row of a `doubted` field: one that the board finds fault with already.
    """
    texts = list(_texts(template, values))
    if not texts:
        return
    rows = {_row(name) for name in doubted}
    figures = {name: stated for name, stated in _figures(template, values).items() if _row(name) not in rows}
    changes = changes_of(figures)
    for (name, row), text in texts:
        field = template.field[name]
        beside = _beside(field, row, template, values, figures, changes)
        for found in sure(text, beside):
            yield _placed(found, field, row, unit_code)


def _row(name: str) -> str:
    """Return the row that a field's name begins with; the whole name where it has no column."""
    return name.rpartition("_")[0] or name


def _texts(template: Template, values: Mapping[Key, Value]) -> Iterator[tuple[Key, str]]:
    for (name, row), value in values.items():
        if isinstance(value, str) and len(value) >= _SHORTEST and worth_reading(value):
            field = template.field[name]
            if field.kind.long and field.role is Role.INPUT:
                yield (name, row), value


def _figures(template: Template, values: Mapping[Key, Value]) -> dict[str, StatedField]:
    found = {}
    for field in template.fields:
        value = values.get((field.name, 0))
        own = field.role in (Role.INPUT, Role.COMPUTED) and not field.table and not field.of_file
        if own and field.kind.numeric and isinstance(value, Decimal):
            found[field.name] = StatedField(field.name, field.label, value, field.unit or "%")
    return found


def _beside(
    field: Field,
    row: int,
    template: Template,
    values: Mapping[Key, Value],
    figures: Mapping[str, StatedField],
    changes: Mapping[str, Decimal],
) -> Beside:
    year = values.get((_YEAR, 0))
    name = field.name.rpartition("_")[0]
    return Beside(
        year=int(year) if isinstance(year, Decimal) else 0,
        unit=str(values.get((_UNIT, 0)) or ""),
        figures=figures,
        near=tuple(_near(field, row, template, values, figures)),
        row=name if name in changes else "",
        changes=changes,
    )


def _near(
    field: Field, row: int, template: Template, values: Mapping[Key, Value], figures: Mapping[str, StatedField]
) -> Iterator[Decimal]:
    """Give the figures that a text most likely speaks of: those of its row, or of its table's row."""
    if field.table:
        for column in template.columns[field.table]:
            value = values.get((column.name, row))
            if isinstance(value, Decimal):
                yield value
        return
    name = field.name.rpartition("_")[0]
    for other, stated in figures.items():
        if name and other.rpartition("_")[0] == name and stated.value is not None:
            yield stated.value


def _placed(found: Finding, field: Field, row: int, unit_code: str) -> Finding:
    """Return a finding at the cell that the text stands in, with the words that it is about."""
    quote = found.place.quote if isinstance(found.place, Passage) else ""
    label = f"{field.label}（第{row}行）" if row else field.label
    message = (
        f"{label}写到“{quote}”：{found.message}"
        if quote and quote not in found.message
        else f"{label}：{found.message}"
    )
    return replace(
        found, place=field.at(row), unit=unit_code, field=field.name, label=label, message=message, root=""
    )
