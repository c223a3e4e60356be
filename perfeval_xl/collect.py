"""From the inbox to the ledger: every file seen is accounted for, read, checked and kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from perfeval_xl import ledger, reading
from perfeval_xl.desk import Arrived, refused
from perfeval_xl.finding import Finding
from perfeval_xl.publish import is_leftover
from perfeval_xl.verdict import Record, Status
from perfeval_xl.workers import judged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from perfeval_xl.campaign import Campaign

_BATCH = 100
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of every file seen: seen = known + the counts by status + ignored + deferred."""

    seen: int
    known: int
    statuses: Mapping[Status, int]
    ignored: tuple[tuple[str, str], ...]
    deferred: tuple[tuple[str, str], ...]

    @property
    def adds_up(self) -> bool:
        """Whether no file was lost on the way."""
        return self.seen == self.known + sum(self.statuses.values()) + len(self.ignored) + len(self.deferred)


def collect(campaign: Campaign, progress: Callable[[Record], None] = lambda _: None, jobs: int = 0) -> Tally:
    """Take everything in `收件/` into the ledger; what is there already is not read again.

    `jobs` workers read at once (0: one a processor); the ledger is the same for any number. What has been read
    when the run is interrupted is kept.
    """
    sorting = _Sorting()
    statuses: Counter[Status] = Counter()
    batch: list[Record] = []
    with ledger.opened(campaign.ledger) as book:
        arrivals = sorting.sorted(_inbox(campaign.inbox), book.known())
        try:
            for record in judged({campaign.template.id: campaign.template}, campaign.clock, arrivals, jobs):
                statuses[record.status] += 1
                batch.append(record)
                progress(record)
                if len(batch) >= _BATCH:
                    book.add(batch)
                    batch.clear()
            batch += sorting.refused
            statuses.update(record.status for record in sorting.refused)
        finally:
            book.add(batch)
    return Tally(sorting.seen, sorting.known, dict(statuses), tuple(sorting.ignored), tuple(sorting.deferred))


class _Sorting:
    """What was seen in the inbox, sorted while it goes by: workbooks to read, and everything else counted."""

    def __init__(self) -> None:
        self.seen = self.known = 0
        self.refused: list[Record] = []
        self.ignored: list[tuple[str, str]] = []
        self.deferred: list[tuple[str, str]] = []

    def sorted(self, items: Iterable[_Item], in_ledger: frozenset[tuple[str, str]]) -> Iterator[Arrived]:
        """Give the workbooks that are not in the ledger yet."""
        for item in items:
            self.seen += 1
            match item:
                case Arrived():
                    if (item.file, item.sha256) in in_ledger:
                        self.known += 1
                    else:
                        yield item
                case Record():
                    if (item.file, item.sha256) in in_ledger:
                        self.known += 1
                    else:
                        self.refused.append(item)
                case Deferred():
                    self.deferred.append((item.file, item.why))
                case Ignored():
                    self.ignored.append((item.file, item.why))


@dataclass(frozen=True, slots=True)
class Deferred:
    """A file that is still being copied; the next run takes it."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file that is none of a department's."""

    file: str
    why: str


_Item = Arrived | Record | Deferred | Ignored
"""What lies in an inbox: a workbook, the record of what can't be one, a file for later, or none of ours."""


def _inbox(folder: Path) -> Iterator[_Item]:
    """Give everything in the inbox, in order of its path; archives give what is in them."""
    for path in sorted(folder.rglob("*"), key=lambda path: path.as_posix()):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            continue
        if is_leftover(path.name):
            yield Ignored(name, "Excel、WPS 或本程序的临时文件")
            continue
        yield from _opened(path, name)


def _opened(path: Path, name: str) -> Iterator[_Item]:
    staged = reading.stage(path)
    if isinstance(staged, reading.Deferred):
        yield Deferred(name, staged.reason)
    elif isinstance(staged, Finding):
        yield _refused(name, _EPOCH, name.encode("utf-8", "replace"), staged)
    else:
        modified = datetime.fromtimestamp(staged.modified_ns // 10**9, UTC)
        if reading.is_inbox(staged.data):
            yield from _enclosed(name, modified, staged.data)
        else:
            yield Arrived(name, modified, staged.data)


def _enclosed(name: str, modified: datetime, data: bytes) -> Iterator[_Item]:
    for member in reading.inside(data, reading.Limits()):
        inner = f"{name}/{member.name}"
        if member.finding:
            yield _refused(inner, modified, inner.encode("utf-8", "replace"), member.finding)
        elif is_leftover(member.name.rsplit("/", 1)[-1]):
            yield Ignored(inner, "Excel、WPS 或本程序的临时文件")
        else:
            yield Arrived(inner, modified, member.data)


def _refused(name: str, modified: datetime, identity: bytes, finding: Finding) -> Record:
    return refused(Arrived(name, modified, identity), finding)
