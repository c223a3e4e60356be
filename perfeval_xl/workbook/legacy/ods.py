"""What an .ods file says that python-calamine does not pass on: error values and where formulas are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from perfeval_xl.records.finding import Finding
from perfeval_xl.workbook.cells import Position
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import Attributes, Package, parse
from perfeval_xl.workbook.rules import refuse

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_SPACES = re.compile(rb'text:c="([0-9]{7,})"')

Scan = tuple[dict[str, dict[Position, str]], dict[str, frozenset[Position]], tuple[Finding, ...]]


@dataclass(slots=True)
class _Walk:
    """Where the walk through the tables is."""

    limits: Limits
    name: str = ""
    row: int = 0
    column: int = 0
    repeated: int = 0
    box: int = 0
    errors: dict[str, dict[Position, str]] = field(default_factory=dict)
    formulas: dict[str, set[Position]] = field(default_factory=dict)
    open_error: Position | None = None
    filled: int = 0
    text: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: Attributes, _: int) -> None:
        """Take note of an opened element."""
        if tag == "table:table":
            self.name, self.row, self.repeated = attributes.get("table:name", ""), 0, 0
        elif tag == "table:table-row":
            self.row += self.repeated
            self.repeated = _count(attributes, "table:number-rows-repeated", _LAST_ROW)
            self.column = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._cell(attributes)

    def _cell(self, attributes: Attributes) -> None:
        across = _count(attributes, "table:number-columns-repeated", _LAST_COLUMN)
        position = (self.row + 1, self.column + 1)
        self.column += across
        kind = attributes.get("calcext:value-type", attributes.get("office:value-type", ""))
        if kind:
            self.box += across * self.repeated
            if self.box > self.limits.old_cells:
                raise refuse("G08", what="单元格太多", limit=f"{self.limits.old_cells} 个")
        if "table:formula" in attributes:
            self.formulas.setdefault(self.name, set()).add(position)
        if kind == "error":
            self.open_error, self.text = position, []

    def end(self, tag: str) -> None:
        """Take note of a closed element."""
        if tag == "table:table-cell" and self.open_error:
            text = "".join(self.text).strip() or "#ERROR"
            self.errors.setdefault(self.name, {})[self.open_error] = text
            self.open_error = None

    def characters(self, data: str) -> None:
        """Take note of text."""
        if self.open_error:
            self.text.append(data)


def _count(attributes: Attributes, name: str, most: int) -> int:
    text = attributes.get(name, "1")
    if not (text.isascii() and text.isdecimal()):
        raise refuse("G11", part=CONTENT, what="重复次数不是数字")
    return min(int(text[:9]), most)


def scan(package: Package, limits: Limits) -> Scan:
    """Return error values and formula cells by sheet; RefusalError for encrypted files and absurd repeats."""
    if package.has(MANIFEST) and b"encryption-data" in package.part(MANIFEST):
        raise refuse("G09")
    if _SPACES.search(package.part(CONTENT)):
        raise refuse("G08", what="文字中有大量空格", limit="100 万个")
    walk = _Walk(limits)
    text, start, end = package.text(CONTENT), walk.start, walk.end
    parse(text, CONTENT, limits, start=start, end=end, characters=walk.characters)
    return walk.errors, {name: frozenset(places) for name, places in walk.formulas.items()}, ()
