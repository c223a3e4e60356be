"""What sort of text a report is, told by its title and headings; each sort is asked for other things."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from perfeval_xl.proofread.characters import fold

if TYPE_CHECKING:
    from perfeval_xl.proofread.report import Report

_LONGEST_TITLE, _FIRST = 80, 4
_TITLES = (
    ("notice", re.compile("通报|通知|函$")),
    ("overall", re.compile("整体支出")),
    ("project", re.compile("(?:项目|专项|资金|经费)[^。]{0,12}(?:绩效|自评|评价)")),
    (
        "budget",
        re.compile(
            "预算执行(?:情况)?(?:的)?(?:报告|说明)|预算草案|(?<!执行)(?<!决算)预算(?:编制|公开|安排)?(?:情况)?(?:的)?说明|部门预算|计划"
        ),
    ),
    ("account", re.compile("决算|“?三公”?经费")),
    ("overall", re.compile("绩效(?:自评|评价)?报告")),
)
_PART_OF_YEAR = re.compile(
    r"(?:[一二三四1234]季度|[上下]半年|\d{1,2}\s*[-~—至到]\s*\d{1,2}\s*月|(?<!\d)\d{1,2}月份?)"
)


class Genre(StrEnum):
    """The sorts of text that differ in what a reader expects of them."""

    OVERALL = "overall"
    PROJECT = "project"
    ACCOUNT = "account"
    BUDGET = "budget"
    NOTICE = "notice"
    UNKNOWN = "unknown"

    @property
    def final(self) -> bool:
        """Whether it tells of a year that is over."""
        return self not in (Genre.BUDGET, Genre.NOTICE)


def title(report: Report) -> str:
    """Return what stands above the text: its first short paragraphs, up to the first sentence."""
    lines = []
    for paragraph in report.body[:_FIRST]:
        text = fold(paragraph.text).strip()
        if (
            len(text) > _LONGEST_TITLE
            or text.endswith(("。", ":", ";"))
            or re.match(r"[一二三四五六七八九十]+、|\(", text)
        ):
            break
        lines.append(text)
    return "".join(lines)


def genre(report: Report) -> Genre:
    """Return the sort of a text; where the title says nothing, its headings are asked for 整体支出."""
    name = title(report)
    for sort, words in _TITLES:
        if words.search(name):
            return Genre(sort)
    short = (fold(paragraph.text) for paragraph in report.body if len(paragraph.text) <= _LONGEST_TITLE // 2)
    return Genre.OVERALL if any("整体支出绩效" in text for text in short) else Genre.UNKNOWN


def part_of_year(report: Report) -> bool:
    """Whether the title says that the text tells of some months only."""
    return bool(_PART_OF_YEAR.search(title(report)))
