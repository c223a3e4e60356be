"""What the sheets 控制数 and 上年数 say: figures of units under headings that name the template's fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from perfeval_xl.campaign.roster.layout import CODE, NOT_FIGURES, part_headings
from perfeval_xl.campaign.roster.listing import Line, ListedCell, Listing
from perfeval_xl.records.contract import Field, Role, Template
from perfeval_xl.records.known import CONTROL, Known
from perfeval_xl.records.unit import key_of
from perfeval_xl.wording import numbers


def read_figures(
    listing: Listing, template: Template, names: Mapping[str, str], faults: list[str], *, last_year: bool
) -> dict[str, tuple[Known, ...]]:
    """Return what the bureau knows by a unit's key; `names` are the units, or their parts, by key."""
    columns = dict(_columns(listing, template, faults))
    lines = [line for line in listing.lines() if any(line.text(heading) for heading in columns)]
    what = template.parted.what if template.parted else ""
    keys = [_key(line, what) for line in lines]
    counts = Counter(keys)
    known = {}
    for line, key in zip(lines, keys, strict=True):
        faults += _whose_faults(line, key, names, counts[key], what)
        known[key] = tuple(_known(line, columns, faults, last_year=last_year))
    return known


def _key(line: Line, what: str) -> str:
    """Return whose figures a line has: the unit's, or those of a part of it where the template has parts."""
    return key_of(line.text(CODE), line.text(part_headings(what)[0]) if what else "")


def _whose_faults(line: Line, key: str, names: Mapping[str, str], count: int, what: str) -> Iterator[str]:
    code = line.cell(CODE)
    if not code.text:
        yield f"{code.place}：这一行有数而没有单位代码，请填写。"
    elif key not in names and what and any(one.startswith(key_of(code.text, "x")[:-1]) for one in names):
        part = line.cell(part_headings(what)[0])
        told = f"“{part.text}”不在{what}名册中" if part.text else "没有填"
        yield f"{part.place}：{code.text}的{what}代码{told}，请照“{what}名册”填写，这些数是哪个{what}的。"
    elif key not in names:
        yield f"{code.place}：单位代码“{key}”不在名册中，请核对。"
    elif count > 1:
        yield f"{code.place}：单位代码“{key}”重复了，一个{what or '单位'}只能有一行。"


def _columns(listing: Listing, template: Template, faults: list[str]) -> Iterator[tuple[str, Field]]:
    """Give the field of every heading: by the name above it, its own name, or a field's label."""
    labels: dict[str, Field] = {}
    for field in template.fields:
        if field.kind.numeric and not field.table and field.role in (Role.INPUT, Role.PREFILL):
            plain = template.field.get(field.name.removeprefix(CONTROL), field)
            labels.setdefault(_bare(field.label), plain)
            labels[field.name] = plain
    for heading in listing.columns:
        named = labels.get(listing.keys.get(heading, "")) or labels.get(heading)
        if named:
            yield heading, named
        elif heading not in NOT_FIGURES and heading not in _of_parts(template):
            faults.append(f"{listing.heading(heading)}：不认识“{heading}”这一栏，请用原来的表头。")


def _of_parts(template: Template) -> tuple[str, ...]:
    return part_headings(template.parted.what) if template.parted else ()


def _bare(label: str) -> str:
    return "".join(label.split())


def _known(line: Line, columns: Mapping[str, Field], faults: list[str], *, last_year: bool) -> Iterator[Known]:
    for heading, field in columns.items():
        cell = line.cell(heading)
        if not cell.text or cell.text in numbers.ABSENT:
            continue
        value, fault = amount_in(cell, field)
        if fault:
            faults.append(f"{cell.place}：{fault}")
        elif value is not None:
            yield Known(field.name, value, f"名册“{line.listing.sheet}”表", last_year)


def amount_in(cell: ListedCell, field: Field) -> tuple[Decimal | None, str]:
    """Return a cell's figure as the field has it, or what is wrong with it; a text is read where it is certain."""
    value = cell.value if isinstance(cell.value, Decimal) else None
    if isinstance(cell.value, str):
        read = field.kind.parse(cell.text, field.unit)
        if isinstance(read, numbers.Unsure):
            return None, f"“{cell.text}”不是一个确定的数{_why(read)}，请填数字，单位是{field.unit}。"
        value = Decimal(str(read.value))
    if value is None:
        return None, f"这里要填数字，单位是{field.unit}，现在是“{cell.text}”。"
    if field.kind.minimum is not None and value < field.kind.minimum:
        return None, f"{numbers.plain_text(value)}是负数，请核对。"
    return value, ""


def _why(read: numbers.Unsure) -> str:
    return f"（{read.why.lstrip('，')}）" if read.why else ""
