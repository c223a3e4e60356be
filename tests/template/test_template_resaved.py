"""A workbook that LibreOffice saved again is the same to its user: all that guides or guards is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import libreoffice
import openpyxl
import pytest
from shipped import TEMPLATES
from typist import typed

from perfeval_xl.template.fill import Filler
from perfeval_xl.template.load import load
from perfeval_xl.template.source.examples import sample_fill
from perfeval_xl.template.source.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

BUILT = sorted(TEMPLATES.glob("*/*.xlsx"))
ALLOWED = ("formatColumns", "formatRows", "autoFilter", "objects", "selectLockedCells")

pytestmark = [pytest.mark.libreoffice, libreoffice.needed]
Pair = tuple[Path, Path, Any, Any]


@pytest.fixture(scope="module", params=BUILT, ids=lambda path: path.stem)
def pair(request: pytest.FixtureRequest, today: date, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Fill a template with its sample, and let LibreOffice save it again."""
    folder = tmp_path_factory.mktemp("resaved")
    template = load(request.param.read_bytes())
    sample = read_spec(request.param.with_name("template.toml")).sample
    filled = folder / request.param.name
    filled.write_bytes(Filler(template, today).fill(sample_fill(sample, template.field)))
    saved = typed(filled, (), folder)
    return filled, saved, openpyxl.load_workbook(filled), openpyxl.load_workbook(saved)


def plain(formula: object) -> str:
    """Return a formula without what programs write differently: quotes round sheets, dollars, blanks."""
    text = re.sub(r"""['$ ]""", "", str(formula or ""))
    return re.sub(r'LEFT\((\w+),LEN\("(.+?)"\)\)', lambda found: f"LEFT({found[1]},{len(found[2])})", text)


def sheets(pair: Pair) -> Iterator[tuple[Any, Any]]:
    assert pair[2].sheetnames == pair[3].sheetnames
    return ((sheet, pair[3][sheet.title]) for sheet in pair[2].worksheets)


def unlocked(sheet: Any) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}


def prompts(sheet: Any) -> dict[tuple[int, int], tuple[str, str, str, str]]:
    """Return what each cell accepts and says when it is entered."""
    return {
        place: (rule.type, plain(rule.formula1), rule.promptTitle, rule.prompt)
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
        for row in area.rows
        for place in row
    }


def colours(sheet: Any) -> set[tuple[str, str]]:
    """Return where which condition gives a cell another colour."""
    return {
        (str(area), plain(formula))
        for conditional, rules in sheet.conditional_formatting._cf_rules.items()
        for area in conditional.sqref.ranges
        for rule in rules
        for formula in rule.formula
    }


def test_names_stay(pair: Pair) -> None:
    before, after = (
        {name: plain(defined.attr_text) for name, defined in book.defined_names.items()} for book in pair[2:]
    )
    assert before == after


def test_values_stay(pair: Pair) -> None:
    assert libreoffice.differences(pair[0], pair[1]) == []


def test_protection_and_inputs_stay(pair: Pair) -> None:
    for sheet, saved in sheets(pair):
        assert sheet.protection.sheet == saved.protection.sheet, sheet.title
        for allowed in ALLOWED if sheet.protection.sheet else ():
            assert getattr(sheet.protection, allowed) == getattr(saved.protection, allowed), (sheet.title, allowed)
        assert unlocked(sheet) == unlocked(saved), sheet.title
        assert sheet.sheet_state == saved.sheet_state


def test_validations_with_their_prompts_stay(pair: Pair) -> None:
    for sheet, saved in sheets(pair):
        before, after = prompts(sheet), prompts(saved)
        assert {place for place in before if before[place][2:] != after[place][2:]} == set(), sheet.title
        assert {place for place in before if before[place][0] != after[place][0]} == set(), sheet.title


def test_conditional_colours_stay(pair: Pair) -> None:
    for sheet, saved in sheets(pair):
        assert colours(sheet) == colours(saved), sheet.title


def test_panes_filters_merges_and_print_setup_stay(pair: Pair) -> None:
    for sheet, saved in sheets(pair):
        assert sheet.freeze_panes == saved.freeze_panes, sheet.title
        assert sheet.auto_filter.ref == saved.auto_filter.ref
        assert set(map(str, sheet.merged_cells.ranges)) == set(map(str, saved.merged_cells.ranges))
        assert (sheet.print_area, sheet.print_title_rows) == (saved.print_area, saved.print_title_rows)
        assert sheet.page_setup.orientation == (saved.page_setup.orientation or "portrait") or not sheet.print_area
