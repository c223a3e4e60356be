"""A workbook as PhpSpreadsheet writes it as .ods, by the structure of its files.

Every figure is a float and dates are no exception, a boolean has a plain value, what merged cells cover is written
like any other cell, a row is padded to 1 024 columns, formulas come with what they gave, names are ranges.
"""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
from archives import zipped
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.datetime import to_excel

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIXES = ("office", "style", "text", "table")
_SPACES = " ".join(f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in _PREFIXES)
_KIND = b"application/vnd.oasis.opendocument.spreadsheet"
_COLUMNS = 1024


def php_ods(package: bytes) -> bytes:
    """Return an .xlsx as that program would save it as .ods."""
    said, given = (openpyxl.load_workbook(io.BytesIO(package), data_only=only) for only in (False, True))
    tables = "".join(f"{''.join(_table(sheet, given[sheet.title]))}" for sheet in said.worksheets)
    content = (
        f'<office:document-content {_SPACES} office:version="1.2"><office:scripts/><office:automatic-styles/>'
        f"<office:body><office:spreadsheet><table:calculation-settings/>{tables}<table:database-ranges/>"
        f"<table:named-expressions>{''.join(_names(said))}</table:named-expressions>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    members = {"mimetype": _KIND, "META-INF/manifest.xml": b"<manifest/>", "content.xml": content.encode()}
    return zipped(members)


def _table(said: Any, given: Any) -> Iterator[str]:
    yield f'<table:table table:name={quoteattr(said.title)} table:style-name="ta1"><office:forms/>'
    spans = {
        (area.min_row, area.min_col): f' table:number-columns-spanned="{area.size["columns"]}"'
        f' table:number-rows-spanned="{area.size["rows"]}"'
        for area in said.merged_cells.ranges
    }
    for row, values in zip(said.iter_rows(), given.iter_rows(values_only=True), strict=True):
        cells = (
            _cell(
                spans.get((cell.row, cell.column), ""), None if isinstance(cell, MergedCell) else cell.value, value
            )
            for cell, value in zip(row, values, strict=True)
        )
        padding = f'<table:table-cell table:number-columns-repeated="{_COLUMNS - len(row)}"/>'
        yield f"<table:table-row>{''.join(cells)}{padding}</table:table-row>"
    yield "</table:table>"


def _cell(span: str, written: Any, value: Any) -> str:
    formula = isinstance(written, str) and written.startswith("=") and len(written) > 1
    if written is None:
        return f'<table:table-cell{span} table:style-name="ce1"/>'
    kind, text = _kind(value)
    own = f" table:formula={quoteattr(f'of:{written}')}" if formula else ""
    if formula or kind != "string":
        own += f' office:value-type="{kind}" office:value={quoteattr(text)}'
    else:
        own += ' office:value-type="string"'
    return (
        f'<table:table-cell{span} table:style-name="ce1"{own}><text:p>{escape(text)}</text:p></table:table-cell>'
    )


def _kind(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "boolean", "1" if value else ""
    if isinstance(value, date):
        return "float", f"{to_excel(value):.12g}"
    if isinstance(value, int | float):
        return "float", repr(value)
    return "string", "" if value is None else str(value)


def _names(said: Any) -> Iterator[str]:
    for name, defined in said.defined_names.items():
        for sheet, area in defined.destinations:
            ours = f"$'{sheet}'."
            places = ":".join(f"{ours}{place}" for place in area.split(":"))
            base = quoteattr(f"{ours}$A$1")
            yield (
                f"<table:named-range table:name={quoteattr(name)} table:base-cell-address={base}"
                f" table:cell-range-address={quoteattr(places)}/>"
            )
