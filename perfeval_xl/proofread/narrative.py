"""How the statements of a paragraph hang together: carried subjects, 其中 lists, 分别 lists, from a to b."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from perfeval_xl.proofread.figures import PERCENT, POINTS, Figure, figures
from perfeval_xl.proofread.groups import Group, Grouping, within
from perfeval_xl.proofread.moments import Moment, moments
from perfeval_xl.proofread.report import Kind, Paragraph
from perfeval_xl.proofread.statements import (
    COMPARISON,
    DOWN,
    UP,
    Basis,
    Clause,
    Fact,
    Measure,
    basis,
    clause,
    period,
    stated,
)
from perfeval_xl.proofread.subjects import is_known, listed, subject
from perfeval_xl.proofread.text import fold, sentences

_JOINT = re.compile(
    rf"\s*(?:[、,]|和|与|及|以及|[、,](?:和|与|及))\s*(?:(?P<up>{UP})|(?P<down>{DOWN}))?(?:了|约)?\s*"
)
_FROM = re.compile(r"(?:由|从)(?P<prior>[^由从,]{0,14})$")
_TO = re.compile(
    rf"\s*(?P<word>(?P<up>{UP}|升|提)|(?P<down>{DOWN}|降|减)|调整|变)?(?:到|至|为)(?P<rest>[^,;。]{{0,14}})$"
)
_ENDS_OPEN = re.compile(r"其中\s*:?\s*$")
_HEADING = re.compile(r"\s*(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\))")
_NUMBERED = re.compile(r"\s*\(?\d{1,2}[).、]")
_ABOUT_TOPIC = re.compile(r"(?:方面|情况|上|来看|部分)$")


@dataclass(frozen=True, slots=True)
class Transition:
    """由 a 到 b. `sign` is 1 or -1 where a word says up or down, else 0."""

    before: Fact
    after: Fact
    sign: int


@dataclass(frozen=True, slots=True)
class Narrative:
    """Everything that the text states."""

    facts: tuple[Fact, ...]
    groups: tuple[Group, ...]
    transitions: tuple[Transition, ...]


def narrative(paragraphs: Iterable[Paragraph], year: int) -> Narrative:
    """Return what the paragraphs state; `year` is the report's, 0 where unknown."""
    walks: list[_Walk] = []
    earlier: dict[str, Fact] = {}
    for paragraph in paragraphs:
        if paragraph.kind is not Kind.CELL:
            walks.append(_walked(paragraph, year, walks[-1].facts if walks else [], earlier))
            earlier |= {fact.subject: fact for fact in walks[-1].facts if fact.measure is Measure.LEVEL}
    return Narrative(
        facts=tuple(fact for walk in walks for fact in walk.facts),
        groups=(*(group for walk in walks for group in walk.lists.groups), *_listed_below(walks)),
        transitions=tuple(transition for walk in walks for transition in walk.transitions),
    )


def _listed_below(walks: list[_Walk]) -> Iterator[Group]:
    """Yield the wholes of paragraphs that end in 其中: with the first amount of each paragraph below."""
    for position, walk in enumerate(walks):
        levels = [fact for fact in walk.facts if fact.measure is Measure.LEVEL and not fact.aside]
        if not (levels and _ENDS_OPEN.search(walk.folded)):
            continue
        parts = []
        numbered = bool(_NUMBERED.match(walks[position + 1].folded)) if position + 1 < len(walks) else False
        for below in walks[position + 1 :]:
            first = below.facts[0] if below.facts else None
            if (
                not first
                or first.figure.dimension != levels[0].figure.dimension
                or _ENDS_OPEN.search(below.folded)
            ):
                break
            if _HEADING.match(below.folded) or bool(_NUMBERED.match(below.folded)) is not numbered:
                break
            parts.append(replace(first, basis=levels[0].basis))
        if parts:
            yield Group(levels[0], tuple(parts))


def _walked(paragraph: Paragraph, year: int, above: list[Fact], earlier: Mapping[str, Fact]) -> _Walk:
    folded = fold(paragraph.text)
    facts: list[Fact] = []
    walk = _Walk(paragraph, folded, year, facts, Grouping(folded, facts, above, earlier))
    walk.run()
    return walk


@dataclass(slots=True)
class _Walk:
    """One pass over the figures of a paragraph, remembering what later clauses leave out."""

    paragraph: Paragraph
    folded: str
    year: int
    facts: list[Fact]
    lists: Grouping
    transitions: list[Transition] = field(default_factory=list)
    subjects: list[str] = field(default_factory=lambda: [""])
    latest: list[Fact | None] = field(default_factory=lambda: [None])
    direct: list[bool] = field(default_factory=list)
    names: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    def run(self) -> None:
        when = moments(self.folded)
        every = figures(self.folded, when)
        for start, end in sentences(self.folded):
            self._sentence(start, end, [figure for figure in every if start <= figure.start < end], when)

    def _sentence(self, start: int, end: int, inside: list[Figure], when: tuple[Moment, ...]) -> None:
        begin = start
        for figure, following in pairwise([*inside, None]):
            if figure is None:
                break
            lead = self.folded[begin : figure.start]
            rest = self.folded[figure.end : following.start if following else end]
            self._figure(start, figure, lead, rest, when, last=following is None)
            begin = figure.end
        self.lists.close()
        self.subjects, self.latest, self.direct, self.waiting = self.subjects[:1], self.latest[:1], [], ()

    def _figure(
        self, sentence: int, figure: Figure, lead: str, rest: str, when: tuple[Moment, ...], *, last: bool
    ) -> None:
        self._brackets(lead)
        cut, phrase = within(clause(lead, figure.start, when, self.year))
        fact = self._continued(figure, lead) or self._risen(figure, lead, cut)
        if not fact:
            cut = self._several(cut)
            fact = stated(self.paragraph, sentence, figure, cut, self.latest[-1])
            fact = self._rising(fact, cut, rest, last=last)
            fact = self._carried(fact, cut)
            if self.waiting:
                fact = replace(fact, subject=self.waiting[0], carried=False)
                self.waiting = self.waiting[1:]
        if fact.measure is Measure.LEVEL and not fact.aside:
            fact = self.lists.placed(fact, cut, lead, phrase, len(self.subjects))
        if fact.subject and not fact.aside and fact.figure.dimension not in (PERCENT, POINTS):
            self.subjects[-1] = fact.subject
        self.facts.append(fact)
        self.latest[-1] = fact

    def _brackets(self, lead: str) -> None:
        for position, mark in enumerate(lead):
            if mark == "(":
                direct = not lead[position + 1 :].strip()
                self.subjects.append(self.subjects[-1])
                self.latest.append(self.latest[-1])
                self.direct.append(direct)
            elif mark == ")" and len(self.subjects) > 1:
                self._leave_brackets()
                self.lists.close(depth=len(self.subjects))

    def _leave_brackets(self) -> None:
        """Go back to the statement before the brackets, unless they held its figure: 比上年（40万元）增加."""
        name, last = self.subjects.pop(), self.latest.pop()
        if self.direct.pop():
            self.subjects[-1], self.latest[-1] = name, last

    def _several(self, cut: Clause) -> Clause:
        before, several, after = cut.head.partition("分别")
        self.waiting = ()
        if not several:
            return cut
        names = listed(COMPARISON.sub("", before))
        if len(names) > 1:
            self.names = names
        self.waiting = self.names if len(self.names) > 1 and len(names) != 1 else ()
        return replace(cut, head=after if self.waiting else before + after)

    def _continued(self, figure: Figure, lead: str) -> Fact | None:
        joint = _JOINT.fullmatch(lead)
        if not (self.waiting and self.facts and joint):
            return None
        name, self.waiting = self.waiting[0], self.waiting[1:]
        last = self.facts[-1]
        sign = 1 if joint["up"] else -1 if joint["down"] else last.sign
        return replace(last, figure=figure, subject=name, sign=sign)

    def _rising(self, fact: Fact, cut: Clause, rest: str, *, last: bool) -> Fact:
        start = _FROM.search(cut.head)
        if last or not start or not _TO.match(rest):
            return fact
        name = subject(cut.head[: start.start()])
        when, _ = period(replace(cut, head=start["prior"], topic=""), self.year - 1)
        return replace(
            fact, subject=name, measure=Measure.LEVEL, period=when, basis=basis(start["prior"])[0], carried=True
        )

    def _risen(self, figure: Figure, lead: str, cut: Clause) -> Fact | None:
        before, to = self.facts[-1] if self.facts else None, _TO.match(lead)
        if not (before and to and before.figure.dimension == figure.dimension and self._comes_from(before)):
            return None
        when, _ = period(replace(cut, head=to["rest"], topic=""), self.year)
        fact = replace(before, figure=figure, period=when)
        sign = 1 if to["up"] else -1 if to["down"] else 0
        self.transitions.append(Transition(before, fact, sign))
        return fact

    def _comes_from(self, before: Fact) -> bool:
        return bool(_FROM.search(self.folded[max(0, before.figure.start - 16) : before.figure.start].rstrip()))

    def _carried(self, fact: Fact, cut: Clause) -> Fact:
        if fact.subject:
            return fact
        for topic in reversed(re.split("[,;:()]", COMPARISON.sub("", cut.topic))):
            name = subject(_ABOUT_TOPIC.sub("", topic.strip()))
            if is_known(name):
                return replace(fact, subject=name, carried=True)
        rate = self._rate(fact)
        if rate:
            return replace(fact, subject=rate.subject, carried=True)
        if fact.measure is not Measure.LEVEL:
            return self._of_last(fact, cut)
        last = self.facts[-1] if self.facts else None
        budgeted = last and last.sentence == fact.sentence and last.basis is not Basis.FINAL
        if budgeted or period(cut, fact.period)[1] or basis(cut.head)[1] or fact.period != self.year:
            return replace(fact, subject=self.subjects[-1], carried=True)
        return fact

    def _of_last(self, fact: Fact, cut: Clause) -> Fact:
        """Give a share or change the subject of the amount before it, and its year if the sentence says none."""
        name = self.subjects[-1]
        levels = (item for item in reversed(self.facts) if item.measure is Measure.LEVEL and item.subject == name)
        level = next(levels, None)
        if not level or level.carried or period(cut, 0)[0]:
            return replace(fact, subject=name, carried=True)
        moved = fact.against
        if isinstance(moved, int):
            moved += level.period - fact.period
        return replace(fact, subject=name, carried=True, period=level.period, against=moved)

    def _rate(self, fact: Fact) -> Fact | None:
        """Return the rate that a change speaks of: after 满意度95% the words 提高3个百分点."""
        last = self.facts[-1] if self.facts else None
        chained = fact.measure in (Measure.CHANGE, Measure.GROWTH) and fact.figure.dimension in (PERCENT, POINTS)
        if not (chained and last and last.figure.dimension in (PERCENT, POINTS)):
            return None
        return last if last.measure is Measure.LEVEL else None
