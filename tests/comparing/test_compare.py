"""What only several submissions, the bureau's books or last year show: each rule at its place, and not twice."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest

from perfeval_xl.api.rulebook import rules
from perfeval_xl.comparing import RULES, Background, Thresholds, overview, texts
from perfeval_xl.comparing import rules_across_units as catalogue
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding, Level, Value
from perfeval_xl.records.known import Dossier, Known
from perfeval_xl.records.rule import Rule
from perfeval_xl.records.standing import Overview
from perfeval_xl.records.submission import Entry, Key, Submission
from perfeval_xl.records.succession import Change, Step
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt, Record, Verdict
from perfeval_xl.template.shelf import find

MOMENT = datetime(2024, 3, 1, tzinfo=UTC)
BASIC, BUDGET, OPENING = "基本支出_本年决算", "资金总额_全年预算", "三公经费_上年决算"
ROADS, SCHOOLS = Unit("1", "交通局"), Unit("2", "教育局")
LONG = (
    "本年完成农村公路改造三十公里，新建候车亭二十座，修复水毁路段十二处，"
    "群众出行更加方便，满意度达到百分之九十五，比上年提高两个百分点。"
)
OTHER = (
    "全区新增学位一千二百个，改善薄弱学校八所，培训教师三百人次，"
    "义务教育巩固率保持全省前列，家长普遍认可办学质量，信访件明显减少。"
)


@dataclass(frozen=True)
class Report:
    """One submission of a test: what was typed, what was computed, what was found before."""

    unit: str
    values: Mapping[str, Value | float] = field(default_factory=dict)
    computed: Mapping[str, float] = field(default_factory=dict)
    texts: Sequence[str] = ()
    found: tuple[Finding, ...] = ()
    unreadable: tuple[str, ...] = ()
    name: str = ""
    hour: int = 0


def record(template: Template, report: Report) -> Record:
    values: dict[Key, Value] = {
        (name, 0): Decimal(str(value)) if isinstance(value, int | float) else value
        for name, value in report.values.items()
    }
    values |= {("成效_内容", row): text for row, text in enumerate(report.texts, 1)}
    entries = tuple(Entry(*key, template.address(key), str(value), value) for key, value in values.items())
    submission = Submission(
        f"{report.unit}.xlsx", template.id, "1", report.unit, report.name, entries,
        unreadable=frozenset((name, 0) for name in report.unreadable),
    )  # fmt: skip
    computed: dict[Key, Value] = {(name, 0): Decimal(str(value)) for name, value in report.computed.items()}
    moment = MOMENT + timedelta(hours=report.hour)
    file = f"{report.unit}-{report.hour}.xlsx"
    return Record(file, file, moment, submission, Verdict(report.found, computed=computed))


def seen(
    template: Template, units: Iterable[Unit], reports: Iterable[Report], background: Background | None = None
) -> Overview:
    records = {made.file: made for made in (record(template, report) for report in reports)}
    receipts = sorted((made.receipt for made in records.values()), key=lambda receipt: receipt.modified)

    def contents(receipt: Receipt) -> Record:
        return records[receipt.file]

    return overview(units, receipts, template, contents, background)


def found(over: Overview) -> list[tuple[str, str, str]]:
    """Return unit, rule and field of everything that comparing found."""
    return [(one.unit, one.rule, one.field) for standing in over.standings for one in standing.findings]


def knows(unit: str, name: str, value: float, *, last_year: bool = False) -> Background:
    return Background({unit: Dossier((Known(name, Decimal(str(value)), "账上", last_year),))})


# --- the bureau's figures and last year's ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "rules"),
    [
        ({BASIC: 100}, []),
        ({BASIC: 100.01}, []),
        ({BASIC: 100.02}, ["X16"]),
        ({}, ["X17"]),
        ({BASIC: 90, f"控制_{BASIC}": 100}, []),
        ({BASIC: 100, f"控制_{BASIC}": 90}, ["A03"]),
        ({BASIC: 90, f"控制_{BASIC}": 90}, ["A03", "X16"]),
        ({BASIC: 80, f"控制_{BASIC}": 90}, ["A03"]),
    ],
    ids=[
        "same",
        "rounded",
        "differs",
        "nothing",
        "on the board",
        "control changed",
        "both changed",
        "board says it",
    ],
)
def test_control_figures_both_ways_and_nothing_twice(
    hunan: Template, typed: dict[str, Value], rules: list[str]
) -> None:
    over = seen(hunan, [ROADS], [Report("1", typed)], knows("1", BASIC, 100))
    assert sorted(rule for _, rule, _ in found(over)) == rules


def test_last_years_closing_is_this_years_opening(hunan: Template) -> None:
    over = seen(hunan, [ROADS], [Report("1", {OPENING: 15.52})], knows("1", OPENING, 13.25, last_year=True))
    (finding,) = over.standings[0].findings
    assert (finding.rule, finding.place, finding.level) == ("X08", hunan.field[OPENING].address, Level.WARNING)
    assert (finding.value, finding.expected, finding.difference) == tuple(map(Decimal, ("15.52", "13.25", "2.27")))
    assert all(part in finding.message for part in ("15.52万元", "13.25万元", "账上", "相差2.27万元"))


def test_a_template_without_the_check_is_compared_here(hunan: Template) -> None:
    bare = replace(hunan, checks=())
    typed: dict[str, Value] = {BASIC: Decimal(90), f"控制_{BASIC}": Decimal(100)}
    over = seen(bare, [ROADS], [Report("1", typed)], knows("1", BASIC, 100))
    assert found(over) == [("1", "X16", BASIC)]


def test_what_is_missing_or_unreadable_is_not_found_twice(hunan: Template) -> None:
    missing = Finding("F01", Level.ERROR, "必填", unit="1", field=BASIC)
    background = knows("1", BASIC, 100)
    assert found(seen(hunan, [ROADS], [Report("1", found=(missing,))], background)) == []
    assert found(seen(hunan, [ROADS], [Report("1", unreadable=(BASIC,))], background)) == []
    assert found(seen(hunan, [ROADS], [Report("1")], knows("1", BASIC, 0))) == []


# --- units that gather others ----------------------------------------------------------------------------------

WHOLE = Unit("9", "教育局（汇总）", gathers=True)
PARTS = tuple(Unit(f"9{number}", f"{number}中", superior="9") for number in (1, 2, 3))


def sums(hunan: Template, whole: float, *parts: float) -> Overview:
    reports = [Report("9", {BASIC: whole})]
    reports += [Report(unit.code, {BASIC: part}) for unit, part in zip(PARTS, parts, strict=False)]
    return seen(hunan, (WHOLE, *PARTS), reports)


def test_a_gathering_unit_is_the_sum_of_those_below_it(hunan: Template) -> None:
    assert found(sums(hunan, 600, 100, 200, 300)) == []
    assert found(sums(hunan, 600.02, 100, 200, 300)) == [], "as many roundings as there are terms"
    over = sums(hunan, 610, 100, 200, 300)
    (finding,) = over.standings[0].findings
    assert (finding.rule, finding.field, finding.expected) == ("X18", BASIC, 600)
    assert "1中100.00万元、2中200.00万元、3中300.00万元" in finding.message


def test_a_sum_is_not_compared_before_all_have_reported(hunan: Template) -> None:
    over = sums(hunan, 600, 100, 200)
    assert found(over) == [("9", "X19", "")]
    assert "3中" in over.standings[0].findings[0].message


def test_those_who_need_not_report_are_no_part_of_the_sum(hunan: Template) -> None:
    units = (WHOLE, *PARTS[:2], replace(PARTS[2], exempt=True))
    reports = [Report("9", {BASIC: 300}), Report("91", {BASIC: 100}), Report("92", {BASIC: 200})]
    assert found(seen(hunan, units, reports)) == []


def test_a_figure_that_somebody_left_unreadable_is_not_compared(hunan: Template) -> None:
    reports = [
        Report("9", {BASIC: 610}),
        Report("91", unreadable=(BASIC,)),
        *(Report(c, {BASIC: 1}) for c in ("92", "93")),
    ]
    assert found(seen(hunan, (WHOLE, *PARTS), reports)) == []


def test_a_gathering_unit_passes_and_is_not_added_up(hunan: Template) -> None:
    over = sums(hunan, 600, 100, 200, 300)
    assert [(standing.passed, standing.counts) for standing in over.standings] == [
        (True, False),
        *[(True, True)] * 3,
    ]


# --- texts -----------------------------------------------------------------------------------------------------


def test_texts_alike_are_found_on_both_sides_with_the_passage_and_its_place(hunan: Template) -> None:
    own = "道路交通安全事故比上年明显下降，全年没有发生重大责任事故，运输市场秩序良好。"
    reports = [Report("1", texts=(own, LONG, OTHER)), Report("2", texts=(LONG, OTHER))]
    over = seen(hunan, (ROADS, SCHOOLS), reports)
    assert found(over) == [("1", "N07", ""), ("2", "N07", "")]
    finding = over.standings[0].findings[0]
    assert finding.place == hunan.address(("成效_内容", 2)) or finding.place == hunan.address(("成效_内容", 3))
    assert "2 教育局" in finding.message
    assert LONG[:20] in finding.message
    assert finding.related == (), "another unit's cell is no place in this workbook"


def test_different_or_short_texts_are_not_alike(hunan: Template) -> None:
    assert (
        found(seen(hunan, (ROADS, SCHOOLS), [Report("1", texts=(LONG, LONG)), Report("2", texts=(OTHER, OTHER))]))
        == []
    )
    assert found(seen(hunan, (ROADS, SCHOOLS), [Report("1", texts=(LONG,)), Report("2", texts=(LONG,))])) == []


def test_the_threshold_of_likeness_can_be_set(hunan: Template) -> None:
    reports = [
        Report("1", texts=(LONG, LONG[:30], OTHER)),
        Report("2", texts=(LONG, LONG[:30] + OTHER[:25], OTHER[5:])),
    ]
    off = Background(thresholds=Thresholds(alike=Decimal(1)))
    assert found(seen(hunan, (ROADS, SCHOOLS), reports)) != []
    assert found(seen(hunan, (ROADS, SCHOOLS), reports, off)) == []


def test_texts_of_the_units_own_last_year_are_found(hunan: Template) -> None:
    past = ((("成效_内容", 1), LONG + OTHER),)
    same = Background({"1": Dossier(last="1", texts=past)})
    assert found(seen(hunan, [ROADS], [Report("1", texts=(LONG, OTHER))], same)) == [("1", "N10", "")]
    assert found(seen(hunan, [ROADS], [Report("1", texts=(OTHER[::-1], LONG[::-1]))], same)) == []


@pytest.mark.parametrize("least", [0.5, 0.35])
def test_many_texts_give_the_same_pairs_as_comparing_each_with_each(
    least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(7)  # noqa: S311 - repeatable, not secret
    letters = [chr(0x4E00 + number) for number in range(900)]

    def drawn(length: int) -> str:
        return "".join(chance.choices(letters, k=length))

    written: dict[str, texts.Texts] = {}
    for number in range(170):
        text = drawn(600)
        written[f"{number}"] = ((("甲", 1), text),)
        for copy in "bcde" if number % 10 == 0 else "":
            kept = chance.randrange(420, 600) if least >= 0.5 else chance.randrange(360, 420)
            start = chance.randrange(600)
            written[f"{number}{copy}"] = ((("甲", 1), (text + text)[start : start + kept] + drawn(40)),)
    sketched = texts.alike(written, least)
    monkeypatch.setattr(texts, "_EXACT_UP_TO", 10_000)
    exact = texts.alike(written, least)
    assert len(exact) > 50
    assert sketched == exact


def test_a_passage_is_as_long_as_both_have_it() -> None:
    passages = texts.common(
        ((("甲", 1), "前文不同。" + LONG + "后文也不同。"),), ((("乙", 1), "别的。" + LONG + "完"),)
    )
    assert passages == ((("甲", 1), LONG.rstrip("。")),)


# --- similar units ---------------------------------------------------------------------------------------------

HEADS, STAFF, RATE = "人员_在职人数", "人员经费_本年决算", "资金总额_执行率"


def peers(per_head: Sequence[float], section: str = "农业股") -> tuple[list[Unit], list[Report]]:
    units = [Unit(f"{number:03}", f"单位{number}", section=section) for number in range(len(per_head))]
    return units, [
        Report(unit.code, {HEADS: 10, STAFF: value * 10}) for unit, value in zip(units, per_head, strict=True)
    ]


def test_a_figure_far_from_those_of_similar_units_is_found(hunan: Template) -> None:
    units, reports = peers([12, 11, 13, 12.5, 11.5, 12, 14, 60])
    over = seen(hunan, units, reports)
    assert found(over) == [("007", "X20", STAFF)]
    message = over.standings[7].findings[0].message
    assert all(part in message for part in ("60.00万元", "12.25万元", "农业股，8户", "是它的4.9倍"))


@pytest.mark.parametrize(
    "per_head",
    [[12, 11, 13, 12.5, 11.5, 12, 60], [5, 9, 14, 21, 30, 36, 44, 60, 66], [12] * 8 + [30]],
    ids=["too few", "all differ", "not far enough"],
)
def test_what_is_not_out_of_line_is_not_found(hunan: Template, per_head: list[float]) -> None:
    assert found(seen(hunan, *peers(per_head))) == []


def test_a_small_section_is_compared_with_all_units(hunan: Template) -> None:
    units, reports = peers([12, 11, 13, 12.5, 11.5, 12, 14, 13])
    strange = Unit("999", "测绘站", section="经建股")
    over = seen(hunan, [*units, strange], [*reports, Report("999", {HEADS: 10, STAFF: 900})])
    assert found(over) == [("999", "X20", STAFF)]
    assert "全部单位，9户" in over.standings[-1].findings[0].message


def test_a_gathering_unit_has_no_peers(hunan: Template) -> None:
    units, reports = peers([12, 11, 13, 12.5, 11.5, 12, 14, 13, 60])
    units[8] = replace(units[8], gathers=True)
    units.append(Unit("x", "下属", superior="008", exempt=True))
    assert [one for one in found(seen(hunan, units, reports)) if one[1] == "X20"] == []


def test_a_rate_is_compared_in_points(hunan: Template) -> None:
    units = [Unit(f"{number}", f"单位{number}") for number in range(9)]
    rates = (0.97, 0.96, 0.98, 0.95, 0.97, 0.99, 0.96, 0.94, 0.6)
    over = seen(hunan, units, [Report(f"{n}", computed={RATE: rate}) for n, rate in enumerate(rates)])
    assert found(over) == [("8", "X20", RATE)]
    assert "相差36个百分点。请核对算这个比率的数" in over.standings[8].findings[0].message


def test_what_the_units_own_check_has_found_is_not_repeated(hunan: Template) -> None:
    units, reports = peers([12, 11, 13, 12.5, 11.5, 12, 14, 60])
    own = Finding("X11p", Level.WARNING, "人均偏高", unit="007", field=STAFF)
    assert found(seen(hunan, units, [*reports[:7], replace(reports[7], found=(own,))])) == []


# --- scores ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "rate", "rules"),
    [
        (97, 0.96, []),
        (97, 0.85, ["D14"]),
        (70, 0.7, ["D15"]),
        (100, 0.98, ["D22"]),
        (100, 0.75, ["D14", "D15", "D22"]),
    ],
)
def test_scores_too_good_are_found_where_the_template_does_not_look(
    hunan: Template, score: float, rate: float, rules: list[str]
) -> None:
    report = Report("1", computed={"自评总分": score, RATE: rate})
    assert sorted(rule for _, rule, _ in found(seen(replace(hunan, checks=()), [ROADS], [report]))) == rules
    assert found(seen(hunan, [ROADS], [report])) == []


def test_all_projects_of_a_department_with_full_marks_are_named(hunan: Template) -> None:
    units = [Unit(f"{number}", f"项目{number}", "交通局") for number in range(3)]
    full = [Report(unit.code, computed={"自评总分": 100, RATE: 1}) for unit in units]
    assert [rule for _, rule, _ in found(seen(hunan, units, full))] == ["D22a"] * 3
    assert found(seen(hunan, units, [*full[:2], Report("2", computed={"自评总分": 99, RATE: 1})])) == []


# --- whose workbook it is --------------------------------------------------------------------------------------


def test_two_units_with_all_amounts_alike_are_named(hunan: Template) -> None:
    amounts = [
        name for name, one in hunan.field.items() if one.kind.id == "money" and one.role.typed and not one.table
    ]
    values = {name: 10 + number for number, name in enumerate(amounts[:12])}
    other = {**values, amounts[0]: 77}
    reports = [Report("1", values), Report("2", values), Report("3", other)]
    over = seen(hunan, (ROADS, SCHOOLS, Unit("3", "水利局")), reports)
    assert [(unit, rule) for unit, rule, _ in found(over)] == [("1", "A06"), ("2", "A06")]


def test_the_latest_counts_and_the_cover_must_name_the_unit(hunan: Template) -> None:
    over = seen(hunan, [ROADS], [Report("1", name="交通局"), Report("1", name="水利局", hour=2)])
    assert found(over) == [("1", "A02", ""), ("1", "A01", "")]
    assert over.standings[0].findings[0].place == hunan.field["单位名称"].address
    receipt = over.standings[0].receipt
    assert receipt is not None
    assert receipt.file == "1-2.xlsx"


def test_a_stranger_is_told_with_a_guess(hunan: Template) -> None:
    units = (ROADS, Unit("66", "信访局"))
    background = Background(steps=(Step("6", Change.RECODED, "66"),))
    over = seen(hunan, units, [Report("6", name="信访办"), Report("7", name="交通局"), Report("8")], background)
    assert [(one.unit, one.rule) for one in over.findings] == [("6", "A05"), ("7", "A05"), ("8", "A05")]
    assert "今年是66 信访局" in over.findings[0].message
    assert "单位代码是1" in over.findings[1].message


# --- all together ----------------------------------------------------------------------------------------------


def test_neither_the_order_of_units_nor_of_files_changes_what_is_found(hunan: Template) -> None:
    units, reports = peers([12, 11, 13, 12.5, 11.5, 12, 14, 60])
    reports = [replace(report, texts=(LONG, OTHER[: 40 + number])) for number, report in enumerate(reports)]
    first = seen(hunan, units, reports)
    again = seen(hunan, units[::-1], reports[::-1])
    messages = [
        sorted(str(one) for standing in over.standings for one in standing.findings) for over in (first, again)
    ]
    assert messages[0] == messages[1]


def test_every_code_is_in_the_catalogue_and_the_other_way_round() -> None:
    own = Path(catalogue.__file__)
    sources = (path for path in own.parent.glob("*.py") if path != own)
    code = re.compile(r'"([ADNX][0-9]{2}a?)"')
    used = {one for path in sources for one in code.findall(path.read_text("utf-8"))}
    assert used == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_is_complete_and_says_its_sentence(rule: Rule) -> None:
    assert all((rule.title, rule.found, rule.why, rule.right, rule.wrong))
    assert rule.level is Level.NOTICE or rule.remedy.endswith("。")
    names = {name for _, name, _, _ in Formatter().parse(rule.found + rule.remedy) if name and name != "label"}
    sentence = catalogue.say(rule.code, "1", **{name: f"<{name}>" for name in names}).message  # type: ignore[arg-type]
    assert "{" not in sentence
    assert all(f"<{name}>" in sentence for name in names)


def test_rules_of_comparing_are_explained_with_the_others() -> None:
    known = {rule.id for rule in rules([find("mof-project")])}
    assert set(RULES) <= known


def test_a_unit_whose_amounts_are_in_yuan_is_no_measure_and_what_follows_hangs_on_that(hunan: Template) -> None:
    spent, heads, opening = "人员经费_本年决算", "人员_在职人数", "三公经费_上年决算"
    units = tuple(Unit(f"{number}", f"单位{number}") for number in range(1, 14))
    accused = (Finding("A00", Level.ERROR, "像是按元填的", unit="1"),)
    reports = [
        Report(
            unit.code,
            {spent: 100 if number else 1_000_000, heads: 10, opening: 5},
            found=() if number else accused,
        )
        for number, unit in enumerate(units)
    ]
    known = {"1": Dossier((Known(opening, Decimal("0.0005"), "账"),))}
    found = seen(hunan, units, reports, Background(known))
    by_unit = {one.unit.code: [(f.rule, f.root) for f in one.findings] for one in found.standings}
    assert by_unit.pop("1") == [("X16", "A00")]
    assert not any(rule == "X20" for several in by_unit.values() for rule, _ in several)
