"""What the bureau decides of its year beside the template's settings: deadline, who acts, how it accepts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Shelving(StrEnum):
    """In which folders the letters to units lie."""

    TOGETHER = ""
    PARENT = "主管部门"
    UNIT = "单位"


@dataclass(frozen=True, slots=True)
class Office:
    """What stands in the section `campaign` of campaign.toml; what is not set is blank.

    `place` is where units hand in, as letters tell it. With `by_hand` a person has to accept what is without
    fault. `days` is how many days a unit has to correct what goes back, from the notice's own day on; 0 leaves it
    to the deadline. `last_folder` is where last year's campaign lies, as typed: absolute, or from this campaign's
    folder on. `shelving` says in which folders letters lie. `by_two` asks for a second person to confirm what lets
    a unit off; with `by_login` who acts is who is logged in at the machine, and nobody else can be named.
    """

    deadline: date | None = None
    operator: str = ""
    last_folder: str = ""
    phone: str = ""
    place: str = ""
    by_hand: bool = False
    days: int = 0
    shelving: Shelving = Shelving.TOGETHER
    by_two: bool = False
    by_login: bool = False


UNSET = Office()
"""Settings of which none is set."""
