"""What came in, once and for all: the only module that knows SQLite. Nothing is overwritten or removed.

A `submission` is a file as it was read. A `judgement` is what checking it gave, on the basis of a certain
template with certain settings; when these change there is another judgement and the latest counts. A `sighting` is
a file in the inbox as it was last seen: while its size and time stay the same it need not be opened again.
A `memo` is what was worked out from the rest, and may be forgotten.
An `act` is what somebody decided or what was sent.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from perfeval_xl.acts import Act, Deed
from perfeval_xl.contents import Parcel, compact, findings_from, findings_text, unpack
from perfeval_xl.errors import PerfevalError
from perfeval_xl.verdict import Receipt, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

_VERSION = 3
_SCHEMA = """
CREATE TABLE submission (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    modified TEXT NOT NULL,
    readable INTEGER NOT NULL,
    unit TEXT NOT NULL,
    unit_name TEXT NOT NULL,
    template TEXT NOT NULL,
    version TEXT NOT NULL,
    filled INTEGER NOT NULL,
    explanations TEXT NOT NULL,
    contents BLOB NOT NULL,
    noticed TEXT NOT NULL
);
CREATE INDEX submission_file ON submission (file, sha256);
CREATE TABLE judgement (
    id INTEGER PRIMARY KEY,
    submission INTEGER NOT NULL REFERENCES submission (id),
    basis TEXT NOT NULL,
    status TEXT NOT NULL,
    not_evaluated TEXT NOT NULL,
    contents BLOB NOT NULL,
    findings TEXT NOT NULL
);
CREATE INDEX judgement_submission ON judgement (submission);
CREATE TABLE finding (
    judgement INTEGER NOT NULL REFERENCES judgement (id),
    position INTEGER NOT NULL,
    rule TEXT NOT NULL,
    level TEXT NOT NULL,
    place TEXT NOT NULL,
    message TEXT NOT NULL,
    explanation TEXT NOT NULL
);
CREATE INDEX finding_judgement ON finding (judgement);
CREATE TABLE sighting (
    path TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    items TEXT NOT NULL
);
CREATE TABLE memo (
    name TEXT PRIMARY KEY,
    basis TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE act (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    deed TEXT NOT NULL,
    by TEXT NOT NULL,
    unit TEXT NOT NULL,
    subject TEXT NOT NULL,
    why TEXT NOT NULL,
    until TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    grounds TEXT NOT NULL,
    withdraws INTEGER NOT NULL
);
CREATE TRIGGER act_stays BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END;
CREATE TRIGGER act_remains BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are never removed'); END;
"""
_LATEST = """
SELECT j.id AS number, s.*, j.basis, j.not_evaluated, j.findings
FROM submission s JOIN judgement j ON j.submission = s.id
WHERE j.id IN (
    SELECT max(j.id) FROM judgement j JOIN submission s ON j.submission = s.id GROUP BY s.file, s.sha256
)
"""


class LedgerError(PerfevalError):
    """A ledger that cannot be opened or written."""


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

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def known(self) -> frozenset[tuple[str, str]]:
        """Return (file, sha256) of everything that is in the ledger."""
        return frozenset(self._db.execute("SELECT DISTINCT file, sha256 FROM submission"))

    def sightings(self) -> dict[str, Sighting]:
        """Return every path of the inbox as it was last taken."""
        rows = self._db.execute("SELECT path, size, modified_ns, items FROM sighting")
        return {
            path: Sighting(path, size, modified_ns, tuple(Item(*item) for item in json.loads(items)))
            for path, size, modified_ns, items in rows
        }

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
        with self._db:
            self._db.executemany("DELETE FROM sighting WHERE path = ?", [(path,) for path in paths])

    def add(self, parcels: Iterable[Parcel], basis: str, sightings: Iterable[Sighting] = ()) -> None:
        """Add judged files and what was seen, in one durable transaction: all or none."""
        with self._db:
            for parcel in parcels:
                self._judge(self._submit(parcel), parcel, basis)
            self._db.executemany(
                "INSERT OR REPLACE INTO sighting VALUES (?,?,?,?)",
                [
                    (one.path, one.size, one.modified_ns, compact([[i.file, i.sha256, i.why] for i in one.items]))
                    for one in sightings
                ],
            )

    def judge_again(self, parcels: Iterable[Parcel], basis: str) -> None:
        """Add another judgement of files that are in the ledger already, in one durable transaction."""
        with self._db:
            for parcel in parcels:
                (submission,) = self._db.execute(
                    "SELECT submission FROM judgement WHERE id = ?", (parcel.receipt.number,)
                ).fetchone()
                self._judge(submission, parcel, basis)

    def receipts(self) -> tuple[Receipt, ...]:
        """Return every file with its latest judgement, by the file's time and then its name."""
        rows = self._rows(f"{_LATEST} ORDER BY s.modified, s.file, s.sha256")
        return tuple(_receipt(row) for row in rows)

    def outdated(self, basis: str) -> tuple[Receipt, ...]:
        """Return the files whose latest judgement stands on another basis."""
        rows = self._rows(f"{_LATEST} AND j.basis <> ? ORDER BY j.id", (basis,))
        return tuple(_receipt(row) for row in rows)

    def parcel(self, receipt: Receipt) -> Parcel:
        """Return a listed file whole, still packed."""
        contents, noticed, judged = self._db.execute(
            "SELECT s.contents, s.noticed, j.contents FROM judgement j JOIN submission s ON s.id = j.submission"
            " WHERE j.id = ?",
            (receipt.number,),
        ).fetchone()
        return Parcel(receipt, contents, judged, noticed)

    def record(self, receipt: Receipt, only: Collection[str] | None = None) -> Record:
        """Return a listed file whole; with `only`, what it holds of those fields and no report."""
        return unpack(self.parcel(receipt), only)

    def acts(self) -> tuple[Act, ...]:
        """Return every act in the order in which it was written down."""
        return tuple(_act(row) for row in self._rows("SELECT * FROM act ORDER BY number"))

    def enter(self, acts: Iterable[Act]) -> None:
        """Add acts in one durable transaction: all or none."""
        with self._db:
            self._db.executemany(
                "INSERT INTO act (at, deed, by, unit, subject, why, until, sha256, grounds, withdraws)"
                " VALUES (?,?,?,?,?,?,?,?,?,?)",
                [
                    (
                        *(act.at.isoformat(), act.deed.value, act.by, act.unit, act.subject, act.why),
                        *(str(act.until or ""), act.sha256, compact(act.grounds), act.withdraws),
                    )
                    for act in acts
                ],
            )

    def recall(self, name: str, basis: str) -> str | None:
        """Return what was worked out from the ledger before, if it rested on the same."""
        row = self._db.execute("SELECT text FROM memo WHERE name = ? AND basis = ?", (name, basis)).fetchone()
        return row[0] if row else None

    def remember(self, name: str, basis: str, text: str) -> None:
        """Keep what was worked out from the ledger, to be recalled; where it cannot be kept nothing is lost."""
        with suppress(sqlite3.OperationalError), self._db:
            self._db.execute("INSERT OR REPLACE INTO memo VALUES (?,?,?)", (name, basis, text))

    def dump(self) -> Iterator[str]:
        """Give all that the ledger holds as lines of text: two ledgers are the same if their dumps are.

        What was only worked out from the rest is left out.
        """
        return (line for line in self._db.iterdump() if not line.startswith('INSERT INTO "memo"'))

    def _submit(self, parcel: Parcel) -> int:
        receipt = parcel.receipt
        return self._insert(
            "INSERT INTO submission (file, sha256, modified, readable, unit, unit_name, template, version, filled,"
            " explanations, contents, noticed) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                *(receipt.file, receipt.sha256, receipt.modified.isoformat(), receipt.readable),
                *(receipt.unit, receipt.unit_name, receipt.template, receipt.version, receipt.filled),
                *(compact(receipt.explanations), parcel.read, parcel.noticed),
            ),
        )

    def _judge(self, submission: int, parcel: Parcel, basis: str) -> None:
        receipt = parcel.receipt
        number = self._insert(
            "INSERT INTO judgement (submission, basis, status, not_evaluated, contents, findings)"
            " VALUES (?,?,?,?,?,?)",
            (
                *(submission, basis, receipt.status.value, compact(receipt.not_evaluated)),
                *(parcel.judged, findings_text(receipt.findings)),
            ),
        )
        self._db.executemany(
            "INSERT INTO finding VALUES (?,?,?,?,?,?,?)",
            [
                (number, position, one.rule, one.level.value, str(one.place or ""), one.message, one.explanation)
                for position, one in enumerate(receipt.findings)
            ],
        )

    def _insert(self, statement: str, values: tuple[Any, ...]) -> int:
        return int(self._db.execute(statement, values).lastrowid or 0)

    def _rows(self, statement: str, values: tuple[Any, ...] = ()) -> Iterator[dict[str, Any]]:
        rows = self._db.execute(statement, values)
        columns = [column[0] for column in rows.description]
        return (dict(zip(columns, row, strict=True)) for row in rows)


@contextmanager
def opened(path: Path) -> Iterator[Ledger]:
    """Open (and where needed make) the ledger; commits are durable before they return."""
    try:
        connection = sqlite3.connect(path, timeout=10)
        _prepare(connection, path)
    except sqlite3.Error as error:
        raise LedgerError(
            f"打不开台账“{path}”：文件已损坏，或正被别的程序使用。请关闭别的程序再试；仍不行的，用备份恢复，"
            "或移走它后重新收取（收件中的文件会重新读取）。"
        ) from error
    try:
        yield Ledger(connection)
    except sqlite3.Error as error:
        raise LedgerError(f"写不进台账“{path}”。请检查磁盘空间后重试，已有内容没有改变。") from error
    finally:
        connection.close()


def copy(source: Path, target: Path) -> None:
    """Copy a ledger as it is at one moment, even while another run writes to it."""
    try:
        with closing(sqlite3.connect(source, timeout=10)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    except sqlite3.Error as error:
        raise LedgerError(f"台账“{source}”无法复制：文件已损坏，或磁盘已满。") from error


def proven(path: Path) -> int:
    """Return how many files a ledger holds, once SQLite has found it whole; LedgerError where it is not."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
            (count,) = connection.execute("SELECT count(*) FROM submission").fetchone()
    except sqlite3.Error as error:
        raise LedgerError(f"台账“{path}”已损坏，不能使用。") from error
    if answer != "ok":
        raise LedgerError(f"台账“{path}”已损坏，不能使用。")
    return int(count)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise LedgerError(f"台账“{path}”由更新版本的程序写成，请升级程序。")
    if 0 < version < _VERSION:
        raise LedgerError(
            f"台账“{path}”由旧的试用版本写成，这个版本读不了。请把它移到别处保存，再运行 collect 重新收取。"
        )
    if version == 0:
        with connection:
            connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")


def _act(row: dict[str, Any]) -> Act:
    until = date.fromisoformat(row["until"]) if row["until"] else None
    return Act(
        Deed(row["deed"]), datetime.fromisoformat(row["at"]), row["by"], row["unit"], row["subject"], row["why"],
        until, row["sha256"], json.loads(row["grounds"]), row["withdraws"], row["number"],
    )  # fmt: skip


def _receipt(row: dict[str, Any]) -> Receipt:
    return Receipt(
        row["file"],
        row["sha256"],
        datetime.fromisoformat(row["modified"]),
        bool(row["readable"]),
        row["unit"],
        row["unit_name"],
        row["template"],
        row["version"],
        row["filled"],
        findings_from(row["findings"]),
        tuple(json.loads(row["not_evaluated"])),
        json.loads(row["explanations"]),
        row["number"],
    )
