"""Whether a unit that reports for those below it (汇总户) reports their sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from perfeval_xl.comparing.gist import Gist
from perfeval_xl.comparing.rules_across_units import say, told
from perfeval_xl.records.contract import Aggregate, Field, Role, Template
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.unit import Unit

_ROUNDING, _ONCE = Decimal("0.005"), Decimal("0.005")
_NAMED = 6


def added_fields(template: Template) -> tuple[Field, ...]:
    """Return the figures outside tables that are typed and add up over units."""
    return tuple(
        field
        for field in template.fields
        if field.aggregate is Aggregate.SUM and field.role is Role.INPUT and not field.table and field.kind.numeric
    )


def below(units: Iterable[Unit]) -> dict[str, tuple[Unit, ...]]:
    """Return the units directly below each 汇总户, by its code."""
    listed = tuple(units)
    children: dict[str, list[Unit]] = defaultdict(list)
    for unit in listed:
        if unit.superior and not unit.exempt:
            children[unit.superior].append(unit)
    return {unit.key: tuple(children[unit.code]) for unit in listed if unit.gathers}


def compare(
    unit: Unit, children: tuple[Unit, ...], gists: Mapping[str, Gist], fields: tuple[Field, ...]
) -> Iterator[Finding]:
    """Give the figures of a 汇总户 that are not the sum of its children's; nothing where not all have reported."""
    missing = [child.name for child in children if child.key not in gists]
    if missing:
        names = "、".join(missing[:_NAMED]) + (f"等{len(missing)}个" if len(missing) > _NAMED else "")
        yield say("X19", unit.key, count=len(children), missing=names)
        return
    own = gists[unit.key]
    for field in fields:
        parts = [(child, gists[child.key].figures.get(field.name)) for child in children]
        unread = own.unreadable | frozenset().union(*(gists[child.key].unreadable for child in children))
        if field.name not in unread:
            yield from _of_one(unit, field, own.figures.get(field.name), parts)


def _of_one(
    unit: Unit, field: Field, written: Decimal | None, parts: list[tuple[Unit, Decimal | None]]
) -> Iterator[Finding]:
    total = sum((value for _, value in parts if value is not None), Decimal(0))
    stated = written if written is not None else Decimal(0)
    if abs(stated - total) <= _ROUNDING * len(parts) + _ONCE:
        return
    terms = [f"{child.name}{told(value, field)}" for child, value in parts if value]
    more = f"等{len(terms)}个" if len(terms) > _NAMED else ""
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
        others="、".join(terms[:_NAMED]) + more or "都没有填",
    )
