"""When a file came in for the first time, and which workbook went out under which serial and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perfeval_xl.records.verdict import Receipt

_LEEWAY = timedelta(hours=24)
"""How far a sender's clock may be ahead of the bureau's."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it came in for the first time, in the `run` of collecting that is counted from 1.

    `at` is that run's moment, `modified` the file's own time or, of one that lay in an archive, the time that it
    has there. Of what came in before anybody noted it, the run is 0 and the moment unknown.
    """

    file: str
    sha256: str
    run: int
    at: datetime | None
    modified: datetime

    @property
    def key(self) -> tuple[str, str]:
        """By what a file is known: its name and its fingerprint."""
        return self.file, self.sha256

    @property
    def trusted(self) -> bool:
        """Whether the file's own time can be right: it is no later than the file's arrival."""
        return self.at is None or self.modified <= self.at + _LEEWAY

    def is_before(self, other: Arrival) -> bool:
        """Whether it surely came before another: in a run before, or in one run by times that can be right."""
        if self.run != other.run:
            return self.run < other.run
        return self.trusted and other.trusted and self.modified < other.modified


Arrivals = Mapping[tuple[str, str], Arrival]
"""When each file came in for the first time, by its name and its fingerprint."""


def arrival_of(arrivals: Arrivals, receipt: Receipt) -> Arrival:
    """Return when a file came in first; of one that nobody noted nothing but its own time is known."""
    unnoted = Arrival(receipt.file, receipt.sha256, 0, None, receipt.modified)
    return arrivals.get(unnoted.key, unnoted)


class Purpose(StrEnum):
    """What a workbook was written for; a gap stands for all that may have gone out and that nobody noted."""

    ISSUE = "issue"
    RETURN = "return"
    GAP = ""

    @property
    def label(self) -> str:
        """The word that officials read."""
        return {"issue": "发放", "return": "退回", "": "以前的序号没有记录"}[self.value]


@dataclass(frozen=True, slots=True)
class Written:
    """A workbook that this program wrote for a unit: its serial, which is never used again, and its fingerprint.

    `part` says of which part of the unit's report it is, where a template has parts.
    """

    number: int
    unit: str
    purpose: Purpose
    template: str = ""
    sha256: str = ""
    at: datetime | None = None
    part: str = ""


@dataclass(frozen=True)
class Serials:
    """All serials that a ledger knows of, by their numbers."""

    by_number: dict[int, Written]

    def __bool__(self) -> bool:
        return bool(self.by_number)

    def unit_of(self, number: int) -> str:
        """Return the code of the unit for which a serial was written; '' where that is not known."""
        written = self.by_number.get(number)
        return written.unit if written else ""

    def part_of(self, number: int) -> str:
        """Return the code of the part for which a serial was written; '' where it has none, or is not known."""
        written = self.by_number.get(number)
        return written.part if written else ""

    def never(self, number: int) -> bool:
        """Whether a serial was surely never handed out: the ledger knows all that went out, and not this one."""
        known = self.by_number.values()
        return (
            number not in self.by_number
            and any(one.purpose is Purpose.ISSUE for one in known)
            and not any(one.purpose is Purpose.GAP and number <= one.number for one in known)
        )

    def last(self, unit: str, purpose: Purpose, part: str = "") -> Written | None:
        """Return the workbook that was last written for a unit and a purpose."""
        found = (
            one for one in self.by_number.values() if (one.unit, one.purpose, one.part) == (unit, purpose, part)
        )
        return max(found, key=lambda one: one.number, default=None)


def serials(written: Iterable[Written]) -> Serials:
    """Return what is known of serials by the ledger's rows."""
    return Serials({one.number: one for one in written})
