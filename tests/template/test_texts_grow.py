"""Long texts are not cut: rows are as high as they need, go on growing, and say how much has been written."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import pytest
from examples import sample_of
from shipped import TEMPLATES, TODAY

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import REPORT, Role
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load
from perfeval_xl.workbook.engine import Engine
from perfeval_xl.workbook.patch import Original

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

TEXT = "全年完成农村公路养护四百二十公里" * 19
"""Three hundred and four characters."""
POINTS_A_PIXEL, LEAST_LINE, SIZE = 0.75, 1.17, 11
"""The least that a line takes in any program: in the font that the forms name, without room to spare."""


def long_texts(template: Template) -> dict[Key, Value]:
    fields = (field for field in template.fields if field.role is Role.INPUT and field.kind.long)
    return {(field.name, int(bool(field.table))): TEXT[: field.longest or None] for field in fields}


@pytest.mark.parametrize("form", ["hunan-2023", "mof-project", "yunnan-dept"])
def test_no_text_of_three_hundred_characters_is_cut(form: str) -> None:
    template = load((TEMPLATES / form / f"{form}.xlsx").read_bytes())
    texts = long_texts(template)
    package = Original(Filler(template, TODAY).fill(texts))
    assert len(texts) > 10 or form != "hunan-2023"
    for key, text in texts.items():
        place = template.address(key)
        points = package.widths(place.sheet).of((place.row, place.column)) * 7 * POINTS_A_PIXEL
        lines = math.ceil(len(str(text)) * SIZE / points)
        assert package.height(place.sheet, place.row) >= lines * LEAST_LINE * SIZE, place


def test_rows_of_single_cells_go_on_growing_and_merged_ones_keep_their_height(hunan: Template) -> None:
    package = Original(Filler(hunan, TODAY).fill(long_texts(hunan)))
    kept = {"merged": "预期目标", "single": "基本支出_原因"}
    tags = {}
    for what, name in kept.items():
        place = hunan.field[name].address
        sheet = package.read(package.part(place.sheet)).decode("utf-8")
        tags[what] = re.search(f'<row r="{place.row}"[^>]*>', sheet)[0]  # type: ignore[index]  # the row is there
    assert 'customHeight="1"' in tags["merged"]
    assert "customHeight" not in tags["single"]
    assert " ht=" in tags["single"]


def test_a_short_text_leaves_its_row_as_it_is(hunan: Template) -> None:
    place = hunan.field["人员经费_原因"].address
    before, after = (Original(data) for data in (hunan.package, Filler(hunan, TODAY).fill(sample_of(hunan))))
    assert after.height(place.sheet, place.row) == before.height(place.sheet, place.row)


def test_a_long_title_of_the_report_has_two_lines(hunan: Template) -> None:
    values: dict[Key, Value] = {**sample_of(hunan), ("单位名称", 0): "示例市示例区城市管理和综合执法局" * 2}
    (title,) = (paragraph.address.row for paragraph in hunan.paragraphs if paragraph.style == "title")
    assert Original(Filler(hunan, TODAY).fill(values)).height(REPORT, title) >= 2 * LEAST_LINE * 18


def test_how_much_has_been_written_stands_beside(hunan: Template) -> None:
    engine, place = Engine(hunan.package, TODAY), hunan.field["厉行节约措施"].address
    beside = Address(place.sheet, place.row, place.column + 6)
    engine.put({place: "办公用品按季度集中采购"})
    assert engine.value(beside) == f"已写11字，最多{hunan.field['厉行节约措施'].longest}字。"
    engine.put({})
    assert engine.value(beside) == ""


def test_excel_does_not_compute_on_opening_what_is_stored(hunan: Template) -> None:
    book = Original(hunan.package).read("xl/workbook.xml")
    assert b"fullCalcOnLoad" not in book
    assert b'calcId="191029"' in book
