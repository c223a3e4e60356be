"""How a report is divided: headings and their numbers, the parts of the outline, problems and their measures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from perfeval_xl.proofread.characters import bare, chinese_number, chinese_numeral, fold
from perfeval_xl.proofread.genre import Genre
from perfeval_xl.proofread.report import Paragraph, Report
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.word_lists import words
from perfeval_xl.records.finding import Finding, Level

_CHINESE = r"[一二三四五六七八九十]{1,3}"
_FORMS = (
    re.compile(rf"\s*(?P<number>{_CHINESE})(?P<mark>[、.])"),
    re.compile(rf"\s*(?P<mark>\()(?P<number>{_CHINESE})\)[、.]?"),
    re.compile(r"\s*(?P<number>\d{1,2})(?P<mark>[、.])(?:(?!\d)|(?=(?:19|20)\d\d\s*年))"),
    re.compile(r"\s*(?P<mark>\()(?P<number>\d{1,2})\)"),
)
_PARTED = re.compile(r"\s*第[一二三四五六七八九十]{1,3}(?:部分|章|节|篇)")
_INLINE = (
    re.compile(rf"(?:(?<=[,;:。])|^)\s*(?P<mark>)(?:第)?(?P<number>{_CHINESE})(?:是|要)(?=[一-鿿])"),
    re.compile(rf"(?:(?<=[,;:。])|^)\s*(?P<mark>)第(?P<number>{_CHINESE}),(?=[一-鿿])"),
    re.compile(r"(?<=[,;:。])\s*(?P<mark>)(?P<number>\d{1,2})[、.](?!\d)(?=\s*[一-鿿“])"),
    re.compile(r"(?<=[,;:。])\s*(?P<mark>)\((?P<number>\d{1,2})\)(?=\s*[一-鿿“])"),
    re.compile(rf"(?<=[,;:。])\s*(?P<mark>)\((?P<number>{_CHINESE})\)(?=\s*[一-鿿“])"),
)
"""How numbers inside a paragraph are written; the empty group is where one begins."""
_FIRST, _SECOND, _THIRD = range(3)
_LONGEST_TITLE = 30
_CORE = 3
_SPOKEN = re.compile(rf"(?:^|[,;:。])\s*{_CHINESE}是")
_COMBINED = re.compile("(?:问题|不足).*(?:措施|建议|打算|整改|改进|安排|意见|要求)")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A paragraph that begins with a number. `rank` is the form of the number: 一、 (一) 1. (1)."""

    paragraph: Paragraph
    rank: int
    number: int
    mark: str
    title: str
    end: int

    @property
    def is_title(self) -> bool:
        """Whether it is short enough to be a heading, and no sentence."""
        return 0 < len(self.title) <= _LONGEST_TITLE and not self.title.endswith(("。", ";", ","))


@dataclass(frozen=True, slots=True)
class Section:
    """A first-level heading and the paragraphs up to the next."""

    heading: Paragraph
    title: str
    content: tuple[Paragraph, ...]


@dataclass(slots=True)
class _Counter:
    last: list[int] = field(default_factory=lambda: [0] * len(_FORMS))
    marks: list[str] = field(default_factory=lambda: [""] * len(_FORMS))

    def enter(self, rank: int, number: int) -> None:
        self.last[rank] = number
        for deeper in range(rank + 1, len(_FORMS)):
            self.last[deeper], self.marks[deeper] = 0, ""


def numbered(paragraph: Paragraph) -> Numbered | None:
    """Return the number that a paragraph begins with."""
    folded = fold(paragraph.text)
    for rank, form in enumerate(_FORMS):
        match = form.match(folded)
        if match:
            number = chinese_number(match["number"]) if rank < _THIRD else int(match["number"])
            mark = paragraph.text[match.start("mark")]
            title = folded[match.end() :].strip()
            return Numbered(paragraph, rank, int(number or 0), mark, title, match.end())
    return None


def _is_part(title: str) -> bool:
    return any(word in title for part in words("outline")["parts"] for word in part["any"])


def headings(report: Report) -> Iterator[Finding]:
    """Find numbers that skip, repeat or are written in another way than their neighbours."""
    counter = _Counter()
    for paragraph in report.body:
        item = numbered(paragraph)
        if _PARTED.match(fold(paragraph.text)):
            counter = _Counter()
        if item is None:
            yield from _inline(paragraph, 0)
            continue
        yield from _inline(paragraph, item.end)
        first_rank = _is_first_rank(item, counter)
        rank = _FIRST if first_rank else item.rank
        expected = counter.last[rank] + 1
        if not any(counter.last):
            expected = item.number  # a text that begins in the middle
        if rank != item.rank or (item.number not in (expected, 1) or (rank == _FIRST and item.number < expected)):
            yield _misnumbered(item, _shown(rank, expected))
        elif rank == _THIRD:
            yield from _mixed_mark(item, counter)
        counter.enter(rank, item.number)
        counter.marks[rank] = counter.marks[rank] or item.mark


def _inline(paragraph: Paragraph, begin: int) -> Iterator[Finding]:
    """Find numbers inside a paragraph that skip or repeat: 一是……二是……四是, (1)……(3)."""
    folded = fold(paragraph.text)
    own = numbered(paragraph)
    for rank, form in enumerate(_INLINE):
        found = [match for match in form.finditer(folded, begin) if not _cited(folded, match)]
        last = own.number if own and own.rank == rank + 1 and rank in (_SECOND, _THIRD) else 0
        marks = [(match, _inline_number(match["number"])) for match in found]
        expected = last + 1 if marks and marks[0][1] != 1 and last else 1
        if not marks or (marks[0][1] != expected and not _skipped(marks, folded)):
            continue
        for match, number in marks:
            if number == 1:
                expected = 1
            if number != expected:
                said = paragraph.text[match.start("mark") : match.end()].strip()
                right = said.replace(match["number"], _as(match["number"], expected), 1)
                place = paragraph.passage(match.start("mark"), match.end())
                yield finding(
                    "N05",
                    place,
                    value=said,
                    expected=right,
                    title=folded[match.end() : match.end() + 12],
                    said=said,
                )
            expected = number + 1


def _skipped(marks: list[tuple[re.Match[str], int]], folded: str) -> bool:
    """Whether a list that does not begin with one is one all the same: 3.……4.…… behind a colon."""
    return (
        len(marks) > 1
        and marks[1][1] == marks[0][1] + 1
        and folded[: marks[0][0].start("mark")].rstrip().endswith(":")
    )


def _cited(folded: str, match: re.Match[str]) -> bool:
    return bool(
        re.search(r"(?:第|见|附表|附件|表|图)\s*$", folded[max(0, match.start("mark") - 4) : match.start("mark")])
    )


def _inline_number(text: str) -> int:
    return int(text) if text.isdigit() else int(chinese_number(text) or 0)


def _as(like: str, number: int) -> str:
    return str(number) if like.isdigit() else chinese_numeral(number)


def _is_first_rank(item: Numbered, counter: _Counter) -> bool:
    """Whether 2、 stands where 二、 is due."""
    if item.rank != _THIRD or not item.is_title or item.number != counter.last[_FIRST] + 1:
        return False
    return item.number != counter.last[_THIRD] + 1 or (_is_part(item.title) and item.number > 1)


def _shown(rank: int, number: int) -> str:
    if rank == _FIRST:
        return f"{chinese_numeral(number)}、"
    if rank == _SECOND:
        return f"（{chinese_numeral(number)}）"
    return f"{number}." if rank == _THIRD else f"（{number}）"


def _misnumbered(item: Numbered, expected: str) -> Finding:
    said = item.paragraph.text[: item.end].strip()
    return finding(
        "N05",
        item.paragraph.passage(0, item.end),
        value=said,
        expected=expected,
        title=item.title[:20],
        said=said,
    )


def _mixed_mark(item: Numbered, counter: _Counter) -> Iterator[Finding]:
    before = counter.marks[_THIRD] if item.number > 1 else ""
    if before and before != item.mark:
        counter.marks[_THIRD] = item.mark
        place = item.paragraph.passage(0, item.end)
        said = place.quote.strip()
        yield finding("P22", place, value=said, expected=f"{item.number - 1}{before}", said=said)


def sections(report: Report) -> tuple[Section, ...]:
    """Return the report cut at its first-level headings."""
    counter, starts = _Counter(), []
    for position, paragraph in enumerate(report.body):
        item = numbered(paragraph)
        if item and item.is_title and (item.rank == _FIRST or _is_first_rank(item, counter)):
            starts.append((position, item.title))
            counter.enter(_FIRST, item.number)
        elif item:
            counter.enter(item.rank, item.number)
        elif _is_bare_heading(paragraph):
            starts.append((position, fold(paragraph.text).strip()))
    ends = [*(start for start, _ in starts[1:]), len(report.body)]
    return tuple(
        Section(report.body[start], title, report.body[start + 1 : end])
        for (start, title), end in zip(starts, ends, strict=False)
    )


def _is_bare_heading(paragraph: Paragraph) -> bool:
    text = fold(paragraph.text).strip()
    return (
        len(text) <= _LONGEST_TITLE and not re.search(r"[,;:。]", text) and _is_part(text) and paragraph.number > 1
    )


def looking_ahead(report: Report) -> frozenset[int]:
    """Return the numbers of the paragraphs that may speak of later years: measures, use of results, others."""
    return frozenset(
        paragraph.number
        for section in sections(report)
        if any(word in section.title for word in words("outline")["ahead"]["any"])
        for paragraph in section.content
    )


def outline(report: Report, sort: Genre) -> Iterator[Finding]:
    """Find parts of the outline that are missing, and problems without measures or the reverse.

    The outline is asked of a report that keeps it: one with a heading that no other outline has.
    """
    found = sections(report)
    parts = words("outline")["parts"]
    present = [part for part in parts if any(word in section.title for section in found for word in part["any"])]
    whole = sum(part["core"] for part in present) >= _CORE  # else it is a piece of a report
    if sort is Genre.OVERALL and whole and _keeps_outline(found):
        missing = [part["title"] for part in parts if part not in present]
        if missing:
            found_missing = finding(
                "P23", report.paragraphs[0].whole, parts="、".join(f"“{title}”" for title in missing)
            )
            core = any(part["core"] for part in parts if part not in present)
            yield found_missing if core else replace(found_missing, level=Level.NOTICE)
    if sort is Genre.OVERALL:
        yield from _problems_and_measures(found)


def _keeps_outline(found: tuple[Section, ...]) -> bool:
    mark = words("outline")["mark"]["any"]
    return any(word in section.title for section in found for word in mark)


def _problems_and_measures(found: tuple[Section, ...]) -> Iterator[Finding]:
    parts = words("outline")["parts"]
    problem_words = next(part["any"] for part in parts if "问题" in part["title"])
    measure_words = next(part["any"] for part in parts if "措施" in part["title"])
    problems = next((item for item in found if any(word in item.title for word in problem_words)), None)
    if problems and _COMBINED.search(problems.title):
        return
    measures = next(
        (item for item in found if item is not problems and any(word in item.title for word in measure_words)),
        None,
    )
    has_problems = problems is not None and _points(problems) > 0
    has_measures = measures is not None and _points(measures) > 0
    if problems and has_problems and not has_measures:
        yield finding("P28", problems.heading.whole, has="存在的问题", lacks="改进措施")
    elif measures and has_measures and not has_problems:
        yield finding("P28", measures.heading.whole, has="改进措施", lacks="存在的问题")
    elif problems and measures and _points(measures) < _points(problems):
        yield finding("N08", measures.heading.whole, problems=_points(problems), measures=_points(measures))


def _points(section: Section) -> int:
    """Return how many points a section makes: its numbered paragraphs, or 一是 二是, or its paragraphs."""
    content = [item for item in section.content if bare(item.text) and not _introduces(item)]
    ranks = [item.rank for item in filter(None, map(numbered, content))]
    spoken = sum(len(_SPOKEN.findall(fold(item.text))) for item in content)
    return max(ranks.count(min(ranks)) if ranks else 0, spoken) or len(content)


def _introduces(paragraph: Paragraph) -> bool:
    return paragraph.text.rstrip().endswith((":", "：")) and numbered(paragraph) is None
