"""Figures out of line with those of similar units: from how far on, compared with whom, told how."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from small_template import Cell, gist, template

from perfeval_xl.comparing.gist import Gist
from perfeval_xl.comparing.peers import Yardstick, compared, outliers
from perfeval_xl.comparing.thresholds import Thresholds
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Role
from perfeval_xl.records.finding import Finding, Level, Related
from perfeval_xl.records.summary_line import Part, SummaryLine
from perfeval_xl.records.unit import Unit

STAFF, HEADS, RATE = (
    Cell("经费"),
    Cell("人数", "count", place="表1!6", unit="人"),
    Cell("率", "rate", place="表1!7"),
)
PER_HEAD = Yardstick("人均经费", STAFF.field, HEADS.field)
SHARE = Yardstick("执行率", RATE.field, None)
FOUR = Thresholds(peers=Decimal(4))


def line(label: str, formula: str, part: Part = Part.COMPARED) -> SummaryLine:
    return SummaryLine(part, label=label, formula=formula)


def units(*sections: str) -> list[Unit]:
    return [Unit(f"{number}", f"单位{number}", section=section) for number, section in enumerate(sections, 1)]


def far(
    one: Yardstick, values: list[str], sections: str | list[str] = "农", thresholds: Thresholds = FOUR
) -> list[Finding]:
    """Return the outliers among units with these figures; per head they have one head each."""
    listed = units(*([sections] * len(values) if isinstance(sections, str) else sections))
    gists = {
        unit.code: gist({one.figure.name: value, "人数": "1"} if value else {})
        for unit, value in zip(listed, values, strict=True)
    }
    return list(outliers(listed, gists, [one], thresholds))


@pytest.mark.parametrize(
    ("figures", "value"),
    [
        ({"经费": "120", "人数": "10"}, 12),
        ({"经费": "120", "人数": "1"}, 120),
        ({"经费": "0.5", "人数": "1"}, Decimal("0.5")),
        ({"经费": "120", "人数": "0"}, None),
        ({"经费": "120", "人数": "-0.5"}, None),
        ({"经费": "120"}, None),
        ({"经费": "0", "人数": "10"}, None),
        ({"经费": "-5", "人数": "10"}, None),
        ({"人数": "10"}, None),
    ],
)
def test_an_amount_per_head_needs_both_above_zero(figures: dict[str, str], value: Decimal | None) -> None:
    assert PER_HEAD.of(gist(figures)) == value


def test_a_rate_stands_for_itself() -> None:
    assert SHARE.of(gist({"率": "0"})) == 0
    assert SHARE.of(gist({"率": "-0.1"})) == Decimal("-0.1")
    assert SHARE.of(gist()) is None


def test_what_is_compared_is_what_the_template_declares_and_has() -> None:
    summary = (
        line("人均", "经费/人数"),
        line("率", "率"),
        line("无", "没有/人数"),
        line("别的", "经费", Part.FIGURE),
    )
    made = template(STAFF, HEADS, RATE, summary=summary)
    assert compared(made) == (Yardstick("人均", STAFF.field, HEADS.field), Yardstick("率", RATE.field, None))


@pytest.mark.parametrize(
    ("last", "found"),
    [("0.7", False), ("0.75", False), ("0.76", True), ("0.25", False), ("0.24", True)],
)
def test_a_rate_is_out_of_line_beyond_so_many_points(last: str, found: bool) -> None:
    assert bool(far(SHARE, ["0.5"] * 8 + [last], thresholds=Thresholds(points=Decimal("0.25")))) is found


@pytest.mark.parametrize(("last", "found"), [("29", False), ("31", True), ("3.4", False), ("3.3", True)])
def test_an_amount_is_out_of_line_beyond_so_many_times_either_way(last: str, found: bool) -> None:
    assert bool(far(PER_HEAD, ["10"] * 8 + [last], thresholds=Thresholds(times=Decimal(3)))) is found


@pytest.mark.parametrize(("last", "found"), [("10.05", False), ("10.2", True)])
def test_less_than_a_hundredth_is_never_out_of_line(last: str, found: bool) -> None:
    assert bool(far(PER_HEAD, ["10"] * 8 + [last], thresholds=Thresholds(times=Decimal("0.5")))) is found


@pytest.mark.parametrize(("last", "found"), [("1.00", False), ("1.03", True)])
def test_a_value_is_out_of_line_only_beyond_what_most_differ_by(last: str, found: bool) -> None:
    rates = ["0.4"] * 4 + ["0.5"] + ["0.6"] * 3
    assert bool(far(SHARE, [*rates, last])) is found, "median 0.5, deviation 0.1: from 0.519 away on"


def test_an_outlier_is_told_with_the_middle_of_whom() -> None:
    (finding,) = far(PER_HEAD, ["10", "12", "11", "13", "60"])
    assert (finding.rule, finding.level, finding.unit) == ("X20", Level.WARNING, "5")
    assert (finding.field, finding.label, finding.place) == ("经费", "人均经费", Address("表1", 5, 3))
    assert (finding.value, finding.expected) == (60, 12)
    assert finding.related == (Related(Address("表1", 6, 3), "人数（名）", None),)
    told = "人均经费是60.00万元，同类单位（农，5户）的中位数是12.00万元，是它的5.0倍。"
    assert told in finding.message


def test_one_far_below_is_told_as_a_share() -> None:
    (finding,) = far(PER_HEAD, ["10", "12", "11", "13", "3"])
    assert "人均经费是3.00万元，同类单位（农，5户）的中位数是11.00万元，只有它的27.27%。" in finding.message


def test_a_rate_is_told_in_points_and_has_no_heads() -> None:
    (finding,) = far(SHARE, ["0.9", "0.9", "0.9", "0.9", "0.545"])
    assert finding.related == ()
    assert "执行率是54.5%，同类单位（农，5户）的中位数是90%，相差35.5个百分点。" in finding.message


def test_cells_that_the_unit_cannot_see_are_no_places() -> None:
    figure, heads = Cell("经费", place="_计算!5").field, Cell("人数", "count", Role.COMPUTED, "_计算!6").field
    (finding,) = far(Yardstick("人均", figure, heads), ["10", "12", "11", "13", "60"])
    assert (finding.place, finding.related) == (None, ())


@pytest.mark.parametrize(
    ("sections", "peers"),
    [
        (["农"] * 4 + ["文"] * 4, "农，4户"),
        (["农"] * 3 + ["文"] * 5, "全部单位，8户"),
        ([""] * 4 + ["文"] * 4, "全部单位，8户"),
    ],
    ids=["enough", "too few", "of no section"],
)
def test_a_unit_is_compared_with_its_section_or_else_with_all(sections: list[str], peers: str) -> None:
    (finding,) = far(PER_HEAD, ["60", "11", "12", "13", "11", "12", "13", "12"], sections)
    assert (finding.unit, peers in finding.message) == ("1", True)


def test_a_section_may_be_called_anything_and_projects_are_called_so() -> None:
    (finding,) = far(PER_HEAD, ["60", "11", "12", "13", "11"], "预算股，国库股")
    assert "同类单位（预算股，国库股，5户）" in finding.message
    (finding,) = far(replace(PER_HEAD, whose="项目", measure="个项目"), ["60", "11", "12", "13", "11"])
    assert "同类项目（农，5个项目）" in finding.message


def test_with_fewer_than_enough_nothing_is_compared() -> None:
    assert [one.unit for one in far(PER_HEAD, ["10", "11", "12", "60"], ["甲", "乙", "丙", "丁"])] == ["4"]
    assert far(PER_HEAD, ["10", "12", "60"]) == []
    assert far(PER_HEAD, ["10", "12", "60", ""]) == [], "one that has no figure is no peer"


def test_units_that_gather_others_or_have_not_reported_are_no_peers() -> None:
    listed = units(*["农"] * 6)
    gathering = Unit("7", "汇总", section="农", gathers=True)
    figures = ["10", "11", "12", "60", "11"]
    gists: dict[str, Gist] = {unit.code: gist({"率": value}) for unit, value in zip(listed, figures, strict=False)}
    gists["7"] = gist({"率": "99"})
    found = list(outliers([*listed, gathering], gists, [SHARE], FOUR))
    assert [one.unit for one in found] == ["4"]
    assert "农，5户" in found[0].message


def test_every_figure_is_compared() -> None:
    listed = units(*["农"] * 5)
    values = zip(listed, ["0.9"] * 4 + ["0.1"], ["10"] * 4 + ["60"], strict=True)
    gists = {unit.code: gist({"率": rate, "经费": staff, "人数": "1"}) for unit, rate, staff in values}
    found = outliers(listed, gists, [SHARE, PER_HEAD], FOUR)
    assert [(one.unit, one.label) for one in found] == [("5", "执行率"), ("5", "人均经费")]
