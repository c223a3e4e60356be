"""How a department marks itself: weights of its indicators, and the score that each result earns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from perfeval_xl.demo.texts import Indicator, Office

WHOLE = {"产出指标": 50, "效益指标": 30, "满意度指标": 10}
_FIRST = {
    **dict.fromkeys(("数量指标", "质量指标", "时效指标", "成本指标"), "产出指标"),
    **dict.fromkeys(("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"), "效益指标"),
    "服务对象满意度指标": "满意度指标",
}
_LEVELS = {"达成": Decimal(1), "部分达成": Decimal("0.7"), "未达成": Decimal("0.4")}
"""The share of the weight that a quality earns unless the department gives another, as in `达成 0.9`."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Marked:
    """An indicator with its first level, weight, result and score; `result` is a figure or a level's word."""

    indicator: Indicator
    first: str
    weight: Decimal
    result: Decimal | str
    score: Decimal

    @property
    def target(self) -> Decimal | str:
        """The target as a cell holds it."""
        return self.indicator.target if self.indicator.sign == "定性" else Decimal(self.indicator.target)


def marked(office: Office, random: Random) -> tuple[Marked, ...]:
    """Weigh and score every indicator; a rate of the accounts (`@`) counts as kept and is filled in later."""
    weights = {first: iter(_weights(_count(office, first), whole, random)) for first, whole in WHOLE.items()}
    return tuple(_mark(indicator, next(weights[_FIRST[indicator.second]])) for indicator in office.indicators)


def points(rows: tuple[Marked, ...]) -> Decimal:
    """Return the sum of scores, of 90."""
    return sum((row.score for row in rows), Decimal(0))


def rounded(value: Decimal) -> Decimal:
    """Round to two decimals, half up, as the forms do."""
    return value.quantize(_CENT, ROUND_HALF_UP)


def _count(office: Office, first: str) -> int:
    return sum(_FIRST[indicator.second] == first for indicator in office.indicators)


def _weights(count: int, whole: int, random: Random) -> list[Decimal]:
    """Split a whole into whole-numbered weights, of which some are a little heavier than others."""
    weights = [whole // count + (place < whole % count) for place in range(count)]
    for _ in range(count // 2):
        lighter, heavier = random.sample(range(count), 2)
        if weights[lighter] > whole // count - 1:
            weights[lighter] -= 1
            weights[heavier] += 1
    return [Decimal(weight) for weight in weights]


def _mark(indicator: Indicator, weight: Decimal) -> Marked:
    result: Decimal | str
    if indicator.sign == "定性":
        result, _, share = indicator.actual.partition(" ")
        score = rounded(weight * (Decimal(share) if share else _LEVELS[result]))
    elif indicator.actual.startswith("@"):
        result, score = indicator.actual, weight
    else:
        result = Decimal(indicator.actual)
        score = rounded(weight * _reached(indicator.sign, Decimal(indicator.target), result))
    return Marked(indicator, _FIRST[indicator.second], weight, result, score)


def _reached(sign: str, target: Decimal, actual: Decimal) -> Decimal:
    """Return how far a target was reached, from 0 to 1; for ≤ each per cent over costs a per cent."""
    if not target:
        return Decimal(actual <= 0)
    if sign in ("≤", "<"):
        return Decimal(1) if actual <= target else max(Decimal(0), 1 - (actual - target) / target)
    return min(Decimal(1), actual / target)
