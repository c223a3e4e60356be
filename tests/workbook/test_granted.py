"""Where a library's output is not what our patches on it count on, they fail loudly and name what was expected."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from perfeval_xl.workbook import chart_parts
from perfeval_xl.workbook.chart_parts import explicit
from perfeval_xl.workbook.granted import ChangedOutputError
from perfeval_xl.workbook.row_writer import Body, Pattern, Rows, Style, spliced

if TYPE_CHECKING:
    from collections.abc import Callable

CHART = "xl/charts/chart1.xml"
SHEET = "xl/worksheets/sheet1.xml"


def designed(kind: str = "column") -> bytes:
    """Return a workbook with one pattern row and a chart that has all that is completed."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, ["甲", "乙"])
        sheet.write_row(1, 0, [1, 2], book.add_format({"bold": True}))
        chart = book.add_chart({"type": kind})
        series = {"values": ["表", 1, 0, 1, 1], "categories": ["表", 0, 0, 0, 1], "name": "数"}
        labels = {"value": True, "font": {"name": "宋体"}}
        chart.add_series({**series, "border": {"color": "#000000"}, "data_labels": labels})
        chart.set_title({"name": "题", "name_font": {"name": "黑体"}})
        chart.set_legend({"position": "bottom", "font": {"name": "宋体"}})
        sheet.insert_chart(3, 0, chart)
    return target.getvalue()


def part(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return archive.read(name)


def with_part(package: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a package as a changed library would write it; the change must change something."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            changed = change(data) if info.filename == name else data
            assert info.filename != name or changed != data
            new.writestr(info, changed)
    return target.getvalue()


def body() -> Body:
    rows = Rows()
    for number in range(3):
        rows.add((float(number), 2.0))
    return Body("表", 2, (Pattern((Style("plain"), Style("plain"))),), rows)


def test_what_the_library_writes_today_is_completed() -> None:
    for kind in ("column", "bar", "scatter"):
        whole = explicit(part(designed(kind), CHART), CHART)
        assert whole.count(b"<a:ea ") == whole.count(b"<a:latin ") > 0
        assert b'<c:lang val="zh-CN"/>' in whole
    assert b'r="4"' in part(spliced(designed(), {1: body()}, None), SHEET)


@pytest.mark.parametrize("omission", chart_parts._OMISSIONS, ids=lambda one: one.short.decode())
def test_a_chart_in_other_words_is_no_chart_left_as_it_is(omission: chart_parts._Omission) -> None:
    """Each form that we count on, written with a blank more: as good XML as before, and refused by name."""
    kind = "scatter" if b"scatter" in omission.short else "column"
    chart = part(designed(kind), CHART)
    assert omission.short in chart
    changed = chart.replace(omission.short, omission.short.replace(b"/>", b" />", 1).replace(b"Pr>", b"Pr >", 1))
    assert changed != chart
    with pytest.raises(ChangedOutputError, match=re.escape(omission.short.decode())) as caught:
        explicit(changed, CHART)
    assert CHART in str(caught.value)


def test_a_font_that_says_more_is_not_passed_over() -> None:
    chart = part(designed(), CHART).replace(b"<a:latin ", b'<a:latin panose="1" ', 1)
    with pytest.raises(ChangedOutputError, match="a:latin"):
        explicit(chart, CHART)


@pytest.mark.parametrize(
    ("expected", "change"),
    [
        ("<row r=", lambda xml: xml.replace(b'<row r="2"', b'<row spans="1:2" r="2"')),
        ("<row r=", lambda xml: re.sub(rb'(<row r="2"[^>]*)>.*?</row>', rb'\1/><row r="3"></row>', xml)),
        ("<c …>", lambda xml: re.sub(rb'<c r="B2"[^>]*><v>2</v></c>', b"", xml)),
        ("<dimension", lambda xml: re.sub(rb"<dimension[^>]*/>", b"", xml)),
        (
            "<dimension",
            lambda xml: xml.replace(b'<dimension ref="', b"<dimension ref='").replace(b'B2"', b"B2'", 1),
        ),
    ],
)
def test_a_sheet_in_other_words_is_refused(expected: str, change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ChangedOutputError, match=re.escape(expected)):
        spliced(with_part(designed(), SHEET, change), {1: body()}, None)


def test_a_cell_keeps_its_format_in_whatever_order_its_attributes_come() -> None:
    turned = with_part(
        designed(), SHEET, lambda xml: re.sub(rb'<c r="([AB]2)" s="([0-9]+)"', rb'<c s="\2" r="\1"', xml)
    )
    assert part(spliced(turned, {1: body()}, None), SHEET) == part(spliced(designed(), {1: body()}, None), SHEET)
