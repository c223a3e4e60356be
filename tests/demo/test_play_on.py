"""The example county to the end: three rounds, decisions, and next year filled from this year's ledger."""

from __future__ import annotations

from decimal import Decimal

import openpyxl
import pytest
from once import example_year

from perfeval_xl.campaign.folder import SLIPS
from perfeval_xl.demo.play import Rehearsed
from perfeval_xl.demo.play_on import Sequel, play_on
from perfeval_xl.ledger import ledger
from perfeval_xl.outgoing.issue import file_name
from perfeval_xl.outgoing.places import DONE
from perfeval_xl.records.act import Deed
from perfeval_xl.records.known import bureau_field
from perfeval_xl.records.standing import Stage

FIELD, CLOSING = "基本支出_上年决算", "基本支出_本年决算"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rehearsed, Sequel]:
    first = example_year(tmp_path_factory)
    return first, play_on(first, lambda _: None)


def test_after_three_rounds_every_unit_has_passed_or_is_let_off(played: tuple[Rehearsed, Sequel]) -> None:
    seen = played[1].seen.standings
    stages = [standing.stage for standing in seen]
    assert (stages.count(Stage.PASSED), stages.count(Stage.EXEMPT)) == (40, 2)
    assert {len(standing.receipts) for standing in seen} == {0, 1, 2, 3}
    returned = {standing.round for standing in seen}
    assert returned >= {0, 3}, "one went back three times before the bureau decided"


def test_who_decided_what_stays_in_the_ledger(played: tuple[Rehearsed, Sequel]) -> None:
    acts = played[1].seen.acts
    by_hand = [act for act in acts if not act.automatic and act.deed is not Deed.ISSUE]
    assert {act.deed for act in by_hand} == {Deed.EXEMPT, Deed.ACCEPT}
    assert all(act.why and act.by == "示例经办人" for act in by_hand)


def test_letters_of_former_rounds_are_put_aside(played: tuple[Rehearsed, Sequel]) -> None:
    returns = played[0].campaign.returns
    assert not list(returns.glob("*.xlsx"))
    assert {path.name for path in (returns / DONE).iterdir()} == {"第1次", "第2次", "第3次"}
    assert len(list((returns / SLIPS).glob("*.docx"))) == 40


def closing(first: Rehearsed, code: str) -> Decimal:
    """Return what a unit's accepted workbook of the first year says that it spent."""
    with ledger.opened(first.campaign.ledger) as book:
        receipt = next(one for one in reversed(book.receipts()) if one.unit == code)
        value = book.record(receipt).value(CLOSING)
    assert isinstance(value, Decimal)
    return value


def prefilled(sequel: Sequel, code: str) -> Decimal:
    """Return last year's figure as it stands in a unit's new workbook."""
    campaign = sequel.following
    unit = next(unit for unit in campaign.units if unit.code == code)
    place = bureau_field(campaign.template, FIELD).address
    book = openpyxl.load_workbook(campaign.out / file_name(unit), data_only=True)
    return Decimal(str(book[place.sheet][place.cell].value))


def test_next_years_workbooks_hold_this_years_figures(played: tuple[Rehearsed, Sequel]) -> None:
    first, sequel = played
    assert prefilled(sequel, "106001") == closing(first, "106001"), "renamed"
    assert prefilled(sequel, "202001") == closing(first, "202001") + closing(first, "203001"), "merged"
    whole, parts = closing(first, "305001"), (prefilled(sequel, "305001"), prefilled(sequel, "305002"))
    for part, share in zip(parts, (Decimal("0.7"), Decimal("0.3")), strict=True):
        assert abs(part - whole * share) <= Decimal("0.005"), "split"
