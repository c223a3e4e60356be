"""The process that reads old formats with python-calamine, and may die of it: bytes in, sparse cells as JSON out.

Started as a script of its own by `legacy`; imports nothing of ours, so that it starts fast.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from typing import Any

UNREADABLE, TOO_MANY = 3, 4
"""Exit codes: the library refused the file; the file has more cells than allowed."""


def main() -> int:
    """Read a workbook from standard input; arguments: seconds, bytes of memory, most cells, largest rectangle."""
    seconds, memory, most, box = (int(argument) for argument in sys.argv[1:5])
    _limit(seconds, memory)
    data = sys.stdin.buffer.read()
    try:
        sheets = _sheets(data, most, box)
    except OverflowError:
        return TOO_MANY
    except BaseException as error:  # noqa: BLE001  # panics of the library are not Exceptions
        sys.stderr.write(f"{type(error).__name__}: {error}"[:500])
        return UNREADABLE
    sys.stdout.write(json.dumps(sheets))
    return 0


def _limit(seconds: int, memory: int) -> None:
    """Where the system can: so much memory and time, no files, no core dump."""
    try:
        import resource  # noqa: PLC0415  # only POSIX has it
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _sheets(data: bytes, most: int, box: int) -> list[dict[str, Any]]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415  # after the limits

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for metadata in workbook.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        if sheet.height * sheet.width > box:
            raise OverflowError
        cells = _cells(sheet.start, sheet.to_python() if sheet.start else [])
        most -= len(cells)
        if most < 0:
            raise OverflowError
        hidden = metadata.visible != SheetVisibleEnum.Visible
        merges = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]
        sheets.append({"name": metadata.name, "hidden": hidden, "cells": cells, "merges": merges})
    return sheets


def _cells(start: tuple[int, int] | None, rows: list[list[Any]]) -> list[tuple[int, int, str, str]]:
    top, left = start or (0, 0)
    return [
        (top + down + 1, left + across + 1, *_cell(value))
        for down, row in enumerate(rows)
        for across, value in enumerate(row)
        if value not in ("", None)
    ]


def _days(value: dt.timedelta | dt.time) -> float:
    """Return the number that is shown as hours, or as the time of a day; the library counts milliseconds."""
    if isinstance(value, dt.time):
        value = dt.timedelta(0, value.second, value.microsecond, 0, value.minute, value.hour)
    return value / dt.timedelta(days=1)


def _cell(value: object) -> tuple[str, str]:
    """Return kind and text as the reader of .xlsx gives them."""
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, (int, float)):
        return "n", repr(value)
    if isinstance(value, dt.datetime):
        whole = value.time() == dt.time()
        return "d", value.date().isoformat() if whole else value.isoformat()
    if isinstance(value, (dt.timedelta, dt.time)):
        return "n", repr(round(_days(value), 9))
    if isinstance(value, dt.date):
        return "d", value.isoformat()
    return "s", str(value)


if __name__ == "__main__":
    sys.exit(main())
