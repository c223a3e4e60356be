"""How a sheet of a finished workbook is made the second one, and the one on which the workbook opens."""

from __future__ import annotations

import io
import re
import zipfile

from perfeval_xl.workbook.patch import original

_SHEETS = re.compile(rb"(<(?:\w+:)?sheets>)(.*?)(</(?:\w+:)?sheets>)", re.DOTALL)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?/>")
_STATE = re.compile(rb'\sstate="[^"]*"')
_LOCAL = re.compile(rb'(\slocalSheetId=")(\d+)(")')
_VIEW = re.compile(rb"<(?:\w+:)?workbookView\b[^>]*?/?>")
_TAB = re.compile(rb'\s(?:activeTab|firstSheet)="\d+"')
_SHEET_VIEW = re.compile(rb"<(?:\w+:)?sheetView\b[^>]*?/?>")
_SELECTED = re.compile(rb'\stabSelected="[^"]*"')
_SECOND = 1


def brought_forward(package: bytes, sheet: str) -> bytes:
    """Return a workbook in which a sheet is shown, is the second, and is open; all else stays where it was.

    A workbook without the sheet, or whose sheets are listed in another way than usual, is given back as it is.
    """
    book = original(package)
    listed = _SHEETS.search(book.read(book.book)) if sheet in book.sheets else None
    entries = _SHEET.findall(listed[2]) if listed else []
    if len(entries) != len(book.sheets):
        return package
    order = _order(len(entries), book.sheets.index(sheet))
    changed = {book.book: _reordered(book.read(book.book), entries, order)}
    for name in book.sheets:
        part = book.read(book.part(name))
        if name == sheet or _is_selected(part):
            changed[book.part(name)] = _opened(part, selected=name == sheet)
    return _packed(package, changed)


def _order(count: int, moved: int) -> list[int]:
    """Return the old positions of the sheets in their new order."""
    order = [number for number in range(count) if number != moved]
    order.insert(min(_SECOND, len(order)), moved)
    return order


def _reordered(book: bytes, entries: list[bytes], order: list[int]) -> bytes:
    """Return the list of sheets in another order; names that are of one sheet stay with it."""
    second = min(_SECOND, len(order) - 1)
    sheets = [entries[number] for number in order]
    sheets[second] = _STATE.sub(b"", sheets[second])
    place = {old: new for new, old in enumerate(order)}
    book = _SHEETS.sub(lambda found: found[1] + b"".join(sheets) + found[3], book, count=1)
    book = _LOCAL.sub(lambda found: b"%b%d%b" % (found[1], place[int(found[2])], found[3]), book)
    return _with_attribute(book, _VIEW, _TAB, b' activeTab="%d"' % second)


def _is_selected(part: bytes) -> bool:
    view = _SHEET_VIEW.search(part)
    return bool(view and _SELECTED.search(view[0]))


def _opened(part: bytes, *, selected: bool) -> bytes:
    return _with_attribute(part, _SHEET_VIEW, _SELECTED, b' tabSelected="1"' if selected else b"")


def _with_attribute(part: bytes, tag: re.Pattern[bytes], without: re.Pattern[bytes], attribute: bytes) -> bytes:
    def changed(found: re.Match[bytes]) -> bytes:
        plain = without.sub(b"", found[0])
        end = b"/>" if plain.endswith(b"/>") else b">"
        return plain[: -len(end)] + attribute + end

    return tag.sub(changed, part, count=1)


def _packed(package: bytes, changed: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for info in source.infolist():
            packed.writestr(info, changed.get(info.filename) or source.read(info), zipfile.ZIP_DEFLATED)
    return target.getvalue()
