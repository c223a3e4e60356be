"""Under which serial a workbook is written: one of its own, noted in the ledger before the workbook lies there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.ledger import ledger
from perfeval_xl.records.provenance import Purpose, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Made:
    """A workbook that may be put where it goes once it is noted: its bytes, and what the ledger says of it."""

    data: bytes
    written: Written


class Numbering:
    """One run of writing workbooks for one purpose. Whoever writes holds the folder, so that no number is lost."""

    def __init__(self, book: Ledger, purpose: Purpose, now: datetime | None) -> None:
        self._book, self._purpose = book, purpose
        self._now = now.replace(microsecond=0) if now else None
        self._known = book.serials()
        self._next = book.next_serial()

    def made(self, unit: str, template: str, filled: Callable[[int], bytes], part: str = "") -> Made:
        """Return a unit's workbook; the very one that was written last has the serial that it had.

        `filled` gives a workbook's bytes by its serial.
        """
        last = self._known.last(unit, self._purpose, part)
        if last:
            data = filled(last.number)
            if _mark(data) == last.sha256:
                return Made(data, last)
        number, self._next = self._next, self._next + 1
        data = filled(number)
        return Made(data, Written(number, unit, self._purpose, template, _mark(data), self._now, part))

    def wrote(self, unit: str, data: bytes, part: str = "") -> bool:
        """Whether a unit's workbook was written for this purpose, and nobody has changed it since."""
        ours = (one for one in self._known.by_number.values() if (one.unit, one.part) == (unit, part))
        return any(one.purpose is self._purpose and one.sha256 == _mark(data) for one in ours)

    def note(self, several: Iterable[Made]) -> None:
        """Enter workbooks into the ledger that are not there yet: from here on their serials are used."""
        self._book.write_down(one.written for one in several if one.written.number not in self._known.by_number)


def number_from(path: Path, number: int, now: datetime) -> None:
    """Note in a ledger without serials that the next workbook goes out under `number`; this one is nobody's."""
    with ledger.opened(path) as book:
        book.write_down([Written(number - 1, "", Purpose.ISSUE, "", _mark(b""), now.replace(microsecond=0))])


def _mark(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
