"""What comparing needs of one submission: the figures asked for, the longer texts, and nothing else.

Contents are opened once for each unit and let go again, so that ten thousand units fit into memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from perfeval_xl.records.contract import Role, Template
from perfeval_xl.records.known import Texts
from perfeval_xl.records.verdict import Record

_FEW = 10


@dataclass(frozen=True, slots=True)
class Gist:
    """One submission for comparing.

    `figures` holds our own results and what was typed, by field; `unreadable` the fields that nobody could read.
    `texts` are the longer texts by (name, row). `mark` is the same for two submissions whose typed amounts are all
    equal, and blank where there are too few different ones; `amounts` says how many there are.
    """

    figures: dict[str, Decimal]
    unreadable: frozenset[str]
    texts: Texts
    mark: str = ""
    amounts: int = 0


class Gists:
    """A template ready to give one submission's gist after another; `long_texts` are fields for longer texts."""

    def __init__(self, template: Template) -> None:
        typed = [field for field in template.fields if field.role.typed]
        self.long_texts = frozenset(field.name for field in typed if field.kind.long)
        self._money = frozenset(field.name for field in typed if field.kind.money and field.role is Role.INPUT)

    def of(self, record: Record, wanted: Iterable[str]) -> Gist:
        """Return what comparing needs of a submission; `wanted` are the fields whose figures are compared."""
        submission = record.submission
        if submission is None:
            return Gist({}, frozenset(), ())
        unreadable = frozenset(name for name, _ in submission.unreadable)
        names, amounts = set(wanted), []
        found = {
            name: value for name in names if isinstance(value := record.verdict.computed.get((name, 0)), Decimal)
        }
        for entry in submission.entries:
            value = entry.value
            if not isinstance(value, Decimal) or entry.key in submission.unreadable:
                continue
            if entry.name in names and not entry.row:
                found.setdefault(entry.name, value)
            if value and entry.name in self._money:
                amounts.append((entry.name, entry.row, value))
        return Gist(found, unreadable, self.texts(record), _mark(amounts), len(amounts))

    def texts(self, record: Record) -> Texts:
        """Return the longer texts that the unit typed, in the order of the template."""
        return tuple(
            (entry.key, entry.value)
            for entry in (record.submission.entries if record.submission else ())
            if entry.name in self.long_texts and isinstance(entry.value, str)
        )


def _mark(amounts: list[tuple[str, int, Decimal]]) -> str:
    if len({value for _, _, value in amounts}) < _FEW:
        return ""
    told = sorted(f"{name} {row} {value.normalize()}" for name, row, value in amounts)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
