"""What a broken rule is called where units are spoken of: the fault itself, where no template says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.summary_line import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from perfeval_xl.records.contract import Template

_EVERYWHERE = {
    "A00": "整份表的金额可能按元填写，应按万元填写",
    "A00c": "个别格子的金额可能按元填写，应按万元填写",
    "A02": "封面的单位名称与名册不同",
    "A05": "报送的单位不在名册中",
    "A06": "全部金额与别的单位相同",
    "A07": "文件是哪个单位的，各处说法不同",
    "A09": "审核通过以后又报来一份",
    "A10": "免报的单位报来了",
    "A11": "同一次报来几份，分不清先后",
    "A20": "一个单位报来几个不同的项目",
    "A21": "报送的项目不在项目名册中",
    "A22": "项目名称与项目名册不同",
    "A23": "填了另一个项目的内容",
    "A24": "工作簿是哪个项目的，各处说法不同",
    "D14": "自评得分明显高于预算执行率",
    "D15": "预算执行率低于规定下限",
    "D22": "预算没有执行完而自评满分",
    "F01": "必填的内容没有填",
    "F02": "自动计算的格子被改写",
    "F03": "几条说明用同一句话",
    "F04": "填报日期写到以后去了",
    "F05": "联系电话不是能打通的号码",
    "F06": "文字超过本栏的字数",
    "F07": "必填的文字只填了数字、符号",
    "F09": "财政部门审核另有意见",
    "N01": "报告的数与工作簿不一致",
    "N02": "占比与金额不符",
    "N03": "各部分增减额之和不等于总额的增减额",
    "N04": "写着其他类型单位的职责",
    "N05": "标题序号不连续或不统一",
    "N06": "报告写的是还没有定的事",
    "N07": "文字与别的单位大段相同",
    "N09": "各项占比合计不是100%",
    "N10": "文字照抄去年",
    "R01": "填报标识丢失",
    "R05": "单位代码不一致",
    "R11": "缺少工作表",
    "R14": "同一张表有两份，内容不同",
    "R18": "填报项被删除",
    "R23": "单元格位置不能确定",
    "R25": "填报范围之外填了数字",
    "R27": "表格超出规定的行数",
    "R29": "填报的单元格被合并",
    "R35": "公式与结果不符",
    "R37": "项目代码不一致",
    "R41": "应填数字的填了文字",
    "R42": "数字的写法有歧义",
    "R43": "单元格是错误值",
    "R46": "公式没有计算结果",
    "R49": "不能填“不适用”的填了“不适用”",
    "R50": "单元格格式把数字缩小了显示",
    "R51": "应填日期的填了别的",
    "R52": "日期的写法有歧义",
    "R53": "填的内容不在选项之中",
    "R55": "不能是负数的填了负数",
    "R56": "应填整数的填了小数",
    "R57": "数字过大",
    "R58": "数字被显示成日期或百分比",
    "R59": "文字超过单元格的上限",
    "R60": "单元格地址有错",
    "R61": "单元格数据重复",
    "R62": "单元格文字丢失",
    "R63": "单元格数据损坏",
    "R66": "文字中有损坏的字符",
    "R68": "单元格内容没有读取",
    "R69": "数字超出范围",
    "X08": "上年决算数与去年报送的数不一致",
    "X16": "预算数、决算数与财政部门掌握的数不一致",
    "X17": "财政部门有数的没有填",
    "X18": "汇总户的数与下属单位之和不符",
    "X20": "数字与同类单位相差悬殊",
}
"""By rule of reading, comparing and checking any form; files that cannot be read at all belong to no unit."""


def fault_words(template: Template) -> Mapping[str, str]:
    """Return by rule what it is called when it is broken; the template's own words come before ours."""
    return {**_EVERYWHERE, **{one.name: one.formula for one in template.summary if one.part is Part.FAULT}}
