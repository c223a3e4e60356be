"""What of a filled workbook can be carried into a fresh one of the current version, and what cannot."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.checking.output import as_text
from perfeval_xl.records.contract import (
    STAMP_DESIGN,
    STAMP_SERIAL,
    STAMP_TEMPLATE,
    STAMP_UNIT,
    STAMP_VERSION,
    Role,
)

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key
    from perfeval_xl.records.verdict import Record

_OWN = frozenset({STAMP_TEMPLATE, STAMP_VERSION, STAMP_DESIGN})
_DIGITS = 15
"""As many digits as a number in a workbook keeps."""
_LEFT_BEHIND = frozenset({"R12", "R25", "R26", "R27"})
"""Rules of reading that name filled cells which no field reads."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What goes into the new workbook, and one line for everything that does not."""

    values: dict[Key, Value]
    left: tuple[str, ...]


def carried(template: Template, record: Record) -> Carried:
    """Return a readable record's contents; what was not understood is carried as it was typed.

    Settings, prefilled cells and the stamp's unit and serial go along, so that it stays the year's and the unit's
    workbook; what the new version stamps itself with does not.
    """
    submission = record.submission
    if submission is None:
        return Carried({}, (as_text(record.verdict.findings),))
    values: dict[Key, Value] = {}
    for entry in submission.entries:
        field = template.field.get(entry.name)
        if field is not None and field.role is not Role.COMPUTED and entry.name not in _OWN:
            values[entry.key] = entry.raw if entry.key in submission.unreadable else entry.value
    values |= _stamped(template, *submission.stamped)
    left = (as_text([finding]) for finding in record.verdict.findings if finding.rule in _LEFT_BEHIND)
    return Carried({key: value for key, value in values.items() if value is not None}, tuple(left))


def _stamped(template: Template, unit: str, serial: str) -> dict[Key, Value]:
    """Return what the stamp says of the unit, as far as the template has cells for it."""
    told: dict[str, Value] = {STAMP_UNIT: unit or None}
    if serial.isdecimal() and len(serial) <= _DIGITS:
        told[STAMP_SERIAL] = Decimal(serial)
    return {(name, 0): value for name, value in told.items() if name in template.field}
