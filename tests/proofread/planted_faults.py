"""Faults planted in right reports: one change of the text each, of a known kind at a known place."""
# ruff: noqa: E501, S311 -- patterns are easier to read unbroken; a fixed seed is the point

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from handwritten import TEXTS
from written_reports import Written, wide, written

from perfeval_xl.proofread import load, proofread
from perfeval_xl.records.finding import Passage


@dataclass(frozen=True)
class Fault:
    """One planted fault: the changed text, where it is, what was written instead, and which rules speak of it."""

    kind: str
    rules: frozenset[str]
    paragraphs: tuple[str, ...]
    paragraph: int
    start: int
    end: int
    words: str

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


Plant = Callable[[tuple[str, ...], random.Random, Written], tuple[int, int, str, str] | None]
"""Returns paragraph (from 0), start, old words and new words; None where the text offers nothing of the kind."""

_AMOUNT = r"[\d,０-９．.]+ ?万元"
SUMS = {"P01", "P02", "P08", "N02", "N03", "P04", "P05", "P07", "P10", "P03", "P12"}


def _matching(paragraphs: tuple[str, ...], pattern: str) -> list[tuple[int, re.Match[str]]]:
    return [(i, m) for i, text in enumerate(paragraphs) for m in re.finditer(pattern, text)]


def _nudged(words: str, rng: random.Random) -> str:
    """Change a number by a visible amount, written as before."""
    plain = "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in words)
    number = re.search(r"\d[\d,]*(?:\.\d+)?", plain)
    assert number
    value = Decimal(number[0].replace(",", ""))
    places = len(number[0].partition(".")[2])
    factor = Decimal(str(rng.choice((0.83, 0.91, 1.07, 1.13, 1.31))))
    changed = max(value * factor, value + 1) if factor > 1 else min(value * factor, value - 1)
    new = f"{abs(changed):{',' if ',' in number[0] else ''}.{places}f}"
    text = plain[: number.start()] + new + plain[number.end() :]
    return wide(text) if plain != words else text


def _number_in(pattern: str) -> Plant:
    def plant(paragraphs: tuple[str, ...], rng: random.Random, _: Written) -> tuple[int, int, str, str] | None:
        found = _matching(paragraphs, pattern)
        if not found:
            return None
        index, match = rng.choice(found)
        return index, match.start("old"), match["old"], _nudged(match["old"], rng)

    return plant


def _replaced(pattern: str, new: Callable[[re.Match[str], Written], str]) -> Plant:
    def plant(
        paragraphs: tuple[str, ...], rng: random.Random, report: Written
    ) -> tuple[int, int, str, str] | None:
        found = _matching(paragraphs, pattern)
        if not found:
            return None
        index, match = rng.choice(found)
        return index, match.start("old"), match["old"], new(match, report)

    return plant


_FOREIGN = (
    ("财政", "本年还承担财政投资评审和非税收入稽查等工作。"),
    ("教育", "本年还加强教师队伍建设，落实学生资助和控辍保学。"),
    ("民政", "本年还组织婚姻登记，落实特困人员供养和残疾人两项补贴。"),
    ("公路", "本年还加强农村公路养护，整治道路运输市场。"),
)
_NEAR = {"审计": "财政", "教育": "教育", "民政": "民政", "交通": "公路"}


def _foreign(_: re.Match[str], report: Written) -> str:
    own = next((other for word, other in _NEAR.items() if word in report.office.unit), "")
    sentence = next(text for name, text in _FOREIGN[len(report.text) % 3 :] + _FOREIGN if name != own)
    return f"。{sentence}"


def _flip(match: re.Match[str], _: Written) -> str:
    return {"增加": "减少", "减少": "增加", "增长": "下降", "下降": "增长"}[match["old"]]


KINDS: dict[str, tuple[frozenset[str], Plant]] = {
    "占比算错": (frozenset({"N02"}), _number_in(r"(?:占[^，。；,%\d０-９]{0,10}|占比)(?P<old>[\d．.０-９]+[%％])")),
    "分项金额改动": (frozenset(SUMS), _number_in(rf"(?:人员经费|公用经费|人员支出|公用支出|业务工作经费(?:支出)?|专项资金(?:支出)?|公务接待费) ?(?P<old>{_AMOUNT})")),
    "增减额改动": (frozenset(SUMS), _number_in(rf"(?:比上年|较上年|决算数|万元|相比[，,]|同比)(?:增加|减少)了? ?(?P<old>{_AMOUNT})[，,](?:增|降|下)")),
    "增减幅度算错": (frozenset({"P05"}), _number_in(r"(?:增长|下降|增幅|降幅)(?P<old>[\d．.０-９]+[%％])")),
    "增减方向写反": (frozenset({"P05", "P04", "P06", "N03", "P07"}), _replaced(rf"万元 ?(?P<old>增加|减少)(?=到|\s*{_AMOUNT})", _flip)),
    "执行率算错": (frozenset({"P10"}), _number_in(r"执行率为?(?P<old>[\d．.０-９]+[%％])")),
    "合格率算错": (frozenset({"P10", "P14"}), _number_in(r"(?:合格率为?|回收率)(?P<old>[\d．.０-９]+[%％])")),
    "股室个数不符": (frozenset({"P11"}), _replaced(r"(?P<old>[3-5三四五])个(?:股室|内设机构|：|[，,]分别|:)", lambda m, _: {"3": "4", "4": "5", "5": "6", "三": "五", "四": "五", "五": "六"}[m["old"]])),
    "单位写错": (frozenset({"P12", "P01", "P13"}), _replaced(r"(?:人员经费|公用经费|人员支出|公用支出|基本支出)(?:为)? ?[\d,.０-９．]+ ?(?P<old>万元)", lambda _m, _r: "元")),
    "前后不一": (frozenset(SUMS), _number_in(rf"(?:基本支出|项目支出|人员经费|公用经费)为? ?(?P<old>{_AMOUNT})(?=[^。]*(?:均已按规定|口径一致|决算报表))")),
    "编制合计不符": (frozenset({"P01", "P19"}), _number_in(r"编制(?P<old>\d+[人名])(?:，其中|（|,其中)")),
    "标题序号": (frozenset({"N05"}), _replaced(r"^(?P<old>[二三四五六七八九十])、", lambda m, _: {"二": "2", "三": "二", "四": "五", "五": "四", "六": "七", "七": "7", "八": "七", "九": "十", "十": "九"}[m["old"]])),
    "别类单位用语": (frozenset({"N04"}), _replaced(r"(?:专项资金[^。]*|等方面)(?P<old>。)", _foreign)),
    "别家单位名": (frozenset({"P26", "P27"}), _replaced(r"^(?P<old>我[局院])(?=内设|设有|现有|共有|核定|编制)", lambda _m, _r: "临澧县供销合作社联合会是财政全额拨款单位，")),
    "自称不符": (frozenset({"P27"}), _replaced(r"(?<=[，,])(?P<old>我[局院])(?=对部门)", lambda _m, _r: "我校")),
    "年份未改": (frozenset({"P18", "P17"}), _replaced(r"^(?P<old>20\d\d)(?=年末|年(?:度)?基本支出[^。]*较上年|年(?:度)?基本支出[^。]*比上年)", lambda m, _: str(int(m["old"]) - 1))),
    "日期不存在": (frozenset({"P16"}), _replaced(r"(?P<old>11月底|12月31日)", lambda _m, _r: "11月31日")),
    "模板残留": (frozenset({"P24"}), _replaced(r"(?P<old>\d+)(?=座|间|个[，；,]|所[，；,]|处|场[，；,])", lambda _m, _r: "××")),
    "比率超百": (frozenset({"P14"}), _replaced(r"满意度(?:由上年的93\.5%提高到|达到)?(?P<old>9\d(?:\.\d+)?)%", lambda _m, _r: "195.2")),
    "未定说法": (frozenset({"N06"}), _replaced(r"(?:[，,；。])(?P<old>)(?=均达到年度|推动了|在20\d\d年11月)", lambda _m, _r: "预计")),
    "段落重复": (frozenset({"P29"}), lambda paragraphs, rng, _: _doubled(paragraphs, rng)),
}  # fmt: skip


def _doubled(paragraphs: tuple[str, ...], rng: random.Random) -> tuple[int, int, str, str]:
    index = rng.choice([i for i, text in enumerate(paragraphs) if len(text) > 45])
    return index, len(paragraphs[index]), "", "\n" + paragraphs[index]


def planted(report: Written, kind: str, rng: random.Random) -> Fault | None:
    """Plant one fault of a kind, if the text has a place for it."""
    rules, plant = KINDS[kind]
    found = plant(report.paragraphs, rng, report)
    if found is None:
        return None
    index, start, old, new = found
    text = report.paragraphs[index]
    changed = text[:start] + new + text[start + len(old) :]
    pieces = changed.split("\n")
    paragraphs = (*report.paragraphs[:index], *pieces, *report.paragraphs[index + 1 :])
    return Fault(
        kind, rules, paragraphs, index + len(pieces), start if len(pieces) == 1 else 0, start + len(new), new
    )


def generated(reports: tuple[Written, ...], wanted: int, seed: int) -> tuple[Fault, ...]:
    """Plant that many faults, every report in turn, kinds as even as the texts allow."""
    rng = random.Random(seed)
    counts = dict.fromkeys(KINDS, 0)
    found: list[Fault] = []
    while len(found) < wanted:
        report = reports[len(found) % len(reports)]
        for kind in sorted(KINDS, key=lambda name: (counts[name], rng.random())):
            fault = planted(report, kind, rng)
            if fault:
                counts[kind] += 1
                found.append(fault)
                break
    return tuple(found)


BY_HAND = (
    ("统计局", "占比算错", "占总支出的68.50%", "占总支出的58.50%", {"N02"}),
    ("统计局", "分项金额改动", "项目支出453.57万元", "项目支出435.57万元", {"P01", "P02"}),
    ("统计局", "编制合计不符", "工勤2人", "工勤5人", {"P02"}),
    ("统计局", "执行率算错", "执行率96%", "执行率99%", {"P10"}),
    ("统计局", "增减额改动", "减少8.30万元", "减少8.80万元", {"P04"}),
    ("法院", "分项金额改动", "其他法院支出1772.23万元", "其他法院支出1722.23万元", {"P01", "P02"}),
    ("法院", "合格率算错", "结案率97.29%", "结案率99.29%", {"P10"}),
    ("法院", "增减方向写反", "由88.4%上升至90.1%", "由90.1%上升至88.4%", {"P06", "P04"}),
    ("法院", "编制合计不符", "公务员131人", "公务员113人", {"P02", "P01"}),
    ("法院", "增减额改动", "上升1.7个百分点", "上升2.7个百分点", {"P04"}),
    ("乡政府", "占比算错", "占53.24%", "占54.24%", {"N02"}),
    ("乡政府", "增减额改动", "增加151.00万元", "增加115.00万元", {"P04", "P05"}),
    ("乡政府", "增减幅度算错", "增长17.27%", "增长12.77%", {"P05"}),
    ("乡政府", "自称不符", "我乡设", "我局设", {"P27"}),
    ("乡政府", "分项金额改动", "政府性基金拨款118.82万元", "政府性基金拨款181.82万元", {"P01", "P02"}),
    ("小学", "执行率算错", "执行率98.90%", "执行率96.90%", {"P10"}),
    ("小学", "分项金额改动", "商品和服务支出1,320,000元", "商品和服务支出1,230,000元", {"P01", "P02"}),
    ("小学", "增减幅度算错", "下降9.90%", "下降9.09%", {"P05"}),
    ("小学", "分项金额改动", "其中一楼6间", "其中一楼8间", {"P02"}),
    ("小学", "自称不符", "我校现有", "我院现有", {"P27"}),
    ("医院", "分项金额改动", "人才培养100.00万元", "人才培养120.00万元", {"P01", "P02"}),
    ("医院", "比率超百", "患者满意度93.5%", "患者满意度193.5%", {"P14"}),
    ("医院", "分项金额改动", "管理及后勤114人", "管理及后勤104人", {"P02"}),
    ("医院", "标题序号", "（三）绩效", "（四）绩效", {"N05"}),
    ("医院", "模板残留", "出院病人2.05万人次", "出院病人XX万人次", {"P24"}),
    ("发改局", "占比算错", "占59.39%", "占61.39%", {"N02"}),
    ("发改局", "股室个数不符", "5个股室", "6个股室", {"P11"}),
    ("发改局", "增减幅度算错", "下降10.00%", "下降12.00%", {"P05"}),
    ("发改局", "增减额改动", "减少0.68万元", "减少0.86万元", {"P04"}),
    ("发改局", "分项金额改动", "民生项目6个", "民生项目8个", {"P02"}),
)
"""Faults in the reports by hand: report, kind, right words, wrong words, and the rules that speak of them."""


def by_hand() -> tuple[Fault, ...]:
    """Return the faults of the list above."""
    found = []
    for name, kind, right, wrong, rules in BY_HAND:
        assert TEXTS[name].count(right) == 1, right
        paragraphs = tuple(TEXTS[name].replace(right, wrong).split("\n"))
        number, start = next((n, text.index(wrong)) for n, text in enumerate(paragraphs, 1) if wrong in text)
        found.append(Fault(kind, frozenset(rules), paragraphs, number, start, start + len(wrong), wrong))
    return tuple(found)


def found(fault: Fault) -> bool:
    """Whether proofreading speaks of a fault at its sentence, or names the figure and the paragraph it stands in."""
    return any(
        item.rule in fault.rules and _is_there(item, fault)
        for item in proofread(load(fault.text.encode(), "报告.txt"))
    )


def _is_there(item: object, fault: Fault) -> bool:
    place = getattr(item, "place", None)
    assert isinstance(place, Passage)
    if place.paragraph == fault.paragraph:
        text = fault.paragraphs[fault.paragraph - 1]
        begin = max(text.rfind("。", 0, fault.start), 0)
        end = text.find("。", fault.end) if "。" in text[fault.end :] else len(text)
        return begin <= place.start <= end or fault.words.strip() in getattr(item, "message", "")
    return f"第{fault.paragraph}段" in getattr(item, "message", "")


WRITTEN = tuple(written(seed) for seed in range(14))
REPORTS = (*(report.text for report in WRITTEN), *TEXTS.values())
"""Twenty right reports: fourteen from the writer, six by hand."""

FAULTS = (*generated(WRITTEN, 70, seed=7), *by_hand())
"""A hundred faults in them."""
