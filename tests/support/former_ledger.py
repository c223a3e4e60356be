"""A ledger as versions 3 and 4 of its format wrote it, made of one of today: how an old year goes on."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from perfeval_xl.ledger import sealed
from perfeval_xl.ledger.tables import FORMER, TABLES, Table

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = """
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
PRAGMA user_version = 3;
"""


def together(version: int) -> zip[tuple[Table, Table]]:
    """Return each table of a version before, and beside it the same one as it is now."""
    return zip(FORMER[version].tables, TABLES, strict=False)


def make_version_4(path: Path) -> None:
    """Put in the place of a ledger one of version 4: sealed, but nobody noted what came when."""
    former, old = FORMER[4], path.with_suffix(".v4")
    with sealed.opened(path) as store, closing(sqlite3.connect(old, isolation_level=None)) as made:
        for statement in former.schema:
            made.execute(statement)
        totals = {table.name: [0, 0] for table in former.tables if table.counted}
        for table, now in together(4):
            for row in store.rows(now, *table.heavy):
                light = [row[column] for column in (table.key, *table.light)]
                seals = [row[column] for column in table.seals]
                seal = sealed._seal(table.name, *light, *seals)
                marks = ",".join("?" * len(table.columns))
                values = (light[0], seal, *light[1:], *seals, *(row[column] for column in table.heavy))
                made.execute(f"INSERT INTO {table.name} VALUES ({marks})", values)  # noqa: S608 - our own names
                if table.counted:
                    totals[table.name][0] += 1
                    totals[table.name][1] += seal
        for name, line in totals.items():
            made.execute("INSERT INTO whole VALUES (?,?,?,?)", (name, sealed._seal("whole", name, *line), *line))
        made.execute("PRAGMA user_version = 4")
    old.replace(path)


def make_former(path: Path) -> None:
    """Put in the place of a ledger one of version 3 that holds the same."""
    old = path.with_suffix(".v3")
    with sealed.opened(path) as store, closing(sqlite3.connect(old)) as former:
        former.executescript(SCHEMA)
        for table, now in together(3):
            columns = (table.key, *table.light, *table.heavy)
            marks = ",".join("?" * len(columns))
            former.executemany(
                f"INSERT INTO {table.name} ({','.join(columns)}) VALUES ({marks})",  # noqa: S608 - our own names
                [[row[column] for column in columns] for row in store.rows(now, *table.heavy)],
            )
        former.execute("INSERT INTO finding VALUES (1, 0, 'B06', 'warning', '', '差额', '')")
        former.commit()
    old.replace(path)
