"""How the roster workbook is read back: every sheet, with all its faults at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl

from perfeval_xl.contract import Template
from perfeval_xl.errors import PerfevalError
from perfeval_xl.known import Known
from perfeval_xl.roster.figures import read_figures
from perfeval_xl.roster.grid import Grid, Rows, read_grid
from perfeval_xl.roster.layout import CHANGE, CODE, CONTROLS, NAME, NEW, OLD, OPENINGS, STEPS, UNITS
from perfeval_xl.roster.steps import read_steps
from perfeval_xl.roster.units import read_units
from perfeval_xl.succession import Step
from perfeval_xl.unit import Unit


class RosterError(PerfevalError):
    """A roster that cannot be used; lists every fault with its sheet and cell."""

    def __init__(self, name: str, faults: tuple[str, ...]) -> None:
        self.faults = faults
        lines = "\n".join(f"  {number}. {fault}" for number, fault in enumerate(faults, 1))
        super().__init__(f"名册“{name}”有{len(faults)}处问题，改正后再试：\n{lines}")


@dataclass(frozen=True)
class Roster:
    """The roster workbook as read: who ought to report, what the bureau knows of them, who they were last year."""

    units: tuple[Unit, ...]
    controls: dict[str, tuple[Known, ...]] = field(default_factory=dict)
    openings: dict[str, tuple[Known, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


def read_roster(
    path: Path,
    template: Callable[[], Template] | None = None,
    last: Callable[[], frozenset[str] | None] = lambda: None,
) -> Roster:
    """Read a roster; RosterError lists every fault of all its sheets.

    Only a workbook with figures needs the `template` whose fields they are of, and only one with a succession
    table last year's codes. A workbook of one sheet, whatever its name, is a roster without either.
    """
    sheets = _sheets(path)
    faults: list[str] = []
    first = UNITS if UNITS in sheets else next(iter(sheets))
    grid = _grid(sheets, first, (CODE, NAME), faults)
    units = read_units(grid, faults) if grid else ()
    names = {unit.code: unit.name for unit in units}
    known: dict[str, dict[str, tuple[Known, ...]]] = {CONTROLS: {}, OPENINGS: {}}
    for name in known:
        found = _grid(sheets, name, (CODE,), faults) if name in sheets else None
        if found and template and any(found.lines()):
            known[name] = read_figures(found, template(), names, faults, last_year=name == OPENINGS)
    table = _grid(sheets, STEPS, (OLD, CHANGE, NEW), faults) if STEPS in sheets else None
    steps = read_steps(table, names, last(), faults) if table and any(table.lines()) else ()
    if faults:
        raise RosterError(path.name, tuple(faults))
    return Roster(units, known[CONTROLS], known[OPENINGS], steps)


def _sheets(path: Path) -> dict[str, Rows]:
    """Return the rows of every sheet; read as a stream, since a whole workbook of 10,000 units takes 300 MB."""
    try:
        book = openpyxl.load_workbook(BytesIO(path.read_bytes()), read_only=True, data_only=True)
        return {sheet.title: _rows(sheet) for sheet in book.worksheets}
    except (
        OSError,
        ValueError,
        KeyError,
        BadZipFile,
        SyntaxError,
    ) as error:  # XML that is broken is a SyntaxError
        raise RosterError(path.name, (f"打不开：{error}",)) from error


def _rows(sheet: Any) -> Rows:
    sheet.reset_dimensions()  # what a program says of them may be wrong
    return tuple(tuple(row) for row in sheet.iter_rows())


def _grid(sheets: Mapping[str, Rows], name: str, needed: tuple[str, ...], faults: list[str]) -> Grid | None:
    grid = read_grid(name, sheets[name], needed)
    if grid is None:
        told = "、".join(f"“{heading}”" for heading in needed)
        faults.append(f"{name}：找不到表头，前10行中要有一行写着{told}。")
    return grid
