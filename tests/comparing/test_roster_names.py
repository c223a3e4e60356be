"""Which units a text names, as people write codes and names on files and folders."""

from __future__ import annotations

import pytest

from perfeval_xl.comparing.roster_names import RosterNames
from perfeval_xl.records.unit import Unit

NAMES = RosterNames(
    [
        Unit("105001", "教育局", contact="张三", phone="0734-1"),
        Unit("105002", "青山县教育局", superior="105001", contact="李四", phone="0734-2"),
        Unit("007001", "水利局", superior="105002", contact="张三", phone="0734-1"),
        Unit("9", "档案馆"),
        Unit("106001", "档案馆"),
        Unit("X1", ""),
    ]
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("105001_自评", {"105001"}),
        ("自评（１０５００１）", {"105001"}),
        ("１０５００１　教 育 局", {"105001"}),
        ("青山县教育局", {"105002"}),
        ("教育局和青山县教育局", {"105001", "105002"}),
        ("水利局转教育局", {"007001", "105001"}),
        ("档案馆", {"9", "106001"}),
        ("9 自评", {"9"}),
        ("9年自评", set()),
        ("9 年自评", set()),
        ("105001 V2", {"105001"}),
        ("105001 2023", {"105001"}),
        ("自评 (9)", set()),
        ("1050012", set()),
        ("自评", set()),
        ("", set()),
    ],
)
def test_a_text_names_units_by_whole_codes_and_the_longest_names(text: str, codes: set[str]) -> None:
    assert NAMES.in_text(text) == codes


def test_a_code_is_known_without_its_zeros_where_no_other_is_like_it() -> None:
    assert NAMES.coded("7001") == NAMES.coded("007001") == {"007001"}
    both = RosterNames([Unit("07", "甲局"), Unit("007", "乙局")])
    assert (both.coded("7"), both.coded("07"), both.coded(""), both.coded("8")) == (set(), {"07"}, set(), set())


def test_units_are_told_with_code_and_name_and_the_departments_above_them_are_known() -> None:
    assert NAMES.told(["106001", "105001", "404"]) == "105001 教育局、106001 档案馆、404"
    assert NAMES.above("007001") == {"105002", "105001"}
    assert NAMES.above("404") == set()
    ring = RosterNames([Unit("1", "甲局", superior="2"), Unit("2", "乙局", superior="1")])
    assert ring.above("1") == {"1", "2"}


def test_people_name_the_units_of_whose_contact_they_have_name_and_number() -> None:
    assert NAMES.of_people("张三", "０７３４-1") == {"105001", "007001"}
    assert NAMES.of_people("李四", "0734-2") == {"105002"}
    assert NAMES.of_people("李四", "") == NAMES.of_people("", "") == NAMES.of_people("李四", "0734-1") == set()
