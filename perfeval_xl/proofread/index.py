"""Where the text says the same thing: facts looked up by subject, year and account."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from perfeval_xl.proofread.groups import Group
from perfeval_xl.proofread.narrative import Narrative
from perfeval_xl.proofread.statements import Basis, Fact, Measure
from perfeval_xl.proofread.subjects import partitions

_ELSEWHERE = re.compile("下属|所属|直属|局属|二级|本级|机关本部|平均|人均|每")


@dataclass(frozen=True)
class Index:
    """The facts of a text, ready to be looked up. `narrative` is what they come from."""

    narrative: Narrative

    @cached_property
    def _paragraphs(self) -> dict[int, list[Fact]]:
        found: dict[int, list[Fact]] = defaultdict(list)
        for fact in self.narrative.facts:
            found[fact.paragraph.number].append(fact)
        return found

    def beside(self, fact: Fact) -> list[Fact]:
        """Return every statement of the paragraph that a fact is in, in order."""
        return self._paragraphs[fact.paragraph.number]

    @cached_property
    def _levels(self) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.narrative.facts:
            if fact.measure is Measure.LEVEL and fact.figure.exact and not fact.aside:
                found[fact.subject].append(fact)
        return found

    def level(
        self, subject: str, near: Fact, basis: Basis | None = None, period: int | None = None
    ) -> Fact | None:
        """Return the amount of a subject that a statement at `near` can mean, or None.

        The last one before it in the paragraph, else the first after it there, else one elsewhere on which
        the text agrees.
        """
        when = near.period if period is None else period
        fitting = [
            fact
            for fact in self._levels.get(subject, ())
            if fact.period == when and (basis is None or fact.basis is basis) and fact.position != near.position
        ]
        here = [fact for fact in fitting if fact.paragraph.number == near.paragraph.number]
        before = [fact for fact in here if fact.figure.start < near.figure.start]
        if here:
            return before[-1] if before else here[0]
        own = [fact for fact in fitting if not elsewhere(fact)]
        return own[0] if own and agreed(own) else None

    def change(self, level: Fact, measure: Measure) -> Fact | None:
        """Return the change or growth against last year that belongs to an amount."""
        following = [
            fact
            for fact in self.beside(level)
            if fact.measure is measure
            and fact.subject == level.subject
            and fact.period == level.period
            and fact.against == level.period - 1
            and fact.figure.start > level.figure.start
            and (measure is Measure.GROWTH or fact.figure.dimension == level.figure.dimension)
        ]
        return following[0] if following and following[0].figure.exact else None

    def group_of(self, part: Fact) -> Group | None:
        """Return the list that an amount is a part of."""
        return self._groups.get(part.position)

    def scope(self, fact: Fact) -> str:
        """Return what an amount is a part of, where that is not the whole that its subject belongs to anyway."""
        group = self.group_of(fact)
        if group is None:
            return ""
        natural = {
            partition.whole for partition in partitions() if fact.subject in (*partition.parts, *partition.more)
        }
        whole = group.whole
        return "" if not whole.subject or whole.subject in natural else f"{whole.subject}{whole.basis}"

    @cached_property
    def _groups(self) -> dict[tuple[int, int], Group]:
        return {part.position: group for group in self.narrative.groups for part in group.parts}


def elsewhere(fact: Fact) -> bool:
    """Whether the sentence speaks of a part of the unit, so that the same word means another amount."""
    before = fact.paragraph.text[fact.sentence : fact.figure.start]
    return bool(_ELSEWHERE.search(before))


def agreed(facts: Iterable[Fact]) -> bool:
    """Whether figures are one figure, each rounded as printed."""
    values = sorted(facts, key=lambda fact: fact.figure.step)
    finest = values[0]
    return all(abs(fact.value - finest.value) * 2 <= fact.figure.step for fact in values)
