"""Whether a unit that reports for those below it (汇总户) reports the sum of what has passed of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from perfeval_xl.comparing.gist import Gist
from perfeval_xl.comparing.rules_across_units import say, told
from perfeval_xl.records.contract import Aggregate, Field, Role, Template
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.rule import WRONG_UNIT
from perfeval_xl.records.standing import Overview, Standing
from perfeval_xl.records.unit import Unit

Added = Mapping[str, Mapping[str, Decimal | None]]
"""Figures that add up, by the key of the unit and the field; None where nobody could read one."""
_NOTHING = Decimal(0)
_ROUNDING, _ONCE = Decimal("0.005"), Decimal("0.005")
_NAMED = 6


def added_fields(template: Template) -> tuple[Field, ...]:
    """Return the figures outside tables that are typed and add up over units."""
    return tuple(
        field
        for field in template.fields
        if field.aggregate is Aggregate.SUM and field.role is Role.INPUT and not field.table and field.kind.numeric
    )


def families(units: Iterable[Unit]) -> frozenset[str]:
    """Return the keys of the 汇总户 and of all units directly below them."""
    listed = tuple(units)
    above = {unit.code for unit in listed if unit.gathers}
    return frozenset(unit.key for unit in listed if unit.gathers or unit.superior in above)


def figures(gist: Gist, fields: Iterable[Field]) -> dict[str, Decimal | None]:
    """Return a unit's figures that add up."""
    unread = {field.name: None for field in fields if field.name in gist.unreadable}
    return {field.name: gist.figures[field.name] for field in fields if field.name in gist.figures} | unread


def added_up(seen: Overview, template: Template, added: Added) -> Overview:
    """Return where units stand once each 汇总户 is held against those below it, from below upwards."""
    if not added:
        return seen
    summing = _Summing(seen.standings, added_fields(template), added)
    return replace(seen, standings=tuple(map(summing.of, seen.standings)))


class _Summing:
    """All units while 汇总户 are held against those below them."""

    def __init__(self, standings: Iterable[Standing], fields: tuple[Field, ...], added: Added) -> None:
        self._fields, self._added = fields, added
        self._below: dict[str, list[Standing]] = defaultdict(list)
        for one in standings:
            if one.unit.superior and not one.exempt:
                self._below[one.unit.superior].append(one)
        self._done: dict[str, Standing] = {}

    def of(self, standing: Standing) -> Standing:
        """Return where a unit stands; a 汇总户 with what was found of its sums."""
        unit = standing.unit
        if not unit.gathers or unit.key not in self._added:
            return standing
        if unit.key not in self._done:
            below = tuple(map(self.of, self._below[unit.code]))
            found = compare(standing, below, self._added, self._fields)
            whole = sorted((*standing.findings, *found), key=lambda one: one.sort_key)
            self._done[unit.key] = replace(standing, findings=tuple(whole))
        return self._done[unit.key]


def compare(
    whole: Standing, below: Sequence[Standing], added: Added, fields: Iterable[Field]
) -> tuple[Finding, ...]:
    """Return the figures of a 汇总户 that are not the sum of those below it, or who of them has not passed yet."""
    unit = whole.unit
    missing = _missing(below)
    if missing:
        return (say("X19", unit.key, count=len(below), missing=missing),)
    found = (one for field in fields for one in _of_field(unit, field, below, added))
    root = WRONG_UNIT if whole.receipt and whole.receipt.in_other_unit else ""
    return tuple(replace(one, root=root) for one in found)


def _missing(below: Iterable[Standing]) -> str:
    """Return who below a 汇总户 has not reported and who has not passed; nothing where all have."""
    open_ones = [one for one in below if not one.passed]
    absent = [one.unit.label for one in open_ones if not one.receipt]
    waiting = [one.unit.label for one in open_ones if one.receipt]
    told = ((absent, "没有报送"), (waiting, "还没有通过"))
    return "，".join(_named(names) + what for names, what in told if names)


def _named(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + (f"等{len(names)}个" if len(names) > _NAMED else "")


def _of_field(unit: Unit, field: Field, below: Sequence[Standing], added: Added) -> Iterator[Finding]:
    """Compare one figure, where nobody's is unreadable."""
    name, own = field.name, added[unit.key]
    parts = [(one.unit, added.get(one.unit.key, {})) for one in below]
    if None not in (figures.get(name, _NOTHING) for figures in (own, *(figures for _, figures in parts))):
        yield from _of_one(unit, field, own.get(name), [(child, figures.get(name)) for child, figures in parts])


def _of_one(
    unit: Unit, field: Field, written: Decimal | None, parts: list[tuple[Unit, Decimal | None]]
) -> Iterator[Finding]:
    total = sum((value for _, value in parts if value is not None), Decimal(0))
    stated = written if written is not None else Decimal(0)
    if abs(stated - total) <= _ROUNDING * len(parts) + _ONCE:
        return
    terms = [f"{child.label}{told(value, field)}" for child, value in parts if value]
    yield say(
        "X18",
        unit.key,
        field.address,
        field=field.name,
        label=field.label,
        value=stated,
        expected=total,
        written=told(stated, field),
        known=told(total, field),
        difference=told(abs(stated - total), field),
        count=len(parts),
        others=_named(terms) or "都没有填",
    )
