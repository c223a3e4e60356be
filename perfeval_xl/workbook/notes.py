"""What people have pinned to the cells of a sheet: comments, of the old kind and of the kind with answers.

The new kind comes with a copy of the old kind for programs that do not know it; then the copy is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perfeval_xl.admission.texts import admitted
from perfeval_xl.records.address import cell_position
from perfeval_xl.workbook.cells import Position
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.parts import Attributes, Package, parse

_OLD, _NEW = "comments", "threadedComment"
_SEVERAL = "；"


def has_notes(package: Package) -> bool:
    """Whether there is any comment in a workbook; nearly none has one, which is seen at once."""
    return any("comments/" in name or "/comments" in name for name in package.lowered)


def notes(package: Package, sheet_part: str, limits: Limits) -> Mapping[Position, str]:
    """Return the texts of a sheet's comments by cell, several of one cell joined; without who wrote them."""
    parts = {relation.kind: relation.target for relation in package.relations(sheet_part) if not relation.external}
    found: dict[Position, str] = {}
    for kind in (_NEW, _OLD):
        if kind in parts and package.has(parts[kind]):
            texts = _texts(package, parts[kind], limits)
            found = {**texts, **found}
    return found


def _texts(package: Package, part: str, limits: Limits) -> dict[Position, str]:
    found: dict[Position, list[str]] = {}
    for position, text in _Comments(package.text(part), part, limits).read():
        found.setdefault(position, []).append(text)
    return {position: _SEVERAL.join(texts) for position, texts in found.items()}


class _Comments:
    """One part of comments while it is read."""

    def __init__(self, text: str, part: str, limits: Limits) -> None:
        self._text, self._part, self._limits = text, part, limits
        self._found: list[tuple[str, str, str]] = []
        self._authors: list[str] = []
        self._path: list[str] = []
        self._cell = self._author = ""
        self._pieces: list[str] = []

    def read(self) -> Iterator[tuple[Position, str]]:
        """Give each comment's cell and text."""
        start, end, characters = self._start, self._end, self._pieces.append
        parse(self._text, self._part, self._limits, start=start, end=end, characters=characters)
        for cell, author, text in self._found:
            try:
                position = cell_position(cell)
            except ValueError:
                continue
            name = self._authors[int(author)] if author.isdecimal() and int(author) < len(self._authors) else ""
            plain = _unsigned(admitted(text.strip()), name.strip())
            if plain:
                yield position, plain

    def _start(self, tag: str, attributes: Attributes, _level: int) -> None:
        local = tag.rpartition(":")[2]
        self._path.append(local)
        if local in ("comment", "threadedComment"):
            self._cell, self._author = attributes.get("ref", ""), attributes.get("authorId", "")
            self._pieces.clear()
        elif local == "author":
            self._pieces.clear()

    def _end(self, _tag: str) -> None:
        local = self._path.pop()
        if local == "author":
            self._authors.append("".join(self._pieces))
        elif local in ("comment", "threadedComment"):
            self._found.append((self._cell, self._author, "".join(self._pieces)))


def _unsigned(text: str, author: str) -> str:
    """Return a comment without the name that a program writes before it."""
    for sign in (":", "："):
        if author and text.startswith(author + sign):
            return text[len(author) + 1 :].strip()
    return text
