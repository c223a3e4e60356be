"""How a workbook of any readable format is opened: through the gate, by the reader of its format."""

from __future__ import annotations

from collections.abc import Callable

from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.cells import Book
from perfeval_xl.workbook.file_formats import Format, identify
from perfeval_xl.workbook.legacy import reader as legacy
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import unpack
from perfeval_xl.workbook.sheets import read_book

_DEFAULT = Limits()


def open_book(
    data: bytes, limits: Limits = _DEFAULT, skipped: Callable[[str], bool] = lambda _: False
) -> tuple[Book, tuple[Finding, ...]]:
    """Return what a workbook of any readable format holds; RefusalError where it cannot be read."""
    found = identify(data, limits)
    if found is Format.XLSX:
        return read_book(unpack(data, limits), limits, skipped)
    return legacy.read_book(data, found, limits)
