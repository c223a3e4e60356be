"""How old formats are read: .xls and .xlsb by python-calamine in a process that may die; the rest by ourselves."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from perfeval_xl.admission.texts import admitted_name, told_of_name
from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.admit import admit
from perfeval_xl.workbook.cells import BROKEN, ERROR, NOTHING, NUMBER, TEXT, Area, Book, Cell, Position, Sheet
from perfeval_xl.workbook.file_formats import Format
from perfeval_xl.workbook.frame import within_range
from perfeval_xl.workbook.helper import helper
from perfeval_xl.workbook.legacy import biff, ods, worker, xlsb
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import unpack
from perfeval_xl.workbook.rules_of_files import refuse, say

_UNSEEN = {
    Format.XLS: "单元格名称和公式的内容",
    Format.ODS: "单元格名称和公式的内容",
    Format.XLSB: "单元格名称和公式的内容",
}


@dataclass(frozen=True, slots=True)
class Hidden:
    """What the library does not show: error values and where formulas are, by sheet; and what is active.

    `cells` are those that it does not know at all; `sheets` all of them, where it is not needed.
    """

    errors: dict[str, dict[Position, str]] = field(default_factory=dict)
    formulas: dict[str, frozenset[Position]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    cells: dict[str, dict[Position, Cell]] = field(default_factory=dict)
    sheets: tuple[dict[str, Any], ...] | None = None


def read_book(data: bytes, found: Format, limits: Limits) -> tuple[Book, tuple[Finding, ...]]:
    """Return what a workbook of an old format holds; RefusalError where it cannot be read."""
    hidden = _SCANS[found](data, limits)
    faults: list[Finding] = []
    records = _worked(data, found, limits) if hidden.sheets is None else hidden.sheets
    sheets = tuple(_sheet(sheet, hidden, faults) for sheet in records)
    if not sheets:
        raise refuse("G13", format=found.value, what="没有工作表")
    if len(faults) > limits.faults:
        raise refuse("G07", what="有大量损坏的单元格数据")
    clean, cleaned = admit(Book(sheets, formulas=False))
    notice = say("R08", format=found.value, hidden=_UNSEEN[found])
    return clean, (notice, *hidden.findings, *faults, *cleaned)


def _worked(data: bytes, found: Format, limits: Limits) -> list[dict[str, Any]]:
    """Let the worker read; whatever becomes of it is judged by how it ended."""
    numbers = [str(number) for number in (limits.seconds, limits.memory, limits.old_cells, limits.box)]
    command = [*helper(worker), *numbers]
    try:
        ended = subprocess.run(command, input=data, capture_output=True, timeout=limits.seconds, check=False)  # noqa: S603  # our own script, no word of the file on the command line
    except subprocess.TimeoutExpired:
        raise refuse("G14", format=found.value, what=f"超过 {limits.seconds} 秒") from None
    if ended.returncode == worker.TOO_MANY:
        raise refuse("G08", what="单元格太多", limit=f"{limits.old_cells} 个")
    if ended.returncode == worker.UNREADABLE:
        if b"PasswordError" in ended.stderr:
            raise refuse("G09")
        raise refuse("G13", format=found.value, what="内容损坏或不规范")
    try:
        sheets: list[dict[str, Any]] = json.loads(ended.stdout) if ended.returncode == 0 else []
    except ValueError:
        sheets = []
    if not sheets and ended.returncode != 0:
        raise refuse("G14", format=found.value, what="读取进程异常终止")
    return sheets


def _sheet(record: dict[str, Any], hidden: Hidden, faults: list[Finding]) -> Sheet:
    """Return a sheet as the worker and our own look have it; what is wrong with it is added to `faults`."""
    name, formulas = record["name"], hidden.formulas.get(record["name"], frozenset())
    cells = {
        (row, column): Cell(kind, text, "" if (row, column) in formulas else None)
        for row, column, kind, text in record["cells"]
        if not (kind == TEXT and not text.strip())
    }
    cells |= hidden.cells.get(name, {})
    for position, error in hidden.errors.get(name, {}).items():
        cells[position] = Cell(ERROR, error, "" if position in formulas else None)
    for position in formulas - cells.keys():
        cells[position] = Cell(NOTHING, "", "")
    name, strange = admitted_name(name), told_of_name(name)
    if strange:
        faults.append(say("R67", Address(name, 1, 1), value=name, characters=strange))
    for position in [position for position, cell in cells.items() if cell.kind == NUMBER]:
        if not within_range(cells[position].text):
            place = Address(name, *position)
            faults.append(say("R69", place, what=str(place), value=cells[position].text))
            cells[position] = Cell(BROKEN, cells[position].text)
    merges = tuple(
        Area(name, top + 1, left + 1, bottom + 1, right + 1) for top, left, bottom, right in record["merges"]
    )
    return Sheet(name, cells, merges, hidden=record["hidden"])


def _scan_xls(data: bytes, _: Limits) -> Hidden:
    return Hidden(*biff.scan(data))


def _scan_ods(data: bytes, limits: Limits) -> Hidden:
    errors, formulas, findings, sheets = ods.scan(unpack(data, limits), limits)
    return Hidden(errors, formulas, findings, sheets=sheets)


def _scan_xlsb(data: bytes, limits: Limits) -> Hidden:
    package = unpack(data, limits)
    macros = (say("R06", what="VBA 宏"),) if package.has("xl/vbaProject.bin") else ()
    errors, formulas, cells = xlsb.scan(package, limits)
    return Hidden(errors, formulas, macros, cells)


_SCANS: dict[Format, Callable[[bytes, Limits], Hidden]] = {
    Format.XLS: _scan_xls,
    Format.ODS: _scan_ods,
    Format.XLSB: _scan_xlsb,
}
