"""A department that is asked to report, as the roster has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the roster.

    `parent` is the name of its 主管部门 as it is printed; `superior` that department's code where it is on the
    roster itself, else blank. A unit that `gathers` (汇总户) reports the sum of the units below it, so its
    figures are compared with theirs and never added to them.
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
