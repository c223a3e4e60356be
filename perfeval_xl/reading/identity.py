"""Whose workbook it is and of which template, told by the stamp; by what fits when the stamp is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from perfeval_xl.reading.blank import Plan, plan, plans
from perfeval_xl.reading.rules_of_returns import refuse, say
from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import (
    IDENTITY,
    STAMP_DESIGN,
    STAMP_PART,
    STAMP_PROBE,
    STAMP_SERIAL,
    STAMP_TEMPLATE,
    STAMP_UNIT,
    STAMP_VERSION,
    STAMP_YEAR,
    UNIT_CODE,
    UNIT_NAME,
    Template,
)
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.names import same_code
from perfeval_xl.wording import numbers
from perfeval_xl.workbook.cells import NUMBER, TEXT, Book, Cell

ENOUGH, AHEAD = 0.6, 0.5
"""Share of a template's anchors that must be there without a stamp, and by how much it must lead any other.

The lead is counted in the anchors that the two do not share: templates of one kind have most of them in common.
"""

_STAMPS = (
    STAMP_TEMPLATE,
    STAMP_VERSION,
    STAMP_DESIGN,
    STAMP_UNIT,
    STAMP_PART,
    STAMP_YEAR,
    STAMP_SERIAL,
    STAMP_PROBE,
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a workbook says of itself."""

    plan: Plan
    version: str
    unit_code: str
    unit_name: str
    findings: tuple[Finding, ...]
    designed: bool = False
    """Whether it was made from the template as it is now, so that its formulas are the template's."""
    computed: bool = False
    """Whether what they gave can be compared with ours: they were computed when the workbook was saved."""
    stamped: tuple[str, str] = ("", "")
    """The unit's code and the serial on its stamp, as they are written there."""
    part: str = ""
    part_name: str = ""
    """Code and name of what it is about, where the template asks for a workbook for each of several."""


def identify(book: Book, templates: Mapping[str, Template], year: int | None) -> Identity:
    """Return the template and unit of a workbook; RefusalError where it is none of ours."""
    stamp = _stamp(book, templates)
    found = stamp.get(STAMP_TEMPLATE, "")
    if not found:
        return _by_fit(book, templates, stamp)
    template = _template(found, templates, book)
    _require_year(stamp.get(STAMP_YEAR, ""), year, book)
    chosen = plan(template)
    versions, calculation = _version(stamp, template), _calculation(book, stamp)
    computed = not versions and not calculation and _is_computed(stamp)
    said = _identity(book, chosen, stamp, [*versions, *calculation])
    return replace(said, designed=not versions, computed=computed)


def stamps_of(book: Book) -> dict[str, str]:
    """Return the stamp's texts by name, those whose names point to them."""
    return {name: text for name in _STAMPS if (text := _named(book, name))}


def _identity(book: Book, chosen: Plan, stamp: dict[str, str], findings: list[Finding]) -> Identity:
    code, place = _cover(book, chosen, UNIT_CODE)
    name, _ = _cover(book, chosen, UNIT_NAME)
    stamped = stamp.get(STAMP_UNIT, "")
    if stamped and code and not same_code(stamped, code):
        findings.append(say("R05", place, field=UNIT_CODE, value=code, expected=stamped, named=_in_brackets(name)))
    told = (stamped, stamp.get(STAMP_SERIAL, ""))
    version = stamp.get(STAMP_VERSION, "")
    identity = Identity(chosen, version, stamped or code, name, tuple(findings), stamped=told)
    return _with_part(identity, book, stamp)


def _with_part(identity: Identity, book: Book, stamp: dict[str, str]) -> Identity:
    """Return what a workbook says of itself, with what it is about."""
    parted = identity.plan.template.parted
    if parted is None:
        return identity
    code, place = _cover(book, identity.plan, parted.code)
    name, _ = _cover(book, identity.plan, parted.name)
    stamped, findings = stamp.get(STAMP_PART, ""), identity.findings
    if stamped and code and not same_code(stamped, code):
        named = _in_brackets(" ".join(name.split()))
        found = say("R37", place, field=parted.code, value=code, expected=stamped, what=parted.what, named=named)
        findings = (*findings, found)
    return replace(identity, part=stamped or code, part_name=" ".join(name.split()), findings=findings)


def _in_brackets(name: str) -> str:
    return f"（{name}）" if name else ""


def _template(found: str, templates: Mapping[str, Template], book: Book) -> Template:
    if found in templates:
        return templates[found]
    known = "、".join(templates)
    for template in templates:
        if _series(template) == _series(found) and _series(found) != found:
            theirs, ours = (one.rpartition("-")[2] for one in (found, template))
            raise refuse("G23", place=_seen(theirs, book), found=theirs, known=ours)
    raise refuse("G21", found=found, known=known)


def _series(template: str) -> str:
    """Return a template's id without its year."""
    return re.sub(r"-(?:19|20)[0-9]{2}$", "", template)


def _require_year(found: str, year: int | None, book: Book) -> None:
    if year is not None and found and found != str(year):
        raise refuse("G23", place=_seen(found, book), found=found, known=str(year))


def _seen(text: str, book: Book) -> Address | None:
    """Return the first cell of the first visible sheet in which a reader sees a text: the title with the year."""
    sheet = next((sheet for sheet in book.sheets if not sheet.hidden), None)
    cells = sorted(sheet.cells.items()) if sheet else ()
    at = next((position for position, cell in cells if text in cell.text and 1 not in position), None)
    return Address(sheet.name, *at) if sheet and at else None


# --- the stamp ------------------------------------------------------------------------------------------------


def _stamp(book: Book, templates: Mapping[str, Template]) -> dict[str, str]:
    """Return the stamp's texts by name: where the names point, else where the templates have them."""
    stamp = stamps_of(book)
    if STAMP_TEMPLATE in stamp:
        return stamp
    sheet = book.sheet(IDENTITY)
    for candidate in plans(templates) if sheet else ():
        at = {name: candidate.book.names[name] for name in _STAMPS if name in candidate.book.names}
        if sheet and STAMP_TEMPLATE in at:
            read = {name: _text(sheet.cells.get((area.top, area.left)), book) for name, area in at.items()}
            if _series(read[STAMP_TEMPLATE]) == _series(candidate.template.id):
                return {name: text for name, text in read.items() if text}
    return stamp


def _named(book: Book, name: str) -> str:
    area = book.names.get(name)
    sheet = book.sheet(area.sheet) if area else None
    return _text(sheet.cells.get((area.top, area.left)), book) if sheet and area else ""


def _text(cell: Cell | None, book: Book) -> str:
    """Return what a cell shows: a code that was typed as a number has the zeros before it that are seen."""
    if cell is None or cell.kind not in (NUMBER, TEXT):
        return ""
    if cell.kind == NUMBER:
        return numbers.as_shown(numbers.number(cell.text), book.format(cell), book.epoch_1904)
    return numbers.stripped(cell.text)


def _cover(book: Book, chosen: Plan, name: str) -> tuple[str, Address | None]:
    """Return what the cover says, and where."""
    area = book.names.get(name)
    if area is None or book.sheet(area.sheet) is None:
        area = chosen.book.names.get(name)
    sheet = book.sheet(area.sheet) if area else None
    if sheet is None or area is None:
        return "", None
    return _text(sheet.cells.get((area.top, area.left)), book), Address(sheet.name, area.top, area.left)


def _version(stamp: dict[str, str], template: Template) -> list[Finding]:
    found, known = stamp.get(STAMP_VERSION, ""), template.version
    ours, theirs = _numbers(known), _numbers(found)
    if ours and theirs > ours:
        raise refuse("G22", found=found, known=known)
    if ours and theirs and theirs[0] < ours[0]:
        raise refuse("G24", found=found, known=known)
    if theirs < ours:
        return [say("R02", found=found or "（空白）", known=known)]
    design = stamp.get(STAMP_DESIGN, "")
    return [say("R03")] if design and template.design and design != template.design else []


def _numbers(version: str) -> tuple[int, ...]:
    """Return 1.2.0 as (1, 2); () where it is no version."""
    if not re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,6})*", version):
        return ()
    numbers = [int(number) for number in version.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _calculation(book: Book, stamp: dict[str, str]) -> list[Finding]:
    """Say where what the formulas show may be old: they wait to be asked, or were not computed at the end."""
    if book.manual:
        return [say("R34")]
    return [say("R04")] if _has_serial(stamp) and not _is_computed(stamp) else []


def _is_computed(stamp: dict[str, str]) -> bool:
    """Whether the probe, a formula, holds one more than the serial that the workbook was handed out with."""
    return _has_serial(stamp) and stamp.get(STAMP_PROBE, "") == str(int(stamp[STAMP_SERIAL]) + 1)


def _has_serial(stamp: dict[str, str]) -> bool:
    serial = stamp.get(STAMP_SERIAL, "")
    return serial.isdecimal() and len(serial) <= 15


# --- without a stamp ------------------------------------------------------------------------------------------


def _by_fit(book: Book, templates: Mapping[str, Template], stamp: dict[str, str]) -> Identity:
    fitting = [candidate for candidate in plans(templates) if fit(book, candidate) >= ENOUGH]
    if not fitting:
        raise refuse("G20")
    best = [
        one for one in fitting if all(_lead(book, one, other) >= AHEAD for other in fitting if other is not one)
    ]
    if not best:
        raise refuse("G25", known="、".join(sorted(candidate.template.id for candidate in fitting)))
    chosen = best[0].template
    return _identity(book, plan(chosen), stamp, [say("R01", found=chosen.id)])


def fit(book: Book, candidate: Plan) -> float:
    """Return the share of a template's names or of its hidden keys that a workbook has."""
    return max(_share(there, wanted) for there, wanted in _anchors(book, candidate))


def _lead(book: Book, one: Plan, other: Plan) -> float:
    """Return by how much more a workbook has of what only one template has than of what only another has."""
    own, others = _anchors(book, one), _anchors(book, other)
    at = max(range(len(own)), key=lambda at: _share(*own[at]))
    (there, mine), (_, theirs) = own[at], others[at]
    if mine == theirs:
        return 0.0
    return (_share(there, mine - theirs) if mine - theirs else 1.0) - _share(there, theirs - mine)


def _share(there: set[str], wanted: set[str]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 0.0


def _anchors(book: Book, candidate: Plan) -> tuple[tuple[set[str], set[str]], ...]:
    """Return the names that a workbook has and those that a template wants, and the same of hidden keys."""
    names = {name for form in candidate.forms for name in form.names}
    texts = {cell.text for sheet in book.sheets for position, cell in sheet.cells.items() if 1 in position}
    keys = {key for form in candidate.forms for key in (*form.row_keys, *form.column_keys)}
    return (set(book.names), names), (texts, keys)
