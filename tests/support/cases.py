"""Damaged, odd and hostile workbooks, each with the decision and the findings that it must lead to."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import ole_files
from drafts import (
    BOARD,
    COVER,
    DAY,
    FIGURES,
    GUIDE,
    IN_THOUSANDS,
    MONTH_DAY,
    PERCENT,
    POINT_PRINTED,
    PROJECTS,
    REPORT,
    SAMPLE,
    SIX_PLACES,
    STAMP,
    TEXT,
    Content,
    Draft,
    Error,
    Formula,
    Raw,
    Shown,
    filled,
    packed,
)

from perfeval_xl.wording.numbers import NOT_APPLICABLE
from perfeval_xl.workbook.limits import Limits

Key = tuple[str, int]
Found = tuple[str, str]
"""A finding's code and place; '' for a finding of the whole file."""


@dataclass(frozen=True)
class Case:
    """`refused` is a refusal's code, else '' and `found` are all findings; `values` differ from the sample's."""

    group: str
    name: str
    make: Callable[[], bytes]
    refused: str = ""
    found: tuple[Found, ...] = ()
    values: dict[Key, object] = field(default_factory=dict)
    year: int | None = None
    limits: Limits = field(default_factory=Limits)
    listed: int = 0
    """Filled cells that no field reads, which findings must name."""

    @property
    def id(self) -> str:
        return f"{self.group}: {self.name}"


MISSING = object()
"""The value of a field that nothing is read for."""

# --- spelling of figures --------------------------------------------------------------------------------------

_D = Decimal
MONEY, COUNT, RATE, AREA, DATE, OPEN, CODE, STEPS = (
    ("公车_本年决算", 0),
    ("在职人数", 0),
    ("执行率", 0),
    ("办公面积", 0),
    ("公开日期", 0),
    ("是否公开", 0),
    ("预算代码", 0),
    ("节约措施", 0),
)

SPELLINGS: tuple[tuple[Key, Content, str, object], ...] = (
    # money, unit 万元
    (MONEY, "1234.5", "R40", _D("1234.5")),
    (MONEY, "1,234,567.89", "R40", _D("1234567.89")),
    (MONEY, "１，２３４．５", "R40", _D("1234.5")),
    (MONEY, "1，234.5", "R40", _D("1234.5")),
    (MONEY, " 321.12 ", "R40", _D("321.12")),
    (MONEY, "\u00a0321.12\u200b", "R40", _D("321.12")),
    (MONEY, "3 211.20", "R40", _D("3211.20")),
    (MONEY, "￥200", "R40", _D("200")),
    (MONEY, "¥ 200.5", "R40", _D("200.5")),
    (MONEY, "人民币200", "R40", _D("200")),
    (MONEY, "200万元", "R40", _D("200")),
    (MONEY, "200 万元整", "R40", _D("200")),
    (MONEY, "3211200元", "R47", _D("321.12")),
    (MONEY, "3,211,200.00 元", "R47", _D("321.12")),
    (MONEY, "1.2亿元", "R47", _D("12000")),
    (MONEY, "5千元", "R47", _D("0.5")),
    (MONEY, "0", "R40", _D("0")),
    (MONEY, ".5", "R40", _D("0.5")),
    (MONEY, "12.", "R40", _D("12")),
    (MONEY, "1.5E2", "R40", _D("150")),
    (MONEY, "2000万", "R42", None),
    (MONEY, "1亿", "R42", None),
    (MONEY, "1.234,5", "R42", None),
    (MONEY, "1,23", "R42", None),
    (MONEY, "1,2345", "R42", None),
    (MONEY, "12 34", "R42", None),
    (MONEY, "1.2.3", "R42", None),
    (MONEY, "1E99", "R57", None),
    (MONEY, "约300", "R41", None),
    (MONEY, "300左右", "R41", None),
    (MONEY, "三百万", "R41", None),
    (MONEY, "见附件", "R41", None),
    (MONEY, "100+200", "R41", None),
    (MONEY, "12a", "R41", None),
    (MONEY, "35%", "R41", None),
    (MONEY, "9" * 101, "R41", None),
    (MONEY, '=DISPIMG("ID_1",1)', "R41", None),
    (MONEY, "=1+2", "R45", _D("3")),
    (MONEY, True, "R41", None),
    (MONEY, Error("#REF!"), "R43", None),
    (MONEY, Error("#DIV/0!"), "R43", None),
    (MONEY, Error("#SPILL!"), "R43", None),
    (MONEY, Error("#N/A"), "R43", None),
    (MONEY, Formula("C5+1", 13.5), "R44", _D("13.5")),
    (MONEY, Formula("C5+1", 7.5), "R35", _D("13.5")),
    (MONEY, Formula("100+200"), "R45", _D("300")),
    (MONEY, Formula("表9!B5"), "R46", None),
    (MONEY, Formula("5+9", 8.54), "R35", _D(14)),
    (MONEY, Formula("5+9", 14), "R44", _D(14)),
    (MONEY, Formula("5+9", 14.0000000001), "R44", _D("14.0000000001")),
    (MONEY, Formula("C6+C10", 59), "R35", _D("58.5")),
    (MONEY, Formula("$C$10+$D$6", 59), "R44", _D(59)),
    (MONEY, Formula("C10+D6"), "R45", _D(59)),
    (MONEY, Formula("C10+E6", 12), "R44", _D(12)),
    (MONEY, Formula("C10+C14", 12), "R44", _D(12)),
    (MONEY, Formula("E5*1", 12), "R44", _D(12)),
    (MONEY, Formula('"3"&"5"', "35"), "R44 R40", _D("35")),
    (MONEY, Shown(45366, DAY), "R58", None),
    (MONEY, Shown(45366, MONTH_DAY), "R58", None),
    (MONEY, Shown(0.35, PERCENT), "R58", None),
    (MONEY, Shown(123456, POINT_PRINTED), "R50", _D(123456)),
    (MONEY, Shown(85400, IN_THOUSANDS), "R50", _D(85400)),
    (MONEY, "无", "R49", None),
    (MONEY, "—", "R49", None),
    (MONEY, "/", "R49", None),
    (MONEY, NOT_APPLICABLE, "R49", None),
    (MONEY, Raw('<c r="@"><v>321.12000000000001</v></c>'), "", _D("321.12")),
    (MONEY, Raw('<c r="@"><v>1E+2</v></c>'), "", _D("100")),
    (MONEY, -5, "R55", _D("-5")),
    (MONEY, "（200）", "R40 R55", _D("-200")),
    (MONEY, "-200", "R40 R55", _D("-200")),
    (MONEY, "−200", "R40 R55", _D("-200")),
    (MONEY, "(-200)", "R42", None),
    (MONEY, 1e15, "R57", None),
    (MONEY, Raw('<c r="@"><v>1E+300</v></c>'), "R57", None),
    (MONEY, "12345678901234567", "R57", None),
    # counts
    (COUNT, "46人", "R40", _D("46")),
    (COUNT, "４６", "R40", _D("46")),
    (COUNT, "46名", "R40", _D("46")),
    (COUNT, "46辆", "R42", None),
    (COUNT, "46%", "R42", None),
    (COUNT, "4万", "R42", None),
    (COUNT, 46.5, "R56", _D("46.5")),
    (COUNT, "46.0", "R40", _D("46.0")),
    (COUNT, "四十六", "R41", None),
    # rates
    (RATE, "93.5%", "R40", _D("0.935")),
    (RATE, "９３．５％", "R40", _D("0.935")),
    (RATE, "93.5 %", "R40", _D("0.935")),
    (RATE, "935‰", "R40", _D("0.935")),
    (RATE, "93.5", "R42", None),
    (RATE, "0.935", "R42", None),
    (RATE, "0", "R40", _D("0")),
    (RATE, Shown(0.35, PERCENT), "", _D("0.35")),
    # areas; 不适用 is an answer
    (AREA, "1200㎡", "R40", _D("1200")),
    (AREA, "1,200平方米", "R40", _D("1200")),
    (AREA, "1200m2", "R40", _D("1200")),
    (AREA, "2亩", "R41", None),
    (AREA, NOT_APPLICABLE, "", NOT_APPLICABLE),
    (AREA, " 无 ", "R48", NOT_APPLICABLE),
    (AREA, "—", "R48", NOT_APPLICABLE),
    (AREA, "/", "R48", NOT_APPLICABLE),
    (AREA, "   ", "", MISSING),
    (AREA, 0, "", _D("0")),
    # dates
    (DATE, "2024-03-15", "", date(2024, 3, 15)),
    (DATE, "2024/3/15", "R40", date(2024, 3, 15)),
    (DATE, "2024.03.15", "R40", date(2024, 3, 15)),
    (DATE, "2024年3月15日", "R40", date(2024, 3, 15)),
    (DATE, "2024 年 3 月 15 日", "R40", date(2024, 3, 15)),
    (DATE, "二〇二四年三月十五日", "R40", date(2024, 3, 15)),
    (DATE, "二零二四年十二月三十一日", "R40", date(2024, 12, 31)),
    (DATE, "20240315", "R40", date(2024, 3, 15)),
    (DATE, 20240315, "R40", date(2024, 3, 15)),
    (DATE, "2024-03-15 00:00:00", "R40", date(2024, 3, 15)),
    (DATE, "2024-03-15T00:00:00Z", "R40", date(2024, 3, 15)),
    (DATE, "２０２４－０３－１５", "R40", date(2024, 3, 15)),
    (DATE, "15/03/2024", "R40", date(2024, 3, 15)),
    (DATE, "03/15/2024", "R40", date(2024, 3, 15)),
    (DATE, Raw('<c r="@" t="d"><v>2024-03-15</v></c>'), "", date(2024, 3, 15)),
    (DATE, 45366, "", date(2024, 3, 15)),
    (DATE, "03/04/2025", "R52", None),
    (DATE, "24-3-15", "R52", None),
    (DATE, "2024年3月", "R52", None),
    (DATE, "3月15日", "R52", None),
    (DATE, 2024, "R52", None),
    (DATE, "2024-02-30", "R51", None),
    (DATE, "三月中旬", "R51", None),
    (DATE, 60, "R51", None),
    (DATE, -1, "R51", None),
    (DATE, True, "R51", None),
    # choices
    (OPEN, "否", "", "否"),
    (OPEN, " 是", "", "是"),
    (OPEN, "✓", "R40", "是"),
    (OPEN, "√", "R40", "是"),
    (OPEN, "×", "R40", "否"),
    (OPEN, "Y", "R40", "是"),
    (OPEN, True, "R40", "是"),
    (OPEN, "是\u200b", "", "是"),
    (OPEN, "部分公开", "R53", None),
    # codes and texts
    (CODE, 411001, "", "411001"),
    (CODE, "４１１００１", "R40", "411001"),
    (CODE, "411 001", "R40", "411001"),
    (STEPS, '=HYPERLINK("http://x")', "", '=HYPERLINK("http://x")'),
    (STEPS, "+1-1@", "", "+1-1@"),
    (STEPS, "\u3000\u3000减少会议。\r\n ", "", "减少会议。"),
    (STEPS, "减少\u200b会议", "R64", "减少\u200b会议"),
    (STEPS, "_x0041_组", "", "A组"),
    (STEPS, "减少_x0000_会议", "R65", "减少会议"),
    (STEPS, "减少_x000B_会议", "R65", "减少\n会议"),
    (STEPS, "减少\x85会议\u2028。", "R65", "减少\n会议\n。"),
    (STEPS, "减少\u202e会议\u2066\u007f", "R65", "减少会议"),
    (STEPS, "减少_xD83D__xDE00_会议", "R65", "减少\U0001f600会议"),
    (STEPS, "减少_xD800_会议", "R66", "减少\ufffd会议"),
    (STEPS, "减少_xFFFE_会议", "R66", "减少\ufffd会议"),
    (STEPS, "减少\ufdd0会议", "R66", "减少\ufffd会议"),
    (STEPS, "减少\ufffd会议", "R66", "减少\ufffd会议"),
    (STEPS, "_x0000_", "R65", None),
    (MONEY, "321_x0000_.12", "R65 R40", _D("321.12")),
    (CODE, "411_x0007_001", "R65", "411001"),
    (STEPS, "无", "", "无"),
    (STEPS, 2023, "", "2023"),
    (STEPS, Shown(0.95, PERCENT), "R40", "95%"),
    (STEPS, Shown(45291, DAY), "R40", "2023-12-31"),
    (STEPS, Error("#NAME?"), "R43", None),
    (STEPS, Shown(12, TEXT), "", "12"),
    (STEPS, "长" * 32767, "", "长" * 32767),
    (STEPS, "长" * 32768, "R59", "长" * 32768),
    (STEPS, "😀" * 16384, "R59", "😀" * 16384),
)


def spelling_cases() -> Iterator[Case]:
    for number, (key, content, codes, value) in enumerate(SPELLINGS):
        place = filled().place(key[0])
        yield Case(
            "spelling",
            f"{number} {key[0]} {str(content)[:40]!r}",
            lambda key=key, content=content: filled({key: content}).bytes(),
            found=tuple((code, place) for code in codes.split()),
            values={key: MISSING if value is None else value},
        )
    place = filled().place("项目_金额", 2)
    yield Case(
        "spelling",
        "in a table's row",
        lambda: filled({("项目_金额", 2): "二十"}).bytes(),
        found=(("R41", place),),
        values={("项目_金额", 2): MISSING},
    )
    yield Case("spelling", "epoch 1904", _epoch, values={DATE: date(2024, 3, 15)})


def _epoch() -> bytes:
    draft = filled({DATE: Shown(45366 - 1462, DAY)})
    draft.epoch_1904 = True
    return draft.bytes()


# --- identity -------------------------------------------------------------------------------------------------


def stamped(name: str, content: Content | None) -> Callable[[], bytes]:
    return lambda: filled().put(name, content).bytes()


def identity_cases() -> Iterator[Case]:
    def case(name: str, make: Callable[[], bytes], refused: str = "", *found: Found, **more: object) -> Case:
        return Case("identity", name, make, refused, found, **more)  # type: ignore[arg-type]  # the tests' own keywords

    yield case("as handed out", lambda: filled().bytes())
    yield case("the right year", lambda: filled().bytes(), year=2023)
    yield case("another year", lambda: filled().bytes(), "G23", year=2024)
    yield case("last year's template", stamped("标识_模板", "demo-2022"), "G23")
    yield case("another template", stamped("标识_模板", "mof-project"), "G21")
    yield case("newer", stamped("标识_版本", "1.3"), "G22")
    yield case("newer by far", stamped("标识_版本", "10.0"), "G22")
    yield case("older", stamped("标识_版本", "1.1"), "", ("R02", ""))
    yield case("retired", stamped("标识_版本", "0.9"), "G24")
    yield case("version as a number", stamped("标识_版本", 1.2))
    yield case("version with zeros", stamped("标识_版本", "1.2.0"))
    yield case("version blank", stamped("标识_版本", None), "", ("R02", ""))
    yield case("version nonsense", stamped("标识_版本", "最新版"), "", ("R02", ""))
    yield case("design changed", stamped("标识_指纹", "beef"), "", ("R03", ""))
    yield case("not recalculated", stamped("标识_探针", Formula("B6+1", 7)), "", ("R04", ""))
    yield case("comments", _noted, "", ("R36", f"{FIGURES}!E6"))
    yield case("set to compute by hand", _by_hand, "", ("R34", ""))
    yield case("probe without value", stamped("标识_探针", Formula("B6+1")), "", ("R04", ""))
    yield case("probe is an error", stamped("标识_探针", Error("#REF!")), "", ("R04", ""))
    yield case(
        "another unit's code on the cover",
        stamped("单位代码", "302"),
        "",
        ("R05", f"{COVER}!C3"),
        values={("单位代码", 0): "302"},
    )
    yield case("code as a number", stamped("单位代码", 301))
    shown = {("单位代码", 0): "000301"}
    yield case("code shown with zeros before it", stamped("单位代码", Shown(301, SIX_PLACES)), values=shown)
    yield case("code that lost the zeros of the stamp", stamped("标识_单位代码", "000301"))
    yield case(
        "another code shown with zeros before it",
        stamped("单位代码", Shown(302, SIX_PLACES)),
        "",
        ("R05", f"{COVER}!C3"),
        values={("单位代码", 0): "000302"},
    )
    yield case("stamp's unit blank", stamped("标识_单位代码", None))
    yield case("stamp sheet deleted", lambda: filled().drop(STAMP).bytes(), "", ("R01", ""))
    yield case("stamp cell blank", stamped("标识_模板", None), "", ("R01", ""))
    yield case("stamp's names lost", _stampless_names)
    yield case("stamp is an error", stamped("标识_模板", Error("#REF!")), "", ("R01", ""))
    yield case("a foreign workbook", lambda: foreign().bytes(), "G20")
    yield case("an empty workbook", lambda: empty().bytes(), "G20")
    yield case("visible sheets copied as values", _as_values, "G20")


def _noted() -> bytes:
    """Comments of both kinds: two on one cell, the second with a copy for older programs, and one without text."""
    parts = filled().parts()
    relation = '<Relationship Id="r{n}" Type="http://x/{kind}" Target="../{target}"/>'
    links = relation.format(n=1, kind="comments", target="comments1.xml")
    links += relation.format(n=2, kind="threadedComment", target="threadedComments/threadedComment1.xml")
    sheet = filled().part(FIGURES)
    links = f"<Relationships>{links}</Relationships>"
    parts[sheet.replace("worksheets/", "worksheets/_rels/") + ".rels"] = links.encode()
    old = '<comment ref="{cell}" authorId="0"><text><r><t>张三:</t></r><r><t>{text}</t></r></text></comment>'
    listed = old.format(cell="E6", text="[线程批注] 程序自己的话") + old.format(cell="D7", text="\n上年没有。")
    listed += old.format(cell="D8", text=" ")
    texts = ("为什么？", "补缴。")
    new = "".join(f'<threadedComment ref="E6"><text>{text}</text></threadedComment>' for text in texts)
    parts["xl/comments1.xml"] = f"<comments><authors><author>张三</author></authors>{listed}</comments>".encode()
    parts["xl/threadedComments/threadedComment1.xml"] = f"<ThreadedComments>{new}</ThreadedComments>".encode()
    return packed(parts)


def _by_hand() -> bytes:
    parts = filled().put("标识_探针", Formula("B6+1", 7)).parts()
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"</workbook>", b'<calcPr calcMode="manual"/></workbook>'
    )
    return packed(parts)


def _stampless_names() -> bytes:
    draft = filled()
    for name in [name for name, where in draft.names.items() if where[0] == STAMP]:
        del draft.names[name]
    return draft.bytes()


def foreign() -> Draft:
    draft = Draft()
    draft.sheets = {"Sheet1": {(1, 1): "姓名", (1, 2): "工资", (2, 1): "张三", (2, 2): 5000}}
    return draft


def empty() -> Draft:
    draft = Draft()
    draft.sheets = {"Sheet1": {}}
    return draft


def _as_values() -> bytes:
    draft = filled().drop(STAMP)
    draft.names, draft.broken = {}, []
    for cells in draft.sheets.values():
        for position in [position for position in cells if 1 in position]:
            del cells[position]
    return draft.bytes()


# --- structure ------------------------------------------------------------------------------------------------


def structure_cases() -> Iterator[Case]:  # noqa: PLR0915  # a list, not a procedure
    def case(name: str, make: Callable[[], Draft], *found: Found, **more: object) -> Case:
        return Case("structure", name, lambda: make().bytes(), "", found, **more)  # type: ignore[arg-type]  # the tests' own keywords

    yield case("sheet renamed", lambda: filled().rename(FIGURES, "Sheet1"), ("R10", "Sheet1!A1"))
    yield case("two sheets renamed crosswise", _crossed, ("R10", f"{FIGURES}!A1"), ("R10", f"{PROJECTS}!A1"))
    yield case("sheets in another order", _reordered, ("R15", ""))
    yield case("an extra sheet", _extra, ("R12", "底稿!A1"), listed=3)
    yield case("an empty extra sheet", lambda: filled_with_sheet("Sheet2", {}), ("R12", "Sheet2!A1"))
    yield case("our own sheet of opinions", lambda: filled_with_sheet("核对意见", {(1, 1): "序号", (2, 1): 1}))
    yield case(
        "a copy with the same figures",
        lambda: filled().copy(FIGURES, f"{FIGURES} (2)"),
        ("R13", f"{FIGURES} (2)!A1"),
    )
    yield case("a copy with other figures", _copied, ("R14", f"{FIGURES} (2)!A1"))
    yield case("a row inserted at the head", lambda: filled().shift(FIGURES, 0, 4, 1), ("R16", f"{FIGURES}!A4"))
    yield case("a row inserted inside", lambda: filled().shift(FIGURES, 0, 7, 2), ("R16", f"{FIGURES}!A7"))
    yield case("a row inserted above all", lambda: filled().shift(FIGURES, 0, 1, 1), ("R16", f"{FIGURES}!A1"))
    yield case(
        "a row inserted by a program that forgets names",
        lambda: filled().shift(FIGURES, 0, 7, 1, names=False),
        ("R16", f"{FIGURES}!A7"),
        ("R31", f"{FIGURES}!C8"),
    )
    yield case("a column inserted", lambda: filled().shift(FIGURES, 1, 4, 1), ("R17", f"{FIGURES}!D1"))
    yield case("a column inserted at the left", lambda: filled().shift(FIGURES, 1, 1, 1), ("R17", f"{FIGURES}!A1"))
    yield case(
        "a row with a figure inserted",
        lambda: filled().shift(FIGURES, 0, 7, 1).at(FIGURES, (7, 5), 8.8),
        ("R16", f"{FIGURES}!A7"),
        ("R25", f"{FIGURES}!E7"),
        listed=1,
    )
    yield case(
        "a row deleted",
        lambda: filled().shift(FIGURES, 0, 7, -1),
        ("R18", f"{FIGURES}!A1"),
        values={("出国_本年决算", 0): MISSING},
    )
    yield case(
        "a column deleted",
        lambda: filled().shift(FIGURES, 1, 4, -1),
        ("R18", f"{FIGURES}!A1"),
        values={("公车_本年预算", 0): MISSING},
    )
    yield case(
        "an unused row of a table deleted", lambda: filled().shift(PROJECTS, 0, 9, -1), ("R19", f"{PROJECTS}!A1")
    )
    yield case("a row above a table", lambda: filled().shift(PROJECTS, 0, 4, 1), ("R16", f"{PROJECTS}!A4"))
    yield case(
        "a row inserted in a table and filled",
        _inserted_project,
        ("R28", f"{PROJECTS}!A6"),
        values={
            ("项目_名称", 2): "隧道照明",
            ("项目_金额", 2): _D(9),
            ("项目_人数", 2): MISSING,
            ("项目_名称", 3): "桥梁检测",
            ("项目_金额", 3): _D("20.5"),
            ("项目_人数", 3): _D(3),
        },
    )
    yield case("rows below a table", _overfull, ("R27", f"{PROJECTS}!C17"), listed=3)
    yield case(
        "all names lost",
        lambda: nameless(filled()),
        *((("R20", f"{s}!A1")) for s in (COVER, FIGURES, PROJECTS, BOARD)),
    )
    yield case("one name lost", lambda: filled().lose("公车_本年决算"), ("R20", f"{FIGURES}!A1"))
    yield case(
        "names lost and a row inserted",
        lambda: nameless(filled().shift(FIGURES, 0, 7, 1)),
        ("R16", f"{FIGURES}!A7"),
        *((("R20", f"{s}!A1")) for s in (COVER, FIGURES, PROJECTS, BOARD)),
    )
    yield case("hidden keys cleared", lambda: keyless(filled(), FIGURES), ("R21", f"{FIGURES}!A1"))
    yield case(
        "hidden keys cleared and a row inserted",
        lambda: keyless(filled().shift(FIGURES, 0, 7, 1), FIGURES),
        ("R16", f"{FIGURES}!A7"),
        ("R21", f"{FIGURES}!A1"),
    )
    yield case("one key edited", lambda: filled().at(FIGURES, (7, 1), "出境"), ("R21", f"{FIGURES}!A1"))
    yield case("a header edited", lambda: filled().at(FIGURES, (4, 5), "本年决算数"), ("R22", f"{FIGURES}!E4"))
    yield case("a label removed", lambda: filled().at(FIGURES, (7, 2), None), ("R22", f"{FIGURES}!B7"))
    yield case("a title replaced by a number", lambda: filled().at(FIGURES, (2, 2), 5), ("R22", f"{FIGURES}!B2"))
    yield case("a name that points elsewhere", _misdirected, ("R31", f"{FIGURES}!E6"))
    yield case("a name that points to another sheet", _far, ("R31", f"{FIGURES}!E6"))
    yield case(
        "two rows of which names and keys say the contrary",
        _contrary,
        ("R23", f"{FIGURES}!E8"),
        ("R22", f"{FIGURES}!B7"),
        ("R22", f"{FIGURES}!B8"),
        values={("出国_本年决算", 0): MISSING, ("接待_本年决算", 0): MISSING},
    )
    yield case("foreign names", _foreign_names)
    yield case("a sheet deleted", lambda: filled().drop(PROJECTS), ("R11", ""), values=_without(PROJECTS))
    yield case("the report deleted", lambda: filled().drop(REPORT), ("R09", ""))
    yield case("a formula overwritten", lambda: filled().put("三公_本年决算", 999), ("R24", f"{FIGURES}!E5"))
    yield case(
        "a formula changed",
        lambda: filled().put("三公_本年决算", Formula("SUM(E6:E8)+100", 422.1)),
        ("R33", f"{FIGURES}!E5"),
    )
    yield case(
        "a check's formula changed",
        lambda: filled().at(BOARD, (2, 3), Formula('"✔"', "✔")),
        ("R33", f"{BOARD}!C2"),
    )
    yield case(
        "a formula spelt otherwise",
        lambda: filled().put("三公_本年决算", Formula(f"sum( '{FIGURES}'!$E$6:$E$8 )", 0)),
    )
    yield case(
        "a formula spelt otherwise where a row was put in",
        lambda: filled().shift(FIGURES, 0, 7, 1).put("三公_本年决算", Formula("SUM(E6:E9)", 0)),
        ("R16", f"{FIGURES}!A7"),
    )
    yield case(
        "a formula changed where a row was put in",
        lambda: filled().shift(FIGURES, 0, 7, 1).put("三公_本年决算", Formula("SUM(E6:E9)*2", 0)),
        ("R16", f"{FIGURES}!A7"),
        ("R33", f"{FIGURES}!E5"),
    )
    yield case("a formula deleted", lambda: filled().put("三公_本年决算", None), ("R24", f"{FIGURES}!E5"))
    yield case("a table's formulas overwritten", _pasted, ("R24", f"{PROJECTS}!H5"))
    yield case(
        "a sentence of the report overwritten",
        lambda: filled().at(REPORT, (2, 1), "一切良好。"),
        ("R24", f"{REPORT}!A2"),
    )
    yield case("a check's result overwritten", lambda: filled().at(BOARD, (2, 3), "✔"), ("R24", f"{BOARD}!C2"))
    yield case(
        "a figure beside the table", lambda: filled().at(FIGURES, (8, 9), 77), ("R25", f"{FIGURES}!I8"), listed=1
    )
    yield case(
        "a formula beside the table",
        lambda: filled().at(FIGURES, (8, 9), Formula("E5*2", 2)),
        ("R25", f"{FIGURES}!I8"),
        listed=1,
    )
    yield case(
        "a remark below",
        lambda: filled().at(FIGURES, (40, 2), "数据来自决算报表"),
        ("R26", f"{FIGURES}!B40"),
        listed=1,
    )
    yield case(
        "a remark on the guide", lambda: filled().at(GUIDE, (9, 1), "已阅"), ("R26", f"{GUIDE}!A9"), listed=1
    )
    yield case("spaces in a cell that nobody reads", lambda: filled().at(FIGURES, (40, 2), " \u3000"))
    yield case(
        "texts after 60 blank rows",
        lambda: filled().at(PROJECTS, (90, 4), 5),
        ("R25", f"{PROJECTS}!D90"),
        listed=1,
    )
    yield case("input cells merged", _merged, ("R29", f"{FIGURES}!D7"))
    yield case("a hidden row with a figure", _hidden, ("R30", f"{FIGURES}!E8"))
    yield case("a hidden row without figures", _hidden_blank)
    yield case("a hidden sheet", _hidden_sheet, ("R32", f"{PROJECTS}!A1"))
    yield case(
        "many at once",
        _many,
        ("R10", "基础!A1"),
        ("R12", "底稿!A1"),
        ("R16", "基础!A7"),
        ("R22", "基础!E4"),
        listed=1,
    )


def filled_with_sheet(name: str, cells: dict[tuple[int, int], Content]) -> Draft:
    draft = filled()
    draft.sheets[name] = cells
    return draft


def _crossed() -> Draft:
    return filled().rename(FIGURES, "x").rename(PROJECTS, FIGURES).rename("x", PROJECTS)


def _reordered() -> Draft:
    draft = filled()
    draft.sheets = {name: draft.sheets[name] for name in (PROJECTS, COVER, STAMP, FIGURES, GUIDE, BOARD, REPORT)}
    return draft


def _extra() -> Draft:
    return filled_with_sheet("底稿", {(1, 1): "合计", (1, 2): 5, (2, 2): Formula("B1*2", 10)})


def _copied() -> Draft:
    draft = filled().copy(FIGURES, f"{FIGURES} (2)")
    return draft.at(f"{FIGURES} (2)", (6, 5), 400)


def _inserted_project() -> Draft:
    draft = filled().shift(PROJECTS, 0, 6, 1)
    return draft.at(PROJECTS, (6, 3), "隧道照明").at(PROJECTS, (6, 4), 9)


def _overfull() -> Draft:
    return filled().at(PROJECTS, (17, 3), "第十三个").at(PROJECTS, (17, 4), 1).at(PROJECTS, (18, 3), "第十四个")


def nameless(draft: Draft) -> Draft:
    draft.names, draft.broken = {}, []
    return draft


def keyless(draft: Draft, sheet: str) -> Draft:
    for position in [position for position in draft.sheets[sheet] if 1 in position]:
        draft.at(sheet, position, None)
    return draft


def _misdirected() -> Draft:
    draft = filled()
    draft.names["公车_本年决算"] = (FIGURES, 30, 5, 30, 5)
    return draft


def _contrary() -> Draft:
    """Keys of two rows exchanged, their labels gone: nothing is left to say which is which."""
    draft = filled().at(FIGURES, (7, 1), "接待").at(FIGURES, (8, 1), "出国")
    return draft.at(FIGURES, (7, 2), None).at(FIGURES, (8, 2), None)


def _far() -> Draft:
    draft = filled()
    draft.names["公车_本年决算"] = (PROJECTS, 5, 4, 5, 4)
    return draft


def _foreign_names() -> Draft:
    draft = filled()
    draft.names["我的区域"] = (FIGURES, 1, 1, 9, 9)
    draft.broken += ["_xlnm.Print_Area", "坏名称"]
    return draft


def _without(sheet: str) -> dict[Key, object]:
    names = filled().names
    return {key: MISSING for key in SAMPLE if names[key[0]][0] == sheet}


def _pasted() -> Draft:
    draft = filled()
    for row in range(1, 13):
        draft.put("项目_占比", 0.5, row)
    return draft


def _merged() -> Draft:
    draft = filled()
    draft.merges[FIGURES] = ["D7:E8", "B2:E2"]
    for name in ("出国_本年预算", "出国_本年决算", "接待_本年预算", "接待_本年决算"):
        draft.put(name, None)
    return (
        draft.put("出国_本年预算", 3)
        .put("出国_本年决算", 0)
        .put("接待_本年决算", 1.005)
        .put("出国_本年预算", None)
    )


def _hidden() -> Draft:
    draft = filled()
    draft.hidden_rows[FIGURES] = {8}
    return draft


def _hidden_sheet() -> Draft:
    draft = filled()
    draft.hidden_sheets = {PROJECTS}
    return draft


def _hidden_blank() -> Draft:
    draft = filled()
    draft.hidden_rows[PROJECTS] = {12, 13}
    return draft


def _many() -> Draft:
    draft = filled_with_sheet("底稿", {(1, 1): 1}).shift(FIGURES, 0, 7, 1).at(FIGURES, (4, 5), "决算")
    return draft.rename(FIGURES, "基础")


# --- zip ------------------------------------------------------------------------------------------------------


def rezipped(
    change: Callable[[zipfile.ZipFile, dict[str, bytes]], None], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return the filled workbook's archive, written anew by `change`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        change(archive, filled().parts())
    return buffer.getvalue()


def _write(archive: zipfile.ZipFile, parts: dict[str, bytes], **flags: int) -> None:
    for name, part in parts.items():
        info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
        info.compress_type = archive.compression
        for flag, value in flags.items():
            setattr(info, flag, value)
        archive.writestr(info, part)


def with_member(name: str, data: bytes = b"x", **flags: int) -> Callable[[], bytes]:
    def change(archive: zipfile.ZipFile, parts: dict[str, bytes]) -> None:
        _write(archive, parts)
        _write(archive, {name: data}, **flags)

    return lambda: rezipped(change)


def patched(find: bytes, replace: bytes, count: int = 1, *, last: bool = False) -> Callable[[], bytes]:
    """Return the workbook with some bytes of its archive replaced."""

    def make() -> bytes:
        data = filled().bytes()
        at = data.rfind(find) if last else data.find(find)
        assert at >= 0
        return data[:at] + data[at:].replace(find, replace, count)

    return make


def _central(offset: int, value: bytes, member: int = 0) -> Callable[[], bytes]:
    """Return the workbook with bytes of one member's central record replaced."""

    def make() -> bytes:
        data = filled().bytes()
        at = -1
        for _ in range(member + 1):
            at = data.index(b"PK\x01\x02", at + 1)
        return data[: at + offset] + value + data[at + offset + len(value) :]

    return make


def _flipped() -> bytes:
    data = bytearray(filled().bytes())
    at = data.index(b"xl/styles.xml") + 60
    data[at] ^= 0xFF
    return bytes(data)


def _truncated_outer() -> bytes:
    """A zip of workbooks cut short: its last end record is an inner one's."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.xlsx", filled().bytes())
        archive.writestr("b.xlsx", filled().bytes())
    data = buffer.getvalue()
    return data[: data.index(b"PK\x05\x06") + 22]


def _bomb(size: int) -> Callable[[], bytes]:
    def make() -> bytes:
        parts = filled().parts()
        parts["xl/media/image1.bmp"] = bytes(size)
        return packed(parts)

    return make


def _lying_size() -> bytes:
    """A member that says it is small and inflates to much."""
    parts = filled().parts()
    parts["xl/media/image1.bmp"] = bytes(1_000_000)
    data = bytearray(packed(parts))
    at = data.rindex(b"PK\x01\x02")
    while b"image1" not in data[at : at + 80]:
        at = data.rindex(b"PK\x01\x02", 0, at)
    data[at + 24 : at + 28] = struct.pack("<L", 100)
    return bytes(data)


def _overlapping() -> bytes:
    """Two members of one name's bytes: the second record points at the first's data."""
    data = bytearray(filled().bytes())
    first = data.index(b"PK\x01\x02")
    name_length = struct.unpack_from("<H", data, first + 28)[0]
    record = bytes(data[first : first + 46 + name_length])
    end = data.rindex(b"PK\x05\x06")
    count, _, size, offset = (
        struct.unpack_from("<HHLL", data, end + 8)[0],
        0,
        *struct.unpack_from("<LL", data, end + 12),
    )
    twin = record[:46] + record[46:-1] + b"X"
    data[end:end] = twin
    end += len(twin)
    struct.pack_into("<HHLL", data, end + 8, count + 1, count + 1, size + len(twin), offset)
    return bytes(data)


def _nested() -> bytes:
    """A member whose header and data lie within the data of another one."""
    inner = packed({"xl/media/b.bin": b"x" * 50})
    header, record = (
        inner[: inner.index(b"PK\x01\x02")],
        inner[inner.index(b"PK\x01\x02") : inner.index(b"PK\x05\x06")],
    )

    def change(archive: zipfile.ZipFile, parts: dict[str, bytes]) -> None:
        _write(archive, {**parts, "xl/media/a.bin": header})

    data = bytearray(rezipped(change, zipfile.ZIP_STORED))
    offset, end = data.index(header), data.rindex(b"PK\x05\x06")
    data[end:end] = record[:42] + struct.pack("<L", offset) + record[46:]
    end += len(record)
    count, size = struct.unpack_from("<HL", data, end + 10)
    struct.pack_into("<HHL", data, end + 8, count + 1, count + 1, size + len(record))
    return bytes(data)


def zip_cases() -> Iterator[Case]:
    def case(name: str, make: Callable[[], bytes], refused: str = "", **more: object) -> Case:
        return Case("zip", name, make, refused, **more)  # type: ignore[arg-type]  # the tests' own keywords

    whole = filled().bytes
    yield case("stored, not deflated", lambda: rezipped(_write, zipfile.ZIP_STORED))
    yield case("with data descriptors", _streamed)
    yield case("with an archive comment", _commented)
    yield case("parts in another order", lambda: packed(dict(reversed(filled().parts().items()))))
    yield case(
        "backslashes in names", lambda: packed({n.replace("/", "\\"): p for n, p in filled().parts().items()})
    )
    yield case("cut in half", lambda: whole()[: len(whole()) // 2], "G06")
    yield case("without the last byte", lambda: whole()[:-1], "G06")
    yield case("without the end record", lambda: whole()[:-22], "G06")
    yield case("bytes before", lambda: b"PK\x03\x04garbage" + whole(), "G06")
    yield case("bytes after", lambda: whole() + b"\r\n", "G06")
    yield case("only the first kilobyte", lambda: whole()[:1000], "G06")
    yield case("an archive of archives cut short", _truncated_outer, "G06")
    yield case("a flipped bit", _flipped, "G06")
    yield case("a wrong checksum", _central(16, b"\0\0\0\0"), "G06")
    yield case("a wrong packed size", _central(20, b"\x05\0\0\0"), "G06")
    yield case("a size too small", _lying_size, "G06")
    yield case("a member on another disk", _central(34, b"\x01\0"), "G06")
    yield case("an offset beyond the file", _central(42, b"\xf0\xff\xff\x7f"), "G06")
    yield case("encrypted member", _central(8, b"\x01\0"), "G09")
    yield case("LZMA", lambda: rezipped(_write, zipfile.ZIP_LZMA), "G07")
    yield case("bzip2", lambda: rezipped(_write, zipfile.ZIP_BZIP2), "G07")
    yield case("two members of one name", with_member("xl/worksheets/sheet1.xml"), "G07")
    yield case("names that differ in capitals", with_member("XL/Worksheets/Sheet1.xml"), "G07")
    yield case("names that differ in slashes", with_member("xl\\worksheets\\sheet1.xml"), "G07")
    yield case("name of the central record differs", patched(b"xl/styles.xml", b"xl/stylez.xml", last=True), "G07")
    yield case("a name that leads outside", with_member("../evil.xml"), "G07")
    yield case("an absolute name", with_member("/etc/passwd"), "G07")
    yield case("a name with a drive", with_member("C:/x.xml"), "G07")
    yield case("a name with a control character", with_member("xl/a\x01b.xml"), "G07")
    yield case(
        "a link", with_member("xl/link", b"/etc/passwd", create_system=3, external_attr=0o120777 << 16), "G07"
    )
    yield case("overlapping members", _overlapping, "G07")
    yield case("too many members", _crowd, "G08", limits=Limits(members=20))
    yield case("a part too large", _bomb(3_000_000), "G08", limits=Limits(part=1_000_000))
    yield case("too large in all", _bomb(3_000_000), "G08", limits=Limits(unpacked=2_000_000))
    yield case("a large picture that nobody reads", _bomb(3_000_000))
    yield case("a file too large", whole, "G02", limits=Limits(file=1000))
    yield case("split archive", lambda: _end_patched(4, b"\x01\0"), "G06")
    yield case("a directory that says one member less", _one_less, "G06")
    yield case("a member inside another", _nested, "G07")
    yield case("a directory that says another size", lambda: _end_patched(12, b"\x01\0\0\0"), "G06")


def _commented() -> bytes:
    def change(archive: zipfile.ZipFile, parts: dict[str, bytes]) -> None:
        _write(archive, parts)
        archive.comment = b"made by PK\x05\x06 hand"

    return rezipped(change)


class _Pipe(io.RawIOBase):
    """A target that cannot seek, so that sizes are written after the data."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        block = bytes(data)  # type: ignore[call-overload]  # whatever zipfile hands over
        self.written += block
        return len(block)


def _streamed() -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, filled().parts())
    return bytes(pipe.written)


def _crowd() -> bytes:
    return packed({**filled().parts(), **{f"xl/media/{n}.bin": b"" for n in range(20)}})


def _end_patched(offset: int, value: bytes) -> bytes:
    data = filled().bytes()
    at = data.rindex(b"PK\x05\x06") + offset
    return data[:at] + value + data[at + len(value) :]


def _one_less() -> bytes:
    data = filled().bytes()
    count = struct.unpack_from("<H", data, data.rindex(b"PK\x05\x06") + 8)[0]
    return _end_patched(8, struct.pack("<2H", count - 1, count - 1))


# --- XML ------------------------------------------------------------------------------------------------------


def edited(part: str, change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    """Return the workbook with one part changed; the part of the figures where it is called so."""

    def make() -> bytes:
        draft = filled()
        parts = draft.parts()
        name = draft.part(part) if part in draft.sheets else part
        parts[name] = change(parts[name])
        return packed(parts)

    return make


def replaced(part: str, find: str, new: str, count: int = -1) -> Callable[[], bytes]:
    def change(data: bytes) -> bytes:
        assert find.encode() in data
        return data.replace(find.encode(), new.encode(), count)

    return edited(part, change)


def _doctype(encoding: str) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        text = data.decode().partition("?>")[2]
        declared = f'<?xml version="1.0" encoding="{encoding}"?>'
        return (declared + '<!DOCTYPE x [<!ENTITY a "b">]>' + text).encode(encoding)

    return change


def _utf16(data: bytes) -> bytes:
    return data.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def _removed(*names: str) -> Callable[[], bytes]:
    return lambda: packed({name: part for name, part in filled().parts().items() if name not in names})


_RELS = "xl/_rels/workbook.xml.rels"


def xml_cases() -> Iterator[Case]:  # noqa: PLR0915  # a list, not a procedure
    def case(name: str, make: Callable[[], bytes], refused: str = "", *found: Found, **more: object) -> Case:
        return Case("xml", name, make, refused, found, **more)  # type: ignore[arg-type]  # the tests' own keywords

    for encoding in ("utf-8", "utf-16"):
        for part in (FIGURES, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"):
            yield case(f"a DTD in {part}, {encoding}", edited(part, _doctype(encoding)), "G10")
    yield case(
        "a DTD in a part that nobody reads",
        lambda: packed({**filled().parts(), "docProps/app.xml": b"<!DOCTYPE a><a/>"}),
        "G10",
    )
    yield case("UTF-16", edited(FIGURES, _utf16))
    yield case("UTF-16 strings", edited("xl/sharedStrings.xml", _utf16))
    yield case("a byte order mark", edited(FIGURES, lambda data: b"\xef\xbb\xbf" + data))
    yield case("GBK", replaced(FIGURES, 'encoding="UTF-8"', 'encoding="GBK"'), "G11")
    yield case(
        "bytes that are no UTF-8", edited(FIGURES, lambda data: data.replace(b"<row", b"<row a='\xff'", 1)), "G11"
    )
    yield case("a sheet cut short", edited(FIGURES, lambda data: data[:-30]), "G11")
    yield case("a sheet of zeros", edited(FIGURES, lambda data: bytes(len(data))), "G11")
    yield case("an empty sheet part", edited(FIGURES, lambda _: b""), "G11")
    yield case("strings cut short", edited("xl/sharedStrings.xml", lambda data: data[:-30]), "G11")
    yield case("a control character", replaced(FIGURES, "<v>12.5</v>", "<v>12.5\x01</v>"), "G11")
    yield case(
        "a control character in a text", replaced("xl/sharedStrings.xml", "桥梁检测", "桥梁\x01检测"), "G11"
    )
    yield case("a control character in a formula", replaced(FIGURES, "<f>SUM(", "<f>SUM\x02(", 1), "G11")
    yield case("a character that is none", replaced("xl/sharedStrings.xml", "桥梁检测", "桥梁\ufffe检测"), "G11")
    yield case("an unknown entity", replaced(FIGURES, "<v>12.5</v>", "<v>&evil;</v>"), "G11")
    yield case("a bare ampersand in a formula", replaced(FIGURES, "<f>SUM(", "<f>A&B(", 1), "G11")
    yield case("an attribute twice", replaced(FIGURES, '<c r="C6"', '<c r="C6" r="C6"'), "G11")
    yield case("]]> in a text", replaced("xl/sharedStrings.xml", "桥梁检测", "桥梁]]>检测"), "G11")
    yield case(
        "nested too deep", replaced(FIGURES, "<sheetData>", "<a>" * 80 + "</a>" * 80 + "<sheetData>"), "G11"
    )
    yield case("a comment around a row", replaced(FIGURES, "<sheetData>", "<!-- <sheetData> --><sheetData>"))
    yield case("a comment among the cells", replaced(FIGURES, "</row>", "<!-- x --></row>", 1))
    yield case("indented", replaced(FIGURES, "<row", "\n  <row"))
    yield case("prefixed", edited(FIGURES, _prefixed))
    yield case("a default namespace and a prefix for it", edited(FIGURES, _spelt_both_ways))
    yield case("a prefix for merged cells alone", edited(FIGURES, _merges_prefixed))
    yield case("a prefix declared within", edited(FIGURES, _declared_within))
    yield case("single quotes", edited(FIGURES, _single_quotes))
    yield case("strict", _strict)
    yield case(
        "unknown elements",
        replaced(FIGURES, "<sheetData>", "<futureThing a='b'><c r='C6'><v>9</v></c></futureThing><sheetData>"),
    )
    yield case(
        "a foreign cell among ours",
        replaced(FIGURES, "</row>", '<z:c xmlns:z="urn:z" r="E9"><v>9</v></z:c></row>', 1),
        "",
        ("R68", f"{FIGURES}!A1"),
    )
    for name, characters in {
        "a mark of direction": "&#x202E;",
        "a control": "&#x85;",
        "a line end": "&#10;",
    }.items():
        before, after = (
            ("表2 项目", "表2 项" + characters + "目")
            if name == "a mark of direction"
            else (FIGURES, FIGURES.replace(" ", characters))
        )
        yield case(
            f"{name} in a sheet's name",
            replaced("xl/workbook.xml", f'name="{before}"', f'name="{after}"'),
            "",
            ("R67", f"{before}!A1"),
        )
    yield case("carriage returns", edited(FIGURES, lambda data: data.replace(b"?>\n", b"?>\r\n")))
    yield case("a CDATA section", replaced("xl/sharedStrings.xml", "桥梁检测", "<![CDATA[桥梁检测]]>"))
    yield case("character references", replaced("xl/sharedStrings.xml", "桥梁检测", "&#26725;&#x6881;检测"))
    yield case(
        "rich text with a reading",
        replaced(
            "xl/sharedStrings.xml",
            '<t xml:space="preserve">桥梁检测</t>',
            "<r><t>桥梁</t></r><r><t>检测</t></r><rPh sb='0' eb='1'><t>qiao</t></rPh>",
        ),
    )
    yield case("workbook part missing", _removed("xl/workbook.xml"), "G12")
    yield case("relations missing", _removed("_rels/.rels"), "G12")
    yield case("workbook relations missing", _removed(_RELS), "G12")
    yield case("a sheet part missing", _removed("xl/worksheets/sheet3.xml"), "G12")
    yield case(
        "a sheet outside the package", replaced(_RELS, "worksheets/sheet3.xml", "../../../secret.xml"), "G12"
    )
    yield case("a sheet on the network", replaced(_RELS, "worksheets/sheet3.xml", "http://x/sheet3.xml"), "G12")
    yield case(
        "a sheet declared external",
        replaced(_RELS, 'Target="worksheets/sheet3.xml"', 'Target="worksheets/sheet3.xml" TargetMode="External"'),
        "G12",
    )
    yield case("an absolute target", replaced(_RELS, "worksheets/sheet3.xml", "/xl/worksheets/sheet3.xml"))
    yield case("a target in other capitals", replaced(_RELS, "worksheets/sheet3.xml", "Worksheets/Sheet3.XML"))
    yield case("two sheets share a part", replaced(_RELS, "worksheets/sheet3.xml", "worksheets/sheet4.xml"), "G07")
    yield case("two sheets of one name", replaced("xl/workbook.xml", f'name="{GUIDE}"', f'name="{COVER}"'), "G07")
    yield case("no sheets", edited("xl/workbook.xml", lambda data: data.replace(b"<sheet ", b"<sheep ")), "G12")
    yield case(
        "the sheet is no worksheet", edited(FIGURES, lambda data: data.replace(b"worksheet", b"chartsheet")), "G12"
    )
    yield case("a chart sheet more", _chart_sheet)
    yield case("styles missing", _styleless, values={DATE: date(2024, 3, 15)})
    yield case("too many sheets", lambda: filled().bytes(), "G08", limits=Limits(sheets=3))
    yield case("too many names", lambda: filled().bytes(), "G08", limits=Limits(names=10))
    yield case("too many strings", lambda: filled().bytes(), "G08", limits=Limits(strings=10))
    yield case("too many cells", lambda: filled().bytes(), "G08", limits=Limits(cells=100))
    yield case("a long attribute", replaced(FIGURES, "<sheetData>", f'<x a="{"y" * 100_000}"/><sheetData>'))


def _prefixed(data: bytes) -> bytes:
    text = data.decode().replace('xmlns="', 'xmlns:x="')
    for tag in ("worksheet", "sheetData", "row", "c ", "c>", "v>", "f>", "mergeCells", "mergeCell "):
        text = text.replace(f"<{tag}", f"<x:{tag}").replace(f"</{tag}", f"</x:{tag}")
    return text.encode()


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def _spelt_both_ways(data: bytes) -> bytes:
    """Keep the first row as it is; every other has a prefix, as have their cells and values."""
    head, mark, tail = (
        data.decode().replace(_MAIN, f"{_MAIN} {_MAIN.replace('xmlns', 'xmlns:x')}").partition("</row>")
    )
    for tag in ("row", "c ", "c>", "v>", "f>"):
        tail = tail.replace(f"<{tag}", f"<x:{tag}").replace(f"</{tag}", f"</x:{tag}")
    return (head + mark + tail).encode()


def _merges_prefixed(data: bytes) -> bytes:
    text = data.decode().replace(_MAIN, f"{_MAIN} {_MAIN.replace('xmlns', 'xmlns:x')}")
    for tag in ("mergeCells", "mergeCell "):
        text = text.replace(f"<{tag}", f"<x:{tag}").replace(f"</{tag}", f"</x:{tag}")
    return text.encode()


def _declared_within(data: bytes) -> bytes:
    text = data.decode().replace("<sheetData>", f"<x:sheetData {_MAIN.replace('xmlns', 'xmlns:x')}>")
    return (
        text.replace("</sheetData>", "</x:sheetData>")
        .replace("<row", "<x:row")
        .replace("</row", "</x:row")
        .encode()
    )


def _single_quotes(data: bytes) -> bytes:
    head, mark, tail = data.partition(b"<sheetData>")
    return head + mark + tail.replace(b'"', b"'")


def _strict() -> bytes:
    old, new = (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    links = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    strict = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    return packed({n: p.replace(old, new).replace(links, strict) for n, p in filled().parts().items()})


def _chart_sheet() -> bytes:
    parts = filled().parts()
    parts["xl/chartsheets/sheet1.xml"] = b"<chartsheet/>"
    parts[_RELS] = parts[_RELS].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://x/chartsheet" Target="chartsheets/sheet1.xml"/></Relationships>',
    )
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"</sheets>", '<sheet name="图表" sheetId="99" r:id="rId99"/></sheets>'.encode()
    )
    return packed(parts)


def _styleless() -> bytes:
    parts = filled().parts()
    del parts["xl/styles.xml"]
    return packed(parts)


# --- grid -----------------------------------------------------------------------------------------------------


def _grid(name: str, make: Callable[[], bytes], *found: Found, refused: str = "", **more: object) -> Case:
    return Case("grid", name, make, refused, found, **more)  # type: ignore[arg-type]  # the tests' own keywords


def _cell(name: str, xml: str, *found: Found, **more: object) -> Case:
    return _grid(name, lambda: filled({MONEY: Raw(xml)}).bytes(), *found, **more)


def lost_content_cases() -> Iterator[Case]:
    """Numbers beyond Excel, and contents that stand where no program looks for them."""
    here = f"{FIGURES}!E6"
    for number in ("1E999", "-1e999", "1e308", "9" * 400):
        name = f"a number beyond all: {number[:6]}"
        yield _cell(name, f'<c r="@"><v>{number}</v></c>', ("R69", here), values={MONEY: MISSING})
        yield _cell(
            f"{name}, typed", f'<c r="@" t="n"><v>{number}</v></c>', ("R69", here), values={MONEY: MISSING}
        )
    yield _cell("a number of many zeros", f'<c r="@"><v>{"0" * 400}5</v></c>', values={MONEY: _D(5)})
    for name, xml in {
        "an empty type with an inline text": '<c r="@" t=""><is><t>5</t></is></c>',
        "a misspelt type with an inline text": '<c r="@" t="inlinEStr"><is><t>5</t></is></c>',
        "a number with an inline text": '<c r="@"><is><t>5</t></is></c>',
        "a shared text with an inline text": '<c r="@" t="s"><is><t>5</t></is></c>',
        "a formula's text with an inline text": '<c r="@" t="str"><is><t>5</t></is></c>',
        "an inline text beside a value": '<c r="@" t="inlineStr"><is><t>5</t></is><v>6</v></c>',
        "a text of the cell itself": '<c r="@">5</c>',
        "a value misspelt": '<c r="@"><V>5</V></c>',
        "a value within a value": '<c r="@"><v>5<b>6</b></v></c>',
        "an inline text misspelt": '<c r="@" t="inlineStr"><is><T>5</T></is></c>',
        "an inline text without its text": '<c r="@" t="inlineStr"><is>5</is></c>',
        "a value of another prefix": '<c r="@"><x:v>5</x:v></c>',
    }.items():
        yield _cell(name, xml, ("R68", here), values={MONEY: MISSING})
    yield _cell("an empty type", '<c r="@" t=""><v>5</v></c>', ("R63", here), values={MONEY: MISSING})
    yield _cell("an unknown type without value", '<c r="@" t="q"/>', values={MONEY: MISSING})
    yield _cell("a cell misspelt", '<C r="@"><v>5</v></C>', ("R68", f"{FIGURES}!A6"), values={MONEY: MISSING})
    yield _cell("a text between cells", '<c r="@"><v>5</v></c>6', ("R68", f"{FIGURES}!A6"), values={MONEY: _D(5)})
    yield _cell(
        "an extension of a cell", '<c r="@"><v>5</v><extLst><ext>6</ext></extLst></c>', values={MONEY: _D(5)}
    )
    yield _cell(
        "a string number of many digits",
        f'<c r="@" t="s"><v>{"0" * 9}99999</v></c>',
        ("R62", here),
        values={MONEY: MISSING},
    )
    yield _grid(
        "a row number of many digits",
        replaced(FIGURES, '<row r="6"', f'<row r="{"0" * 9}99999999"'),
        *[("R60", "")],
        values={(f"公车_{year}", 0): MISSING for year in ("上年决算", "本年预算", "本年决算")},
    )
    yield _grid(
        "a hidden column of many digits",
        replaced(FIGURES, "<sheetData>", f'<cols><col min="{"9" * 5000}" max="1" hidden="1"/></cols><sheetData>'),
    )
    yield _grid(
        "a number format of many digits",
        replaced(
            "xl/styles.xml",
            "<cellXfs",
            f'<!-- --><numFmts><numFmt numFmtId="{"9" * 5000}" formatCode="0"/></numFmts><cellXfs',
        ),
    )
    yield _grid("a sheet without data", replaced(FIGURES, "sheetData", "sheetdata"), refused="G12")


def grid_cases() -> Iterator[Case]:
    case, cell = _grid, _cell
    here = f"{FIGURES}!E6"
    yield cell("a letter in a number cell", '<c r="@"><v>abc</v></c>', ("R63", here), values={MONEY: MISSING})
    yield cell("an underscore in a number", '<c r="@"><v>1_000</v></c>', ("R63", here), values={MONEY: MISSING})
    yield cell(
        "full-width digits in a number cell", '<c r="@"><v>１２３</v></c>', ("R63", here), values={MONEY: MISSING}
    )
    yield cell("nan", '<c r="@"><v>nan</v></c>', ("R63", here), values={MONEY: MISSING})
    yield cell("infinity", '<c r="@"><v>inf</v></c>', ("R63", here), values={MONEY: MISSING})
    yield cell(
        "a string that is not there", '<c r="@" t="s"><v>99999</v></c>', ("R62", here), values={MONEY: MISSING}
    )
    yield cell("string number -1", '<c r="@" t="s"><v>-1</v></c>', ("R62", here), values={MONEY: MISSING})
    yield cell("string number x", '<c r="@" t="s"><v>x</v></c>', ("R62", here), values={MONEY: MISSING})
    yield cell("an unknown type", '<c r="@" t="q"><v>5</v></c>', ("R63", here), values={MONEY: MISSING})
    yield cell("a boolean of 7", '<c r="@" t="b"><v>7</v></c>', ("R63", here), values={MONEY: MISSING})
    yield cell("a date that is none", '<c r="@" t="d"><v>x</v></c>', ("R63", here), values={MONEY: MISSING})
    yield cell("two values", '<c r="@"><v>1</v><v>2</v></c>', ("R61", here), values={MONEY: MISSING})
    yield cell(
        "the cell twice", '<c r="@"><v>1</v></c><c r="@"><v>2</v></c>', ("R61", here), values={MONEY: MISSING}
    )
    yield cell("the cell three times", '<c r="@"><v>1</v></c>' * 3, ("R61", here), values={MONEY: MISSING})
    yield cell("the cell twice, once blank", '<c r="@"><v>1</v></c><c r="@"/>', values={MONEY: _D(1)})
    yield cell("an address beyond the grid", '<c r="ZZZZ6"><v>1</v></c>', ("R60", ""), values={MONEY: MISSING})
    yield cell(
        "an address that wraps", '<c r="ZZZZZZZ99999999999"><v>1</v></c>', ("R60", ""), values={MONEY: MISSING}
    )
    yield cell("a column past the last", '<c r="XFE6"><v>1</v></c>', ("R60", ""), values={MONEY: MISSING})
    yield cell("an address of another row", '<c r="E7"><v>1</v></c>', ("R60", ""), values={MONEY: MISSING})
    yield cell("an address without row", '<c r="E"><v>1</v></c>', ("R60", ""), values={MONEY: MISSING})
    yield cell("row zero", '<c r="E0"><v>1</v></c>', ("R60", ""), values={MONEY: MISSING})
    yield cell("a blank cell with a bad address", '<c r="ZZZZ6"/>', values={MONEY: MISSING})
    yield cell("small letters", '<c r="e6"><v>5</v></c>', values={MONEY: _D(5)})
    yield cell("no address", "<c><v>5</v></c>", values={MONEY: _D(5)})
    yield cell(
        "an inline string", '<c r="@" t="inlineStr"><is><t>5</t></is></c>', ("R40", here), values={MONEY: _D(5)}
    )
    yield cell(
        "an inline rich string",
        '<c r="@" t="inlineStr"><is><r><t>1</t></r><r><t>2</t></r></is></c>',
        ("R40", here),
        values={MONEY: _D(12)},
    )
    yield cell(
        "a formula's text",
        '<c r="@" t="str"><f>"5"</f><v>5</v></c>',
        ("R44", here),
        ("R40", here),
        values={MONEY: _D(5)},
    )
    yield cell(
        "a shared formula without text",
        '<c r="@"><f t="shared" si="0"/><v>5</v></c>',
        ("R44", here),
        values={MONEY: _D(5)},
    )
    yield cell("a blank formula result", '<c r="@" t="str"><f>""</f><v></v></c>', values={MONEY: MISSING})
    yield cell("a style that is not there", '<c r="@" s="99"><v>5</v></c>', values={MONEY: _D(5)})
    yield cell("a style that is no number", '<c r="@" s="x"><v>5</v></c>', values={MONEY: _D(5)})
    yield cell("extra attributes", '<c r="@" cm="1" vm="2"><v>5</v></c>', values={MONEY: _D(5)})
    yield cell(
        "an extension in the cell",
        '<c r="@"><v>5</v><extLst><ext><v>9</v></ext></extLst></c>',
        values={MONEY: _D(5)},
    )
    yield case("rows out of order", edited(FIGURES, _rows_reversed))
    yield case("rows and cells without numbers", edited(GUIDE, _unnumbered))
    yield case(
        "a row number that is none",
        replaced(FIGURES, '<row r="6">', '<row r="x">'),
        ("R60", ""),
        values={("公车_上年决算", 0): MISSING, ("公车_本年预算", 0): MISSING, MONEY: MISSING},
    )
    yield case(
        "a row past the last",
        replaced(FIGURES, '<row r="6">', '<row r="1048577">'),
        ("R60", ""),
        values={("公车_上年决算", 0): MISSING, ("公车_本年预算", 0): MISSING, MONEY: MISSING},
    )
    yield case("a row twice", edited(FIGURES, _row_twice))
    yield case("a dimension that lies", replaced(FIGURES, "<sheetData>", '<dimension ref="A1:B2"/><sheetData>'))
    yield case("a dimension that is none", replaced(FIGURES, "<sheetData>", '<dimension ref="foo"/><sheetData>'))
    yield case("a cell in each corner", _corners, ("R25", f"{FIGURES}!XFD1048576"), listed=1)
    yield case("everything merged", _all_merged, ("R29", f"{FIGURES}!A1"))
    yield case("too many merges", _many_merges, refused="G08", limits=Limits(merges=5))
    yield case("a value under a merge", _under_merge, ("R29", f"{FIGURES}!D7"))


def _rows_reversed(data: bytes) -> bytes:
    head, _, rest = data.partition(b"<sheetData>")
    body, _, tail = rest.partition(b"</sheetData>")
    rows = [b"<row " + row for row in body.split(b"<row ")[1:]]
    return head + b"<sheetData>" + b"".join(reversed(rows)) + b"</sheetData>" + tail


def _unnumbered(data: bytes) -> bytes:
    return (
        data.replace(b'<row r="1">', b"<row>")
        .replace(b'<row r="2">', b"<row>")
        .replace(b' r="A1"', b"")
        .replace(b' r="A2"', b"")
    )


def _row_twice(data: bytes) -> bytes:
    """Row 6 in two pieces."""
    return data.replace(b'<c r="D6">', b'</row><row r="6"><c r="D6">')


def _corners() -> bytes:
    return filled().at(FIGURES, (1_048_576, 16_384), 1).bytes()


def _all_merged() -> bytes:
    draft = filled()
    draft.merges[FIGURES] = ["A1:XFD1048576"]
    return draft.bytes()


def _many_merges() -> bytes:
    draft = filled()
    draft.merges[FIGURES] = [f"K{row}:L{row}" for row in range(50, 60)]
    return draft.bytes()


def _under_merge() -> bytes:
    draft = filled({("出国_本年预算", 0): 1, ("接待_本年预算", 0): 2})
    draft.merges[FIGURES] = ["D7:D8"]
    return draft.put("接待_本年预算", None).put("出国_本年预算", None).bytes()


# --- active content -------------------------------------------------------------------------------------------


def _with_part(name: str, kind: str) -> Callable[[], bytes]:
    """Return the workbook with one more part and a relation to it."""

    def make() -> bytes:
        parts = filled().parts()
        parts[f"xl/{name}"] = b"x" if name.endswith(".bin") else b"<x/>"
        parts[_RELS] = parts[_RELS].replace(
            b"</Relationships>",
            f'<Relationship Id="rId99" Type="http://x/{kind}" Target="{name}"/></Relationships>'.encode(),
        )
        return packed(parts)

    return make


def active_cases() -> Iterator[Case]:
    def case(name: str, make: Callable[[], bytes], *found: Found, **more: object) -> Case:
        return Case("active", name, make, "", found, **more)  # type: ignore[arg-type]  # the tests' own keywords

    yield case("macros", _with_part("vbaProject.bin", "vbaProject"), ("R06", ""))
    yield case("a macro sheet", _with_part("macrosheets/sheet1.xml", "xlMacrosheet"), ("R06", ""))
    yield case(
        "a link to another workbook", _with_part("externalLinks/externalLink1.xml", "externalLink"), ("R07", "")
    )
    yield case("a data connection", _with_part("connections.xml", "connections"), ("R07", ""))
    yield case("an embedded object", _with_part("embeddings/oleObject1.bin", "oleObject"), ("R07", ""))
    yield case("an ActiveX control", _with_part("activeX/activeX1.bin", "control"), ("R07", ""))
    yield case(
        "a formula into another workbook",
        lambda: filled({MONEY: Formula("[1]Sheet1!A1", 5)}).bytes(),
        ("R44", f"{FIGURES}!E6"),
        values={MONEY: _D(5)},
    )
    yield case(
        "DDE in a text",
        lambda: filled({STEPS: "=cmd|' /C calc'!A0"}).bytes(),
        values={STEPS: "=cmd|' /C calc'!A0"},
    )
    yield case(
        "DDE in a formula",
        lambda: filled({MONEY: Formula("cmd|' /C calc'!A0")}).bytes(),
        ("R46", f"{FIGURES}!E6"),
        values={MONEY: MISSING},
    )
    yield case(
        "WEBSERVICE",
        lambda: filled({STEPS: Formula('WEBSERVICE("http://x")', "y")}).bytes(),
        ("R44", f"{FIGURES}!C14"),
        values={STEPS: "y"},
    )
    yield case(
        "a cell picture of WPS",
        lambda: filled({STEPS: '=DISPIMG("ID_1",1)'}).bytes(),
        values={STEPS: '=DISPIMG("ID_1",1)'},
    )


# --- OLE and other kinds of file ------------------------------------------------------------------------------


def ole_cases() -> Iterator[Case]:
    def case(name: str, make: Callable[[], bytes], refused: str, **more: object) -> Case:
        return Case("ole", name, make, refused, **more)  # type: ignore[arg-type]  # the tests' own keywords

    file = ole_files.container
    yield case("encrypted package", lambda: file({"EncryptionInfo": b"", "EncryptedPackage": b""}), "G09")
    yield case("Word", lambda: file({"WordDocument": b""}), "G03")
    yield case(
        "Word with a workbook inside its text",
        lambda: file({"WordDocument": "Workbook".encode("utf-16-le")}),
        "G03",
    )
    yield case("slides", lambda: file({"PowerPoint Document": b""}), "G03")
    yield case("a mail", lambda: file({"__properties_version1.0": b""}), "G03")
    yield case("something else", lambda: file({"Contents": b""}), "G03")
    yield case("no streams", lambda: file({}), "G03")
    yield case("capitals", lambda: file({"WORKBOOK": b"nonsense"}), "G13")
    yield case("an .xls of nonsense", lambda: file({"Workbook": b"nonsense"}), "G13")
    password = ole_files.record(0x2F, bytes(6))
    yield case(
        "an .xls with password", lambda: file({"Workbook": ole_files.record(0x0809, bytes(16)) + password}), "G09"
    )
    yield case("an .xls that is not ours", lambda: file({"Workbook": ole_files.xls()}), "G20")
    small = Limits(memory=256 * 1024 * 1024)
    yield case(
        "an .xls whose rows lie", lambda: file({"Workbook": ole_files.xls(_far_number())}), "G14", limits=small
    )
    yield case("only the header", lambda: file({"Workbook": b""})[:512], "G06")
    yield case("only the magic", lambda: file({"Workbook": b""})[:8], "G06")
    yield case("a chain in a circle", _circle, "G06")
    yield case("a sector size of nonsense", lambda: _ole_patched(30, b"\x30\0"), "G06")
    yield case("a chain out of the file", lambda: _ole_patched(48, b"\xf0\xff\xff\x00"), "G06")


def _far_number() -> bytes:
    return ole_files.record(0x0203, struct.pack("<3Hd", 65535, 255, 0, 1.0)) + ole_files.record(
        0x0203, struct.pack("<3Hd", 0, 0, 0, 1.0)
    )


def _circle() -> bytes:
    data = bytearray(ole_files.container({"Workbook": b"x" * 5000}))
    struct.pack_into("<L", data, 512 + 4 * 5, 3)
    return bytes(data)


def _ole_patched(at: int, value: bytes) -> bytes:
    data = ole_files.container({"Workbook": b""})
    return data[:at] + value + data[at + len(value) :]


def kind_cases() -> Iterator[Case]:
    def case(name: str, data: bytes, refused: str = "G03") -> Case:
        return Case("kind", name, lambda: data, refused)

    yield case("nothing", b"", "G01")
    yield case("one byte", b"\0")
    yield case("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3")
    yield case("JPG", b"\xff\xd8\xff\xe0" + bytes(100))
    yield case("PNG", b"\x89PNG\r\n\x1a\n" + bytes(100))
    yield case("GIF", b"GIF89a" + bytes(100))
    yield case("BMP", b"BM" + bytes(100))
    yield case("TIFF", b"II*\0" + bytes(100))
    yield case("RTF", b"{\\rtf1 x}")
    yield case("a program", b"MZ" + bytes(100))
    yield case("RAR", b"Rar!\x1a\x07\x01\0" + bytes(100), "G05")
    yield case("7z", b"7z\xbc\xaf\x27\x1c" + bytes(100), "G05")
    yield case("gzip", zlib.compress(b"x", wbits=31), "G05")
    yield case("HTML", b"<html><body><table><tr><td>1</td></tr></table></body></html>", "G04")
    yield case("HTML in GBK", "<HTML><meta charset=gbk><table>数据</table>".encode("gbk"), "G04")
    yield case("HTML in UTF-16", "<html><table>数据</table>".encode("utf-16"), "G04")
    yield case("MHT", b"MIME-Version: 1.0\nContent-Type: multipart/related", "G04")
    xml = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'
    yield case("XML 2003", xml.encode(), "G04")
    yield case("XML", b'<?xml version="1.0"?><data/>')
    yield case("CSV", "项目,金额\n公车,5\n".encode())
    yield case("CSV in GBK", "项目,金额\n公车,5\n".encode("gbk"))
    yield case("plain text", "请见附件。".encode())
    yield case("noise", bytes(range(256)) * 4)
    yield case("an old Excel 4", b"\x09\x04\x06\0" + bytes(50), "G13")
    yield case("a zip of workbooks", packed({"a.xlsx": filled().bytes()}), "G05")
    yield case("an empty zip", b"PK\x05\x06" + bytes(18), "G06")
    yield case("a Word document", packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}))
    yield case("slides", packed({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}))
    yield case("a package without a workbook", packed({"[Content_Types].xml": b"<Types/>"}), "G12")
    yield case(
        "a text document of LibreOffice",
        packed({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
    )
    yield case("an encrypted .ods", packed(_encrypted_ods()), "G09")
    yield case("an .ods of nonsense", packed({"mimetype": _ODS, "content.xml": b"<x/>"}), "G13")
    yield case("an .ods with a DTD", packed({"mimetype": _ODS, "content.xml": b"<!DOCTYPE x><x/>"}), "G10")
    yield case("an .ods of a million repeats", packed({"mimetype": _ODS, "content.xml": _repeats()}), "G08")
    yield case(
        "an .xlsb of nonsense", packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}), "G13"
    )


_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def _encrypted_ods() -> dict[str, bytes]:
    manifest = b"<manifest:manifest xmlns:manifest='m'><manifest:encryption-data/></manifest:manifest>"
    return {"mimetype": _ODS, "content.xml": b"noise", "META-INF/manifest.xml": manifest}


def _repeats() -> bytes:
    cell = b'<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    row = b'<table:table-row table:number-rows-repeated="1048576">' + cell + b"</table:table-row>"
    return (
        b'<office:document-content><table:table table:name="a">'
        + row
        + b"</table:table></office:document-content>"
    )


def all_cases() -> Iterator[Case]:
    yield from identity_cases()
    yield from zip_cases()
    yield from xml_cases()
    yield from grid_cases()
    yield from lost_content_cases()
    yield from structure_cases()
    yield from spelling_cases()
    yield from active_cases()
    yield from ole_cases()
    yield from kind_cases()


CASES_BY_GROUP: dict[str, list[Case]] = {}
for _case in all_cases():
    CASES_BY_GROUP.setdefault(_case.group, []).append(_case)
