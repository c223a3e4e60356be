"""What a unit changed from one submission to the next, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.kind import NOTHING

if TYPE_CHECKING:
    from perfeval_xl.records.address import Address
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.submission import Key, Submission


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that says something else than before, as texts; what was or is not filled is 空白."""

    label: str
    place: Address
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label}（{self.place}）：{self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Changed:
    """How many cells a submission changed, and the first of them."""

    count: int
    first: tuple[Change, ...]


def changes(before: Submission, after: Submission, template: Template) -> tuple[Change, ...]:
    """Return what a department typed differently, in the order of the workbook's sheets and cells."""
    former, latter = _typed(before, template), _typed(after, template)
    order = {sheet: number for number, sheet in enumerate(template.sheets)}
    found = [
        Change(_label(template, key), template.address(key), former.get(key, NOTHING), latter.get(key, NOTHING))
        for key in {**former, **latter}
        if former.get(key, NOTHING) != latter.get(key, NOTHING)
    ]
    return tuple(sorted(found, key=lambda change: (order.get(change.place.sheet, len(order)), change.place)))


def _typed(submission: Submission, template: Template) -> dict[Key, str]:
    """Return the text of every typed cell: what was understood, or the characters where it was not."""
    return {
        entry.key: entry.raw if entry.key in submission.unreadable else field.kind.shown(entry.value)
        for entry in submission.entries
        if (field := template.field.get(entry.name)) and field.role.typed
    }


def _label(template: Template, key: Key) -> str:
    name, row = key
    field = template.field[name]
    return f"{field.label}（第{row}行）" if field.table else field.label
