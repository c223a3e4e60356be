"""How 审核单.xlsx looks: grey what the program says, yellow what is to be filled, with lists, ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType

from perfeval_xl.campaign.docket.filled import (
    ABOUT,
    BY,
    CHOICE,
    COLUMNS,
    FILE,
    HAND,
    KEY,
    MARK,
    SHEET,
    TYPED,
    UNIT,
    UNITS_SHEET,
    WHY,
)
from perfeval_xl.campaign.docket.matters import Choice, Matter, shown_unit
from perfeval_xl.records.address import column_letters
from perfeval_xl.records.unit import Unit
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW, Binder, Page
from perfeval_xl.workbook.styles import LOCKED, MISSING_FILL

_SPARE = 20
_FROZEN = 3
_GUIDE = (
    "灰色的是程序写的，黄色的由您填。先选“决定”；豁免、免报、不处理，以及有问题仍要通过的，要写原因，"
    "退回时原因就是给单位的审核意见。认领的写明是哪个单位的。没有选决定的行不动。"
    "填好、保存、关上，运行 perfeval-xl decide 加上这个文件。"
)
_FACTS_OF_HAND = frozenset({"序号", "类别", "业务股室", "单位的说明"})
"""Columns that are grey in a line that somebody adds, too."""
Texts = Mapping[str, str]
NOTHING: Texts = MappingProxyType({})


def docket_book(
    title: str,
    number: int,
    listed: Sequence[Matter],
    units: Sequence[Unit],
    people: Sequence[str],
    typed: Mapping[str, Texts] = NOTHING,  # type: ignore[assignment]  # an empty mapping is one of any values
    by_hand: Sequence[Texts] = (),
) -> bytes:
    """Return 审核单.xlsx for what waits, with lines for whatever else is to be decided.

    `number` tells this list from all others of the year, `people` are offered as who decides. `typed` is what was
    typed before and still holds, by the lines' keys, `by_hand` what was typed into lines that somebody added.
    """
    binder = Binder(f"{title}审核单")
    page = binder.page(SHEET, "#C00000")
    page.widths(*(width for _, width in COLUMNS))
    page.title(f"{title}审核单", len(COLUMNS) - 2, _GUIDE)
    page.sheet.set_row(1, 34)
    page.heads(*(heading for heading, _ in COLUMNS))
    page.sheet.set_row(HEAD_ROW - 1, 24)
    for position, matter in enumerate(listed, 1):
        _line(
            page, FIRST_ROW + position - 1, {**_facts(position, matter), **typed.get(matter.key, NOTHING)}, matter
        )
    first = FIRST_ROW + len(listed)
    spare = [*by_hand, *[NOTHING] * _SPARE]
    for row, texts in enumerate(spare, first):
        _line(page, row, {**texts, "类别": HAND})
    last = first + len(spare) - 1
    page.fit(FIRST_ROW, last)
    _lists(page, listed, last, len(units), people)
    _finish(page, last)
    _hidden(binder, UNITS_SHEET, [(shown_unit(unit),) for unit in units])
    _hidden(binder, ABOUT, [(title,), (str(number),)])
    return binder.bytes()


def _facts(position: int, matter: Matter) -> dict[str, str]:
    unit = matter.unit
    return {
        "序号": str(position),
        "类别": matter.sort.value,
        UNIT: matter.suggested,
        "业务股室": unit.section if unit else "",
        FILE: matter.file,
        "事项": matter.text,
        "单位的说明": matter.said,
        KEY: matter.key,
        MARK: matter.mark,
    }


def _line(page: Page, row: int, texts: Texts, matter: Matter | None = None) -> None:
    """Write one line; one that is about no `matter` is for somebody to add."""
    for column, (heading, _) in enumerate(COLUMNS, 1):
        page.text(row, column, texts.get(heading, ""), _look(heading, matter))


def _look(heading: str, matter: Matter | None) -> str:
    if heading in (KEY, MARK):
        return "plain"
    if matter is None:
        return "prefill" if heading in _FACTS_OF_HAND else "answer"
    yellow = heading in TYPED or (heading == UNIT and matter.unit is None)
    return "answer" if yellow else "prefill"


def _lists(page: Page, listed: Sequence[Matter], last: int, units: int, people: Sequence[str]) -> None:
    """Offer what may be decided of each line, whose a file may be, and who decides."""
    first = FIRST_ROW + len(listed)
    row = FIRST_ROW
    for choices, run in groupby(matter.choices for matter in listed):
        count = len(list(run))
        _offer(page, CHOICE, row, row + count - 1, choices)
        row += count
    _offer(page, CHOICE, first, last, list(Choice))
    of_files = [number for number, matter in enumerate(listed, FIRST_ROW) if matter.unit is None]
    begin = of_files[0] if of_files else first
    _validate(page, UNIT, begin, last, f"={UNITS_SHEET}!$A$1:$A${max(units, 1)}")
    if people:
        _validate(page, BY, FIRST_ROW, last, list(people))


def _offer(page: Page, heading: str, first: int, last: int, choices: Iterable[str]) -> None:
    words = [str(choice) for choice in choices]
    column = _column(heading)
    error = {"error_title": "决定", "error_message": f"请从列表中选：{'、'.join(words)}。"}
    options = {"validate": "list", "source": words, **error}
    page.sheet.data_validation(first - 1, column, last - 1, column, options)


def _validate(page: Page, heading: str, first: int, last: int, source: str | list[str]) -> None:
    """Offer a list from which one may depart."""
    column = _column(heading)
    options = {"validate": "list", "source": source, "error_type": "information", "show_error": False}
    page.sheet.data_validation(first - 1, column, last - 1, column, options)


def _finish(page: Page, last: int) -> None:
    choice, why = (column_letters(_column(heading) + 1) for heading in (CHOICE, WHY))
    words = ",".join(f'${choice}{FIRST_ROW}="{one}"' for one in (Choice.WAIVE, Choice.EXEMPT, Choice.IGNORE))
    missing = {
        "type": "formula",
        "criteria": f'=AND(OR({words}),${why}{FIRST_ROW}="")',
        "format": page.binder.formats.extra(bg_color=MISSING_FILL),
    }
    column = _column(WHY)
    page.sheet.conditional_format(FIRST_ROW - 1, column, last - 1, column, missing)
    shown = len(COLUMNS) - 2
    for hidden in (KEY, MARK):
        page.hide(_column(hidden) + 1)
    page.sheet.autofilter(HEAD_ROW - 1, 0, last - 1, shown - 1)
    page.sheet.freeze_panes(HEAD_ROW, _FROZEN)
    page.printed(last, shown, HEAD_ROW)
    page.sheet.protect(options=LOCKED)


def _column(heading: str) -> int:
    return [name for name, _ in COLUMNS].index(heading)


def _hidden(binder: Binder, name: str, rows: Iterable[tuple[str, ...]]) -> None:
    page = binder.page(name)
    for row, texts in enumerate(rows, 1):
        for column, text in enumerate(texts, 1):
            page.text(row, column, text, "plain")
    page.sheet.hide()
