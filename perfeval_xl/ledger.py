"""What came in, once and for all: the only module that knows SQLite. Nothing is overwritten or removed."""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from perfeval_xl.address import Address
from perfeval_xl.errors import PerfevalError
from perfeval_xl.finding import Finding, Level, Related
from perfeval_xl.submission import Entry, Submission
from perfeval_xl.verdict import Record, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from perfeval_xl.finding import Value
    from perfeval_xl.submission import Key

_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS submission (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    modified TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_name TEXT NOT NULL,
    template TEXT,
    version TEXT,
    status TEXT NOT NULL,
    filled INTEGER NOT NULL,
    unreadable TEXT NOT NULL,
    explanations TEXT NOT NULL,
    not_evaluated TEXT NOT NULL,
    paragraphs TEXT NOT NULL,
    UNIQUE (file, sha256)
);
CREATE TABLE IF NOT EXISTS entry (
    submission INTEGER NOT NULL REFERENCES submission (id),
    origin TEXT NOT NULL,
    name TEXT NOT NULL,
    row INTEGER NOT NULL,
    sheet TEXT NOT NULL,
    cell_row INTEGER NOT NULL,
    cell_column INTEGER NOT NULL,
    raw TEXT NOT NULL,
    type TEXT NOT NULL,
    value TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entry_submission ON entry (submission);
CREATE TABLE IF NOT EXISTS finding (
    submission INTEGER NOT NULL REFERENCES submission (id),
    position INTEGER NOT NULL,
    rule TEXT NOT NULL,
    level TEXT NOT NULL,
    message TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS finding_submission ON finding (submission);
"""
_TYPED, _STORED, _COMPUTED = "填报", "文件", "计算"


class LedgerError(PerfevalError):
    """A ledger that cannot be opened or written."""


class Ledger:
    """The campaign's database. Open it with `opened`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def known(self) -> frozenset[tuple[str, str]]:
        """Return (file, sha256) of everything that is in the ledger."""
        return frozenset(self._db.execute("SELECT file, sha256 FROM submission"))

    def add(self, records: Iterable[Record]) -> None:
        """Add records in one durable transaction: all or none."""
        with self._db:
            for record in records:
                self._add(record)

    def records(self) -> tuple[Record, ...]:
        """Return every record, by the time of its file and then its name."""
        rows = self._db.execute("SELECT * FROM submission ORDER BY modified, file, sha256")
        columns = [column[0] for column in rows.description]
        return tuple(self._record(dict(zip(columns, row, strict=True))) for row in rows.fetchall())

    def _add(self, record: Record) -> None:
        submission, verdict = record.submission, record.verdict
        number = self._db.execute(
            "INSERT INTO submission (file, sha256, modified, unit, unit_name, template, version, status, filled,"
            " unreadable, explanations, not_evaluated, paragraphs) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                *(record.file, record.sha256, record.modified.isoformat()),
                *((submission.unit_code, submission.unit_name) if submission else ("", "")),
                *((submission.template, submission.version) if submission else (None, None)),
                *(record.status.value, submission.filled if submission else 0),
                json.dumps(sorted(submission.unreadable) if submission else []),
                json.dumps(submission.explanations if submission else {}, ensure_ascii=False),
                json.dumps(verdict.not_evaluated),
                json.dumps(_told(verdict), ensure_ascii=False),
            ),
        ).lastrowid
        lines = list(_entry_lines(submission, verdict))
        self._db.executemany("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?)", [(number, *line) for line in lines])
        self._db.executemany(
            "INSERT INTO finding VALUES (?,?,?,?,?,?)",
            [
                (number, position, finding.rule, finding.level.value, finding.message, _packed(finding))
                for position, finding in enumerate(verdict.findings)
            ],
        )

    def _record(self, row: dict[str, Any]) -> Record:
        number = row["id"]
        entries: dict[str, list[Entry]] = {_TYPED: [], _STORED: []}
        computed: dict[Key, Value] = {}
        for origin, name, line, sheet, cell_row, cell_column, raw, kind, value in self._db.execute(
            "SELECT origin, name, row, sheet, cell_row, cell_column, raw, type, value FROM entry"
            " WHERE submission = ? ORDER BY rowid",
            (number,),
        ):
            if origin == _COMPUTED:
                computed[name, line] = _thawed(kind, value)
            else:
                place = Address(sheet, cell_row, cell_column)
                entries[origin].append(Entry(name, line, place, raw, _thawed(kind, value)))
        told = json.loads(row["paragraphs"])
        details = self._db.execute("SELECT detail FROM finding WHERE submission = ? ORDER BY position", (number,))
        verdict = Verdict(
            tuple(_unpacked(detail) for (detail,) in details),
            tuple(json.loads(row["not_evaluated"])),
            computed,
            tuple(text for text, _, _ in told),
            tuple(style for _, style, _ in told),
            tuple(tuple(lacking) for _, _, lacking in told),
        )
        submission = None
        if row["template"] is not None:
            submission = Submission(
                row["file"], row["template"], row["version"], row["unit"], row["unit_name"],
                tuple(entries[_TYPED]), tuple(entries[_STORED]),
                frozenset((name, line) for name, line in json.loads(row["unreadable"])),
                json.loads(row["explanations"]), row["filled"],
            )  # fmt: skip
        return Record(row["file"], row["sha256"], datetime.fromisoformat(row["modified"]), submission, verdict)


@contextmanager
def opened(path: Path) -> Iterator[Ledger]:
    """Open (and where needed make) the ledger; commits are durable before they return."""
    try:
        connection = sqlite3.connect(path, timeout=10)
        with connection:
            connection.execute("PRAGMA synchronous = FULL")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                raise LedgerError(f"台账“{path}”由更新版本的程序写成，请升级程序。")
            if version < _VERSION:
                connection.executescript(_SCHEMA)
                connection.execute(f"PRAGMA user_version = {_VERSION}")
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


def _entry_lines(submission: Submission | None, verdict: Verdict) -> Iterator[tuple[Any, ...]]:
    if submission is None:
        return
    for origin, entries in ((_TYPED, submission.entries), (_STORED, submission.stored)):
        for entry in entries:
            place = entry.address
            where = (place.sheet, place.row, place.column)
            yield (origin, entry.name, entry.row, *where, entry.raw, *_frozen(entry.value))
    for (name, line), value in verdict.computed.items():
        yield (_COMPUTED, name, line, "", 0, 0, "", *_frozen(value))


def _told(verdict: Verdict) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return the paragraphs, each with its style and what it lacks."""
    return list(zip(verdict.paragraphs, verdict.styles, verdict.lacking, strict=True))


def _frozen(value: Value) -> tuple[str, str]:
    """Return a value as its type's letter and its text."""
    match value:
        case None:
            return "", ""
        case bool():
            return "b", str(int(value))
        case Decimal():
            return "n", str(value)
        case date():
            return "d", value.isoformat()
        case _:
            return "t", value


def _thawed(kind: str, text: str) -> Value:
    match kind:
        case "b":
            return text == "1"
        case "n":
            return Decimal(text)
        case "d":
            return date.fromisoformat(text)
        case "t":
            return text
        case _:
            return None


def _packed(finding: Finding) -> str:
    """Return a finding as JSON from which it can be made again."""
    plain = asdict(finding)
    for name in ("value", "expected", "difference", "tolerance"):
        plain[name] = _frozen(plain[name])
    for related in plain["related"]:
        related["value"] = _frozen(related["value"])
    return json.dumps(plain, ensure_ascii=False)


def _unpacked(text: str) -> Finding:
    plain = json.loads(text)
    for name in ("value", "expected", "difference", "tolerance"):
        plain[name] = _thawed(*plain[name])
    plain["level"] = Level(plain["level"])
    plain["place"] = Address(**plain["place"]) if plain["place"] else None
    plain["related"] = tuple(
        Related(Address(**cell["address"]), cell["label"], _thawed(*cell["value"])) for cell in plain["related"]
    )
    return Finding(**plain)
