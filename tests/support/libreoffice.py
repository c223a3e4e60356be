"""LibreOffice as the independent judge: recalculates workbooks from nothing and gives what it computed."""

from __future__ import annotations

import atexit
import re
import shutil
import subprocess
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
import python_calamine

from perfeval_xl.records.address import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterable

PROGRAM = shutil.which("soffice") or shutil.which("libreoffice")
needed = pytest.mark.skipif(
    PROGRAM is None, reason="needs LibreOffice: run `make test`, or install libreoffice-calc"
)

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FORMULA = re.compile(r'<c r="(?P<cell>[A-Z]+[0-9]+)"[^>]*><f(?:[^>]*/>|[^>]*>(?P<formula>[^<]*)</f>)')
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def convert(files: Iterable[Path], folder: Path, target: str = "xlsx") -> list[Path]:
    """Load files, recalculate them wholly, and save them in another folder in one run of LibreOffice."""
    files = list(files)
    out = folder / f"as-{target}"
    command = [
        str(PROGRAM),
        f"-env:UserInstallation={_profile().as_uri()}",
        "--headless",
        "--convert-to",
        target,
        "--outdir",
        str(out),
        *map(str, files),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return [out / f"{file.stem}.{target}" for file in files]


@cache
def _profile() -> Path:
    """Return this process's own profile, made once: a start with a new one takes twice as long."""
    profile = Path(tempfile.mkdtemp(prefix="libreoffice-"))
    atexit.register(shutil.rmtree, profile, ignore_errors=True)
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_RECALCULATE, "utf-8")
    return profile


def values(path: Path) -> dict[tuple[str, str], object]:
    """Return every stored value by sheet and cell; calamine is another program than our reader, and fast."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    return {
        (name, f"{column_letters(column)}{row}"): value
        for name in book.sheet_names
        for row, line in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
        for column, value in enumerate(line, 1)
        if value != ""
    }


def formulas(path: Path) -> dict[tuple[str, str], str]:
    """Return every formula by sheet and cell, of a workbook whose sheets lie in their order, as we write them.

    Where cells share a formula, those after the first have a blank one.
    """
    with zipfile.ZipFile(path) as package:
        named = ElementTree.fromstring(package.read("xl/workbook.xml")).iterfind(f"{_MAIN}sheets/{_MAIN}sheet")  # noqa: S314  # we wrote it
        return {
            (str(sheet.get("name")), cell): formula
            for number, sheet in enumerate(named, 1)
            for cell, formula in _formulas_in(package.read(f"xl/worksheets/sheet{number}.xml").decode("utf-8"))
        }


def _formulas_in(sheet: str) -> list[tuple[str, str]]:
    found = [(one["cell"], one["formula"] or "") for one in _FORMULA.finditer(sheet)]
    assert len(found) == len(re.findall("<f[ />]", sheet)), "a formula that stands otherwise"
    return found


def differences(ours: Path, theirs: Path, known: dict[tuple[str, str], str] | None = None) -> list[str]:
    """Compare every formula's stored value in `ours` with what LibreOffice computed.

    `known` are its formulas, where many workbooks have the same.
    """
    mine, judge = values(ours), values(theirs)
    return [
        f"{sheet}!{cell} {formula[:80]}: {mine.get((sheet, cell))!r}, LibreOffice {judge.get((sheet, cell))!r}"
        for (sheet, cell), formula in (known or formulas(ours)).items()
        if not same(mine.get((sheet, cell)), judge.get((sheet, cell)))
    ]


def same(mine: object, theirs: object) -> bool:
    """Figures agree to nine digits, texts exactly; an empty text and a blank are the same to a reader."""
    if isinstance(mine, bool) or isinstance(theirs, bool):
        return mine == theirs
    if isinstance(mine, int | float) and isinstance(theirs, int | float):
        return abs(mine - theirs) <= 1e-9 * max(1.0, abs(mine), abs(theirs))
    return (mine or "") == (theirs or "")
