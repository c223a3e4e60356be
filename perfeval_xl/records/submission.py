"""What a unit handed in, once read: entries with their addresses, as typed and as understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Value

Key = tuple[str, int]
"""What an entry is of: a field's name, and the row of its table counted from 1 (0 outside tables)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One filled cell. `raw` is its text as stored; `value` is None where the text could not be understood."""

    name: str
    row: int
    address: Address
    raw: str
    value: Value

    @property
    def key(self) -> Key:
        """The name with the row of its table."""
        return self.name, self.row


@dataclass(frozen=True)
class Submission:
    """One workbook as read. `entries` are inputs; `stored` are the computed cells' values as found in the file.

    `unreadable` are the inputs that hold something which is not a value of their kind. `explanations` maps a
    check's id to what the unit wrote beside it on the board, and a finding's key to what it wrote against it on
    the list that went back.
    """

    file: str
    template: str
    version: str
    unit_code: str
    unit_name: str
    entries: tuple[Entry, ...] = ()
    stored: tuple[Entry, ...] = ()
    unreadable: frozenset[Key] = frozenset()
    explanations: dict[str, str] = field(default_factory=dict)
    filled: int = 0
    """Cells that hold anything where a unit may type; every one is in `entries` or named by a finding."""
    translated: frozenset[Key] = frozenset()
    """Inputs that mean something else to us than to the formulas of the file: an amount typed as a text. Known
    only while the file itself is read."""
    changed: frozenset[Key] = frozenset()
    """Computed cells whose stored result is the unit's own doing: their formula is another than was handed out, or
    we contradicted it before. Known only while the file itself is read, or judged anew."""
    stamped: tuple[str, str] = ("", "")
    """The unit's code and the serial on its stamp; blank where lost, or in a ledger of before."""
    part: str = ""
    part_name: str = ""
    """Code and name of what it is about, where a unit has a workbook for each of several projects."""

    @cached_property
    def values(self) -> dict[Key, Value]:
        """Every understood input."""
        return {entry.key: entry.value for entry in self.entries if entry.key not in self.unreadable}
