"""The workbook that goes back: whole again, marked, listed, and read back with what the unit answered."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import libreoffice
import openpyxl
import pytest
from examples import sample_of
from shipped import MOMENT
from small_campaign import UNITS

from perfeval_xl.checking.judge import Arrived, Desk
from perfeval_xl.outgoing.marked_copy import markup, opinions
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import (
    MARK_BESIDE,
    MARK_BLOCK,
    MARKS,
    OPINION_COLUMNS,
    OPINION_FIRST_ROW,
    OPINIONS,
    Look,
    sheets_filled,
)
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.standing import Standing
from perfeval_xl.template.fill import Filler
from perfeval_xl.workbook.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key
    from perfeval_xl.records.verdict import Record

FILLED: dict[Key, Value] = {
    ("单位代码", 0): "402001",
    ("单位名称", 0): "交通局",
    ("基本支出_上年决算", 0): Decimal("321.12"),
    ("人员经费_上年决算", 0): Decimal("243.27"),
    ("日常公用经费_上年决算", 0): Decimal("77.49"),
    ("人员_编制数", 0): Decimal(46),
    ("人员_在职人数", 0): Decimal(50),
    ("公用经费_本年决算", 0): "很多",
}
GIVEN: dict[Key, Value] = {("单位代码", 0): "402001", ("单位名称", 0): "交通局", ("标识_单位代码", 0): "402001"}


@pytest.fixture(scope="module")
def filler(hunan: Template, today: date) -> Filler:
    return Filler(hunan, today, front=OPINIONS)


@pytest.fixture(scope="module")
def desk(hunan: Template, today: date) -> Desk:
    return Desk({hunan.id: hunan}, today)


def judged(desk: Desk, data: bytes) -> Record:
    return desk.judge(Arrived("一.xlsx", MOMENT, data))


def returned(filler: Filler, desk: Desk) -> bytes:
    record = judged(desk, filler.fill(FILLED))
    return markup(filler, Standing(UNITS[0], (record.receipt,)), record, GIVEN)


def test_everything_filled_goes_back_even_what_could_not_be_understood(filler: Filler, desk: Desk) -> None:
    again = judged(desk, returned(filler, desk)).submission
    assert again is not None
    typed = {key: value for key, value in FILLED.items() if key != ("公用经费_本年决算", 0)}
    assert {key: again.values.get(key) for key in typed} == typed
    assert ("公用经费_本年决算", 0) in again.unreadable


@pytest.mark.parametrize(
    ("rule", "field", "value", "expected", "shown"),
    [
        ("X08", "公用经费_上年决算", "98100", "25997.4", ("98100.00", "25997.40", "72102.60")),
        ("X20", "三公经费_本年决算", "14.73333333333333333333333333", "2.5", ("14.73", "2.50", "12.23")),
        ("X20", "资金总额_执行率", "0.98100", "0.9", ("98.10%", "90.00%", "8.10%")),
        ("A00c", "公务接待_本年决算", "85400", "8.54", ("85400.00", "8.54", "85391.46")),
        ("F02", "人员_在职人数", "46.50", "46", ("46.5", "46", "0.5")),
        ("B06", "人员_在职人数", "1.025", "1", ("102.50%", "100.00%", "2.50%")),
        ("N10", "", "0.123456789012345678901234", "1", ("0.1235", "1", "-0.8765")),
    ],
)
def test_each_figure_is_shown_by_its_kind(
    hunan: Template, rule: str, field: str, value: str, expected: str, shown: tuple[str, str, str]
) -> None:
    sides = Decimal(value), Decimal(expected)
    found = Finding(
        rule,
        Level.WARNING,
        "相差较大。",
        field=field,
        value=sides[0],
        expected=sides[1],
        difference=sides[0] - sides[1],
    )
    (line,) = opinions(Standing(UNITS[0], (), (found,)), hunan)
    assert (line.value, line.expected, line.difference) == shown


def cover_state(data: bytes) -> str:
    cells = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["封面"].iter_rows(values_only=True)
    return next(str(value) for row in cells for value in row if str(value).startswith(("✔", "✘")))


def test_the_cover_says_on_top_how_many_came_back_and_counts_each_once(filler: Filler, desk: Desk) -> None:
    data = returned(filler, desk)
    listed = lines(data)
    top = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["封面"]["B2"].value
    assert top == f"退回：{len(listed)}条，还有{len(listed)}条没有办 → 点这里看"
    unseen = [line for line in listed if line["看哪里"] == Look.CELL and line["看什么"]]
    assert len(unseen) == 1
    assert "财政部门退回的意见中另有 1 条要办" in cover_state(data)
    blank = filler.fill(FILLED)
    assert "财政部门退回" not in cover_state(blank)
    assert not openpyxl.load_workbook(io.BytesIO(blank), data_only=True)["封面"]["B2"].value


def place_of(line: Mapping[str, object], name: str) -> Address:
    return Address(OPINIONS, int(str(line["row"])), OPINION_COLUMNS[name])


def test_a_line_turns_as_its_cell_is_mended(hunan: Template, filler: Filler, desk: Desk, today: date) -> None:
    data = returned(filler, desk)
    engine = Engine(data, today)
    by_rule = {str(line["问题标识"]).split(" ")[0]: line for line in lines(data)}

    def state(rule: str) -> object:
        return engine.value(place_of(by_rule[rule], "办理情况"))

    def typed(name: str, value: object) -> dict[Address, object]:
        return {hunan.field[name].address: value}

    kept = {hunan.address(key): value for key, value in FILLED.items()}
    assert [state(rule) for rule in ("X03", "B06", "R41")] == ["未改"] * 3
    mended = {**kept, **typed("基本支出_上年决算", Decimal("320.76")), **typed("公用经费_本年决算", Decimal(9))}
    engine.put({**mended, place_of(by_rule["B06"], "说明"): WHY})
    assert (state("X03"), state("B06"), state("R41")) == ("已改 ✔", "已说明 ✔", "已改动")
    engine.put({**kept, **typed("人员_在职人数", Decimal(40))})
    assert state("B06") == "已改 ✔"
    assert state("X03") == "未改"


def test_a_row_of_a_table_turns_by_itself(hunan: Template, filler: Filler, desk: Desk, today: date) -> None:
    filled = {**sample_of(hunan), ("指标_得分", 2): Decimal(50), ("指标_得分", 3): Decimal(50)}
    record = judged(desk, filler.fill(filled))
    data = markup(filler, Standing(UNITS[0], (record.receipt,)), record, GIVEN)
    engine = Engine(data, today)
    said = [line for line in lines(data) if str(line["问题标识"]).startswith("D07 ")]
    places = [place_of(line, "办理情况") for line in said]
    assert [engine.value(place) for place in places] == ["未改", "未改"]
    engine.put({hunan.address(key): value for key, value in {**filled, ("指标_得分", 2): Decimal("6.07")}.items()})
    assert [engine.value(place) for place in places] == ["已改 ✔", "未改"]


def test_what_has_one_cause_stands_together_and_says_so(filler: Filler, desk: Desk) -> None:
    record = judged(desk, filler.fill(FILLED))
    first, *others = (one for one in record.verdict.findings if one.level is Level.ERROR)
    hung = replace(first, rule="X05", root=first.rule, label="随之")
    standing = Standing(UNITS[0], (replace(record.receipt, findings=(first, *others[:3], hung)),))
    told = opinions(standing, filler.template)
    assert [line.answer for line in told[:3]] == ["改正", "改好第1条再看", "改正"]
    assert [("其余1条随之而来" in line.message) for line in told[:3]] == [True, False, False]


def test_the_cover_counts_what_the_board_cannot_see(hunan: Template, filler: Filler, desk: Desk) -> None:
    filled = sample_of(hunan)
    record = judged(desk, filler.fill(filled))
    unseen = Finding("A02", Level.ERROR, "封面的单位名称与名册不同。", place=hunan.field["单位名称"].address)
    data = markup(filler, Standing(UNITS[0], (record.receipt,), (unseen,)), record, {})
    said = "✔ 本文件内的核对没有错误；财政部门退回的意见中另有 1 条要办"
    assert cover_state(data).startswith(said)


def test_the_list_says_of_each_finding_where_what_and_how(filler: Filler, desk: Desk) -> None:
    book = openpyxl.load_workbook(io.BytesIO(returned(filler, desk)), data_only=True)
    listed = lines(returned(filler, desk))
    total = next(line for line in listed if "基本支出等于人员经费" in str(line["问题和改法"]))
    (untouched,) = (line["序号"] for line in listed if str(line["问题标识"]).startswith("F01 表2"))
    assert (total["级别"], total["位置"]) == ("错误", "表2 支出情况!C6")
    assert total["怎样回应"] == f"改好第{untouched}条再看"
    assert (total["现在的值"], total["对照数"], total["差额"]) == ("321.12", "320.76", "0.36")
    assert total["目标"] == "#'表2 支出情况'!C6"
    assert (total["看哪里"], total["看什么"], total["办理情况"]) == (Look.BOARD, "X03_1", "未改")
    staff = next(line for line in listed if "控制率不超过100%" in str(line["问题和改法"]))
    assert staff["怎样回应"] == "改正，或在右栏说明"
    marks = {row[0].value for row in book[MARKS].iter_rows(max_col=1)}
    assert {"表2 支出情况!C6", "表2 支出情况!C7", "表2 支出情况!C8"} <= marks
    block = sheets_filled(filler.template.fields).index("表2 支出情况") * MARK_BLOCK
    grid = {row for row in range(1, 30) if book[MARKS].cell(block + row, 3 + MARK_BESIDE).value == 1}
    assert grid == {row for row in range(1, 30) if f"表2 支出情况!C{row}" in marks}


def test_an_explained_finding_does_not_come_back_and_its_explanation_stays(filler: Filler, desk: Desk) -> None:
    explained = {**FILLED, ("说明_B06", 0): "机构改革转隶人员尚未核定编制"}
    record = judged(desk, filler.fill(explained))
    data = markup(filler, Standing(UNITS[0], (record.receipt,)), record, GIVEN)
    assert "控制率不超过100%" not in str(
        [cell.value for row in openpyxl.load_workbook(io.BytesIO(data))[OPINIONS].iter_rows() for cell in row]
    )
    again = judged(desk, data).submission
    assert again is not None
    assert again.explanations["B06"] == "机构改革转隶人员尚未核定编制"


def test_a_corrected_workbook_has_the_finding_no_more(filler: Filler, desk: Desk) -> None:
    book = openpyxl.load_workbook(io.BytesIO(returned(filler, desk)))
    book["表2 支出情况"]["C6"] = 320.76
    target = io.BytesIO()
    book.save(target)
    rules = {finding.rule for finding in judged(desk, target.getvalue()).verdict.findings}
    assert "X03" not in rules
    assert not rules & {"R12", "R25", "R26"}, "the bureau's own list is nothing that the unit filled"
    assert "B06" in rules


def lines(data: bytes) -> list[dict[str, object]]:
    """Return the filled lines of the list of findings, each with its row."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)[OPINIONS]
    return [
        {"row": row, **{name: sheet.cell(row, column).value for name, column in OPINION_COLUMNS.items()}}
        for row in range(OPINION_FIRST_ROW, sheet.max_row + 1)
        if sheet.cell(row, OPINION_COLUMNS["序号"]).value
    ]


def with_answers(data: bytes, answers: dict[str, str]) -> bytes:
    """Return a returned workbook in which a unit wrote against findings, by their rule."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for line in lines(data):
        for rule, text in answers.items():
            if str(line["问题标识"]).startswith(f"{rule} "):
                book[OPINIONS].cell(int(str(line["row"])), OPINION_COLUMNS["说明"]).value = text
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


WHY = "机构改革转隶人员尚未核定编制"
SAME = Finding("N07", Level.WARNING, "文字与教育局的大段相同，请核对。", unit="402001", label="文字雷同")


def compared(record: Record) -> Standing:
    """Return where the unit stands when its text is found to be another's, too."""
    return Standing(UNITS[0], (record.receipt,), (SAME,))


def test_what_the_unit_writes_on_the_list_answers_its_findings(filler: Filler, desk: Desk) -> None:
    record = judged(desk, filler.fill(FILLED))
    answers = {"B06": WHY, "N07": WHY, "X03": WHY}
    again = judged(desk, with_answers(markup(filler, compared(record), record, GIVEN), answers))
    told = {finding.rule: finding.explanation for finding in compared(again).all_findings}
    assert told["B06"] == WHY, "a doubt of the board"
    assert told["N07"] == WHY, "a doubt that only the comparison of all units raises"
    assert not told["X03"], "an error is to be corrected"


def test_too_short_an_answer_does_not_count(filler: Filler, desk: Desk) -> None:
    again = judged(desk, with_answers(returned(filler, desk), {"B06": "属实"}))
    (finding,) = (finding for finding in again.verdict.findings if finding.rule == "B06")
    assert not finding.explanation


def test_an_answer_on_the_list_outlives_a_second_return(filler: Filler, desk: Desk) -> None:
    first = judged(desk, with_answers(returned(filler, desk), {"B06": WHY}))
    second = markup(filler, Standing(UNITS[0], (first.receipt,)), first, GIVEN)
    (line,) = (line for line in lines(second) if str(line["问题标识"]).startswith("B06"))
    assert (line["说明"], line["怎样回应"]) == (WHY, "已说明，不用再改")
    (finding,) = (finding for finding in judged(desk, second).verdict.findings if finding.rule == "B06")
    assert finding.explanation == WHY


@pytest.mark.libreoffice
@libreoffice.needed
def test_a_list_edited_in_libreoffice_comes_back_with_its_answers(
    filler: Filler, desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "退回.xlsx"
    first = judged(desk, filler.fill(FILLED))
    path.write_bytes(with_answers(markup(filler, compared(first), first, GIVEN), {"B06": WHY, "N07": WHY}))
    saved = libreoffice.convert([path], tmp_path)[0]
    record = judged(desk, saved.read_bytes())
    states = {str(line["问题标识"]).split(" ")[0]: line["办理情况"] for line in lines(saved.read_bytes())}
    assert (states["B06"], states["N07"], states["X03"]) == ("已说明 ✔", "已说明 ✔", "未改")
    told = {finding.rule: finding.explanation for finding in compared(record).all_findings}
    assert (told["B06"], told["N07"]) == (WHY, WHY)


@pytest.mark.libreoffice
@libreoffice.needed
def test_a_workbook_edited_in_libreoffice_comes_back_with_its_explanation(
    filler: Filler, desk: Desk, tmp_path: Path, hunan: Template
) -> None:
    path = tmp_path / "退回.xlsx"
    cell = hunan.field["说明_B06"].address
    book = openpyxl.load_workbook(io.BytesIO(returned(filler, desk)))
    book[cell.sheet][cell.cell] = "机构改革转隶人员尚未核定编制"
    book.save(path)
    record = judged(desk, libreoffice.convert([path], tmp_path)[0].read_bytes())
    (finding,) = (finding for finding in record.verdict.findings if finding.rule == "B06")
    assert finding.explanation == "机构改革转隶人员尚未核定编制"


def test_findings_of_the_whole_file_have_no_link(filler: Filler, desk: Desk) -> None:
    record = judged(desk, filler.fill(FILLED))
    placeless = replace(record.verdict.findings[0], place=None, related=())
    standing = Standing(UNITS[0], (replace(record.receipt, findings=(placeless,)),))
    sheet = openpyxl.load_workbook(io.BytesIO(markup(filler, standing, record, GIVEN)), data_only=True)[OPINIONS]
    place = Address(OPINIONS, OPINION_FIRST_ROW, OPINION_COLUMNS["位置"])
    assert sheet.cell(place.row, place.column).value == "整个文件"
