"""Scores that are too good to be true, for templates that do not check this themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from perfeval_xl.comparing.gist import Gist
from perfeval_xl.comparing.rules_across_units import percent, place_of, say
from perfeval_xl.comparing.thresholds import Thresholds
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.summary_line import Judged, Plays
from perfeval_xl.records.unit import Unit

_FULL, _EXECUTION = Decimal(100), Decimal(10)
_SEVERAL = 3


class Scores:
    """A template whose summary says which fields are the score and the rate of execution."""

    def __init__(self, template: Template, thresholds: Thresholds) -> None:
        self._fields = template.field
        self._score, self._rate = (template.parts.get(part, "") for part in (Plays.SCORE, Plays.RATE))
        self._own = template.judged
        self._thresholds = thresholds

    @property
    def wanted(self) -> tuple[str, ...]:
        """The fields whose figures are needed."""
        return tuple(name for name in (self._score, self._rate) if name in self._fields)

    def judge(self, unit: str, gist: Gist) -> Iterator[Finding]:
        """Give what is too good in one submission, without what the template's own board says."""
        score, rate = gist.figures.get(self._score), gist.figures.get(self._rate)
        if rate is None or not rate:
            return
        if Judged.LOW_RATE not in self._own and rate < self._thresholds.least_rate:
            least = percent(self._thresholds.least_rate)
            yield self._finding("D15", unit, self._rate, rate, least=least, rate=percent(rate))
        if score is None:
            return
        earned = (score - min(_EXECUTION, _EXECUTION * rate)) / (_FULL - _EXECUTION)
        overrated = earned > 0 and (earned - rate) / earned > self._thresholds.overrated
        if overrated and Judged.OVERRATED not in self._own:
            yield self._finding("D14", unit, self._score, score, score=percent(earned), rate=percent(rate))
        if Judged.FULL_MARKS not in self._own and score >= _FULL and rate < 1:
            yield self._finding("D22", unit, self._score, score, score=f"{score:.2f}", rate=percent(rate))

    def all_full(self, units: Iterable[Unit], gists: Mapping[str, Gist]) -> Iterator[Finding]:
        """Give for each unit that all of several with the same 主管部门 have full marks."""
        groups: dict[str, list[tuple[Unit, Decimal]]] = defaultdict(list)
        for unit in units:
            score = gists[unit.key].figures.get(self._score) if unit.key in gists else None
            if score is not None and unit.parent and not unit.gathers:
                groups[unit.parent].append((unit, score))
        for parent, several in groups.items():
            if len(several) >= _SEVERAL and all(score >= _FULL for _, score in several):
                for unit, score in several:
                    yield self._finding("D22a", unit.key, self._score, score, parent=parent, count=len(several))

    def _finding(self, rule: str, unit: str, name: str, value: Decimal, **details: str | int) -> Finding:
        field = self._fields[name]
        return say(rule, unit, place_of(field), field=name, label=field.label, value=value, **details)  # type: ignore[arg-type]  # details are never the named parameters
