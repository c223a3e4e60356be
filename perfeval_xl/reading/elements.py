"""A sheet read element by element, however it is spelt, with a finding for every cell that breaks the format."""

from __future__ import annotations

from dataclasses import dataclass, field

from perfeval_xl.address import LAST_COLUMN, LAST_ROW, Address, cell_position
from perfeval_xl.finding import Finding
from perfeval_xl.reading.book import BOOLEAN, BROKEN, DATE, ERROR, NOTHING, NUMBER, TEXT, Cell, Position, Sheet
from perfeval_xl.reading.catalogue import refuse, say
from perfeval_xl.reading.frame import A_DATE, A_NUMBER, AROUND, TRUE, Around, Source, note, record
from perfeval_xl.reading.limits import Limits
from perfeval_xl.reading.opc import Attributes, parse
from perfeval_xl.reading.strings import unescaped

_KINDS = {"n": "数字", "s": "文字", "str": "文字", "b": "是非值", "d": "日期", "e": "错误值", "inlineStr": "文字"}


def by_element(source: Source, strings: tuple[str, ...], limits: Limits) -> tuple[Sheet, list[Finding]]:
    """Read a sheet element by element, whatever its spelling."""
    reader = _Elements(source.name, strings, limits)
    start, end = reader.start, reader.end
    parse(source.text, source.part, limits, start=start, end=end, characters=reader.characters)
    if not reader.worksheet:
        raise refuse("G12", what=f"工作表“{source.name}”的内容")
    return record(source, reader.cells, reader.around, reader.hidden_rows, limits), reader.faults


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
    prefix: str = ""
    row: int = 0
    row_text: str = ""
    sound_row: bool = True
    told_row: bool = False
    column: int = 0
    cell: Attributes = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    formula: str | None = None
    inline: str | None = None
    pieces: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: Attributes, _level: int) -> None:
        """Take note of an opened element."""
        prefix, _, local = tag.rpartition(":")
        if not self.path:
            self.prefix, self.worksheet = prefix, local == "worksheet"
        path = self.path
        path.append(local if prefix == self.prefix else tag + "!")
        if len(path) < 4:
            if local in AROUND and path[-1] == local:
                note(self.around, local, attributes, self.name, len(path))
            elif path[1:] == ["sheetData", "row"]:
                self._start_row(attributes)
        elif path[1:] == ["sheetData", "row", "c"]:
            self.cell, self.values, self.formula, self.inline = attributes, [], None, None
        elif path[-1] in ("v", "f", "t"):
            self.pieces = []

    def characters(self, data: str) -> None:
        """Take note of text."""
        self.pieces.append(data)

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
        path.pop()

    def _tell(self, fault: Finding) -> None:
        self.faults.append(fault)
        if len(self.faults) > self.limits.faults:
            raise refuse("G07", what=f"工作表“{self.name}”中有大量互相矛盾的单元格数据")

    def _start_row(self, attributes: Attributes) -> None:
        number = self.row_text = attributes.get("r", str(self.row + 1))
        self.sound_row = number.isascii() and number.isdecimal() and 1 <= int(number[:9]) <= LAST_ROW
        self.row, self.column, self.told_row = int(number) if self.sound_row else self.row + 1, 0, False
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
        style = self.cell.get("s", "0")
        number = int(style) if style.isascii() and style.isdecimal() and len(style) < 6 else 0
        kind = self.cell.get("t", "n")
        if len(self.values) > 1 and position:
            self._twice(position, self.values[0], self.values[1])
            return None
        if kind in ("inlineStr", "str"):
            text = self.inline if self.inline is not None and kind == "inlineStr" else value
            found, value = TEXT, unescaped(text)
        elif not value:
            found = NOTHING
        else:
            found, value = self._typed(kind, value, position)
        if not value and self.formula is None:
            return None
        return Cell(found, value, self.formula, number if found == NUMBER else 0)

    def _typed(self, kind: str, value: str, position: Position | None) -> tuple[str, str]:
        if kind == "n" and A_NUMBER.fullmatch(value):
            return NUMBER, value
        if kind == "s" and value.isascii() and value.isdecimal() and int(value[:9]) < len(self.strings):
            return TEXT, self.strings[int(value)]
        if kind == "e":
            return ERROR, value
        if kind == "b" and value in ("0", "1", "true", "false"):
            return BOOLEAN, "1" if value in TRUE else "0"
        if kind == "d" and A_DATE.fullmatch(value):
            return DATE, value
        if position:
            place = Address(self.name, *position)
            code = "R62" if kind == "s" else "R63"
            self._tell(say(code, place, what=str(place), value=value, kind=_KINDS.get(kind, f"“{kind}”类")))
        return BROKEN, value
