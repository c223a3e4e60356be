"""What was typed into 审核单.xlsx: its lines with their cells, through the gate of all of the bureau's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from perfeval_xl.campaign.roster.listing import read_listing
from perfeval_xl.records.errors import PerfevalError
from perfeval_xl.workbook.grids import open_grids

if TYPE_CHECKING:
    from pathlib import Path

    from perfeval_xl.campaign.roster.listing import Line

SHEET, ABOUT, UNITS_SHEET = "审核单", "_审核单", "_单位"
CHOICE, UNIT, WHY, UNTIL, BY, FILE, MATTER = "决定", "单位", "原因", "有效期至", "办理人", "文件", "事项"
KEY, MARK = "行标识", "内容指纹"
HAND = "另外办理"
"""What stands in the column of sorts where somebody adds a line."""
COLUMNS: tuple[tuple[str, float], ...] = (
    ("序号", 5), ("类别", 9), (UNIT, 22), ("业务股室", 10), (FILE, 20), (MATTER, 52), ("单位的说明", 28),
    (CHOICE, 8), (WHY, 28), (UNTIL, 11), (BY, 9), (KEY, 8), (MARK, 8),
)  # fmt: skip
"""The columns with their widths; the last two are hidden and tell which line it is."""
TYPED = (CHOICE, WHY, UNTIL, BY)
"""The columns that are filled in every line."""


class DocketError(PerfevalError):
    """A workbook that is no list of decisions of this year."""


@dataclass(frozen=True, slots=True)
class FilledLine:
    """One line: its texts by the headings, the cell of each, and the cells that hold an error value."""

    texts: Mapping[str, str]
    places: Mapping[str, str]
    errors: tuple[str, ...]

    def __getitem__(self, heading: str) -> str:
        return self.texts[heading]

    @property
    def typed(self) -> dict[str, str]:
        """What may be carried into a list written anew, the unit too: somebody may have chosen it."""
        return {heading: self.texts[heading] for heading in (*TYPED, UNIT) if self.texts[heading]}


@dataclass(frozen=True, slots=True)
class FilledDocket:
    """A filled list: its file, of which year it is, its number, and its lines."""

    name: str
    title: str
    number: str
    lines: tuple[FilledLine, ...]


def open_docket(path: Path, title: str) -> FilledDocket:
    """Read a filled list; ReadError where nobody can, DocketError where it is none, or not of the year `title`."""
    grids = open_grids(path)
    sheet, about = grids.sheet(SHEET), grids.sheet(ABOUT)
    listing = read_listing(sheet, (CHOICE, UNIT, WHY, BY)) if sheet else None
    if listing is None or about is None:
        raise DocketError(f"“{path.name}”不是审核单：没有“{SHEET}”表，或表头改过。请用 decide 写出的那一份填写。")
    of, number = about.at(1, 1).text, about.at(2, 1).text
    if of != title:
        raise DocketError(f"“{path.name}”是“{of}”的审核单，不是“{title}”的，没有读入。")
    return FilledDocket(path.name, of, number, tuple(map(_line, listing.lines())))


def _line(line: Line) -> FilledLine:
    cells = {heading: line.cell(heading) for heading, _ in COLUMNS}
    return FilledLine(
        {heading: _text(cell.value, cell.text) for heading, cell in cells.items()},
        {heading: cell.place for heading, cell in cells.items()},
        tuple(cell.place for heading, cell in cells.items() if cell.error),
    )


def _text(value: object, text: str) -> str:
    return value.isoformat() if isinstance(value, date) else text
