"""Which units have reported the same as others, in figures or in words, and which of them did so first.

First is whose file came in first, as the ledger saw it: an earlier submission counts if it said the same already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from perfeval_xl.comparing.gist import Gist
from perfeval_xl.comparing.rules_across_units import percent, say
from perfeval_xl.comparing.texts import Alike, alike, common, likeness, quoted
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.provenance import Arrival, Arrivals, arrival_of
from perfeval_xl.records.standing import Standing
from perfeval_xl.records.times import day_of, long_day
from perfeval_xl.records.verdict import Receipt

_NAMED = 5
_FIGURES, TEXTS = "数字相同", "文字雷同"


@dataclass(frozen=True)
class Copies:
    """The units that are compared, by their keys, with what they reported; `before` opens a former submission."""

    standings: Mapping[str, Standing]
    gists: Mapping[str, Gist]
    before: Callable[[Receipt], Gist]
    arrivals: Arrivals
    template: Template
    least: float
    """Above which share of likeness texts are told."""

    def found(self) -> Iterator[Finding]:
        """Give every unit's same figures and same words; a 汇总户 may repeat those below it."""
        own = {key: one for key, one in self.gists.items() if not self.standings[key].unit.gathers}
        yield from self._same_figures(own)
        for key, others in alike({key: one.texts for key, one in own.items()}, self.least).items():
            yield self._same_words(key, others)

    def _same_figures(self, gists: Mapping[str, Gist]) -> Iterator[Finding]:
        by_mark: dict[str, list[str]] = defaultdict(list)
        for key, one in gists.items():
            if one.mark:
                by_mark[one.mark].append(key)
        for mark, keys in by_mark.items():
            if len(keys) > 1:
                yield from self._of_group(keys, mark)

    def _of_group(self, keys: list[str], mark: str) -> Iterator[Finding]:
        since = {key: self._since(key, lambda gist: gist.mark == mark) for key in keys}
        first = _first(since)
        for key in keys:
            others = (self._told(other) for other in keys[: _NAMED + 1] if other != key)
            many = f"等{len(keys) - 1}个单位" if len(keys) - 1 > _NAMED else ""
            yield say(
                "A06",
                key,
                label=_FIGURES,
                count=self.gists[key].amounts,
                others="、".join(islice(others, _NAMED)) + many,
                first=self._told_first(key, first, since),
            )

    def _same_words(self, key: str, others: tuple[Alike, ...]) -> Finding:
        nearest, *rest = others
        passages = common(self.gists[key].texts, self.gists[nearest.other].texts)
        more = "、".join(self._told(one.other) for one in rest)
        since = {key: self._worded(key, nearest.other), nearest.other: self._worded(nearest.other, key)}
        return say(
            "N07",
            key,
            self.template.address(passages[0][0]) if passages else None,
            label=TEXTS,
            share=percent(Decimal(round(nearest.share, 2))),
            other=self._told(nearest.other),
            passages=quoted(passages),
            more=f"与{more}的也有大段相同。" if more else "",
            first=self._told_first(key, _first(since), since),
        )

    def _worded(self, key: str, other: str) -> Arrival:
        """Return when a unit first wrote what is like another's."""
        texts = self.gists[other].texts
        return self._since(key, lambda gist: likeness(gist.texts, texts) > self.least)

    def _since(self, key: str, holds: Callable[[Gist], bool]) -> Arrival:
        """Return when the first of a unit's submissions came that says it, up to the one that counts."""
        *former, last = self.standings[key].receipts
        first = next((one for one in former if holds(self.before(one))), last)
        return arrival_of(self.arrivals, first)

    def _told_first(self, own: str, first: str, since: Mapping[str, Arrival]) -> str:
        if not first:
            return "分不清哪个单位先报来"
        at = since[first].at
        who = "本单位" if first == own else self._told(first)
        return f"先报来的是{who}" + (f"（{long_day(day_of(at))}收到）" if at else "")

    def _told(self, key: str) -> str:
        return f"{key} {self.standings[key].unit.label}"


def _first(since: Mapping[str, Arrival]) -> str:
    """Return the unit whose file surely came before those of all others; '' where that cannot be told."""
    first = min(since, key=lambda key: (since[key].run, since[key].modified))
    return first if all(since[first].is_before(one) for key, one in since.items() if key != first) else ""
