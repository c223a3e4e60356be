"""A department that is asked to report, as the roster has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of the roster."""

    code: str
    name: str
    parent: str = ""
    section: str = ""
    contact: str = ""
    phone: str = ""
    exempt: bool = False
