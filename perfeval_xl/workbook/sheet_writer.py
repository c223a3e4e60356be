"""How a sheet of the summary is written: texts as texts, formulas with the value that they have."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from perfeval_xl.records.address import column_letters, quoted
from perfeval_xl.records.kind import KINDS, day_count
from perfeval_xl.records.typed_cells import BASE
from perfeval_xl.workbook.cell_text import clean
from perfeval_xl.workbook.engine import is_error
from perfeval_xl.workbook.row_writer import Body, Pattern, height_of, lines_of, spliced
from perfeval_xl.workbook.styles import LOCKED, Formats, new_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.kind import Kind
    from perfeval_xl.workbook.engine import Result
    from perfeval_xl.workbook.row_writer import Alike, Results, Rows, Widened

HEAD_ROW, FIRST_ROW = 4, 5
"""Where every sheet's column headings stand, and what comes below them."""
CONTENTS = "目录"
_TITLE = '=地区&年度&"年度"&汇总_名目&"'
"""How the title of every sheet begins; see `titled`."""
_CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 - a fixed date without zone, so that the same ledger gives the same bytes
_USUAL_WIDTH = 8.43


@dataclass(frozen=True, slots=True)
class Broken:
    """A formula that gave an error value, by its cell."""

    sheet: str
    row: int
    column: int
    error: str

    def __str__(self) -> str:
        return f"{self.sheet}!{column_letters(self.column)}{self.row}（{self.error}）"


@dataclass
class Binder:
    """The workbook being written. `results` are what its formulas gave, known once it has been computed.

    A `public` one has values in place of its formulas and is protected. `warning` is a formula whose text stands
    below the title of every sheet that has one. `places` are those of all names, known when all is written once.
    """

    title: str
    results: Results | None = None
    public: bool = False
    warning: str = ""
    places: dict[str, str] = field(default_factory=dict)
    pages: list[Page] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._target = io.BytesIO()
        self.book = new_workbook(self._target)
        self.book.set_properties({"title": clean(self.title)[:255], "created": _CREATED})
        self.formats = Formats(self.book)

    def page(self, name: str, tab: str = "") -> Page:
        """Add a sheet."""
        sheet = self.book.add_worksheet(name)
        if tab:
            sheet.set_tab_color(tab)
        sheet.hide_gridlines(2)
        page = Page(self, name, sheet)
        self.pages.append(page)
        return page

    def name(self, name: str, page: Page, row: int, column: int, last_row: int = 0) -> None:
        """Define a name for a cell, or for a column from `row` to `last_row`."""
        if self.public:
            return
        letters = column_letters(column)
        area = f"${letters}${row}" + (f":${letters}${last_row}" if last_row else "")
        self.places[name] = f"{page.name}!{area if last_row != row else area.partition(':')[0]}".replace("$", "")
        checked(self.book.define_name(name, f"={quoted(page.name)}!{area}"), name)

    def result(self, place: tuple[str, int, int]) -> Result:
        """Return what a formula gave, and keep in mind the errors; 0 before anything is computed."""
        if self.results is None:
            return 0.0
        result = self.results(*place)
        if isinstance(result, str) and is_error(result):
            self.broken.append(Broken(*place, result))
        return result

    def bytes(self) -> bytes:
        """Finish: the designed sheets with all their rows."""
        if self.public:
            for page in self.pages:
                page.sheet.protect(options=LOCKED)
        self.book.close()
        bodies = {number: page.rows for number, page in enumerate(self.pages, 1) if page.rows}
        return spliced(self._target.getvalue(), bodies, self.results, values_only=self.public)


class Page:
    """One sheet; rows and columns count from 1."""

    def __init__(self, binder: Binder, name: str, sheet: Any) -> None:
        self.binder, self.name, self.sheet = binder, name, sheet
        self.rows: Body | None = None
        self._widths: dict[int, float] = {}
        self._lines: dict[int, int] = {}

    def widths(self, *widths: float, first: int = 1) -> None:
        """Set the columns' widths, from the first column or another on."""
        for column, width in enumerate(widths, first):
            self.sheet.set_column(column - 1, column - 1, width)
            self._widths[column] = width

    def hide(self, column: int) -> None:
        """Hide a column."""
        self.sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})

    def heads(self, *heads: str) -> None:
        """Write the headings of the columns."""
        for column, heading in enumerate(heads, 1):
            self.text(HEAD_ROW, column, heading, "head")

    def text(self, row: int, column: int, text: str, look: str, last_column: int = 0) -> None:
        """Write a text as a text, whatever it begins with; `last_column` merges."""
        style = self.binder.formats.of(look)
        self._merge(row, column, last_column, style)
        if text:
            checked(self.sheet.write_string(row - 1, column - 1, text, style), self.name)
            if not last_column:
                lines = lines_of(text, self._widths.get(column, _USUAL_WIDTH))
                self._lines[row] = max(lines, self._lines.get(row, 1))
        else:
            self.sheet.write_blank(row - 1, column - 1, None, style)

    def formula(
        self, row: int, column: int, formula: str, look: str, kind: Kind | None = None, last_column: int = 0
    ) -> Result:
        """Write a formula with the value that it has; return that."""
        result = self.binder.result((self.name, row, column))
        if self.binder.public:
            if last_column:
                self._merge(row, column, last_column, self.binder.formats.of(look, kind))
            self._constant(row, column, result, look, kind)
            return result
        style = self.binder.formats.of(look, kind)
        self._merge(row, column, last_column, style)
        stored = "" if result is None else result
        checked(self.sheet.write_formula(row - 1, column - 1, formula, style, stored), self.name)
        return result

    def value(self, row: int, column: int, value: Value, look: str, kind: Kind = KINDS["text"]) -> None:
        """Write a value: figures and dates as numbers, texts as texts, nothing as a blank cell."""
        if isinstance(value, Decimal):
            self._constant(row, column, float(value), look, kind)
        elif isinstance(value, date):
            self._constant(row, column, day_count(value), look, kind)
        else:
            self._constant(row, column, value, look, kind)

    def _constant(self, row: int, column: int, value: Result, look: str, kind: Kind | None) -> None:
        style = self.binder.formats.of(look, kind)
        if isinstance(value, bool):
            written = self.sheet.write_boolean(row - 1, column - 1, value, style)
        elif isinstance(value, float):
            written = self.sheet.write_number(row - 1, column - 1, value, style)
        elif value:
            written = self.sheet.write_string(row - 1, column - 1, value, style)
        else:
            written = self.sheet.write_blank(row - 1, column - 1, None, style)
        checked(written, self.name)

    def body(self, patterns: Sequence[Pattern], rows: Rows | Widened | Alike, first_row: int = FIRST_ROW) -> None:
        """Give the sheet its rows, each by the number of the pattern that it follows."""
        for row, pattern in enumerate(patterns, first_row):
            self.sheet.set_row(row - 1, pattern.height or None, None, {"level": pattern.level})
            for column, style in enumerate(pattern.styles):
                self.sheet.write_blank(row - 1, column, None, self.binder.formats.of(style.look, style.kind))
        widths = tuple(
            self._widths.get(column, 0) or _USUAL_WIDTH for column in range(1, len(patterns[0].styles) + 1)
        )
        self.rows = Body(self.name, first_row, tuple(patterns), rows, widths)

    def fit(self, first_row: int, last_row: int) -> None:
        """Make rows as high as the texts on them need."""
        for row in range(first_row, last_row + 1):
            self.sheet.set_row(row - 1, height_of(self._lines.get(row, 1)))

    def link(self, row: int, column: int, sheet: str, text: str, look: str = "link") -> None:
        """Write a link to a sheet's head."""
        style = self.binder.formats.of(look)
        target = f"internal:{quoted(sheet)}!A1"
        checked(self.sheet.write_url(row - 1, column - 1, target, style, text), self.name)

    def title(self, text: str, last_column: int, note: str = "", *, wide: bool = False) -> None:
        """Write the sheet's head: a title that is a formula or a text, a line below it, a link to the contents.

        The link stands on the right of what is printed, or on a `wide` sheet above the first heading.
        """
        self.sheet.set_row(0, 34)
        for row, words, look in ((1, text, "title"), (2, note, "caption")):
            if words.startswith("="):
                self.formula(row, 1, words, look, last_column=last_column)
            else:
                self.text(row, 1, words, look, last_column)
        if self.binder.warning:
            self.formula(3, 2 if wide else 1, self.binder.warning, "warning", last_column=last_column)
        if self.name != CONTENTS and any(page.name == CONTENTS for page in self.binder.pages):
            self.link(3 if wide else 1, 1 if wide else last_column + 1, CONTENTS, "返回目录", "back")

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

    def filtered(self, last_row: int, last_column: int, frozen: int = 0) -> None:
        """Put filters on the headings and keep them, and the first columns, in view."""
        self.sheet.autofilter(HEAD_ROW - 1, 0, max(last_row, FIRST_ROW) - 1, last_column - 1)
        self.sheet.freeze_panes(HEAD_ROW, frozen)

    def _merge(self, row: int, column: int, last_column: int, style: Any) -> None:
        if last_column > column:
            self.sheet.merge_range(row - 1, column - 1, row - 1, last_column - 1, "", style)


def draw_base(binder: Binder, rows: Iterable[tuple[str, ...]]) -> None:
    """Draw the hidden sheet of what stands in the cells that people type into; see `typed`."""
    page = binder.page(BASE)
    for row, texts in enumerate(rows, 1):
        for column, text in enumerate(texts, 1):
            page.text(row, column, text, "plain")
    page.sheet.hide()


def titled(words: str) -> str:
    """Return the formula of a sheet's title that ends with the sheet's own words."""
    return _TITLE + words.replace('"', '""') + '"'


def link_formula(sheet: str, position: str, text: str) -> str:
    """Return a formula that links to the row of a sheet whose `position` below the headings is found; else blank.

    The link is the outermost function, since some programs lose it within another.
    """
    row = f"IFERROR({position}+{FIRST_ROW - 1},1)"
    return f'=HYPERLINK("#{quoted(sheet)}!A"&{row},IF(ISNUMBER({position}),"{text}",""))'


def checked(code: int, what: str) -> None:
    """Refuse that the library passes over something in silence; it says so by a negative number."""
    if code:
        raise AssertionError(f"{what}: xlsxwriter refused a cell, code {code}")
