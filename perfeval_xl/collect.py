"""From the inbox to the ledger: every file seen is accounted for, read, checked and kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from perfeval_xl import ledger, reading
from perfeval_xl.contents import Parcel, pack
from perfeval_xl.desk import Arrived, refused
from perfeval_xl.inbox import FolderInbox
from perfeval_xl.ledger import Item, Sighting
from perfeval_xl.lock import locked
from perfeval_xl.publish import is_leftover
from perfeval_xl.verdict import Status
from perfeval_xl.workers import Archive, Later, Loose, Standards, done, hired

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from perfeval_xl.campaign import Campaign
    from perfeval_xl.inbox import Inbox, Seen
    from perfeval_xl.ledger import Ledger
    from perfeval_xl.workers import Crew, Outcome, Task

_BATCH = 100
_LEFTOVER = "系统、Excel、WPS 或本程序的临时文件"


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run has come: `done` of the `total` files to open or to check, and what became of them."""

    what: str
    done: int
    total: int
    statuses: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of every file seen: seen = known + the counts by status + ignored + deferred.

    `again` counts files of the ledger that were checked anew because the template, a setting or this program has
    changed; they are not among those seen.
    """

    seen: int
    known: int
    statuses: Mapping[Status, int]
    ignored: tuple[tuple[str, str], ...]
    deferred: tuple[tuple[str, str], ...]
    again: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether no file was lost on the way."""
        return self.seen == self.known + sum(self.statuses.values()) + len(self.ignored) + len(self.deferred)


def collect(
    campaign: Campaign,
    progress: Callable[[Step], None] = lambda _: None,
    jobs: int = 0,
    inbox: Inbox | None = None,
    crew: Callable[[Standards], AbstractContextManager[Crew]] | None = None,
) -> Tally:
    """Take everything in the inbox into the ledger; what has not changed since it was last taken is not opened.

    `jobs` workers read at once (0: one a processor), or the `crew` that is hired for the run; the ledger is the
    same for any of them. What has been read when the run is interrupted is kept.
    """
    standards = Standards({campaign.template.id: campaign.template}, campaign.clock, campaign.year)
    with (
        locked(campaign.folder, "收取"),
        ledger.opened(campaign.ledger) as book,
        (crew or _here(jobs))(standards) as hands,
    ):
        book.settle()
        taking = _Taking(book, hands, standards.basis, progress)
        taking.check_again()
        taking.take_all(inbox or FolderInbox(campaign.inbox))
        return taking.tally


def _here(jobs: int) -> Callable[[Standards], AbstractContextManager[Crew]]:
    return lambda standards: hired(standards, jobs)


class _Taking:
    """One run over the inbox: what was seen, what became of it, and what is still to be written down."""

    def __init__(self, book: Ledger, crew: Crew, basis: str, progress: Callable[[Step], None]) -> None:
        self._book, self._crew, self._basis, self._progress = book, crew, basis, progress
        self._known = book.known()
        self._sightings = book.sightings()
        outdated = book.outdated(basis)
        self._outdated = tuple(receipt for receipt in outdated if receipt.readable)
        self._reopened = {(receipt.file, receipt.sha256) for receipt in outdated if not receipt.readable}
        self._parcels: list[Parcel] = []
        self._taken: list[Sighting] = []
        self._seen = self._known_count = self._again = self._settled = 0
        self._statuses: Counter[Status] = Counter()
        self._ignored: list[tuple[str, str]] = []
        self._deferred: list[tuple[str, str]] = []

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
            if len(batch) >= _BATCH:
                self._book.judge_again(batch, self._basis)
                batch.clear()
        self._book.judge_again(batch, self._basis)

    def take_all(self, inbox: Inbox) -> None:
        """Take every file of an inbox; what is done when this is interrupted is written down."""
        listed = {seen.path: seen for seen in self._unsettled(inbox)}
        try:
            for task, outcome in done(self._crew, (Loose(inbox, path) for path in listed)):
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
            gone.discard(seen.path)
            if is_leftover(seen.path.rsplit("/", 1)[-1]) or reading.is_clutter(seen.path):
                self._count_item(Item(seen.path, why=_LEFTOVER))
            elif self._is_unchanged(seen):
                for item in self._sightings[seen.path].items:
                    self._count_item(item)
            else:
                yield seen
        self._book.forget(sorted(gone))

    def _is_unchanged(self, seen: Seen) -> bool:
        before = self._sightings.get(seen.path)
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
                self._seen += 1
                self._deferred.append((outcome.path, outcome.why))
                return
            case Archive():
                items = self._opened(inbox, outcome.path)
            case Parcel():
                items = [self._kept(outcome)]
        if items is not None:
            self._taken.append(Sighting(seen.path, seen.size, seen.modified_ns, tuple(items)))
        if len(self._taken) >= _BATCH:
            self._write()

    def _opened(self, inbox: Inbox, path: str) -> list[Item] | None:
        """Take what is in an archive, in its order; None where the archive cannot be had any more."""
        staged = inbox.take(path)
        if not isinstance(staged, reading.Staged):
            self._seen += 1
            self._deferred.append((path, "文件在收取时被移走或改动"))
            return None
        items: list[Item] = []
        modified = datetime.fromtimestamp(staged.modified_ns // 10**9, UTC)
        for _, outcome in done(self._crew, self._members(path, modified, staged.data, items)):
            if isinstance(outcome, Parcel):
                items.append(self._kept(outcome))
        return items

    def _members(self, path: str, modified: datetime, data: bytes, items: list[Item]) -> Iterator[Task]:
        """Give the workbooks in an archive; what can't be one is settled at once."""
        for member in reading.inside(data, reading.Limits()):
            name = f"{path}/{member.name}"
            if member.finding:
                unread = Arrived(name, modified, name.encode("utf-8", "replace"))
                items.append(self._kept(pack(refused(unread, member.finding))))
            elif member.clutter:
                items.append(Item(name, why=_LEFTOVER))
                self._count_item(items[-1])
            else:
                yield Arrived(name, modified, member.data)

    def _kept(self, parcel: Parcel) -> Item:
        """Put a judged file aside for the ledger, unless it is there already."""
        receipt = parcel.receipt
        key = (receipt.file, receipt.sha256)
        self._seen += 1
        if key in self._known and key not in self._reopened:
            self._known_count += 1
        else:
            self._statuses[receipt.status] += 1
            self._parcels.append(parcel)
        if len(self._parcels) >= _BATCH:
            self._write()
        return Item(*key)

    def _write(self) -> None:
        self._book.add(self._parcels, self._basis, self._taken)
        self._parcels, self._taken = [], []
