"""How rows are kept so that a change that is not ours is noticed: the only module that knows SQLite.

Every row bears a seal, a checksum over its other columns; large columns have seals of their own, so that a row can
be listed without them. `whole` holds of every table how many rows it has and the sum of their seals, which changes
in the same transaction: a row that is lost is noticed, too. Only memos, which may be forgotten, are not counted.
Tables are read from end to end and not through an index, as damage to an index is not seen.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from perfeval_xl.files.publish import publish
from perfeval_xl.ledger import traces
from perfeval_xl.ledger.tables import (
    ACT,
    ARRIVAL,
    COUNTED,
    FORMER,
    JUDGEMENT,
    MEMO,
    POSITIONS,
    SCHEMA,
    SERIAL,
    SIGHTING,
    SUBMISSION,
    TABLES,
    VERSION,
    Former,
    Table,
)
from perfeval_xl.records.errors import DamagedLedgerError, LedgerError, PerfevalError

__all__ = ["ACT", "ARRIVAL", "JUDGEMENT", "MEMO", "SERIAL", "SIGHTING", "SUBMISSION", "Row", "Store", "Table"]

Row = dict[str, Any]
_SEAL_BYTES = 5
"""A seal is a number of 40 bits: the sum of millions of them is still a number that SQLite can hold."""
_DISK = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}
CANNOT_WRITE = (sqlite3.OperationalError,)
"""What is raised where something cannot be written down."""
_LISTING = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
_GROWING = (SUBMISSION, JUDGEMENT, ACT, ARRIVAL)
"""The tables whose rows are numbered as they come and never go."""
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class Store:
    """The rows of one ledger. Where there is no file yet, it is made when something is first entered.

    A file of an older version is looked at as if it were of this one, and changed when something is entered.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._entered = False
        if is_there(path):
            noted = traces.noted(path.parent, VERSION)  # before the rows: another run may enter some meanwhile
            self.db, self._settled = _connected(path), True
            self._open()
            self._require(noted)
        else:
            self.db, self._settled = _connected(":memory:"), False
            _make(self.db)

    def close(self) -> None:
        """Close the file, and note beside it how far it has come; where that cannot be written nothing is lost."""
        if self._entered:
            with suppress(sqlite3.Error, OSError, PerfevalError):
                reached = {table.name: self._whole(table) for table in _GROWING}
                traces.note(self.path.parent, VERSION, reached)
        self.db.close()

    def _open(self) -> None:
        """Look whether the file is whole as far as that is quickly seen, and what version it is."""
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise LedgerError(f"台账“{self.path}”由更新版本的程序写成，请升级程序。")
        if version in FORMER:
            self._look_at_former()
        elif version != VERSION:
            raise DamagedLedgerError(self.path, "台账不是本程序能读的版本，或已损坏")
        _check_structure(self.db, "quick_check", self.path)
        self._check_totals(COUNTED, SCHEMA)

    def _look_at_former(self) -> None:
        """Take a copy of a file of a version before, and make it one of this."""
        _check_structure(self.db, "integrity_check", self.path)
        copied = _connected(":memory:")
        self.db.backup(copied)
        self.db.close()
        self.db, self._settled = copied, False
        with _transaction(copied):
            self._migrate()

    def _require(self, noted: Mapping[str, tuple[int, int]]) -> None:
        """Refuse a file that is sound and lacks what had been entered before: an older one lies over the newer."""
        for table in _GROWING if self._settled else ():
            rows, total = noted.get(table.name, (0, 0))
            first = f"SELECT seal FROM {table.name} NOT INDEXED ORDER BY {table.key} LIMIT {rows}"
            found, summed = self.db.execute(f"SELECT count(seal), sum(seal) FROM ({first})").fetchone()
            if (found, summed or 0) != (rows, total):
                raise self.damaged(
                    "台账不是上次运行时的那一份，缺少后来的记录，多半是旧的盖掉了新的；新的还在的，请先换回来"
                )

    def settle(self) -> None:
        """Make the file where there is none, and one of this version of an older one; leave the mark beside it."""
        if not self._settled:
            if not self.path.exists():
                make(self.path)
            self.db.close()
            self.db = _connected(self.path)
            with _transaction(self.db):
                if self.db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                    self._migrate()
            self._settled = True
        traces.leave(self.path.parent)

    @contextmanager
    def entering(self) -> Iterator[None]:
        """Enter rows in one durable transaction: all or none."""
        self.settle()
        with _transaction(self.db):
            yield
        self._entered = True

    @contextmanager
    def noting(self) -> Iterator[bool]:
        """Enter memos, unless there is no file to keep them in; gives whether there is."""
        if not self._settled:
            yield False
            return
        with _transaction(self.db):
            yield True

    def rows(self, table: Table, *heavy: str) -> Iterator[Row]:
        """Give every row in the order of its key, with those of its large columns that are named."""
        found = self.db.execute(f"{_select(table, heavy)} NOT INDEXED ORDER BY {table.key}")
        return (self._proven(table, row, heavy) for row in found)

    def row(self, table: Table, key: int | str, *heavy: str) -> Row | None:
        """Return the row of a key; None where there is none."""
        row = self.db.execute(f"{_select(table, heavy)} WHERE {table.key} = ?", (key,)).fetchone()
        return self._proven(table, row, heavy) if row else None

    def append(self, table: Table, values: Iterable[Any]) -> int:
        """Add a row under the next number, which is returned; within `entering`."""
        (last,) = self.db.execute(f"SELECT max({table.key}) FROM {table.name}").fetchone()
        number = int(last or 0) + 1
        self._insert(table, number, tuple(values))
        return number

    def enter(self, table: Table, key: int, values: Iterable[Any]) -> bool:
        """Add a row under a number of its own; False where there is one of that number, which stays."""
        if self.row(table, key):
            return False
        self._insert(table, key, tuple(values))
        return True

    def put(self, table: Table, key: str, values: Iterable[Any]) -> None:
        """Add a row, or replace the one of its key; within `entering` or, for memos, `noting`."""
        self.remove(table, key)
        self._insert(table, key, tuple(values))

    def remove(self, table: Table, key: str) -> None:
        """Remove the row of a key, where there is one."""
        before = self.row(table, key)
        if before:
            self.db.execute(f"DELETE FROM {table.name} WHERE {table.key} = ?", (key,))
            self._count(table, -1, -before["seal"])

    def dump(self, left_out: Table) -> Iterator[str]:
        """Give all rows but those of one table as lines of text."""
        return (line for line in self.db.iterdump() if not line.startswith(f'INSERT INTO "{left_out.name}"'))

    def damaged(self, what: str = "台账的内容有损坏") -> DamagedLedgerError:
        """Return the complaint that this ledger is not whole."""
        return DamagedLedgerError(self.path, what)

    def prove(self) -> int:
        """Read everything; return how many files there are. LedgerError where anything is not as it was."""
        _check_structure(self.db, "integrity_check", self.path)
        counts = {table: sum(1 for _ in self.rows(table, *table.heavy)) for table in TABLES}
        return counts[SUBMISSION]

    def _migrate(self) -> None:
        """Make tables of a version before those of this version, within a transaction: the same rows, sealed.

        Version 3 kept findings as rows, too, which nothing read.
        """
        former = FORMER[self.db.execute("PRAGMA user_version").fetchone()[0]]
        if former.sealed:
            self._prove_former(former)
        for statement in ("TRIGGER act_stays", "TRIGGER act_remains", f"TABLE {former.dropped}"):
            self.db.execute(f"DROP {statement}")
        for table in former.tables:
            self.db.execute(f"ALTER TABLE {table.name} RENAME TO former_{table.name}")
        _make(self.db)
        for table, now in zip(former.tables, TABLES, strict=False):
            columns = ",".join((table.key, *table.light, *table.heavy))
            lacking = tuple("" for column in now.light if column not in table.light)
            for key, *values in self.db.execute(f"SELECT {columns} FROM former_{table.name} ORDER BY {table.key}"):
                light, heavy = values[: len(table.light)], values[len(table.light) :]
                self._insert(now, key, (*light, *lacking, *heavy))
        for table in reversed(former.tables):
            self.db.execute(f"DROP TABLE former_{table.name}")
        if ARRIVAL.name not in {table.name for table in former.tables}:
            self._tell_arrivals()

    def _prove_former(self, former: Former) -> None:
        """Look whether a file of a sealed version is whole before it becomes one of this."""
        self._check_totals(tuple(table for table in former.tables if table.counted), former.schema)
        for table in former.tables:
            for _ in self.rows(table, *table.heavy):
                pass

    def _tell_arrivals(self) -> None:
        """Enter for each file of an older version that it came before anybody noted when, in the order known.

        The serials handed out until then were the roster's positions and stand nowhere.
        """
        seen = set[tuple[str, str]]()
        for row in self.rows(SUBMISSION):
            if (row["file"], row["sha256"]) not in seen:
                seen.add((row["file"], row["sha256"]))
                self.append(ARRIVAL, (row["file"], row["sha256"], 0, "", row["modified"]))
        if seen or any(True for _ in self.rows(ACT)):
            self._insert(SERIAL, POSITIONS, ("", "", "", "", "", ""))

    def _insert(self, table: Table, key: int | str, values: tuple[Any, ...]) -> None:
        light, heavy = values[: len(table.light)], values[len(table.light) :]
        seals = tuple(map(_seal_of, heavy))
        seal = _seal(table.name, key, *light, *seals)
        marks = ",".join("?" * len(table.columns))
        row = (key, seal, *light, *seals, *heavy)
        self.db.execute(f"INSERT INTO {table.name} ({','.join(table.columns)}) VALUES ({marks})", row)
        self._count(table, 1, seal)

    def _count(self, table: Table, rows: int, seal: int) -> None:
        if table.counted:
            before, total = self._whole(table)
            line = (before + rows, total + seal)
            marked = (_seal("whole", table.name, *line), *line, table.name)
            self.db.execute("UPDATE whole SET seal = ?, rows = ?, total = ? WHERE name = ?", marked)

    def _whole(self, table: Table) -> tuple[int, int]:
        """Return how many rows a table ought to have, and the sum of their seals."""
        line = self.db.execute("SELECT seal, rows, total FROM whole WHERE name = ?", (table.name,)).fetchone()
        if line is None or line[0] != _seal("whole", table.name, *line[1:]):
            raise self.damaged()
        return line[1], line[2]

    def _check_totals(self, tables: Iterable[Table], schema: tuple[str, ...]) -> None:
        found = self.db.execute(_LISTING).fetchall()
        if found != _listed(schema):
            raise self.damaged()
        for table in tables:
            counted = self.db.execute(f"SELECT count(seal), sum(seal) FROM {table.name} NOT INDEXED")
            rows, total = counted.fetchone()
            if (rows, total or 0) != self._whole(table):
                raise self.damaged("台账里缺少记录，或有记录不是本程序写的")

    def _proven(self, table: Table, row: tuple[Any, ...], heavy: tuple[str, ...]) -> Row:
        listed = len(table.light) + len(table.seals)
        key, seal, *rest = row
        large = dict(zip(heavy, rest[listed:], strict=True))
        named = dict(zip((*table.light, *table.seals), rest, strict=False))
        if seal != _seal(table.name, key, *rest[:listed]) or any(
            named[f"{column}_seal"] != _seal_of(value) for column, value in large.items()
        ):
            raise self.damaged()
        return {table.key: key, "seal": seal, **named, **large}


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """Open a ledger's rows; LedgerError where that, or what is done with them, fails."""
    with explained(path), closing(Store(path)) as store:
        yield store


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say in a sentence what SQLite complains of."""
    try:
        yield
    except sqlite3.Error as error:
        raise _complaint(error, path) from error


def is_there(path: Path) -> bool:
    """Whether there is a ledger; DamagedLedgerError where there was one, or where it is an empty file."""
    if not path.exists():
        trace = traces.left(path.parent)
        if trace:
            raise DamagedLedgerError(
                path, f"台账不见了，而工作文件夹里有它留下的“{trace.relative_to(path.parent)}”"
            )
        return False
    if not path.is_file():
        what = "一个文件夹" if path.is_dir() else "别的东西"
        raise LedgerError(
            f"“{path}”的位置上是{what}，不是台账文件。请把它改名或移走，再运行一次；已有的文件都没有改动。"
        )
    if not path.stat().st_size:
        raise DamagedLedgerError(path, "台账是一个空文件")
    return True


def make(path: Path) -> None:
    """Make a file that holds nothing: it is there whole or not at all."""
    publish(path, _blank())


def copy(source: Path, target: Path) -> None:
    """Copy a ledger as it is at one moment, even while another run writes to it; not one that is not whole."""
    with (
        opened(source),
        closing(sqlite3.connect(source, timeout=10)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def _complaint(error: sqlite3.Error, path: Path) -> LedgerError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DISK:
        return LedgerError(f"写不进台账“{path}”。请检查磁盘空间和文件夹权限后重试，已有内容没有改变。")
    if code in _BUSY:
        return LedgerError(f"台账“{path}”正被别的程序使用。请关闭别的程序后重试，已有内容没有改变。")
    return DamagedLedgerError(path, "台账的内容有损坏")


def _connected(path: Path | str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check_structure(connection: sqlite3.Connection, pragma: str, path: Path) -> None:
    answer = connection.execute(f"PRAGMA {pragma}(1)").fetchone()
    if answer != ("ok",):
        raise DamagedLedgerError(path, "台账文件已损坏")


def _make(connection: sqlite3.Connection) -> None:
    """Make the tables, empty."""
    for statement in SCHEMA:
        connection.execute(statement)
    for table in COUNTED:
        connection.execute(
            "INSERT INTO whole (name, seal, rows, total) VALUES (?,?,0,0)",
            (table.name, _seal("whole", table.name, 0, 0)),
        )
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _blank() -> bytes:
    """Return the bytes of a ledger that holds nothing."""
    with closing(_connected(":memory:")) as connection:
        _make(connection)
        return connection.serialize()


@cache
def _listed(schema: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return what SQLite lists of a file with this schema."""
    with closing(_connected(":memory:")) as connection:
        for statement in schema:
            connection.execute(statement)
        return connection.execute(_LISTING).fetchall()


def _select(table: Table, heavy: tuple[str, ...]) -> str:
    return f"SELECT {','.join((table.key, 'seal', *table.light, *table.seals, *heavy))} FROM {table.name}"


def _seal(*values: Any) -> int:
    """Return the checksum of a row's names and numbers; one that no row has where they are of another kind."""
    try:
        return _digest(json.dumps(values).encode("ascii"))
    except TypeError:
        return -1


def _seal_of(value: Any) -> int:
    """Return the checksum of a large column."""
    if isinstance(value, bytes):
        return _digest(b"b", value)
    return _digest(b"t", value.encode("utf-8", "surrogatepass")) if isinstance(value, str) else -1


def _digest(*parts: bytes) -> int:
    mark = blake2b(digest_size=_SEAL_BYTES)
    for part in parts:
        mark.update(part)
    return int.from_bytes(mark.digest(), "big")
