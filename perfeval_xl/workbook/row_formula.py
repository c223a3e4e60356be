"""Formulas over one row: `@name` in them is the row's own cell of that name.

Names are taken whole, so that 得分 never stands in for a part of 得分2, and a text in quotes is left as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perfeval_xl.records.address import column_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OWN = re.compile(r'("(?:[^"]|"")*")|@([^\W\d][\w.]*)')


def row_formula(formula: str, cell: Callable[[str], str]) -> str:
    """Put what `cell` returns for a name in place of each `@name`."""
    return _OWN.sub(lambda match: match[1] or cell(match[2]), formula)


def cells_of(row: int, columns: Mapping[str, int]) -> Callable[[str], str]:
    """Return what finds a name's cell in a row of a sheet by its column; KeyError for a name without one."""
    return lambda name: f"${column_letters(columns[name])}{row}"


def row_names(formula: str) -> tuple[str, ...]:
    """Return the names that a row formula marks with `@`, each once."""
    return tuple(dict.fromkeys(match[2] for match in _OWN.finditer(formula) if match[2]))


def without_marks(formula: str) -> str:
    """Return a row formula with plain names, which can be parsed."""
    return row_formula(formula, str)


def is_own_cell(formula: str) -> bool:
    """Whether a formula is nothing but one of the row's own cells."""
    match = _OWN.fullmatch(formula)
    return bool(match and match[2])
