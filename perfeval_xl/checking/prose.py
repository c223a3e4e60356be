"""Which cells of a workbook hold what departments write in words, and what those words are held against."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
    from collections.abc import Collection, Iterable, Iterator, Mapping

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


@dataclass(frozen=True, slots=True)
class Typed:
    """A text that a unit typed: its field, its row of a table (0 without one), and what it says."""

    field: Field
    row: int
    text: str


class Reader:
    """A template ready to have the texts of one return after another read; its `figured` tables hold figures."""

    def __init__(self, template: Template) -> None:
        self.template = template
        words = [field for field in template.fields if field.role is Role.INPUT and field.kind.holds in _SHORT]
        self._long = {field.name: field for field in words if field.kind.long}
        self._short = {field.name: field for field in words if not field.kind.long}
        self._stated = [field for field in template.fields if _may_be_stated(field)]
        self.figured = frozenset(field.table for field in template.fields if field.table and field.kind.numeric)

    def prose(
        self, values: Mapping[Key, Value], unit_code: str, doubted: Collection[str] = ()
    ) -> Iterator[Finding]:
        """Find what is surely wrong in the texts of a workbook; `values` are its inputs and our own results.

        No text is held against the row of a `doubted` field: one that the board finds fault with already.
        """
        for one, found in self._found(values, doubted):
            yield _placed(found, one.field, one.row, unit_code)

    def _found(self, values: Mapping[Key, Value], doubted: Collection[str]) -> Iterator[tuple[Typed, Finding]]:
        yield from _left_in_short(_typed(self._short, values), doubted)
        written = list(_typed(self._long, values))
        texts = [one for one in written if len(one.text) >= _SHORTEST and worth_reading(one.text)]
        if texts:
            yield from _foreign(texts, str(values.get((_UNIT, 0)) or ""))
            yield from _same_words(written, doubted)
            yield from self._against_the_form(texts, values, doubted)

    def _against_the_form(
        self, texts: Iterable[Typed], values: Mapping[Key, Value], doubted: Collection[str]
    ) -> Iterator[tuple[Typed, Finding]]:
        rows = {_row(name) for name in doubted}
        form = _Form(self, values, {
            field.name: StatedField(field.name, field.label, value, field.unit or "%")
            for field in self._stated
            if isinstance(value := values.get((field.name, 0)), Decimal) and _row(field.name) not in rows
        })  # fmt: skip
        for one in texts:
            for found in sure(one.text, form.beside(one)):
                yield one, found


class _Form:
    """What the texts of one return are held against: its `figures` by name, and what follows from them."""

    def __init__(self, reader: Reader, values: Mapping[Key, Value], figures: Mapping[str, StatedField]) -> None:
        self._template, self._values, self._figures = reader.template, values, figures
        self._figured = reader.figured
        self._changes = changes_of(figures)
        self._results = results_of(self._template, values)
        year = values.get((_YEAR, 0))
        self._year = int(year) if isinstance(year, Decimal) else 0
        self._unit = str(values.get((_UNIT, 0)) or "")
        self._of_row: dict[str, list[Decimal]] = {}
        for name, stated in figures.items():
            if stated.value is not None:
                self._of_row.setdefault(name.rpartition("_")[0], []).append(stated.value)

    def beside(self, one: Typed) -> Beside:
        """Return what a text stands beside."""
        name = one.field.name.rpartition("_")[0]
        return Beside(
            year=self._year,
            unit=self._unit,
            figures=self._figures,
            near=self._near(one, name),
            row=name if name in self._changes else "",
            changes=self._changes,
            results=self._told(one),
            ahead=_AHEAD in one.field.label,
        )

    def _near(self, one: Typed, name: str) -> tuple[Decimal, ...]:
        """Return the figures that a text most likely speaks of: those of its row, or of its table's row."""
        if not one.field.table:
            return tuple(self._of_row.get(name, ())) if name else ()
        columns = self._template.columns[one.field.table]
        beside = (self._values.get((column.name, one.row)) for column in columns)
        return tuple(value for value in beside if isinstance(value, Decimal))

    def _told(self, one: Typed) -> Results:
        """Return what of the form a text may quote: all, or where its row is of one thing only, that row's."""
        table = one.field.table
        if _AHEAD in one.field.label or table in self._figured:
            return Results(own=aim_of(self._template, self._values, table, one.row))
        return self._results


def _may_be_stated(field: Field) -> bool:
    """Whether a text may give a field's figure: it is of the return's own, and of no row of a table."""
    own = field.role in (Role.INPUT, Role.COMPUTED) and not field.table and not field.of_file
    return own and field.kind.numeric


def _row(name: str) -> str:
    """Return the row that a field's name begins with; the whole name where it has no column."""
    return name.rpartition("_")[0] or name


def _typed(fields: Mapping[str, Field], values: Mapping[Key, Value]) -> Iterator[Typed]:
    for (name, row), text in values.items():
        if isinstance(text, str) and name in fields:
            yield Typed(fields[name], row, text)


def _left_in_short(texts: Iterable[Typed], doubted: Collection[str]) -> Iterator[tuple[Typed, Finding]]:
    """Find what is left open in short texts: XX项目; cells for figures that are doubted already are left out."""
    for one in texts:
        if worth_reading(one.text) and not (one.field.kind.figures and one.field.name in doubted):
            for found in left_over(Paragraph(1, one.text)):
                yield one, replace(found, level=Level.WARNING)


def _foreign(texts: list[Typed], unit: str) -> Iterator[tuple[Typed, Finding]]:
    """Find words of another kind of office, over all texts of the return."""
    paragraphs = tuple(Paragraph(number, one.text) for number, one in enumerate(texts))
    for paragraph, found in foreign(paragraphs, unit):
        yield texts[paragraph.number], found


def _same_words(texts: Iterable[Typed], doubted: Collection[str]) -> Iterator[tuple[Typed, Finding]]:
    """Find one text in two places of the forms, or of a row, but for its punctuation; each place once.

    A row's two texts that are the same to the letter are the board's, where that looks at them.
    """
    seen: dict[tuple[str, int, str], Typed] = {}
    for one in texts:
        words, name = bare(one.text), one.field.name
        if len(words) < (_LEAST if one.row else _SHORTEST) or (name in doubted and not one.row):
            continue
        other = seen.setdefault((one.field.table, one.row, words), one)
        if other.field is not one.field and not (one.row and name in doubted and one.text == other.text):
            yield one, finding("P48", Paragraph(1, one.text).whole, other=other.field.label)


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
