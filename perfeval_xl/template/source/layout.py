"""Where every cell of a form sheet goes: a sheet's spec as placed cells, fields and tables, without Excel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address, column_letters
from perfeval_xl.records.contract import COVER, Aggregate, Field, Role, Table, broken_mark, kept_mark
from perfeval_xl.records.kind import KINDS
from perfeval_xl.template.source.spec import (
    Filling,
    FormBlock,
    Item,
    MatrixBlock,
    MatrixColumn,
    MatrixRow,
    NoteBlock,
    RowCheck,
    Setting,
    SheetSpec,
    StateBlock,
    TableBlock,
)
from perfeval_xl.template.source.tolerance import comparison
from perfeval_xl.workbook.row_formula import cells_of, row_formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from perfeval_xl.records.kind import Kind

FIRST_COLUMN = 2
_GROUP_LIMIT = 5000
FLAGS = "核对_"
"""How the heading of a hidden column of flags begins."""
STATE_ROW, TITLE_ROW, CAPTION_ROW, FIRST_ROW = 2, 3, 4, 5
"""The state stands above the title, where it is seen but not printed."""
FAILED_ON_COVER = 5
"""Lines of the cover that name what fails."""
_SHOWN, _SHOWN_PART = 8, 5
"""Rows of a table that are open where its source does not say how many: these, or one in so many of all."""
LONG_TABLE = 15
"""Rows from which on a table has filters, and its heading on every page and above every screen."""


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """Something printed or typed. `content` beginning with `=` is a formula; `look` names a style.

    `kind` gives the number format; `level` the indent; `last_column` and `more_rows` the end of a merge.
    """

    row: int
    column: int
    last_column: int
    content: str
    look: str
    kind: Kind = KINDS["text"]
    level: int = 0
    field: str = ""
    more_rows: int = 0


@dataclass(frozen=True, slots=True)
class PlacedField:
    """A field with what only the builder needs: how Excel prompts for it and lists its choices."""

    field: Field
    prompt: str = ""
    sample: str = ""
    options: str = ""
    options_by: str = ""
    options_from: str = ""


def hidden_field(
    address: Address, name: str, kind: str, role: Role, label: str = "", unit: str = "", formula: str = ""
) -> PlacedField:
    """Place a field on a hidden sheet, one a row; it is found by its name alone."""
    return PlacedField(Field(name, label or name, KINDS[kind], unit, role, address, formula=formula))


def hidden_setting(address: Address, setting: Setting) -> PlacedField:
    """Place a campaign's setting on the hidden sheet of what identifies a workbook."""
    placed = hidden_field(address, setting.name, setting.kind, Role.SETTING, setting.label, setting.unit)
    return replace(placed, field=replace(placed.field, options=setting.options), options=setting.name)


@dataclass(frozen=True, slots=True)
class FlagColumn:
    """A hidden column beside a table; `formula` is of its first row, in terms of `@names`.

    Its texts hold the marks of `checks`; those of a table's first one begin with how many required cells the
    row lacks, and are blank where the row is not used.
    """

    id: str
    table: Table
    column: int
    formula: str
    checks: tuple[str, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class LongTable:
    """A table too long for one page: the rows of its heading, and its first column behind the numbers."""

    table: Table
    heading: int
    last_heading: int
    first_column: int


@dataclass(frozen=True, slots=True)
class Fold:
    """The rows of a table that are hidden until they are wanted, and a cell that is filled when it may be time."""

    first_row: int
    last_row: int
    told_by: Address


@dataclass(frozen=True)
class SheetLayout:
    """A form sheet, placed."""

    spec: SheetSpec
    cells: tuple[DrawnCell, ...]
    fields: tuple[PlacedField, ...]
    tables: tuple[Table, ...]
    flags: tuple[FlagColumn, ...]
    row_keys: Mapping[int, str]
    heights: Mapping[int, float]
    last_row: int
    long_table: LongTable | None
    folds: tuple[Fold, ...] = ()
    state_row: int | None = None

    @property
    def last_column(self) -> int:
        """The last printed column."""
        return FIRST_COLUMN + len(self.spec.widths) - 1

    @cached_property
    def long_texts(self) -> Mapping[int, tuple[tuple[int, PlacedField], ...]]:
        """The cells for long texts by row, each with its column; those of long tables are left out."""
        found: dict[int, list[tuple[int, PlacedField]]] = {}
        rows = {table.name: range(table.first_row, table.last_row + 1) for table in self.tables}
        for placed in self.fields:
            field = placed.field
            asked = field.role is Role.INPUT and field.kind.long and field.longest
            here = rows[field.table] if field.table else (field.address.row,)
            for row in here if asked and len(here) <= LONG_TABLE else ():
                found.setdefault(row, []).append((field.address.column, placed))
        return {row: tuple(sorted(cells, key=lambda cell: cell[0])) for row, cells in found.items()}

    @property
    def speaks_beside(self) -> bool:
        """Whether something is said beside what is printed: how to get more rows, how much has been written."""
        return bool(self.folds or self.long_texts)

    @property
    def asks(self) -> bool:
        """Whether the department fills anything on it."""
        return any(placed.field.role is Role.INPUT for placed in self.fields)


class _Sheet:
    """A sheet while it is being placed, row after row."""

    def __init__(self, spec: SheetSpec) -> None:
        self.spec = spec
        self.last_column = FIRST_COLUMN + len(spec.widths) - 1
        self.row = FIRST_ROW
        self.cells: list[DrawnCell] = []
        self.fields: list[PlacedField] = []
        self.tables: list[Table] = []
        self.flags: list[FlagColumn] = []
        self.row_keys: dict[int, str] = {}
        self.heights: dict[int, float] = {}
        self.long_table: LongTable | None = None
        self.folds: list[Fold] = []
        self.state_row: int | None = None
        self.blocks = 0

    def put(self, column: int, span: int, content: str, look: str, **more: object) -> None:
        last = min(column + span - 1, self.last_column)
        self.cells.append(DrawnCell(self.row, column, last, content, look, **more))  # type: ignore[arg-type]  # keywords of DrawnCell

    def key(self, key: str) -> None:
        self.row_keys[self.row] = key

    def across(self, content: str, look: str) -> None:
        self.put(FIRST_COLUMN, self.last_column - FIRST_COLUMN + 1, content, look)

    def add_field(self, filling: Filling, placed: Field) -> None:
        self.fields.append(
            PlacedField(
                placed,
                filling.prompt,
                filling.sample,
                filling.options,
                filling.options_by,
                filling.options_from,
            )
        )


def lay_out(spec: SheetSpec, options: Mapping[str, tuple[str, ...]], sheets: int = 0) -> SheetLayout:
    """Place a sheet's blocks one below the other; a state block will list `sheets` form sheets."""
    sheet = _Sheet(spec)
    _place_head(sheet)
    for block in spec.blocks:
        sheet.blocks += 1
        match block:
            case FormBlock():
                _place_form(sheet, block, options)
            case MatrixBlock():
                _place_matrix(sheet, block, options)
            case TableBlock():
                _place_table(sheet, block, options)
            case NoteBlock():
                _place_note(sheet, block)
            case StateBlock():
                sheet.state_row = sheet.row
                sheet.row += 2 + sheets + FAILED_ON_COVER
    return SheetLayout(
        spec=spec,
        cells=tuple(sheet.cells),
        fields=tuple(sheet.fields),
        tables=tuple(sheet.tables),
        flags=tuple(sheet.flags),
        row_keys=sheet.row_keys,
        heights=sheet.heights,
        last_row=sheet.row - 1,
        long_table=sheet.long_table,
        folds=tuple(sheet.folds),
        state_row=sheet.state_row,
    )


def _place_head(sheet: _Sheet) -> None:
    spec = sheet.spec
    half = max(1, len(spec.widths) // 2)
    sheet.row = TITLE_ROW
    sheet.across(spec.title, "title")
    sheet.heights[TITLE_ROW] = 34
    sheet.row = CAPTION_ROW
    if spec.caption and not spec.corner:
        sheet.across(spec.caption, "caption")
    elif spec.caption or spec.corner:
        sheet.put(FIRST_COLUMN, half, spec.caption, "caption")
        sheet.put(FIRST_COLUMN + half, len(spec.widths) - half, spec.corner, "corner")
    sheet.row = STATE_ROW
    sheet.across("", "state" if spec.name != COVER else "returned")
    sheet.heights[STATE_ROW] = 20
    sheet.row = FIRST_ROW


def _place_note(sheet: _Sheet, block: NoteBlock) -> None:
    sheet.across(block.text, block.block)
    sheet.heights[sheet.row] = block.height or {"note": 30, "banner": 60, "section": 22}[block.block]
    sheet.row += 1


def _place_form(sheet: _Sheet, block: FormBlock, options: Mapping[str, tuple[str, ...]]) -> None:
    if block.title:
        sheet.across(block.title, "section")
        sheet.row += 1
    for line in block.rows:
        sheet.key(f"{sheet.blocks}:{'/'.join(item.key or item.label for item in line)}")
        column = FIRST_COLUMN
        for item in line:
            if item.label:
                sheet.put(column, item.label_span, item.label, "label_center")
                column += item.label_span
            _place_item(sheet, item, column, options)
            column += item.span
        if block.height:
            sheet.heights[sheet.row] = block.height
        sheet.row += 1


def _place_item(sheet: _Sheet, item: Item, column: int, options: Mapping[str, tuple[str, ...]]) -> None:
    if not item.key:
        sheet.put(column, item.span, item.text, item.format or "fixed")
        return
    label = item.name or item.label or item.key
    _place_field(sheet, item, item.key, column, item.span, options, label=label, row_label=item.label)


def _place_field(
    sheet: _Sheet,
    filling: Filling,
    name: str,
    column: int,
    span: int,
    options: Mapping[str, tuple[str, ...]],
    *,
    label: str,
    row_label: str = "",
    column_label: str = "",
) -> None:
    kind = KINDS[filling.kind]
    role = Role.COMPUTED if filling.formula else Role(filling.role)
    placed = Field(
        name=name,
        label=label,
        kind=kind,
        unit=filling.unit or (kind.units[0] if kind.units else ""),
        role=role,
        address=Address(sheet.spec.name, sheet.row, column),
        required=filling.required and role is Role.INPUT,
        nullable=filling.nullable,
        options=() if filling.options_by else options.get(filling.options, ()),
        row_key=sheet.row_keys.get(sheet.row, ""),
        column_key=column_letters(column),
        row_label=row_label,
        column_label=column_label,
        aggregate=Aggregate.SUM if filling.aggregate and kind.adds else Aggregate.NONE,
        formula=filling.formula,
        figure=filling.figure,
        longest=(filling.longest or kind.longest) if role is Role.INPUT else 0,
        unit_from=filling.unit_from,
    )
    look = {Role.COMPUTED: "computed", Role.INPUT: "input"}.get(role, "prefill")
    content = filling.formula if role is Role.COMPUTED else filling.text
    sheet.put(column, span, content, look, kind=kind, field=name)
    sheet.add_field(filling, placed)


def _place_matrix(sheet: _Sheet, block: MatrixBlock, options: Mapping[str, tuple[str, ...]]) -> None:
    if block.header:
        _place_header(sheet, block.corner, block.label_span, block.columns)
    for line in block.rows:
        sheet.key(f"{sheet.blocks}:{line.key}")
        look = "label_bold" if line.bold else "label"
        sheet.put(FIRST_COLUMN, block.label_span, line.label, look, level=line.level)
        column = FIRST_COLUMN + block.label_span
        for heading in block.columns:
            _place_matrix_cell(sheet, line, heading, column, options)
            column += heading.span
        if block.height:
            sheet.heights[sheet.row] = block.height
        sheet.row += 1


def _place_matrix_cell(
    sheet: _Sheet, line: MatrixRow, heading: MatrixColumn, column: int, options: Mapping[str, tuple[str, ...]]
) -> None:
    filling = _matrix_filling(line, heading)
    if filling.role == "固定":
        sheet.put(column, heading.span, filling.text, "fixed")
        return
    _place_field(
        sheet,
        filling,
        f"{line.key}_{heading.key}",
        column,
        heading.span,
        options,
        label=_joined(line.name or line.label, heading.label),
        row_label=line.label,
        column_label=heading.label,
    )


def _matrix_filling(line: MatrixRow, heading: MatrixColumn) -> Filling:
    """Combine a row and a column: the cell's own words first, then the row's, then the column's."""
    data = {name: getattr(heading, name) for name in Filling.model_fields}
    data["figure"] = f"{line.figure} {heading.figure or heading.key}" if line.figure else ""
    if heading.role == "填报" and not heading.formula and KINDS[heading.kind].money:
        data |= {"kind": line.kind or heading.kind, "unit": line.unit or heading.unit}
        data["formula"] = line.formula
        data["nullable"] = line.nullable or heading.nullable
        data["required"] = heading.required if line.required is None else line.required
    override = line.cells.get(heading.key)
    if override:
        data |= override.model_dump(exclude_none=True)
    if data["role"] == "固定":
        data["formula"] = ""
    keys = {"row": line.key, "column": heading.key}
    data["formula"] = _keyed(data["formula"], keys)
    return Filling(**data)


def _keyed(text: str, keys: Mapping[str, str]) -> str:
    for key, value in keys.items():
        text = text.replace("{" + key + "}", value)
    return text


def _joined(row_label: str, column_label: str) -> str:
    """Make one label of two, either of which may be a formula."""
    row, column = (text.replace("　", "").rstrip("：:") for text in (row_label, column_label))
    if not row.startswith("=") and not column.startswith("="):
        return f"{row} {column}"
    return f"={_operand(row)}&" + '" "&' + _operand(column)


def _operand(text: str) -> str:
    return f"({text[1:]})" if text.startswith("=") else '"' + text.replace('"', '""') + '"'


def _place_header(sheet: _Sheet, corner: str, label_span: int, columns: tuple[MatrixColumn, ...]) -> None:
    below = int(any(heading.group for heading in columns))
    if label_span:
        sheet.put(FIRST_COLUMN, label_span, corner, "head", more_rows=below)
    if below:
        _place_groups(sheet, FIRST_COLUMN + label_span, columns)
        sheet.row += 1
    column = FIRST_COLUMN + label_span
    for heading in columns:
        if heading.group or not below:
            sheet.put(column, heading.span, heading.label, "head")
        column += heading.span
    sheet.heights[sheet.row] = 32
    sheet.row += 1


def _place_groups(sheet: _Sheet, column: int, columns: tuple[MatrixColumn, ...]) -> None:
    """Place the upper line of a heading in two: groups over their columns, other headings over both lines."""
    for group, members in groupby(columns, key=lambda heading: heading.group or heading.key):
        headings = tuple(members)
        span = sum(heading.span for heading in headings)
        named = bool(headings[0].group)
        sheet.put(column, span, group if named else headings[0].label, "head", more_rows=int(not named))
        column += span
    sheet.heights[sheet.row] = 22


def _place_table(sheet: _Sheet, block: TableBlock, options: Mapping[str, tuple[str, ...]]) -> None:
    if block.heading:
        sheet.across(block.heading, "section")
        sheet.row += 1
    heading = sheet.row - bool(block.heading)
    if block.header:
        _place_header(sheet, block.number_label, block.number_span, block.columns)
    table = Table(block.name, block.title, sheet.spec.name, sheet.row, block.rows, block.needed)
    sheet.tables.append(table)
    if block.header and block.rows >= LONG_TABLE:
        sheet.long_table = LongTable(table, heading, sheet.row - 1, FIRST_COLUMN + block.number_span)
    _add_columns(sheet, block, options)
    _add_flags(sheet, block, table)
    _add_fold(sheet, block, table)
    for number in range(1, block.rows + 1):
        _place_table_row(sheet, block, number)


def _add_fold(sheet: _Sheet, block: TableBlock, table: Table) -> None:
    shown = block.shown or max(_SHOWN, block.rows // _SHOWN_PART)
    if shown < block.rows:
        first = table.first_row + shown
        told_by = Address(table.sheet, first - 1, FIRST_COLUMN + block.number_span)
        sheet.folds.append(Fold(first, table.last_row, told_by))


def _column_positions(block: TableBlock) -> dict[str, int]:
    positions, column = {}, FIRST_COLUMN + block.number_span
    for heading in block.columns:
        positions[f"{block.name}_{heading.key}"] = column
        column += heading.span
    return positions


def _add_columns(sheet: _Sheet, block: TableBlock, options: Mapping[str, tuple[str, ...]]) -> None:
    sheet.key(f"{block.name}#1")
    cells = len(sheet.cells)
    for heading, (name, column) in zip(block.columns, _column_positions(block).items(), strict=True):
        label = _joined(block.title, heading.name or heading.label)
        _place_field(sheet, heading, name, column, 1, options, label=label, column_label=heading.label)
        placed = sheet.fields[-1]
        sheet.fields[-1] = replace(placed, field=replace(placed.field, table=block.name))
    del sheet.cells[cells:]


def _add_flags(sheet: _Sheet, block: TableBlock, table: Table) -> None:
    """Place the hidden columns: how many required cells a used row lacks, and which checks it keeps or breaks.

    Most rows are unused and yet computed again whenever one is; joining its cells is the quickest way to tell.
    """
    typed = [f"@{block.name}_{column.key}" for column in block.columns if not column.formula]
    required = [f"@{block.name}_{column.key}" for column in block.columns if column.required]
    missing = f'({len(required)}-COUNTA({",".join(required)}))&""' if required else '"0"'
    first = f"{FLAGS}{block.name}"
    for number, checks in enumerate(_groups(block.checks)):
        name = f"{first}{number + 1}" if number else first
        marks = "&".join((*([] if number else [missing]), *(_mark(check) for check in checks)))
        unused = f"LEN(@{first})=0" if number else f"IFERROR(LEN({'&'.join(typed)}),1)=0"
        formula = f'=IF({unused},"",{marks})'
        column = sheet.last_column + 2 + len(sheet.flags)
        ids = tuple(check.id for check in checks)
        sheet.flags.append(FlagColumn(name, table, column, formula, ids, counts=not number))


def _groups(checks: tuple[RowCheck, ...]) -> Iterator[tuple[RowCheck, ...]]:
    """Part checks so that the formula of each group stays well below what Excel takes."""
    group: list[RowCheck] = []
    for check in checks:
        if group and sum(len(_mark(other)) for other in (*group, check)) > _GROUP_LIMIT:
            yield tuple(group)
            group = []
        group.append(check)
    yield tuple(group)


def _mark(check: RowCheck) -> str:
    """Return the formula that says of a used row whether it keeps or breaks a check; one that fails breaks it."""
    broken = f'"{broken_mark(check.id)}"'
    holds = comparison(check.left, check.relation, check.right, check.tolerance)
    mark = f'IF({holds},"{kept_mark(check.id)}",{broken})'
    return f'IFERROR(IF({check.when},{mark},""),{broken})' if check.when else f"IFERROR({mark},{broken})"


def _place_table_row(sheet: _Sheet, block: TableBlock, number: int) -> None:
    positions = _column_positions(block)
    sheet.key(f"{block.name}#{number}")
    if block.number_span:
        sheet.put(FIRST_COLUMN, block.number_span, str(number), "number")
    for heading, (name, column) in zip(block.columns, positions.items(), strict=True):
        kind = KINDS[heading.kind]
        look = "computed" if heading.formula else "input"
        content = row_formula(heading.formula, cells_of(sheet.row, positions)) if heading.formula else ""
        sheet.put(column, heading.span, content, look, kind=kind, field=name)
    if block.row_height:
        sheet.heights[sheet.row] = block.row_height
    sheet.row += 1


def table_columns(layout: SheetLayout, table: str) -> dict[str, int]:
    """Return the sheet's column of each of a table's fields."""
    return {
        placed.field.name: placed.field.address.column for placed in layout.fields if placed.field.table == table
    }
