"""Submissions sorted to their units and compared: who is told what, in which order, and who is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from small_template import Cell, record, template

from perfeval_xl.comparing.compare import Background, Compared, compared, overview, sorted_to_units, told
from perfeval_xl.comparing.thresholds import Thresholds
from perfeval_xl.records.contract import Aggregate, Role
from perfeval_xl.records.finding import Finding, Level, Value
from perfeval_xl.records.known import Dossier, Known
from perfeval_xl.records.standing import Overview
from perfeval_xl.records.succession import Change, Step
from perfeval_xl.records.summary_line import Part, Plays, SummaryLine
from perfeval_xl.records.unit import Part as ProjectOf
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt, Record

MADE = template(
    Cell("支出", aggregate=Aggregate.SUM),
    Cell("率", "rate", Role.COMPUTED, "表1!6", unit="%"),
    Cell("人数", "count", place="表1!7", unit="人"),
    Cell("总分", "score", Role.COMPUTED, "表1!8", unit="分"),
    Cell("项_额", place="表2!5", table="项"),
    Cell("收入", place="表1!9", aggregate=Aggregate.SUM),
    Cell("成效", "longtext", place="表3!5", table="文"),
    summary=(
        SummaryLine(Part.ROLE, Plays.SCORE, formula="总分"),
        SummaryLine(Part.ROLE, Plays.RATE, formula="率"),
        SummaryLine(Part.COMPARED, label="人均支出", formula="支出/人数"),
    ),
)
ROADS, SCHOOLS, WATER = Unit("1", "交通局"), Unit("2", "教育局"), Unit("3", "水利局")


def letters(count: int, first: int = 0) -> str:
    """Return so many characters of which no two are the same."""
    return "".join(chr(0x4E00 + first + number) for number in range(count))


@dataclass(frozen=True)
class Report:
    """A submission of a test; `hour` is when it was made."""

    unit: str
    values: Mapping[str, str] = field(default_factory=dict)
    amounts: Sequence[int] = ()
    texts: Sequence[str] = ()
    computed: Mapping[str, str] = field(default_factory=dict)
    found: tuple[Finding, ...] = ()
    name: str = ""
    hour: int = 0

    def record(self) -> Record:
        typed: dict[tuple[str, int], Value] = {(name, 0): Decimal(value) for name, value in self.values.items()}
        typed |= {("项_额", row): Decimal(value) for row, value in enumerate(self.amounts, 1)}
        typed |= {("成效", row): text for row, text in enumerate(self.texts, 1)}
        made = record(
            MADE, typed, {(name, 0): Decimal(value) for name, value in self.computed.items()}, unit=self.unit
        )
        assert made.submission
        return replace(
            made,
            file=f"{self.unit}-{self.hour}.xlsx",
            sha256=f"{self.unit}-{self.hour}",
            modified=made.modified + timedelta(hours=self.hour),
            submission=replace(made.submission, unit_name=self.name),
            verdict=replace(made.verdict, findings=self.found),
        )


def seen(units: Iterable[Unit], reports: Iterable[Report], background: Background | None = None) -> Overview:
    records = {made.file: made for made in (report.record() for report in reports)}
    receipts = [made.receipt for made in records.values()]
    return overview(units, receipts, MADE, lambda receipt: records[receipt.file], background)


def found(over: Overview) -> list[tuple[str, str]]:
    return [(one.unit, one.rule) for standing in over.standings for one in standing.findings]


def told_of(over: Overview, rule: str) -> list[str]:
    return [one.message for standing in over.standings for one in standing.findings if one.rule == rule]


def test_submissions_are_sorted_to_their_units_in_order_of_time() -> None:
    first, second, stranger = (
        Report(unit, hour=hour).record().receipt for unit, hour in (("2", 0), ("2", 1), ("9", 0))
    )
    unread = replace(first, file="扫描件.pdf", sha256="扫描件", readable=False, unit="")
    over = sorted_to_units([ROADS, SCHOOLS], [first, unread, stranger, second])
    assert [(one.unit, one.receipts) for one in over.standings] == [(ROADS, ()), (SCHOOLS, (first, second))]
    assert (over.strangers, over.rejected, over.findings) == ((stranger,), (unread,), ())


def test_what_was_found_is_told_where_units_stand() -> None:
    over = sorted_to_units([ROADS, SCHOOLS], [])
    one, other = (Finding(rule, Level.NOTICE, "") for rule in ("A01", "A05"))
    again = told(over, Compared({"1": (one,)}, (other,)))
    assert [standing.findings for standing in again.standings] == [(one,), ()]
    assert again.findings == (other,)


def test_what_sorting_told_stays_beside_what_comparing_found() -> None:
    over = sorted_to_units([ROADS], [])
    sorted_out, one = (Finding(rule, level, "") for rule, level in (("A12", Level.NOTICE), ("A02", Level.ERROR)))
    before = replace(over, standings=(replace(over.standings[0], findings=(sorted_out,)),))
    assert told(before, Compared({"1": (one,)}, ())).standings[0].findings == (one, sorted_out)
    assert told(before, Compared({}, ())).standings[0].findings == (sorted_out,)


def test_comparing_gives_the_findings_of_every_unit_and_stranger() -> None:
    report = Report("1", name="水利局").record()
    stranger = Report("9").record()
    over = sorted_to_units([ROADS, SCHOOLS], [report.receipt, stranger.receipt])
    contents = {"1": report, "9": stranger}
    result = compared(over, MADE, lambda receipt: contents[receipt.unit], Background())
    assert {code: [one.rule for one in several] for code, several in result.of_units.items()} == {
        "1": ["A02"],
        "2": [],
    }
    assert [one.rule for one in result.of_strangers] == ["A05"]


def test_a_code_that_lost_its_zeros_is_that_of_the_unit_in_all_that_follows() -> None:
    roads = Unit("007001", "交通局")
    known = Background({"007001": Dossier((Known("收入", Decimal(9), "账上"),))})
    over = seen([roads, SCHOOLS], [Report("7001", {"收入": "5"}, name="交通局")], known)
    assert (over.strangers, found(over)) == ((), [("007001", "X16")])
    assert over.standings[0].receipts[0].unit == "007001"


LIKE_SEVEN = [(("007", "08"), "1/007"), (("007", "07"), ""), (("7", "007"), "1/7")]


@pytest.mark.parametrize(("codes", "whose"), LIKE_SEVEN)
def test_so_is_that_of_a_project_where_no_other_is_like_it(codes: tuple[str, str], whose: str) -> None:
    projects = [replace(ROADS, part=ProjectOf(code, f"项目{code}")) for code in codes]
    receipt = replace(Report("1").record().receipt, part="7", part_name="养护")
    over = sorted_to_units(projects, [receipt])
    assert [one.unit.key for one in over.standings if one.receipt] == [whose] * bool(whose)
    assert [one.finding.rule for one in over.waiting] == ["A24"] * (not whose)


def test_findings_come_gravest_first_then_by_rule() -> None:
    background = Background({"1": Dossier((Known("收入", Decimal(9), "账上"),))})
    over = seen(
        [ROADS],
        [Report("1"), Report("1", {"收入": "5"}, name="水利局", computed={"率": "0.5", "总分": "100"}, hour=1)],
        background,
    )
    assert [rule for _, rule in found(over)] == ["A02", "D14", "D15", "D22", "X16", "A01"]


def test_whose_workbook_it_is_is_said_where_the_cover_says_otherwise() -> None:
    over = seen([ROADS, SCHOOLS, WATER], [Report("1", name="交通厅"), Report("2", name="教育局"), Report("3")])
    ((finding,), *others) = [standing.findings for standing in over.standings]
    assert (finding.rule, finding.unit, finding.value, finding.expected) == ("A02", "1", "交通厅", "交通局")
    assert "封面的单位名称是“交通厅”，名册中这个代码是“交通局”" in finding.message
    assert others == [(), ()]


def test_several_submissions_are_told_with_the_one_that_counts() -> None:
    over = seen([ROADS], [Report("1"), Report("1", hour=1), Report("1", hour=2)])
    assert told_of(over, "A01") == [
        "交通局报送了3次，以最后一次（1-2.xlsx）为准，以前的（1-0.xlsx、1-1.xlsx）已存入台账。"
    ]
    assert found(over) == [("1", "A01")]


@pytest.mark.parametrize(
    ("code", "name", "guess"),
    [
        ("9", "交通局", "名册中叫这个名称的单位代码是1。"),
        ("8", "信访办", "这是去年的代码，今年是2 教育局、3 水利局。"),
        ("8", "交通局", "名册中叫这个名称的单位代码是1。"),
        ("7", "信访办", ""),
        ("5", "信访办", ""),
        ("4", "", ""),
    ],
    ids=["by name", "by last year's code", "the name first", "heir not on the roster", "no heir", "nothing"],
)
def test_a_stranger_is_told_with_a_guess_whose_it_may_be(code: str, name: str, guess: str) -> None:
    changes = (("8", "2"), ("8", "3"), ("7", "77"), ("5", ""))
    steps = tuple(Step(old, Change.RECODED, new) for old, new in changes)
    namesake = Unit("6", "交通局")
    over = seen([ROADS, SCHOOLS, WATER, namesake], [Report(code, name=name)], Background(steps=steps))
    (finding,) = over.findings
    assert (finding.rule, finding.unit) == ("A05", code)
    start = f"{code}-0.xlsx的单位代码是“{code}”（{name or '没有写名称'}），不在名册中，没有计入汇总。"
    assert finding.message.startswith(f"{start}{guess}请核对代码")


# --- with each other -------------------------------------------------------------------------------------------

WHOLE, PART = Unit("9", "教育局（汇总）", gathers=True), Unit("91", "一中", superior="9")


def test_a_gathering_unit_is_compared_with_those_below_it() -> None:
    parts = [Report("91", {"收入": "100"})]
    assert found(seen([WHOLE, PART], [Report("9", {"收入": "100"}), *parts])) == []
    over = seen([WHOLE, PART], [Report("9", {"收入": "90"}), *parts])
    assert [(one.rule, one.value, one.expected) for one in over.standings[0].findings] == [("X18", 90, 100)]
    assert found(seen([WHOLE, PART], parts)) == [], "before it has reported"


def test_a_unit_out_of_line_is_told_unless_its_own_board_has_told_it() -> None:
    units = [Unit(f"{number}", f"单位{number}") for number in range(9)]
    reports = [Report(unit.code, {"支出": "10", "人数": "1"}) for unit in units[1:]]
    own = Finding("B01", Level.WARNING, "", field="支出")
    other = replace(own, field="人数")
    alone = Report("0", {"支出": "99", "人数": "1"})
    assert found(seen(units, [alone, *reports])) == [("0", "X20")]
    assert found(seen(units, [replace(alone, found=(own,)), *reports])) == []
    assert found(seen(units, [replace(alone, found=(other,)), *reports])) == [("0", "X20")]


def test_what_else_is_found_of_an_accused_field_is_told() -> None:
    own = Finding("B01", Level.WARNING, "", field="支出")
    reports = [Report("9", {"支出": "90"}, found=(own,)), Report("91", {"支出": "100"})]
    assert found(seen([WHOLE, PART], reports)) == [("9", "X18")]


def test_all_projects_with_full_marks_are_told() -> None:
    units = [Unit(f"{number}", f"项目{number}", "交通局") for number in range(3)]
    reports = [Report(unit.code, computed={"总分": "100", "率": "1"}) for unit in units]
    assert found(seen(units, reports)) == [("0", "D22a"), ("1", "D22a"), ("2", "D22a")]


def alike_amounts(count: int, *, gathers: bool = False) -> Overview:
    units = [Unit(f"{number}", f"单位{number}") for number in range(count)]
    units[-1] = replace(units[-1], gathers=gathers)
    return seen(units, [Report(unit.code, amounts=range(1, 12)) for unit in units])


def test_units_with_all_amounts_alike_are_told_of_each_other() -> None:
    messages = told_of(alike_amounts(2), "A06")
    assert [message.split("，")[0] for message in messages] == [
        "填报的11个数字与1 单位1的全部相同",
        "填报的11个数字与0 单位0的全部相同",
    ]
    assert alike_amounts(2).standings[0].findings[0].label == "数字相同"


def test_a_gathering_unit_or_one_alone_or_few_amounts_are_not_alike() -> None:
    assert found(alike_amounts(1)) == []
    assert told_of(alike_amounts(2, gathers=True), "A06") == []
    assert found(seen([ROADS, SCHOOLS], [Report(code, amounts=[1, 2]) for code in "12"])) == []


def test_five_others_are_named_and_more_are_counted() -> None:
    six, seven = (told_of(alike_amounts(count), "A06") for count in (6, 7))
    assert "与1 单位1、2 单位2、3 单位3、4 单位4、5 单位5的全部相同" in six[0]
    assert "与1 单位1、2 单位2、3 单位3、4 单位4、5 单位5等6个单位的全部相同" in seven[0]
    assert "与0 单位0、1 单位1、2 单位2、3 单位3、4 单位4等6个单位的全部相同" in seven[-1]


# --- texts -----------------------------------------------------------------------------------------------------

LONG = letters(150)


def test_texts_alike_are_told_with_the_passage_where_it_stands_and_all_others() -> None:
    short = letters(20, 500)
    reports = [Report("1", texts=(short, LONG)), Report("2", texts=(LONG, short[:15])), Report("3", texts=(LONG,))]
    over = seen([ROADS, SCHOOLS, WATER], reports)
    assert found(over) == [("1", "N07"), ("2", "N07"), ("3", "N07")]
    finding = over.standings[0].findings[0]
    assert (finding.place, finding.label) == (MADE.address(("成效", 2)), "文字雷同")
    quoted = f"“{LONG[:39]}…”、“{short[:15]}”"
    assert f"文字部分有91%与2 教育局的相同，例如{quoted}。与3 水利局的也有大段相同。" in finding.message
    assert f"与2 教育局的相同，例如“{LONG[:39]}…”。与1 交通局的也有" in over.standings[2].findings[0].message


def test_of_two_alike_nothing_is_said_of_others() -> None:
    message = told_of(seen([ROADS, SCHOOLS], [Report(code, texts=(LONG,)) for code in "12"]), "N07")[0]
    assert f"文字部分有100%与2 教育局的相同，例如“{LONG[:39]}…”。分不清哪个单位先报来。请按" in message


def test_a_gathering_unit_may_repeat_those_below_it() -> None:
    assert found(seen([WHOLE, PART], [Report(code, texts=(LONG,)) for code in ("9", "91")])) == []


def test_pieces_too_short_to_be_quoted_have_no_place() -> None:
    pieces = [letters(8, 20 * number) for number in range(16)]
    reports = [Report("1", texts=("".join(pieces),)), Report("2", texts=("".join(reversed(pieces)),))]
    over = seen([ROADS, SCHOOLS], reports, Background(thresholds=Thresholds(alike=Decimal("0.1"))))
    assert [one.place for standing in over.standings for one in standing.findings] == [None, None]


def past(text: str, alike: str = "0.5") -> Background:
    dossier = Dossier(last="101", texts=((("成效", 7), text),))
    return Background({"1": dossier}, Thresholds(alike=Decimal(alike)))


def test_texts_of_the_unit_s_own_last_year_are_told() -> None:
    short = letters(20, 500)
    over = seen([ROADS], [Report("1", texts=(short, LONG))], past(LONG + short[:15]))
    (finding,) = over.standings[0].findings
    assert (finding.rule, finding.unit, finding.label) == ("N10", "1", "文字雷同")
    assert finding.place == MADE.address(("成效", 2))
    quoted = f"“{LONG[:39]}…”、“{short[:15]}”"
    assert f"文字部分有92%与本单位去年（101）的相同，例如{quoted}。" in finding.message


def test_last_year_s_texts_may_be_alike_up_to_the_threshold() -> None:
    half = letters(84) + letters(40, 500)
    report = Report("1", texts=(letters(124),))
    assert found(seen([ROADS], [report], past(half))) == []
    assert found(seen([ROADS], [report], past(half, "0.49"))) == [("1", "N10")]
    assert found(seen([ROADS], [report])) == []


def test_last_year_s_pieces_too_short_to_be_quoted_have_no_place() -> None:
    pieces = [letters(8, 20 * number) for number in range(16)]
    report = Report("1", texts=("".join(pieces),))
    (finding,) = seen([ROADS], [report], past("".join(reversed(pieces)), "0.1")).standings[0].findings
    assert (finding.rule, finding.place) == ("N10", None)


def test_every_content_is_opened_once() -> None:
    records = {code: Report(code, texts=(LONG,), amounts=range(12)).record() for code in "12"}
    opened: list[str] = []

    def contents(receipt: Receipt) -> Record:
        opened.append(receipt.unit)
        return records[receipt.unit]

    overview([ROADS, SCHOOLS], [made.receipt for made in records.values()], MADE, contents)
    assert opened == ["1", "2"]
