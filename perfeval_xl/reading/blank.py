"""What the reader must know of a template before it opens a return: where everything stands in the blank one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from perfeval_xl.records.address import Address
from perfeval_xl.records.contract import KEY_COLUMN, KEY_ROW, OPINIONS, Field, Role, Template
from perfeval_xl.records.errors import TemplateError
from perfeval_xl.workbook.cells import Area, Book, Cell, Position, Sheet
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import unpack
from perfeval_xl.workbook.rules_of_files import RefusalError
from perfeval_xl.workbook.shared_formulas import written_out
from perfeval_xl.workbook.sheets import read_book


@dataclass(frozen=True, slots=True)
class Spot:
    """A field's cell in the blank workbook.

    `easy` is 'number' or 'text' where most answers need no interpretation.
    """

    field: Field
    row: int
    address: Address
    typed: bool
    computed: bool
    stamp: bool
    easy: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is the same in every workbook of a form whose rows and columns are where they were.

    `positions` are those of printed texts, of formulas that are no fields, and of keys.
    """

    positions: frozenset[Position]
    printed: tuple[Position, ...]
    texts: list[str]
    formulas: tuple[Position, ...]

    def holds(self, cells: Mapping[Position, Cell]) -> bool:
        """Whether every printed text and every formula is there: the case of most sheets, told in one go."""
        try:
            texts = [cells[position].text for position in self.printed]
            formulas = [cells[position].formula for position in self.formulas]
        except KeyError:
            return False
        return texts == self.texts and None not in formulas


@dataclass(frozen=True, slots=True)
class Form:
    """One sheet that people see or that has fields: its spots, its hidden keys, its names, what is printed."""

    sheet: Sheet
    spots: dict[Position, Spot]
    row_keys: dict[str, int]
    column_keys: dict[str, int]
    names: dict[str, Area]
    printed: dict[Position, str]
    """Texts and numbers that are the same in every workbook."""
    formulas: frozenset[Position]
    """Positions of formulas, whether fields or not."""
    raw_formulas: dict[Position, str]
    formula_texts: dict[Position, str]
    """The formulas as the template's file has them, where several may share one, and each written out."""
    fixed: Fixed

    @property
    def name(self) -> str:
        """The sheet's name in the template."""
        return self.sheet.name

    @property
    def keyed(self) -> bool:
        """Whether it has a hidden row and column of keys."""
        return bool(self.row_keys and self.column_keys)


@dataclass(frozen=True, slots=True)
class Plan:
    """A template as the reader sees it."""

    template: Template
    book: Book
    forms: tuple[Form, ...]


class _Same:
    """A template that equals those with its fingerprint: remembering its plan costs no comparison of its fields.

    Where it lies in memory says nothing: another object may lie there once it is gone.
    """

    __slots__ = ("template",)

    def __init__(self, template: Template) -> None:
        self.template = template

    def __hash__(self) -> int:
        return hash(self.template.fingerprint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.template.fingerprint == self.template.fingerprint


def plan(template: Template) -> Plan:
    """Return a template's plan; made once for each template, however often that is loaded."""
    return _plan(_Same(template))


@lru_cache(maxsize=32)
def _plan(same: _Same) -> Plan:
    template = same.template
    try:
        book, _ = read_book(unpack(template.package, Limits()), Limits())
    except RefusalError as refusal:
        raise TemplateError(template.id, (refusal.finding.message,)) from None
    fields: dict[str, list[Field]] = {}
    for field in template.fields:
        fields.setdefault(field.address.sheet, []).append(field)
    forms = tuple(
        _form(template, book, sheet, fields.get(sheet.name, []))
        for sheet in book.sheets
        if sheet.name != OPINIONS
        if not sheet.name.startswith("_") or any(_is_read(field) for field in fields.get(sheet.name, []))
    )
    return Plan(template, book, forms)


def _is_read(field: Field) -> bool:
    """Whether a field on a hidden sheet is read as others are: stamps are read apart, what is computed never."""
    return field.role not in (Role.STAMP, Role.COMPUTED)


def _form(template: Template, book: Book, sheet: Sheet, fields: list[Field]) -> Form:
    spots = {
        (address.row, address.column): _spot(field, row, address)
        for field in fields
        for row in template.rows(field)
        for address in (field.at(row),)
    }
    row_keys = {
        text: row for (row, column) in sheet.cells if column == KEY_COLUMN and (text := sheet.text((row, column)))
    }
    column_keys = {
        text: column for (row, column) in sheet.cells if row == KEY_ROW and (text := sheet.text((row, column)))
    }
    used = {key for field in fields for key in _row_keys(template, field)}
    if not used & set(row_keys):
        row_keys = {}
    if not {field.column_key for field in fields if field.column_key} & set(column_keys):
        column_keys = {}
    keyed = bool(row_keys and column_keys)
    printed = {
        position: cell.text.strip()
        for position, cell in sheet.cells.items()
        if position not in spots and cell.formula is None and cell.text.strip()
        if not (keyed and (position[0] == KEY_ROW or position[1] == KEY_COLUMN))
    }
    formulas = frozenset(
        position
        for position, cell in sheet.cells.items()
        if cell.formula is not None or (position in spots and spots[position].field.role is Role.COMPUTED)
    )
    names = {field.name: book.names[field.name] for field in fields if field.name in book.names}
    if not keyed:
        row_keys, column_keys = {}, {}
    fixed = _fixed(sheet, tuple(printed), tuple(formulas - spots.keys()), keyed=keyed)
    raw = {position: cell.formula for position, cell in sheet.cells.items() if cell.formula is not None}
    texts = {**raw, **written_out(sheet)}
    return Form(sheet, spots, row_keys, column_keys, names, printed, formulas, raw, texts, fixed)


def _fixed(sheet: Sheet, printed: tuple[Position, ...], formulas: tuple[Position, ...], *, keyed: bool) -> Fixed:
    keys = [at for at in sheet.cells if keyed and (at[0] == KEY_ROW or at[1] == KEY_COLUMN)]
    texts = [sheet.cells[position].text for position in printed]
    return Fixed(frozenset({*printed, *formulas, *keys}), printed, texts, formulas)


def _spot(field: Field, row: int, address: Address) -> Spot:
    kind = field.kind
    easy = "text" if kind.words and not field.options else ""
    if kind.numeric and kind.minimum in (None, 0):
        easy = "number"
    role = field.role
    return Spot(field, row, address, role.typed, role is Role.COMPUTED, role is Role.STAMP, easy)


def _row_keys(template: Template, field: Field) -> list[str]:
    if field.table:
        return [f"{field.table}#{row}" for row in template.rows(field)]
    return [field.row_key] if field.row_key else []


def plans(templates: Mapping[str, Template]) -> tuple[Plan, ...]:
    """Return the plans of all templates."""
    return tuple(plan(template) for template in templates.values())
