"""Dates against the calendar and the year that is evaluated."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from perfeval_xl.proofread.characters import bare, fold, sentences
from perfeval_xl.proofread.report import Paragraph, Report
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.word_lists import words
from perfeval_xl.proofread.written_dates import Moment, moments
from perfeval_xl.records.finding import Finding, Passage

_PLAN = re.compile(r"将|计划|拟|下一步|下年|明年|力争|预算|打算|规划|目标|到期|有效期")
_FINAL = "改为全年的最终情况"
_LAST_DAYS = ((12, 31), (12, None))
_TITLE = re.compile("《[^》]*》|〔[^〕]*〕|“[^”]*”")
_REPORT_YEAR = re.compile(r"(?:度)?(?:部门整体支出|部门预算绩效|绩效(?:评价|自评)|部门决算|整体支出)")
_LAST_YEAR = re.compile(r"(?:较|比|与|同)(?:上年|去年|上一年)|同比")
_STANDS = re.compile(
    r"[,\s]*(?:实有|实际|共有|在职|在编|在岗|干部职工|教职工|本单位|我[局院校委办镇乡]|编制|人员|退休|离休|职工|资产|固定资产|账面)"
)
_POSTS = re.compile(r"[^,;。]{0,12}编制")
_SINCE = re.compile("(?:较|比|与|同|由|从|截至|自)[^,;]{0,6}$")
_NEAR, _FAR, _FEWEST = 16, 60, 3
_SIGNED = re.compile(r"^\W*(?:报告日期|填报日期|日期)?\W*(?:19|20)\d\d年\d{1,2}月(?:\d{1,2}日)?\W*$")


def dates(
    report: Report, year: int, ahead: frozenset[int], *, final: bool = True, closed: bool = True
) -> Iterator[Finding]:
    """Find dates that do not exist, that lie outside the year, and words that leave the year open.

    `ahead` are the paragraphs that may speak of later years; `final`: the text tells of a whole year that is over;
    `closed`: of nothing later.
    """
    for paragraph in report.body:
        folded = _TITLE.sub(lambda title: "　" * len(title[0]), fold(paragraph.text))
        found = moments(folded)
        yield from impossible(paragraph)
        for start, end in sentences(folded):
            begin, behind = (bisect_left(found, at, key=lambda moment: moment.start) for at in (start, end))
            inside = [moment for moment in found[begin:behind] if moment.possible]
            if final:
                yield from _open(paragraph, folded, start, end, inside, year)
            yield from _disordered(paragraph, folded, end, inside)
            if not year:
                yield from _two_years(paragraph, folded, end, inside)
            if year and not _SIGNED.match(folded):
                if closed and paragraph.number not in ahead:
                    yield from late(paragraph, folded[start:end], inside, year)
                yield from stale(paragraph, folded, start, end, inside, year)


def impossible(paragraph: Paragraph) -> Iterator[Finding]:
    """Find dates that the calendar does not have."""
    folded = _TITLE.sub(lambda title: "　" * len(title[0]), fold(paragraph.text))
    for moment in moments(folded):
        if not moment.possible:
            yield finding("P16", _place(paragraph, moment), word=_words(paragraph, moment))


def _place(paragraph: Paragraph, moment: Moment) -> Passage:
    return paragraph.passage(moment.start, moment.end)


def _words(paragraph: Paragraph, moment: Moment) -> str:
    return paragraph.text[moment.start : moment.end].strip()


def late(paragraph: Paragraph, sentence: str, inside: list[Moment], year: int) -> Iterator[Finding]:
    """Find a later year where nothing is planned."""
    if _PLAN.search(sentence):
        return
    for moment in inside:
        if moment.year and moment.year > year and not moment.since:
            yield finding("P17", _place(paragraph, moment), word=_words(paragraph, moment), year=year)
            return


def stale(
    paragraph: Paragraph, folded: str, start: int, end: int, inside: list[Moment], year: int
) -> Iterator[Finding]:
    """Find an earlier year where this year is meant: in the report's title, at the year's end, before 较上年."""
    for moment in inside:
        if not moment.year or moment.year >= year or moment.since:
            continue
        opening = not bare(re.sub("截[至止]", "", folded[start : moment.start]))
        at_end = moment.suffix in ("末", "底") or (moment.month, moment.day) == (12, 31)
        compared = _LAST_YEAR.search(folded[moment.end : end])
        alone = all(other.year != year for other in inside)
        named = _REPORT_YEAR.match(folded, moment.end - (moment.suffix == "度"))
        stands = _STANDS.match(folded[moment.end : end]) and not _SINCE.search(folded[start : moment.start])
        beside = at_end and stands and any(other.year == year for other in inside)
        standing = at_end and stands and alone
        if (
            named
            or beside
            or standing
            or (opening and alone and (at_end or (compared and moment.year == year - 1)))
        ):
            yield finding(
                "P18",
                _place(paragraph, moment),
                value=str(moment.year),
                expected=str(year),
                word=_words(paragraph, moment),
                year=year,
            )
            return


def _two_years(paragraph: Paragraph, folded: str, end: int, inside: list[Moment]) -> Iterator[Finding]:
    """Find 2023年编制…2022年末实有: posts of one year beside people of the end of the year before."""
    posts = next((moment for moment in inside if moment.year and _POSTS.match(folded[moment.end : end])), None)
    for moment in inside if posts else ():
        ends = moment.suffix in ("末", "底") or (moment.month, moment.day) == (12, 31)
        if posts and ends and moment.year == (posts.year or 0) - 1 and _STANDS.match(folded[moment.end : end]):
            case = {"value": str(moment.year), "expected": str(posts.year), "word": _words(paragraph, moment)}
            yield finding("P18", _place(paragraph, moment), year=posts.year, **case)
            return


def _disordered(paragraph: Paragraph, folded: str, end: int, inside: list[Moment]) -> Iterator[Finding]:
    """Find months of one year that run backwards: opened in September, finished in May; from September to May."""
    dated = [moment for moment in inside if moment.month]
    for one, other in pairwise(dated):
        between, behind = folded[one.end : other.start], folded[other.end : min(end, other.end + _NEAR)]
        same_year = other.year in (None, one.year) and "次年" not in between and "翌年" not in between
        backwards = (
            _order(other) < _order(one) and len(between) <= _FAR and not re.search("次年|翌年|上年|去年", between)
        )
        spans = re.fullmatch(r"\s*(?:日|份)?\s*(?:开始|起)?\s*[,、]?\s*[-~—至到]\s*", between) is not None
        if same_year and backwards and (spans or _runs(folded[one.end : other.start], behind)):
            place = paragraph.passage(one.start, other.end)
            said = f"{_words(paragraph, one)}在前，{_words(paragraph, other)}在后"
            yield finding("P42", place, word=place.quote, evidence=said)
            return
    yield from _unsorted(paragraph, folded, dated)


def _order(moment: Moment) -> tuple[int, int]:
    return moment.month or 0, moment.day or 0


def _runs(between: str, behind: str) -> bool:
    """Whether what is done at the first date comes before what is done at the second."""
    stages = words("wording")["order"]["stages"]
    first = [at for at, stage in enumerate(stages) if re.search(stage, re.split("[,;]", between)[0])]
    then = [at for at, stage in enumerate(stages) if re.search(stage, re.split("[,;]", behind)[0])]
    return bool(first and then) and max(first) < min(then)


def _unsorted(paragraph: Paragraph, folded: str, dated: list[Moment]) -> Iterator[Finding]:
    """Find one month out of the order of a list of dates that all begin their clauses."""
    leading = [
        moment
        for moment in dated
        if re.search(
            r"(?:^|[,;:。])\s*(?:于|在|随后|然后|接着)?\s*$", folded[max(0, moment.start - 4) : moment.start]
        )
    ]
    if len(leading) < _FEWEST or len({moment.year for moment in leading if moment.year}) > 1:
        return
    turned = [(one, other) for one, other in pairwise(leading) if _order(other) < _order(one)]
    if len(turned) == 1:
        one, other = turned[0]
        place = paragraph.passage(other.start, other.end)
        yield finding("P42", place, word=place.quote, evidence=f"前面已经写到{_words(paragraph, one)}")


def _open(
    paragraph: Paragraph, folded: str, start: int, end: int, inside: list[Moment], year: int
) -> Iterator[Finding]:
    stale = words("wording")["stale"]
    sentence = folded[start:end]
    for moment in inside if year else ():
        until = re.search(stale["until"] + r"(?:到)?\s*$", folded[max(start, moment.start - _NEAR) : moment.start])
        if until and moment.month and (moment.month, moment.day) not in _LAST_DAYS and moment.year in (None, year):
            place = paragraph.passage(max(start, moment.start - _NEAR) + until.start(), moment.end)
            yield finding("N06", place, word=place.quote, reason="没有到年底，不是全年的情况。", remedy=_FINAL)
    if not re.search(r"下一步|明年|下年|下一年", sentence):
        for expected in re.finditer("|".join(stale["expected"]), sentence):
            if any(
                moment.year and moment.year > year for moment in inside if moment.start >= start + expected.end()
            ):
                continue  # what is told of the year to come is still to be expected
            place = paragraph.passage(start + expected.start(), start + expected.end())
            yield finding("N06", place, word=place.quote, reason="说的是还没有确定的情况。", remedy=_FINAL)
    epidemic = re.search("|".join(stale["epidemic"]), sentence)
    if epidemic and year and year not in stale["epidemic_years"]:
        place = paragraph.passage(start + epidemic.start(), start + epidemic.end())
        yield finding(
            "N06", place, word=place.quote, reason=f"不像是{year}年的原因。", remedy="核对是否以前年度的文字"
        )
