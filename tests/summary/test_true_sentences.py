"""Whether sentences of the narrative are true where people have decided, money is left out, or figures are odd."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import libreoffice
import openpyxl
import pytest
from summary_cases import ACCEPT, EXEMPT, FINE, LEVEL, OK, REOPEN, SAID, Case, errors, settled
from summary_units import EVERY_SITUATION, spending, told

from perfeval_xl.records.act import Deed
from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.summary import bound, published, tables

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.summary.workbook import Computed

DEEP = Finding(
    "B09",
    Level.ERROR,
    (
        "公用经费决算不超过预算：406.67 与 228.40 前者大于后者，相差 178.27。公用经费决算超过了预算，请核对；"
        "确实超过的，请写明原因。"
    ),
    Address("表1 基础数据", 49, 7),
    label="公用经费决算不超过预算",
)
APART = Finding(
    "B03",
    Level.ERROR,
    "项目支出等于各项之和（上年决算）：35.00 与 40.50 不相等，相差 5.50。请核对。",
    Address("表1 基础数据", 14, 3),
    field="项目总额_上年决算",
    label="项目支出等于各项之和（上年决算）",
    value=Decimal(35),
    expected=Decimal("40.5"),
    difference=Decimal("-5.5"),
)
ROW = Finding(
    "D08",
    Level.ERROR,
    "绩效指标第3行，定量指标的得分按完成情况计算：9.00 与 10.00 不相等，相差 1.00。请核对。",
    Address("表3 整体自评", 18, 11),
    field="指标_得分",
    label="定量指标的得分按完成情况计算（不符的行数）",
    value=Decimal(9),
    expected=Decimal(10),
    difference=Decimal(-1),
)
PEERS = Finding(
    "X20",
    Level.WARNING,
    "在职人均公用经费是14.73万元，同类单位（8户）的中位数是2.92万元，是它的5.0倍。请核对金额的单位是不是万元。",
    label="在职人均公用经费",
)


@dataclass(frozen=True)
class Told:
    """What the narrative says of some units and what it does not."""

    cases: tuple[Case, ...]
    said: tuple[str, ...]
    unsaid: tuple[str, ...] = ()
    everything: bool = False


SITUATIONS: dict[str, Told] = {
    "an exempt unit that reported thirty errors": Told(
        (OK, Case(FINE, errors(30), deeds=(EXEMPT,))),
        ("单位1户，已全部报送。", "全部通过核对，没有发现问题。", "计入汇总的1户，年初预算100.00万元"),
        ("30", "第2局", "存在问题。"),
    ),
    "an exempt unit, everything added up": Told(
        (OK, Case(spending(700, 0.9), deeds=(EXEMPT,))),
        ("计入汇总的1户，年初预算100.00万元",),
        ("800.00",),
        everything=True,
    ),
    "accepted by hand among open ones": Told(
        (OK, Case(FINE, (*errors(10), LEVEL, LEVEL), deeds=(ACCEPT,)), Case(FINE, errors(5))),
        (
            "通过2户，还有1户没有通过；没有改正的错误5处（归并为1个原因），涉及第3局。",
            "审核决定采用的第2局，尚有错误10处、没有说明的事项2项。",
            "一是基础数据填报不准确，共5处（归并为1个原因），涉及第3局，",
        ),
        ("错误15处", "第2局、第3局"),
    ),
    "explained": Told(
        (OK, Case(FINE, (SAID,))),
        ("对已报的2户逐户核对，全部通过。", "核对中已经处理的：单位作了说明的事项1项。"),
        ("一是", "填报不准确", "没有说明"),
    ),
    "waived": Told(
        (Case(FINE, (LEVEL,), deeds=((Deed.WAIVE, "B12"),)),),
        ("全部通过。", "核对中已经处理的：财政部门决定不作要求的1项。"),
        ("作了说明", "一是"),
    ),
    "corrected after it went back": Told(
        (Case(FINE, (), before=errors(3)),),
        ("全部通过。", "核对中已经处理的：单位退回后改正错误3处。"),
        ("没有改正", "没有发现问题"),
    ),
    "reopened": Told(
        (OK, Case(FINE, deeds=(ACCEPT, REOPEN))),
        ("已报单位的数据核对没有发现问题，还有1户等待财政部门审核。", "报送了、还没有通过的1户（第2局）没有计入"),
        ("全部通过", "改正或说明"),
    ),
    "only doubts": Told(
        (OK, Case(FINE, (LEVEL, LEVEL))),
        ("通过1户，还有1户没有通过；须核实而没有说明的事项2项。",),
        ("没有改正的错误",),
    ),
    "consequences are not counted": Told(
        (Case(FINE, (*errors(1), *(replace(one, label="乙", root="B01 甲0") for one in errors(4)))),),
        ("没有改正的错误1处，涉及第1局。", "一是基础数据填报不准确，共1处，涉及第1局，"),
        ("5处", "4处"),
    ),
    "the largest has not passed": Told(
        (Case(spending(700, 0.95), errors(1)), Case(spending(300, 0.9))),
        (
            "计入汇总的1户，年初预算300.00万元，全年预算300.00万元，全年执行270.00万元，总体预算执行率90.00%",
            "没有通过的1户（第1局）没有计入，它们报来全年预算700.00万元、全年执行665.00万元（未经核实），全年预算占全部",
            "全部报来数的70.00%，连同它们执行率为93.50%。",
        ),
        ("1,000.00",),
    ),
    "a unit that gathers others": Told(
        (OK, Case(spending(100, 0.9), gathers=True)), ("计入汇总的1户", "已全部报送"), ("没有计入", "没有通过")
    ),
    "only a unit that gathers others": Told(
        (Case(FINE, gathers=True), Case()),
        ("通过核对的只有汇总户，汇总户的数不重复计入，暂时没有",),
        ("都还没有通过",),
    ),
    "everything, with figures that cannot be": Told(
        (OK, Case(spending(100, 0.9, 三公经费_本年决算=5000, 三公经费_上年决算=6000), errors(1))),
        (
            "注意：含未通过核对的1户，合计未经核实，只供测算，不得作为结果使用。",
            "“三公”经费支出5,000.00万元，大于全年执行数，报来的数有错，查清以前不能使用；",
        ),
        ("没有计入",),
        everything=True,
    ),
    "everything, all passed": Told((OK, OK), ("计入汇总的2户",), ("注意", "没有计入"), everything=True),
    "over a hundred per cent": Told(
        (Case(spending(100, 1.3, 90)), Case(spending(100, 1.3, 90))),
        (
            "全年执行数超过全年预算的有第1局、第2局",
            "先查明原因）",
            "查明超预算。对全年执行数超过全年预算的第1局、第2局，",
            "从现有数据还看不出可以写明的成效",
        ),
        ("较好", "至100%之间"),
    ),
    "all full marks": Told(
        (Case(spending(100, 1, 90)), Case(spending(100, 1, 90))),
        ("从自评质量看，各单位设置绩效指标2个，全部自评为满分；自评总分为满分的有第1局、第2局。这些得分以复核为准。",),
        ("达到年度指标值",),
    ),
    "one low of three": Told(
        (Case(spending(100, 0.5)), OK, OK),
        ("预算执行率低于80%的有第1局", "加快支出进度。执行率偏低的有第1局，"),
        ("偏慢",),
    ),
    "no budget is no rate": Told(
        (OK, Case({"资金总额_全年预算": 0, "资金总额_全年执行": 0})),
        ("预算执行率为90.00%。", "执行率在80%至100%之间的有1户。"),
        ("最低的是第2局（0.00%）", "0.00%）；"),
    ),
    "nothing spent": Told(
        (OK, Case(spending(100, 0)), Case({"资金总额_全年预算": 0})),
        ("最低的是第2局（0.00%）；低于80%的有第2局。",),
    ),
    "a hair less": Told(
        (Case(spending(100, 0.9, 三公经费_上年决算=8.09, 三公经费_本年决算=8)),),
        ("比上年减少0.09万元，下降1.11%",),
        ("成效见", "压减"),
    ),
    "shares that do not close": Told(
        (Case(spending(100, 1, 90)), OK, Case(spending(100, 0.6, 60))),
        ("优1户，占33.33%", "良1户，占33.33%", "中1户，占33.33%", "各项占比经过四舍五入，相加不等于100%。"),
    ),
    "shares that close": Told((OK, OK), ("良2户，占100.00%",), ("四舍五入",)),
    "funds beside the general budget": Told(
        (Case(spending(100, 1, 基本支出_本年决算=40, 项目支出_本年决算=35, 政府性基金_本年决算=25)),),
        (
            "基本支出和项目支出合计75.00万元，另有政府性基金、国有资本经营、社会保险基金预算支出25.00万元；与",
            "；与全年执行一致。",
        ),
    ),
    "sums that do not close": Told(
        (Case(spending(100, 1, 基本支出_本年决算=40, 项目支出_本年决算=35)),),
        ("基本支出和项目支出合计75.00万元；与全年执行相差25.00万元，", "差额的来由要看各单位的说明。"),
        ("另有", "待各单位说明"),
    ),
    "sums that close": Told(
        (Case(spending(100, 1, 基本支出_本年决算=40, 项目支出_本年决算=60)),),
        ("基本支出占40.00%",),
        ("相差", "一致"),
    ),
    "a case with its unit, its cell and its figures": Told(
        (OK, Case(FINE, (DEEP,)), Case(FINE, (DEEP, DEEP))),
        (
            "共3处（归并为2个原因），涉及2户（第3局、第2局），主要是公用经费决算数超过预算数；",
            "例如第2局（表1 基础数据 G49，公用经费决算不超过预算：406.67 与 228.40 前者大于后者，相差 178.27。",
            "公用经费决算超过了预算）。",
        ),
        ("没有做到", "不符合", "请核对"),
    ),
    "two figures and how far they are apart": Told(
        (Case(FINE, (APART,)),),
        (
            "主要是表1项目支出与四类分项之和不符；例如第1局（表1 基础数据 C14，上年决算：35.00万元，",
            "，比对照的40.50万元少5.50万元）。",
        ),
        (" 与 ", "不相等"),
    ),
    "a row of a table": Told(
        (Case(FINE, (ROW,)),),
        ("例如第1局（表3 整体自评 K18，绩效指标第3行：9.00", "，比对照的10.00", "少1.00"),
        ("不符的行数",),
    ),
    "one wrong figure breaks two rules": Told(
        (Case(FINE, (APART, replace(APART, rule="X04", label="项目支出"))), *(OK,) * 4),
        ("没有改正的错误2处（归并为1个原因），涉及第1局。", "是个别单位基础数据填报不准确，共1处，涉及第1局"),
        ("归并为0", "归并为2"),
    ),
    "one rule in many places": Told(
        (Case(FINE, errors(10)), *(OK,) * 9),
        ("没有改正的错误10处（归并为1个原因）", "一是个别单位基础数据填报不准确，共10处（归并为1个原因），"),
        ("部分单位", "多数单位"),
    ),
    "some units": Told(
        ((Case(FINE, errors(1)),) * 2 + (OK,) * 3), ("一是部分单位基础数据填报不准确，共2处，涉及2户",)
    ),
    "most units": Told(
        ((Case(FINE, errors(1)),) * 4 + (OK,)), ("一是多数单位基础数据填报不准确，共4处，涉及4户",), ("归并",)
    ),
    "few units are no share": Told((Case(FINE, errors(1)),), ("一是基础数据填报不准确",), ("个别", "多数")),
    "low, and explained": Told(
        (Case(spending(100, 0.5), (replace(SAID, rule="D15"),)), OK),
        ("执行率偏低的有第1局，其中第1局说明：“汛期停工，工程推迟”；要对照说明，加强预算编制",),
        ("分析原因",),
    ),
    "low, and not explained": Told((Case(spending(100, 0.5)), OK), ("第1局，要分析原因，加强",), ("已说明",)),
    "a subject is no demand": Told(
        (OK, Case(FINE, (PEERS,))),
        (
            "主要是数字与同类单位相差悬殊；例如第2局（在职人均公用经费是14.73万元，同类单位（8户）的中位数是2.92万元，",
            "，是它的5.0倍）。",
        ),
        ("不符合", "没有做到"),
    ),
    "a grade is the unit's own": Told(
        (Case(spending(100, 1, 90)), OK),
        ("自评得分平均94.50分", "（自评，未经复核）", "自评等级待复核确认以后再用：为优的，安排预算时优先保障；"),
        ("对等级为优的单位",),
    ),
    "good examples by figures": Told(
        (Case(spending(100, 0.97)), Case(spending(100, 0.97), errors(1)), Case(spending(100, 1.01))),
        ("预算执行率在95%以上、没有超预算并通过核对的有第1局。",),
        ("通过核对的有第1局、",),
    ),
}  # fmt: skip
NEVER = re.compile(r"(增加|增长|减少|下降)-|(?<![0-9])0[户个处项]|，，|；；|；。|，。|。。|：。|（）|#")


@pytest.fixture(scope="module")
def computed() -> dict[str, Computed]:
    return {name: settled(*one.cases, everything=one.everything) for name, one in SITUATIONS.items()}


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_said_is_true_and_nothing_false_is_said(name: str, computed: dict[str, Computed]) -> None:
    text, one = told(computed[name]), SITUATIONS[name]
    assert [part for part in one.said if part not in text] == [], text
    assert [part for part in one.unsaid if part in text] == [], text
    assert not NEVER.search(text), text


def shown(data: bytes, sheet: str) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    rows = book[sheet].iter_rows(values_only=True)
    return "\n".join("｜".join(str(value) for value in row if value is not None) for row in rows)


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_copy_for_others_names_nobody_beside_a_fault(name: str, computed: dict[str, Computed]) -> None:
    data = published(computed[name])
    text = shown(data, "汇总报告").partition("、存在问题")[2]
    assert not re.search("第[0-9]+局", text.replace(missing(computed[name]), "")), text
    assert "抽查名单" not in text, "it does not hold that list"
    assert not NEVER.search(text), text
    states = shown(data, "报送情况").partition("采用的文件")[2]
    assert not re.search("有错误|待说明|待审", states), states


def missing(computed: Computed) -> str:
    """Return how those are named who have not reported: the copy for others lists them, too."""
    standings = computed.material.overview.standings
    return "、".join(one.unit.name for one in standings if one.state == "未报")


def test_every_sheet_says_that_it_adds_up_what_has_not_passed(computed: dict[str, Computed]) -> None:
    one = computed["everything, with figures that cannot be"]
    for data in (bound(one), published(one)):
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        silent = [
            sheet.title
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
            and not any("含未通过核对的1户" in str(cell.value) for row in sheet["A1:B3"] for cell in row)
        ]
        assert silent == []
    assert not [sheet for sheet in book.sheetnames if sheet == "_公开"]
    assert "含未通过核对" not in shown(bound(computed["explained"]), "汇总表")


def test_what_the_lists_show_of_an_exempt_unit(computed: dict[str, Computed]) -> None:
    one = computed["an exempt unit that reported thirty errors"]
    data = bound(one)
    assert shown(data, "核对结果").count("｜免报不计｜") == 30
    assert "第2局" not in shown(data, "问题归类")
    row = next(line for line in shown(data, "报送情况").splitlines() if "000002" in line)
    assert "30" not in row
    assert row.count("免报") == 2, "its state, and that it is not added up for that reason"
    assert [block for block in tables(one) if "30" in str(block)] == []


@pytest.mark.libreoffice
@libreoffice.needed
def test_libreoffice_says_the_same(tmp_path: Path, computed: dict[str, Computed]) -> None:
    files = []
    for number, one in enumerate([*computed.values()][::EVERY_SITUATION]):
        files.append(tmp_path / f"{number}.xlsx")
        files[-1].write_bytes(bound(one))
    for ours, theirs in zip(files, libreoffice.convert(files, tmp_path), strict=True):
        assert libreoffice.differences(ours, theirs) == [], ours
