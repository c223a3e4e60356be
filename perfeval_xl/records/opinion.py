"""What the bureau says to a unit of one finding: the line of the list that goes back, on screen and on paper."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Opinion:
    """One line, all of it as it is printed. `target` is the link to its cell, `said` what the unit answered.

    `key` is what the finding is matched by when the answer comes in. An `open` one still has to be dealt with.
    """

    number: int
    level: str
    place: str
    message: str
    value: str
    expected: str
    difference: str
    answer: str
    said: str
    target: str
    key: str
    open: bool = True
