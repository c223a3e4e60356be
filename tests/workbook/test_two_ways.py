"""A sheet read by the pattern is the sheet read element by element, on every workbook that we can lay hands on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from cases import CASES_BY_GROUP
from drafts import FIGURES, filled
from hypothesis import given, settings
from hypothesis import strategies as st

from perfeval_xl.workbook import by_pattern as pattern
from perfeval_xl.workbook import sheets
from perfeval_xl.workbook.by_element import by_element
from perfeval_xl.workbook.by_pattern import by_pattern
from perfeval_xl.workbook.frame import Source
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import Package, unpack
from perfeval_xl.workbook.rules_of_files import RefusalError
from perfeval_xl.workbook.shared_texts import Strings, UnfamiliarError, shared_strings

ROOT = Path(__file__).parent.parent.parent
LIMITS = Limits()


def both_ways(package: Package) -> Iterator[tuple[object, object]]:
    """Yield each sheet as the pattern reads it, or None where it declines, and as the elements do."""
    main = sheets._main_part(package)
    relations = {relation.id: relation for relation in package.relations(main)}
    strings = Strings(shared_strings(package, relations, LIMITS))
    for listed in sheets._workbook(package, main, LIMITS).sheets:
        part = sheets._sheet_part(package, relations, listed)
        if part is None:
            continue
        source = Source(part, package.part(part), package.text(part), listed.name, listed.hidden)
        careful, _ = by_element(source, strings.all, LIMITS)
        try:
            quick = by_pattern(source, strings, LIMITS)
        except UnfamiliarError:
            quick = None
        yield quick, careful


@pytest.mark.parametrize("group", ["grid", "xml", "structure", "spelling"])
def test_on_the_cases(group: str) -> None:
    quick_ones = 0
    for case in CASES_BY_GROUP[group]:
        try:
            for quick, careful in both_ways(unpack(case.make(), LIMITS)):
                assert quick in (None, careful), case.id
                quick_ones += quick is not None
        except RefusalError:
            continue
    assert quick_ones > 50


def test_the_shipped_templates_are_read_the_quick_way() -> None:
    for path in sorted(ROOT.glob("workbook_templates/*/*.xlsx")):
        for quick, careful in both_ways(unpack(path.read_bytes(), LIMITS)):
            assert quick == careful


def test_what_openpyxl_saves_is_read_the_quick_way() -> None:
    buffer = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(filled().bytes())).save(buffer)
    for quick, careful in both_ways(unpack(buffer.getvalue(), LIMITS)):
        assert quick == careful


def test_what_xlsxwriter_saves_is_read_the_quick_way() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, [1, "二", True, 0.1, "<&>\"'"])
        sheet.write_formula(1, 0, '=IF(A1<2,"a&b","")', None, "a&b")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.merge_range("B3:C4", "合并")
    for quick, careful in both_ways(unpack(buffer.getvalue(), LIMITS)):
        assert quick == careful


FRAGMENTS = st.sampled_from(
    [
        '<c r="B2"><v>5</v></c>',
        '<c r="B2" s="1" t="s"><v>0</v></c>',
        '<c r="C2"/>',
        "</row>",
        '<row r="2">',
        '<row r="3" ht="2"/>',
        '<c r="D2"><f>A1&amp;"x"</f><v>1E2</v></c>',
        '<c r="E2" t="str"><f>x</f><v>a&lt;b</v></c>',
        '<c r="F2" t="e"><v>#REF!</v></c>',
        '<c r="G2" t="inlineStr"><is><t> x </t></is></c>',
        "<!-- x -->",
        " ",
        '<c r="H2" t="n"><v>abc</v></c>',
        '<c r="B2" r="B2"/>',
        '<row r="2" hidden="1" hidden="1">',
        '<c r="I2"><f t="shared" si="0"/><v/></c>',
        '<c r="J2" t="b"><v>1</v></c>',
        "&amp;",
        "]]>",
        '<c r="N2" t="str"><v>&#25968;&#x636E;&amp;#65;_x000D_&#13;</v></c>',
        '<c r="O2" t="str"><v>&#1;</v></c>',
        '<c r="P2" t="str"><f>"&#38;amp;"</f><v>&nbsp;</v></c>',
        '<c r="Q2" t="str"><f>"&#38;amp;&lt;"</f><v>1</v></c>',
        '<c r="K9"><v>1</v></c>',
        '<c r="ZZZ2"><v>1</v></c>',
        '<c t="s" r="L2"><v>0</v></c>',
        '<c r="M2" t="s"><v>00</v></c>',
    ]
)


@settings(max_examples=300)
@given(st.lists(FRAGMENTS, max_size=8))
def test_whatever_the_pattern_accepts_it_reads_as_the_elements_do(fragments: list[str]) -> None:
    body = "".join(fragments)
    text = f'<worksheet><sheetData><row r="2">{body}</row></sheetData></worksheet>'
    source, strings = Source("x", text.encode(), text, "S"), Strings(("零",))
    try:
        quick = by_pattern(source, strings, LIMITS)
    except (UnfamiliarError, RefusalError):
        return
    careful, faults = by_element(source, strings.all, LIMITS)
    assert quick == careful
    assert not faults


@pytest.mark.parametrize("many", [0, 10_000])
def test_rows_that_have_only_formats_change_nothing(monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(pattern, "MANY_ROWS", many)
    empty = (
        '<row r="7"/>',
        '<row r="8" spans="1:3" s="4" customFormat="1" ht="15.5" customHeight="1" x14ac:dyDescent="0.2"></row>',
        '<row r="9"><c r="A9" s="1"/><c r="B9"/></row>',
        '<row r="10" hidden="1"><c r="A10" s="1"/></row>',
        '<row r="1048576" s="3" ><c r="XFD1048576" s="1" /></row>',
    )
    filled_row = '<row r="{0}"><c r="A{0}" s="1"/><c r="B{0}"><v>5</v></c></row>'
    rows = "".join(piece for row, one in enumerate(empty, 20) for piece in (one, filled_row.format(row)))
    text = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
    source = Source("x", text.encode(), text, "S")
    quick, (careful, faults) = by_pattern(source, Strings(()), LIMITS), by_element(source, (), LIMITS)
    assert quick == careful
    assert not faults
    assert list(quick.cells) == [(row, 2) for row in range(20, 25)]
    assert quick.hidden_rows == {10}


def test_the_pattern_declines_what_it_does_not_know() -> None:
    draft = filled()
    part = draft.parts()[draft.part(FIGURES)].decode()
    strings = Strings(("x",) * 99)
    for old, new in (
        ("<row", " <row"),
        ("</c>", "<extra/></c>"),
        ('r="A5"', 'r="A6"'),
        ("<v>12.5</v>", "<v>1_2</v>"),
    ):
        text = part.replace(old, new, 1)
        assert text != part
        with pytest.raises(UnfamiliarError):
            by_pattern(Source("x", text.encode(), text, "S"), strings, LIMITS)
