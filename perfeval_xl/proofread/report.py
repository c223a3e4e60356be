"""A written report once it is read: its paragraphs in order, and who is allowed to know more about its unit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.records.finding import Passage

_ATTACHMENT = re.compile(r"附\s*[件表]\s*[0-9０-９一二三四五六七八九十]*\s*[：:]?\s*.{0,40}(?<![。；])")
"""How the heading of an attachment looks: 附件1, 附表：项目支出绩效自评表."""


class ReportError(PerfevalError):
    """A report that cannot be read; the sentence says why and what to do instead."""

    def __init__(self, file: str, reason: str, remedy: str) -> None:
        self.file = file
        super().__init__(f"报告“{file}”无法审读：{reason}。{remedy}")


class Kind(StrEnum):
    """Where a paragraph stands."""

    BODY = "body"
    CELL = "cell"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Cell:
    """The place of a table's cell: which table, row and column, from 0."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, or one cell of a table. `text` begins with the number that Word displays, `label` long.

    `number` counts from 1 over everything that holds text. `level` is the outline level of its style, 0 if none.
    """

    number: int
    text: str
    kind: Kind = Kind.BODY
    level: int = 0
    label: int = 0
    cell: Cell | None = None

    def passage(self, start: int, end: int) -> Passage:
        """Return the place of some characters of this paragraph."""
        return Passage(self.number, start, end, self.text[start:end])

    @property
    def whole(self) -> Passage:
        """The paragraph itself as a place; a long one is quoted by its beginning."""
        return self.passage(0, min(len(self.text), 40))


@dataclass(frozen=True)
class Report:
    """What was written, in order. `unread` is the first paragraph too far behind to be read, 0 if none."""

    file: str
    paragraphs: tuple[Paragraph, ...]
    unread: int = 0

    @cached_property
    def proper(self) -> Report:
        """The report without its attachments: in forms the same words stand for other rows."""
        for position, paragraph in enumerate(self.paragraphs[1:], 1):
            if paragraph.kind is Kind.BODY and _ATTACHMENT.fullmatch(paragraph.text.strip()):
                return Report(self.file, self.paragraphs[:position], self.unread)
        return self

    @cached_property
    def body(self) -> tuple[Paragraph, ...]:
        """The paragraphs that are neither cells nor footnotes."""
        return tuple(paragraph for paragraph in self.paragraphs if paragraph.kind is Kind.BODY)


@dataclass(frozen=True, slots=True)
class StatedField:
    """A field of a workbook as reports speak of it.

    `name` is `行_列`; the part behind the underscore says which year and whether budget or final account.
    `value` is in `unit`; a rate (unit %) is a fraction. `synonyms` are other words for the row.
    """

    name: str
    label: str
    value: Decimal | None = None
    unit: str = "万元"
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the unit from elsewhere; all of it may be missing.

    `unit` is its name, `others` the other units of the roster, `level` a word such as 区级, `figures` the fields
    of its workbook by name.
    """

    year: int | None = None
    unit: str = ""
    others: tuple[str, ...] = ()
    level: str = ""
    figures: Mapping[str, StatedField] = field(default_factory=dict)
