"""What a check over rows asks, as its formula tells: that two choices belong together, that a text stands once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from perfeval_xl.records.contract import LIST_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from perfeval_xl.records.address import Address
    from perfeval_xl.records.contract import Check, Template
    from perfeval_xl.records.finding import Finding, Passage, Value
    from perfeval_xl.records.submission import Key

Found = tuple["Check", "Finding"]
"""A check and what it found."""
Spot = tuple[str, "Address | Passage | None"]
"""Which check fails, and where."""
_NAME = r"[^\W\d][\w.]*"
_PAIR = re.compile(rf'ISNUMBER\(MATCH\(@({_NAME})&"/"&@({_NAME}),({LIST_NAME}{_NAME}),0\)\)')
_TWIN = re.compile(rf"COUNTIF\(({_NAME}),@\1\)")


@dataclass(frozen=True, slots=True)
class Pair:
    """A row in which two choices do not belong together; `within` is what belongs to the first.

    `owner` is the only first choice that the second belongs to, blank where there is none.
    """

    first: Key
    second: Key
    chosen: tuple[str, str]
    within: tuple[str, ...]
    owner: str

    def said(self) -> str:
        """Return what belongs together, and what does not."""
        first, second = self.chosen
        known = f"“{second}”属于“{self.owner}”，" if self.owner else ""
        allowed = f"“{first}”下只能选{'、'.join(self.within)}。" if self.within else f"没有“{first}”这一项。"
        return known + allowed if known or not self.within else f"没有“{second}”，{allowed}"


def with_twins_joined(found: Iterable[Found], values: Mapping[Key, Value], template: Template) -> list[Found]:
    """Return what was found with a text that stands in several rows told once: at the second, with all rows."""
    groups: dict[object, list[Found]] = {}
    for check, finding in found:
        twin = _TWIN.fullmatch(check.left) if check.table and check.relation == "=" else None
        text = values.get((twin[1], row_of(finding, check, template))) if twin else None
        key = (check.id, str(text).casefold()) if twin else (check.id, finding.place, finding.label)
        groups.setdefault(key, []).append((check, finding))
    return [_twins(several, values, template) if len(several) > 1 else several[0] for several in groups.values()]


def _twins(several: list[Found], values: Mapping[Key, Value], template: Template) -> Found:
    check, finding = several[1]
    numbers = [row_of(one, check, template) for _, one in several]
    text = values.get((check.names[0], numbers[0]))
    rows = "、".join(f"第{number}行" for number in numbers)
    head, _, tail = finding.message.partition(check.message)
    title = head.partition("，")[2].partition("：")[0]
    message = f"{template.table[check.table].title}{rows}，{title}：都是“{text}”。{check.message}{tail}"
    related = tuple(dict.fromkeys(cell for _, one in several for cell in one.related))
    return check, replace(finding, message=message, related=related)


def row_of(finding: Finding, check: Check, template: Template) -> int:
    """Return the row of its table, from 1, that a finding of a check over rows is about."""
    place: Address = finding.place  # type: ignore[assignment]  # such a finding is always at a cell
    return place.row - template.table[check.table].first_row + 1


class Mismatched:
    """The rows of a submission in which two choices do not belong together, and what follows from them.

    `listed` gives what a list of the template holds, as `first/second`; `failing` says which checks would fail at
    which places with other values.
    """

    def __init__(
        self,
        found: list[Found],
        values: Mapping[Key, Value],
        template: Template,
        listed: Callable[[str], tuple[str, ...]],
        failing: Callable[[Mapping[Key, Value]], set[Spot]],
    ) -> None:
        self._found, self._values, self._failing = found, values, failing
        self._pairs = {
            _spot(check, finding): _pair(match, row_of(finding, check, template), values, listed(match[3]))
            for check, finding in found
            if check.table and (match := _PAIR.fullmatch(check.left))
        }
        self._template = template

    def told(self) -> list[Found]:
        """Return what was found, such rows at the cell that is likely wrong, with what follows from them."""
        if not self._pairs:
            return self._found
        by_first, by_second = self._cured_by_first(), self._cured_by_second()
        rule = next(check.rule for check, finding in self._found if _spot(check, finding) in self._pairs)
        cured = by_first | by_second
        return [
            (check, self._placed(check, finding, at_first=bool(by_first)))
            if _spot(check, finding) in self._pairs
            else (check, replace(finding, root=rule) if _spot(check, finding) in cured else finding)
            for check, finding in self._found
        ]

    @cached_property
    def _resting(self) -> set[Spot]:
        """What was found beyond the rows themselves that rests on either of the choices."""
        columns = {name for pair in self._pairs.values() for name, _ in (pair.first, pair.second)}
        tables = {self._template.field[name].table for name in columns}
        return {
            _spot(check, one) for check, one in self._found if check.table not in tables and check.inputs & columns
        }

    def _cured_by_first(self) -> set[Spot]:
        """Return what would not be found, were each first choice the one that the second belongs to."""
        return self._cured({pair.first: pair.owner for pair in self._pairs.values() if pair.owner})

    def _cured_by_second(self) -> set[Spot]:
        """Return what would not be found, were a second choice that is none at all one of the first's."""
        strange = [pair for pair in self._pairs.values() if not pair.owner]
        choices = dict.fromkeys(choice for pair in strange for choice in pair.within)
        cured: set[Spot] = set()
        for choice in choices:
            cured |= self._cured({pair.second: choice for pair in strange if choice in pair.within})
        return cured

    def _cured(self, changes: Mapping[Key, Value]) -> set[Spot]:
        if not changes or not self._resting:
            return set()
        return self._resting - self._failing({**self._values, **changes})

    def _placed(self, check: Check, finding: Finding, *, at_first: bool) -> Finding:
        """Return the finding of a row at the choice that is likely wrong, with what belongs together."""
        pair = self._pairs[_spot(check, finding)]
        name, row = pair.first if (at_first and pair.owner) or not pair.within else pair.second
        field = self._template.field[name]
        message = finding.message.replace(check.message, pair.said() + check.message, 1)
        return replace(finding, place=field.at(row), field=name, message=message)


def _spot(check: Check, finding: Finding) -> Spot:
    return check.id, finding.place


def _pair(match: re.Match[str], row: int, values: Mapping[Key, Value], listed: Iterable[str]) -> Pair:
    several = [tuple(line.split("/", 1)) for line in listed if "/" in line]
    keys = (match[1], row), (match[2], row)
    first, second = (str(values.get(key) or "") for key in keys)
    owners = [one for one, other in several if other == second]
    within = tuple(other for one, other in several if one == first)
    return Pair(*keys, (first, second), within, owners[0] if len(owners) == 1 else "")
