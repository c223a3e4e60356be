"""An old file that kills or stalls its reader costs only itself; what the library hides is found all the same."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import ole_files
import pytest
from drafts import filled, packed, templates

from perfeval_xl.reading import read
from perfeval_xl.workbook.cells import BOOLEAN, BROKEN, DATE, ERROR, NUMBER, TEXT
from perfeval_xl.workbook.legacy import reader as legacy
from perfeval_xl.workbook.legacy import worker
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.opening import open_book as book
from perfeval_xl.workbook.rules_of_files import RefusalError


def xls(*records: bytes) -> bytes:
    return ole_files.container({"Workbook": ole_files.xls(*records)})


def number(row: int, column: int, value: float) -> bytes:
    return ole_files.record(0x0203, struct.pack("<3Hd", row, column, 0, value))


def boolean_or_error(row: int, column: int, value: int, *, error: bool) -> bytes:
    return ole_files.record(0x0205, struct.pack("<3H2B", row, column, 0, value, error))


def formula(row: int, column: int, result: bytes) -> bytes:
    return ole_files.record(0x0006, struct.pack("<3H", row, column, 0) + result + struct.pack("<HLH", 0, 0, 0))


def test_numbers_booleans_and_errors_of_an_xls() -> None:
    data = xls(
        number(1, 1, 321.12),
        boolean_or_error(2, 1, 1, error=False),
        boolean_or_error(3, 1, 0x17, error=True),
        formula(4, 1, b"\x02\0\x07\0\0\0\xff\xff"),
        formula(5, 1, struct.pack("<d", 7.5)),
    )
    opened, findings = book(data)
    cells = opened.sheets[0].cells
    assert (cells[2, 2].kind, cells[2, 2].text) == (NUMBER, "321.12")
    assert (cells[3, 2].kind, cells[3, 2].text) == (BOOLEAN, "1")
    assert (cells[4, 2].kind, cells[4, 2].text) == (ERROR, "#REF!")
    assert (cells[5, 2].kind, cells[5, 2].text) == (ERROR, "#DIV/0!")
    assert cells[5, 2].formula is not None
    assert (cells[6, 2].kind, float(cells[6, 2].text)) == (NUMBER, 7.5)
    assert [finding.rule for finding in findings] == ["R08"]


def test_macros_of_an_xls() -> None:
    data = ole_files.container({"Workbook": ole_files.xls(number(0, 0, 1)), "_VBA_PROJECT_CUR": b""})
    _, findings = book(data)
    assert sorted(finding.rule for finding in findings) == ["R06", "R08"]


def replaced_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    script = tmp_path / "worker.py"
    script.write_text(f"import os, sys, time\nsys.stdin.buffer.read()\n{body}\n", "utf-8")
    monkeypatch.setattr(worker, "__file__", str(script))


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ("os.abort()", "G14"),
        ("os._exit(1)", "G14"),
        ("time.sleep(60)", "G14"),
        ("sys.exit(3)", "G13"),
        ("sys.exit(4)", "G08"),
        ("print('not json'); sys.exit(0)", "G13"),
        ("print('[]')", "G13"),
        ("sys.stderr.write('PasswordError: x'); sys.exit(3)", "G09"),
    ],
)
def test_how_the_worker_ends_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, refused: str
) -> None:
    replaced_worker(tmp_path, monkeypatch, body)
    submission, findings = read(xls(), "x.xls", templates(), Limits(seconds=2))
    assert submission is None
    assert [finding.rule for finding in findings] == [refused]
    after, found = read(filled().bytes(), "y.xlsx", templates())
    assert after is not None
    assert not found


@pytest.mark.skipif(sys.platform != "linux", reason="only there memory is limited surely")
def test_a_file_that_asks_for_too_much_memory_is_refused() -> None:
    far = xls(number(0, 0, 1.0), number(65535, 255, 1.0))
    with pytest.raises(RefusalError) as refusal:
        book(far, Limits(memory=200 * 1024 * 1024))
    assert refusal.value.finding.rule == "G14"


def test_too_many_cells_in_an_xls() -> None:
    with pytest.raises(RefusalError) as refusal:
        book(xls(number(0, 0, 1.0), number(0, 1, 1.0)), Limits(cells=1))
    assert refusal.value.finding.rule == "G08"


def test_the_worker_starts_without_the_program() -> None:
    """So that it starts fast, and so that nothing of ours is in the process that may be taken over."""
    source = Path(worker.__file__).read_text("utf-8")
    assert "import perfeval_xl" not in source
    assert "from perfeval_xl" not in source
    assert legacy.worker is worker


def ods(name: str, *cells: str) -> bytes:
    """Return a workbook of one sheet, whose name and cells are written as XML."""
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text", "calcext")
    )
    body = f'<table:table table:name="{name}"><table:table-row>{"".join(cells)}</table:table-row></table:table>'
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}</office:spreadsheet>"
        "</office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": kind, "META-INF/manifest.xml": b"<manifest/>", "content.xml": content.encode()})


def number_cell(value: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="float" '
        f'office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    )


def text_cell(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def told(data: bytes) -> list[tuple[str, str]]:
    return [(finding.rule, str(finding.place)) for finding in book(data)[1] if finding.place]


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan")])
def test_a_number_of_an_xls_that_is_none_is_told(value: float) -> None:
    data = xls(number(1, 1, value), number(2, 1, 5.0))
    assert told(data) == [("R69", "Sheet1!B2")]
    assert book(data)[0].sheets[0].cells[2, 2].kind == BROKEN


def test_a_number_of_an_ods_that_is_beyond_excel_is_told() -> None:
    assert told(ods("表1", number_cell("1e999"), number_cell("5"))) == [("R69", "表1!A1")]


def test_texts_of_an_ods_are_cleaned_and_told() -> None:
    data = ods("表1", text_cell("减少&#x202E;会议"), text_cell("减少&#x85;会议"), text_cell("减少\ufffd会议"))
    assert told(data) == [("R65", "表1!A1"), ("R66", "表1!C1")]
    cells = book(data)[0].sheets[0].cells
    assert [cells[1, column].text for column in (1, 2, 3)] == ["减少会议", "减少\n会议", "减少\ufffd会议"]


def test_the_name_of_a_sheet_of_an_ods_is_cleaned_and_told() -> None:
    data = ods("表&#x202E;1", number_cell("1e999"))
    assert sorted(told(data)) == [("R67", "表1!A1"), ("R69", "表1!A1")]


def test_half_a_character_of_an_xls_is_told() -> None:
    text = struct.pack("<3HHB", 1, 1, 0, 3, 1) + "会".encode("utf-16-le") + b"\x42\xd8" + "议".encode("utf-16-le")
    assert told(xls(ole_files.record(0x0204, text))) == [("R66", "Sheet1!B2")]


def test_a_cell_repeated_a_million_times_costs_nothing() -> None:
    with pytest.raises(RefusalError) as refusal:
        book(ods("表1", number_cell("1", 16_000), *[number_cell("2", 16_000)] * 100))
    assert refusal.value.finding.rule == "G08"


def test_an_ods_with_white_space_between_its_cells_is_read() -> None:
    """SheetJS writes each cell on a line of its own, which python-calamine refuses."""
    (sheet,) = book(ods("表1", "\n  ", number_cell("1.5", 2), "\n  ", text_cell("甲 <text:s/>乙"), "\n"))[0].sheets
    assert [(place, cell.text) for place, cell in sheet.cells.items()] == [
        ((1, 1), "1.5"),
        ((1, 2), "1.5"),
        ((1, 3), "甲  乙"),
    ]


def ods_cell(kind: str, value: str = "", shown: str = "") -> str:
    return f'<table:table-cell office:value-type="{kind}" {value}><text:p>{shown}</text:p></table:table-cell>'


def test_every_kind_of_cell_of_an_ods() -> None:
    """PhpSpreadsheet gives booleans as 1, numbers that it could not compute as texts, and cells without a kind."""
    cells = (
        ods_cell("percentage", 'office:value="0.125"', "12.50%"),
        ods_cell("currency", 'office:value="-3"', "￥-3"),
        ods_cell("boolean", 'office:boolean-value="1"', "TRUE"),
        ods_cell("date", 'office:date-value="2023-12-31T00:00:00"', "2023年"),
        ods_cell("time", 'office:time-value="PT29629H26M24S"', "29629:26"),
        ods_cell("float", 'office:value=""', "#N/A"),
        ods_cell("string", 'office:string-value="甲"'),
        "<table:table-cell><text:p>一</text:p><text:p>二</text:p></table:table-cell>",
        "<table:table-cell><office:annotation><text:p>批注</text:p></office:annotation></table:table-cell>",
        "<table:covered-table-cell/>",
        ods_cell("string", 'calcext:value-type="error" table:formula="of:=1/0"', "#DIV/0!"),
    )
    data = ods("表1", *cells)
    (sheet,) = book(data)[0].sheets
    assert [(place[1], cell.kind, cell.text) for place, cell in sheet.cells.items()] == [
        (1, NUMBER, "0.125"),
        (2, NUMBER, "-3"),
        (3, BOOLEAN, "1"),
        (4, DATE, "2023-12-31"),
        (5, NUMBER, "1234.56"),
        (6, TEXT, "#N/A"),
        (7, TEXT, "甲"),
        (8, TEXT, "一\n二"),
        (11, ERROR, "#DIV/0!"),
    ]


# --- numbers that a format shows as hours ------------------------------------------------------------------------


def number_in(row: int, look: int, value: float) -> bytes:
    return ole_files.record(0x0203, struct.pack("<3Hd", row, 0, look, value))


def xls_with_looks(*codes: str) -> bytes:
    """Return an .xls whose cell of each row is 1234.56 under one number format."""
    formats = b"".join(
        ole_files.record(0x041E, struct.pack("<2HB", 164 + at, len(code), 1) + code.encode("utf-16-le"))
        for at, code in enumerate(codes)
    )
    looks = b"".join(
        ole_files.record(0x00E0, struct.pack("<2H", 0, 164 + at) + bytes(16)) for at in range(len(codes))
    )
    cells = [number_in(at, at, 1234.56) for at in range(len(codes))]
    return ole_files.container({"Workbook": ole_files.xls(*cells, looks=formats + looks)})


def test_a_number_of_an_xls_under_a_format_for_hours_is_that_number() -> None:
    """Before: 1234 days, 13:26:24 as a text, or a day in 1903."""
    codes = ("[h]:mm:ss", "[h]:mm", "[mm]:ss", "h:mm", '[h]"小时"mm"分"', "0.00")
    cells = book(xls_with_looks(*codes))[0].sheets[0].cells
    assert [(cell.kind, cell.text) for cell in cells.values()] == [(NUMBER, "1234.56")] * len(codes)


def test_a_day_of_an_xls_stays_a_day() -> None:
    cells = book(xls_with_looks("yyyy-mm-dd", 'yyyy"年"m"月"d"日"'))[0].sheets[0].cells
    assert [cell.kind for cell in cells.values()] == [DATE, DATE]


# --- cells of an .xlsb that name no column ----------------------------------------------------------------------


def bin_record(kind: int, body: bytes) -> bytes:
    head = bytes((kind,)) if kind < 0x80 else bytes((kind & 0x7F | 0x80, kind >> 7))
    return head + bytes((len(body),)) + body


def wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")


def xlsb(*cells: tuple[int, bytes]) -> bytes:
    """Return an .xlsb with one sheet, 表, whose first row holds these records."""
    sheet = [(129, b""), (148, bytes(16)), (145, b""), (0, bytes(25)), *cells, (146, b""), (130, b"")]
    workbook = [
        (131, b""),
        (143, b""),
        (156, struct.pack("<2L", 0, 1) + wide("rId1") + wide("表")),
        (144, b""),
        (132, b""),
    ]
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = '<Relationships><Relationship Id="rId1" Type="{}" Target="{}"/></Relationships>'
    return packed(
        {
            "[Content_Types].xml": b"<Types/>",
            "_rels/.rels": relation.format(f"{office}/officeDocument", "xl/workbook.bin").encode(),
            "xl/workbook.bin": b"".join(bin_record(*one) for one in workbook),
            "xl/_rels/workbook.bin.rels": relation.format(f"{office}/worksheet", "worksheets/sheet1.bin").encode(),
            "xl/worksheets/sheet1.bin": b"".join(bin_record(*one) for one in sheet),
        }
    )


def test_short_cells_of_an_xlsb_stand_beside_the_cell_before() -> None:
    """SheetJS names the column of a row's first cell only: 62 of 587 values were read."""
    none = bytes(4)
    data = xlsb(
        (6, struct.pack("<2L", 1, 0) + wide("甲")),
        (17, none + wide("乙")),
        (13, none + struct.pack("<l", (4200 << 2) | 3)),
        (16, none + struct.pack("<d", 321.125)),
        (15, none + b"\x01"),
        (14, none + b"\x17"),
        (12, none),
        (13, none + struct.pack("<l", -5 << 2 | 2)),
        (3, struct.pack("<2L", 20, 0) + b"\x07"),
    )
    opened, _ = book(data)
    assert {place: (cell.kind, cell.text) for place, cell in opened.sheets[0].cells.items()} == {
        (1, 2): (TEXT, "甲"),
        (1, 3): (TEXT, "乙"),
        (1, 4): (NUMBER, "42"),
        (1, 5): (NUMBER, "321.125"),
        (1, 6): (BOOLEAN, "1"),
        (1, 7): (ERROR, "#REF!"),
        (1, 9): (NUMBER, "-5"),
        (1, 21): (ERROR, "#DIV/0!"),
    }
