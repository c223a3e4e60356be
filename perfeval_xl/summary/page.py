"""How a sheet of the summary is written: texts as texts, formulas with the value that they have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from perfeval_xl.address import column_letters, quoted
from perfeval_xl.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

    from perfeval_xl.engine import Result
    from perfeval_xl.finding import Value
    from perfeval_xl.kinds import Kind
    from perfeval_xl.looks import Formats

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST = 32_767
_DAY_ZERO = date(1899, 12, 30)
Place = tuple[str, int, int]


@dataclass
class Binder:
    """The workbook being written. `stored` are the results of its formulas, known on the second pass."""

    book: Workbook
    formats: Formats
    stored: Mapping[Place, Result]
    formulas: list[Place] = field(default_factory=list)

    def page(self, name: str, tab: str = "") -> Page:
        """Add a sheet."""
        sheet = self.book.add_worksheet(name)
        if tab:
            sheet.set_tab_color(tab)
        sheet.hide_gridlines(2)
        return Page(self, name, sheet)

    def name(self, name: str, page: Page, row: int, column: int, last_row: int = 0) -> None:
        """Define a name for a cell, or for a column from `row` to `last_row`."""
        letters = column_letters(column)
        area = f"${letters}${row}" + (f":${letters}${last_row}" if last_row else "")
        self.book.define_name(name, f"={quoted(page.name)}!{area}")


class Page:
    """One sheet; rows and columns count from 1."""

    def __init__(self, binder: Binder, name: str, sheet: Worksheet) -> None:
        self.binder, self.name, self.sheet = binder, name, sheet

    def widths(self, *widths: float) -> None:
        """Set the columns' widths from the first on."""
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    def text(self, row: int, column: int, text: str, look: str, last_column: int = 0) -> None:
        """Write a text as a text, whatever it begins with; `last_column` merges."""
        style = self.binder.formats.of(look)
        self._merge(row, column, last_column, style)
        clean = _ILLEGAL.sub("\ufffd", text)[:_LONGEST]
        if clean:
            self.sheet.write_string(row - 1, column - 1, clean, style)
        else:
            self.sheet.write_blank(row - 1, column - 1, None, style)

    def formula(
        self, row: int, column: int, formula: str, look: str, kind: Kind | None = None, last_column: int = 0
    ) -> None:
        """Write a formula with its stored value."""
        style = self.binder.formats.of(look, kind)
        self._merge(row, column, last_column, style)
        place = (self.name, row, column)
        self.binder.formulas.append(place)
        value = self.binder.stored.get(place, 0)
        self.sheet.write_formula(row - 1, column - 1, formula, style, "" if value is None else value)

    def value(self, row: int, column: int, value: Value, look: str, kind: Kind = KINDS["text"]) -> None:
        """Write a value: figures and dates as numbers, texts as texts, nothing as a blank cell."""
        style = self.binder.formats.of(look, kind)
        if isinstance(value, bool):
            self.sheet.write_boolean(row - 1, column - 1, value, style)
        elif isinstance(value, Decimal):
            self.sheet.write_number(row - 1, column - 1, float(value), style)
        elif isinstance(value, date):
            self.sheet.write_number(row - 1, column - 1, (value - _DAY_ZERO).days, style)
        elif value:
            self.sheet.write_string(row - 1, column - 1, _ILLEGAL.sub("\ufffd", value)[:_LONGEST], style)
        else:
            self.sheet.write_blank(row - 1, column - 1, None, style)

    def link(self, row: int, column: int, sheet: str, text: str) -> None:
        """Write a link to a sheet's head."""
        self.formula(row, column, f'=HYPERLINK("#{quoted(sheet)}!A1","{text}")', "link")

    def title(self, text: str, last_column: int, note: str = "") -> None:
        """Write the sheet's head: a title that is a formula or a text, and a line below it."""
        self.sheet.set_row(0, 34)
        if text.startswith("="):
            self.formula(1, 1, text, "title", last_column=last_column)
        else:
            self.text(1, 1, text, "title", last_column)
        if note.startswith("="):
            self.formula(2, 1, note, "caption", last_column=last_column)
        else:
            self.text(2, 1, note, "caption", last_column)

    def printed(self, last_row: int, last_column: int, heading: int = 0, *, landscape: bool = True) -> None:
        """Set up print: A4, one page wide, the heading row on every page."""
        if landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        self.sheet.print_area(0, 0, max(last_row, 1) - 1, last_column - 1)
        self.sheet.set_footer("&L&A&C第 &P 页，共 &N 页")
        if heading:
            self.sheet.repeat_rows(heading - 1)

    def _merge(self, row: int, column: int, last_column: int, style: Any) -> None:
        if last_column > column:
            self.sheet.merge_range(row - 1, column - 1, row - 1, last_column - 1, "", style)
