"""`lint` names every fault of a template at once, each with its place and what to write instead."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import own_form
import pytest
from shipped import TEMPLATES

from perfeval_xl.template.lint import trials
from perfeval_xl.template.lint.lint import lint
from perfeval_xl.template.lint.portable import PORTABLE
from perfeval_xl.template.source.spec import read_spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOURCES = sorted(TEMPLATES.glob("*/template.toml"))
FORM = own_form.SHEET


def changed(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(own_form.adopted()))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def put(sheet: str, cell: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][cell] = value

    return change


def long_as(book: openpyxl.Workbook) -> None:
    book["_字段"]["Z1"], book["_字段"]["Z5"] = "最多字数", "很多"


def lock(book: openpyxl.Workbook) -> None:
    book[FORM]["C5"].protection = openpyxl.styles.Protection(locked=True)


def more_fields(book: openpyxl.Workbook) -> None:
    book["_字段"].append(("费用_燃料", "又一个燃料费", "money"))


def second_id(book: openpyxl.Workbook) -> None:
    book["核对"]["B4"] = "G01"


def unused(book: openpyxl.Workbook) -> None:
    book["报告"]["B5"] = '="共"&N(费用_合计)&"万元，"&N(车辆_数量)&"辆"'


def circle(book: openpyxl.Workbook) -> None:
    book[FORM]["C9"] = "=每车费用+1"


def no_board(book: openpyxl.Workbook) -> None:
    del book["核对"]


CASES = (
    ("an unknown name", put("核对", "E3", "=N(费用合计)"), "核对!E3：没有名为“费用合计”的名称"),
    ("a circle", circle, "循环引用"),
    (
        "a check that never fails",
        put("核对", "I3", '=IF(COUNTA(费用_合计)=0,"未填","✔")'),
        "G01 试了各种填法都不会出现✘",
    ),
    (
        "a check that always fails",
        put("核对", "I3", '=IF(COUNTA(费用_合计)=0,"未填","✘")'),
        "G01 试了各种填法都通不过",
    ),
    ("an input that nothing uses", unused, "填了“费用偏高的原因”却没有"),
    (
        "a new function",
        put("核对", "E4", "=XLOOKUP(1,费用_合计,费用_合计)"),
        "函数 XLOOKUP 在各程序中结果不同或没有：用 INDEX",
    ),
    ("a shape that differs", put("核对", "E4", "=SUMPRODUCT(LEN($C$5:$C$7))"), "写法 LEN($C$5:$C$7)"),
    ("a format that differs", put("报告", "B5", '=TEXT(费用_合计,"0.##")'), '用 TEXT(…,"0.00")'),
    ("a locked cell", lock, f"{FORM}!C5：必填“车辆数”被锁定"),
    ("a name twice", more_fields, "名称“费用_燃料”出现2次"),
    ("an id twice", second_id, "编号“G01”用了2次"),
    ("an unknown kind", put("_字段", "C5", "钱"), "类型“钱”不认识"),
    ("an unknown role", put("_字段", "E5", "大家"), "“谁填”写着“大家”"),
    ("a length that is no number", long_as, "“最多字数”写着“很多”"),
    ("no board", no_board, "缺少工作表“核对”"),
    ("an error on the blank form", put(FORM, "C9", "=C8/C5"), f"{FORM}!C9：空白表上的结果是错误值 #DIV/0!"),
)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parent.name)
def test_shipped_templates_are_clean_with_fewer_trials(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that only the last of the trials moves would be accused as soon as anything beside it changes."""
    monkeypatch.setattr(trials, "CLOSE_TRIALS", trials.CLOSE_TRIALS * 3 // 4)
    built = source.with_name(f"{source.parent.name}.xlsx").read_bytes()
    assert lint(built, read_spec(source)) == ()


@pytest.mark.parametrize(("change", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_each_fault_is_said_with_its_place_and_remedy(
    change: Callable[[openpyxl.Workbook], None], said: str
) -> None:
    faults = lint(changed(change))
    assert any(said in fault for fault in faults), faults


def test_all_faults_are_said_at_once() -> None:
    def several(book: openpyxl.Workbook) -> None:
        for change in (lock, second_id, unused, put("核对", "E4", "=XLOOKUP(1,费用_合计,费用_合计)")):
            change(book)

    faults = lint(changed(several))
    for said in ("被锁定", "编号“G01”用了2次", "费用偏高的原因", "XLOOKUP"):
        assert any(said in fault for fault in faults), faults


def test_the_texts_of_a_formula_are_told_from_what_stands_between_empty_ones() -> None:
    assert list(trials.literals('=IF((A1)&""=(B1)&"",IF(C1="产出指标","是",""),"|D1✔")')) == [
        "产出指标",
        "是",
        "|D1✔",
    ]


def test_a_workbook_that_differs_from_its_source_is_noticed() -> None:
    source = TEMPLATES / "mof-project" / "template.toml"
    other = (TEMPLATES / "yunnan-dept" / "yunnan-dept.xlsx").read_bytes()
    assert any("与模板源文件生成的不同" in fault for fault in lint(other, read_spec(source)))


def test_what_is_no_workbook_is_said_in_a_sentence() -> None:
    (fault,) = lint(b"not a workbook")
    assert "不是完整的 .xlsx" in fault


def test_the_page_lists_the_portable_functions() -> None:
    page = (TEMPLATES.parent / "docs" / "portable-formulas.md").read_text("utf-8")
    table = page.split("## What to write instead")[0]
    listed = {word for line in table.splitlines() if line.startswith("| ") for word in line.split("|")[2].split()}
    assert listed - {"functions"} == PORTABLE
