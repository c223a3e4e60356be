"""How last year's units became this year's: which codes a unit goes on from, and with what share of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

_WHOLE = Decimal(1)


class Change(StrEnum):
    """What became of a unit between two years."""

    RENAMED = "更名"
    RECODED = "改码"
    MERGED = "合并"
    SPLIT = "分立"
    ENDED = "撤销"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the succession table: last year's code became, or passed `share` of itself to, this year's."""

    old: str
    change: Change
    new: str = ""
    share: Decimal = _WHOLE


@dataclass(frozen=True, slots=True)
class Origin:
    """A unit of last year that one of this year goes on from; without `change` it simply stayed."""

    old: str
    share: Decimal = _WHOLE
    change: Change | None = None


def origins(steps: Iterable[Step], codes: Iterable[str]) -> dict[str, tuple[Origin, ...]]:
    """Return where each of this year's codes comes from.

    A code that the table does not speak of on its left goes on as itself; so one that only takes in another has
    itself and the other.
    """
    listed = tuple(steps)
    moved = {step.old for step in listed}
    found = {code: [] if code in moved else [Origin(code)] for code in codes}
    for step in listed:
        if step.new in found:
            found[step.new].append(Origin(step.old, step.share, step.change))
    return {code: tuple(several) for code, several in found.items()}


def without_heir(steps: Iterable[Step], codes: Iterable[str], last: Iterable[str]) -> tuple[str, ...]:
    """Return last year's codes that neither stayed nor stand in the table: nobody goes on from them."""
    followed = {step.old for step in steps} | set(codes)
    return tuple(code for code in last if code not in followed)
