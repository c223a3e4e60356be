"""Whose report it is: unit, year, kind of office and level; and words in it that belong to somebody else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from perfeval_xl.proofread.characters import fold
from perfeval_xl.proofread.report import Context, Paragraph, Report
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.word_lists import words
from perfeval_xl.proofread.written_dates import moments
from perfeval_xl.records.finding import Finding, Passage

_ENDINGS = {
    **dict.fromkeys(("人民法院", "人民检察院", "医院", "学院"), "院"),
    **dict.fromkeys(("学校", "中学", "小学"), "校"),
    "局": "局",
    "委员会": "委",
    "中心": "中心",
    "馆": "馆",
    "联合会": "会",
    "办公室": "办",
    "镇人民政府": "镇",
    "乡人民政府": "乡",
    "街道办事处": "街道",
}
"""How a unit's name ends, and what it calls itself behind 我."""

_NAME = re.compile(
    r"(?<![一-鿿])(?:中共)?(?P<name>[一-鿿]{1,10}?(?:省|市|州|县|区|乡|镇|街道)[一-鿿]{0,12}?"
    rf"(?:{'|'.join(sorted((*_ENDINGS, '人民政府', '办事处'), key=len, reverse=True))}))"
)
_NAMED_FIRST = re.compile(
    r"\s*(?P<name>[省市州县区镇乡]?[一-鿿]{2,12}"
    rf"(?:{'|'.join(sorted(_ENDINGS, key=len, reverse=True))}))(?= |[一-鿿]{{0,4}}(?:预算|决算|整体|部门|绩效))"
)
"""A unit without its place where a title begins with it: 县交通运输局2023年…."""
_ASKED_BY = re.compile("根据|按照?|依据|经|受|由|报|向|请|会同|关于")
_INTRODUCES = re.compile(
    r"\s*(?:\([^)]{0,20}\))?\s*(?:(?:是|系|属于?|为)(?:[^,。;]{0,14})(?:单位|机关|部门|机构|政府|学校)|内设|共有编制|核定编制|机关共有"
    r"|(?:(?:19|20)\d\d年度?)?部门整体支出|(?:19|20)\d\d年度?(?:部门|预算|整体))"
)
_TOGETHER = re.compile(r"(?:会同|配合|协助|联合|报经|报请|请示|委托|划转|拨付|[与和由向经报请对及、给按同])\s*$")
_TITLES = re.compile("《[^》]*》|“[^”]*”")
_OURS = re.compile(r"我(局|院|校|委|办|馆|镇|乡|街道|厅|中心)(?![部公])")
_AREA = re.compile(r"[我全](县|区)(?![域县区])")
_RANKS = {"国": 5, "省": 4, "市": 3, "州": 3, "县": 2, "区": 2, "乡": 1, "镇": 1}
_TO_CONGRESS = re.compile(
    r"受[^,;。]{0,14}委托|向[^,;。]{0,16}报告|请予?[^,;。]{0,4}审[议查]|各位(?:副主任|主任|委员|代表)"
)
"""How a report to a people's congress speaks to its readers, whoever writes it."""
_FEW_WORDS = 2
_OWN_WORDS = 3
_FIRST, _LONGEST_TITLE = 6, 60


@dataclass(frozen=True, slots=True)
class Office:
    """One kind of office and its vocabulary."""

    function: str
    names: tuple[str, ...]
    duties: tuple[str, ...]
    hints: tuple[str, ...]
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report it is, as far as can be told; `level` is one of 省 市 州 县 区 乡 镇. 0 and "" are unknown.

    `year` is the evaluated one, `reading_year` that by which 上年 is understood.
    """

    year: int
    reading_year: int
    unit: str
    function: str
    level: str
    place: Passage
    """Where the report names itself."""


@cache
def lexicon() -> tuple[Office, ...]:
    """Return every kind of office."""
    return tuple(
        Office(item["function"], *(tuple(item[part]) for part in ("names", "duties", "hints", "near")))
        for item in words("offices")["offices"]
    )


def identity(report: Report, context: Context) -> Identity:
    """Return whose report it is: from its title or what it says of itself, else from the workbook beside it."""
    year = _year(report) or context.year or 0
    unit = _self_named(report) or context.unit
    level = (_place(unit) or _place(context.unit) or context.level)[:1]
    function = _function(unit) or _function(context.unit) or _most_spoken_of(report)
    return Identity(
        year,
        year or _reading_year(report),
        unit,
        function,
        level if level in _RANKS else "",
        report.paragraphs[0].whole,
    )


def _year(report: Report) -> int:
    """Return the year that the title names, 0 where it names none."""
    for paragraph in report.body[:_FIRST]:
        if len(paragraph.text) > _LONGEST_TITLE or paragraph.text.rstrip().endswith(("。", "；", ";")):
            continue
        found = [moment for moment in moments(fold(paragraph.text)) if moment.year]
        years = [moment.year for moment in found if moment.suffix == "度"] or [
            moment.year for moment in found if not moment.month
        ]
        if years and years[0]:
            return years[0]
    return 0


def _reading_year(report: Report) -> int:
    """Return the year to read 上年 by where the title names none: the first in the text."""
    for paragraph in report.body:
        for moment in moments(_TITLES.sub(lambda title: " " * len(title[0]), fold(paragraph.text))):
            if moment.year and not re.search(r"[较比与同]\s*$", fold(paragraph.text)[: moment.start][-3:]):
                return moment.year
    return 0


def _introduced(folded: str) -> Iterator[tuple[int, int, str]]:
    """Yield the units that a text introduces as its own: X是全额拨款的行政单位."""
    for match in _NAME.finditer(_TITLES.sub(lambda title: " " * len(title[0]), folded)):
        name = match["name"]
        if _INTRODUCES.match(folded, match.end()):
            yield match.start("name"), match.end("name"), name


def _self_named(report: Report) -> str:
    for paragraph in report.body[:4]:
        folded = fold(paragraph.text)
        plain = re.sub(r"(?:19|20)\d\d年度?", " ", folded)
        match = _NAMED_FIRST.match(plain) or _NAME.search(plain)
        if match and len(folded) < 60 and not _ASKED_BY.match(match["name"]):
            return str(match["name"])
    names = [name for paragraph in report.body for _, _, name in _introduced(fold(paragraph.text))]
    return Counter(names).most_common(1)[0][0] if names else ""


def _place(unit: str) -> str:
    found = re.findall(r"(?<=[一-鿿])[省市州县区乡镇](?=[一-鿿])", unit)
    return str(found[-1]) if found else ""


def _function(unit: str) -> str:
    fits = [(len(name), office.function) for office in lexicon() for name in office.names if name in unit]
    return max(fits)[1] if fits else ""


def _most_spoken_of(report: Report) -> str:
    text = "".join(paragraph.text for paragraph in report.body)
    counts = Counter({office.function: sum(word in text for word in office.duties) for office in lexicon()})
    (first, most), (_, second) = counts.most_common(2)
    return first if most >= _OWN_WORDS and most >= 2 * second else ""


def offices(report: Report, context: Context, own: Identity) -> Iterator[Finding]:
    """Find words of another kind of office, of another level, and names of other units."""
    spoken = _spoken(report, own)
    for paragraph in report.body:
        folded = _TITLES.sub(lambda title: "　" * len(title[0]), fold(paragraph.text))
        plain = _TO_CONGRESS.sub(lambda words: "　" * len(words[0]), folded)
        yield from _foreign(paragraph, plain, spoken, own)
        yield from _above_level(paragraph, folded, own)
        yield from _other_names(paragraph, folded, context, own)
    yield from _misnamed(report, own)


def foreign(paragraphs: tuple[Paragraph, ...], unit: str) -> Iterator[tuple[Paragraph, Finding]]:
    """Find words of another kind of office in the texts of one unit, each with the text that they stand in."""
    report = Report("", paragraphs)
    own = Identity(0, 0, unit, _function(unit), "", paragraphs[0].whole) if paragraphs else None
    spoken = _spoken(report, own) if own and own.function else ()
    for paragraph in paragraphs if own and any(office.duties for office in spoken) else ():
        folded = _TITLES.sub(lambda title: "　" * len(title[0]), fold(paragraph.text))
        yield from ((paragraph, found) for found in _foreign(paragraph, folded, spoken, own))  # type: ignore[arg-type]  # none without an own


def _spoken(report: Report, own: Identity) -> tuple[Office, ...]:
    """Return the kinds of office that are foreign to the unit, with those of their words that the report has."""
    mine = next((office for office in lexicon() if office.function == own.function), None)
    if mine is None:
        return ()
    text = "".join(fold(paragraph.text) for paragraph in report.body)
    ours = (*mine.duties, *mine.hints)

    def said(vocabulary: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(word for word in vocabulary if word in text and not any(word in other for other in ours))

    return tuple(
        replace(office, duties=said(office.duties), hints=said(office.hints))
        for office in lexicon()
        if office is not mine and office.function not in mine.near
    )


def _foreign(paragraph: Paragraph, folded: str, spoken: tuple[Office, ...], own: Identity) -> Iterator[Finding]:
    for office in spoken:
        duties = [word for word in office.duties if word in folded]
        hints = [word for word in office.hints if word in folded and not any(word in duty for duty in duties)]
        if duties and len(duties) + len(hints) >= _FEW_WORDS:
            start, first = min((folded.index(word), word) for word in duties)
            yield finding(
                "N04",
                paragraph.passage(start, start + len(first)),
                word="、".join([*duties, *hints][:4]),
                function=office.function,
                own=own.function,
            )


def _above_level(paragraph: Paragraph, folded: str, own: Identity) -> Iterator[Finding]:
    if not own.level:
        return
    rules = words("wording")["level"]
    higher = "".join(place for place, rank in _RANKS.items() if rank > max(_RANKS[own.level], 2))
    patterns = [rf"{rules['duty']}[^,。;]{{0,8}}?全[{higher}](?!统一)[^,。;、]{{0,8}}"] if higher else []
    if _RANKS[own.level] < _RANKS["省"]:
        patterns += rules["provincial"]
    found = sorted(
        (match for pattern in patterns for match in re.finditer(pattern, folded)), key=lambda m: m.start()
    )
    if found:
        said = "”“".join(dict.fromkeys(match[0] for match in found))
        yield finding("P25", paragraph.passage(*found[0].span()), word=said, level=f"{own.level}级")


def _other_names(paragraph: Paragraph, folded: str, context: Context, own: Identity) -> Iterator[Finding]:
    if not own.unit:
        return
    for start, end, name in _introduced(folded):
        if not alike(name, own.unit):
            yield finding(
                "P26", paragraph.passage(start, end), value=name, expected=own.unit, word=name, own=own.unit
            )
            return
    for name in context.others:
        start = folded.find(name)
        if name and start >= 0 and not alike(name, own.unit) and not _TOGETHER.search(folded[:start]):
            place = paragraph.passage(start, start + len(name))
            yield finding("P26", place, value=name, expected=own.unit, word=name, own=own.unit)
            return


def alike(name: str, unit: str) -> bool:
    """Whether two names may be one unit's: one in the other, or the same end."""
    return name in unit or unit in name or name.endswith(unit[-4:]) or unit.endswith(name[-4:])


def _misnamed(report: Report, own: Identity) -> Iterator[Finding]:
    """Find 我校 in the report of a 局, and 我县 in that of a unit of a 区; each once."""
    yield from misnamed(report, own.unit, own.level)


def misnamed(report: Report, unit: str, level: str = "") -> Iterator[Finding]:
    """Find what a unit of that name does not call itself, each word once."""
    level = level or _place(unit)
    ending = next((self for long, self in sorted(_ENDINGS.items(), key=_length) if unit.endswith(long)), "")
    seen = set()
    for paragraph in report.body:
        folded = fold(paragraph.text)
        for match in (*_OURS.finditer(folded), *_AREA.finditer(folded)):
            area = match.re is _AREA
            right = level if area else ending
            wrong = (right in ("县", "区")) if area else bool(right)
            if wrong and match[1] != right and match[0] not in seen:
                seen.add(match[0])
                mend = match[0][0] + right
                place = paragraph.passage(*match.span())
                yield finding("P27", place, value=match[0], expected=mend, word=match[0], own=unit, right=mend)


def _length(item: tuple[str, str]) -> int:
    return -len(item[0])
