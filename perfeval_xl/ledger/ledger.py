"""What came in, once and for all: the ledger in the words of the trade. Nothing is overwritten or removed.

A `submission` is a file as it was read. A `judgement` is what checking it gave, on the basis of a certain
template with certain settings; when these change there is another judgement and the latest counts. A `sighting` is
a file in the inbox as it was last seen: while its size and time stay the same it need not be opened again.
A `memo` is what was worked out from the rest, and may be forgotten.
An `act` is what somebody decided or what was sent. An `arrival` is a file as it came in for the first time, a
`serial` a workbook that went out.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from perfeval_xl.ledger import sealed
from perfeval_xl.ledger.packing import Parcel, compact, decoding, findings_from, findings_text, unpack
from perfeval_xl.ledger.sealed import ACT, ARRIVAL, JUDGEMENT, MEMO, SERIAL, SIGHTING, SUBMISSION, Row, Store
from perfeval_xl.records.act import Act, Deed
from perfeval_xl.records.errors import DamagedLedgerError, LedgerError
from perfeval_xl.records.provenance import Arrival, Purpose, Serials, Written, serials
from perfeval_xl.records.verdict import Receipt, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
"""From when on the seconds are counted above which the serials behind a gap begin."""


@dataclass(frozen=True, slots=True)
class Item:
    """What one path of the inbox held: a file that is in the ledger under `sha256`, or one ignored with `why`."""

    file: str
    sha256: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One path of the inbox as it was last taken."""

    path: str
    size: int
    modified_ns: int
    items: tuple[Item, ...] = ()


class Ledger:
    """The campaign's database. Open it with `opened`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def settle(self) -> None:
        """Make the file where there is none yet, so that the folder has a ledger from here on."""
        self._store.settle()

    def known(self) -> frozenset[tuple[str, str]]:
        """Return (file, sha256) of everything that is in the ledger."""
        return frozenset((row["file"], row["sha256"]) for row in self._store.rows(SUBMISSION))

    def sightings(self) -> dict[str, Sighting]:
        """Return every path of the inbox as it was last taken."""
        with self._decoding():
            return {row["path"]: _sighting(row) for row in self._store.rows(SIGHTING)}

    def present(self) -> frozenset[tuple[str, str]]:
        """Return (file, sha256) of everything that was in the inbox when it was last taken."""
        return frozenset(
            (item.file, item.sha256)
            for sighting in self.sightings().values()
            for item in sighting.items
            if item.sha256
        )

    def forget(self, paths: Iterable[str]) -> None:
        """Forget that these paths were seen in the inbox: they are not there any more."""
        with self._store.entering():
            for path in paths:
                self._store.remove(SIGHTING, path)

    def add(
        self,
        parcels: Iterable[Parcel],
        basis: str,
        sightings: Iterable[Sighting] = (),
        run: int = 0,
        at: datetime | None = None,
    ) -> None:
        """Add judged files and what was seen, in one durable transaction: all or none.

        `run` and `at` say of those files that come for the first time when that was.
        """
        with self._store.entering():
            arrived = self._arrived()
            for parcel in parcels:
                self._judge(self._submit(parcel), parcel, basis)
                self._arrive(parcel.receipt, run, at, arrived)
            for one in sightings:
                items = compact([[item.file, item.sha256, item.why] for item in one.items])
                self._store.put(SIGHTING, one.path, (one.size, one.modified_ns, items))

    def judge_again(self, parcels: Iterable[Parcel], basis: str) -> None:
        """Add another judgement of files that are in the ledger already, in one durable transaction."""
        with self._store.entering():
            for parcel in parcels:
                self._judge(self._row(JUDGEMENT, parcel.receipt.number)["submission"], parcel, basis)

    def arrivals(self) -> tuple[Arrival, ...]:
        """Return when every file came in for the first time, in that order."""
        with self._decoding():
            return tuple(map(_arrival, self._store.rows(ARRIVAL)))

    def last_run(self) -> int:
        """Return the number of the last run in which a file came in for the first time; 0 where none has."""
        return max((row["run"] for row in self._store.rows(ARRIVAL)), default=0)

    def serials(self) -> Serials:
        """Return every workbook that went out, by its serial."""
        with self._decoding():
            return serials(map(_written, self._store.rows(SERIAL)))

    def next_serial(self) -> int:
        """Return the serial of the next workbook that is written: one above all that ever were."""
        return max((row["number"] for row in self._store.rows(SERIAL)), default=0) + 1

    def write_down(self, written: Iterable[Written]) -> None:
        """Enter workbooks before they go out, in one durable transaction; LedgerError for a serial used before."""
        entered = tuple(written)
        if entered:
            with self._store.entering():
                for one in entered:
                    self._number(one)

    def leave_gap(self, now: datetime) -> None:
        """Note that workbooks may have gone out of which this ledger knows nothing; see `Purpose.GAP`.

        The serials that follow are above all that a ledger kept until this moment can have reached.
        """
        seconds = int((now - _BEGINNING).total_seconds())
        self.write_down([Written(max(seconds, self.next_serial()), "", Purpose.GAP, at=now)])

    def receipts(self) -> tuple[Receipt, ...]:
        """Return every file with its latest judgement, by the file's time and then its name."""
        with self._decoding():
            listed = [(file["modified"], _receipt(file, row)) for file, row in self._latest("findings")]
        return tuple(one for _, one in sorted(listed, key=lambda pair: (pair[0], pair[1].file, pair[1].sha256)))

    def outdated(self, basis: str) -> tuple[Receipt, ...]:
        """Return the files whose latest judgement stands on another basis."""
        with self._decoding():
            late = ((file, row) for file, row in self._latest() if row["basis"] != basis)
            return tuple(_receipt(file, self._row(JUDGEMENT, row["id"], "findings")) for file, row in late)

    def parcel(self, receipt: Receipt) -> Parcel:
        """Return a listed file whole, still packed."""
        judgement = self._row(JUDGEMENT, receipt.number, "contents")
        submission = self._row(SUBMISSION, judgement["submission"], "contents", "noticed")
        return Parcel(receipt, submission["contents"], judgement["contents"], submission["noticed"])

    def record(self, receipt: Receipt, only: Collection[str] | None = None) -> Record:
        """Return a listed file whole; with `only`, what it holds of those fields and no report."""
        return unpack(self.parcel(receipt), only)

    def acts(self) -> tuple[Act, ...]:
        """Return every act in the order in which it was written down."""
        with self._decoding():
            return tuple(map(_act, self._store.rows(ACT)))

    def enter(self, acts: Iterable[Act]) -> None:
        """Add acts in one durable transaction: all or none."""
        entered = tuple(acts)
        if entered:
            with self._store.entering():
                for act in entered:
                    self._store.append(ACT, _line(act))

    def recall(self, name: str, basis: str) -> str | None:
        """Return what was worked out from the ledger before, if it rested on the same."""
        row = self._store.row(MEMO, name, "text")
        return str(row["text"]) if row and row["basis"] == basis else None

    def remember(self, name: str, basis: str, text: str) -> None:
        """Keep what was worked out from the ledger, to be recalled; where it cannot be kept nothing is lost."""
        with suppress(*sealed.CANNOT_WRITE), self._store.noting() as kept:
            if kept:
                self._store.put(MEMO, name, (basis, text))

    def dump(self) -> Iterator[str]:
        """Give all that the ledger holds as lines of text: two ledgers are the same if their dumps are.

        What was only worked out from the rest is left out.
        """
        return self._store.dump(MEMO)

    def _latest(self, *heavy: str) -> Iterator[tuple[Row, Row]]:
        """Give every file, once, as it was read with its latest judgement, in the order of these.

        `heavy` are large columns of the judgement that are wanted, too.
        """
        files = {row["id"]: row for row in self._store.rows(SUBMISSION)}
        latest: dict[tuple[str, str], Row] = {}
        for row in self._store.rows(JUDGEMENT, *heavy):
            file = files.get(row["submission"])
            if file is None:
                raise self._store.damaged()
            latest[file["file"], file["sha256"]] = row
        for row in sorted(latest.values(), key=lambda row: int(row["id"])):
            yield files[row["submission"]], row

    def _row(self, table: sealed.Table, key: int, *heavy: str) -> Row:
        row = self._store.row(table, key, *heavy)
        if row is None:
            raise self._store.damaged()
        return row

    def _submit(self, parcel: Parcel) -> int:
        receipt = parcel.receipt
        return self._store.append(
            SUBMISSION,
            (
                *(receipt.file, receipt.sha256, receipt.modified.isoformat(), int(receipt.readable)),
                *(receipt.unit, receipt.unit_name, receipt.template, receipt.version, receipt.filled),
                *(compact(receipt.explanations), receipt.part, receipt.part_name, parcel.read, parcel.noticed),
            ),
        )

    def _arrived(self) -> set[tuple[str, str]]:
        return {(row["file"], row["sha256"]) for row in self._store.rows(ARRIVAL)}

    def _arrive(self, receipt: Receipt, run: int, at: datetime | None, arrived: set[tuple[str, str]]) -> None:
        """Note when a file came in, unless it had come before."""
        if (receipt.file, receipt.sha256) not in arrived:
            arrived.add((receipt.file, receipt.sha256))
            moments = (at.isoformat() if at else "", receipt.modified.isoformat())
            self._store.append(ARRIVAL, (receipt.file, receipt.sha256, run, *moments))

    def _number(self, one: Written) -> None:
        at = one.at.isoformat() if one.at else ""
        values = (one.unit, one.part, one.purpose.value, one.template, one.sha256, at)
        if not self._store.enter(SERIAL, one.number, values):
            raise LedgerError(f"台账里已有序号{one.number}，不能再用。请重新运行；仍然这样的，请联系维护人员。")

    def _judge(self, submission: int, parcel: Parcel, basis: str) -> None:
        receipt = parcel.receipt
        self._store.append(
            JUDGEMENT,
            (
                *(submission, basis, receipt.status.value, compact(receipt.not_evaluated)),
                *(parcel.judged, findings_text(receipt.findings)),
            ),
        )

    @contextmanager
    def _decoding(self) -> Iterator[None]:
        """Say which ledger it is that holds what cannot be understood."""
        try:
            with decoding("有一条记录"):
                yield
        except DamagedLedgerError:
            raise
        except LedgerError as error:
            raise self._store.damaged("台账里有读不懂的记录") from error


@contextmanager
def opened(path: Path) -> Iterator[Ledger]:
    """Open the ledger; commits are durable before they return.

    Where there has never been one, looking finds nothing, and the file is made when something is first entered.
    DamagedLedgerError where it is not whole, or gone.
    """
    with sealed.opened(path) as store:
        yield Ledger(store)


def is_there(path: Path) -> bool:
    """Whether a folder has its ledger; False where it never had one, DamagedLedgerError where it has lost it."""
    return sealed.is_there(path)


def make(path: Path) -> None:
    """Make a ledger that holds nothing, where there is none."""
    sealed.make(path)


def copy(source: Path, target: Path) -> None:
    """Copy a ledger as it is at one moment, even while another run writes to it."""
    sealed.copy(source, target)


def proven(path: Path) -> int:
    """Return how many files a ledger holds, once all of it has been read and is whole; LedgerError otherwise."""
    with sealed.opened(path) as store:
        return store.prove()


def _sighting(row: Row) -> Sighting:
    items = tuple(Item(*item) for item in json.loads(row["items"]))
    return Sighting(row["path"], row["size"], row["modified_ns"], items)


def _line(act: Act) -> tuple[Any, ...]:
    return (
        *(act.at.isoformat(), act.deed.value, act.by, act.unit, act.subject, act.why),
        *(str(act.until or ""), act.sha256, compact(act.grounds), act.withdraws, act.part),
    )


def _act(row: Row) -> Act:
    until = date.fromisoformat(row["until"]) if row["until"] else None
    return Act(
        Deed(row["deed"]), datetime.fromisoformat(row["at"]), row["by"], row["unit"], row["subject"], row["why"],
        until, row["sha256"], json.loads(row["grounds"]), row["withdraws"], row["number"],
        row["part"],
    )  # fmt: skip


def _arrival(row: Row) -> Arrival:
    at = datetime.fromisoformat(row["at"]) if row["at"] else None
    return Arrival(row["file"], row["sha256"], row["run"], at, datetime.fromisoformat(row["modified"]))


def _written(row: Row) -> Written:
    at = datetime.fromisoformat(row["at"]) if row["at"] else None
    purpose = Purpose(row["purpose"])
    return Written(row["number"], row["unit"], purpose, row["template"], row["sha256"], at, row["part"])


def _receipt(submission: Row, judgement: Row) -> Receipt:
    return Receipt(
        submission["file"],
        submission["sha256"],
        datetime.fromisoformat(submission["modified"]),
        bool(submission["readable"]),
        submission["unit"],
        submission["unit_name"],
        submission["template"],
        submission["version"],
        submission["filled"],
        findings_from(judgement["findings"]),
        tuple(json.loads(judgement["not_evaluated"])),
        json.loads(submission["explanations"]),
        submission["part"],
        submission["part_name"],
        judgement["id"],
    )
