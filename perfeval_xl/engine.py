"""How formulas are computed: the only module that knows the formula engine."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

import formualizer
from formualizer.visitor import collect_function_names, collect_references

from perfeval_xl.address import Address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from perfeval_xl.finding import Value

Result = float | str | bool | None
"""What a formula gives. An error value is its text, `#DIV/0!`; see `is_error`."""

ERRORS = {
    "Div": "#DIV/0!",
    "Na": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "Circ": "#CIRC!",
}
_PLAIN = re.compile(r"=[-+*/^%().0-9eE\s]+")
_SCRATCH = "_试算"
_DAY_ZERO = date(1899, 12, 30)
_UNLIMITED = {"max_input_bytes": 1 << 40, "max_expanded_bytes": 1 << 40, "max_part_bytes": 1 << 40}


def is_error(result: Result) -> bool:
    """Whether a formula's result is an error value."""
    return isinstance(result, str) and result.startswith("#") and result in ERRORS.values()


class Engine:
    """A workbook's formulas, loaded once and evaluated for one unit after another.

    `today` is what TODAY() gives; the engine never asks the clock. Memory does not grow with the number of
    units: the engine's change log is off, and each unit's inputs replace the former unit's.
    """

    def __init__(self, package: bytes, today: date, *, ours: bool = False) -> None:
        """Load a workbook; the library's limits of size are lifted for one that is `ours` through and through."""
        self._book = formualizer.load_workbook_bytes(package, load_limits=_UNLIMITED if ours else None)
        self._book.set_changelog_enabled(False)
        self._book.set_deterministic_clock(_midnight(today))
        self._sheets = frozenset(self._book.sheet_names)
        self._put: dict[Address, Value] = {}

    def put(self, inputs: Mapping[Address, Value]) -> None:
        """Set one unit's inputs and evaluate; what the former unit filled and this one did not becomes blank."""
        for address in self._put.keys() - inputs.keys():
            self._set(address, None)
        for address, value in inputs.items():
            if address not in self._put or self._put[address] != value:
                self._set(address, value)
        self._put = dict(inputs)
        self._book.evaluate_all()

    def read(self, addresses: Iterable[Address]) -> dict[Address, Result]:
        """Return the values of cells, computed or not, after the last `put`."""
        return {address: self.value(address) for address in addresses}

    def value(self, address: Address) -> Result:
        """Return the value of one cell after the last `put`."""
        return self.at(address.sheet, address.row, address.column)

    def at(self, sheet: str, row: int, column: int) -> Result:
        """Return the value of the cell in a row and column of a sheet after the last `put`."""
        return _result(self._book.get_value(sheet, row, column))

    def evaluate(self, formula: str) -> Result:
        """Return what a formula gives over the present inputs, without keeping it."""
        self._book.add_sheet(_SCRATCH)
        self._book.set_formula(_SCRATCH, 1, 1, formula if formula.startswith("=") else f"={formula}")
        return _result(self._book.evaluate_cell(_SCRATCH, 1, 1))

    def _set(self, address: Address, value: Value) -> None:
        self._book.set_value(address.sheet, address.row, address.column, literal(value))


def recalculate(package: bytes, today: date) -> bytes:
    """Return the workbook with the stored value of every formula computed anew; other parts stay as they are."""
    result = formualizer.recalculate_xlsx_bytes(package, deterministic_timestamp_utc=_midnight(today))
    return bytes(result["bytes"])


def names_in(formula: str) -> tuple[str, ...]:
    """Return the defined names in a formula, in order, each once; ValueError where it cannot be parsed."""
    references = collect_references(_parse(formula))
    names = (ref.name for ref in references if isinstance(ref, formualizer.NamedRangeRef))
    return tuple(dict.fromkeys(names))


def functions_in(formula: str) -> tuple[str, ...]:
    """Return the functions that a formula calls, in capitals; ValueError where it cannot be parsed."""
    return tuple(dict.fromkeys(name.upper() for name in collect_function_names(_parse(formula))))


def arithmetic(formula: str) -> Decimal | None:
    """Compute a formula of plain figures and + - * / ^ % ( ) only; None for any other, and for errors."""
    if not _PLAIN.fullmatch(formula):
        return None
    book = formualizer.Workbook()
    book.add_sheet(_SCRATCH)
    try:
        book.set_formula(_SCRATCH, 1, 1, formula)
        result = _result(book.evaluate_cell(_SCRATCH, 1, 1))
    except (formualizer.ParserError, formualizer.TokenizerError, formualizer.ExcelEvaluationError, ValueError):
        return None
    return Decimal(repr(result)) if isinstance(result, float) else None


def _parse(formula: str) -> formualizer.ASTNode:
    try:
        return formualizer.parse(formula if formula.startswith("=") else f"={formula}")
    except (formualizer.ParserError, formualizer.TokenizerError) as error:
        raise ValueError(str(error)) from error


def _midnight(today: date) -> datetime:
    return datetime.combine(today, time(), UTC)


def literal(value: Value) -> float | str | bool | None:
    """Return a value as a cell stores it: figures as numbers, dates as Excel's day count."""
    if isinstance(value, date):
        return float((value - _DAY_ZERO).days)
    return float(value) if isinstance(value, Decimal) else value


def _result(value: object) -> Result:
    if isinstance(value, dict):
        return ERRORS.get(str(value.get("kind")), "#VALUE!")
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        return (value - datetime.combine(_DAY_ZERO, time())).total_seconds() / 86400
    if isinstance(value, date):
        return float((value - _DAY_ZERO).days)
    raise TypeError(f"the engine gave {value!r}")
