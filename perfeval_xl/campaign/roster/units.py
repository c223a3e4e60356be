"""What the sheet 名册 says: the units with the departments above them, and every fault of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from perfeval_xl.campaign.roster.layout import CODE, NAME, NO, YES
from perfeval_xl.campaign.roster.listing import Line, Listing
from perfeval_xl.records.unit import Unit

_PARENT, _EXEMPT, _GATHERS = "主管部门", "免报", "汇总户"
_SECTION, _CONTACT, _PHONE = "业务股室", "联系人", "联系电话"
_TEXTS = (NAME, _PARENT, _SECTION, _CONTACT, _PHONE)
"""Columns in which any text will do, but not an error value."""


def read_units(listing: Listing, faults: list[str]) -> tuple[Unit, ...]:
    """Return the units in the sheet's order; what is wrong is added to `faults`."""
    lines = list(listing.lines())
    if not lines:
        faults.append(f"{listing.sheet}!A{listing.row + 1}：名册是空的，请至少填写一个单位。")
    faults += [fault for line in lines for fault in _line_faults(line)]
    faults += _repeated(lines)
    units = _with_superiors([(line, _unit(line)) for line in lines], faults)
    faults += _hierarchy_faults(units)
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
    for heading in (_EXEMPT, _GATHERS):
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
        parent=line.text(_PARENT),
        section=line.text(_SECTION),
        contact=line.text(_CONTACT),
        phone=line.text(_PHONE),
        exempt=line.text(_EXEMPT) == YES,
        gathers=line.text(_GATHERS) == YES,
    )


def _with_superiors(found: list[tuple[Line, Unit]], faults: list[str]) -> list[tuple[Line, Unit]]:
    """Find each unit's 主管部门 on the roster, by code or by name; a name that is not there stays a name."""
    by_code = {unit.code: unit for _, unit in found if unit.code}
    by_name: dict[str, list[Unit]] = defaultdict(list)
    for _, unit in found:
        by_name[unit.name].append(unit)
    resolved = []
    for line, unit in found:
        place, parent = line.cell(_PARENT).place, unit.parent
        above = by_code.get(parent)
        named = by_name.get(parent, [])
        if not above and named and unit not in named:
            above = named[0]
            if len(named) > 1:
                codes = "、".join(one.code for one in named)
                faults.append(f"{place}：名册中有{len(named)}个“{parent}”（{codes}），主管部门请写代码。")
        if not above and not named and parent.isascii() and any(char.isdigit() for char in parent):
            faults.append(f"{place}：主管部门“{parent}”不在名册中，请核对代码；不在名册中的主管部门请写全称。")
        if above and above.code != unit.code:
            resolved.append((line, replace(unit, parent=above.name, superior=above.code)))
        else:
            resolved.append((line, replace(unit, parent=above.name) if above else unit))
    return resolved


def _hierarchy_faults(units: list[tuple[Line, Unit]]) -> Iterator[str]:
    superiors = {unit.code: unit.superior for _, unit in units}
    parents = set(superiors.values())
    for line, unit in units:
        circle = _circle(unit.code, superiors)
        if circle:
            told = "→".join((*circle, circle[0]))
            yield f"{line.cell(_PARENT).place}：主管部门绕成了一圈（{told}），请改正其中一个。"
        if unit.gathers and unit.code not in parents:
            yield f"{line.cell(_GATHERS).place}：{unit.name}是汇总户，但没有单位以它为主管部门，请补上或取消“是”。"


def _circle(code: str, superiors: dict[str, str]) -> tuple[str, ...]:
    """Return the codes above this one back to itself; empty where the chain ends."""
    seen = [code]
    while above := superiors.get(seen[-1], ""):
        if above == code:
            return tuple(seen)
        if above in seen:
            return ()
        seen.append(above)
    return ()
