"""The example county: how many report, that what is meant to be clean is clean, and that each mistake is found."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from perfeval_xl.checking.check import Checker
from perfeval_xl.demo import NOTES, Filing, filings, mistakes, real, texts, units
from perfeval_xl.records.contract import Role, Template
from perfeval_xl.records.finding import Level, Value
from perfeval_xl.records.submission import Entry, Key, Submission
from perfeval_xl.records.verdict import Status, Verdict, status_of
from perfeval_xl.template.load import load
from perfeval_xl.wording.numbers import NOT_APPLICABLE

ROOT = Path(__file__).parents[2]
TODAY = date(2024, 4, 1)
WRONG = {mistake.unit: mistake for mistake in mistakes.MISTAKES}
FIRST = mistakes.CORRECTED
SILENT = {"111001", "115001"}


@cache
def template() -> Template:
    return load((ROOT / "workbook_templates/hunan-2023/hunan-2023.xlsx").read_bytes())


@cache
def checker() -> Checker:
    return Checker(template(), TODAY)


def is_readable(key: Key, value: Value) -> bool:
    field = template().field[key[0]]
    return not (field.kind.numeric and isinstance(value, str)) or (field.nullable and value == NOT_APPLICABLE)


def submission(filing: Filing) -> Submission:
    """Read a filing as if every cell were understood, except words in cells for figures."""
    inputs = {key: value for key, value in filing.values.items() if not key[0].startswith("说明_")}
    unit = next(unit for unit in units() if unit.code == filing.unit)
    return Submission(
        file=filing.file,
        template=template().id,
        version=template().version,
        unit_code=unit.code,
        unit_name=unit.name,
        entries=tuple(
            Entry(*key, template().address(key), str(value), value) for key, value in filing.values.items()
        ),
        unreadable=frozenset(key for key, value in inputs.items() if not is_readable(key, value)),
        explanations={
            name.removeprefix("说明_"): str(value)
            for (name, _), value in filing.values.items()
            if name.startswith("说明_")
        },
        filled=len(filing.values),
    )


@cache
def verdicts() -> dict[str, Verdict]:
    return {filing.file: checker().check(submission(filing)) for filing in filings()}


def owed(verdict: Verdict) -> set[str]:
    """The rules of all findings that neither an explanation nor a notice settles."""
    return {
        finding.rule
        for finding in verdict.findings
        if finding.level is not Level.NOTICE and not finding.explanation
    }


def cases() -> list[tuple[Filing, mistakes.Mistake | None]]:
    first = next(filing for filing in filings() if filing.about == FIRST.about)
    return [(filing, FIRST if filing is first else WRONG.get(filing.unit)) for filing in filings()]


def test_forty_of_forty_two_report_and_one_of_them_twice() -> None:
    reported = Counter(filing.unit for filing in filings())
    assert len(units()) == len({unit.code for unit in units()}) == len({unit.name for unit in units()}) == 42
    assert len(filings()) == 41
    assert {unit.code for unit in units()} - reported.keys() == SILENT
    assert [code for code, count in reported.items() if count > 1] == [FIRST.unit]


def test_every_department_has_a_section_a_parent_a_contact_and_a_phone_of_its_own() -> None:
    assert {unit.section for unit in units()} == {"预算股", "教科文股", "农业股", "经建股", "社保股", "行政政法股"}
    assert {unit.parent for unit in units()} <= {unit.name for unit in units()}
    assert len({unit.contact for unit in units()}) == len({unit.phone for unit in units()}) == 42


def test_files_have_different_names_and_the_corrected_one_arrives_after_the_first() -> None:
    assert len({filing.file for filing in filings()}) == 41
    twice = [filing for filing in filings() if filing.unit == FIRST.unit]
    assert [bool(filing.about) for filing in twice] == [True, False]


def test_nine_departments_keep_a_mistake_each_found_by_other_rules() -> None:
    wrong = [filing.unit for filing in filings() if filing.about and filing.about != FIRST.about]
    assert sorted(wrong) == sorted(WRONG)
    assert len(wrong) == 9
    assert len({(mistake.rules, mistake.unreadable) for mistake in mistakes.MISTAKES}) == 9


@pytest.mark.parametrize(("filing", "mistake"), cases(), ids=[filing.file for filing in filings()])
def test_the_clean_are_accepted_and_each_mistake_raises_exactly_its_rules(
    filing: Filing, mistake: mistakes.Mistake | None
) -> None:
    verdict = verdicts()[filing.file]
    unreadable = {name for name, _ in submission(filing).unreadable}
    assert owed(verdict) == (mistake.rules if mistake else set()), [str(found) for found in verdict.findings]
    assert unreadable == (mistake.unreadable if mistake else set())
    assert bool(filing.about) == (mistake is not None)
    if not unreadable:
        assert (status_of(verdict.findings) is Status.ACCEPTED) == (mistake is None)


def test_words_in_cells_for_figures_leave_checks_unjudged() -> None:
    filing = next(filing for filing in filings() if filing.unit == mistakes.CIVIL)
    assert {"B01_3", "B12"} <= set(verdicts()[filing.file].not_evaluated)


def test_several_departments_have_explained_what_stands_out() -> None:
    explained = {
        filing.unit: {found.rule for found in verdicts()[filing.file].findings if found.explanation}
        for filing in filings()
    }
    assert {code: rules for code, rules in explained.items() if rules} == {
        "109001": {"B12"},
        "201002": {"X02"},
        "301001": {"B10"},
        "303001": {"D15"},
        "310001": {"B08", "B10"},
        "323002": {"X02"},
        "414001": {"B06"},
    }


def test_every_explanation_answers_a_warning() -> None:
    for filing in filings():
        answered = {found.explanation for found in verdicts()[filing.file].findings if found.explanation}
        assert answered == {value for (name, _), value in filing.values.items() if name.startswith("说明_")}


def test_grades_and_rates_of_execution_are_spread() -> None:
    accepted = [verdicts()[filing.file].computed for filing in filings() if not filing.about]
    grades = Counter(values["自评等级", 0] for values in accepted)
    rates = sorted(Decimal(str(values["资金总额_执行率", 0])) for values in accepted)
    assert grades["优"] > grades["良"] > grades["中"] >= 1
    assert (rates[0], rates[-1]) == (Decimal("0.785"), Decimal(1))


def test_every_department_has_the_asked_sizes() -> None:
    for filing in filings():
        indicators = sum(name == "指标_三级" for name, _ in filing.values)
        projects = sum(name == "项目_名称" for name, _ in filing.values)
        if filing.unit not in (real.LAND, real.EDUCATION):
            assert 10 <= indicators <= 16, filing.file
            assert 1 <= projects <= 6, filing.file


def test_fills_fit_the_template_and_are_typed_by_departments() -> None:
    for filing in filings():
        for name, row in filing.values:
            field = template().field[name]
            assert row in template().rows(field), (filing.file, name, row)
            assert field.role in (Role.INPUT, Role.EXPLANATION), name


def test_choices_are_those_of_the_list_except_the_narrow_sign() -> None:
    strange = {
        (filing.unit, value)
        for filing in filings()
        for (name, _), value in filing.values.items()
        if template().field[name].options and value not in template().field[name].options
    }
    assert strange == {(real.LAND, "﹦")}


def test_the_transport_office_carries_the_published_figures() -> None:
    values = next(filing for filing in filings() if filing.unit == real.TRANSPORT).values
    published = {
        "基本支出_本年决算": "453.72",
        "人员经费_本年决算": "161.21",
        "日常公用经费_本年决算": "292.51",
        "基本支出_上年决算": "321.12",
        "人员经费_上年决算": "243.27",
        "日常公用经费_上年决算": "77.49",
        "项目支出_本年决算": "11067.04",
        "项目支出_上年决算": "10987.06",
        "业务工作经费_本年决算": "40",
        "业务工作经费_上年决算": "35",
        "人员_编制数": "6",
        "行政编制": "3",
        "事业编制": "3",
        "人员_在职人数": "6",
        "离休人数": "14",
        "机构个数": "6",
    }
    assert {name: values[name, 0] for name in published} == {
        name: Decimal(text) for name, text in published.items()
    }
    assert ("专项资金_本年决算", 0) not in values


def test_the_gap_of_the_transport_office_is_named_with_its_difference() -> None:
    filing = next(filing for filing in filings() if filing.unit == real.TRANSPORT)
    gaps = [found for found in verdicts()[filing.file].findings if found.rule == "X03"]
    assert [(found.value, found.expected, found.difference) for found in gaps] == [
        (Decimal("321.12"), Decimal("320.76"), Decimal("0.36"))
    ]


def test_a_clean_department_answers_with_a_text_that_looks_like_a_formula() -> None:
    answers = {
        filing.unit: value
        for filing in filings()
        for value in filing.values.values()
        if str(value).startswith("=按")
    }
    assert answers == {"117001": "=按上级规定执行"}


def test_amounts_have_two_decimals_except_the_published_four() -> None:
    fine = {
        (filing.unit, name)
        for filing in filings()
        for (name, _), value in filing.values.items()
        if isinstance(value, Decimal)
        and template().field[name].kind.id == "money"
        and value != value.quantize(Decimal("0.01"))
    }
    assert {unit for unit, _ in fine} == {real.EDUCATION}


def test_no_two_departments_share_a_sentence() -> None:
    names = {
        "职能_内容",
        "预期目标",
        "实际完成情况",
        "成效_内容",
        "问题_内容",
        "措施_内容",
        "厉行节约措施",
        "项目_完成情况",
    }
    said: dict[str, set[str]] = {}
    for filing in filings():
        for (name, _), value in filing.values.items():
            if name in names:
                said.setdefault(str(value), set()).add(filing.unit)
    assert not {text: codes for text, codes in said.items() if len(codes) > 1}


def test_nothing_is_out_of_date() -> None:
    for filing in filings():
        for key, value in filing.values.items():
            assert not any(word in str(value) for word in ("预计", "截至", "疫情")), (filing.file, key)


def test_published_figures_are_told_in_the_notes() -> None:
    assert {office.code for office in texts.offices().values()} == {unit.code for unit in units()} - SILENT
    for code in (*WRONG, FIRST.unit, *SILENT):
        assert next(unit.name for unit in units() if unit.code == code) in NOTES


def test_every_run_gives_the_same() -> None:
    script = "from perfeval_xl.demo import filings; print(repr(filings()))"
    runs = {
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
