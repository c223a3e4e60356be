"""Figures that add up but for one digit: relations that no word declares, told by how little is wrong.

Whether neighbouring figures are meant to add up is unsure where nothing says so. That they would, if one digit
were another or two neighbouring ones had not changed places, is hardly chance where the figures are long enough.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from perfeval_xl.proofread.calculation import amount, decimals, number, printed, rounding, terms
from perfeval_xl.proofread.figures import PERCENT, POINTS, TIMES
from perfeval_xl.proofread.mentions import Mention, Role
from perfeval_xl.proofread.mentions.grammar import WEIGHT
from perfeval_xl.proofread.relations.sameness import swapped
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.verdict import Verdict, softened

if TYPE_CHECKING:
    from perfeval_xl.proofread.figures import Figure
    from perfeval_xl.proofread.relations.index import Index

_ROLES = frozenset({Role.LEVEL, Role.BASE, Role.CHANGE, Role.ADJUSTMENT, Role.DIFFERENCE})
_TOTAL = re.compile(r"合计|共|总|累计|全部|小计|之和|[两三四五六七八九]项")
_REMAINS = re.compile(r"余|结转|结存|尚|未|缺|差|节约|节省|减|净|剩|另|其他|其它")
_OPENING = re.compile(r"年初|期初|上年|原有|年末|期末|年底|现有")
_CLOSING = re.compile(r"年末|期末|年底|余|结转|现有")
_LISTED = re.compile(r"其中|包括|一是|主要|用于|分为|由|:|\(")
Position = tuple[int, int]
_WORDED, _OF_TWO, _UNWORDED = 3, 4, 5
"""Digits that the figures must have for a slip to be no chance: where words speak for a sum, for one of two terms,
and where none do."""
_MOST, _MOST_PARTS, _PAIR, _LIST = 40, 8, 2, 3


@dataclass(frozen=True, slots=True)
class _Reading:
    """What may be meant: the figures of `plus` less those of `minus` make `result`."""

    plus: tuple[Mention, ...]
    minus: tuple[Mention, ...]
    result: Mention
    worded: bool

    @property
    def mentions(self) -> tuple[Mention, ...]:
        return (*self.plus, *self.minus, self.result)

    @property
    def gap(self) -> Decimal:
        """By how much the result is too small."""
        return _sum(self.plus) - _sum(self.minus) - self.result.figure.value

    @property
    def loose(self) -> Decimal:
        return sum((rounding(item.figure) for item in self.mentions), Decimal(0)) / 2

    @property
    def digits(self) -> int:
        """How many digits the longest figure has, those left out that are 0 in all."""
        finest = min(item.figure.step for item in self.mentions)
        numbers = [f"{item.figure.value / finest:.0f}" for item in self.mentions]
        common = min(len(text) - len(text.rstrip("0")) for text in numbers)
        return max(map(len, numbers)) - common

    @property
    def slipped(self) -> bool:
        """Whether one digit of one figure, put right, makes it come right."""
        moved = ((item, -1) for item in self.plus), ((item, 1) for item in (*self.minus, self.result))
        return any(
            one_slip(item.figure, item.figure.value + sign * self.gap) for some in moved for item, sign in some
        )


def slips(index: Index, tried: Iterable[Verdict]) -> Iterator[Verdict]:
    """Find sums and remainders of neighbouring figures that are wrong by one digit.

    `tried` is what the relations say that words declare; the figures that they complain of are left alone.
    """
    told = tuple(tried)
    accused = {fact.position for verdict in told if verdict.finding for fact in verdict.facts}
    together = _together(told)
    for mentions in index.paragraphs.values():
        kinds: dict[str, list[Mention]] = defaultdict(list)
        for item in mentions:
            if _usable(item):
                kinds[item.figure.dimension].append(item)
        for alike in kinds.values():
            yield from _of_kind(alike, accused, together)


def _usable(item: Mention) -> bool:
    figure = item.figure
    exact = figure.exact and not figure.spelled and figure.value > 0 and not item.aside
    exact = exact and not WEIGHT.search(item.head)
    return exact and item.role in _ROLES and figure.dimension not in (PERCENT, POINTS, TIMES)


def _together(told: Iterable[Verdict]) -> dict[Position, set[int]]:
    """Return of which sums that hold each figure is a term."""
    found: dict[Position, set[int]] = defaultdict(set)
    for nth, verdict in enumerate(told):
        if not verdict.finding and all(fact.counted for fact in verdict.facts):
            for fact in verdict.facts:
                found[fact.position].add(nth)
    return found


def _of_kind(
    alike: Sequence[Mention], accused: set[Position], together: Mapping[Position, set[int]]
) -> Iterator[Verdict]:
    sentences = [list(some)[:_MOST] for _, some in groupby(alike, key=lambda item: item.sentence)]
    readings = [reading for sentence in sentences for reading in _readings(sentence)]
    readings += [reading for pair in pairwise(sentences) for reading in _across(*pair)]
    explained = {
        item.position for reading in readings if abs(reading.gap) <= reading.loose for item in reading.mentions
    }
    known = explained | {item.position for item in alike if item.position in accused}
    likely = [reading for reading in readings if _likely(reading, known, together)]
    for reading in sorted(likely, key=lambda one: (not one.worded, -one.digits, -len(one.mentions))):
        positions = {item.position for item in reading.mentions}
        if not positions & accused:
            accused |= positions
            yield softened(_verdict(reading))


def _likely(reading: _Reading, known: set[Position], together: Mapping[Position, set[int]]) -> bool:
    wanted = _UNWORDED if not reading.worded else _OF_TWO if len(reading.mentions) == _LIST else _WORDED
    if abs(reading.gap) <= reading.loose or reading.digits < wanted:
        return False
    sums = [nth for item in reading.mentions for nth in together.get(item.position, ())]
    siblings = len(sums) > len(set(sums))  # two terms of a sum that holds are not the terms of another
    return not siblings and not all(item.position in known for item in reading.mentions) and reading.slipped


def _readings(sentence: Sequence[Mention]) -> Iterator[_Reading]:
    for at, item in enumerate(sentence):
        for count in range(_PAIR, _MOST_PARTS):
            before, behind = sentence[max(0, at - count) : at], sentence[at + 1 : at + 1 + count]
            if len(before) == count and _are_parts(before):
                yield _Reading(tuple(before), (), item, bool(_TOTAL.search(item.head)))
            if len(behind) == count and _are_parts(behind):
                yield _Reading(tuple(behind), (), item, _divided(item, behind))
        if 0 < at < len(sentence) - 1:
            yield _Reading((sentence[at - 1], sentence[at + 1]), (), item, worded=False)
        yield from _flows(sentence[at : at + _LIST + _PAIR])


def _are_parts(items: Sequence[Mention]) -> bool:
    return len(items) == _PAIR or all(item.level for item in items)


def _divided(whole: Mention, parts: Sequence[Mention]) -> bool:
    """Whether words speak for it that a figure is made of those behind it."""
    lead, rest = parts[0].lead, parts[-1]
    return bool(_LISTED.search(lead)) or (len(parts) == _PAIR and bool(_REMAINS.search(rest.head)) and whole.level)


def _flows(run: Sequence[Mention]) -> Iterator[_Reading]:
    """Yield what was there, what came, what went, and what is there now."""
    for outs in (1, 2):
        if len(run) >= outs + _LIST:
            opening, came, *went = run[: outs + _PAIR]
            closing = run[outs + _PAIR]
            worded = bool(
                _OPENING.search(opening.head) and re.search(r"年末|期末|年底|余|结转|现有", closing.head)
            )
            yield _Reading((opening, came), tuple(went), closing, worded)


def _across(sentence: Sequence[Mention], following: Sequence[Mention]) -> Iterator[_Reading]:
    """Yield a whole of one sentence with the parts of the next, and parts with the whole of the next."""
    levels, below = ([item for item in some if item.level] for some in (sentence, following))
    if _LIST <= len(below) <= _MOST_PARTS:
        for whole in levels[-_PAIR:]:
            noun = re.search(r"(收入|支出|资金|人员?|经费)[^,;:]{0,4}$", whole.head)
            worded = noun is not None and all(noun[1] in item.head for item in below)
            yield _Reading(tuple(below), (), whole, worded)
    if _LIST <= len(levels) <= _MOST_PARTS and below:
        worded = bool(re.search("以上|上述|前述|合计|总计", below[0].head))
        yield _Reading(tuple(levels), (), below[0], worded)


def one_slip(figure: Figure, needed: Decimal) -> bool:
    """Whether a figure becomes the one needed by another digit at one place, or by two that change places."""
    said, right = (f"{abs(value) / figure.step:.0f}" for value in (figure.value, needed))
    fits = abs(Decimal(right) * figure.step - needed) <= figure.step / 2
    if needed <= 0 or not fits or len(said) != len(right):
        return False
    return swapped(said, right) or sum(one != other for one, other in zip(said, right, strict=True)) == 1


def variants(figure: Figure) -> Iterator[Decimal]:
    """Yield what a figure may have been meant to be: another digit at one place, two neighbours changed over."""
    digits = f"{abs(figure.value) / figure.step:.0f}"
    for at, old in enumerate(digits):
        others = (new for new in "0123456789" if new != old and (at or new != "0"))
        yield from (Decimal(digits[:at] + new + digits[at + 1 :]) * figure.step for new in others)
        if digits[at + 1 : at + 2] not in ("", old):
            yield Decimal(digits[:at] + digits[at + 1] + old + digits[at + 2 :]) * figure.step


def _sum(items: Iterable[Mention]) -> Decimal:
    return sum((item.figure.value for item in items), Decimal(0))


def _verdict(reading: _Reading) -> Verdict:
    result = reading.result
    figures = [item.figure for item in reading.mentions]
    exact, scale = decimals(figures, result.figure.scale), result.figure.scale
    signed = [("+", item) for item in reading.plus] + [("-", item) for item in reading.minus]
    written = "".join(f"{sign}{number(item.figure.value, scale, exact)}" for sign, item in signed)
    right = result.figure.value + reading.gap
    found = finding(
        "P49",
        result.place,
        value=printed(result.figure.value, result.figure),
        expected=printed(right, result.figure),
        label=result.subject,
        calculation=f"{written.removeprefix('+')}={amount(right, result.figure, figures)}",
        said=result.text,
        difference=amount(abs(reading.gap), result.figure, figures),
        terms=terms(reading.mentions),
    )
    return Verdict(reading.mentions, found, abs(reading.gap))
