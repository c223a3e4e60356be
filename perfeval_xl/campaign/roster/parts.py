"""What the sheet 项目名册 says: which projects, or other parts, each unit has a workbook for, and its faults."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.campaign.roster.layout import CODE, part_headings
from perfeval_xl.records.unit import Part, Unit

if TYPE_CHECKING:
    from perfeval_xl.campaign.roster.listing import Line, Listing

_PUNCTUATION = frozenset("-_.")
"""What a part's code may have besides letters and digits: it stands in names of files."""
_EXACT = 15
"""Digits of a number that Excel keeps."""
LONGEST = 40
"""Characters of a part's code."""


def read_parts(
    listing: Listing, what: str, units: Mapping[str, Unit], faults: list[str]
) -> dict[str, tuple[Part, ...]]:
    """Return each unit's parts by its code, in the sheet's order; what is wrong is added to `faults`."""
    lines = [line for line in listing.lines() if any(map(line.text, (CODE, *part_headings(what))))]
    for line in lines:
        faults += _line_faults(line, what, units)
    faults += _repeated(lines, what)
    found: dict[str, list[Part]] = defaultdict(list)
    code, name = part_headings(what)
    for line in lines:
        found[line.text(CODE)].append(Part(line.text(code), " ".join(line.text(name).split())))
    return {unit: tuple(parts) for unit, parts in found.items()}


def _line_faults(line: Line, what: str, units: Mapping[str, Unit]) -> Iterator[str]:
    unit, code, name = (line.cell(heading) for heading in (CODE, *part_headings(what)))
    if not unit.text:
        yield f"{unit.place}：没有单位代码，请填写这个{what}是哪个单位的。"
    elif unit.text not in units:
        yield f"{unit.place}：单位代码“{unit.text}”不在名册中，请核对。"
    elif units[unit.text].gathers:
        yield f"{unit.place}：{units[unit.text].name}是汇总户，不按{what}报送，请改写实际承担的单位。"
    if not code.text:
        yield f"{code.place}：没有{what}代码，请填写。"
    elif isinstance(code.value, Decimal) and len(code.text) > _EXACT:
        yield (
            f"{code.place}：{what}代码“{code.text}”超过{_EXACT}位，Excel 按数字存时后面的位数已经丢了；"
            "请先把这一列设为文本，再重新填写。"
        )
    elif not is_code(code.text):
        yield (f"{code.place}：{what}代码“{code.text}”只能由数字、字母和“-”“_”“.”组成，不超过{LONGEST}个字符。")
    if not name.text:
        yield f"{name.place}：没有{what}名称，请填写全称。"
    elif name.error:
        yield f"{name.place}：这一格是错误值“{name.text}”，请改正公式或直接填写。"


def is_code(text: str) -> bool:
    """Whether a text may be a part's code."""
    plain = text.isascii() and all(letter.isalnum() or letter in _PUNCTUATION for letter in text)
    return plain and text[0].isalnum() and len(text) <= LONGEST


def _repeated(lines: Sequence[Line], what: str) -> Iterator[str]:
    code, _ = part_headings(what)
    counts = Counter((line.text(CODE), line.text(code)) for line in lines)
    for line in lines:
        cell, unit = line.cell(code), line.text(CODE)
        if unit and cell.text and counts[unit, cell.text] > 1:
            yield f"{cell.place}：{unit}的{what}代码“{cell.text}”重复了，一个单位的每个{what}一个代码。"


def parted_units(units: Sequence[Unit], parts: Mapping[str, tuple[Part, ...]]) -> tuple[Unit, ...]:
    """Return a line for each part of each unit, in the roster's order; units without any report nothing."""
    return tuple(replace(unit, part=part) for unit in units for part in parts.get(unit.code, ()))
