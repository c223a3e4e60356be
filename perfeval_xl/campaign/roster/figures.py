"""What the sheets 控制数 and 上年数 say: figures of units under headings that name the template's fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal

from perfeval_xl.campaign.roster.layout import CODE, NOT_FIGURES
from perfeval_xl.campaign.roster.listing import Line, ListedCell, Listing
from perfeval_xl.records.contract import Field, Role, Template
from perfeval_xl.records.known import CONTROL, Known
from perfeval_xl.wording import numbers


def read_figures(
    listing: Listing, template: Template, names: Mapping[str, str], faults: list[str], *, last_year: bool
) -> dict[str, tuple[Known, ...]]:
    """Return what the bureau knows by a unit's code; `names` are the roster's units by code."""
    columns = dict(_columns(listing, template, faults))
    lines = [line for line in listing.lines() if any(line.text(heading) for heading in columns)]
    counts = Counter(line.text(CODE) for line in lines)
    known = {}
    for line in lines:
        code = line.cell(CODE)
        if not code.text:
            faults.append(f"{code.place}：这一行有数而没有单位代码，请填写。")
        elif code.text not in names:
            faults.append(f"{code.place}：单位代码“{code.text}”不在名册中，请核对。")
        elif counts[code.text] > 1:
            faults.append(f"{code.place}：单位代码“{code.text}”重复了，一个单位只能有一行。")
        known[code.text] = tuple(_known(line, columns, faults, last_year=last_year))
    return known


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
        elif heading not in NOT_FIGURES:
            faults.append(f"{listing.heading(heading)}：不认识“{heading}”这一栏，请用原来的表头。")


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
