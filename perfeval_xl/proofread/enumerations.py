"""Lists that name what they count: 内设股室3个，分别是……; the items counted against the number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from perfeval_xl.proofread.characters import chinese_numeral, fold
from perfeval_xl.proofread.figures import MONEY, PEOPLE, PERCENT, POINTS, Figure, figures
from perfeval_xl.proofread.report import Paragraph, Report
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.written_dates import moments
from perfeval_xl.records.finding import Finding

_FOLLOWS = re.compile(
    r"[^,:;。、]{0,10}[,:]\s*(?:分别(?:是|为)|即|具体(?:是|为)|包括|依次为|名称为)[:]?\s*|[^,:;。、]{0,10}:\s*(?=[^\d一二三四五六七八九十(])"
)
_ORDINALS = re.compile(r"(?:^|[,;。:\s])\(?(\d{1,2})(?:[、.)])(?!\d)\s*(?=\S)")
_PRECEDES = re.compile(
    r"(?:内设|下设|设有|设置|设立|分为|包括|下辖|辖|有|设)(?P<list>[^,;:。]*、[^,;:。]*?)(?P<more>等)?(?:共计|共|合计)?\s*$"
)
_MEASURES = re.compile(r"[^,;:。]{0,6}(?:措施|问题|原因|不足|成效|做法|任务|方面|工作)")
_JOINT = re.compile(r"以及|[和及与]")
_NOT_LISTED = (MONEY, PERCENT, POINTS, PEOPLE)
_FEWEST = 2
_REACH, _BEFORE = 2000, 300
"""Characters behind a number in which the things that it counts are looked for."""


def enumerations(report: Report) -> Iterator[Finding]:
    """Count every list whose number is given."""
    for paragraph in report.body:
        folded = fold(paragraph.text)
        for figure in figures(folded, moments(folded)):
            if figure.exact and figure.dimension not in _NOT_LISTED and figure.value >= _FEWEST:
                items = _listed(folded, figure)
                if items and not _fits(items, int(figure.value)):
                    yield _miscounted(paragraph, figure, items)


def _listed(folded: str, figure: Figure) -> list[str]:
    return _spoken(folded, figure) or _after(folded, figure) or _before(folded, figure)


def _after(folded: str, figure: Figure) -> list[str]:
    follows = _FOLLOWS.match(folded, figure.end)
    if not follows:
        return []
    rest = folded[follows.end() : follows.end() + _REACH]
    if _ORDINALS.match(rest):
        return _numbered(rest)
    rest = re.split("[。;]", _without_parentheses(rest))[0].split(",")[0]
    return [] if figures(rest) or rest.endswith("等") or "、" not in rest else rest.split("、")


def _numbered(rest: str) -> list[str]:
    """Return the items of 1、办公室。2、财务股。, as long as the numbers go up by one."""
    items: list[str] = []
    marks = list(_ORDINALS.finditer(rest))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        if int(mark[1]) != len(items) + 1:
            break
        items.append(rest[mark.end() : following.start() if following else None].strip("。;,、 "))
    return items


def _before(folded: str, figure: Figure) -> list[str]:
    precedes = _PRECEDES.search(_without_parentheses(folded[max(0, figure.start - _BEFORE) : figure.start]))
    if not precedes or precedes["more"] or figures(precedes["list"]):
        return []
    return [item for item in precedes["list"].split("、") if item.strip()]


def _spoken(folded: str, figure: Figure) -> list[str]:
    """Return the items of 三项措施：一是……二是……."""
    if not _MEASURES.match(folded, figure.end):
        return []
    behind = folded[figure.end : figure.end + _REACH]
    forms = ("{chinese}是", "{chinese}要", "({number})", "第{chinese},")
    return max((_run(behind, form) for form in forms), key=len)


def _run(behind: str, form: str) -> list[str]:
    """Return the marks of a list that counts in one form, as far as they go up by one."""
    items: list[str] = []
    for number in range(1, 20):
        shown = form.format(chinese=chinese_numeral(number), number=number)
        if not re.search(rf"(?:^|[,;:。])\s*{re.escape(shown)}", behind):
            break
        items.append(f"{shown}……")
    return items if len(items) >= _FEWEST else []


def _without_parentheses(text: str) -> str:
    return re.sub(r"\([^()]*\)", "", text)


def _fits(items: list[str], count: int) -> bool:
    """Whether the items can be that many: a name with 和 in it may be one or two."""
    joints = sum(len(_JOINT.findall(item)) for item in items)
    return len(items) <= count <= len(items) + joints


def _miscounted(paragraph: Paragraph, figure: Figure, items: list[str]) -> Finding:
    noun = _MEASURES.match(fold(paragraph.text), figure.end)
    place = paragraph.passage(figure.start, noun.end() if noun else figure.end)
    shown = "、".join(item.strip()[:12] for item in items[:12])
    said = place.quote.strip()
    return finding("P11", place, value=figure.value, said=said, count=len(items), items=shown)
