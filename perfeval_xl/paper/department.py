"""What a department's report consists of: its sentences, who signs, and its forms filled as attachments.

Nothing is invented: a required cell that is blank reads （待填）, and a sentence that rests on one is not
printed but says what it waits for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count, zip_longest
from typing import TYPE_CHECKING

from perfeval_xl.records.blocks import Block, Box, Cell, Line, Pages, Paper, Style, Table
from perfeval_xl.records.check_code import CHECK_CODE
from perfeval_xl.records.contract import UNIT_NAME, Role
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.finding import Level

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Attachment, Field, FormLine, Slot, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.form import Printed, PrintedForm
    from perfeval_xl.records.submission import Key, Submission
    from perfeval_xl.records.verdict import Record

TO_FILL = "（待填）"
_MOST_NAMED = 5
_TITLE_CHARACTERS = 20
"""How many characters of a title fit on a line."""
_FORM_ROW = 28.0
_STYLES = {style.value: style for style in (Style.TITLE, Style.H1, Style.H2, Style.H3, Style.BODY, Style.NOTE)}


class UnreadableReportError(PerfevalError):
    """A workbook that could not be read, so that there is nothing to report."""

    def __init__(self, record: Record) -> None:
        why = record.verdict.findings[0].message if record.verdict.findings else "读不出内容"
        super().__init__(f"“{record.file}”未能读取，不能生成报告：{why}")


def department_paper(template: Template, record: Record, forms: tuple[PrintedForm, ...]) -> Paper:
    """Return a submission's report; `forms` are the sheets of the template's attachments, in their order."""
    if record.submission is None:
        raise UnreadableReportError(record)
    filled = _Filled(template, record, record.submission)
    attachments = [
        _Attached(filled, attachment, form)
        for attachment, form in zip(_shown(template, forms), forms, strict=True)
    ]
    attachments = [attached for attached in attachments if attached.pages]
    signed = (*_signature(template, filled), *_check_code(record.code))
    first = Pages((*_warning(record), *_text(record), *_explained(record), *_list(attachments), *signed))
    pages = [
        replace(pages, blocks=(Line(Style.ATTACHMENT, f"附件{number}"), *pages.blocks)) if not later else pages
        for number, attached in enumerate(attachments, 1)
        for later, pages in enumerate(attached.pages)
    ]
    title = record.verdict.paragraphs[0] if record.verdict.paragraphs else template.title
    return Paper(title, (first, *pages))


def _shown(template: Template, forms: tuple[PrintedForm, ...]) -> tuple[Attachment, ...]:
    sheets = {form.sheet for form in forms}
    return tuple(attachment for attachment in template.attachments if attachment.sheet in sheets)


def _warning(record: Record) -> Iterator[Block]:
    """Say on the first page that this is a draft and how much is open."""
    if not record.is_draft:
        return
    levels = [finding.level for finding in record.verdict.findings if not finding.explanation]
    counts = (
        (levels.count(Level.ERROR), "处错误需要改正"),
        (levels.count(Level.WARNING), "项须核实的事项没有说明"),
    )
    open_points = "，".join(f"有{number}{what}" for number, what in counts if number)
    advice = "以下文字和附件中的数可能有误，请按核对意见改正或说明后重新生成；通过核对后，本提示自动消失。"
    yield Box(("草稿，请勿签发。", f"生成本报告的工作簿还没有通过核对：{open_points}。{advice}"))


def _text(record: Record) -> Iterator[Line]:
    """Give the sentences; one that rests on blank cells gives way to what it waits for."""
    verdict = record.verdict
    unit = record.submission.unit_name if record.submission else ""
    for text, name, lacking in zip(verdict.paragraphs, verdict.styles, verdict.lacking, strict=True):
        style = _STYLES.get(name, Style.BODY)
        if style is Style.TITLE:
            yield Line(style, _broken(text, unit))
        else:
            yield Line(style, _waiting(lacking) if lacking and style in (Style.BODY, Style.NOTE) else text)


def _explained(record: Record) -> Iterator[Line]:
    """Give what the unit has explained to the bureau: who reads the figures reads the reasons beside them."""
    told = [finding for finding in record.verdict.findings if finding.explanation]
    if told:
        yield Line(Style.BODY, "核对时已向财政部门说明的事项：")
    for number, finding in enumerate(told, 1):
        what = finding.label.removesuffix("（不符的行数）") or finding.message.rstrip("。")
        yield Line(Style.BODY, f"{number}．{what}：{finding.explanation.rstrip('。')}。")


def _broken(title: str, unit: str) -> str:
    """Break a title that is too long for a line behind the unit's name."""
    rest = title.removeprefix(unit)
    return f"{unit}\n{rest}" if len(title) > _TITLE_CHARACTERS and unit and rest not in ("", title) else title


def _waiting(lacking: tuple[str, ...]) -> str:
    named = "、".join(lacking[:_MOST_NAMED]) + (f"等{len(lacking)}项" if len(lacking) > _MOST_NAMED else "")
    return f"（待填：{named}还没有可用的数，填好后自动写出本段。）"


def _list(attachments: list[_Attached]) -> Iterator[Line]:
    """List the attachments below the text."""
    single = len(attachments) == 1
    for number, attached in enumerate(attachments, 1):
        head = "附件：" if number == 1 else "　　　"
        yield Line(Style.ATTACHED, head + ("" if single else f"{number}．") + attached.name)


def _signature(template: Template, filled: _Filled) -> Iterator[Line]:
    names = [name for name in template.signature or (UNIT_NAME,) if name in template.field]
    if names:
        yield Line(Style.SIGNED, "")
    for name in names:
        yield Line(Style.SIGNED, filled.text((name, 0)) or TO_FILL)


def _check_code(code: str) -> Iterator[Line]:
    """Say below who signs of which accepted return it is the report."""
    if code:
        yield Line(Style.NOTE, f"{CHECK_CODE}：{code}（财政部门通过的内容算出；报送盖章件时写进文件名）")


class _Filled:
    """What stands in each cell of a submission, as text."""

    def __init__(self, template: Template, record: Record, submission: Submission) -> None:
        self.template, self._submission = template, submission
        settings = {(name, 0): value for name, value in template.defaults.items()}
        self._values: dict[Key, Value] = {**settings, **submission.values, **record.verdict.computed}
        self._raw = {entry.key: entry.raw for entry in submission.entries if entry.key in submission.unreadable}
        self._wrong = {
            template.field[finding.field].table
            for finding in record.verdict.findings
            if finding.level is Level.ERROR and finding.field in template.field
        }

    def text(self, key: Key) -> str:
        """Return what is printed: the value in its kind's form, or what is still to be done there."""
        field = self.template.field[key[0]]
        if key in self._raw:
            return f"（待改：原填“{self._raw[key]}”）"
        value = self._values.get(key)
        if value is None or value == "":
            return TO_FILL if self._is_due(field, key[1]) else ""
        return field.kind.printed(value)

    @cached_property
    def used_rows(self) -> dict[str, list[int]]:
        """The rows of each table in which anything is filled."""
        used: dict[str, set[int]] = {table.name: set() for table in self.template.tables}
        filled = {key for key, value in self._submission.values.items() if value is not None}
        for name, row in filled | self._submission.unreadable:
            field = self.template.field[name]
            if field.table and field.role is Role.INPUT:
                used[field.table].add(row)
        return {name: sorted(rows) for name, rows in used.items()}

    def _is_due(self, field: Field, row: int) -> bool:
        """Whether a blank cell must still be filled: in an unused table only where its lack is an error."""
        if not field.required:
            return False
        return not row or row in self.used_rows[field.table] or field.table in self._wrong


@dataclass(frozen=True)
class _Attached:
    """One attachment with the pages that it takes."""

    filled: _Filled
    attachment: Attachment
    form: PrintedForm

    @cached_property
    def name(self) -> str:
        """What the list below the text calls it."""
        title = self._lines[0][0].text if self._lines else self.attachment.sheet
        name = self.form.title or title
        return f"{name}（共{len(self.pages)}个）" if self.attachment.table and len(self.pages) > 1 else name

    @cached_property
    def pages(self) -> tuple[Pages, ...]:
        """The form on its pages, or one page for every used row of its table."""
        if not self.attachment.table:
            return (Pages((*self._head(), *self._grid()), landscape=self.form.landscape, attached=True),)
        rows = self.filled.used_rows[self.attachment.table]
        return tuple(Pages((*self._head(), self._sheet_of(row)), attached=True) for row in rows)

    @cached_property
    def _by_row(self) -> dict[int, list[Printed]]:
        rows: dict[int, list[Printed]] = {}
        for cell in self.form.cells:
            text = cell.text
            for phrase in self.filled.template.omitted:
                text = text.replace(phrase, "")
            rows.setdefault(cell.row, []).append(replace(cell, text=text))
        return rows

    @cached_property
    def _lines(self) -> list[list[Printed]]:
        """The rows of plain text above the first table."""
        lines = []
        for row in sorted(self._by_row):
            if any(cell.boxed for cell in self._by_row[row]):
                break
            lines.append(self._by_row[row])
        return [line for line in lines if any(cell.text for cell in line)]

    def _head(self) -> Iterator[Line]:
        """Give the title, and one line with what else stands above the table."""
        if self._lines:
            yield Line(Style.TABLE_TITLE, self.form.title or self._lines[0][0].text)
        for line in self._lines[1:]:
            left = "　".join(cell.text for cell in line if cell.side != "right" and cell.text)
            right = "　".join(cell.text for cell in line if cell.side == "right" and cell.text)
            yield Line(Style.TABLE_LINE, f"{left}\t{right}" if right else left)

    def _grid(self) -> Iterator[Block]:
        """Give the sheet's tables and the lines between and below them; a row of headings begins a new table."""
        rows: list[int] = []
        heads = 0
        for row in self._kept:
            if not any(cell.boxed for cell in self._by_row[row]):
                yield from self._table(rows, heads)
                rows, heads = [], 0
                yield from (Line(Style.NOTE, cell.text) for cell in self._by_row[row] if cell.text)
            elif self._is_heading(row):
                before = [above for above in rows[-1:] if self._is_section(above)]
                yield from self._table(rows[: len(rows) - len(before)], heads)
                rows, heads = [*before, row], len(before) + 1
            else:
                rows.append(row)
        yield from self._table(rows, heads)

    @cached_property
    def _kept(self) -> list[int]:
        """The rows to print: of a table only the used ones, or one blank row."""
        start = max((line[0].row for line in self._lines), default=0)
        unused = set()
        for table in self.filled.template.tables:
            if table.sheet == self.form.sheet:
                used = self.filled.used_rows[table.name] or [1]
                unused |= {table.first_row + row - 1 for row in range(1, table.rows + 1) if row not in used}
        return [row for row in sorted(self._by_row) if row > start and row not in unused]

    def _is_heading(self, row: int) -> bool:
        """Whether a row holds headings of columns: several texts, nothing to fill, and something to fill below."""
        cells = self._by_row[row]
        later = self._kept[self._kept.index(row) + 1 :][:1]
        fills = any(cell.field for below in later for cell in self._by_row[below])
        return fills and not any(cell.field for cell in cells) and sum(1 for cell in cells if cell.text) > 1

    def _is_section(self, row: int) -> bool:
        cells = self._by_row[row]
        return len(cells) == 1 and not cells[0].field

    def _table(self, rows: list[int], heads: int) -> Iterator[Table]:
        if not rows:
            return
        lines = tuple(tuple(self._row(row, rows, head=number < heads)) for number, row in enumerate(rows))
        yield Table(self._widths, lines, heads)

    @cached_property
    def _columns(self) -> list[int]:
        """The sheet's columns but those that are left out and those that are hidden."""
        fields = self.filled.template.field
        out = {fields[name].address.column for name in self.attachment.without if name in fields}
        first = self.form.first_column
        return [column for column, width in enumerate(self.form.widths, first) if column not in out and width]

    @cached_property
    def _widths(self) -> tuple[float, ...]:
        """The widths of the columns; one that is left out gives its own to the column before it."""
        widths = dict.fromkeys(self._columns, 0.0)
        for column, width in enumerate(self.form.widths, self.form.first_column):
            widths[max((kept for kept in self._columns if kept <= column), default=self._columns[0])] += width
        return tuple(widths.values())

    def _row(self, row: int, rows: list[int], *, head: bool) -> Iterator[Cell]:
        """Give the cells that begin in a row; places that no cell covers become blank ones."""
        at = 0
        lost = ""
        taken = self._reached(row, rows)
        for cell in self._by_row[row]:
            columns = [column for column in self._columns if cell.column <= column <= cell.last_column]
            if not columns:
                lost = cell.text
                continue
            yield from self._blanks(at, self._columns.index(columns[0]), taken)
            at = self._columns.index(columns[-1]) + 1
            down = sum(1 for other in rows if cell.row <= other <= cell.last_row)
            yield self._cell(cell, len(columns), down, lost, head=head)
            lost = ""
        yield from self._blanks(at, len(self._columns), taken)

    def _reached(self, row: int, rows: list[int]) -> set[int]:
        """Return the places in a row that cells of rows above reach down to."""
        return {
            number
            for above in rows
            if above < row
            for cell in self._by_row[above]
            if cell.last_row >= row
            for number, column in enumerate(self._columns)
            if cell.column <= column <= cell.last_column
        }

    def _blanks(self, start: int, end: int, taken: set[int]) -> Iterator[Cell]:
        yield from (Cell("") for place in range(start, end) if place not in taken)

    def _cell(self, cell: Printed, columns: int, rows: int, lost: str, *, head: bool) -> Cell:
        if not cell.field:
            text = self._renumbered(cell)
            return Cell(text, columns, rows, cell.side, head=head, bold=cell.bold and not head, indent=cell.indent)
        field = self.filled.template.field[cell.field]
        text = self.filled.text((field.name, self._table_row(field, cell.row)))
        if lost and lost == field.row_label:
            text = f"{lost}：{text}"
        return Cell(text, columns, rows, field.kind.side)

    def _table_row(self, field: Field, row: int) -> int:
        return row - self.filled.template.table[field.table].first_row + 1 if field.table else 0

    def _renumbered(self, cell: Printed) -> str:
        """Return a label's text; the number of a table's row counts the rows that are printed."""
        for table in self.filled.template.tables:
            if table.sheet == self.form.sheet and table.first_row <= cell.row <= table.last_row:
                row = cell.row - table.first_row + 1
                used = self.filled.used_rows[table.name]
                if cell.text == str(row):
                    return str(used.index(row) + 1) if row in used else ""
        return cell.text

    def _sheet_of(self, row: int) -> Table:
        """Return one row of a table as a form: as the template lays it out, or a line for each column."""
        layout = self.attachment.layout
        if not layout:
            fields = self.filled.template.columns[self.attachment.table]
            title = self.filled.template.table[self.attachment.table].title
            lines = tuple(
                (
                    Cell(field.label.removeprefix(f"{title} "), side="center", head=True),
                    Cell(self.filled.text((field.name, row))),
                )
                for field in fields
            )
            return Table((1, 3), lines, row_height=_FORM_ROW)
        laid = [line for declared in layout for line in self._lines_of(declared, row)]
        width = max(sum(slot.columns for slot in line) for line in laid)
        rows = tuple(self._slots(laid, number) for number in range(len(laid)))
        return Table((1,) * width, rows, row_height=_FORM_ROW)

    def _lines_of(self, line: FormLine, row: int) -> Iterator[tuple[Slot, ...]]:
        """Give a line with its texts, or all lines that it is repeated for; without any, one that is blank."""
        if not line.by:
            yield tuple(self._told(slot, row) for slot in line.slots)
            return
        table = self.filled.template.field[line.by].table
        wanted = self.filled.text((line.of, row))
        rows = [other for other in self.filled.used_rows[table] if self.filled.text((line.by, other)) == wanted]
        above: tuple[Slot, ...] = ()
        for other in rows or [0]:
            told = tuple(self._told(slot, other) for slot in line.slots)
            yield tuple(_joined(slot, over) for slot, over in zip_longest(told, above) if slot)
            above = told

    def _told(self, slot: Slot, row: int) -> Slot:
        """Return a slot with the text of its field; a row that does not exist has none."""
        if not slot.field:
            return slot
        table = self.filled.template.field[slot.field].table
        text = "" if table and not row else self.filled.text((slot.field, row if table else 0))
        return replace(slot, text=text)

    def _slots(self, lines: list[tuple[Slot, ...]], number: int) -> tuple[Cell, ...]:
        cells = []
        column = 0
        for slot in lines[number]:
            if not slot.continued:
                below = (_continues(lines, later, column) for later in count(number + 1))
                cells.append(self._slot(slot, 1 + _leading(below)))
            column += slot.columns
        return tuple(cells)

    def _slot(self, slot: Slot, rows: int) -> Cell:
        if not slot.field:
            return Cell(slot.text, slot.columns, rows, "center", head=True)
        return Cell(slot.text, slot.columns, rows, self.filled.template.field[slot.field].kind.alone)


def _joined(slot: Slot, above: Slot | None) -> Slot:
    """Let a slot that may continue the one above do so where both say the same."""
    same = slot.joined and above is not None and slot.text == above.text
    return replace(slot, continued=True) if same else slot


def _continues(lines: list[tuple[Slot, ...]], number: int, column: int) -> bool:
    """Whether the slot that begins in a column of a line continues the one above."""
    if number >= len(lines):
        return False
    at = 0
    for slot in lines[number]:
        if at == column:
            return slot.continued
        at += slot.columns
    return False


def _leading(flags: Iterator[bool]) -> int:
    """Count how many come before the first that is false."""
    return next(number for number, flag in enumerate(flags) if not flag)
