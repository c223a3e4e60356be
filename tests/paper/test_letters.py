"""What letters to a unit say: a day that can still be kept, and what is left of what was found, in every case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from perfeval_xl.paper.notice import Letterhead, Passing, Received, return_paper, slip_paper, unread_paper
from perfeval_xl.records.blocks import Line, Paper
from perfeval_xl.records.office import Office
from perfeval_xl.records.unit import Unit

UNIT = Unit("1", "交通局")
RECEIVED = Received("表.xlsx", datetime(2024, 3, 1, 1, tzinfo=UTC), "ab", 1)
DEADLINE = date(2024, 3, 10)
ON = "2024年3月15日核对没有问题，自动通过"


def head(office: Office) -> Letterhead:
    return Letterhead(2023, "示范区财政局", "", office, "项目支出绩效自评")


def words(paper: Paper) -> str:
    blocks = [block for pages in paper.pages for block in pages.blocks]
    return "\n".join(block.text for block in blocks if isinstance(block, Line))


def test_letters_call_the_work_what_the_template_does() -> None:
    one = head(Office())
    papers = (
        return_paper(one, UNIT, RECEIVED, (), DEADLINE),
        unread_paper(one, UNIT, RECEIVED, "加了密码。", DEADLINE),
        slip_paper(one, UNIT, RECEIVED, Passing(ON), DEADLINE),
    )
    for paper in papers:
        assert "项目支出绩效自评" in words(paper)
        assert "部门整体支出" not in words(paper)


@pytest.mark.parametrize(
    ("office", "day", "said"),
    [
        (Office(DEADLINE), date(2024, 3, 8), "请于2024年3月10日前重新报送"),
        (Office(DEADLINE), DEADLINE, "请于2024年3月10日前重新报送"),
        (Office(DEADLINE), date(2024, 3, 12), "请尽快重新报送"),
        (Office(), date(2024, 3, 12), "请尽快重新报送"),
        (Office(DEADLINE, days=7), date(2024, 3, 12), "请于2024年3月19日前重新报送"),
        (Office(DEADLINE, days=7), date(2024, 3, 2), "请于2024年3月9日前重新报送"),
        (Office(days=1), date(2024, 2, 29), "请于2024年3月1日前重新报送"),
    ],
)
def test_a_letter_never_asks_for_a_day_that_is_over(office: Office, day: date, said: str) -> None:
    """The file came in time; what counts is the day of the letter, which was written later."""
    for paper in (
        return_paper(head(office), UNIT, RECEIVED, (), day),
        unread_paper(head(office), UNIT, RECEIVED, "文件已损坏", day),
    ):
        assert said in words(paper)


PASSED = Passing(ON)
BY_HAND = replace(PASSED, by="赵六", why="决算已经人大批准。", errors=10, doubts=2)
SLIPS: dict[str, tuple[Passing, str]] = {
    "nothing found": (PASSED, "已经核对，没有未改正的错误，予以通过。"),
    "all explained": (replace(PASSED, explained=3), "没有未改正的错误，须核实的事项3项已作说明，予以通过。"),
    "waived": (replace(PASSED, waived=1), "已经核对，有1项由财政部门决定不作要求，予以通过。"),
    "accepted with faults": (
        BY_HAND,
        "尚有错误10项、待说明的事项2项未改，赵六审核同意采用，理由：决算已经人大批准。",
    ),
    "accepted with errors alone": (
        replace(BY_HAND, doubts=0, explained=1),
        "须核实的事项1项已作说明，尚有错误10项未改，赵六审核同意采用",
    ),
    "accepted without faults": (replace(BY_HAND, errors=0, doubts=0), "没有未改正的错误，予以通过。"),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_says_what_is_left_of_what_was_found(name: str) -> None:
    passing, said = SLIPS[name]
    text = words(slip_paper(head(Office()), UNIT, RECEIVED, passing, DEADLINE))
    assert said in text
    assert "。。" not in text
    assert ("没有未改正" in text) == (not passing.errors and not passing.waived)
