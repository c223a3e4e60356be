"""Arithmetic as a reader checks it: how far printed figures may differ, and how a calculation is written out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from perfeval_xl.proofread.figures import MONEY, PERCENT, POINTS, Figure
from perfeval_xl.proofread.mentions import Mention

_HALF = Decimal("0.5")
_MYRIAD = 10**4
WITHIN_A_STEP = Decimal("0.999")
"""A printed rate may be cut off, and so be below the right one by less than one unit of its last place."""
ROUNDED_UP = Decimal("0.51")
"""Above the right one it is by half a unit at most, as no rounding makes more of it."""
_TIGHT = 10
"""A figure printed without trailing zeros is taken as at most this much coarser than the finest beside it."""


def slack(figures: Sequence[Figure]) -> Decimal:
    """Return by how much a sum may differ because its figures are rounded: half the last place of each."""
    rounded_ones = [figure.step for figure in figures if rounding(figure)]
    if not rounded_ones:
        return Decimal(0)
    finest = min(rounded_ones)
    coarse = (min(rounding(figure), finest * _TIGHT) or min(figure.step, finest) for figure in figures)
    return sum(coarse, Decimal(0)) * _HALF


def ratio_slack(stated: Figure, part: Figure, whole: Figure) -> Decimal:
    """Return by how much a printed ratio may differ: one unit of its last place, and the rounding of its terms."""
    ratio = abs(part.value / whole.value)
    loose = _HALF * (rounding(part) / max(abs(part.value), part.step) + rounding(whole) / abs(whole.value))
    return stated.step * WITHIN_A_STEP + ratio * loose


def rounding(figure: Figure) -> Decimal:
    """Return one unit of the last place of a figure; 0 for counts and whole 万元, which are taken as exact."""
    if figure.dimension in (PERCENT, POINTS):
        return figure.step
    rounded_money = figure.dimension == MONEY and (figure.step < figure.scale or figure.scale > _MYRIAD)
    return figure.step if rounded_money else Decimal(0)


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """Return the value to a whole number of steps."""
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def decimals(figures: Sequence[Figure], scale: Decimal) -> int:
    """Return how many decimals show these figures in a unit of that scale without loss."""
    finest = min(figure.step for figure in figures) / scale
    exponent = finest.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def number(value: Decimal, scale: Decimal, places: int) -> str:
    """Return a value in a unit: 4537200 is 453.72 with scale 10000."""
    return f"{rounded(value / scale, Decimal(1).scaleb(-places)):.{places}f}"


def amount(value: Decimal, like: Figure, figures: Sequence[Figure]) -> str:
    """Return a value as the figure `like` is printed, as exactly as `figures` are: 132.96万元."""
    return number(value, like.scale, decimals(figures, like.scale)) + like.unit


def percent(value: Decimal, places: int = 2) -> str:
    """Return a fraction as a percentage: 35.53%."""
    return number(value, Decimal("0.01"), places) + "%"


def places(figure: Figure) -> int:
    """Return the decimals to print beside a percentage: two, or as many as it has."""
    return max(2, decimals([figure], Decimal("0.01")))


def addition(terms: Sequence[Decimal], like: Figure, figures: Sequence[Figure]) -> str:
    """Return 161.21+292.51=453.72万元, each term in the unit of `like`."""
    exact = decimals(figures, like.scale)
    written = "".join(f"{'' if term < 0 else '+'}{number(term, like.scale, exact)}" for term in terms)
    return f"{written.removeprefix('+')}={number(sum(terms, Decimal(0)), like.scale, exact)}{like.unit}"


def division(part: Decimal, whole: Decimal, figures: Sequence[Figure], shown: int) -> str:
    """Return 161.21÷453.72=35.53%, both in the unit of the first figure."""
    scale = figures[0].scale
    exact = decimals(figures, scale)
    return f"{number(part, scale, exact)}÷{number(whole, scale, exact)}={percent(part / whole, shown)}"


def printed(value: Decimal, figure: Figure) -> Decimal:
    """Return a value as a finding holds it: a fraction, or an amount in the unit printed beside the figure."""
    if figure.dimension in (PERCENT, POINTS):
        return value
    return (value / figure.scale).normalize() + Decimal(0)


def terms(facts: Sequence[Mention]) -> str:
    """Return the figures of a calculation, each with its subject: 人员经费161.21万元、公用经费292.51万元."""
    return "、".join(f"{fact.subject}{fact.text}" for fact in facts)
