"""Every rule of comparing submissions as one record: level, sentence, what to do, why, one example each way.

The only source of these sentences: findings take them from here, and so does whoever prints the rules.
"""

from __future__ import annotations

from decimal import Decimal

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import Field
from perfeval_xl.records.finding import Finding, Level, Related, Value, difference_between
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.rule import Rule

_W, _N = Level.WARNING, Level.NOTICE
_MOST_DECIMALS = 6
_EXPLAIN = "属实的，请在“核对意见”的说明栏写明原因。"

_RECORDS = (
    Rule(
        "A01",
        _N,
        "同一单位报送了不止一次",
        "{name}报送了{times}次，以最后一次（{last}）为准，以前的（{former}）已存入台账。",
        "",
        "以最后一次为准，以前的都留在台账中；如果不该以最后一次为准，请单位重新报送。",
        "报送一次",
        "报送两次",
    ),
    Rule(
        "A02",
        Level.ERROR,
        "封面的单位名称与名册一致",
        "封面的单位名称是“{written}”，名册中这个代码是“{name}”，",
        "请确认没有用错别的单位的文件，用财政部门发给本单位的工作簿填报。",
        "代码与名称对不上，可能用错了别的单位的文件。",
        "单位名称与名册相同",
        "封面写着另一个单位的名称",
    ),
    Rule(
        "A03",
        _N,
        "工作簿里的财政数与财政部门现在的数一致",
        "{label}：工作簿里财政提供的数是{written}，财政部门现在的数是{known}（{source}），发放以后改过。",
        "核对时以财政部门现在的数为准；退回的工作簿里会换成现在的数。",
        "发放以后控制数可能调整，被锁定的格子也可能被单位改动。",
        "表7 基本支出年初预算 1100.00，控制数 1100.00",
        "表7 基本支出年初预算 1000.00，控制数 1100.00",
    ),
    Rule(
        "A05",
        _W,
        "报送的单位在名册中",
        "{file}的单位代码是“{code}”（{name}），不在名册中，没有计入汇总。{guess}",
        "请核对代码；应当报送的，请补进名册后重新收取。",
        "名册以外的文件不属于任何应报单位，不能计入合计。",
        "代码 402001，名册中有 402001",
        "代码 402999，名册中没有",
    ),
    Rule(
        "A06",
        _W,
        "各单位的数字不相同",
        "填报的{count}个数字与{others}的全部相同，{first}。",
        "请核对是否用错了别的单位的文件，或照抄了数字。" + _EXPLAIN,
        "两个单位的几十个金额不会每个都相同，多半是改了封面就报了别的单位的文件。",
        "两个单位的金额各不相同",
        "两个单位几十个金额完全相同",
    ),
    Rule(
        "A07",
        Level.ERROR,
        "文件是哪个单位的，各处说法一致",
        "{file}：{signs}。分不清是哪个单位的，没有采用，以前报来的照旧。",
        "请问清是哪个单位的：用 claim 认领给它，或者用 ignore 不处理。",
        "填报标识、发放序号、封面、文件名说的要是同一个单位；用别的单位的工作簿填报，会冲掉那个单位的数。",
        "402001 的工作簿，文件名是“402001 交通局.xlsx”",
        "402001 的工作簿，文件名是“402002 教育局.xlsx”",
    ),
    Rule(
        "A08",
        _N,
        "同样内容的文件没有再次报来",
        "{file}与{first}内容完全相同，以前收到过，不算新的报送。",
        "",
        "同一份文件换个名称再报来，不会冲掉后来的改正。要重新采用以前的那一份，请把后来的用 ignore 不处理。",
        "改正后重报",
        "把上次的文件又报来一遍",
    ),
    Rule(
        "A09",
        _W,
        "审核通过以后没有再报来",
        "{name}的{accepted}已由{by}审核通过，又来了{file}，没有替换。",
        "要采用新的：accept 审核通过，或者 claim 认领后照常核对；不采用的，用 ignore 不处理。",
        "人审核通过的，只有人能换。",
        "审核通过以后没有再报",
        "审核通过以后又报来改过的工作簿",
    ),
    Rule(
        "A10",
        _W,
        "免报的单位没有报来",
        "{name}免报，却来了{file}，没有采用。",
        "确实是它的，用 claim 认领，只留存；是别的单位的，用 claim 认领给那个单位；不用管的，用 ignore 不处理。",
        "免报单位的工作簿可能是别的单位拿去填的。",
        "免报单位没有报",
        "文件带着免报单位的填报标识",
    ),
    Rule(
        "A11",
        _W,
        "同一次收到的几份分得清先后",
        "{name}在同一次收取里有几份分不清先后：{file}（{at}）和{others}{wrong}，都没有采用，以前报来的照旧。",
        "请问清哪一份是最后的，用 claim 认领它；也可以把其余的用 ignore 不处理。",
        "同一次收取的以文件时间为准；时间相同，或在收到以后（电脑的日期不对），就分不清。",
        "初稿 3月1日，修改稿 3月5日",
        "两份的时间相同",
    ),
    Rule(
        "A12",
        _N,
        "联系人与名册一致",
        "{file}的联系人和电话（{said}）是名册中{others}的；别处都说是{name}的，按{name}采用。",
        "请留意是不是别的单位拿错了工作簿；换了联系人或一人管几家的，请在名册中更正。",
        "联系人会换，也有一人管几家的，只能作为旁证，不能定文件是哪个单位的。",
        "联系人是本单位在名册中的联系人",
        "联系人和电话是名册中另一个单位的",
    ),
    Rule(
        "A20",
        Level.ERROR,
        "一个单位代码下不混着几个不同的项目",
        "{name}报来了{count}个不同{what}的工作簿（{names}），名册工作簿里没有列出这个单位的{what}，"
        "分不清是几个{what}还是一个改了名称，没有采用，也没有退回。",
        "请财政部门在名册工作簿的“{what}名册”表中列出每个{what}，再运行 collect；"
        "确实只有一个、只是改了名称的，用 accept 审核通过最后一份，或用 ignore 去掉多余的文件。",
        "几个项目的工作簿若当成一个单位的几次报送，后来的会盖掉先来的。",
        "名册中列出三个项目，三份工作簿各归各的项目",
        "名册中没有列出项目，同一单位报来三个项目的工作簿",
    ),
    Rule(
        "A21",
        _W,
        "报送的项目在项目名册中",
        "{file}的单位代码是“{code}”（{name}），{what}是“{part}”，{why}，没有计入汇总。{guess}",
        "请核对；应当报送的，请补进名册工作簿的“{what}名册”表，再运行 collect。",
        "名册以外的项目不属于应报的项目，不能计入合计。",
        "项目代码 XM01，项目名册中这个单位有 XM01",
        "项目代码 XM09，项目名册中这个单位没有",
    ),
    Rule(
        "A22",
        _W,
        "项目名称与项目名册一致",
        "{what}名称填的是“{written}”，{what}名册中代码 {code} 是“{name}”。",
        "填错的请改正；{what}确实改了名称的，请在“核对意见”的说明栏写明，财政部门在“{what}名册”中改名称，代码不变。",
        "代码与名称对不上，可能用错了另一个项目的工作簿，也可能项目改了名称。",
        "项目名称与项目名册相同",
        "项目名称与项目名册不同",
    ),
    Rule(
        "A23",
        Level.ERROR,
        "工作簿里没有填另一个项目",
        "这是{what} {code}“{name}”的工作簿，填的却是“{written}”（{what}代码 {other}）。",
        "请确认没有用错另一个{what}的工作簿，每个{what}用财政部门发的那一份填报。",
        "一个项目的数记在另一个项目名下，两个项目就都错了。",
        "XM01 的工作簿填 XM01",
        "XM01 的工作簿填了 XM02",
    ),
    Rule(
        "A24",
        Level.ERROR,
        "工作簿是哪个项目的，各处说法一致",
        "{file}是{name}的，{signs}。分不清是哪个{what}的，没有采用，以前报来的照旧。",
        "请问清是哪个{what}的：用 claim 认领，写明单位和{what}（例如 {key}）；或者用 ignore 不处理。",
        "用一个项目的工作簿填了另一个项目，会冲掉那个项目的数。",
        "XM01 的工作簿，填的是 XM01，文件名也是",
        "XM01 的工作簿，项目名称填的是 XM02 的",
    ),
    Rule(
        "D14",
        _W,
        "自评得分没有明显高于预算执行情况",
        "自评得分率{score}，预算执行率{rate}，得分明显高于执行情况。",
        "请重新核对各条指标的得分。" + _EXPLAIN,
        "钱没有花完而得分很高，自评可能虚高。得分率按扣除预算执行得分后的90分计算。",
        "得分率 92%，执行率 90%",
        "得分率 99%，执行率 75%",
    ),
    Rule(
        "D15",
        _W,
        "预算执行率不低于下限",
        "预算执行率{rate}，低于{least}。",
        "请核对预算数和执行数。" + _EXPLAIN,
        "执行率过低说明预算编制或项目实施有问题。",
        "执行率 93%",
        "执行率 61%",
    ),
    Rule(
        "D22",
        _W,
        "不是满分而预算又没有执行完",
        "自评总分{score}，各项都是满分，而预算执行率只有{rate}。",
        "请核对各条指标的得分。" + _EXPLAIN,
        "预算没有执行完，预算执行得分就不是满分，总分不会是满分。",
        "总分 97，执行率 92%",
        "总分 100，执行率 92%",
    ),
    Rule(
        "D22a",
        _N,
        "同一主管部门的单位（项目）不都是满分",
        "{parent}的{count}个单位（项目）自评全部是满分。",
        "请主管部门逐个核对得分。",
        "全部满分的自评没有区分度，复核时是重点。",
        "三个项目 98、95、100 分",
        "三个项目都是 100 分",
    ),
    Rule(
        "N07",
        _W,
        "文字部分没有与别的单位大段相同",
        "文字部分有{share}与{other}的相同，例如{passages}。{more}",
        "{first}。请按本单位的实际情况改写。" + _EXPLAIN,
        "照抄的文字说明不了本单位的情况。比较的是连续5个字的片段，模板自带的文字不算。",
        "写本单位的任务和数字",
        "与另一单位超过一半的文字相同",
    ),
    Rule(
        "N10",
        _W,
        "文字部分没有照抄去年",
        "文字部分有{share}与本单位去年（{other}）的相同，例如{passages}。",
        "请写当年的情况。" + _EXPLAIN,
        "一年的工作不会与上一年一字不差，照抄去年的文字多半没有更新。",
        "写当年完成的任务和数字",
        "只改了年份，其余与去年相同",
    ),
    Rule(
        "X08",
        _W,
        "上年决算数与去年报送的数一致",
        "{label}：填的是{written}，去年的数是{known}（{source}），相差{difference}。",
        "请核对；去年的数后来有调整、单位合并分立口径不同的，请在“核对意见”的说明栏写明。",
        "今年的上年数就是去年的决算数，两年报的应当是同一个数。",
        "去年决算 13.25，今年上年数 13.25",
        "去年决算 13.25，今年上年数 15.52",
    ),
    Rule(
        "X16",
        _W,
        "预算数、决算数与财政部门掌握的数一致",
        "{label}：填的是{written}，财政部门账上是{known}（{source}），相差{difference}。",
        "请核对预算批复、调整和决算；口径不同的，请在“核对意见”的说明栏写明。",
        "预算和支付数据在财政部门账上，单位填的应当与账一致。",
        "控制数 1100.00，填 1100.00",
        "控制数 1100.00，填 1200.00",
    ),
    Rule(
        "X17",
        _W,
        "财政部门有数的，单位也填了数",
        "{label}：没有填，财政部门账上是{known}（{source}）。",
        "请填写；确实没有发生的填0，并在“核对意见”的说明栏写明。",
        "账上有预算或支出而单位没有填，合计就会少。",
        "控制数 35.00，填 35.00",
        "控制数 35.00，空白",
    ),
    Rule(
        "X18",
        _W,
        "汇总户的数等于下属单位之和",
        "{label}：填的是{written}，下属{count}个单位合计是{known}，相差{difference}。下属单位：{others}。",
        "哪一边错了无法判断，请与下属单位逐个核对；有内部抵消的，请在“核对意见”的说明栏写明。",
        "汇总户报的是下属单位（含本级）的合计，多了少了都说明有一边填错。",
        "汇总户 300，下属 100＋200",
        "汇总户 310，下属 100＋200",
    ),
    Rule(
        "X19",
        _N,
        "汇总户的下属单位都已通过",
        "下属{count}个单位中{missing}，暂不核对合计。",
        "",
        "下属的数还会改，没有都通过以前，合计数无从核对。",
        "下属 3 个单位都已通过",
        "下属 3 个单位通过 2 个，1 个没有报送",
    ),
    Rule(
        "X20",
        _W,
        "数字与同类单位相差不悬殊",
        "{label}是{written}，同类{whose}（{peers}，{count}）的中位数是{known}，{far}。{look}",
        _EXPLAIN,
        "同类单位的人均数和比率一般相近，相差悬殊的多半是单位或位数填错。用中位数和绝对中位差判断，少数异常值不影响。",
        "人均 14.2 万元，中位数 12.1 万元",
        "人均 1210 万元，中位数 12.1 万元",
    ),
)
RULES = {rule.code: rule for rule in _RECORDS}
"""Every rule by its id."""


def say(
    rule: str,
    unit: str,
    place: Address | None = None,
    *,
    field: str = "",
    label: str = "",
    value: Value = None,
    expected: Value = None,
    related: tuple[Related, ...] = (),
    **details: object,
) -> Finding:
    """Return the finding of a rule for a unit; `details` fill the places in its sentences."""
    declared = RULES[rule]
    sentence = (declared.found + declared.remedy).format_map({"label": label, **details})
    return Finding(
        rule=rule,
        level=declared.level,
        message=sentence,
        place=place,
        unit=unit,
        field=field,
        label=label,
        value=_as_precise(value),
        expected=_as_precise(expected),
        difference=difference_between(_as_precise(value), _as_precise(expected)),
        related=related,
    )


def _as_precise(value: Value) -> Value:
    """Return a figure with as many decimals as an amount in 万元 can have; what was divided has no end."""
    return round(value, _MOST_DECIMALS) if isinstance(value, Decimal) and value != round(value, 2) else value


def place_of(field: Field) -> Address | None:
    """Return a field's cell where the unit can see it."""
    return None if field.address.sheet.startswith("_") else field.address


def told(value: Decimal, field: Field | None = None) -> str:
    """Return a field's figure as messages say it; one of no field has two decimals."""
    return field.kind.told(value, field.unit) if field else KINDS["money"].told(value)


def percent(value: Decimal) -> str:
    """Return a fraction as a percentage with at most two decimals."""
    return KINDS["rate"].told(value)
