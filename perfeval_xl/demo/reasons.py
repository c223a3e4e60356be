"""How departments put standing matters into words: why spending rose or fell, how they economise, what follows.

A reason names the figures that it rests on, so it always agrees with the sign of the change.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from perfeval_xl.demo.figures import Accounts, Line
from perfeval_xl.records.finding import Value
from perfeval_xl.records.submission import Key

_STAFF_UP = (
    "在职人员正常晋级晋档，工资标准相应提高",
    "养老保险和住房公积金缴费基数按规定上调",
    "年内有新录用人员到岗，工资和社保缴费增加",
    "补发了以前年度的考核奖励",
    "工资调标后的差额在本年补发",
    "年内有人员调入，津补贴和缴费相应增加",
)
_STAFF_DOWN = (
    "年内有人员退休，在职工资减少",
    "有人员调出，空缺的岗位当年没有补充",
    "上年集中补发了考核奖励，本年没有这笔支出",
    "上年补缴了职业年金，本年恢复正常",
    "借调人员的工资转由借用单位发放",
)
_DAILY_UP = (
    "办公用房的水电线路老化，维修支出增加",
    "上年末的印刷费和物业费在本年支付",
    "下乡检查次数增多，差旅费相应增加",
    "更换了一批到了年限的电脑和打印机",
    "承担的调研和培训任务比上年多",
    "电话和网络资费合同在本年续签，一次付清",
)
_DAILY_DOWN = (
    "严格控制一般性支出，会议费和印刷费减少",
    "推行无纸化办公，纸张和印刷支出减少",
    "合并下乡任务，租车和差旅支出减少",
    "上年更换了办公设备，本年没有这项支出",
    "节约用水用电，水电费比上年少",
    "培训改为视频方式，食宿和交通支出减少",
)
_THRIFT = (
    "会议能合并的合并，能用视频的不集中开会，会场一律用单位会议室",
    "公务接待凭公函安排，实行清单和定额管理，不超标准、不超人数",
    "公务用车统一派车，节假日封存，油料和维修定点结算",
    "办公用品按季度集中采购，领用登记，旧家具调剂使用",
    "照明和空调由专人管理，下班断电，每月公布各股室的用电量",
    "文件双面打印，能在办公系统流转的不印纸质件",
    "差旅先报计划后出行，同一方向的下乡任务合并派车",
    "设备更新先查存量，能修的修、能调剂的调剂，不提前报废",
    "五百元以上的开支由分管领导和财务人员共同审核",
    "每月通报各股室经费进度，超过序时进度的暂停报销",
)
_USES = (
    "自评结果作为编制2024年部门预算的依据，执行进度慢的项目相应核减；自评报告随部门决算一并公开。",
    "对照自评发现的问题逐项整改，整改情况报区财政局；自评报告在区政府门户网站公开。",
    "自评结果已在班子会上通报，与股室年度考核挂钩，并在决算公开时作为附件公开。",
    "得分低的指标已列入2024年重点督办事项，自评报告在批复决算后20日内公开。",
    "自评结果用于调整2024年的项目安排，结余资金按规定交回；按要求向社会公开自评报告。",
    "把偏差较大的指标作为下年目标编制的重点，自评情况随2023年度决算向社会公开。",
    "自评结果报分管区领导，作为完善内部管理制度和安排下年经费的参考，并按规定公开。",
)


def wording(accounts: Accounts, random: Random) -> dict[Key, Value]:
    """Return the standing texts of 表1, 表2 and 表6 that fit the accounts."""
    return {
        ("厉行节约措施", 0): _thrift(accounts, random),
        ("结果应用", 0): random.choice(_USES),
        ("基本支出_原因", 0): _basic(accounts),
        ("人员经费_原因", 0): _one(accounts.personnel, _STAFF_UP, _STAFF_DOWN, random),
        ("日常公用经费_原因", 0): _one(accounts.daily, _DAILY_UP, _DAILY_DOWN, random),
        **dict(_projects(accounts)),
    }


def _thrift(accounts: Accounts, random: Random) -> str:
    first, second = random.sample(_THRIFT, 2)
    saved = accounts.three_public.last - accounts.three_public.final
    result = f"“三公”经费比上年减少{saved}万元" if saved > 0 else "没有发生超预算的“三公”支出"
    return f"{first}；{second}。{result}。"


def _basic(accounts: Accounts) -> str:
    return f"{_moved('人员经费', _change(accounts.personnel))}，{_moved('日常公用经费', _change(accounts.daily))}"


def _one(line: Line, up: tuple[str, ...], down: tuple[str, ...], random: Random) -> str:
    change = _change(line)
    if not change:
        return ""
    return random.choice(up if change > 0 else down)


def _projects(accounts: Accounts) -> Iterator[tuple[Key, Value]]:
    """Name the project that moved most in the direction of the total."""
    general = [project for project in accounts.projects if project.work.source == "收入_一般预算"]
    change = sum((_change(project.line) for project in general), Decimal(0))
    if change:
        along = [project for project in general if _change(project.line) * change > 0]
        most = max(along, key=lambda project: abs(_change(project.line)))
        yield ("项目支出_原因", 0), _moved(f"{most.work.name}支出", _change(most.line))
    funded = [project for project in accounts.projects if project.work.source == "收入_政府基金"]
    if funded:
        names = "、".join(project.work.name for project in funded)
        yield ("政府性基金_原因", 0), f"资金用于{names}，按工程进度支付"


def _change(line: Line) -> Decimal:
    return line.final - line.last


def _moved(what: str, change: Decimal) -> str:
    if not change:
        return f"{what}与上年持平"
    return f"{what}比上年{'增加' if change > 0 else '减少'}{abs(change)}万元"
