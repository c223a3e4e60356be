"""What the sheet 名册 says: the units with the departments above them, and every fault of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from perfeval_xl.campaign.roster.layout import CODE, NAME, NO, NOT_ASKED, UNIT_COLUMNS, YES
from perfeval_xl.campaign.roster.listing import Line, Listing
from perfeval_xl.campaign.roster.superiors import GATHERS, PARENT, hierarchy_faults, with_superiors
from perfeval_xl.records.unit import EMAIL, MOBILE, QQ, Unit

_EXEMPT = "免报"
_SECTION, _CONTACT, _PHONE = "业务股室", "联系人", "联系电话"
_TEXTS = (NAME, PARENT, _SECTION, _CONTACT, _PHONE, MOBILE, EMAIL, QQ)
"""Columns in which any text will do, but not an error value."""
_KNOWN = {*(column.heading for column in UNIT_COLUMNS), *NOT_ASKED}


def read_units(listing: Listing, faults: list[str], doubts: list[str]) -> tuple[Unit, ...]:
    """Return the units in the sheet's order; what is wrong is added to `faults`, what is doubtful to `doubts`."""
    lines = list(listing.lines())
    if not lines:
        faults.append(f"{listing.sheet}!A{listing.row + 1}：名册是空的，请至少填写一个单位。")
    faults += [fault for line in lines for fault in _line_faults(line)]
    faults += _repeated(lines)
    units = with_superiors([(line, _unit(line)) for line in lines], faults, doubts)
    faults += hierarchy_faults(units)
    return tuple(unit for _, unit in units)


def _line_faults(line: Line) -> Iterator[str]:
    code = line.cell(CODE)
    if not code.text:
        yield f"{code.place}：没有单位代码，请填写。"
    elif not code.text.isascii() or not code.text.isalnum():
        yield f"{code.place}：单位代码“{code.text}”只能由数字和字母组成。"
    if not line.text(NAME):
        yield f"{line.cell(NAME).place}：没有单位名称，请填写全称。"
    for heading in _TEXTS:
        cell = line.cell(heading)
        if cell.error:
            yield f"{cell.place}：这一格是错误值“{cell.text}”，请改正公式或直接填写。"
    for heading in (_EXEMPT, GATHERS):
        cell = line.cell(heading)
        if cell.text not in ("", YES, NO):
            yield f"{cell.place}：“{heading}”只填“是”或留空，现在是“{cell.text}”。"


def _repeated(lines: Sequence[Line]) -> Iterator[str]:
    counts = Counter(line.text(CODE) for line in lines)
    for line in lines:
        code = line.cell(CODE)
        if code.text and counts[code.text] > 1:
            yield f"{code.place}：单位代码“{code.text}”重复了，每个单位一个代码。"


def _unit(line: Line) -> Unit:
    return Unit(
        code=line.text(CODE),
        name=line.text(NAME),
        parent=line.text(PARENT),
        section=line.text(_SECTION),
        contact=line.text(_CONTACT),
        phone=line.text(_PHONE),
        exempt=line.text(_EXEMPT) == YES,
        gathers=line.text(GATHERS) == YES,
        mobile=line.text(MOBILE),
        email=line.text(EMAIL),
        qq=line.text(QQ),
        more=tuple(_more(line)),
    )


def _more(line: Line) -> Iterator[tuple[str, str]]:
    """Give what stands in the columns that the bureau has added, in the sheet's order."""
    for heading in line.listing.columns:
        cell = line.cell(heading)
        if heading not in _KNOWN and cell.text and not cell.error:
            yield heading, cell.text
