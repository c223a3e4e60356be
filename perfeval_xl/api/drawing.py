"""A sheet of what a unit handed in as it is printed: a grid of cells with what was typed, and what it was."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address
from perfeval_xl.template.printed import Printer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.form import Printed, PrintedForm
    from perfeval_xl.records.submission import Key
    from perfeval_xl.records.verdict import Record

__all__ = ["Box", "Drawn", "draw_sheet"]

_LOCK = Lock()
"""Held while a sheet is drawn: an engine works for one at a time."""
_KEPT = 16
_PRINTERS: dict[tuple[str, date, str], Printer] = {}


@dataclass(frozen=True, slots=True)
class Box:
    """One cell over `columns` × `rows` places of the grid. `text` is as it is printed, amounts in their unit.

    `before` is what the submission before had there, where `changed` says that it was something else. `filled`
    cells are those of a field, the others print what the form says; only `boxed` ones have a border.
    """

    address: Address
    text: str = ""
    columns: int = 1
    rows: int = 1
    side: str = "left"
    bold: bool = False
    boxed: bool = False
    filled: bool = False
    changed: bool = False
    before: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sheet: its name, the columns' widths in characters, and its rows by the row's number."""

    sheet: str
    widths: tuple[float, ...]
    rows: tuple[tuple[int, tuple[Box, ...]], ...]


def draw_sheet(campaign: Campaign, sheet: str, record: Record, before: Record | None = None) -> Drawn | None:
    """Return a sheet as it is printed with what a submission has there; None where the form has no such sheet.

    `before` is the submission with which it is compared, cell by cell.
    """
    template = campaign.template
    if record.submission is None or all(field.address.sheet != sheet for field in template.fields):
        return None
    with _LOCK:
        form = _printer(template, campaign.clock, sheet).forms(record.submission.values)[0]
    return _drawn(template, form, record, before)


def _printer(template: Template, today: date, sheet: str) -> Printer:
    """Return what prints a sheet; the last that were wanted are kept."""
    key = (template.fingerprint, today, sheet)
    made = _PRINTERS.pop(key, None) or Printer(template, today, (sheet,))
    _PRINTERS[key] = made
    for old in [*_PRINTERS][:-_KEPT]:
        del _PRINTERS[old]
    return made


def _drawn(template: Template, form: PrintedForm, record: Record, before: Record | None) -> Drawn:
    """Put the cells of a form into the places of a grid, with blank ones where nothing is printed."""
    keys = {address: key for key, address in template.places.items() if address.sheet == form.sheet}
    boxes = {
        (cell.row, cell.column): _box(template, form.sheet, cell, keys, record, before) for cell in form.cells
    }
    covered = {place for cell in form.cells for place in _places(cell)} - boxes.keys()
    first, last = form.first_column, form.first_column + len(form.widths)
    lines = range(min(row for row, _ in boxes), max(row for row, _ in boxes) + 1)
    rows = (
        (
            row,
            tuple(
                _at(boxes, form.sheet, row, column)
                for column in range(first, last)
                if (row, column) not in covered
            ),
        )
        for row in lines
    )
    return Drawn(form.sheet, form.widths, tuple(rows))


def _at(boxes: Mapping[tuple[int, int], Box], sheet: str, row: int, column: int) -> Box:
    return boxes.get((row, column)) or Box(Address(sheet, row, column))


def _places(cell: Printed) -> Iterator[tuple[int, int]]:
    for row in range(cell.row, cell.last_row + 1):
        for column in range(cell.column, cell.last_column + 1):
            yield row, column


def _box(
    template: Template,
    sheet: str,
    cell: Printed,
    keys: Mapping[Address, Key],
    record: Record,
    before: Record | None,
) -> Box:
    address = Address(sheet, cell.row, cell.column)
    key = keys.get(address)
    text = _text(template, record, key) if key else cell.text
    former = _text(template, before, key) if key and before else text
    return Box(
        address,
        text,
        cell.last_column - cell.column + 1,
        cell.last_row - cell.row + 1,
        "right" if key and template.field[key[0]].kind.numeric else cell.side,
        cell.bold,
        cell.boxed,
        key is not None,
        former != text,
        former if former != text else "",
    )


def _text(template: Template, record: Record, key: Key) -> str:
    return template.field[key[0]].kind.printed(record.value(*key))
