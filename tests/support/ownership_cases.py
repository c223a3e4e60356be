"""Files of every sort of evidence, what must come of them, and the page of the manual that says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from perfeval_xl.comparing import Register, sorted_to_units
from perfeval_xl.records.act import AUTOMATIC, Act, Deed
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.provenance import Arrival, Purpose, Written, serials
from perfeval_xl.records.said import Said
from perfeval_xl.records.standing import Overview
from perfeval_xl.records.unit import Part, Unit
from perfeval_xl.records.verdict import Receipt

ROADS, SCHOOLS, ARCHIVE, TOWN = (
    Unit("402001", "交通局", contact="张三", phone="0734-1"),
    Unit("402002", "教育局", contact="李四", phone="0734-2"),
    Unit("402003", "档案馆", contact="王五", phone="0734-3", exempt=True),
    Unit("402004", "第一中学", contact="赵六", phone="0734-4", superior="402002"),
)
LAMPS, BRIDGE = (
    Unit("402005", "城管局", part=Part(code, name)) for code, name in (("XM01", "路灯改造"), ("XM02", "桥梁加固"))
)
UNITS = (ROADS, SCHOOLS, ARCHIVE, TOWN, LAMPS, BRIDGE)
NOON = datetime(2024, 3, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
HANDED_OUT = tuple(
    Written(number, unit.code, Purpose.ISSUE, part=unit.part_code) for number, unit in enumerate(UNITS, 1)
)
GAP = Written(100_000, "", Purpose.GAP)
LOCKED = Finding("G10", Level.ERROR, "文件加了密码。请去掉密码后重新报送。")


@dataclass(frozen=True)
class File:
    """A file that came in `run`, made on a day of March; `holds` tells its content from others.

    `part` is the code on its stamp and the name on its cover, where it is about a part of a unit's report.
    """

    name: str
    said: Said | None = None
    run: int = 1
    day: float = 1
    holds: str = ""
    part: tuple[str, str] = ("", "")

    @property
    def receipt(self) -> Receipt:
        made = NOON + (self.day - 1) * DAY
        unit, name = (self.said.stamp or self.said.code, self.said.name) if self.said else ("", "")
        found = () if self.said else (LOCKED,)
        key = self.holds or self.name
        code, about = self.part
        readable = self.said is not None
        return Receipt(self.name, key, made, readable, unit, name, findings=found, part=code, part_name=about)

    @property
    def arrival(self) -> Arrival:
        one = self.receipt
        return Arrival(one.file, one.sha256, self.run, NOON + (10 * self.run) * DAY, one.modified)


def own(unit: Unit, serial: str = "", **other: str) -> Said:
    """Return what a unit's own workbook says; `other` is what it says otherwise."""
    serial = serial or str(UNITS.index(unit) + 1)
    plain = {"stamp": unit.code, "serial": serial, "code": unit.code, "name": unit.name}
    return Said(**{**plain, **other})


def about(unit: Unit, name: str, run: int = 1, **other: str) -> File:
    """Return a workbook of a part of a unit, of its own day; `other` is what it says otherwise."""
    code, called = (unit.part_code, unit.part.name) if unit.part else ("", "")
    part = (other.pop("part", code), other.pop("called", called))
    return File(name, own(unit, **{"part_code": code, **other}), run, 12 * run - 11, part=part)


def act(deed: Deed, file: str = "", unit: str = "402001", number: int = 1, by: str = "钱七", **more: Any) -> Act:
    return Act(deed, NOON + 5 * DAY, by, unit, file, sha256=file, number=number, **more)


@dataclass(frozen=True)
class Case:
    """What came in and was decided, and what must come of it.

    `counts` are the files that count, by unit's code; `waits` those that a person has to settle; `told` the rules
    of what is said; `unread`, `strange` and `rejected` files that nobody can read, of units or of nobody; `filed`
    the papers that came beside a unit's workbook.
    """

    what: str
    files: tuple[File, ...]
    counts: str = ""
    waits: str = ""
    told: str = ""
    unread: str = ""
    strange: str = ""
    rejected: str = ""
    filed: str = ""
    acts: tuple[Act, ...] = ()
    handed_out: tuple[Written, ...] = HANDED_OUT

    @property
    def seen(self) -> Overview:
        receipts = [one.receipt for one in self.files]
        said = {one.name: one.said for one in self.files if one.said}
        arrivals = {one.arrival.key: one.arrival for one in self.files}
        register = Register(arrivals, serials(self.handed_out), lambda receipt: said[receipt.file], "项目")
        return sorted_to_units(UNITS, receipts, self.acts, register)


_GOOD = File("402001 交通局.xlsx", own(ROADS))
_LATER = File("402001 交通局 改.xlsx", own(ROADS), run=2, day=12)
_ACCEPTED = act(Deed.ACCEPT, _GOOD.name)
CASES = (
    Case("单位自己的工作簿，各处说法一致", (_GOOD,), counts="402001：402001 交通局.xlsx"),
    Case("文件名什么也没说（自评表.xlsx）", (File("自评表.xlsx", own(ROADS)),), counts="402001：自评表.xlsx"),
    Case(
        "用别的单位的工作簿填报，文件名写自己",
        (File("402002 教育局.xlsx", own(ROADS)),),
        waits="402002 教育局.xlsx（402001、402002）",
        told="A07",
    ),
    Case(
        "同上，那个单位已经报来：它的照旧",
        (_GOOD, File("402002 教育局.xlsx", own(ROADS), run=2, day=12)),
        counts="402001：402001 交通局.xlsx",
        waits="402002 教育局.xlsx（402001、402002）",
        told="A07",
    ),
    Case(
        "填报标识和封面是两个单位的",
        (File("自评表.xlsx", own(ROADS, code="402002")),),
        waits="自评表.xlsx（402001、402002）",
        told="A07",
    ),
    Case(
        "封面代码错写成名册里没有的",
        (File("自评表.xlsx", own(ROADS, code="402999")),),
        counts="402001：自评表.xlsx",
    ),
    Case(
        "封面名称写成别的单位的",
        (File("自评表.xlsx", own(ROADS, name="教育局")),),
        waits="自评表.xlsx（402001、402002）",
        told="A07",
    ),
    Case("封面名称谁的也不是", (File("自评表.xlsx", own(ROADS, name="交通厅")),), counts="402001：自评表.xlsx"),
    Case(
        "发放序号是发给别的单位的",
        (File("自评表.xlsx", own(ROADS, "2")),),
        waits="自评表.xlsx（402001、402002）",
        told="A07",
    ),
    Case(
        "发放序号从来没有发放过（777）",
        (_GOOD, File("自评表.xlsx", own(ROADS, "777"), run=2, day=12)),
        counts="402001：402001 交通局.xlsx",
        waits="自评表.xlsx（402001）",
        told="A07",
    ),
    Case(
        "序号是 1.0 版发放的，没有记录",
        (File("自评表.xlsx", own(ROADS, "3")),),
        counts="402001：自评表.xlsx",
        handed_out=(GAP,),
    ),
    Case("没有序号（0）", (File("自评表.xlsx", own(ROADS, "0")),), counts="402001：自评表.xlsx"),
    Case(
        "填报标识丢失，封面和文件名一致",
        (File("402001.xlsx", Said(code="402001", name="交通局")),),
        counts="402001：402001.xlsx",
    ),
    Case(
        "封面代码少了前面的零，与名册只有一个对得上",
        (File("自评表.xlsx", Said(code="0402001")),),
        counts="402001：自评表.xlsx",
    ),
    Case(
        "填报标识丢失、封面空白，只有文件名",
        (File("402001 交通局.xlsx", Said()),),
        waits="402001 交通局.xlsx（402001）",
        told="A07",
    ),
    Case(
        "填报标识丢失、封面空白，只有联系人和电话",
        (File("自评表.xlsx", Said(person="张三", phone="0734-1")),),
        waits="自评表.xlsx（402001）",
        told="A07",
    ),
    Case(
        "填报标识丢失、封面空白，联系人与以前报送的相同",
        (
            File("402001 交通局.xlsx", own(ROADS, person="周八", phone="139")),
            File("自评表.xlsx", Said(person="周八", phone="139"), run=2),
        ),
        counts="402001：402001 交通局.xlsx",
        waits="自评表.xlsx（402001）",
        told="A07",
    ),
    Case(
        "各处都说是一个单位，联系人和电话却是名册中另一个单位的",
        (File("自评表.xlsx", own(ROADS, person="李四", phone="0734-2")),),
        counts="402001：自评表.xlsx",
        told="A12",
    ),
    Case(
        "联系人名册里没有",
        (File("自评表.xlsx", own(ROADS, person="周八", phone="139")),),
        counts="402001：自评表.xlsx",
    ),
    Case("什么也没说", (File("自评表.xlsx", Said()),), strange="自评表.xlsx"),
    Case(
        "单位代码不在名册",
        (File("自评表.xlsx", Said(stamp="409001", code="409001", name="信访局")),),
        strange="自评表.xlsx",
    ),
    Case(
        "放在别的单位的文件夹里，文件名没说",
        (File("402001/自评表.xlsx", own(SCHOOLS)),),
        waits="402001/自评表.xlsx（402002）",
        told="A07",
    ),
    Case(
        "放在主管部门的文件夹（压缩包）里",
        (File("教育局.zip/自评表.xlsx", own(TOWN)),),
        counts="402004：教育局.zip/自评表.xlsx",
    ),
    Case(
        "放在别的单位的文件夹里，文件名与填报标识一致",
        (File("402001/402002 教育局.xlsx", own(SCHOOLS)),),
        counts="402002：402001/402002 教育局.xlsx",
    ),
    Case(
        "带着免报单位的填报标识",
        (File("自评表.xlsx", own(ARCHIVE)),),
        waits="自评表.xlsx（402003）",
        told="A10",
    ),
    Case("读不出（加了密码），文件名写了单位", (File("402001 交通局.xlsx"),), unread="402001：402001 交通局.xlsx"),
    Case("读不出，文件夹写了单位", (File("交通局/扫描.pdf"),), unread="402001：交通局/扫描.pdf"),
    Case("读不出，看不出是谁的", (File("扫描.pdf"),), rejected="扫描.pdf"),
    Case("读不出，名称写了两个单位", (File("交通局转教育局.pdf"),), rejected="交通局转教育局.pdf"),
    Case(
        "读不出，认领了",
        (File("扫描.pdf"),),
        unread="402001：扫描.pdf",
        acts=(act(Deed.CLAIM, "扫描.pdf"),),
    ),
    Case(
        "盖章件，文件名写了单位，工作簿已经报来",
        (_GOOD, File("402001 盖章件 A3KD-7RT9.pdf")),
        counts="402001：402001 交通局.xlsx",
        filed="402001：盖章件 402001 盖章件 A3KD-7RT9.pdf",
    ),
    Case(
        "同上，盖章件先来，工作簿后来",
        (File("402001 盖章件.jpg"), _LATER),
        counts="402001：402001 交通局 改.xlsx",
        filed="402001：盖章件 402001 盖章件.jpg",
    ),
    Case(
        "佐证材料放在单位的文件夹里，名称写着别的单位",
        (_GOOD, File("佐证材料/402001 交通局/教育局关于校车的函.pdf")),
        counts="402001：402001 交通局.xlsx",
        filed="402001：佐证材料 佐证材料/402001 交通局/教育局关于校车的函.pdf",
    ),
    Case(
        "盖章件放在别的单位的文件夹里",
        (_GOOD, File("402001 交通局/教育局 盖章件.pdf")),
        counts="402001：402001 交通局.xlsx",
        rejected="402001 交通局/教育局 盖章件.pdf",
    ),
    Case(
        "盖章件放在主管部门的文件夹里",
        (File("自评表.xlsx", own(TOWN)), File("教育局/第一中学.ofd")),
        counts="402004：自评表.xlsx",
        filed="402004：盖章件 教育局/第一中学.ofd",
    ),
    Case(
        "与工作簿在同一个压缩包里，名称没说",
        (File("材料.zip/自评表.xlsx", own(ROADS)), File("材料.zip/扫描.pdf")),
        counts="402001：材料.zip/自评表.xlsx",
        filed="402001：盖章件 材料.zip/扫描.pdf",
    ),
    Case(
        "同上，压缩包里有两个单位的工作簿",
        (
            File("材料.zip/甲.xlsx", own(ROADS)),
            File("材料.zip/乙.xlsx", own(SCHOOLS)),
            File("材料.zip/扫描.pdf"),
        ),
        counts="402001：材料.zip/甲.xlsx、402002：材料.zip/乙.xlsx",
        rejected="材料.zip/扫描.pdf",
    ),
    Case(
        "盖章件名称没说，认领了",
        (_GOOD, File("扫描.pdf")),
        counts="402001：402001 交通局.xlsx",
        filed="402001：盖章件 扫描.pdf",
        acts=(act(Deed.CLAIM, "扫描.pdf"),),
    ),
    Case(
        "同一份文件是两个单位的佐证材料",
        (
            _GOOD,
            File("402002 教育局.xlsx", own(SCHOOLS)),
            File("佐证材料/402001/办法.pdf", holds="办法"),
            File("佐证材料/402002/办法.pdf", holds="办法"),
        ),
        counts="402001：402001 交通局.xlsx、402002：402002 教育局.xlsx",
        filed="402001：佐证材料 佐证材料/402001/办法.pdf、402002：佐证材料 佐证材料/402002/办法.pdf",
    ),
    Case(
        "归到单位的，另有一份相同的放在外面",
        (_GOOD, File("扫描.pdf", holds="章"), File("402001/扫描.pdf", holds="章")),
        counts="402001：402001 交通局.xlsx",
        filed="402001：盖章件 402001/扫描.pdf",
        told="A08",
    ),
    Case(
        "报来工作簿以后，又来一份读不出的工作簿",
        (_GOOD, File("402001 交通局 定稿.xlsx", run=2)),
        counts="402001：402001 交通局.xlsx",
        unread="402001：402001 交通局 定稿.xlsx",
    ),
    Case(
        "佐证材料文件夹里的工作簿，不是发放的",
        (_GOOD, File("佐证材料/交通局/明细账.xlsx")),
        counts="402001：402001 交通局.xlsx",
        filed="402001：佐证材料 佐证材料/交通局/明细账.xlsx",
    ),
    Case(
        "说法不一，认领给一个单位",
        (File("402002 教育局.xlsx", own(ROADS)),),
        counts="402002：402002 教育局.xlsx",
        acts=(act(Deed.CLAIM, "402002 教育局.xlsx", "402002"),),
    ),
    Case(
        "认领后又撤销",
        (File("402002 教育局.xlsx", own(ROADS)),),
        waits="402002 教育局.xlsx（402001、402002）",
        told="A07",
        acts=(act(Deed.CLAIM, "402002 教育局.xlsx", "402002"), act(Deed.WITHDRAW, number=2, withdraws=1)),
    ),
    Case(
        "先报的写着2030年，后来报的是今天的",
        (File("402001 错.xlsx", own(ROADS), day=2500), File("402001 对.xlsx", own(ROADS), run=2, day=12)),
        counts="402001：402001 对.xlsx",
    ),
    Case(
        "同一次收到初稿和修改稿，时间不同",
        (File("材料.zip/402001 修改稿.xlsx", own(ROADS), day=5), File("材料.zip/402001 初稿.xlsx", own(ROADS))),
        counts="402001：材料.zip/402001 修改稿.xlsx",
    ),
    Case(
        "同一次收到两份，时间相同",
        (File("402001 甲.xlsx", own(ROADS)), File("402001 乙.xlsx", own(ROADS))),
        waits="402001 乙.xlsx（402001）、402001 甲.xlsx（402001）",
        told="A11",
    ),
    Case(
        "同一次收到两份，一份写着2030年",
        (_GOOD, File("402001 乙.xlsx", own(ROADS), run=2, day=2500), _LATER),
        counts="402001：402001 交通局.xlsx",
        waits="402001 交通局 改.xlsx（402001）、402001 乙.xlsx（402001）",
        told="A11",
    ),
    Case(
        "同上，认领了其中一份",
        (_GOOD, File("402001 乙.xlsx", own(ROADS), run=2, day=2500), _LATER),
        counts="402001：402001 交通局 改.xlsx",
        acts=(act(Deed.CLAIM, _LATER.name),),
    ),
    Case(
        "以前的文件换个名称又报来",
        (
            File("402001 错.xlsx", own(ROADS), holds="错"),
            File("402001 对.xlsx", own(ROADS), run=2, day=12),
            File("402001 最终.xlsx", own(ROADS), run=3, day=25, holds="错"),
        ),
        counts="402001：402001 对.xlsx",
        told="A08",
    ),
    Case(
        "人审核通过以后又报来",
        (_GOOD, _LATER),
        counts="402001：402001 交通局.xlsx",
        waits="402001 交通局 改.xlsx（402001）",
        told="A09",
        acts=(_ACCEPTED,),
    ),
    Case(
        "同上，再次审核通过新的",
        (_GOOD, _LATER),
        counts="402001：402001 交通局 改.xlsx",
        acts=(_ACCEPTED, act(Deed.ACCEPT, _LATER.name, number=2)),
    ),
    Case(
        "同上，认领新的，照常核对",
        (_GOOD, _LATER),
        counts="402001：402001 交通局 改.xlsx",
        acts=(_ACCEPTED, act(Deed.CLAIM, _LATER.name, number=2)),
    ),
    Case(
        "程序自动通过以后又报来",
        (_GOOD, _LATER),
        counts="402001：402001 交通局 改.xlsx",
        acts=(act(Deed.ACCEPT, _GOOD.name, by=AUTOMATIC),),
    ),
    Case(
        "人审核通过后重新打开，又报来",
        (_GOOD, _LATER),
        counts="402001：402001 交通局 改.xlsx",
        acts=(_ACCEPTED, act(Deed.REOPEN, _GOOD.name, number=2)),
    ),
    Case(
        "一个单位两个项目，各一份",
        (about(LAMPS, "402005-XM01 城管局 路灯改造.xlsx"), about(BRIDGE, "桥.xlsx")),
        counts="402005/XM01：402005-XM01 城管局 路灯改造.xlsx、402005/XM02：桥.xlsx",
    ),
    Case(
        "用一个项目的工作簿填了另一个项目（项目名称不是它的），那个项目已经报来：它的照旧",
        (about(LAMPS, "灯.xlsx"), about(LAMPS, "桥.xlsx", 2, called="桥梁加固")),
        counts="402005/XM01：灯.xlsx",
        waits="桥.xlsx（402005/XM01、402005/XM02）",
        told="A24",
    ),
    Case(
        "封面的项目代码改成了另一个项目的",
        (about(LAMPS, "灯.xlsx", part_code="XM02"),),
        waits="灯.xlsx（402005/XM01、402005/XM02）",
        told="A24",
    ),
    Case(
        "文件名写着另一个项目",
        (about(LAMPS, "402005-XM02 桥梁加固.xlsx"),),
        waits="402005-XM02 桥梁加固.xlsx（402005/XM01、402005/XM02）",
        told="A24",
    ),
    Case(
        "发放序号是发给另一个项目的",
        (about(LAMPS, "灯.xlsx", serial="6"),),
        waits="灯.xlsx（402005/XM01、402005/XM02）",
        told="A24",
    ),
    Case(
        "同上，认领给其中一个项目",
        (about(LAMPS, "灯.xlsx", serial="6"),),
        counts="402005/XM02：灯.xlsx",
        acts=(act(Deed.CLAIM, "灯.xlsx", "402005", part="XM02"),),
    ),
    Case(
        "项目代码从来没有登记过（XM09）",
        (about(LAMPS, "灯.xlsx"), about(LAMPS, "新.xlsx", 2, part="XM09", part_code="XM09", called="绿道")),
        counts="402005/XM01：灯.xlsx",
        strange="新.xlsx",
    ),
    Case(
        "没有项目代码，项目名称对得上",
        (about(LAMPS, "灯.xlsx", part="", part_code=""),),
        counts="402005/XM01：灯.xlsx",
    ),
    Case(
        "没有项目代码，只有文件名写了项目",
        (about(LAMPS, "路灯改造.xlsx", serial="0", part="", part_code="", called=""),),
        waits="路灯改造.xlsx（402005/XM01）",
        told="A24",
    ),
    Case(
        "项目名称谁的也不是（采用，另作提示 A22）",
        (about(LAMPS, "灯.xlsx", called="路灯亮化"),),
        counts="402005/XM01：灯.xlsx",
    ),
    Case(
        "读不出，文件名写了项目",
        (File("402005-XM02 城管局 桥梁加固.xlsx"),),
        unread="402005/XM02：402005-XM02 城管局 桥梁加固.xlsx",
    ),
    Case("读不出，文件名写了单位、没有写项目", (File("402005 城管局.xlsx"),), rejected="402005 城管局.xlsx"),
)


def outcome(seen: Overview) -> dict[str, str]:
    """Return what came of a case, in the words of the table."""
    waiting = (f"{one.receipt.file}（{'、'.join(one.units)}）" for one in seen.waiting)
    told = [one.finding.rule for one in seen.waiting] + [finding.rule for _, finding in seen.again]
    told += [finding.rule for one in seen.standings for finding in one.findings]
    return {
        "counts": "、".join(f"{one.unit.key}：{one.receipt.file}" for one in seen.standings if one.receipt),
        "waits": "、".join(waiting),
        "told": "、".join(sorted(set(told))),
        "unread": "、".join(f"{one.unit.key}：{file.file}" for one in seen.standings for file in one.unread),
        "strange": "、".join(one.file for one in seen.strangers),
        "rejected": "、".join(one.file for one in seen.rejected),
        "filed": "、".join(
            f"{one.unit.code}：{filed.paper.value} {filed.receipt.file}"
            for one in seen.standings
            for filed in one.papers
        ),
    }


def table() -> Iterator[str]:
    """Give the lines of the manual's table, made of what came of every case."""
    yield "| 情况 | 报来的文件 | 采用哪一份 | 等人决定的（列在谁名下） | 告诉什么 |"
    yield "|---|---|---|---|---|"
    for case in CASES:
        came = outcome(case.seen)
        files = "、".join(f"第{one.run}次收取：{one.name}" for one in case.files)
        where = [came["told"]] * bool(came["told"])
        where += [f"已来文件，读不出（{came['unread']}）"] * bool(came["unread"])
        where += [f"已归到单位（{came['filed']}）"] * bool(came["filed"])
        where += ["未能读取"] * bool(came["rejected"]) + ["A05"] * bool(came["strange"])
        cells = (case.what, files, came["counts"], came["waits"], "、".join(where))
        yield f"| {' | '.join(cell or '–' for cell in cells)} |"
