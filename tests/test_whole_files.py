"""The law of whole outputs: every kind of file that we write opens in Excel and Word without a question.

`make test` looks at one file of each kind and at every workbook that the example county gets back; with
PERFEVAL_AUDIT=all, as `make proof` has it, at every file of its two years.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import libreoffice
import pytest
from once import example_year
from whole import faults, unsound

from perfeval_xl import proofread
from perfeval_xl.api.sending import note_sent, write_drafts
from perfeval_xl.campaign.roster import write_roster
from perfeval_xl.demo.play import Rehearsed
from perfeval_xl.demo.play_on import play_on
from perfeval_xl.files.publish import publish
from perfeval_xl.intake.migrate import carried
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.bureau_files import Reporter, write_results
from perfeval_xl.outgoing.guidance import write_guidance
from perfeval_xl.outgoing.handout import HandedOut, handout_list
from perfeval_xl.outgoing.issue import write_list
from perfeval_xl.paper.word import write
from perfeval_xl.records.blocks import Line, Pages, Paper, Style
from perfeval_xl.records.contract import Template
from perfeval_xl.records.submission import Key
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Record
from perfeval_xl.template.fill import Filler
from perfeval_xl.template.shelf import shipped
from perfeval_xl.workbook.cell_text import LONGEST
from perfeval_xl.workbook.patch import Original

ALL = os.environ.get("PERFEVAL_AUDIT") == "all"
NOW = datetime(2024, 3, 18, 1, 0, tzinfo=UTC)
BOOKS = ("*.xlsx", "*.docx")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    return example_year(tmp_path_factory)


def first(year: Rehearsed, pattern: str) -> Path:
    return min(year.campaign.folder.glob(pattern))


def results(year: Rehearsed, name: str) -> Path:
    found = [path for path in write_results(year.campaign, NOW, word=True, public=True) if name in path.name]
    return found[0]


def record_of(year: Rehearsed) -> Record:
    receipt = next(one.receipt for one in year.seen.standings if one.receipt)
    with ledger.opened(year.campaign.ledger) as book:
        return book.record(receipt)


def report(year: Rehearsed) -> Path:
    data = Reporter(year.campaign.template, year.day).report(record_of(year))
    return publish(year.campaign.folder / "自评报告.docx", data)


def marked(year: Rehearsed) -> Path:
    """A report in which something is found; ours have no styles for comments, which the marks need."""
    text = "2023年本年支出100万元，其中基本支出60万元、项目支出50万元。"
    data = write(Paper("自评报告", (Pages((Line(Style.BODY, text),)),)))
    findings = proofread.proofread(proofread.load(data, "自评报告.docx"))
    assert findings
    return publish(year.campaign.folder / "批注.docx", proofread.mark(data, findings))


def migrated(year: Rehearsed) -> Path:
    template = year.campaign.template
    data = Filler(template, year.day).fill(carried(template, record_of(year)).values)
    return publish(year.campaign.folder / "搬迁.xlsx", data)


def blank_roster(year: Rehearsed) -> Path:
    return publish(year.campaign.folder / "空名册.xlsx", write_roster((), year.campaign.template))


def sending_list(year: Rehearsed) -> Path:
    """The list of what is sent, of which one has been noted as sent and been read back."""
    campaign = year.campaign
    write_drafts(campaign, now=NOW)
    note_sent(campaign, [campaign.units[0].key], by="王敏", now=NOW)
    listing = write_drafts(campaign, now=NOW).listing
    assert listing
    return listing


KINDS: Mapping[str, Callable[[Rehearsed], Path]] = {
    **{f"template {name}": lambda _, path=path: path for name, path in shipped().items()},
    "issued workbook": lambda year: first(year, "发放/* *.xlsx"),
    "filled workbook": lambda year: first(year, "收件/*.xlsx"),
    "migrated workbook": migrated,
    "roster": lambda year: first(year, "名册.xlsx"),
    "blank roster": blank_roster,
    "guidance for those who fill": lambda year: write_guidance(year.campaign, NOW),
    "hand-out list": lambda year: write_list(year.campaign, NOW),
    "sending list": sending_list,
    "status table": lambda year: first(year, "汇总/报送情况.xlsx"),
    "chase list": lambda year: first(year, "汇总/催报清单.xlsx"),
    "summary": lambda year: results(year, "汇总.xlsx"),
    "public copy": lambda year: results(year, "公开"),
    "bureau's report": lambda year: results(year, "报告"),
    "return notice": lambda year: first(year, "退回/*.docx"),
    "acceptance slip": lambda year: first(year, "退回/通过回执/*.docx"),
    "department's report": report,
    "marked report": marked,
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_file_is_whole(year: Rehearsed, kind: str) -> None:
    assert faults(KINDS[kind](year)) == []


def test_every_workbook_that_goes_back_is_whole(year: Rehearsed) -> None:
    assert len(year.returned) == 9
    assert {path.name: found for path in year.returned if (found := faults(path))} == {}


@pytest.mark.skipif(not ALL, reason="some four hundred files: make proof")
def test_every_file_of_two_years_is_whole(tmp_path_factory: pytest.TempPathFactory) -> None:
    year = example_year(tmp_path_factory)
    play_on(year, lambda _: None)
    paths = sorted(path for pattern in BOOKS for path in year.campaign.folder.rglob(pattern))
    assert len(paths) > 150
    with ProcessPoolExecutor() as pool:
        found = dict(zip(map(str, paths), pool.map(faults, paths), strict=True))
    assert {path: said for path, said in found.items() if said} == {}


@libreoffice.needed
@pytest.mark.libreoffice
def test_a_form_that_another_program_saved_gets_no_fault_by_being_filled(tmp_path: Path) -> None:
    """What the other program wrote is its own; what we put in must add nothing to it."""
    saved = libreoffice.convert([shipped()["yunnan-dept"]], tmp_path)[0]
    package = Original(saved.read_bytes())
    cells = {(1, 1): "甲", (3, 7): 1.5, (70, 90): True, (2_000, 2): None}
    filled = publish(tmp_path / "填.xlsx", package.rewritten(dict.fromkeys(package.sheets, cells)))
    assert set(faults(filled)) <= set(faults(saved))


# --- that the judge would see it -------------------------------------------------------------------------------


def broken(path: Path, part: str, pattern: bytes, instead: bytes, folder: Path) -> Path:
    """Return a copy of a workbook with one thing in it wrong."""
    target = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            data = source.read(name)
            if name == part:
                assert re.search(pattern, data)
                data = re.sub(pattern, instead, data, count=1)
            copy.writestr(name, data)
    return publish(folder / "坏.xlsx", target.getvalue())


SHEET, BOOK = "xl/worksheets/sheet2.xml", "xl/workbook.xml"


@pytest.mark.parametrize(
    ("part", "pattern", "instead", "said"),
    [
        (SHEET, rb"<sheetData>(.*)</sheetData>", rb"<sheetData/>\1", "row"),
        (SHEET, rb'<row r="2"', rb'<row r="1"', "not in order"),
        (SHEET, rb"<sheetView ", rb'<sheetView tabSelected="1" ', "2 tabs are selected"),
        (BOOK, rb'localSheetId="5"', b'localSheetId="99"', "of no sheet"),
        (SHEET, rb"<v>[0-9]+</v>", b"<v>" + b"1" * (LONGEST + 1) + b"</v>", "a text of 32768"),
        (SHEET, rb'(t="s"[^>]*><v>)[0-9]+', rb"\g<1>99999", "text 99999 of"),
        (SHEET, rb'(.*<c r="[A-Z]+[0-9]+" s=")[0-9]+', rb"\g<1>99999", "look 99999 of"),
        (SHEET, rb'(.*<c [^>]*?t=")[a-z]+', rb"\g<1>zz", "zz"),
    ],
    ids=[
        *("rows beside the data", "rows out of order", "two tabs selected", "name of no sheet", "too long a text"),
        *("no such text", "no such look", "a strange type far down"),
    ],
)
def test_a_broken_file_is_found(tmp_path: Path, part: str, pattern: bytes, instead: bytes, said: str) -> None:
    found = faults(broken(shipped()["yunnan-dept"], part, pattern, instead, tmp_path))
    assert found
    assert said in "".join(found)


# --- texts that are too long for a cell ------------------------------------------------------------------------


def test_whatever_is_put_into_a_workbook_fits_its_cells(tmp_path: Path, hunan: Template) -> None:
    """Also what formulas join of it: two texts, each as long as a cell, give one that is not."""
    long_fields = [one for one in hunan.fields if one.role.typed and not one.table and one.kind.id == "longtext"]
    values: dict[Key, str] = {(one.name, 0): "长" * LONGEST for one in long_fields}
    values[long_fields[0].name, 0] = "长" * 100_000
    path = publish(tmp_path / "长.xlsx", Filler(hunan, NOW.date()).fill(values))
    assert faults(path) == []


def test_whatever_is_put_into_a_list_fits_its_cells(tmp_path: Path, hunan: Template) -> None:
    unit = Unit("1", "长" * 40_000, "😀" * 20_000)
    lists = (
        write_roster((unit,), hunan),
        handout_list([HandedOut(unit, "1.xlsx", True, True, "长" * 40_000)], "题"),
    )
    for number, data in enumerate(lists):
        path = publish(tmp_path / f"{number}.xlsx", data)
        assert list(unsound(path)) == []
        assert "原文共40000字" in shared_texts(path)


def shared_texts(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read("xl/sharedStrings.xml").decode("utf-8")
