"""The engine: blanks are blank, the date is given, memory stays flat."""

from __future__ import annotations

import io
import resource
import sys
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from perfeval_xl.address import Address
from perfeval_xl.engine import Engine, arithmetic, functions_in, is_error, names_in, recalculate

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
        ("=SUM(1,2)", None),
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
    monkeypatch.setattr("perfeval_xl.engine._RELOADED_AFTER", 2)
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
