"""Which cells of the bureau's own workbooks are there to be typed into, and what stands in them by the acts.

Such a workbook carries on a hidden sheet what stood in its cells when it was written. What differs from that was
typed; so a copy that somebody goes on using never brings back what has been changed elsewhere since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from perfeval_xl.records.act import Act, Deed, valid
from perfeval_xl.records.summary_line import Plays
from perfeval_xl.records.unit import unit_and_part

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.finding import Value

CODE, LINE = "单位代码", "事项"
BASE = "_已记"
"""The hidden sheet of what stood in the cells when a workbook was written."""
REVIEW_SHEET, REVIEWED, SCORE, REMARK = "复核表", "复核完成值", "复核得分", "备注"
NOTE, SIGNED, POSTED = "催办情况", "签收", "已发出"
_SOURCE, _PLACE, _SAVED = "来自", "单元格", "文件时间"

Line = tuple[str, str]
"""Whose row it is and which: the unit's key, and the name of the row where a unit has several."""
Values = Mapping[str, str]
"""What was typed into a row, by the headings; blanks are ''."""


@dataclass(frozen=True, slots=True)
class Form:
    """A sheet with cells to type in, all told by their headings.

    `unit` stands over the unit's name, `named` over what names a row where a unit has several, `most` over the
    most that a score may be.
    """

    deed: Deed
    sheet: str
    typed: tuple[str, ...]
    unit: str = "单位名称"
    named: tuple[str, ...] = ()
    most: str = ""
    files: str = "*.*"
    """The names of the files in which it may be, as `glob` has them."""


@dataclass(frozen=True, slots=True)
class Source:
    """The workbook that was typed into: its name, its fingerprint, and when it was last saved."""

    name: str
    sha256: str
    saved: datetime


CHASING = Form(Deed.CHASE, "催报清单", (NOTE,))
SIGNING = Form(Deed.SIGN, "发放清单", (SIGNED,), files="发放清单*.*")
POSTING = Form(Deed.POST, "发送清单", (POSTED,), named=("事项", "凭据"), files="发送清单*.*")


def review_form(template: Template) -> Form | None:
    """Return the form of the spot checks; None where the template names no table to go over again."""
    fields = template.columns.get(template.parts.get(Plays.REVIEWED, ""), ())
    score = next((field for field in fields if field.name == template.parts.get(Plays.REVIEWED_SCORE)), None)
    if score is None:
        return None
    before = [field for field in fields[: fields.index(score)] if field.kind == score.kind]
    return Form(
        Deed.REVIEW,
        REVIEW_SHEET,
        (REVIEWED, SCORE, REMARK),
        "单位",
        tuple(map(heading, naming(fields))),
        heading(before[-1]) if before else "",
    )


def naming(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Return the columns that name a row of a table: those up to the first that is free text."""
    first = next((number for number, field in enumerate(fields, 1) if field.kind.words), len(fields))
    return fields[:first]


def heading(field: Field) -> str:
    """Return what stands over a column of a table."""
    return field.column_label or field.label


def standing(acts: Iterable[Act], deed: Deed) -> dict[Line, Act]:
    """Return for every row the act that holds: not withdrawn, and of the workbook that was saved last."""
    found: dict[Line, Act] = {}
    for act in valid(acts):
        line = (act.key, act.subject)
        if act.deed is deed and (line not in found or saved(act) >= saved(found[line])):
            found[line] = act
    return found


def shown(acts: Iterable[Act], form: Form) -> dict[Line, Values]:
    """Return what stands in the cells of every row by what was typed; rows that are blank are left out."""
    found = {line: values_of(act, form) for line, act in standing(acts, form.deed).items()}
    return {line: values for line, values in found.items() if any(values.values())}


def values_of(act: Act, form: Form) -> dict[str, str]:
    """Return what was typed by an act."""
    return {heading: act.grounds.get(heading, "") for heading in form.typed}


def saved(act: Act) -> datetime:
    """Return when the workbook was saved that an act was typed into."""
    return datetime.fromisoformat(act.grounds[_SAVED])


def source_name(act: Act) -> str:
    """Return the name of the workbook that an act was typed into."""
    return act.grounds[_SOURCE]


def act_of(form: Form, line: Line, values: Values, source: Source, place: str, by: str, now: datetime) -> Act:
    """Return the act of having typed these values into the row of a `place`."""
    several = len(form.typed) > 1
    told = "，".join(f"{name if several else ''}{text}" for name, text in values.items() if text) or "清空"
    grounds = {**values, _SOURCE: source.name, _PLACE: place, _SAVED: source.saved.isoformat()}
    why = f"{told}（填在“{source.name}”{place}）"
    unit, part = unit_and_part(line[0])
    return Act(form.deed, now, by, unit, line[1], why, None, source.sha256, grounds, part=part)


def base_rows(rows: Mapping[Line, Values], form: Form) -> Iterator[tuple[str, ...]]:
    """Give the rows of the hidden sheet, the headings first."""
    yield (CODE, LINE, *form.typed)
    for (code, line), values in rows.items():
        yield (code, line, *(values.get(name, "") for name in form.typed))


def line_names(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Give the name of each row of one unit by the texts that name it; one that occurs again gets its number."""
    seen = Counter[str]()
    for texts in rows:
        name = "／".join(" ".join(text.split()) for text in texts)
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}（第{seen[name]}个）"


def as_value(text: str) -> Value:
    """Return a typed text as the cell that is written again holds it: a number where it is nothing else."""
    found = number(text)
    return found if found is not None and plain(found) == text else text or None


def plain(value: Value) -> str:
    """Return a value as it is compared and kept: a number without the zeros behind it."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return str(value or "")


def number(text: str) -> Decimal | None:
    """Return the number that a text is; None for any other."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
