"""What the one page says first: each line true in its situation, and its sums those of the figures themselves."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date

import openpyxl
import pytest
from summary_cases import ACCEPT, EXEMPT, FINE, LEVEL, OK, SAID, Case, errors, settled
from summary_units import found, spending

from perfeval_xl.records.act import Deed
from perfeval_xl.summary import bound, brief, published, tables
from perfeval_xl.summary.workbook import Computed

LATE, DUE = date(2024, 3, 20), date(2024, 3, 1)
THREE = {
    "三公经费_本年决算": 12.0,
    "三公经费_本年预算": 13.0,
    "三公经费_上年决算": 10.0,
}  # fmt: skip
RISE = replace(found("B08"), level=LEVEL.level, explanation="报废更新防火指挥车1辆。")
PROJECTS = {
    ("项目_名称", 1): "堤防加固",
    ("项目_全年预算", 1): 60.0,
    ("项目_全年执行", 1): 30.0,
    ("项目_执行率", 1): 0.5,
    ("项目_名称", 2): "管护",
    ("项目_全年预算", 2): 40.0,
    ("项目_全年执行", 2): 40.0,
    ("项目_执行率", 2): 1.0,
}


@dataclass(frozen=True)
class Page:
    """Units, and by its heading what a line says; None where it does not stand there."""

    cases: tuple[Case, ...]
    lines: dict[str, str | None]
    everything: bool = False


SITUATIONS: dict[str, Page] = {
    "nobody is asked": Page((), {"报送": None, "核对": None, "资金": None, "期限": None, "自评等级": None}),
    "nobody has reported": Page(
        (Case(), Case()),
        {
            "报送": "应报2户，还没有单位报送。",
            "核对": None,
            "资金": None,
            "期限": "报送截止2024年3月1日；还没有单位报送；到期没有报的2户（第1局、第2局）。",
        },
    ),
    "all passed at once": Page(
        (OK, OK),
        {
            "报送": "应报2户，已全部报送。",
            "核对": "已报的2户中，第一次报送就通过2户。",
            "资金": "计入汇总的2户，全年预算200.00万元，全年执行180.00万元，执行率90.00%。",
            "自评等级": "良2户、200.00万元（自评，未经复核）。",
            "没有执行的钱": "有2户没有执行完，共20.00万元：第1局10.00万元、第2局10.00万元。",
            "没有改正的问题": None,
            "核实说明": None,
            "期限": "报送截止2024年3月1日；已报的都在截止以前。",
        },
    ),
    "each in its own state": Page(
        (
            OK,
            Case(FINE, (), before=errors(2)),
            Case(FINE, (*errors(3), LEVEL), deeds=(ACCEPT,)),
            Case({**spending(500, 1, 90), "自评等级": "优"}, errors(4)),
            Case(FINE, (LEVEL,)),
            Case(FINE, deeds=(ACCEPT, (Deed.REOPEN, ""))),
            Case(),
            Case(FINE, errors(9), deeds=(EXEMPT,)),
        ),
        {
            "报送": "应报7户，已报6户，未报1户（第7局）。",
            "核对": "已报的6户中，第一次报送就通过2户；改后再报才通过1户（第2局）；"
            "通过的户中有问题没有改、审核决定采用1户（第3局）；有错误没有通过1户（第4局）；待说明没有通过1户（第5局）；等待审核1户（第6局）。",
            "资金": "计入汇总的3户，全年预算300.00万元，全年执行270.00万元，执行率90.00%；"
            "没有计入的3户（第4局、第5局、第6局）报来全年预算700.00万元、全年执行680.00万元，未经核实，连同它们执行率为95.00%。",
            "自评等级": "良3户、300.00万元（自评，未经复核）；"
            "没有通过、没有计入的单位中，自评为优的有1户（第4局）。",
            "没有改正的问题": "错误4处（归并为1个原因）；没有说明的事项1项，"
            "最普遍的是基础数据填报不准确（2户5处）。",
        },
    ),
    "explained": Page(
        (OK, Case(FINE, (SAID,)), Case(FINE, (replace(SAID), *errors(1)))),
        {"核实说明": "单位作了说明的事项2项，其中1项所在单位已通过，说明已采用，1项所在单位还没有通过。"},
    ),
    "one holds nearly all that is left": Page(
        (Case(spending(9000, 0.5)), Case(spending(6000, 0.9)), *(OK,) * 3),
        {
            "资金": "计入汇总的5户，全年预算1.53亿元，全年执行1.02亿元，执行率66.47%。",
            "没有执行的钱": "有5户没有执行完，共5,130.00万元：第1局4,500.00万元、第2局600.00万元、第3局10.00万元；"
            "最多的3户占99.61%。",
            "要过问的单位": "执行率低于80%的1户（第1局）；得分率明显高于执行率的1户（第1局）。",
        },
    ),
    "over the budget": Page(
        (Case(spending(100, 1.3, 90)),),
        {"没有执行的钱": None, "要过问的单位": "执行数超过预算的1户（第1局）。", "执行好的单位": None},
    ),
    "low grades are gone over": Page(
        (Case({**spending(100, 0.9, 60), "自评等级": "中"}), *(OK,) * 8),
        {"抽查": "第1局（自评等级为中、差；资金量居前）"},
    ),
    "no projects": Page((OK,), {"项目": None, "“三公”经费": None, "基本、项目、专项支出": None}),
    "projects": Page(
        (Case({**FINE, **PROJECTS}),),
        {
            "项目": "纳入自评的项目2个，全年预算100.00万元、执行70.00万元，执行率70.00%；执行率低于80%的有1个，"
            "全年预算60.00万元。"
        },
    ),
    "more for the three public expenses, with a cause": Page(
        (Case({**FINE, **THREE}, (RISE,)),),
        {
            "“三公”经费": "决算12.00万元，预算13.00万元，少于预算1.00万元；比上年增加2.00万元，增长20.00%；"
            "说明了增加原因的有1项，如第1局：“报废更新防火指挥车1辆”。"
        },
    ),
    "basic, projects, special": Page(
        (
            Case(
                spending(
                    100,
                    0.9,
                    基本支出_全年预算=50,
                    基本支出_本年决算=50,
                    项目支出_全年预算=50,
                    项目支出_本年决算=40,
                    专项资金_全年预算=20,
                    专项资金_本年决算=10,
                )
            ),
        ),
        {
            "基本、项目、专项支出": "一般公共预算：基本支出全年预算50.00万元、决算50.00万元，执行率100.00%；"
            "项目支出全年预算50.00万元、决算40.00万元，执行率80.00%；"
            "项目支出中专项资金全年预算20.00万元、决算10.00万元，执行率50.00%。"
        },
    ),
    "everything": Page(
        (OK, Case(FINE, errors(1))),
        {"资金": "计入汇总的2户，全年预算200.00万元，全年执行180.00万元，执行率90.00%。"},
        everything=True,
    ),
}


@pytest.fixture(scope="module")
def computed() -> dict[str, Computed]:
    return {
        name: settled(*one.cases, everything=one.everything, as_of=LATE, deadline=DUE)
        for name, one in SITUATIONS.items()
    }


@pytest.mark.parametrize("name", SITUATIONS)
def test_each_line_is_true(name: str, computed: dict[str, Computed]) -> None:
    lines = dict(brief(computed[name]))
    for heading, said in SITUATIONS[name].lines.items():
        if said is None:
            assert heading not in lines
        else:
            assert said in lines[heading]


@pytest.mark.parametrize("name", SITUATIONS)
def test_its_sums_are_those_of_the_figures(name: str, computed: dict[str, Computed]) -> None:
    """Add up in Python what units typed, by the state that each is in, whatever the formulas say."""
    one = SITUATIONS[name]
    standings = computed[name].material.overview.standings
    sums = {"是": [0.0, 0.0], "否": [0.0, 0.0]}
    for case, standing in zip(one.cases, standings, strict=True):
        if case.figures is not None and standing.state != "免报":
            counted = sums["是" if standing.passed or one.everything else "否"]
            counted[0] += float(str(case.figures["资金总额_全年预算"]))
            counted[1] += float(str(case.figures["资金总额_全年执行"]))
    said = dict(brief(computed[name])).get("资金", "")
    told = [amount for amounts in sums.values() for amount in amounts if amount]
    assert [amount for amount in told if _in_words(amount) not in said] == [], said


def _in_words(amount: float) -> str:
    return f"{amount / 10_000:,.2f}亿元" if amount >= 10_000 else f"{amount:,.2f}万元"


def test_the_copy_for_others_names_nobody_beside_a_fault(computed: dict[str, Computed]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(published(computed["each in its own state"])), data_only=True)
    text = "\n".join(str(row[1]) for row in book["一页概览"].iter_rows(min_row=5, values_only=True))
    assert "有错误没有通过1户；" in text
    assert "第4局" not in text
    assert "第7局" in text, "who has not reported stands in the list of that copy, too"


def test_it_is_one_page_and_lines_without_words_are_not_seen(computed: dict[str, Computed]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(bound(computed["all passed at once"])))["一页概览"]
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight in (None, 1), "one page is what a file means that says nothing"
    hidden = {sheet.cell(row, 1).value for row, size in sheet.row_dimensions.items() if size.hidden}
    assert {"核实说明", "没有改正的问题"} <= hidden
    assert "资金" not in hidden


def test_the_report_on_paper_has_it_first(computed: dict[str, Computed]) -> None:
    blocks = tables(computed["all passed at once"])
    assert "一页概览" in str(blocks[0])
    assert "执行率90.00%" in str(blocks[1])
