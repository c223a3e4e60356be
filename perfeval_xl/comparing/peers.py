"""Which figures are out of line with those of similar units, by statistics that a few wrong ones do not move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import log
from statistics import median

from perfeval_xl.comparing.gist import Gist
from perfeval_xl.comparing.rules_across_units import percent, place_of, say, told
from perfeval_xl.comparing.thresholds import Thresholds
from perfeval_xl.records.contract import Field, Template
from perfeval_xl.records.finding import Finding, Related
from perfeval_xl.records.summary_line import Part
from perfeval_xl.records.unit import Unit, measure

_TO_SIGMA = 0.6745
"""The median absolute deviation of a normal distribution in standard deviations."""
_FAR = 3.5
"""From this modified z score on a value is an outlier (Iglewicz and Hoaglin)."""
_ALL = "全部单位"
_PER_HEAD, _RATE = "请核对金额的单位是不是万元、人数和金额有没有填错。", "请核对算这个比率的数有没有填错。"
"""What is to be looked at: a rate is the same in 元 and in 万元."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A figure that similar units are compared by: an amount per head, or a rate that stands for itself.

    `whose` says what is compared and `measure` how it is counted: 单位 and 户, or 项目 and 个项目.
    """

    label: str
    figure: Field
    per: Field | None
    whose: str = "单位"
    measure: str = measure()

    def of(self, gist: Gist) -> Decimal | None:
        """Return a unit's own; None where it cannot be said."""
        figure = gist.figures.get(self.figure.name)
        if self.per is None or figure is None:
            return figure
        heads = gist.figures.get(self.per.name)
        return figure / heads if heads and heads > 0 and figure > 0 else None


def compared(template: Template) -> tuple[Yardstick, ...]:
    """Return what the template declares to be compared: summary lines 比较, `<figure>/<heads>` or a rate."""
    whose = template.parted.what if template.parted else "单位"
    lines = (line for line in template.summary if line.part is Part.COMPARED)
    split = ((line.label, *line.formula.partition("/")[::2]) for line in lines)
    return tuple(
        Yardstick(label, template.field[figure], template.field.get(per), whose, template.measure)
        for label, figure, per in split
        if figure in template.field
    )


def outliers(
    units: Iterable[Unit], gists: Mapping[str, Gist], several: Iterable[Yardstick], thresholds: Thresholds
) -> Iterator[Finding]:
    """Give each figure that is far from those of the same 业务股室, or of all units where that one has too few."""
    reporting = [unit for unit in units if unit.key in gists and not unit.gathers]
    for one in several:
        values = {unit.key: value for unit in reporting if (value := one.of(gists[unit.key])) is not None}
        for name, group in _groups(reporting, values, thresholds):
            yield from _far_from_most(one, name, group, values, thresholds)


def _groups(
    units: Iterable[Unit], values: Mapping[str, Decimal], thresholds: Thresholds
) -> Iterator[tuple[str, tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Give groups as (name, (all its codes, those to be judged in it))."""
    sections: dict[str, list[str]] = defaultdict(list)
    for unit in units:
        if unit.key in values:
            sections[unit.section].append(unit.key)
    small = []
    for section, codes in sections.items():
        if section and len(codes) >= thresholds.peers:
            yield section, (tuple(codes), tuple(codes))
        else:
            small += codes
    if len(values) >= thresholds.peers:
        yield _ALL, (tuple(values), tuple(small))


def _far_from_most(
    one: Yardstick,
    name: str,
    group: tuple[tuple[str, ...], tuple[str, ...]],
    values: Mapping[str, Decimal],
    thresholds: Thresholds,
) -> Iterator[Finding]:
    everyone, judged = group
    scale: Callable[[Decimal], float] = float if one.per is None else lambda value: log(float(value))
    middle = median(scale(values[code]) for code in everyone)
    spread = median(abs(scale(values[code]) - middle) for code in everyone)
    least = float(thresholds.points) if one.per is None else log(float(max(thresholds.times, Decimal("1.01"))))
    center = median(values[code] for code in everyone)
    for code in judged:
        distance = abs(scale(values[code]) - middle)
        if distance > least and _TO_SIGMA * distance > _FAR * spread:
            yield _finding(one, code, values[code], center, name, len(everyone))


def _finding(one: Yardstick, code: str, value: Decimal, center: Decimal, peers: str, count: int) -> Finding:
    related = (Related(one.per.address, one.per.label, None),) if one.per and place_of(one.per) else ()
    return say(
        "X20",
        code,
        place_of(one.figure),
        field=one.figure.name,
        label=one.label,
        value=value,
        expected=center,
        related=related,
        written=_said(value, one),
        known=_said(center, one),
        peers=peers,
        count=f"{count}{one.measure}",
        whose=one.whose,
        far=_far(value, center, one),
        look=_RATE if one.per is None else _PER_HEAD,
    )


def _said(value: Decimal, one: Yardstick) -> str:
    return told(value, one.figure) if one.per is None else f"{value:.2f}{one.figure.unit}"


def _far(value: Decimal, center: Decimal, one: Yardstick) -> str:
    if one.per is None:
        return f"相差{percent(abs(value - center)).rstrip('%')}个百分点"
    if value > center:
        return f"是它的{value / center:.1f}倍"
    return f"只有它的{percent(value / center)}"
