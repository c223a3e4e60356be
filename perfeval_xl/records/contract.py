"""What a template workbook declares of itself: its fields, tables, checks, paragraphs and how they are found.

A template is an ordinary workbook that keeps this contract; see docs/contract.md for the sheets and columns.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Finding, Level, Value
from perfeval_xl.records.kind import KINDS, Kind
from perfeval_xl.records.submission import Entry, Key, Submission
from perfeval_xl.records.summary_line import Judged, Part, SummaryLine
from perfeval_xl.records.unit import measure
from perfeval_xl.wording.numbers import NOT_APPLICABLE

if TYPE_CHECKING:
    from collections.abc import Iterable

COVER, GUIDE, BOARD, REPORT = "封面", "填报说明", "核对", "报告"
FIELDS, OPTIONS, IDENTITY, MARKS, WORK, SUMMARY = "_字段", "_选项", "_标识", "_标记", "_计算", "_汇总"
PAPER = "_文书"
"""Sheets by name. Those that begin with an underscore are hidden and for programs."""

LIST_NAME = "选项_"
"""How the defined name of a list of choices begins; formulas may use it too."""

OPINIONS = "核对意见"
OPINION_FIRST_ROW, OPINION_ROWS = 6, 200
OPINION_COLUMNS = {
    name: number
    for number, name in enumerate(
        (
            *("序号", "级别", "位置", "问题和改法", "现在的值", "对照数", "差额", "怎样回应", "办理情况", "说明"),
            *("目标", "位置文字", "问题标识", "看哪里", "看什么", "表", "行", "列", "现况"),
        ),
        2,
    )
}
"""The list of findings that goes back to the unit: its first row, how many it holds, its columns. A unit writes in
说明. From 目标 on they are hidden: where the link of 位置 leads, its text, which finding the line is of, and how
the workbook tells by itself that it has been dealt with (`Look`)."""


class Look(StrEnum):
    """Where a line of the list looks to tell whether its finding still holds; nowhere where that cannot be told.

    It then looks for 看什么: a check's id on the board, its mark in a row's flags, or the value that was found.
    """

    BOARD = "核对"
    FLAGS = "标志"
    CELL = "格子"
    NOWHERE = ""


MARK_ROWS = 1000
"""How many addresses of cells to highlight `_标记` holds, for templates that look them up there."""
MARK_BLOCK, MARK_BESIDE = 5000, 100
"""`_标记` is a grid of 1 where a cell of a form is to be red: so many rows for each form, in their order.
What the bureau marks stands to the right of what follows from the board."""
MARK_NAME = "标记_"
"""How the name of a form's block begins; its number follows."""

PASSED, FAILED, BLANK, NOT_CONCERNED, EXPLAINED, BROKEN = "✔", "✘", "未填", "不适用", "已说明", "无法计算"
"""What a check's result on the board may say."""


def broken_mark(check_id: str) -> str:
    """Return what the flags of a row that breaks a check hold."""
    return f"|{check_id}{FAILED}"


def kept_mark(check_id: str) -> str:
    """Return what the flags of a row that a check finds right hold."""
    return f"|{check_id}{PASSED}"


MIN_EXPLANATION = 10
"""Characters that an explanation must have to count."""

KEY_ROW = KEY_COLUMN = 1
"""The hidden first row and column of each form sheet; their texts find a cell again when all else is lost."""

STAMP_TEMPLATE, STAMP_VERSION, STAMP_DESIGN = "标识_模板", "标识_版本", "标识_指纹"
STAMP_UNIT, STAMP_YEAR, STAMP_SERIAL, STAMP_PROBE = "标识_单位代码", "年度", "标识_序号", "标识_探针"
STAMP_PART = "标识_分报代码"
"""Names of the stamp's cells on `_标识`. The probe is a formula: its stored value is 1 more than the serial
when the workbook was last saved by a program that calculates. The part is there where a template is parted."""

UNIT_CODE, UNIT_NAME = "单位代码", "单位名称"
"""Names of the cover's cells that say whose workbook it is."""
FILLED_ON, CONTACT, PHONE = "填报日期", "联系人", "联系电话"
"""Names of the cover's cells that say when it was filled, by whom, and under which number to ask."""


SETTING = "设置_"
"""How the names of a template's own limits begin."""
STATE = "状态_"
"""How the names of the counts begin that tell a workbook's reader what is left to do; nobody else reads them."""


class Role(StrEnum):
    """Who fills a field."""

    INPUT = "填报"
    PREFILL = "预填"
    SETTING = "设置"
    EXPLANATION = "说明"
    STAMP = "标识"
    COMPUTED = "计算"

    @property
    def typed(self) -> bool:
        """Whether the department types it."""
        return self in (Role.INPUT, Role.EXPLANATION)


class Aggregate(StrEnum):
    """How a field adds up over units in the summary."""

    SUM = "合计"
    NONE = "不汇总"


@dataclass(frozen=True, slots=True)
class Field:
    """One named cell, or one named column of a table.

    `address` is the cell, or the column's first row. `label` is what messages call it, `row_label` and
    `column_label` are what is printed beside and above it. `row_key` and `column_key` stand in the hidden
    first column and row of its sheet (a table's rows have keys `<table>#<row>`). `figure` is the official figure
    that it holds; two fields may hold the same. `longest` is how many characters it may hold, 0 for any number;
    `unit_from` the column of its table that says which unit of measure the row's figures are in.
    """

    name: str
    label: str
    kind: Kind
    unit: str
    role: Role
    address: Address
    table: str = ""
    required: bool = False
    nullable: bool = False
    options: tuple[str, ...] = ()
    row_key: str = ""
    column_key: str = ""
    row_label: str = ""
    column_label: str = ""
    aggregate: Aggregate = Aggregate.NONE
    formula: str = ""
    figure: str = ""
    longest: int = 0
    unit_from: str = ""

    @property
    def of_state(self) -> bool:
        """Whether it counts what is left to do."""
        return self.name.startswith(STATE)

    @property
    def of_file(self) -> bool:
        """Whether it tells of the workbook instead of the unit: its stamp, or what is left to do."""
        return self.of_state or self.address.sheet == IDENTITY

    def at(self, row: int) -> Address:
        """Return the cell of a table's row, counted from 1; row 0 is a field outside tables."""
        return Address(self.address.sheet, self.address.row + max(row - 1, 0), self.address.column)


@dataclass(frozen=True, slots=True)
class Table:
    """A repeating block. A row counts as used when any of its inputs is filled; one that is `needed` has one."""

    name: str
    title: str
    sheet: str
    first_row: int
    rows: int
    needed: bool = False

    @property
    def last_row(self) -> int:
        """The sheet's row of the last row of the table."""
        return self.first_row + self.rows - 1


def sheets_filled(fields: Iterable[Field]) -> tuple[str, ...]:
    """Return the form sheets in order; the list of findings counts them from 1."""
    return tuple(
        dict.fromkeys(field.address.sheet for field in fields if field.role in (Role.INPUT, Role.PREFILL))
    )


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the board. Several checks may share a rule: B01_1 to B01_3 are B01 for three columns.

    `cell` is the address of its result. `names` are the fields that it speaks of, in the order of the
    formulas; `inputs` all fields that it depends on, through whatever computed cells. A check over the rows of
    a table has `table` and, beside it, a hidden column of `flags`: texts that hold `broken_mark` where a row
    breaks it, `kept_mark` where it holds, neither where it does not apply. `measure` is what the left side is
    called where it is held against a limit, `…` its figure: `偏离…个百分点`.
    """

    id: str
    rule: str
    level: Level
    title: str
    message: str
    source: str
    left: str
    relation: str
    right: str
    tolerance: Decimal
    kind: Kind
    cell: Address
    left_cell: Address
    right_cell: Address
    names: tuple[str, ...]
    inputs: frozenset[str]
    table: str = ""
    flags: Address | None = None
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One row of the report: a style (title, h1, h2, h3, body, note) and the cell that holds its sentence.

    `inputs` are the fields that the sentence depends on, through whatever computed cells; `text` is the formula.
    """

    style: str
    address: Address
    inputs: frozenset[str] = frozenset()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a laid out form, `columns` wide: a text or a field's value; `continued`, of the cell above.

    One that is `joined` continues the cell above where both say the same.
    """

    text: str
    columns: int = 1
    field: str = ""
    continued: bool = False
    joined: bool = False


@dataclass(frozen=True, slots=True)
class FormLine:
    """A line of a laid out form; with `by`, one for each row that has in that column what the form has in `of`."""

    slots: tuple[Slot, ...]
    by: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A form sheet that goes with the printed report, without the columns in `without`.

    With a `table`, one form for each of its used rows instead, as `layout` has it or else a line for each column.
    `title` may be a formula; without one it is the sheet's own.
    """

    sheet: str
    title: str = ""
    table: str = ""
    without: tuple[str, ...] = ()
    layout: tuple[FormLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Parted:
    """That a unit reports several workbooks, each about a thing of its own, which the roster lists.

    `what` such a thing is called (项目), `code` and `name` are the fields that say which one it is.
    """

    what: str
    code: str
    name: str

    @property
    def sheet(self) -> str:
        """The sheet of the roster workbook that lists them: 项目名册."""
        return f"{self.what}名册"


_PLACE = re.compile(r"^[^（）()]{2,8}?(?:省|自治区|市|县)(?=.)")
"""How the title of a template begins that is made for one place: 云南省."""


@dataclass(frozen=True)
class Template:
    """A loaded template: the contract as records, with the workbook's bytes that they were read from."""

    id: str
    version: str
    title: str
    design: str
    package: bytes
    fields: tuple[Field, ...]
    tables: tuple[Table, ...]
    checks: tuple[Check, ...]
    paragraphs: tuple[Paragraph, ...]
    summary: tuple[SummaryLine, ...] = ()
    defaults: dict[str, Value] = attribute(default_factory=dict)
    """What the settings are in the template itself, by name."""
    settled: bool = False
    """Whether the settings are a campaign's own; then those in a returned workbook are not taken from it."""
    attachments: tuple[Attachment, ...] = ()
    signature: tuple[str, ...] = ()
    """Fields whose values stand below the printed report: who signs, and the day."""
    omitted: tuple[str, ...] = ()
    """Phrases on the sheets that speak to those who fill them and are not printed."""

    @cached_property
    def fingerprint(self) -> str:
        """What it was loaded from and as what: two with the same are one template, whichever objects they are."""
        mark = hashlib.sha256(repr((self.id, self.version, self.design, self.settled)).encode())
        mark.update(self.package)
        return mark.hexdigest()

    @cached_property
    def field(self) -> dict[str, Field]:
        """Each field by its name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def table(self) -> dict[str, Table]:
        """Each table by its name."""
        return {table.name: table for table in self.tables}

    @cached_property
    def columns(self) -> dict[str, tuple[Field, ...]]:
        """Each table's fields by the table's name."""
        return {
            table.name: tuple(field for field in self.fields if field.table == table.name) for table in self.tables
        }

    @cached_property
    def _sides(self) -> dict[str, Kind]:
        """The kind of the two sides of each rule; of several rows of one rule the first's."""
        return {check.rule: check.kind for check in reversed(self.checks)}

    def kind_of(self, finding: Finding) -> Kind:
        """Return the kind of the figures that a finding speaks of: of its check's sides, else of its field."""
        field = self.field.get(finding.field)
        return self._sides.get(finding.rule) or (field.kind if field else KINDS["number"])

    @cached_property
    def results(self) -> tuple[Field, ...]:
        """The computed fields, without the counts that only the workbook's reader needs."""
        return tuple(field for field in self.fields if field.role is Role.COMPUTED and not field.of_state)

    @cached_property
    def parts(self) -> dict[str, str]:
        """Which field plays which part in the summary, by the names of `Plays`."""
        return {line.name: line.formula for line in self.summary if line.part is Part.ROLE}

    @property
    def work(self) -> str:
        """What letters and papers call that which it is for: its title without the place that it is made for."""
        return _PLACE.sub("", self.title).removesuffix("表") or self.title

    @cached_property
    def parted(self) -> Parted | None:
        """What each of a unit's workbooks is about; None where a unit reports one."""
        line = next((line for line in self.summary if line.part is Part.PARTED), None)
        return Parted(line.name, *line.formulas) if line else None

    @property
    def measure(self) -> str:
        """By what its returns are counted: `户`, or where a unit reports several workbooks, `个项目`."""
        return measure(self.parted.what if self.parted else "")

    @property
    def counted(self) -> str:
        """The heading of a column that counts its returns: `户数` or `项目数`."""
        return f"{self.parted.what if self.parted else '户'}数"

    @cached_property
    def judged(self) -> frozenset[str]:
        """What its own board looks at, so that comparing needs not, by the names of `Judged`.

        One that says nothing looks at what its checks compare with a setting; if at overrating, at full marks too.
        """
        declared = frozenset(line.name for line in self.summary if line.part is Part.JUDGED)
        if declared:
            return declared
        named = {name for check in self.checks for name in check.names}
        limits = frozenset(judged for judged in Judged if f"{SETTING}{judged}" in named)
        return limits | {Judged.FULL_MARKS} if Judged.OVERRATED in limits else limits

    @cached_property
    def sheets(self) -> tuple[str, ...]:
        """The sheets that hold fields a department types, in the order of the workbook."""
        return tuple(dict.fromkeys(field.address.sheet for field in self.fields if field.role.typed))

    def rows(self, field: Field) -> range:
        """Return the row numbers of a field: 1 to n in a table, only 0 outside."""
        return range(1, self.table[field.table].rows + 1) if field.table else range(1)

    @cached_property
    def places(self) -> dict[Key, Address]:
        """The cell of every field, and of every row of those in tables."""
        return {(field.name, row): field.at(row) for field in self.fields for row in self.rows(field)}

    def fitting(self, submission: Submission) -> Submission:
        """Return what of a submission this template has cells for, at its own cells; an older one had others."""
        if submission.version == self.version:
            return submission
        entries, stored = (
            tuple(replace(entry, address=self.places[entry.key]) for entry in entries if entry.key in self.places)
            for entries in (submission.entries, submission.stored)
        )
        misread = {entry.key for entry in entries if self.field[entry.name].kind.numeric and not _is_figure(entry)}
        unreadable = frozenset(key for key in submission.unreadable | misread if key in self.places)
        filled = max(0, submission.filled - len(submission.entries) + len(entries))
        return replace(submission, entries=entries, stored=stored, unreadable=unreadable, filled=filled)

    def address(self, key: Key) -> Address:
        """Return the cell of a field's name and row."""
        place = self.places.get(key)
        return self.field[key[0]].at(key[1]) if place is None else place


def _is_figure(entry: Entry) -> bool:
    """Whether an entry may stand in a cell for figures: a figure, nothing, or that the unit has no such thing."""
    return entry.value is None or entry.value == NOT_APPLICABLE or isinstance(entry.value, Decimal)
