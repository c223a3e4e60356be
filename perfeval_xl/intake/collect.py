"""From the inbox to the ledger: every file seen is accounted for, read, checked and kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from perfeval_xl.admission import times
from perfeval_xl.admission.clutter import why_ignored
from perfeval_xl.checking.judge import Arrived, refused
from perfeval_xl.files.lock import locked
from perfeval_xl.intake.inbox import FolderInbox
from perfeval_xl.intake.reception import Received, Reception, partly
from perfeval_xl.intake.workers import Archive, Later, Loose, Standards, done, hired, unread
from perfeval_xl.ledger import ledger
from perfeval_xl.ledger.ledger import Item, Sighting
from perfeval_xl.ledger.packing import Parcel, pack
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.handed import news
from perfeval_xl.records.papers import paper_of
from perfeval_xl.records.verdict import Receipt, Status
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.taking import Staged
from perfeval_xl.workbook.unpacking.enclosed import Enclosed, inside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.intake.inbox import Inbox, Seen
    from perfeval_xl.intake.workers import Crew, Outcome, Task
    from perfeval_xl.ledger.ledger import Ledger

_BATCH = 100
_NOT_WHOLE = -1
"""The size of no file: what was seen so is opened again by the next run."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run has come: `done` of the `total` files to open or to check, and what became of them."""

    what: str
    done: int
    total: int
    statuses: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of every file seen: seen = known + the counts by status + papers + ignored + deferred.

    `papers` counts stamped papers and evidence by their names, which nobody reads; they are filed to units later.
    `again` counts files of the ledger that were checked anew because the template, a setting or this program has
    changed; they are not among those seen, and neither are those `unchecked`, for which that failed.
    """

    seen: int
    known: int
    statuses: Mapping[Status, int]
    ignored: tuple[tuple[str, str], ...]
    deferred: tuple[tuple[str, str], ...]
    again: int = 0
    unchecked: tuple[tuple[str, str], ...] = ()
    papers: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether no file was lost on the way."""
        new = sum(self.statuses.values()) + self.papers
        return self.seen == self.known + new + len(self.ignored) + len(self.deferred)


def collect(
    campaign: Campaign,
    progress: Callable[[Step], object] = lambda _: None,
    jobs: int = 0,
    inbox: Inbox | None = None,
    crew: Callable[[Standards], AbstractContextManager[Crew]] | None = None,
    now: datetime | None = None,
) -> Tally:
    """Take everything in the inbox into the ledger; what has not changed since it was last taken is not opened.

    `jobs` workers read at once (0: one a processor), or the `crew` that is hired for the run; the ledger is the
    same for any of them. What has been read when the run is interrupted is kept. Files that come for the first
    time are noted as having come `now`.
    """
    campaign.keep_template()
    standards = Standards({campaign.template.id: campaign.template}, campaign.clock, campaign.year)
    with (
        locked(campaign.folder, "收取"),
        ledger.opened(campaign.ledger) as book,
        (crew or _here(jobs))(standards) as hands,
    ):
        book.settle()
        moment = now.replace(microsecond=0) if now else None
        reception = Reception(campaign, Limits())
        taking = _Taking(book, hands, standards.basis, progress, moment, reception)
        taking.check_again()
        taking.take_all(inbox or FolderInbox(campaign.inbox))
        return taking.tally


def _here(jobs: int) -> Callable[[Standards], AbstractContextManager[Crew]]:
    return lambda standards: hired(standards, jobs)


class _Taking:
    """One run over the inbox: what was seen, what became of it, and what is still to be written down."""

    def __init__(
        self,
        book: Ledger,
        crew: Crew,
        basis: str,
        progress: Callable[[Step], object],
        now: datetime | None,
        reception: Reception,
    ) -> None:
        self._reception, self._partly = reception, set[str]()
        self._book, self._crew, self._basis, self._progress = book, crew, basis, progress
        self._run, self._now = book.last_run() + 1, now
        self._known = book.known()
        self._sightings = book.sightings()
        outdated = book.outdated(basis)
        self._outdated = tuple(receipt for receipt in outdated if receipt.readable)
        self._reopened = {(receipt.file, receipt.sha256) for receipt in outdated if not receipt.readable}
        self._parcels: list[Parcel] = []
        self._taken: list[Sighting] = []
        self._seen = self._known_count = self._again = self._settled = self._papers = 0
        self._statuses: Counter[Status] = Counter()
        self._ignored: list[tuple[str, str]] = []
        self._deferred: list[tuple[str, str]] = []
        self._unchecked: list[tuple[str, str]] = []

    @property
    def tally(self) -> Tally:
        """What became of every file."""
        return Tally(
            self._seen,
            self._known_count,
            dict(self._statuses),
            tuple(self._ignored),
            tuple(self._deferred),
            self._again,
            tuple(self._unchecked),
            self._papers,
        )

    def check_again(self) -> None:
        """Judge anew, from the ledger alone, what was judged on another basis."""
        batch: list[Parcel] = []
        tasks = (self._book.parcel(receipt) for receipt in self._outdated)
        for task, outcome in done(self._crew, tasks):
            if isinstance(task, Parcel) and isinstance(outcome, Parcel):
                receipt = replace(outcome.receipt, number=task.receipt.number)
                batch.append(replace(outcome, receipt=receipt))
                self._again += 1
                self._progress(Step("重新核对", self._again, len(self._outdated), self._statuses))
            elif isinstance(outcome, Later):
                self._unchecked.append((outcome.name, outcome.why))
            if len(batch) >= _BATCH:
                self._book.judge_again(batch, self._basis)
                batch.clear()
        self._book.judge_again(batch, self._basis)

    def take_all(self, inbox: Inbox) -> None:
        """Take every file of an inbox; what is done when this is interrupted is written down."""
        listed = {seen.path: seen for seen in self._unsettled(inbox)}
        try:
            for task, outcome in done(self._crew, (Loose(inbox, one.path, one.name) for one in listed.values())):
                if isinstance(task, Loose):
                    self._settle(inbox, listed[task.path], outcome)
                    self._settled += 1
                    self._progress(Step("收取", self._settled, len(listed), self._statuses))
        finally:
            self._write()

    def _unsettled(self, inbox: Inbox) -> Iterator[Seen]:
        """Give the files that have to be opened, and count the others."""
        gone = set(self._sightings)
        for seen in inbox.listing():
            gone.discard(seen.name)
            if seen.barred and not seen.system:
                self._defer(seen.name, seen.barred)
                gone = {name for name in gone if not name.startswith(f"{seen.name}/")}
            elif why := seen.barred or why_ignored(seen.path):
                self._count_item(Item(seen.name, why=why))
            elif self._is_unchanged(seen):
                for item in self._sightings[seen.name].items:
                    self._count_item(item)
            else:
                yield seen
        self._book.forget(sorted(gone))

    def _defer(self, name: str, why: str) -> None:
        """Count what cannot be taken now."""
        self._seen += 1
        self._deferred.append((name, why))

    def _is_unchanged(self, seen: Seen) -> bool:
        before = self._sightings.get(seen.name)
        return (
            before is not None
            and (before.size, before.modified_ns) == (seen.size, seen.modified_ns)
            and not any((item.file, item.sha256) in self._reopened for item in before.items)
        )

    def _count_item(self, item: Item) -> None:
        """Count what a path is known to hold."""
        self._seen += 1
        if item.why:
            self._ignored.append((item.file, item.why))
        else:
            self._known_count += 1

    def _settle(self, inbox: Inbox, seen: Seen, outcome: Outcome) -> None:
        """Count what taking a path gave, and remember the path as taken."""
        match outcome:
            case Later():
                self._defer(outcome.name, outcome.why)
                return
            case Archive():
                items = self._opened(inbox, seen)
            case Parcel():
                items = [self._kept(outcome)]
        if items is not None:
            size = _NOT_WHOLE if seen.name in self._partly else seen.size
            self._taken.append(Sighting(seen.name, size, seen.modified_ns, tuple(items)))
        if len(self._taken) >= _BATCH:
            self._write()

    def _opened(self, inbox: Inbox, seen: Seen) -> list[Item] | None:
        """Take what is in an archive, in its order; None where it, or an archive in it, has to be opened again."""
        staged = inbox.take(seen.path)
        if not isinstance(staged, Staged):
            self._defer(seen.name, "文件在收取时被移走或改动")
            return None
        modified, put_off = times.moment(staged.modified_ns), len(self._deferred)
        handed = self._reception.received(staged.data)
        if handed:
            return self._handed_up(seen.name, modified, staged.sha256, handed)
        items: list[Item] = []
        for _, outcome in done(self._crew, self._members(seen.name, modified, staged.data, items)):
            if isinstance(outcome, Parcel):
                items.append(self._kept(outcome))
        return items if len(self._deferred) == put_off else None

    def _handed_up(
        self, name: str, modified: datetime, sha256: str, handed: Received | Finding
    ) -> list[Item] | None:
        """Take what a department has handed up, with its acts; what may not be taken is told of the whole file.

        A file that is not taken whole is opened again by the next run: the roster may have been corrected.
        """
        told = Arrived(name, modified, sha256.encode())
        if isinstance(handed, Finding):
            self._partly.add(name)
            return [self._kept(pack(refused(told, handed)))]
        put_off, owners = len(self._deferred), {arrived.file: one for one, arrived in handed.files}
        items, strange = list[Item](), dict[str, str]()
        for task, outcome in done(self._crew, (arrived for _, arrived in handed.files)):
            if isinstance(outcome, Parcel) and isinstance(task, Arrived):
                one, receipt = owners[task.file], outcome.receipt
                if receipt.readable and handed.is_strange(one, receipt.unit):
                    strange[one.key] = f"{one.key} {one.name}的工作簿封面是“{receipt.unit}”"
                else:
                    items.append(self._kept(outcome))
        taken = {one.key for one, _ in handed.files} - strange.keys()
        self._book.enter(news(handed.handover.entered(taken, name), self._book.acts()))
        if not_taken := [*handed.refused.values(), *strange.values()]:
            self._partly.add(name)
            items.append(self._kept(pack(refused(told, partly(not_taken)))))
        return items if len(self._deferred) == put_off else None

    def _members(self, path: str, modified: datetime, data: bytes, items: list[Item]) -> Iterator[Task]:
        """Give the workbooks in an archive; what can't be one is settled at once."""
        for member in _inside(data):
            name = f"{path}/{member.name}" if member.name else path
            if member.finding:
                told = replace(unread(name), modified=member.modified or modified)
                items.append(self._kept(pack(refused(told, member.finding))))
            elif member.later:
                self._defer(name, member.later)
            elif member.ignored:
                items.append(Item(name, why=member.ignored))
                self._count_item(items[-1])
            else:
                yield Arrived(name, member.modified or modified, member.data)

    def _kept(self, parcel: Parcel) -> Item:
        """Put a judged file aside for the ledger, unless it is there already."""
        receipt = parcel.receipt
        key = (receipt.file, receipt.sha256)
        self._seen += 1
        if key in self._known and key not in self._reopened:
            self._known_count += 1
        else:
            self._count_new(receipt)
            self._parcels.append(parcel)
        if len(self._parcels) >= _BATCH:
            self._write()
        return Item(*key)

    def _count_new(self, receipt: Receipt) -> None:
        if not receipt.readable and paper_of(receipt.file):
            self._papers += 1
        else:
            self._statuses[receipt.status] += 1

    def _write(self) -> None:
        self._book.add(self._parcels, self._basis, self._taken, self._run, self._now)
        self._parcels, self._taken = [], []


def _inside(data: bytes) -> Iterator[Enclosed]:
    """Give what is in an archive; our own mistake in opening one costs what is left of it, not the run."""
    try:
        yield from inside(data, Limits())
    except Exception as error:  # noqa: BLE001  # the same law as for a single file: see workers.work
        yield Enclosed("", b"", say("G99", what=type(error).__name__))
