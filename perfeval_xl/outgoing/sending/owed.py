"""What lies ready for each unit, and on which occasion, by which the ledger knows whether it has been sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.files.outputs import fingerprint
from perfeval_xl.outgoing.guidance import NAME as GUIDANCE
from perfeval_xl.outgoing.issue import file_name
from perfeval_xl.outgoing.places import letter_path, notice_beside, slip_path
from perfeval_xl.records.mail import Errand
from perfeval_xl.records.provenance import Purpose
from perfeval_xl.records.standing import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.ledger.ledger import Ledger
    from perfeval_xl.records.provenance import Written
    from perfeval_xl.records.standing import Overview, Standing
    from perfeval_xl.records.typed_cells import Line
    from perfeval_xl.records.unit import Unit

_GOES_BACK = {Stage.FAULTY, Stage.RETURNED, Stage.DOUBTFUL, Stage.UNREADABLE}


@dataclass(frozen=True, slots=True)
class Item:
    """What goes to one unit on one occasion: its files, and the fingerprint of the first of them.

    `occasion` names the entry of the ledger that it follows from: what is written anew is another occasion, and
    sent again. `missed` says that it may have gone out without this ledger knowing, `needless` that it does not
    have to go any more.
    """

    unit: Unit
    errand: Errand
    occasion: str
    files: tuple[Path, ...]
    sha256: str
    missed: bool = False
    needless: bool = False

    @property
    def line(self) -> Line:
        """Under which unit and name it stands in the list and in the ledger."""
        return self.unit.key, f"{self.errand}／{self.occasion}"

    @property
    def size(self) -> int:
        """How many bytes its files have."""
        return sum(path.stat().st_size for path in self.files)


def owed(campaign: Campaign, book: Ledger, seen: Overview) -> tuple[Item, ...]:
    """Return all that lies ready, in the roster's order: handed out, going back, passed."""
    desk = _Desk(campaign, book)
    return tuple(item for standing in seen.standings for item in desk.of(standing))


class _Desk:
    """One look at the folders, with what the ledger knows of serials."""

    def __init__(self, campaign: Campaign, book: Ledger) -> None:
        self._campaign, self._serials = campaign, book.serials()
        gaps = [one for one in self._serials.by_number.values() if one.purpose is Purpose.GAP]
        self._gap: Written | None = max(gaps, key=lambda one: one.number, default=None)

    def of(self, standing: Standing) -> Iterator[Item]:
        """Give what lies ready for a unit, or for one part of it; nothing for one that need not report."""
        if standing.stage is Stage.EXEMPT:
            return
        yield from self._handed_out(standing)
        if standing.stage in _GOES_BACK:
            yield from self._going_back(standing)
        if standing.stage is Stage.PASSED:
            yield from self._passed(standing)

    def _handed_out(self, standing: Standing) -> Iterator[Item]:
        unit, out = standing.unit, self._campaign.out
        book = out / file_name(unit)
        if not book.is_file():
            return
        written = self._serials.last(unit.code, Purpose.ISSUE, unit.part_code)
        files = (book, *(path for path in [out / GUIDANCE] if path.is_file()))
        yield Item(
            *(unit, Errand.ISSUE, f"序号{written.number if written else 0}", files, fingerprint(book)),
            missed=written is None or bool(self._gap and written.number < self._gap.number),
            needless=standing.stage is not Stage.MISSING,
        )

    def _going_back(self, standing: Standing) -> Iterator[Item]:
        unit, act = standing.unit, next(reversed(standing.decision.returns), None)
        book = letter_path(self._campaign, unit)
        files = tuple(path for path in (book, notice_beside(book)) if path.is_file())
        if act and files:
            missed = bool(self._gap and self._gap.at and act.at < self._gap.at)
            occasion = f"第{act.number}号记录"
            yield Item(unit, Errand.RETURN, occasion, files, fingerprint(files[0]), missed=missed)

    def _passed(self, standing: Standing) -> Iterator[Item]:
        """Give the slip: one for a submission, however often it is held against what has changed since."""
        unit, act = standing.unit, standing.accepted
        slip = slip_path(self._campaign, unit)
        if act and slip.is_file():
            missed = bool(self._gap and self._gap.at and act.at < self._gap.at)
            occasion = f"文件指纹{act.sha256[:12]}"
            yield Item(unit, Errand.PASSED, occasion, (slip,), fingerprint(slip), missed=missed)
