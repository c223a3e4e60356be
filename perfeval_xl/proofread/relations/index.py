"""Where the text says the same thing: levels by subject, year and account, in a window around a place."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from perfeval_xl.proofread.mentions import Basis, List, Mention, Telling
from perfeval_xl.proofread.subjects import partitions, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NEIGHBOURS = 18
"""Levels on each side of a place that are looked at under one key."""
_BACK, _ON = 40, 16
PLANS = (Basis.ADJUSTED, Basis.BUDGET, Basis.INITIAL)
_ELSEWHERE = frozenset({"下属", "所属", "直属", "局属", "二级单位", "二级机构", "二级预算", "本级", "机关本部"})


@dataclass(frozen=True)
class Index:
    """The mentions of a text, ready to be looked up."""

    telling: Telling

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Everything that the text states, in order."""
        return self.telling.mentions

    @cached_property
    def _levels(self) -> dict[tuple[str, str], list[Mention]]:
        found: dict[tuple[str, str], list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            if (
                (mention.level or mention.base_of)
                and mention.figure.exact
                and not mention.aside
                and mention.subject
            ):
                found[mention.figure.dimension, mention.subject].append(mention)
                found[mention.figure.dimension, f"…{mention.subject[-2:]}"].append(mention)
        return found

    def around(self, near: Mention) -> Sequence[Mention]:
        """Return the mentions of the window around a place: forty back, sixteen on."""
        return self.mentions[max(0, near.number - _BACK) : near.number + _ON]

    @cached_property
    def paragraphs(self) -> dict[int, list[Mention]]:
        """What each paragraph states, by its number."""
        found: dict[int, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            found[mention.paragraph.number].append(mention)
        return found

    def sentence(self, near: Mention) -> list[Mention]:
        """Return the mentions of a sentence that are near a place, in order."""
        return [item for item in self.around(near) if item.beside(near)]

    def levels(self, subject: str, near: Mention, dimension: str | None = None) -> list[Mention]:
        """Return the levels of a subject that a statement at `near` can mean: the nearest before it first."""
        kind = near.figure.dimension if dimension is None else dimension
        found: dict[int, Mention] = {}
        for key in (subject, f"…{subject[-2:]}"):
            held = self._levels.get((kind, key), [])
            at = bisect_left(held, near.number, key=lambda item: item.number)
            for item in held[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]:
                if item is not near and same(item.subject, subject):
                    found[item.number] = item
        return sorted(found.values(), key=lambda item: (item.subject != subject, _distance(item, near)))

    def level(
        self,
        subject: str,
        near: Mention,
        basis: Basis | None = None,
        period: int | None = None,
        dimension: str | None = None,
    ) -> Mention | None:
        """Return the one level of a subject that a statement at `near` can mean, or None.

        That of its paragraph, the last one before it first; else one elsewhere on which the text agrees.
        """
        when = near.period if period is None else period
        fitting = [
            item
            for item in self.levels(subject, near, dimension)
            if item.period == when and (basis is None or item.basis is basis)
        ]
        here = [item for item in fitting if item.paragraph.number == near.paragraph.number]
        if here:
            return here[0]
        own = [item for item in fitting if not elsewhere(item)]
        return own[0] if own and agreed(own) else None

    def change(self, level: Mention, role: str) -> Mention | None:
        """Return the change or growth against last year that belongs to an amount."""
        for item in self.around(level):
            owned = (
                item.owner is not None
                and item.owner.position == level.position
                and item.role == role
                and item.figure.exact
            )
            if owned and item.against in (None, level.period - 1):
                return item
        return None

    def list_of(self, part: Mention) -> List | None:
        """Return the list that an amount is a part of."""
        return self._lists.get(part.position)

    def scope(self, mention: Mention) -> str:
        """Return what an amount is a part of, where that is not the whole that its subject belongs to anyway."""
        group = self.list_of(mention)
        said = mention.scope
        if group is None:
            return said
        natural = {
            partition.whole for partition in partitions() if mention.subject in (*partition.parts, *partition.more)
        }
        whole = group.whole
        return said if not whole.subject or whole.subject in natural else f"{said}{whole.subject}{whole.basis}"

    @cached_property
    def _lists(self) -> dict[tuple[int, int], List]:
        return {part.position: group for group in self.telling.lists for part in group.parts}


def _distance(item: Mention, near: Mention) -> int:
    """Return how far a level is from a place; what stands behind it is farther than what stands before."""
    return near.number - item.number if item.number < near.number else 1000 + item.number - near.number


def elsewhere(mention: Mention) -> bool:
    """Whether the sentence speaks of a part of the unit, so that the same word means another amount."""
    return mention.scope in _ELSEWHERE


def agreed(mentions: Iterable[Mention]) -> bool:
    """Whether figures are one figure, each rounded as printed."""
    values = sorted(mentions, key=lambda item: item.figure.step)
    finest = values[0]
    return all(abs(item.value - finest.value) * 2 <= item.figure.step for item in values)
