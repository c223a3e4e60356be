"""How findings hang together: which figures an identity speaks of, and which finding is the root of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from perfeval_xl.proofread.mentions import Mention
from perfeval_xl.records.finding import Finding, Level


@dataclass(frozen=True, slots=True)
class Verdict:
    """One identity tried on some figures. `finding` is None where it holds; `weight` is how far off it is."""

    facts: tuple[Mention, ...]
    finding: Finding | None = None
    weight: Decimal = Decimal(0)


def settled(readings: Sequence[Verdict]) -> Iterator[Verdict]:
    """Yield the reading that comes right, else the first: figures that can be explained are explained."""
    if readings:
        yield next((verdict for verdict in readings if not verdict.finding), readings[0])


def softened(verdict: Verdict) -> Verdict:
    """Return a verdict on terms that are only probably the right ones."""
    found = verdict.finding
    return (
        replace(verdict, finding=replace(found, level=Level.WARNING))
        if found and found.level is Level.ERROR
        else verdict
    )


def rooted(verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """Return the findings; of those that share a doubtful figure, all but the largest name the largest as root.

    A figure is doubtful unless some identity that holds confirms it.
    """
    tried = tuple(verdicts)
    failed = sorted((verdict for verdict in tried if verdict.finding), key=lambda verdict: -verdict.weight)
    sure = {fact.position for verdict in tried if not verdict.finding for fact in verdict.facts}
    roots: dict[tuple[int, int], Finding] = {}
    found = []
    for verdict in failed:
        doubtful = [fact.position for fact in verdict.facts if fact.position not in sure]
        root = next((roots[position] for position in doubtful if position in roots), None)
        item = verdict.finding
        if item and root:
            found.append(replace(item, root=f"{root.rule} {root.place}"))
        elif item:
            roots.update(dict.fromkeys(doubtful, item))
            found.append(item)
    return tuple(found)
