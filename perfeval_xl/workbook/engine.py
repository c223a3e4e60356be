"""How formulas are computed: the only module that knows the formula engine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import formualizer

from perfeval_xl.records.address import Address, cell_position, quoted
from perfeval_xl.records.kind import DAY_ZERO, day_count
from perfeval_xl.workbook.patch import original

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from perfeval_xl.records.finding import Value

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
_COUNTS = frozenset(
    (
        "COUNT",
        "COUNTA",
        "COUNTBLANK",
        "COUNTIF",
        "COUNTIFS",
        "FIND",
        "INT",
        "LEN",
        "MATCH",
        "MONTH",
        "ROW",
        "ROWS",
        "YEAR",
    )
)
"""Functions that give a whole number."""
_FIGURES = _COUNTS | {
    *("ABS", "AVERAGE", "AVERAGEIF", "DATE", "LARGE", "MAX", "MEDIAN", "MIN", "N", "RANK", "ROUND", "SMALL"),
    *("SUM", "SUMIF", "SUMIFS", "SUMPRODUCT"),
}
"""Functions that give a number."""
_PLAIN = re.compile(r"=(?:[-+*/^%().,0-9\s]|(?<=[0-9.])E(?=[-+0-9])|\b(?:SUM|ROUND)(?=\())+", re.IGNORECASE)
_SCRATCH = "_试算"
_RELOADED_AFTER = 300
"""Units after which an engine loads its workbook anew, which takes as long as two units do."""
_MOST_PRECEDENTS = 1_000_000
_UNLIMITED = {"max_input_bytes": 1 << 40, "max_expanded_bytes": 1 << 40, "max_part_bytes": 1 << 40}


def is_error(result: Result) -> bool:
    """Whether a formula's result is an error value."""
    return isinstance(result, str) and result.startswith("#") and result in ERRORS.values()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What cells held at some time, as the engine gives it."""

    places: tuple[Address, ...]
    values: tuple[object, ...]


class Engine:
    """A workbook's formulas, loaded once and evaluated for one unit after another.

    `today` is what TODAY() gives; the engine never asks the clock. Memory does not grow with the number of
    units: the library's change log is off, each unit's inputs replace the former unit's, and since the library
    yet keeps a little of every evaluation (0.1 MB of our largest template) the workbook is loaded anew at times.
    """

    def __init__(
        self, package: bytes, today: date, *, asked: Collection[Address] = (), ours: bool = False
    ) -> None:
        """Load a workbook; the library's limits of size are lifted for one that is `ours` through and through.

        Where only some cells will be `asked` for, other formulas that they do not rest on are blank: what a
        workbook says to its reader alone takes a third of the time of evaluating it.
        """
        self._package, self._today, self._limits = package, today, _UNLIMITED if ours else None
        self._spare: tuple[Address, ...] = ()
        self._book, self._units = self._loaded(), 0
        self._put: dict[Address, Value] = {}
        self._rests: dict[Address, frozenset[Address]] = {}
        if asked:
            self._spare = tuple(_formula_cells(package) - _rested_on(self._book, asked))
            _set(self._book, dict.fromkeys(self._spare))

    def _loaded(self) -> formualizer.Workbook:
        book = formualizer.Workbook.from_bytes(self._package, config=_alone(), load_limits=self._limits)
        book.set_changelog_enabled(False)
        book.set_deterministic_clock(_midnight(self._today))
        book.evaluate_all()  # cells that are set before take a hundred times as long
        _set(book, dict.fromkeys(self._spare))
        return book

    def put(self, inputs: Mapping[Address, Value]) -> None:
        """Set one unit's inputs and evaluate; what the former unit filled and this one did not becomes blank."""
        if self._units == _RELOADED_AFTER:
            self._book, self._put, self._units = self._loaded(), {}, 0
        self._units += 1
        changed = dict.fromkeys(self._put.keys() - inputs.keys()) | {
            address: value
            for address, value in inputs.items()
            if address not in self._put or not _is_same(self._put[address], value)
        }
        _set(self._book, changed)
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

    def rests_on(self, address: Address) -> frozenset[Address]:
        """Return the cells that a cell's value comes from, through whatever formulas, itself among them."""
        if address not in self._rests:
            self._rests[address] = frozenset(_rested_on(self._book, [address]))
        return self._rests[address]

    def snapshot(self, addresses: Iterable[Address]) -> Snapshot:
        """Take down what cells hold after the last `put`."""
        places = tuple(addresses)
        return Snapshot(places, tuple(self._book.get_value(at.sheet, at.row, at.column) for at in places))

    def since(self, before: Snapshot) -> Iterator[tuple[Address, Result]]:
        """Give the cells that hold something else than they did, with what they hold now."""
        for at, value in zip(before.places, before.values, strict=True):
            now = self._book.get_value(at.sheet, at.row, at.column)
            if now != value or type(now) is not type(value):
                yield at, _result(now)

    def evaluate(self, formula: str) -> Result:
        """Return what a formula gives over the present inputs, without keeping it."""
        self._book.add_sheet(_SCRATCH)
        self._book.set_formula(_SCRATCH, 1, 1, formula if formula.startswith("=") else f"={formula}")
        return _result(self._book.evaluate_cell(_SCRATCH, 1, 1))


def _alone() -> formualizer.WorkbookConfig:
    """Return the settings of a workbook that is evaluated by one thread: it is too little to share out."""
    alone = formualizer.EvaluationConfig()
    alone.enable_parallel = False  # threads do not survive a fork
    return formualizer.WorkbookConfig(eval_config=alone)


def _is_same(one: Value, other: Value) -> bool:
    """Whether two values are one to a formula: for Python 1 is TRUE and 0 is FALSE, for Excel they are not."""
    return one == other and type(one) is type(other)


def _set(book: formualizer.Workbook, values: Mapping[Address, Value]) -> None:
    for first, columns in _blocks(values):
        rows = [[literal(values[address]) for address in line] for line in zip(*columns, strict=True)]
        book.set_values_batch(first.sheet, first.row, first.column, rows)


def _blocks(cells: Iterable[Address]) -> Iterator[tuple[Address, list[list[Address]]]]:
    """Split cells into rectangles, each as its first cell and its columns.

    What the engine does for a change (finding all that hangs on it) it does once for a rectangle, and that is most
    of the work of setting a cell.
    """
    last: list[list[Address]] = []
    for column in sorted(_runs(cells), key=lambda run: (run[0].sheet, run[0].row, run[0].column)):
        if last and _beside(last[-1], column):
            last.append(column)
            continue
        if last:
            yield last[0][0], last
        last = [column]
    if last:
        yield last[0][0], last


def _beside(left: list[Address], right: list[Address]) -> bool:
    """Whether a run lies to the right of another of the same height."""
    one, other = left[0], right[0]
    return (one.sheet, one.row, len(left), one.column + 1) == (other.sheet, other.row, len(right), other.column)


def _runs(cells: Iterable[Address]) -> list[list[Address]]:
    """Return cells in runs down their columns."""
    runs: list[list[Address]] = []
    for cell in sorted(cells, key=lambda cell: (cell.sheet, cell.column, cell.row)):
        above = runs[-1][-1] if runs else None
        if above and (above.sheet, above.column, above.row + 1) == (cell.sheet, cell.column, cell.row):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return runs


def _formula_cells(package: bytes) -> set[Address]:
    opened = original(package)
    return {Address(sheet, *position) for sheet in opened.sheets for position in opened.formula_cells(sheet)}


def _rested_on(book: formualizer.Workbook, asked: Iterable[Address]) -> set[Address]:
    """Return the cells that are asked for and all that their formulas rest on, through whatever others."""
    found: set[Address] = set()
    areas: set[str] = set()
    waiting = list(asked)
    while waiting:
        address = waiting.pop()
        if address not in found:
            found.add(address)
            fresh = set(_precedents(book, address)) - areas  # a table's rows name the same columns again and again
            areas |= fresh
            waiting += [cell for area in fresh for cell in _cells(area)]
    return found


def _precedents(book: formualizer.Workbook, address: Address) -> Iterator[str]:
    """Give the areas that a formula names: cells, ranges and what names stand for."""
    report = book.precedents(f"{quoted(address.sheet)}!{address.cell}", max_links=_MOST_PRECEDENTS)
    for precedent in report.precedents:
        reference = precedent.reference.to_dict()
        meant = reference["resolution"] or reference
        area = meant["address"] or meant["resolved"]
        if area:
            yield area


def _cells(area: str) -> Iterator[Address]:
    """Give the cells of `'表'!C7` or `'表'!C7:D66`."""
    corner, _, end = area.partition(":")
    first = Address.parse(corner)
    last_row, last_column = cell_position(end) if end else (first.row, first.column)
    for row in range(first.row, last_row + 1):
        for column in range(first.column, last_column + 1):
            yield Address(first.sheet, row, column)


def recalculate(package: bytes, today: date) -> bytes:
    """Return the workbook with the stored value of every formula computed anew; other parts stay as they are."""
    result = formualizer.recalculate_xlsx_bytes(package, deterministic_timestamp_utc=_midnight(today))
    return bytes(result["bytes"])


def names_in(formula: str) -> tuple[str, ...]:
    """Return the defined names in a formula, in order, each once; ValueError where it cannot be parsed."""
    names, _ = _spoken(formula)
    return names


def functions_in(formula: str) -> tuple[str, ...]:
    """Return the functions that a formula calls, in capitals; ValueError where it cannot be parsed."""
    _, functions = _spoken(formula)
    return functions


@lru_cache(maxsize=10_000)
def _spoken(formula: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names and the functions in a formula from one walk: looking at a node is what takes long."""
    names: dict[str, None] = {}
    functions: dict[str, None] = {}
    waiting = [_parse(formula)]
    while waiting:
        node = waiting.pop()
        kind = node.node_type()
        if kind == "Function" and (function := node.get_function_name()):
            functions[function.upper()] = None
        elif kind == "Reference" and isinstance(reference := node.get_reference(), formualizer.NamedRangeRef):
            names[reference.name] = None
        waiting += reversed(node.children())
    return tuple(names), tuple(functions)


def is_figure(formula: str) -> bool:
    """Whether a formula can give nothing but a number, or an error; ValueError where it cannot be parsed."""
    return _is_figure(_parse(formula).to_dict())


def _is_figure(node: Mapping[str, Any]) -> bool:
    match node:
        case {"value": float()} | {"operator": "-" | "*" | "/" | "^" | "%"}:
            return True
        case {"node_type": "BinaryOp", "operator": "+"}:
            return True
        case {"name": "IF", "args": [_, then, other]}:
            return _is_figure(then) and _is_figure(other)
        case {"name": str(name)}:
            return name.upper() in _FIGURES
        case _:
            return False


def is_count(formula: str) -> bool:
    """Whether a formula can give nothing but a whole number, or an error; ValueError where it cannot be parsed."""
    match _parse(formula).to_dict():
        case {"value": float(value)}:
            return value.is_integer()
        case {"name": str(name)}:
            return name.upper() in _COUNTS
        case _:
            return False


@lru_cache(maxsize=5_000)
def arithmetic(formula: str) -> Decimal | None:
    """Compute a formula of figures, + - * / ^ % ( ), SUM and ROUND only; None for any other, and for errors."""
    if not _PLAIN.fullmatch(formula):
        return None
    book = formualizer.Workbook(config=_alone())
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
        return day_count(value)
    return float(value) if isinstance(value, Decimal) else value


def _result(value: object) -> Result:
    if isinstance(value, dict):
        return ERRORS.get(str(value.get("kind")), "#VALUE!")
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        return (value - datetime.combine(DAY_ZERO, time())).total_seconds() / 86400
    if isinstance(value, date):
        return day_count(value)
    raise TypeError(f"the engine gave {value!r}")
