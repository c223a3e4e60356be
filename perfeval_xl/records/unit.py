"""A department that is asked to report, as the roster has it, and the part that one of its workbooks is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

BEHIND = "/"
"""What stands in a key between the unit's code and the part's; no code of a unit has it."""
MOBILE, EMAIL, QQ = "手机", "邮箱", "QQ"


@dataclass(frozen=True, slots=True)
class Part:
    """What one of several workbooks of a unit is about, a project say, as the roster lists it."""

    code: str
    name: str


def key_of(code: str, part: str = "") -> str:
    """Return whose workbook it is as one text, `401001` or `401001/XM01`, by which everything is kept."""
    return f"{code}{BEHIND}{part}" if part else code


def measure(what: str = "") -> str:
    """Return the word behind a number of the roster's lines: `户` of units, `个项目` of parts called so."""
    return f"个{what}" if what else "户"


def unit_and_part(key: str) -> tuple[str, str]:
    """Return the code of the unit and that of the part, '' where it has none, of a key."""
    unit, _, part = key.partition(BEHIND)
    return unit, part


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the roster; with a `part`, one of the several workbooks that the unit has to report.

    `parent` is the name of its 主管部门 as it is printed; `superior` that department's code where it is on the
    roster itself, else blank. A unit that `gathers` (汇总户) reports the sum of the units below it, so its
    figures are compared with theirs and never added to them. `email` may hold several addresses, as typed;
    `more` are the headings and texts of all columns that a bureau has added to its roster. How to reach a unit is
    not shown by `repr`, on which fingerprints rest: a new address makes nothing that was accepted doubtful.
    """

    code: str
    name: str
    parent: str = ""
    section: str = ""
    contact: str = ""
    phone: str = ""
    exempt: bool = False
    gathers: bool = False
    superior: str = ""
    part: Part | None = field(default=None, repr=False)
    """Not shown by `repr`, on which fingerprints in ledgers of before rest."""
    mobile: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    qq: str = field(default="", repr=False)
    more: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def key(self) -> str:
        """By what everything of this workbook is kept, and what people type to name it."""
        return key_of(self.code, self.part.code) if self.part else self.code

    @property
    def part_code(self) -> str:
        """The code of its part; blank where it has none."""
        return self.part.code if self.part else ""

    @property
    def label(self) -> str:
        """What tables and sentences call it: the unit's name, with the part's in brackets."""
        return f"{self.name}（{self.part.name}）" if self.part else self.name

    @property
    def reach(self) -> dict[str, str]:
        """How it is reached beside 联系人 and 联系电话, by the roster's headings; what is blank is left out."""
        texts = ((MOBILE, self.mobile), (EMAIL, self.email), (QQ, self.qq), *self.more)
        return {heading: text for heading, text in texts if text}


def reached_by(units: Iterable[Unit]) -> tuple[str, ...]:
    """Return the headings of all ways in which any of these units is reached, in the roster's order."""
    return tuple(dict.fromkeys(heading for unit in units for heading in unit.reach))
