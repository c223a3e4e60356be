"""Which findings of one submission speak of the same fact: it is told once, at its root."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from perfeval_xl.checking.check import OVERWRITTEN
from perfeval_xl.records.address import Address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perfeval_xl.records.finding import Finding, Passage, Value

_FORMULA_CHANGED = "R33"


def told_once(noticed: Iterable[Finding], judged: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return what was found in reading and in checking, each fact once."""
    read, found = tuple(noticed), tuple(judged)
    formulas = dict(pair for finding in read if finding.rule == _FORMULA_CHANGED for pair in _cells(finding))
    told = {finding.place for finding in found if finding.rule == OVERWRITTEN}
    kept = [one for one in read if one.rule != _FORMULA_CHANGED or not told.issuperset(dict(_cells(one)))]
    return (*kept, *(_with_formula(finding, formulas) for finding in found))


def _cells(finding: Finding) -> Iterable[tuple[Address | Passage | None, Value]]:
    """Give the cells that a finding lists, with what it says of each."""
    return (finding.place, finding.value), *((related.address, related.value) for related in finding.related)


def _with_formula(finding: Finding, formulas: dict[Address | Passage | None, Value]) -> Finding:
    """Return what is said of another result with the formula that gave it, where that was changed."""
    formula = formulas.get(finding.place) if finding.rule == OVERWRITTEN else None
    if formula is None:
        return finding
    return replace(finding, message=f"{finding.message}现在的公式是 {formula}，不是下发的。")
