"""What is wrong in the example county: nine departments' mistakes, each of its kind, and one that was corrected.

A mistake is laid over a clean workbook. `rules` are the checks that find it; what hangs on it is among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from perfeval_xl.demo.real import COURT, EDUCATION, LAND, TOWNSHIP, TRANSPORT
from perfeval_xl.records.finding import Value
from perfeval_xl.records.submission import Key

Changes = dict[Key, Value]
"""What replaces a workbook's cells; None leaves one blank."""

ORDER, CIVIL, TRADE, MOUNTAIN, HEALTH = "308001", "321001", "309001", "413001", "323001"
_YEARS = ("上年决算", "本年预算", "本年决算")
_COLUMNS = ("上年决算", "年初预算", "全年预算", "本年决算")
_YUAN = 10_000
_OVERSIZED = Decimal(3)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One department's mistake. `unreadable` are cells for figures that hold words: reading finds them."""

    unit: str
    about: str
    rules: frozenset[str]
    changes: Callable[[Mapping[Key, Value]], Changes]
    unreadable: frozenset[str] = frozenset()


def with_changes(values: Mapping[Key, Value], changes: Changes) -> dict[Key, Value]:
    """Return the cells with some of them replaced or left blank."""
    changed = {**values, **changes}
    return {key: value for key, value in changed.items() if value is not None}


# --- the published ones ----------------------------------------------------------------------------------------


def _transport(_: Mapping[Key, Value]) -> Changes:
    """Put published totals over published parts; the report left out the rest of the projects."""
    project = dict(zip(_COLUMNS, ("10987.06", "9860.00", "11412.60", "11067.04"), strict=True))
    return {
        ("基本支出_上年决算", 0): Decimal("321.12"),
        **{(f"项目支出_{column}", 0): Decimal(amount) for column, amount in project.items()},
        ("项目总额_上年决算", 0): Decimal("10987.06"),
        ("项目总额_本年预算", 0): Decimal("9860.00"),
        ("项目总额_本年决算", 0): Decimal("11067.04"),
        **{(f"{row}_{year}", 0): None for row in ("运行维护", "其他资金", "政府采购") for year in _YEARS},
        **{
            (f"{row}_{column}", 0): None for row in ("运行维护经费", "专项资金", "其他项目") for column in _COLUMNS
        },
        ("人员经费_原因", 0): None,
        ("日常公用经费_原因", 0): "以前年度没有结清的费用在本年集中支付",
        ("项目支出_原因", 0): "在建项目的后续款项在本年支付",
        ("资金总额_年初预算", 0): Decimal("10114.60"),
        ("资金总额_全年预算", 0): Decimal("11878.20"),
        ("资金总额_全年执行", 0): Decimal("11520.76"),
        ("收入合计", 0): Decimal("11520.76"),
        ("收入_一般预算", 0): Decimal("11520.76"),
        ("支出合计", 0): Decimal("11520.76"),
    }


def _township(_: Mapping[Key, Value]) -> Changes:
    """Fill the fund block and 附件1 as published: details of the projects and the measures stay blank."""
    return {
        ("资金总额_年初预算", 0): Decimal("861.10"),
        ("资金总额_全年预算", 0): Decimal("2030.12"),
        ("资金总额_全年执行", 0): Decimal("2030.12"),
        ("收入合计", 0): Decimal("2030.12"),
        ("收入_一般预算", 0): Decimal("1325.68"),
        ("收入_政府基金", 0): Decimal("118.82"),
        ("收入_其他", 0): Decimal("585.62"),
        **{
            (f"{row}_{year}", 0): None
            for row in ("业务工作", "运行维护", "其他资金", "政府采购")
            for year in _YEARS
        },
        **{("专项_名称", row): None for row in (1, 2, 3)},
        **{(f"专项_{year}", row): None for row in (1, 2, 3) for year in _YEARS},
        ("基本调整_本年预算", 0): None,
        ("厉行节约措施", 0): None,
    }


def _education(_: Mapping[Key, Value]) -> Changes:
    """Leave great changes unexplained; no building was finished, which is answered with zeros."""
    zeros = ("批复规模", "实际规模", "预算投资", "实际投资")
    return {
        ("项目总额_上年决算", 0): Decimal("736.55"),
        ("项目支出_上年决算", 0): Decimal("736.55"),
        ("资金总额_年初预算", 0): Decimal("4678.50"),
        ("公车购置_上年决算", 0): None,
        ("公车运行_上年决算", 0): None,
        **{(f"楼堂馆所_{column}", 1): Decimal(0) for column in zeros},
    }


def _court(values: Mapping[Key, Value]) -> Changes:
    """Put the published total, 0.09 over its parts; 表4 has other amounts than 表1 for the same projects."""
    listed = {1: "411.95", 2: "6.00", 3: "195.00"}
    columns = ("年初预算", "年初财政拨款", "全年预算", "全年财政拨款", "全年执行", "执行财政拨款")
    return {
        ("基本支出_本年决算", 0): Decimal("2956.36"),
        ("支出_基本", 0): Decimal("2956.36"),
        ("支出合计", 0): Decimal("5560.46"),
        ("收入合计", 0): Decimal("5560.46"),
        ("收入_一般预算", 0): Decimal("5560.46"),
        ("资金总额_全年执行", 0): Decimal("5560.46"),
        **{(f"项目_{column}", row): Decimal(amount) for row, amount in listed.items() for column in columns},
        **{("项目_得分", row): 10 + _of_indicators(values, row) for row in listed},
    }


def _of_indicators(values: Mapping[Key, Value], project: int) -> Decimal:
    """Return what a project's indicators score together."""
    name = values["项目_名称", project]
    rows = [row for (column, row), value in values.items() if column == "项目指标_项目" and value == name]
    return sum((Decimal(str(values["项目指标_得分", row])) for row in rows), Decimal(0))


def _land(_: Mapping[Key, Value]) -> Changes:
    """Deduct points without a reason although all targets are reached; write a narrow equals sign."""
    weights_and_scores = {1: ("10", "9"), 2: ("20", "19"), 3: ("20", "19"), 4: ("30", "27"), 5: ("10", "10")}
    return {
        **{("指标_分值", row): Decimal(weight) for row, (weight, _) in weights_and_scores.items()},
        **{("指标_得分", row): Decimal(score) for row, (_, score) in weights_and_scores.items()},
        **{("指标_性质", row): "﹦" for row in (1, 2, 3)},
    }


# --- the invented ones -----------------------------------------------------------------------------------------


def _civil(_: Mapping[Key, Value]) -> Changes:
    """Write words in cells for figures."""
    return {("公务接待_本年决算", 0): "约1.3万元", ("政府采购_本年决算", 0): "见采购台账"}


def _order(values: Mapping[Key, Value]) -> Changes:
    """Make one indicator heavier than the whole allows."""
    weight, score = values["指标_分值", 1], values["指标_得分", 1]
    if not isinstance(weight, Decimal) or not isinstance(score, Decimal):
        raise TypeError("weights and scores are figures")
    return {("指标_分值", 1): weight + _OVERSIZED, ("指标_得分", 1): score + _OVERSIZED}


def _mountain(values: Mapping[Key, Value]) -> Changes:
    """Write this year's three public expenses in 元."""
    rows = ("三公经费", "公车经费", "公车运行", "公务接待")
    return {
        key: amount * _YUAN
        for key, amount in values.items()
        if key in {(f"{row}_本年决算", 0) for row in rows} and isinstance(amount, Decimal)
    }


def _trade(_: Mapping[Key, Value]) -> Changes:
    """Change nothing: the texts give full marks while a sixth of the budget was not spent."""
    return {}


def _health(values: Mapping[Key, Value]) -> Changes:
    """Leave two cells blank, drop a measure, and count one post more than there are on the second sheet."""
    return {
        ("单位负责人", 0): None,
        ("水电差旅_本年决算", 0): None,
        ("行政编制", 0): _one_more(values, "行政编制"),
        ("措施_标题", 2): None,
        ("措施_内容", 2): None,
    }


def _one_more(values: Mapping[Key, Value], name: str) -> Decimal:
    count = values[name, 0]
    if not isinstance(count, Decimal):
        raise TypeError("posts are counted")
    return count + 1


MISTAKES = (
    Mistake(
        COURT,
        "基本支出合计2956.36万元与人员、公用两项之和2956.27万元相差0.09万元",
        frozenset({"X03", "X05", "X07t", "X07z"}),
        _court,
    ),
    Mistake(
        EDUCATION,
        "项目支出、公用经费、政府采购与上年或预算相差很大，没有说明",
        frozenset({"B09", "B10", "B12", "X07s", "X22"}),
        _education,
    ),
    Mistake(
        TRANSPORT,
        "上年基本支出321.12万元与两项之和320.76万元相差0.36万元；项目支出分项漏填；离休人数多于在职人数",
        frozenset({"B03", "X03", "X04", "X05", "X05p", "X07t", "X11d"}),
        _transport,
    ),
    Mistake(
        LAND,
        "指标全部达标却扣了分，又没有写原因；目标与完成情况照抄项目名称；缺成本指标",
        frozenset({"D08", "D09", "D19", "D23", "D23z"}),
        _land,
    ),
    Mistake(ORDER, "产出指标的分值合计为53分，应为50分", frozenset({"D06"}), _order),
    Mistake(TRADE, "预算执行率83.60%，指标却全部得满分，自评偏高", frozenset({"D14", "D22"}), _trade),
    Mistake(
        CIVIL,
        "数字格里写了文字“约1.3万元”“见采购台账”",
        frozenset(),
        _civil,
        frozenset({"公务接待_本年决算", "政府采购_本年决算"}),
    ),
    Mistake(
        TOWNSHIP,
        "按收入、按支出两个口径的合计相差104.45万元；项目明细和节约措施空白；超编没有说明",
        frozenset({"B03", "B06", "B09", "B10", "D02r", "D02t", "F01", "X23"}),
        _township,
    ),
    Mistake(
        MOUNTAIN,
        "“三公”经费本年决算按元填写，比上年大近一万倍",
        frozenset({"A00c", "B01g", "B07", "B08", "B16"}),
        _mountain,
    ),
)
"""The nine mistakes that remain, in the order of the departments' codes."""

CORRECTED = Mistake(
    HEALTH,
    "第一次报送漏填两格，改进措施少于问题，编制总数与分项不符；第二次报送已改正",
    frozenset({"F01", "N08", "X11"}),
    _health,
)
"""The mistake of the first workbook of the department that reports twice."""
