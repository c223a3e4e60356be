"""Which amounts were most likely written in 元 where 万元 is asked, or the reverse, by all the evidence together.

No single sign decides. A county unit may spend 8 万元 or 120,000 万元, and 元 can be booked with or without
角分; but what is spent per head, the smallest amount, the whole, what the bureau knows, and the sums within the
return do not all err in one direction. The functions here see values only: any template can be weighed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from math import log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from perfeval_xl.records.submission import Key

FACTOR = 10_000
"""元 in 万元."""
_SURE = 3.0
"""From these odds on (natural logarithm, 20 to 1) a whole return counts as written in the other unit."""
_PER_HEAD, _WHOLE, _LEAST = (0.8, 0.6), (3.3, 1.0), (-0.5, 1.0)
"""What is usual, as the logarithm (base 10) of 万元, and its spread: for one person, of all, as least amount."""
_CAP = 8.0
"""What one kind of evidence may add at most, so that none decides against all others."""
_FULL_WEIGHT, _NO_WEIGHT = 20, 4
"""With how many amounts the least of them counts in full, and up to how many not at all."""
_NEAR = 0.7
"""How far from ten thousand times a ratio may lie, as a logarithm, to be taken for it."""
_SAME = 0.1
"""How far it may lie where both sides ought to be the same."""
_CENT, _PRINTED = Decimal("0.005"), Decimal("0.0001")
_ROUNDED = Decimal("0.006")
"""What dividing by ten thousand and rounding to two decimals may be off by."""
_TELLING = 400
"""From this amount on, a gap of 0.9999 of it cannot be taken for a gap of the whole of it."""
_APART = 300
"""How many times another amount is at least, where the unit explains it."""
_OVER_ALL = 30
"""How many times all that was spent one amount is at least, where the unit explains it."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Two sides that were compared, with the amounts they rest on; `equal` where they ought to be the same."""

    keys: frozenset[Key]
    left: Decimal
    right: Decimal
    tolerance: Decimal
    holds: bool
    equal: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """The amounts of a return that are greater than nothing, all in one unit, with what they are held against.

    `rows` names for each amount its line: amounts of one line are of the same matter. `per_head` are what was
    spent with the heads that it was spent for, `totals` the budget and the expenditure as a whole, `known` amounts
    beside what the bureau knows of them. `greater` says whether a wrong unit makes amounts greater (元 for 万元).
    """

    amounts: Mapping[Key, Decimal]
    rows: Mapping[Key, str] = field(default_factory=dict)
    per_head: tuple[tuple[Decimal, Decimal], ...] = ()
    totals: tuple[Decimal, ...] = ()
    known: tuple[tuple[Decimal, Decimal], ...] = ()
    relations: tuple[Relation, ...] = ()
    greater: bool = True


def right(amount: Decimal, *, greater: bool = True) -> Decimal:
    """Return what an amount is if it was written in the other unit."""
    return amount / FACTOR if greater else amount * FACTOR


def is_whole(scene: Scene, but: Collection[Key] = ()) -> bool:
    """Whether the return as a whole is most likely in the other unit; `but` are amounts doubted by themselves."""
    return odds(scene, but) > _SURE


def odds(scene: Scene, but: Collection[Key] = ()) -> float:
    """Return how much speaks for the other unit, as a natural logarithm; negative for the unit that is asked."""
    amounts = [amount for key, amount in scene.amounts.items() if key not in but]
    if not amounts:
        return 0.0
    return _by_heads(scene) + _by_whole(scene) + _by_least(scene, amounts) + _by_known(scene)


def _by_heads(scene: Scene) -> float:
    """Weigh what one person costs: 5 to 60 万元 a year, hardly ever 800."""
    found = [
        _for(amount / heads, _PER_HEAD, scene) for amount, heads in scene.per_head if amount > 0 and heads > 0
    ]
    return sum(found) / len(found) if found else 0.0


def _by_whole(scene: Scene) -> float:
    """Weigh the whole: a county unit spends 8 to 120,000 万元 a year."""
    found = [_for(amount, _WHOLE, scene) for amount in scene.totals if amount > 0]
    return sum(found) / len(found) if found else 0.0


def _by_least(scene: Scene, amounts: list[Decimal]) -> float:
    """Weigh the least amount: among many there are small ones, a reception of 0.30 万元 is 3,000 元."""
    weight = (len(set(amounts)) - _NO_WEIGHT) / (_FULL_WEIGHT - _NO_WEIGHT)
    return _for(min(amounts), _LEAST, scene) * min(max(weight, 0.0), 1.0)


def _by_known(scene: Scene) -> float:
    """Weigh what the bureau knows: most of the figures are as it has them, or ten thousand times off."""
    step = 4.0 if scene.greater else -4.0
    ratios = sorted(log10(typed / known) for typed, known in scene.known if typed > 0 and known > 0)
    if not ratios:
        return 0.0
    middle = ratios[len(ratios) // 2]
    if abs(middle - step) < _NEAR:
        return 2 * _CAP
    return -2 * _CAP if abs(middle) < 1 else 0.0


def _for(amount: Decimal, usual: tuple[float, float], scene: Scene) -> float:
    """Return how much more likely an amount is in the other unit than in the one that is asked."""
    center, spread = usual
    shift = 4.0 if scene.greater else -4.0
    at = log10(amount) - (0.0 if scene.greater else 4.0) - center
    told = (at**2 - (at - shift) ** 2) / (2 * spread**2)
    return min(max(told, -_CAP), _CAP)


# --- single amounts ---------------------------------------------------------------------------------------------


def strays(scene: Scene) -> frozenset[Key]:
    """Return the amounts that are most likely in the other unit while the rest of the return is not.

    An amount is doubted where a relation that fails would hold with it divided, where it is ten thousand times the
    other amounts of its line, or far more than all that was spent; and it is cleared by a relation that holds now
    and would not then.
    """
    if not scene.greater:
        return frozenset()
    broken = [one for one in scene.relations if not one.holds]
    doubted = {key for one in broken for key in _explaining(one, scene)}
    doubted |= set(_apart(scene)) | set(_over_all(scene))
    return frozenset(_cleared(doubted | set(_with_their_line(doubted, scene)), scene))


def _explaining(one: Relation, scene: Scene) -> Iterator[Key]:
    """Give the amounts of a failing relation that would make it hold if divided."""
    gap = abs(one.left - one.right)
    amounts = {key: scene.amounts[key] for key in one.keys}
    exact = [key for key, amount in amounts.items() if one.equal and _fills(gap, amount, one.tolerance)]
    small, large = sorted((one.left, one.right))
    if len(exact) == 1 and (amounts[exact[0]] >= _TELLING or _is_apart(exact[0], scene)):
        yield from exact
    elif small > 0 and abs(log10(large / small) - 4) < (_SAME if one.equal else 2 * _NEAR):
        least = small * (1 if one.equal else _OVER_ALL)
        yield from (key for key, amount in amounts.items() if least < amount <= large + one.tolerance)


def _fills(gap: Decimal, amount: Decimal, tolerance: Decimal) -> bool:
    return abs(gap - amount * (1 - _PRINTED)) <= tolerance + _ROUNDED


def _apart(scene: Scene) -> Iterator[Key]:
    """Give the amounts that are about ten thousand times the others of their line, which agree with each other."""
    for keys in _lines(scene).values():
        largest = max(keys, key=lambda key: scene.amounts[key])
        if _is_far(largest, keys, scene):
            yield largest


def _is_apart(key: Key, scene: Scene) -> bool:
    return _is_far(key, _lines(scene).get(scene.rows.get(key, ""), []), scene)


def _is_far(key: Key, line: Iterable[Key], scene: Scene) -> bool:
    ratios = [log10(scene.amounts[key] / scene.amounts[other]) for other in line if other != key]
    span = 1.0 if len(ratios) > 1 else _NEAR
    return bool(ratios) and all(abs(ratio - 4) < span for ratio in ratios)


def _lines(scene: Scene) -> dict[str, list[Key]]:
    lines: dict[str, list[Key]] = defaultdict(list)
    for key in scene.amounts:
        if key in scene.rows:
            lines[scene.rows[key]].append(key)
    return lines


def _over_all(scene: Scene) -> Iterator[Key]:
    """Give the amounts that are far more than all that was spent, and not more once divided."""
    totals = sorted(amount for amount in scene.totals if amount > 0)
    if not totals:
        return
    lines = _lines(scene)
    whole = totals[-1] if totals[-1] < _APART * totals[0] else totals[0]
    for key, amount in scene.amounts.items():
        if amount > _OVER_ALL * whole and amount / FACTOR <= whole + _CENT and _is_above(key, lines, scene):
            yield key


def _is_above(key: Key, lines: Mapping[str, list[Key]], scene: Scene) -> bool:
    """Whether an amount is far above all others of its line, as far as it has any."""
    others = (other for other in lines.get(scene.rows.get(key, ""), ()) if other != key)
    return all(scene.amounts[key] > _APART * scene.amounts[other] for other in others)


def _cleared(doubted: Iterable[Key], scene: Scene) -> set[Key]:
    """Return what stays in doubt: a sum that holds clears its terms unless all of them are in doubt."""
    left = set(doubted)
    sums = [one.keys for one in scene.relations if one.holds and one.equal and one.left]
    while mixed := [keys for keys in sums if keys & left and not keys <= left]:
        left -= frozenset().union(*mixed)
    return left


def _with_their_line(doubted: Collection[Key], scene: Scene) -> Iterator[Key]:
    """Give the other amounts of a table's row that a doubted one agrees with: the row was written in one unit."""
    lines = _lines(scene)
    for key in doubted:
        for other in lines.get(scene.rows.get(key, ""), ()) if key[1] else ():
            if abs(log10(scene.amounts[other] / scene.amounts[key])) < 1 + _NEAR:
                yield other
