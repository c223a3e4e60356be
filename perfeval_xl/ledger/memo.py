"""What the reporting table says of contents: forms that are filled, the 校验码, what a unit's last file changed.

All are kept in the ledger for as long as they hold, so that a table of thousands of units opens new files only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from perfeval_xl.ledger.changes import Change, Changed, changes
from perfeval_xl.ledger.packing import compact, decoding, differing, sheets_of
from perfeval_xl.records.address import Address
from perfeval_xl.records.check_code import check_code
from perfeval_xl.records.contract import COVER, Role, Template
from perfeval_xl.records.said import Said, said_by, saying

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perfeval_xl.ledger.ledger import Ledger
    from perfeval_xl.records.contract import Parted
    from perfeval_xl.records.standing import Standing
    from perfeval_xl.records.verdict import Receipt, Record

_FORMS, _CHANGED, _SAID, _CODES = "forms", "changed", "said", "codes"
"""Under what names the ledger keeps them."""
_NAMED = 30
"""Changes of one unit that are kept; more are counted."""


def forms_of(template: Template) -> frozenset[str]:
    """Return the sheets that a department fills, cover and explanations apart."""
    return frozenset(field.address.sheet for field in template.fields if field.role is Role.INPUT) - {COVER}


class FormCounts:
    """How many forms each file fills. A file that is read whole through `record` is counted by the way."""

    def __init__(self, book: Ledger, template: Template) -> None:
        self._book, self._forms = book, forms_of(template)
        self._basis = " ".join(sorted(self._forms))
        with decoding("填表张数的记录"):
            self._kept: dict[str, int] = json.loads(book.recall(_FORMS, self._basis) or "{}")
        self._found: dict[str, int] = {}

    def record(self, receipt: Receipt) -> Record:
        """Return a listed file whole."""
        record = self._book.record(receipt)
        entries = record.submission.entries if record.submission else ()
        self._found[_mark(receipt)] = len(self._forms & {entry.address.sheet for entry in entries})
        return record

    def of(self, receipt: Receipt) -> int:
        """Return how many forms a file fills."""
        mark = _mark(receipt)
        if mark in self._kept:
            return self._kept[mark]
        if mark not in self._found:
            self._found[mark] = len(self._forms & sheets_of(self._book.parcel(receipt)))
        return self._found[mark]

    def keep(self) -> None:
        """Keep what was counted, to be recalled."""
        if self._found.keys() - self._kept.keys():
            self._kept |= self._found
            self._book.remember(_FORMS, self._basis, compact(self._kept))


class CheckCodes:
    """The 校验码 of each readable file, by the fields that a department types. One that is seen whole is noted."""

    def __init__(self, book: Ledger, template: Template) -> None:
        self._book = book
        self._typed = frozenset(field.name for field in template.fields if field.role is Role.INPUT)
        self._basis = hashlib.sha256(" ".join(sorted(self._typed)).encode()).hexdigest()
        with decoding("校验码的记录"):
            self._kept: dict[str, str] = json.loads(book.recall(_CODES, self._basis) or "{}")
        self._found: dict[str, str] = {}

    def note(self, record: Record) -> None:
        """Work out the code of a file that somebody else has opened."""
        mark = _mark(record.receipt)
        if record.submission and mark not in self._kept and mark not in self._found:
            self._found[mark] = check_code(record.submission, self._typed)

    def of(self, receipt: Receipt) -> str:
        """Return the code of a file; '' of one that nobody can read."""
        mark = _mark(receipt)
        if mark not in self._kept and mark not in self._found:
            self.note(self._book.record(receipt, self._typed))
        return self._kept.get(mark) or self._found.get(mark, "")

    def keep(self) -> None:
        """Keep what was found, to be recalled."""
        if self._found:
            self._book.remember(_CODES, self._basis, compact(self._kept | self._found))


class SaidByFiles:
    """What each readable file says of its owner; only new ones are opened."""

    def __init__(self, book: Ledger, parted: Parted | None) -> None:
        self._book, self._parted = book, parted
        self._basis = parted.code if parted else ""
        with decoding("文件归属的记录"):
            kept = json.loads(book.recall(_SAID, self._basis) or "{}")
            self._kept = {mark: Said(*texts) for mark, texts in kept.items()}
        self._found: dict[str, Said] = {}

    def of(self, receipt: Receipt) -> Said:
        """Return what a file says of itself; nothing where nobody can read it."""
        mark = _mark(receipt)
        if mark not in self._kept and mark not in self._found:
            submission = self._book.record(receipt, saying(self._parted)).submission
            self._found[mark] = said_by(submission, self._parted) if submission else Said()
        return self._kept.get(mark) or self._found[mark]

    def keep(self) -> None:
        """Keep what was found, to be recalled."""
        if self._found:
            everything = self._kept | self._found
            self._book.remember(
                _SAID, self._basis, compact({mark: astuple(said) for mark, said in everything.items()})
            )


def _mark(receipt: Receipt) -> str:
    """Return by what a file is known again, however often it is judged."""
    return receipt.sha256[:16]


def changed(book: Ledger, template: Template, standings: Iterable[Standing], basis: str) -> dict[str, Changed]:
    """Return by key what the last submission of units that sent several changed against the one before.

    `basis` is the fingerprint of the template that says what a cell is called and how it is shown.
    """
    with decoding("两次报送之间改动的记录"):
        kept: dict[str, Any] = json.loads(book.recall(_CHANGED, basis) or "{}")
    plain = {
        one.unit.key: _between(book, template, one.receipts[-2], one.receipts[-1], kept.get(one.unit.key))
        for one in standings
        if len(one.receipts) > 1
    }
    if plain != kept:
        book.remember(_CHANGED, basis, compact(plain))
    return {code: _changed(line) for code, line in plain.items()}


def _between(book: Ledger, template: Template, before: Receipt, after: Receipt, kept: Any) -> list[Any]:
    """Return the two files' numbers, how many cells differ, and the first of them."""
    if kept and kept[:2] == [before.number, after.number]:
        return list(kept)
    found = changes(*differing(book.parcel(before), book.parcel(after)), template)
    return [before.number, after.number, len(found), [_line(change) for change in found[:_NAMED]]]


def _line(change: Change) -> list[Any]:
    place = change.place
    return [change.label, place.sheet, place.row, place.column, change.before, change.after]


def _changed(plain: list[Any]) -> Changed:
    _, _, count, first = plain
    return Changed(
        count,
        tuple(
            Change(label, Address(sheet, row, column), before, after)
            for label, sheet, row, column, before, after in first
        ),
    )
