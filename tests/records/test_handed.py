"""What a department tells of its own acts is kept as told, decides nothing here, and says what it accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from perfeval_xl.records.act import CONFIRMED, SECOND, Act, Deed, decisions
from perfeval_xl.records.handed import accepted_there, news, relayed, told_by

NOW = datetime(2024, 3, 12, 9, 30, tzinfo=UTC)
FILE = "a" * 64


def act(number: int, deed: Deed, by: str = "周科长", **more: object) -> Act:
    sha256 = FILE if deed in (Deed.ACCEPT, Deed.REOPEN, Deed.REJECT) else ""
    return replace(Act(deed, NOW, by, "11", sha256=sha256, number=number), **more)  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize(
    ("acts", "by"),
    [
        ((act(1, Deed.ACCEPT),), "周科长"),
        ((act(1, Deed.ACCEPT), act(2, Deed.REOPEN)), None),
        ((act(1, Deed.ACCEPT), act(2, Deed.REOPEN), act(3, Deed.ACCEPT, "吴科长")), "吴科长"),
        ((act(1, Deed.ACCEPT), act(2, Deed.WITHDRAW, withdraws=1)), None),
        ((act(7, Deed.ACCEPT, grounds={SECOND: "是"}),), None),
        ((act(7, Deed.ACCEPT, grounds={SECOND: "是"}), act(8, Deed.CONFIRM, grounds={CONFIRMED: "7"})), "周科长"),
        ((act(1, Deed.WAIVE, subject="B12", until=date(2025, 1, 1)),), None),
    ],
)
def test_what_holds_at_the_department_is_told_here(acts: tuple[Act, ...], by: str | None) -> None:
    ours = [replace(relayed(one, "教育局"), number=100 + one.number) for one in acts]
    assert [told_by(one) for one in ours] == list(acts)
    found = accepted_there(ours, FILE)
    assert (found.by if found else None) == by
    assert accepted_there(ours, "b" * 64) is None
    decided = decisions(ours)["11"]
    assert (decided.settled, decided.waivers, decided.pending) == (None, (), ()), (
        "it decides nothing at the bureau"
    )


def test_what_is_handed_up_again_is_no_news() -> None:
    first = [relayed(one, "教育局") for one in (act(1, Deed.ACCEPT), act(2, Deed.REOPEN))]
    again = [*first, relayed(act(3, Deed.ACCEPT), "教育局")]
    assert news(again, first) == (again[2],)
    others = [relayed(act(1, Deed.ACCEPT), "卫健局")]
    assert news(others, first) == tuple(others), "another department's records have the same numbers"
