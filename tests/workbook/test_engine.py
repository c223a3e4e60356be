"""The engine: blanks are blank, the date is given, memory stays flat."""

from __future__ import annotations

import io
import resource
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import formualizer
import openpyxl
import pytest
import xlsxwriter

from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Value
from perfeval_xl.workbook import engine
from perfeval_xl.workbook.engine import Engine, arithmetic, functions_in, is_error, names_in, recalculate

A, B = Address("表", 1, 1), Address("表", 2, 1)
FORMULAS = {
    "blank": "=ISBLANK(甲)",
    "count": "=COUNTA(甲,乙)",
    "sum": "=SUM(甲,乙)",
    "text": '=甲&"元"',
    "ratio": "=甲/乙",
    "today": "=TODAY()",
}


def workbook() -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    book.add_worksheet("表")
    sheet = book.add_worksheet("算")
    book.define_name("甲", "='表'!$A$1")
    book.define_name("乙", "='表'!$A$2")
    for row, formula in enumerate(FORMULAS.values()):
        sheet.write_formula(row, 0, formula)
    book.close()
    return target.getvalue()


def results(engine: Engine) -> dict[str, object]:
    return {name: engine.value(Address("算", row, 1)) for row, name in enumerate(FORMULAS, 1)}


def test_inputs_are_computed_and_the_next_unit_starts_blank() -> None:
    engine = Engine(workbook(), date(2024, 3, 15))
    engine.put({A: Decimal("321.12"), B: Decimal(2)})
    first = results(engine)
    assert (first["blank"], first["count"], first["sum"], first["ratio"]) == (False, 2, 323.12, 160.56)
    engine.put({B: Decimal(2)})
    second = results(engine)
    assert (second["blank"], second["count"], second["sum"], second["text"]) == (True, 1, 2, "元")


def test_errors_are_named() -> None:
    engine = Engine(workbook(), date(2024, 3, 15))
    engine.put({A: Decimal(1)})
    assert engine.value(Address("算", 5, 1)) == "#DIV/0!"
    assert is_error("#DIV/0!")
    assert not is_error("#号码")


def test_a_text_that_begins_with_an_equals_sign_stays_a_text() -> None:
    engine = Engine(workbook(), date(2024, 3, 15))
    engine.put({A: "=1+1"})
    assert results(engine)["text"] == "=1+1元"


def test_the_date_is_the_one_given() -> None:
    first, second = (Engine(workbook(), day) for day in (date(2024, 3, 15), date(2023, 1, 1)))
    first.put({})
    second.put({})
    assert (results(first)["today"], results(second)["today"]) == (45366, 44927)


def test_stored_values_are_made_right_and_the_rest_is_kept() -> None:
    package = workbook()
    assert recalculate(package, date(2024, 3, 15)) == recalculate(package, date(2024, 3, 15)) != package


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=1+2*3", "7"),
        ("=(1.5+0.5)^2", "4.0"),
        ("=10%", "0.1"),
        ("=A1", None),
        ("=SUM(1,2)", "3"),
        ("=ROUND(10/3,2)", "3.33"),
        ("=MAX(1,2)", None),
        ("=E5", None),
        ("=1E2", "100"),
        ("=1/0", None),
        ("=1+", None),
    ],
)
def test_plain_arithmetic_only(formula: str, value: str | None) -> None:
    computed = arithmetic(formula)
    assert (None if value is None else Decimal(value)) == computed


def test_names_and_functions_of_a_formula() -> None:
    formula = '=IF(三公_本年>0,SUM(三公_本年,乙),B3&"甲(x)")'
    assert names_in(formula) == ("三公_本年", "乙")
    assert functions_in(formula) == ("IF", "SUM")
    with pytest.raises(ValueError, match="Unmatched"):
        names_in("=SUM(")


@pytest.mark.skipif(sys.platform == "win32", reason="measures memory the POSIX way")
def test_memory_stays_flat_over_many_units() -> None:
    engine = Engine(workbook(), date(2024, 3, 15))

    def run(units: int) -> int:
        for number in range(units):
            engine.put({A: Decimal(number), B: f"单位{number}"} if number % 2 else {B: Decimal(number)})
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = run(2000)
    after = run(10_000)
    assert after - before < 12_000, "kilobytes more after 10,000 units"


def test_inputs_side_by_side_and_below_one_another_reach_their_own_cells() -> None:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    book.add_worksheet("表").write_formula("J1", "=SUM(A1:F9)")
    book.add_worksheet("别")
    book.close()
    engine = Engine(target.getvalue(), date(2024, 3, 15))
    first = {
        Address("表", row, column): Decimal(10 * row + column) for row in (1, 2, 3, 7) for column in (1, 2, 4)
    }
    second = {**first, Address("表", 2, 2): "文", Address("别", 1, 1): Decimal(5), Address("表", 3, 3): True}
    del second[Address("表", 2, 1)], second[Address("表", 7, 4)]
    places = {*first, *second}
    for inputs in (first, second, {}, first):
        engine.put(inputs)
        expected = {at: inputs.get(at) for at in places}
        assert {at: engine.value(at) for at in places} == expected
        assert engine.value(Address("表", 1, 10)) == sum(
            value for at, value in inputs.items() if at.sheet == "表" and isinstance(value, Decimal)
        )


def test_what_has_changed_since_is_told_and_nothing_else() -> None:
    engine = Engine(workbook(), date(2024, 3, 15))
    engine.put({B: Decimal(2)})
    cells = [Address("算", row, 1) for row in range(1, 1 + len(FORMULAS))]
    before = engine.snapshot(cells)
    assert list(engine.since(before)) == []
    engine.put({A: Decimal(0), B: Decimal(2)})
    changed = dict(engine.since(before))
    assert changed == {cells[0]: False, cells[1]: 2, cells[3]: "0元"}


def test_a_workbook_loaded_anew_at_times_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("perfeval_xl.workbook.engine._RELOADED_AFTER", 2)
    engine, other = (Engine(workbook(), date(2024, 3, 15)) for _ in range(2))
    for inputs in ({A: Decimal(1), B: Decimal(2)}, {B: Decimal(2)}, {B: Decimal(2)}, {A: "x"}, {}):
        engine.put(inputs)
        monkeypatch.setattr(other, "_units", 0)
        other.put(inputs)
        assert results(engine) == results(other)
        assert engine.value(A) == (float(inputs[A]) if isinstance(inputs.get(A), Decimal) else inputs.get(A))


def test_only_what_is_asked_for_is_computed() -> None:
    ratio, text = Address("算", 5, 1), Address("算", 4, 1)
    engine = Engine(workbook(), date(2024, 3, 15), asked=(ratio,))
    engine.put({A: Decimal(9), B: Decimal(3)})
    assert (engine.value(ratio), engine.value(text)) == (3, None)


@pytest.mark.parametrize(
    ("given", "result"),
    [
        ({"kind": "Div"}, "#DIV/0!"),
        ({"kind": "Na"}, "#N/A"),
        ({"kind": "Circ"}, "#CIRC!"),
        ({"kind": "another"}, "#VALUE!"),
        ({}, "#VALUE!"),
        (True, True),
        (None, None),
        ("文", "文"),
        (3, 3.0),
        (date(2024, 3, 15), 45366.0),
        (datetime(2024, 3, 15, 6, tzinfo=UTC).replace(tzinfo=None), 45366.25),
    ],
)
def test_each_thing_that_the_library_gives_is_a_result(given: object, result: object) -> None:
    made = engine._result(given)
    assert (made, type(made)) == (result, type(result))


def test_what_the_library_never_gave_is_our_mistake() -> None:
    with pytest.raises(TypeError, match="the engine gave"):
        engine._result([1])


@pytest.mark.parametrize("text", engine.ERRORS.values())
def test_every_error_is_one(text: str) -> None:
    assert is_error(text)


@pytest.mark.parametrize("value", [1.0, None, True, "", "DIV/0!", "#"])
def test_nothing_else_is_an_error(value: float | str | bool | None) -> None:
    assert not is_error(value)


@pytest.mark.parametrize(
    ("value", "stored"),
    [(Decimal("1.5"), 1.5), (date(2024, 3, 15), 45366.0), ("文", "文"), (True, True), (None, None)],
)
def test_a_value_is_stored_as_excel_stores_it(value: Value, stored: object) -> None:
    made = engine.literal(value)
    assert (made, type(made)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("formula", "figure", "count"),
    [
        ("=1", True, True),
        ("=1.5", True, False),
        ("=甲-乙", True, False),
        ("=甲+乙", True, False),
        ("=-甲", True, False),
        ("=甲%", True, False),
        ("=+甲", False, False),
        ("=甲&乙", False, False),
        ("=甲>乙", False, False),
        ("=甲", False, False),
        ('="文"', False, False),
        ("=SUM(甲,乙)", True, False),
        ("=sum(甲,乙)", True, False),
        ("=COUNTA(甲,乙)", True, True),
        ("=counta(甲)", True, True),
        ("=LEFT(甲,1)", False, False),
        ("=IF(甲>0,1,2)", True, False),
        ('=IF(甲>0,1,"")', False, False),
        ('=IF(甲>0,"",1)', False, False),
        ("=IF(甲>0,1)", False, False),
        ("=IF(甲>0,甲-1,IF(乙>0,SUM(乙),0))", True, False),
        ("SUM(甲)", True, False),
    ],
)
def test_what_a_formula_can_give(formula: str, figure: bool, count: bool) -> None:
    assert (engine.is_figure(formula), engine.is_count(formula)) == (figure, count)


@pytest.mark.parametrize("judge", [engine.is_figure, engine.is_count, functions_in, names_in])
def test_what_is_no_formula_is_said(judge: Callable[[str], object]) -> None:
    with pytest.raises(ValueError, match="Unmatched"):
        judge("=SUM(")


def test_names_and_functions_are_told_once_in_order_also_without_an_equals_sign() -> None:
    assert names_in("乙+甲+乙") == ("乙", "甲")
    assert functions_in("sum(round(甲,1),SUM(乙))") == ("SUM", "ROUND")


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=2*(3+4)", 14), ("=2 - 5", -3), ("=7/2", Decimal("3.5")),
        ("5", None), ("=", None), ("=(1", None), ("=1+A1", None),
    ],
)  # fmt: skip
def test_sums_that_were_typed(formula: str, value: Decimal | int | None) -> None:
    assert arithmetic(formula) == value


def test_a_formula_is_tried_over_the_present_inputs_and_not_kept() -> None:
    tried = Engine(workbook(), date(2024, 3, 15))
    tried.put({A: Decimal(3), B: Decimal(2)})
    assert (tried.evaluate("=甲*乙"), tried.evaluate("甲-乙"), tried.evaluate("=甲/0")) == (6, 1, "#DIV/0!")
    tried.put({A: Decimal(5)})
    assert tried.evaluate("=甲+1") == 6
    assert results(tried)["sum"] == 5


def test_several_cells_are_read_at_once() -> None:
    read = Engine(workbook(), date(2024, 3, 15))
    read.put({A: Decimal(3)})
    assert read.read([A, B, Address("算", 3, 1)]) == {A: 3.0, B: None, Address("算", 3, 1): 3.0}


def test_a_change_of_type_alone_is_a_change() -> None:
    changing = Engine(workbook(), date(2024, 3, 15))
    changing.put({A: Decimal(1), B: Decimal(2)})
    before = changing.snapshot([A, B])
    assert before == engine.Snapshot((A, B), (1, 2))
    changing.put({A: True, B: Decimal(2)})
    assert list(changing.since(before)) == [(A, True)]


def test_a_unit_that_typed_true_where_the_former_typed_1_is_computed_with_true() -> None:
    engine_ = Engine(workbook(), date(2024, 3, 15))
    engine_.put({A: Decimal(1)})
    engine_.put({A: True})
    assert (engine_.value(A), results(engine_)["text"]) == (True, "TRUE元")


def grid(*cells: str) -> list[Address]:
    return [Address.parse(cell if "!" in cell else f"表!{cell}") for cell in cells]


@pytest.mark.parametrize(
    ("cells", "blocks"),
    [
        ([], []),
        (["A1"], [["A1"]]),
        (["A2", "A1"], [["A1 A2"]]),
        (["A1", "A3"], [["A1"], ["A3"]]),
        (["A1", "B1", "C1"], [["A1", "B1", "C1"]]),
        (["A1", "A2", "B1", "B2"], [["A1 A2", "B1 B2"]]),
        (["A1", "A2", "B1"], [["B1"], ["A1 A2"]]),
        (["A1", "C1"], [["A1"], ["C1"]]),
        (["A1", "B2"], [["A1"], ["B2"]]),
        (["A1", "别!B1"], [["别!B1"], ["A1"]]),
        (["A1", "别!A2"], [["别!A2"], ["A1"]]),
    ],
)
def test_cells_are_set_in_rectangles(cells: list[str], blocks: list[list[str]]) -> None:
    made = [columns for _, columns in engine._blocks(grid(*cells))]
    expected = [[grid(*column.split()) for column in block] for block in blocks]
    assert sorted(made, key=str) == sorted(expected, key=str)
    assert [first for first, _ in engine._blocks(grid(*cells))] == [columns[0][0] for columns in made]


def test_an_area_is_its_cells() -> None:
    assert list(engine._cells("'我的 表'!$C$7:$D$8")) == [
        Address("我的 表", row, column) for row in (7, 8) for column in (3, 4)
    ]
    assert list(engine._cells("表!C7")) == [Address("表", 7, 3)]


def resting() -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    sheet = book.add_worksheet("我的 表")
    for cell, formula in {
        "B1": "=A1*2",
        "B2": "=A2*2",
        "C1": "=A1*3",
        "C2": "=A2*3",
        "D1": "=SUM(B1:C2)",
        "D2": "=总数+1",
        "D3": "=A1*9",
    }.items():
        sheet.write_formula(cell, formula)
    book.define_name("总数", "='我的 表'!$D$1")
    book.close()
    return target.getvalue()


@pytest.mark.parametrize(
    ("asked", "alive"),
    [("D2", {"B1", "B2", "C1", "C2", "D1", "D2"}), ("B2", {"B2"}), ("D3", {"D3"}), ("A1", set())],
)
def test_what_is_asked_for_rests_on_ranges_and_names_through_others(asked: str, alive: set[str]) -> None:
    place = Address.parse(f"'我的 表'!{asked}")
    lean = Engine(resting(), date(2024, 3, 15), asked=(place,))
    lean.put({Address("我的 表", 1, 1): Decimal(1), Address("我的 表", 2, 1): Decimal(2)})
    cells = [f"{column}{row}" for column in "BCD" for row in (1, 2, 3)]
    assert {cell for cell in cells if lean.value(Address.parse(f"'我的 表'!{cell}")) is not None} == alive
    if asked == "D2":
        assert lean.value(place) == 16


def test_what_is_not_asked_for_stays_blank_when_the_workbook_is_loaded_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "_RELOADED_AFTER", 1)
    lean = Engine(resting(), date(2024, 3, 15), asked=(Address("我的 表", 2, 2),))
    for _ in range(3):
        lean.put({Address("我的 表", 1, 1): Decimal(1)})
        assert lean.value(Address("我的 表", 3, 4)) is None


def test_the_workbook_is_loaded_anew_after_three_hundred_units(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[int] = []
    counting = Engine(workbook(), date(2024, 3, 15))
    again = counting._loaded
    monkeypatch.setattr(counting, "_loaded", lambda: (loaded.append(number), again())[1])
    for number in range(1, 603):  # noqa: B007 - told by the lambda
        counting.put({A: Decimal(1)})
    assert loaded == [301, 601]
    assert results(counting)["count"] == 1


def test_limits_of_size_are_lifted_for_our_own_workbooks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[object] = []

    class Spy:
        @staticmethod
        def from_bytes(data: bytes, *, load_limits: object = None, **others: Any) -> object:
            limits.append(load_limits)
            return loading(data, load_limits=load_limits, **others)

    loading = formualizer.Workbook.from_bytes
    monkeypatch.setattr(formualizer, "Workbook", Spy)
    Engine(workbook(), date(2024, 3, 15))
    Engine(workbook(), date(2024, 3, 15), ours=True)
    most = 1 << 40
    assert limits == [
        None,
        {"max_input_bytes": most, "max_expanded_bytes": most, "max_part_bytes": most},
    ]


def test_stored_values_are_those_of_the_day() -> None:
    book = openpyxl.load_workbook(io.BytesIO(recalculate(workbook(), date(2024, 3, 15))), data_only=True)
    today = book["算"]["A6"].value
    assert today in (45366, datetime(2024, 3, 15))  # noqa: DTZ001 - as openpyxl gives a cell's day
