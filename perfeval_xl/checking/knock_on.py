"""Which findings of one submission speak of the same fact: it is told once, at its root."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from perfeval_xl.checking.check import OVERWRITTEN
from perfeval_xl.records.address import Address
from perfeval_xl.records.rule import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perfeval_xl.records.finding import Finding, Passage, Value

    Place = Address | Passage | None

_FORMULA_CHANGED = "R33"
_SHEET_GONE, _LINE_GONE = "R11", "R18"
_READ_AS = {"R47", "R48"}
"""The rules that say how a cell was read: in another unit, as 不适用."""
_GONE = {_SHEET_GONE, _LINE_GONE}


def told_once(noticed: Iterable[Finding], judged: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return what was found in reading and in checking, each fact once."""
    read, found = tuple(noticed), tuple(judged)
    formulas = dict(pair for finding in read if finding.rule == _FORMULA_CHANGED for pair in _cells(finding))
    told = {finding.place for finding in found if finding.rule == OVERWRITTEN}
    kept = [one for one in read if one.rule != _FORMULA_CHANGED or not told.issuperset(dict(_cells(one)))]
    said, told = _with_readings(kept, [_with_formula(finding, formulas) for finding in found])
    return _with_roots([one for one in kept if one.place not in told or one.rule not in _READ_AS], said)


def _with_readings(read: list[Finding], found: list[Finding]) -> tuple[list[Finding], set[Place]]:
    """Return findings with how their cells were read where they hold something else, and which cells these are."""
    readings = {one.place: _first_sentence(one.message) for one in read if one.rule in _READ_AS and one.place}
    told: set[Place] = set()
    said = []
    for finding in found:
        cells = [place for place, _ in _cells(finding) if place in readings]
        told.update(cells)
        more = "".join(dict.fromkeys(readings[place] for place in cells))
        said.append(replace(finding, message=f"{finding.message}{more}") if more else finding)
    return said, told


def _first_sentence(message: str) -> str:
    return f"{message.partition('。')[0]}。"


def _with_roots(read: list[Finding], found: list[Finding]) -> tuple[Finding, ...]:
    """Leave out that cells are blank which are gone, and say so where it is said that they are gone."""
    missing = [one for one in found if one.rule == MISSING]
    following = {
        root.sort_key: [one for one in missing if _is_gone(one, root)] for root in read if root.rule in _GONE
    }
    dropped = {one.sort_key for ones in following.values() for one in ones}
    roots = [
        replace(one, message=f"{one.message}其余{len(ones)}条必填未填随之而来，不用另改。") if ones else one
        for one in read
        for ones in [following.get(one.sort_key, [])]
    ]
    return (*roots, *(one for one in found if one.rule != MISSING or one.sort_key not in dropped))


def _is_gone(blank: Finding, root: Finding) -> bool:
    """Whether a blank cell is on a sheet that is missing, or in a row or column that was deleted."""
    if root.rule == _SHEET_GONE:
        return isinstance(blank.place, Address) and blank.place.sheet == root.value
    gone = {related.address for related in root.related}
    return blank.field == root.field or blank.place in gone


def _cells(finding: Finding) -> Iterable[tuple[Place, Value]]:
    """Give the cells that a finding lists, with what it says of each."""
    return (finding.place, finding.value), *((related.address, related.value) for related in finding.related)


def _with_formula(finding: Finding, formulas: dict[Place, Value]) -> Finding:
    """Return what is said of another result with the formula that gave it, where that was changed."""
    formula = formulas.get(finding.place) if finding.rule == OVERWRITTEN else None
    if formula is None:
        return finding
    return replace(finding, message=f"{finding.message}现在的公式是 {formula}，不是下发的。")
