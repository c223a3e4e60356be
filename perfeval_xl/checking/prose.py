"""Which cells of a workbook hold what departments write in words, and what those words are held against."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.checking.quoted import aim_of, results_of
from perfeval_xl.proofread import (
    Beside,
    Paragraph,
    Results,
    StatedField,
    bare,
    changes_of,
    finding,
    foreign,
    left_over,
    sure,
    worth_reading,
)
from perfeval_xl.records.contract import Role
from perfeval_xl.records.finding import Finding, Level, Passage
from perfeval_xl.records.kind import Holds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

_SHORTEST, _LEAST = 6, 2
"""Characters that a text must have to be compared with others: with all of the forms, with those of its row."""
_AHEAD = "措施"
"""What the label of a text says that may speak of the years to come."""
_YEAR, _UNIT = "年度", "单位名称"
_SHORT = frozenset({Holds.WORDS, Holds.CODE, Holds.EITHER})
"""What a cell may hold that a place can be left open in: a name, a telephone number, an indicator's target."""


def prose(
    template: Template, values: Mapping[Key, Value], unit_code: str, doubted: Collection[str] = ()
) -> Iterator[Finding]:
    """Find what is surely wrong in the texts of a workbook; `values` are its inputs and our own results.

    No text is held against the row of a `doubted` field: one that the board finds fault with already.
    """
    yield from _left_in_short(template, values, unit_code, doubted)
    texts = list(_texts(template, values))
    if not texts:
        return
    yield from _foreign(template, values, texts, unit_code)
    yield from _same_words(template, values, unit_code, doubted)
    results = results_of(template, values)
    rows = {_row(name) for name in doubted}
    figures = {name: stated for name, stated in _figures(template, values).items() if _row(name) not in rows}
    changes = changes_of(figures)
    for (name, row), text in texts:
        field = template.field[name]
        beside = _beside(field, row, template, values, figures, changes)
        beside = replace(beside, results=_told(template, values, field, row, results), ahead=_AHEAD in field.label)
        for found in sure(text, beside):
            yield _placed(found, field, row, unit_code)


def _told(template: Template, values: Mapping[Key, Value], field: Field, row: int, results: Results) -> Results:
    """Return what of the form a text may quote: all of it, or where its row is of one thing only, that row's."""
    if _AHEAD in field.label or (field.table and any(one.kind.numeric for one in template.columns[field.table])):
        return Results(own=aim_of(template, values, field.table, row))
    return results


def _row(name: str) -> str:
    """Return the row that a field's name begins with; the whole name where it has no column."""
    return name.rpartition("_")[0] or name


def _words(template: Template, values: Mapping[Key, Value], *, long: bool) -> Iterator[tuple[Field, int, str]]:
    """Give the long texts or the short ones that a unit typed, each with its field and row."""
    for (name, row), text in values.items():
        field = template.field[name]
        if not isinstance(text, str) or field.role is not Role.INPUT:
            continue
        if field.kind.holds in _SHORT and field.kind.long == long:
            yield field, row, text


def _texts(template: Template, values: Mapping[Key, Value]) -> Iterator[tuple[Key, str]]:
    for field, row, text in _words(template, values, long=True):
        if len(text) >= _SHORTEST and worth_reading(text):
            yield (field.name, row), text


def _left_in_short(
    template: Template, values: Mapping[Key, Value], unit_code: str, doubted: Collection[str]
) -> Iterator[Finding]:
    """Find what is left open in short texts: XX项目; cells for figures that are doubted already are left out."""
    for field, row, text in _words(template, values, long=False):
        if worth_reading(text) and not (field.kind.figures and field.name in doubted):
            for found in left_over(Paragraph(1, text)):
                yield _placed(replace(found, level=Level.WARNING), field, row, unit_code)


def _foreign(
    template: Template, values: Mapping[Key, Value], texts: list[tuple[Key, str]], unit_code: str
) -> Iterator[Finding]:
    """Find words of another kind of office, over all texts of the return."""
    paragraphs = tuple(Paragraph(number, text) for number, (_, text) in enumerate(texts))
    for paragraph, found in foreign(paragraphs, str(values.get((_UNIT, 0)) or "")):
        (name, row), _ = texts[paragraph.number]
        yield _placed(found, template.field[name], row, unit_code)


def _same_words(
    template: Template, values: Mapping[Key, Value], unit_code: str, doubted: Collection[str]
) -> Iterator[Finding]:
    """Find one text in two places of the forms, or of a row, but for its punctuation; each place once.

    A row's two texts that are the same to the letter are the board's, where that looks at them.
    """
    seen: dict[tuple[str, int, str], tuple[Field, str]] = {}
    for field, row, text in _words(template, values, long=True):
        words = bare(text)
        if len(words) < (_LEAST if row else _SHORTEST) or (field.name in doubted and not row):
            continue
        other, same = seen.setdefault((field.table, row, words), (field, text))
        if other is not field and not (row and field.name in doubted and text == same):
            found = finding("P48", Paragraph(1, text).whole, other=other.label)
            yield _placed(found, field, row, unit_code)


def _figures(template: Template, values: Mapping[Key, Value]) -> dict[str, StatedField]:
    found = {}
    for field in template.fields:
        value = values.get((field.name, 0))
        own = field.role in (Role.INPUT, Role.COMPUTED) and not field.table and not field.of_file
        if own and field.kind.numeric and isinstance(value, Decimal):
            found[field.name] = StatedField(field.name, field.label, value, field.unit or "%")
    return found


def _beside(
    field: Field,
    row: int,
    template: Template,
    values: Mapping[Key, Value],
    figures: Mapping[str, StatedField],
    changes: Mapping[str, Decimal],
) -> Beside:
    year = values.get((_YEAR, 0))
    name = field.name.rpartition("_")[0]
    return Beside(
        year=int(year) if isinstance(year, Decimal) else 0,
        unit=str(values.get((_UNIT, 0)) or ""),
        figures=figures,
        near=tuple(_near(field, row, template, values, figures)),
        row=name if name in changes else "",
        changes=changes,
    )


def _near(
    field: Field, row: int, template: Template, values: Mapping[Key, Value], figures: Mapping[str, StatedField]
) -> Iterator[Decimal]:
    """Give the figures that a text most likely speaks of: those of its row, or of its table's row."""
    if field.table:
        for column in template.columns[field.table]:
            value = values.get((column.name, row))
            if isinstance(value, Decimal):
                yield value
        return
    name = field.name.rpartition("_")[0]
    for other, stated in figures.items():
        if name and other.rpartition("_")[0] == name and stated.value is not None:
            yield stated.value


def _placed(found: Finding, field: Field, row: int, unit_code: str) -> Finding:
    """Return a finding at the cell that the text stands in, with the words that it is about."""
    quote = found.place.quote if isinstance(found.place, Passage) else ""
    label = f"{field.label}（第{row}行）" if row else field.label
    message = (
        f"{label}写到“{quote}”：{found.message}"
        if quote and quote not in found.message
        else f"{label}：{found.message}"
    )
    return replace(
        found, place=field.at(row), unit=unit_code, field=field.name, label=label, message=message, root=""
    )
