"""Which tables a ledger has, column by column, in this version of its format and in the ones before."""

from __future__ import annotations

from dataclasses import dataclass, replace

VERSION = 5


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its key, the columns that are listed, and the large ones."""

    name: str
    key: str
    light: tuple[str, ...]
    heavy: tuple[str, ...] = ()
    counted: bool = True

    @property
    def seals(self) -> tuple[str, ...]:
        """The columns of the large columns' seals."""
        return tuple(f"{column}_seal" for column in self.heavy)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns in their order."""
        return (self.key, "seal", *self.light, *self.seals, *self.heavy)


SUBMISSION = Table(
    "submission",
    "id",
    (
        *("file", "sha256", "modified", "readable", "unit", "unit_name", "template", "version", "filled"),
        *("explanations", "part", "part_name"),
    ),
    ("contents", "noticed"),
)
JUDGEMENT = Table("judgement", "id", ("submission", "basis", "status", "not_evaluated"), ("contents", "findings"))
SIGHTING = Table("sighting", "path", ("size", "modified_ns", "items"))
MEMO = Table("memo", "name", ("basis",), ("text",), counted=False)
ACT = Table(
    "act",
    "number",
    ("at", "deed", "by", "unit", "subject", "why", "until", "sha256", "grounds", "withdraws", "part"),
)
ARRIVAL = Table("arrival", "number", ("file", "sha256", "run", "at", "modified"))
SERIAL = Table("serial", "number", ("unit", "part", "purpose", "template", "sha256", "at"))
TABLES = (SUBMISSION, JUDGEMENT, SIGHTING, MEMO, ACT, ARRIVAL, SERIAL)
COUNTED = tuple(table for table in TABLES if table.counted)
SCHEMA = (
    """CREATE TABLE submission (
    id INTEGER PRIMARY KEY,
    seal INTEGER NOT NULL,
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
    part TEXT NOT NULL,
    part_name TEXT NOT NULL,
    contents_seal INTEGER NOT NULL,
    noticed_seal INTEGER NOT NULL,
    contents BLOB NOT NULL,
    noticed TEXT NOT NULL
)""",
    """CREATE TABLE judgement (
    id INTEGER PRIMARY KEY,
    seal INTEGER NOT NULL,
    submission INTEGER NOT NULL REFERENCES submission (id),
    basis TEXT NOT NULL,
    status TEXT NOT NULL,
    not_evaluated TEXT NOT NULL,
    contents_seal INTEGER NOT NULL,
    findings_seal INTEGER NOT NULL,
    contents BLOB NOT NULL,
    findings TEXT NOT NULL
)""",
    """CREATE TABLE sighting (
    path TEXT PRIMARY KEY,
    seal INTEGER NOT NULL,
    size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    items TEXT NOT NULL
) WITHOUT ROWID""",
    """CREATE TABLE memo (
    name TEXT PRIMARY KEY,
    seal INTEGER NOT NULL,
    basis TEXT NOT NULL,
    text_seal INTEGER NOT NULL,
    text TEXT NOT NULL
) WITHOUT ROWID""",
    """CREATE TABLE act (
    number INTEGER PRIMARY KEY,
    seal INTEGER NOT NULL,
    at TEXT NOT NULL,
    deed TEXT NOT NULL,
    by TEXT NOT NULL,
    unit TEXT NOT NULL,
    subject TEXT NOT NULL,
    why TEXT NOT NULL,
    until TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    grounds TEXT NOT NULL,
    withdraws INTEGER NOT NULL,
    part TEXT NOT NULL
)""",
    """CREATE TABLE arrival (
    number INTEGER PRIMARY KEY,
    seal INTEGER NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    run INTEGER NOT NULL,
    at TEXT NOT NULL,
    modified TEXT NOT NULL
)""",
    """CREATE TABLE serial (
    number INTEGER PRIMARY KEY,
    seal INTEGER NOT NULL,
    unit TEXT NOT NULL,
    part TEXT NOT NULL,
    purpose TEXT NOT NULL,
    template TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    at TEXT NOT NULL
)""",
    """CREATE TABLE whole (
    name TEXT PRIMARY KEY,
    seal INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    total INTEGER NOT NULL
) WITHOUT ROWID""",
    "CREATE TRIGGER act_stays BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END",
    "CREATE TRIGGER act_remains BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are never removed'); END",
)


@dataclass(frozen=True, slots=True)
class Former:
    """A version of the format that is still taken over: its tables, and the statements that make it.

    Without a `schema` its rows bear no seals.
    """

    tables: tuple[Table, ...]
    schema: tuple[str, ...] = ()

    @property
    def sealed(self) -> bool:
        """Whether a change that was not ours is noticed in it."""
        return bool(self.schema)

    @property
    def dropped(self) -> str:
        """The table of which nothing is taken over: a version's counts, or what nothing read."""
        return "whole" if self.sealed else "finding"


POSITIONS = 100_000
"""Up to which number a serial may have been a position on the roster, as it was until version 4."""

_ACT4 = replace(ACT, light=ACT.light[:-1])
_SUBMISSION4 = replace(SUBMISSION, light=SUBMISSION.light[:-2])
_TABLES4 = (_SUBMISSION4, JUDGEMENT, SIGHTING, MEMO, _ACT4)
_NEW5 = ("CREATE TABLE arrival ", "CREATE TABLE serial ")
FORMER = {
    3: Former(_TABLES4),
    4: Former(
        _TABLES4,
        tuple(
            made.replace(",\n    part TEXT NOT NULL", "").replace(",\n    part_name TEXT NOT NULL", "")
            for made in SCHEMA
            if not made.startswith(_NEW5)
        ),
    ),
}
"""The versions before, by their numbers. In 3 rows bore no seals; in 4 nobody knew when what came and which serial
was whose, and neither a submission nor an act had a part."""
