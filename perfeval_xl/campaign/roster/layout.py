"""What the sheets of the roster workbook are called, which columns they have and what is said of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from perfeval_xl.records.succession import Change
from perfeval_xl.records.unit import EMAIL, MOBILE, QQ

UNITS, CONTROLS, OPENINGS, STEPS, GUIDE = "名册", "控制数", "上年数", "沿革", "填写说明"
YES, NO = "是", "否"
CODE, NAME = "单位代码", "单位名称"
OLD, OLD_NAME, CHANGE, NEW, NEW_NAME, SHARE = "上年代码", "上年名称", "变动", "本年代码", "本年名称", "比例（%）"
REMARK = "备注"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, width, what the cell's hint says, and the choices where there are any.

    One that is `of_roster` offers the codes of the roster.
    """

    heading: str
    width: int
    hint: str
    required: bool = False
    choices: tuple[str, ...] = ()
    of_roster: bool = False


UNIT_COLUMNS = (
    Column(CODE, 14, "必填，不能重复，只含数字和字母。", required=True),
    Column(NAME, 36, "必填，写全称。发放的文件和汇总表都用这个名称。", required=True),
    Column("主管部门", 30, "填主管部门的代码或全称。没有上级主管部门的留空。"),
    Column("业务股室", 16, "财政局里联系这个单位的股室。催报清单按股室分组。"),
    Column("联系人", 12, "单位的填表人。"),
    Column("联系电话", 18, "填表人的电话。"),
    Column(MOBILE, 16, "填表人的手机号，印在清单和通知上。"),
    Column(EMAIL, 30, "发放和退回的邮件寄到这里；几个邮箱用分号隔开。没有的留空。"),
    Column(QQ, 16, "填表人的QQ号，或QQ群号。"),
    Column("免报", 8, "不用报送的选“是”，其余留空。", choices=(YES,)),
    Column("汇总户", 8, "报的是下属单位之和的选“是”：它的数与下属单位核对，不计入合计。", choices=(YES,)),
)
NOT_ASKED = ("序号",)
"""Headings of columns that say nothing of a unit."""
STEP_COLUMNS = (
    Column(OLD, 14, "单位去年的代码。", required=True),
    Column(OLD_NAME, 30, "单位去年的名称，供查看。"),
    Column(CHANGE, 10, "从列表中选：更名、改码、合并、分立、撤销。", required=True, choices=tuple(Change)),
    Column(NEW, 14, "单位今年的代码，与名册一致；撤销的留空。", required=True, of_roster=True),
    Column(NEW_NAME, 30, "自动显示名册中的名称。"),
    Column(SHARE, 12, "只有分立要填：分到这个单位的百分数，同一上年代码各行合计100。"),
    Column(REMARK, 30, "批准文号等，可空。"),
)
NOT_FIGURES = (CODE, NAME, REMARK, "序号", "说明")
"""Headings of a sheet of figures that hold none."""

NOTES = {
    UNITS: "一行一个单位。带“*”的必填。不要改表头的文字；列可以增加（照抄到清单和通知）、可以调换次序。",
    CONTROLS: "财政局账上的数，一行一个单位；没有的留空，空白的不核对。",
    OPENINGS: "去年的决算数。设置了“上年文件夹”的不用填，程序从去年的台账取；这里填了的，以这里为准。",
    STEPS: "去年的单位今年有变动的才填；代码和名称都没变的不用写。合并的、分立的，一个对应关系写一行。",
}
TITLES = {
    UNITS: "应报单位名册",
    CONTROLS: "控制数",
    OPENINGS: "上年决算数",
    STEPS: "单位沿革（去年到今年）",
}


def added_column(heading: str) -> Column:
    """Return a column that a bureau has added to its list of units."""
    return Column(heading, 16, "本局增加的列，照抄到发放清单、催报清单和给单位的通知。")


def part_columns(what: str) -> tuple[Column, ...]:
    """Return the columns of the sheet that lists what each unit has a workbook for."""
    code, name = part_headings(what)
    return (
        Column(CODE, 14, "从列表中选，或照名册填写。", required=True, of_roster=True),
        Column(NAME, 30, "自动显示名册中的名称。"),
        Column(code, 22, f"必填。一个单位的每个{what}一个代码，只含数字、字母和“-”“_”“.”。", required=True),
        Column(name, 50, "必填，写全称。发放的文件和汇总表都用这个名称。", required=True),
        Column(REMARK, 24, "可空。"),
    )


def part_headings(what: str) -> tuple[str, str]:
    """Return the headings of the code and the name of what a workbook is about: 项目代码, 项目名称."""
    return f"{what}代码", f"{what}名称"


def part_note(what: str) -> str:
    """Return what stands above that sheet."""
    return (
        f"一行一个{what}，每个{what}一份工作簿；没有{what}的单位不用写，也不用报送。可以从系统导出的表里复制过来。"
    )


def part_guide(what: str) -> tuple[tuple[str, str], ...]:
    """Return what the guide says of that sheet."""
    return (
        (
            f"{what}名册",
            f"每个单位要报哪些{what}，一行一个，写明是哪个单位的。每个{what}发放一份工作簿。",
        ),
        ("", f"{what}代码在一个单位里不能重复。{what}改了名称的，代码不变，只改名称；换了代码就是另一个{what}。"),
        (
            "",
            f"整张表空着的，每个单位发放一份，{what}名称由单位填写；一个单位有几个{what}的，必须填写这张表。",
        ),
    )


GUIDE_LINES = (
    ("名册", "今年应当报送的全部单位，一行一个，代码不能重复。"),
    ("", "主管部门也在名册里的，可以写它的代码；写全称时要与名册里的一字不差。"),
    ("", "汇总户：报的是下属单位合计数的，选“是”。程序把它与下属单位之和核对，汇总时只加下属单位，不重复计算。"),
    ("", "邮箱：send 把工作簿和退回件写成邮件寄到这里；主管部门在名册里的，打包寄给它的邮箱。"),
    ("控制数", "预算指标系统和支付系统里的数。{shown}收回后双向核对："),
    ("", "单位填的与账上不同、账上有而单位没有填，都会列出来。可以从系统导出的表里整列复制过来。"),
    ("上年数", "两种来源：在 campaign.toml 里写上“上年文件夹”，程序从去年的台账取已通过的决算数；"),
    ("", "没有去年台账的，在这张表里填。两处都有的，以这张表为准。"),
    ("沿革", "更名：名称变了，代码没变（也可以不写）。改码：代码变了。"),
    ("", "合并：几个上年代码对应同一个本年代码，每个写一行，上年数相加。"),
    ("", "分立：一个上年代码对应几个本年代码，每个写一行并写比例，合计100，上年数按比例分。"),
    ("", "并入：甲今年并入乙，只写一行：上年代码写甲，变动写合并，本年代码写乙。"),
    ("", "撤销：去年有、今年没有，也没有单位承接的，本年代码留空。"),
    ("例", "去年 402001 交通局 今年改为 402009：变动写“改码”，上年代码 402001，本年代码 402009。"),
    ("", "去年 403001 分成 403001（60%）和 403005（40%）：写两行，变动都写“分立”，比例写 60 和 40。"),
    ("填完以后", "运行 perfeval-xl issue。填错的地方会一次全部列出，写明在哪张表、哪个格子。"),
)
SHOWN = "发放时显示在单位的工作簿里，"
"""What the guide says of control figures where the template shows them; `{shown}` stands for it."""


def unit_note(units: Collection[str]) -> str:
    """Return what a sheet of figures says of the units that its columns are in, such as 万元 or 元."""
    one = next(iter(units), "")
    if len(set(units)) == 1:
        return f"单位是{one}，只填数字，不要写单位。"
    return "只填数字，不要写单位；各列的单位写在表头下面的提示里。" if units else ""
