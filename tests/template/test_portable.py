"""The engine and LibreOffice compute the same from every template, whatever is filled in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import libreoffice
import openpyxl
import pytest
from fills import random_fill
from shipped import TEMPLATES

from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load

if TYPE_CHECKING:
    from datetime import date

FILLS = int(os.environ.get("PERFEVAL_FILLS", "3"))
BUILT = sorted(TEMPLATES.glob("*/*.xlsx"))

pytestmark = [pytest.mark.libreoffice, libreoffice.needed]


@pytest.mark.parametrize("path", BUILT, ids=lambda path: path.stem)
def test_random_fills_compute_the_same(path: Path, today: date, tmp_path: Path) -> None:
    template = load(path.read_bytes())
    filler = Filler(template, today)
    known = libreoffice.formulas(path)
    files = []
    for seed in range(FILLS):
        file = tmp_path / f"fill-{seed}.xlsx"
        file.write_bytes(filler.fill(random_fill(template, seed)))
        files.append(file)
    differing = {
        file.stem: found
        for file, judged in zip(files, libreoffice.convert(files, tmp_path), strict=True)
        if (found := libreoffice.differences(file, judged, known))
    }
    assert not differing


def test_a_formula_changed_by_hand_is_noticed(tmp_path: Path) -> None:
    path = TEMPLATES / "hunan-2023" / "hunan-2023.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["表3 整体自评"]
    cell = next(
        cell
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and "MIN(设置_执行分值" in cell.value
    )
    changed = tmp_path / "changed.xlsx"
    cell.value = cell.value.replace("MIN(设置_执行分值", "7+MIN(设置_执行分值")
    book.save(changed)
    judged = libreoffice.convert([changed], tmp_path)[0]
    stored = libreoffice.values(path)
    computed = libreoffice.values(judged)
    key = (sheet.title, cell.coordinate)
    assert not libreoffice.same(stored.get(key), computed.get(key))
