"""What departments read before they fill: one page that goes out with the workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.paper.notice import contact
from perfeval_xl.records.blocks import Line, Pages, Paper, Style
from perfeval_xl.records.times import long_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.paper.notice import Letterhead


def guidance_paper(head: Letterhead, region: str, money: tuple[str, ...]) -> Paper:
    """Return the page; `money` are the units in which the workbook's amounts are typed: 万元, 元, or none."""
    title = f"{region}{head.year}年度{head.work}\n工作簿填报须知"
    steps = (Line(Style.BODY, f"{number}．{text}") for number, text in enumerate(_steps(head, money), 1))
    signed = (Line(Style.SIGNED, ""), Line(Style.SIGNED, head.name)) if head.name else ()
    return Paper(title.replace("\n", ""), (Pages((Line(Style.TITLE, title), *steps, *signed), attached=True),))


def _steps(head: Letterhead, money: tuple[str, ...]) -> Iterator[str]:
    yield "用Excel或WPS打开财政部门发来的工作簿，不用安装别的程序；文件名不要改成别的单位的。"
    yield "先看“封面”：最上面一行写着能不能报送、还差什么；点表名跳到那张表。"
    yield "只填黄色的格子，深黄的必填；灰色的由公式算出或由财政部门填好，不能改，也不要插入行。"
    if money:
        which = "，以各表右上角写的为准" if len(money) > 1 else ""
        yield f"金额以{'、'.join(money)}为单位{which}，请不要填错单位。"
    yield "没有发生的填0，没有这项内容的填“不适用”；不要填“无”“约1.3”“见附件”。"
    yield (
        "看“核对”表：打✘的，“错误”必须改正；“核实”填错的请改，情况属实的在“说明”栏写明具体原因，不少于10个字，"
        "不要只写“情况属实”。"
    )
    yield "封面显示可以报送以后保存，交回工作簿原件：不要截图、扫描，不要加密码。要盖章的，打印后另附。"
    yield "被退回的，在退回的那一份里改：先看“核对意见”表，逐条改正或说明，再交回来。"
    deadline = f"请于{long_day(head.office.deadline)}前" if head.office.deadline else "请按通知规定的时间"
    yield f"{deadline}报送{f'，交到{head.office.place}' if head.office.place else ''}。{contact(head.office)}"
