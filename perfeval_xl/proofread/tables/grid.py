"""The shape of a table, lying or standing: which cells hold numbers, heads, labels, groups."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from perfeval_xl.proofread.characters import fold
from perfeval_xl.proofread.report import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.proofread.report import Paragraph, Report

NUMBER = re.compile(
    r"\s*(?P<number>[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*(?P<unit>%|亿元|万元|元|人|分)?\s*"
)
MEASURES = re.compile(
    r"预算|决算|执行|支出数|金额|占比|比重|比例|增减|增长|变动|增幅|完成|上年|本年|年度|年$|年数|编制|实有|控制率|分值|得分|权重|满分|合计|小计|数$|率$"
)
_SERIAL = re.compile(r"序号|编号|行次|科目编码")
_ORDINAL = re.compile(r"^(?:\(?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)、.])+")
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell: some characters of a paragraph."""

    paragraph: Paragraph
    start: int
    text: str

    @property
    def plain(self) -> str:
        """The words without spaces, in half-width forms: 合 计 is 合计."""
        return re.sub(r"\s|。", "", fold(self.text))


@dataclass(frozen=True)
class Grid:
    """One table; `cells` are by row and column, `first` is the first row below the heads."""

    cells: dict[tuple[int, int], Slot]
    caption: str
    first: int = field(default=0)

    @property
    def rows(self) -> range:
        """The rows below the heads."""
        return range(self.first, max(row for row, _ in self.cells) + 1)

    @property
    def columns(self) -> range:
        """All columns."""
        return range(max(column for _, column in self.cells) + 1)

    def number(self, row: int, column: int) -> re.Match[str] | None:
        """Return the number that a cell holds, if it holds nothing else."""
        slot = self.cells.get((row, column))
        return NUMBER.fullmatch(fold(slot.text)) if slot and row >= self.first else None

    def head(self, column: int) -> str:
        """Return the words above a column, those of a merged head among them."""
        words = []
        for row in range(self.first):
            own = self.cells.get((row, column))
            if own is None and any((below, column) in self.cells for below in range(row + 1, self.first)):
                left = [at for at in range(column, -1, -1) if (row, at) in self.cells]
                own = self.cells[row, left[0]] if left else None
            if own and own.plain:
                words.append(own.plain)
        return "|".join(dict.fromkeys(words))

    def label(self, row: int, column: int) -> str:
        """Return the words that a cell's row begins with: the nearest on its left."""
        for at in range(column - 1, -1, -1):
            slot = self.cells.get((row, at))
            if slot and not self.number(row, at) and slot.plain:
                return slot.plain
        return ""

    def group(self, row: int) -> str:
        """Return what a row is a part of: the label of the column before its own, kept from the rows above."""
        own = [at for at in self.columns if (row, at) in self.cells and not self.number(row, at)]
        if len(own) != 1 or own[0] == 0:
            return self.cells[row, own[0]].plain if len(own) > 1 else ""
        for above in range(row, self.first - 1, -1):
            slot = self.cells.get((above, own[0] - 1))
            if slot and not self.number(above, own[0] - 1):
                return slot.plain
        return ""

    def serial(self, column: int) -> bool:
        """Whether a column only numbers the rows."""
        return bool(_SERIAL.search(self.head(column)))


def named(label: str) -> str:
    """Return a label without its number and without 其中."""
    return re.sub(r"^(?:其中:?|其中)|:$", "", _ORDINAL.sub("", re.sub(r"^其中:?", "", label)))


def grids(report: Report) -> Iterator[Grid]:
    """Yield the tables of a report: those of Word, and lines of a text that tabs cut into cells."""
    for cells, caption in (*_of_word(report), *_of_lines(report)):
        yield from _shaped(cells, caption)


def _of_word(report: Report) -> Iterator[tuple[dict[tuple[int, int], Slot], str]]:
    tables: dict[int, dict[tuple[int, int], Slot]] = defaultdict(dict)
    captions: dict[int, str] = {}
    before = ""
    for paragraph in report.paragraphs:
        if paragraph.kind is Kind.CELL and paragraph.cell:
            captions.setdefault(paragraph.cell.table, before)
            place = (paragraph.cell.row, paragraph.cell.column)
            tables[paragraph.cell.table][place] = Slot(paragraph, 0, paragraph.text)
        else:
            before = fold(paragraph.text)
    yield from ((cells, captions[table]) for table, cells in tables.items())


def _of_lines(report: Report) -> Iterator[tuple[dict[tuple[int, int], Slot], str]]:
    cells: dict[tuple[int, int], Slot] = {}
    row, before, caption = 0, "", ""
    for paragraph in (*report.body, None):
        if paragraph is not None and "\t" in paragraph.text.strip():
            caption = caption if cells else before
            cells |= {(row, column): slot for column, slot in enumerate(_cut(paragraph))}
            row += 1
            continue
        if row >= _FEWEST:
            yield cells, caption
        cells, row = {}, 0
        before = fold(paragraph.text) if paragraph else ""


def _cut(paragraph: Paragraph) -> Iterator[Slot]:
    at = 0
    for piece in paragraph.text.split("\t"):
        yield Slot(paragraph, at, piece)
        at += len(piece) + 1


def _shaped(cells: dict[tuple[int, int], Slot], caption: str) -> Iterator[Grid]:
    if not cells:
        return
    lying = Grid(cells, caption, _first_row(cells))
    standing = {(column, row): slot for (row, column), slot in cells.items()}
    if _heads(cells, row=True) < _FEWEST <= _heads(cells, row=False) and lying.first > 0:
        yield Grid(standing, caption, _first_row(standing))
    else:
        yield lying


def _heads(cells: dict[tuple[int, int], Slot], *, row: bool) -> int:
    """Return how many cells of the first two rows, or of the first column, are heads of figures."""
    edge = [slot for (at, column), slot in cells.items() if (at < _FEWEST if row else column == 0)]
    return sum(bool(MEASURES.search(slot.plain)) and not NUMBER.fullmatch(fold(slot.text)) for slot in edge)


def _first_row(cells: dict[tuple[int, int], Slot]) -> int:
    """Return the first row that has a number beside its first cell; that of a column of numbers does not count."""
    serial = {column for (row, column), slot in cells.items() if row < _FEWEST and _SERIAL.search(slot.plain)}
    rows = [
        row
        for (row, column), slot in cells.items()
        if column > 0 and column not in serial and NUMBER.fullmatch(fold(slot.text)) and not _year_alone(slot)
    ]
    return min(rows, default=0)


def _year_alone(slot: Slot) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d", slot.plain))
