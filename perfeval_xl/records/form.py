"""A form sheet as it is printed: which cells stand where, how they are merged, and what is written in them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Printed:
    """One cell with the area that it covers. `field` names what is filled there; `text` is what is printed else.

    `boxed` cells have a border: they are parts of a table, the others are lines above and below it.
    """

    row: int
    column: int
    last_row: int
    last_column: int
    text: str
    side: str = "left"
    bold: bool = False
    indent: int = 0
    boxed: bool = True
    field: str = ""


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """One sheet. `widths` are the columns' from `first_column` on; `title` is of an attachment made of it."""

    sheet: str
    title: str
    landscape: bool
    first_column: int
    widths: tuple[float, ...]
    cells: tuple[Printed, ...]
