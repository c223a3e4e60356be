"""Dates against the calendar and the year that is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfeval_xl.finding import Finding, Passage
from perfeval_xl.proofread.data import words
from perfeval_xl.proofread.moments import Moment, moments
from perfeval_xl.proofread.report import Paragraph, Report
from perfeval_xl.proofread.rules import finding
from perfeval_xl.proofread.text import bare, fold, sentences

_PLAN = re.compile(r"将|计划|拟|下一步|下年|明年|力争|预算|打算|规划|目标|到期|有效期")
_FINAL = "改为全年的最终情况"
_LAST_DAYS = ((12, 31), (12, None))
_TITLE = re.compile("《[^》]*》|〔[^〕]*〕|“[^”]*”")
_REPORT_YEAR = re.compile(r"(?:度)?(?:部门整体支出|部门预算绩效|绩效(?:评价|自评)|部门决算|整体支出)")
_LAST_YEAR = re.compile(r"(?:较|比|与|同)(?:上年|去年|上一年)|同比")
_SIGNED = re.compile(r"^\W*(?:报告日期|填报日期|日期)?\W*(?:19|20)\d\d年\d{1,2}月(?:\d{1,2}日)?\W*$")


def dates(report: Report, year: int, ahead: frozenset[int]) -> Iterator[Finding]:
    """Find dates that do not exist, that lie outside the year, and words that leave the year open.

    `ahead` are the paragraphs that may speak of later years.
    """
    for paragraph in report.body:
        folded = _TITLE.sub(lambda title: "　" * len(title[0]), fold(paragraph.text))
        found = moments(folded)
        for moment in found:
            if not moment.possible:
                yield finding("P16", _place(paragraph, moment), word=_words(paragraph, moment))
        for start, end in sentences(folded):
            inside = [moment for moment in found if start <= moment.start < end and moment.possible]
            yield from _open(paragraph, folded, start, end, inside, year)
            if year and not _SIGNED.match(folded):
                if paragraph.number not in ahead:
                    yield from _late(paragraph, folded[start:end], inside, year)
                yield from _stale(paragraph, folded, start, end, inside, year)


def _place(paragraph: Paragraph, moment: Moment) -> Passage:
    return paragraph.passage(moment.start, moment.end)


def _words(paragraph: Paragraph, moment: Moment) -> str:
    return paragraph.text[moment.start : moment.end].strip()


def _late(paragraph: Paragraph, sentence: str, inside: list[Moment], year: int) -> Iterator[Finding]:
    if _PLAN.search(sentence):
        return
    for moment in inside:
        if moment.year and moment.year > year and not moment.since:
            yield finding("P17", _place(paragraph, moment), word=_words(paragraph, moment), year=year)
            return


def _stale(
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
        if named or (opening and alone and (at_end or (compared and moment.year == year - 1))):
            yield finding(
                "P18",
                _place(paragraph, moment),
                value=str(moment.year),
                expected=str(year),
                word=_words(paragraph, moment),
                year=year,
            )
            return


def _open(
    paragraph: Paragraph, folded: str, start: int, end: int, inside: list[Moment], year: int
) -> Iterator[Finding]:
    stale = words("wording")["stale"]
    sentence = folded[start:end]
    for moment in inside:
        until = re.search(stale["until"] + r"\s*$", folded[start : moment.start])
        if until and moment.month and (moment.month, moment.day) not in _LAST_DAYS and moment.year in (None, year):
            place = paragraph.passage(start + until.start(), moment.end)
            yield finding("N06", place, word=place.quote, reason="没有到年底，不是全年的情况。", remedy=_FINAL)
    if not re.search(r"下一步|明年|下年|下一年", sentence):
        for expected in re.finditer("|".join(stale["expected"]), sentence):
            place = paragraph.passage(start + expected.start(), start + expected.end())
            yield finding("N06", place, word=place.quote, reason="说的是还没有确定的情况。", remedy=_FINAL)
    epidemic = re.search("|".join(stale["epidemic"]), sentence)
    if epidemic and year and year not in stale["epidemic_years"]:
        place = paragraph.passage(start + epidemic.start(), start + epidemic.end())
        yield finding(
            "N06", place, word=place.quote, reason=f"不像是{year}年的原因。", remedy="核对是否以前年度的文字"
        )
