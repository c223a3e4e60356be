"""From the inbox to the ledger: every file seen is accounted for, read, checked and kept."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from perfeval_xl import engine, ledger, reading
from perfeval_xl.check import Checker
from perfeval_xl.finding import Finding
from perfeval_xl.publish import is_leftover
from perfeval_xl.verdict import Record, Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from perfeval_xl.campaign import Campaign
    from perfeval_xl.contract import Template

_BATCH = 100
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A workbook's bytes as they came: its name (with the archive's, if it lay in one) and the file's time."""

    file: str
    modified: datetime
    data: bytes

    @property
    def sha256(self) -> str:
        """The fingerprint of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


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


class Desk:
    """Reads and checks one workbook after another against the templates it knows."""

    def __init__(self, templates: Iterable[Template], today: date) -> None:
        self._templates = {template.id: template for template in templates}
        self._today = today
        self._checkers: dict[str, Checker] = {}

    def judge(self, arrived: Arrived) -> Record:
        """Return what became of a workbook; never raises for what is in it."""
        submission, found = reading.read(arrived.data, arrived.file, self._templates, arithmetic=engine.arithmetic)
        if submission is None:
            return Record(arrived.file, arrived.sha256, arrived.modified, None, Verdict(findings=found))
        verdict = self._for(submission.template).check(submission)
        findings = sorted((*found, *verdict.findings), key=lambda finding: finding.sort_key)
        whole = replace(verdict, findings=tuple(findings))
        return Record(arrived.file, arrived.sha256, arrived.modified, submission, whole)

    def _for(self, template: str) -> Checker:
        if template not in self._checkers:
            self._checkers[template] = Checker(self._templates[template], self._today)
        return self._checkers[template]


def collect(campaign: Campaign, progress: Callable[[Record], None] = lambda _: None) -> Tally:
    """Take everything in `收件/` into the ledger; what is there already is not read again."""
    desk = Desk([campaign.template], campaign.clock)
    seen = known = 0
    statuses: Counter[Status] = Counter()
    ignored: list[tuple[str, str]] = []
    deferred: list[tuple[str, str]] = []
    with ledger.opened(campaign.ledger) as book:
        in_ledger = set(book.known())
        batch: list[Record] = []
        for item in _inbox(campaign.inbox):
            seen += 1
            match item:
                case Arrived() if (item.file, item.sha256) in in_ledger:
                    known += 1
                    continue
                case Arrived():
                    record = desk.judge(item)
                case Refused():
                    record = item.record
                    if (record.file, record.sha256) in in_ledger:
                        known += 1
                        continue
                case Deferred():
                    deferred.append((item.file, item.why))
                    continue
                case Ignored():
                    ignored.append((item.file, item.why))
                    continue
            in_ledger.add((record.file, record.sha256))
            statuses[record.status] += 1
            batch.append(record)
            progress(record)
            if len(batch) >= _BATCH:
                book.add(batch)
                batch.clear()
        book.add(batch)
    return Tally(seen, known, dict(statuses), tuple(ignored), tuple(deferred))


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that never became a workbook's bytes; its record says why."""

    record: Record


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


def _inbox(folder: Path) -> Iterator[Arrived | Refused | Deferred | Ignored]:
    """Give everything in the inbox, in order of its path; archives give what is in them."""
    for path in sorted(folder.rglob("*"), key=lambda path: path.as_posix()):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            continue
        if is_leftover(path.name):
            yield Ignored(name, "Excel、WPS 或本程序的临时文件")
            continue
        yield from _opened(path, name)


def arrived(path: Path) -> Arrived:
    """Take one file that was named by hand; what cannot be staged counts as no bytes, which reading refuses."""
    data = path.read_bytes()
    return Arrived(path.name, datetime.fromtimestamp(int(path.stat().st_mtime), UTC), data)


def _opened(path: Path, name: str) -> Iterator[Arrived | Refused | Deferred | Ignored]:
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


def _enclosed(name: str, modified: datetime, data: bytes) -> Iterator[Arrived | Refused | Ignored]:
    for member in reading.inside(data, reading.Limits()):
        inner = f"{name}/{member.name}"
        if member.finding:
            yield _refused(inner, modified, inner.encode("utf-8", "replace"), member.finding)
        elif is_leftover(member.name.rsplit("/", 1)[-1]):
            yield Ignored(inner, "Excel、WPS 或本程序的临时文件")
        else:
            yield Arrived(inner, modified, member.data)


def _refused(name: str, modified: datetime, identity: bytes, finding: Finding) -> Refused:
    fingerprint = hashlib.sha256(identity).hexdigest()
    return Refused(Record(name, fingerprint, modified, None, Verdict(findings=(finding,))))
