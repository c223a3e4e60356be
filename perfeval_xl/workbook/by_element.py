"""A sheet read element by element, however it is spelt, with a finding for every cell that breaks the format."""

from __future__ import annotations

from dataclasses import dataclass, field

from perfeval_xl.records.address import LAST_COLUMN, LAST_ROW, Address, cell_position
from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.cells import BOOLEAN, BROKEN, DATE, ERROR, NOTHING, NUMBER, TEXT, Cell, Position, Sheet
from perfeval_xl.workbook.frame import (
    A_DATE,
    A_NUMBER,
    AROUND,
    TRUE,
    Around,
    Source,
    natural,
    note,
    record,
    within_range,
)
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.namespaces import Spaces
from perfeval_xl.workbook.parts import Attributes, parse
from perfeval_xl.workbook.rules_of_files import refuse, say
from perfeval_xl.workbook.shared_texts import unescaped

_VALUES = (["v"], ["f"], ["is", "t"], ["is", "r", "t"])
"""Where within a cell its content stands."""
_ASIDE = {"extLst", "rPh"}
"""Elements whose text is no content: what a program keeps for itself, how a word is pronounced."""
_KINDS = {"n": "数字", "s": "文字", "str": "文字", "b": "是非值", "d": "日期", "e": "错误值", "inlineStr": "文字"}


def by_element(source: Source, strings: tuple[str, ...], limits: Limits) -> tuple[Sheet, list[Finding]]:
    """Read a sheet element by element, whatever its spelling."""
    reader = _Elements(source.name, strings, limits)
    start, end = reader.start, reader.end
    parse(source.text, source.part, limits, start=start, end=end, characters=reader.characters)
    if not reader.worksheet or reader.around.data_at in (0, 3):
        raise refuse("G12", what=f"工作表“{source.name}”的内容")
    return record(source, reader.cells, reader.around, reader.hidden_rows, reader.shared, limits), reader.faults


@dataclass(slots=True)
class _Elements:
    """The state of reading one sheet element by element."""

    name: str
    strings: tuple[str, ...]
    limits: Limits
    cells: dict[Position, Cell] = field(default_factory=dict)
    around: Around = field(default_factory=Around)
    hidden_rows: list[int] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)
    worksheet: bool = False
    path: list[str] = field(default_factory=list)
    spaces: Spaces = field(default_factory=Spaces)
    row: int = 0
    row_text: str = ""
    sound_row: bool = True
    told_row: bool = False
    column: int = 0
    cell: Attributes = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    formula: str | None = None
    shared: dict[Position, str] = field(default_factory=dict)
    number: str = ""
    """Of the shared formula in the open cell."""
    inline: str | None = None
    pieces: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    """Text within the open cell, or row, or between rows, that is in no place where content stands."""

    def start(self, tag: str, attributes: Attributes, _level: int) -> None:
        """Take note of an opened element."""
        path, (ours, local) = self.path, self.spaces.open(tag, attributes)
        if not path:
            self.worksheet = local == "worksheet"
        path.append(local if ours else tag + "!")
        if len(path) < 4:
            if local in AROUND and path[-1] == local:
                note(self.around, local, attributes, self.name, len(path))
            elif path[1:] == ["sheetData", "row"]:
                self._start_row(attributes)
        elif path[1:] == ["sheetData", "row", "c"]:
            self._tell_stray(f"第 {self.row} 行")
            self.cell, self.values, self.formula, self.inline, self.number = attributes, [], None, None, ""
        elif path[-1] in ("v", "f", "t"):
            self.pieces = []
            if path[-1] == "f" and attributes.get("t") == "shared":
                self.number = attributes.get("si", "")

    def characters(self, data: str) -> None:
        """Take note of text."""
        path = self.path
        if path[1:2] != ["sheetData"]:
            return
        if path[2:4] == ["row", "c"] and path[4:] in _VALUES:
            self.pieces.append(data)
        elif not data.isspace() and _ASIDE.isdisjoint(path):
            self.stray.append(data)

    def end(self, _: str) -> None:
        """Take note of a closed element."""
        path = self.path
        if path[1:4] == ["sheetData", "row", "c"]:
            inner = path[4:]
            if not inner:
                self._end_cell()
            elif inner == ["v"]:
                self.values.append("".join(self.pieces))
            elif inner == ["f"]:
                self.formula = "".join(self.pieces)
            elif inner in (["is", "t"], ["is", "r", "t"]):
                self.inline = (self.inline or "") + "".join(self.pieces)
        elif self.stray and len(path) in (2, 3):
            self._tell_stray(f"第 {self.row} 行" if len(path) == 3 and self.row else "")
        path.pop()
        self.spaces.close()

    def _tell_stray(self, where: str = "") -> None:
        """Name what stands in a row or between rows, but in no cell."""
        if self.stray:
            value, self.stray = "".join(self.stray).strip(), []
            at = Address(self.name, self.row or 1, 1)
            self._tell(say("R68", at, what=f"工作表“{self.name}”{where}", value=value))

    def _tell(self, fault: Finding) -> None:
        self.faults.append(fault)
        if len(self.faults) > self.limits.faults:
            raise refuse("G07", what=f"工作表“{self.name}”中有大量互相矛盾的单元格数据")

    def _start_row(self, attributes: Attributes) -> None:
        self._tell_stray()
        self.row_text = attributes.get("r", str(self.row + 1))
        number = natural(self.row_text) or 0
        self.sound_row = 1 <= number <= LAST_ROW
        self.row, self.column, self.told_row = number if self.sound_row else self.row + 1, 0, False
        if attributes.get("hidden", "") in TRUE:
            self.hidden_rows.append(self.row)

    def _end_cell(self) -> None:
        position = self._position()
        cell = self._content(position)
        if cell is None:
            return
        if position is None:
            self._nowhere()
        elif position in self.cells:
            self._twice(position, self.cells[position].text, cell.text)
        else:
            self.cells[position] = cell
            if self.number and cell.formula is not None:
                self.shared[position] = self.number

    def _nowhere(self) -> None:
        """Name a cell without place; once for all cells of a row whose number is none."""
        if not self.told_row:
            reference = self.cell.get("r", "") if self.sound_row else f"第 {self.row_text} 行"
            self._tell(say("R60", sheet=self.name, value=reference))
        self.told_row = not self.sound_row

    def _position(self) -> Position | None:
        reference = self.cell.get("r")
        if reference is None:
            self.column += 1
            return (self.row, self.column) if self.sound_row and self.column <= LAST_COLUMN else None
        try:
            row, column = cell_position(reference)
        except ValueError:
            return None
        if "$" in reference or row != self.row or not self.sound_row:
            return None
        self.column = column
        return row, column

    def _twice(self, position: Position, first: str, second: str) -> None:
        place = Address(self.name, *position)
        if self.cells.get(position, Cell("", "")).kind != BROKEN:
            self._tell(say("R61", place, what=str(place), value=first, expected=second))
        self.cells[position] = Cell(BROKEN, second, None, 0)

    def _content(self, position: Position | None) -> Cell | None:
        """Return the cell just closed; None where it holds nothing."""
        value = self.values[0] if self.values else ""
        style = natural(self.cell.get("s", "0")) or 0
        kind = self.cell.get("t", "n")
        if len(self.values) > 1 and position:
            self._twice(position, self.values[0], self.values[1])
            return None
        astray = self._astray(kind, value)
        if astray:
            found, value = self._broken("R68", position, astray)
        elif kind in ("inlineStr", "str"):
            found, value = TEXT, unescaped(value if self.inline is None else self.inline)
        elif not value:
            found = NOTHING
        else:
            found, value = self._typed(kind, value, position)
        if not value and self.formula is None:
            return None
        return Cell(found, value, self.formula, style if found == NUMBER and style < _STYLES else 0)

    def _astray(self, kind: str, value: str) -> str:
        """Return what of a cell stands where no program looks for it, or beside something else."""
        stray, self.stray = "".join(self.stray).strip(), []
        inline = self.inline or ""
        if inline and (kind != "inlineStr" or (value and value != inline)):
            return "、".join(text for text in (value, inline, stray) if text)
        return stray

    def _typed(self, kind: str, value: str, position: Position | None) -> tuple[str, str]:
        if kind == "n" and A_NUMBER.fullmatch(value):
            return (NUMBER, value) if within_range(value) else self._broken("R69", position, value)
        if (
            kind == "s"
            and value.isascii()
            and (number := natural(value)) is not None
            and number < len(self.strings)
        ):
            return TEXT, self.strings[number]
        if kind == "e":
            return ERROR, value
        if kind == "b" and value in ("0", "1", "true", "false"):
            return BOOLEAN, "1" if value in TRUE else "0"
        if kind == "d" and A_DATE.fullmatch(value):
            return DATE, value
        return self._broken("R62" if kind == "s" else "R63", position, value, kind)

    def _broken(self, code: str, position: Position | None, value: str, kind: str = "") -> tuple[str, str]:
        """Tell what is wrong with a cell, and return what is left of it."""
        if position:
            place = Address(self.name, *position)
            self._tell(say(code, place, what=str(place), value=value, kind=_KINDS.get(kind, _unknown(kind))))
        return BROKEN, value


_STYLES = 100_000
"""Cell styles that a workbook has at most; a number beyond them is none."""


def _unknown(kind: str) -> str:
    return f"“{kind}”类" if kind else "没有写明的类型"
