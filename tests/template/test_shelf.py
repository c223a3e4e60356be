"""A template from elsewhere passes the gate before any library opens it; it ends in a sentence."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from shipped import TEMPLATES
from strange import any_name, sparse

from perfeval_xl.template.shelf import UnknownTemplateError, find
from perfeval_xl.workbook.grids import ReadError

SHIPPED = TEMPLATES / "hunan-2023" / "hunan-2023.xlsx"


@pytest.mark.parametrize(
    ("title", "work"),
    [
        ("湖南省部门整体支出绩效自评", "部门整体支出绩效自评"),
        ("广西壮族自治区项目支出绩效自评", "项目支出绩效自评"),
        ("衡阳市部门整体支出绩效自评表", "部门整体支出绩效自评"),
        ("项目支出绩效自评", "项目支出绩效自评"),
        ("青山县", "青山县"),
        ("表", "表"),
    ],
)
def test_the_work_is_the_title_without_the_place(title: str, work: str) -> None:
    assert replace(find("mof-project"), title=title).work == work


def test_an_id_and_a_file_give_the_same(tmp_path: Path) -> None:
    (tmp_path / "模板.xlsx").write_bytes(SHIPPED.read_bytes())
    assert find("模板.xlsx", tmp_path) == find("hunan-2023")


@any_name
def test_what_is_no_honest_workbook_is_refused_before_it_is_read(tmp_path: Path) -> None:
    sparse(tmp_path / "大.xlsx")
    os.mkfifo(tmp_path / "管道.xlsx")
    (tmp_path / "炸.xlsx").write_bytes(with_a_trap())
    with pytest.raises(ReadError, match=r"大\.xlsx.*太大|大\.xlsx.*超过"):
        find("大.xlsx", tmp_path)
    with pytest.raises(UnknownTemplateError, match=r"管道\.xlsx"):
        find("管道.xlsx", tmp_path)
    with pytest.raises(ReadError, match=r"炸\.xlsx"):
        find("炸.xlsx", tmp_path)


def with_a_trap() -> bytes:
    """Return the shipped template with a sheet that becomes 300 MB when it is unpacked."""
    made = io.BytesIO()
    with zipfile.ZipFile(SHIPPED) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            data = source.read(name)
            trap = b" " * 300_000_000 if name == "xl/worksheets/sheet1.xml" else b""
            copy.writestr(name, data.replace(b"<sheetData", trap + b"<sheetData", 1))
    return made.getvalue()
