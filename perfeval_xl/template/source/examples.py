"""What the examples of a spec stand for: the sample as inputs, and the sample changed as a check's example says.

A change names a cell: `三公经费_本年决算` outside tables, `指标_得分#3` in row 3 of a table. In a row check the
table may be left out (`得分#3`), and the row where it is 1. A figure that begins with + or - is added to the
sample's; an empty text makes the cell blank, or a whole table. A repeated check may hold an example for each key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.records.finding import Value
from perfeval_xl.records.kind import Holds
from perfeval_xl.records.submission import Key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from perfeval_xl.records.contract import Field
    from perfeval_xl.template.source.spec import Example, Sample, Spec, TableBlock

Fill = dict[Key, Value]
Changes = dict[Key, str | float]


def sample_fill(sample: Sample, fields: Mapping[str, Field]) -> Fill:
    """Return the sample as inputs by (name, row); KeyError for a name that the template does not have."""
    fill: Fill = {(name, 0): _value(raw, fields[name], None) for name, raw in sample.names.items()}
    for table, rows in sample.tables.items():
        for number, row in enumerate(rows, 1):
            for column, raw in row.items():
                name = f"{table}_{column}"
                fill[name, number] = _value(raw, fields[name], None)
    return fill


def changed(fill: Fill, changes: Changes, fields: Mapping[str, Field]) -> Fill:
    """Return a fill with an example's changes made; the name of a table makes all of it blank."""
    emptied = {name for name, _ in changes if name not in fields}
    kept = {key: value for key, value in fill.items() if fields[key[0]].table not in emptied}
    made = {
        key: _value(raw, fields[key[0]], fill.get(key)) for key, raw in changes.items() if key[0] not in emptied
    }
    return {key: value for key, value in {**kept, **made}.items() if value is not None}


@dataclass(frozen=True, slots=True)
class CheckExamples:
    """A check's id on the board, its rule, the changes that it passes and fails, and the rules that it follows."""

    id: str
    rule: str
    passes: Changes
    fails: Changes
    follows: tuple[str, ...]


def examples_of(spec: Spec) -> Iterator[CheckExamples]:
    """Give the examples of every check, of every row of the board."""
    for check in spec.checks:
        for position, each in enumerate(check.each or ("",), 1):
            check_id = f"{check.id}_{position}" if check.each else check.id
            yield CheckExamples(
                check_id, check.id, _keyed(check.passes, each), _keyed(check.fails, each), check.follows
            )
    for sheet in spec.sheets:
        for block in sheet.blocks:
            if block.block == "table":
                for row_check in block.checks:
                    passes, fails = _in_row(row_check.passes, block), _in_row(row_check.fails, block)
                    yield CheckExamples(row_check.id, row_check.id, passes, fails, row_check.follows)


def _keyed(example: Example, each: str) -> Changes:
    own = example.get(each) if each else None
    return {
        key_of(name.replace("{each}", each)): raw.replace("{each}", each) if isinstance(raw, str) else raw
        for name, raw in (own if isinstance(own, dict) else example).items()
        if not isinstance(raw, dict)
    }


def _in_row(example: Example, block: TableBlock) -> Changes:
    """Read a row's example: the name of a column is of the table's row 1 where no row is given."""
    columns = {column.key for column in block.columns}
    keys = ((key_of(name), raw) for name, raw in example.items() if not isinstance(raw, dict))
    return {
        (f"{block.name}_{name}", row or 1) if name in columns else (name, row): raw for (name, row), raw in keys
    }


def key_of(name: str) -> Key:
    """Return the cell that a change names: 指标_得分#3 is row 3 of a table."""
    name, _, row = name.partition("#")
    return name, int(row or 0)


def _value(raw: str | float, field: Field, present: Value) -> Value:
    """Return a raw value as the field's kind has it."""
    if raw == "":
        return None
    if not isinstance(raw, str):
        return Decimal(str(raw)) if field.kind.figures else str(raw)
    if field.kind.holds is Holds.DAY:
        return date.fromisoformat(raw)
    if raw[0] in "+-" and isinstance(present, Decimal):
        return present + Decimal(raw)
    return raw
