"""What goes on paper, before any Word: paragraphs by style, tables of merged cells, and their pages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """What a paragraph is in an official document; the first six are those that a template's report uses."""

    TITLE = "title"
    H1 = "h1"
    H2 = "h2"
    H3 = "h3"
    BODY = "body"
    NOTE = "note"
    ATTACHED = "attached"
    """A line of the list of attachments below the text."""
    NUMBER = "number"
    """The number of a letter, below its title."""
    ADDRESSEE = "addressee"
    """To whom a letter is written."""
    SIGNED = "signed"
    """Who signs, and the day."""
    ATTACHMENT = "attachment"
    """`附件1`, at the head of a page."""
    TABLE_TITLE = "table_title"
    TABLE_LINE = "table_line"
    """The line above a table: whose it is on the left and, after a tab, the unit of money on the right."""
    CAPTION = "caption"
    """A table's caption in running text; it is numbered."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph."""

    style: Style
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that covers `columns` × `rows` places of its table's grid. `indent` counts characters."""

    text: str
    columns: int = 1
    rows: int = 1
    side: str = "left"
    head: bool = False
    bold: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of the cells that begin in them, from left to right; the first `heads` rows repeat on every page.

    `widths` are the columns' shares of the text's width; rows are at least `row_height` points high.
    """

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 0
    row_height: float = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A framed note that nobody can overlook."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart as wide as the text: the XML of its part with a copy of the data, its height to its width."""

    title: str
    xml: bytes
    ratio: float


Block = Line | Table | Box | Chart


@dataclass(frozen=True, slots=True)
class Pages:
    """Blocks that begin on a new page and share its orientation; `attached` pages have narrower margins."""

    blocks: tuple[Block, ...]
    landscape: bool = False
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document; `title` is its property, not a paragraph."""

    title: str
    pages: tuple[Pages, ...]
