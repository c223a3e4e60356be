"""How far two figures may differ and still agree: what a check allows, and its formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.workbook import engine
from perfeval_xl.workbook.row_formula import without_marks

if TYPE_CHECKING:
    from collections.abc import Callable

    from perfeval_xl.template.source.spec import CheckSpec

BY_GAP = {"=": "ABS({gap})<={tolerance}", "≤": "{gap}<={tolerance}", "≥": "-{gap}<={tolerance}"}
"""How two figures are compared by the difference that the board shows."""
_IN_FORMULAS = str.maketrans({"≤": "<=", "≥": ">="})
_HALF_A_PLACE = 0.005
"""How far a figure printed with two decimals may be off, in its own unit."""
_PLACES = 6


def allowed(check: CheckSpec) -> float:
    """Return what two sides may differ by, in their unit: as declared, else half a place for each figure."""
    if check.tolerance is not None:
        return round(check.tolerance, _PLACES)
    return round(_HALF_A_PLACE * (check.terms + bool(check.terms)), _PLACES)


def within(gap: str, relation: str, tolerance: str) -> str:
    """Return the formula that is TRUE where the difference in one cell is within the tolerance in another."""
    return BY_GAP[relation].format(gap=gap, tolerance=tolerance)


def comparison(left: str, relation: str, right: str, tolerance: float | str) -> str:
    """Return the formula that is TRUE where the relation holds; figures within the tolerance, texts exactly."""
    match relation:
        case "=" | "≤" | "≥" if not tolerance and _both(engine.is_count, left, right):
            return f"({left}){relation.translate(_IN_FORMULAS)}({right})"
        case "=":
            near, same = f"ABS({_gap(left, right)})<={tolerance}", f'({left})&""=({right})&""'
            figures = _both(engine.is_figure, left, right)
            return near if figures else f"IF(AND(ISNUMBER({left}),ISNUMBER({right})),{near},{same})"
        case "≤":
            return f"{_gap(left, right)}<={tolerance}"
        case "≥":
            return f"-{_gap(left, right)}<={tolerance}"
        case "≠":
            return f'({left})&""<>({right})&""'
        case _:
            return left


def _gap(left: str, right: str) -> str:
    return f"ROUND(({left})-({right}),6)"


def _both(what: Callable[[str], bool], left: str, right: str) -> bool:
    return what(without_marks(left)) and what(without_marks(right))
