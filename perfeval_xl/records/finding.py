"""What was found wrong or worth saying, and where: the program's diagnostics."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import date
from decimal import Decimal
from enum import StrEnum

from perfeval_xl.records.address import Address

Value = Decimal | str | bool | date | None
"""What a cell holds once it is understood. Money is in the field's unit (万元), a rate is a fraction (0.35)."""


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        """The word that officials read."""
        return {"error": "错误", "warning": "核实", "notice": "提示"}[self.value]

    @property
    def rank(self) -> int:
        """0 for the gravest; for sorting."""
        return list(Level).index(self)


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in running text: paragraph from 1, characters from 0 within it, and the words quoted."""

    paragraph: int
    start: int
    end: int
    quote: str

    def __str__(self) -> str:
        return f"第{self.paragraph}段“{self.quote}”"


@dataclass(frozen=True, slots=True)
class Related:
    """Another cell that a finding speaks of, with its value."""

    address: Address
    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Finding:
    """One diagnostic. `value` is as found, `expected` as it ought to be, `difference` = value - expected.

    `rule` is the id of a check (B01) or of a reading rule (R12). `root` names the rule and place that this
    finding follows from, when it would not exist without that one. Two findings are equal if they speak of the
    same thing at the same place, whatever the wording.
    """

    rule: str
    level: Level
    message: str = attribute(compare=False)
    place: Address | Passage | None = None
    unit: str = ""
    field: str = ""
    label: str = attribute(default="", compare=False)
    value: Value = None
    expected: Value = attribute(default=None, compare=False)
    difference: Decimal | None = attribute(default=None, compare=False)
    tolerance: Decimal | None = attribute(default=None, compare=False)
    related: tuple[Related, ...] = attribute(default=(), compare=False)
    explanation: str = attribute(default="", compare=False)
    root: str = attribute(default="", compare=False)

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        return f"{place}{self.level.label} {self.rule}: {self.message}"

    @property
    def key(self) -> str:
        """What the finding is about, as a text that a later round can be matched by; values have no part in it."""
        return f"{self.rule} {self.place or ''} {self.label}".strip()

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Order of presentation: gravest first, what follows from another last, then by rule and place."""
        place = self.place
        where: tuple[object, ...] = ()
        if isinstance(place, Address):
            where = (place.sheet, place.row, place.column)
        elif place:
            where = ("", place.paragraph, place.start)
        return (self.level.rank, bool(self.root), self.rule, where, self.field)


def difference_between(value: Value, expected: Value) -> Decimal | None:
    """Return how much more a figure is than another; None where either is no figure."""
    return value - expected if isinstance(value, Decimal) and isinstance(expected, Decimal) else None
