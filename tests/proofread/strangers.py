"""Texts by somebody who had not seen the engine: how a set is written down, and what counts as found in it.

`planted.txt`: a kind, a tabulator and a sentence; `[[wrong→right]]` is the fault and what ought to stand there,
and `\\n` begins a paragraph. `clean/*.txt`: right texts; a figure in `⟦…⟧` is held by another of the text.
Lines that begin with | are rows of a table, and a text that has some is proofread as a Word document.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

import docx

from perfeval_xl.proofread import load, proofread
from perfeval_xl.records.finding import Finding, Level

CHARACTERS_A_PAGE = 700
_FAULT = re.compile(r"\[\[(?P<wrong>[^→]*)→(?P<right>[^\]]*)\]\]")
_HELD = re.compile(r"⟦(?P<figure>[^⟧]*)⟧")


@dataclass(frozen=True)
class Planted:
    """One sentence with a fault, and the same without it."""

    kind: str
    wrong: str
    right: str

    @property
    def found(self) -> bool:
        """Whether the fault brings a finding that the right wording does not."""
        return bool(_said(self.wrong) - _said(self.right))


@dataclass(frozen=True)
class Changed:
    """One digit changed in a clean text: `was` the figure became `figure`."""

    text: str
    right: str
    was: str
    figure: str

    @property
    def found(self) -> bool:
        """Whether it brings a finding of 错误 or 核实 that the clean text does not."""
        return bool(_grave_said(self.text) - _grave_said(self.right))


@dataclass(frozen=True)
class Strangers:
    """One set of texts, by the folder that holds it."""

    folder: Path

    @property
    def planted(self) -> list[Planted]:
        """The sentences with faults."""
        lines = (self.folder / "planted.txt").read_text("utf-8").splitlines()
        return [_planted(line) for line in lines if line and not line.startswith("#")]

    @property
    def marked(self) -> list[str]:
        """The clean texts with the marks of held figures."""
        return [path.read_text("utf-8") for path in sorted((self.folder / "clean").glob("*.txt"))]

    @property
    def clean(self) -> list[str]:
        """The clean texts."""
        return [_unmarked(text) for text in self.marked]

    @property
    def pages(self) -> float:
        """How many pages of 700 characters the clean texts fill."""
        return sum(map(len, self.clean)) / CHARACTERS_A_PAGE

    def changed(self, seed: int = 22) -> Iterator[Changed]:
        """Change one digit of each held figure of each clean text, one at a time."""
        chance = random.Random(seed)  # noqa: S311 - a fixed seed is the point
        for marked in self.marked:
            for held in _HELD.finditer(marked):
                figure = _one_digit_changed(held["figure"], chance)
                text = marked[: held.start()] + figure + marked[held.end() :]
                yield Changed(_unmarked(text), _unmarked(marked), held["figure"], figure)


def grave(text: str) -> list[Finding]:
    """Return the findings of 错误 and 核实 in a text."""
    return [item for item in found(text) if item.level is not Level.NOTICE]


@cache
def found(text: str) -> tuple[Finding, ...]:
    """Return everything found in a text."""
    if "\n|" in text or text.startswith("|"):
        return proofread(load(_word(text), "报告.docx"))
    return proofread(load(text.encode(), "报告.txt"))


def _said(text: str) -> set[tuple[str, str]]:
    return {(item.rule, item.message) for item in found(text)}


def _grave_said(text: str) -> set[tuple[str, str]]:
    return {(item.rule, item.message) for item in grave(text)}


def _planted(line: str) -> Planted:
    kind, text = line.replace("\\n", "\n").split("\t")
    wrong, right = (_FAULT.sub(lambda fault, side=side: fault[side], text) for side in ("wrong", "right"))
    return Planted(kind, wrong, right)


def _unmarked(text: str) -> str:
    return _HELD.sub(lambda held: held["figure"], text)


def _one_digit_changed(figure: str, chance: random.Random) -> str:
    """Return a figure with one of its digits another; its first does not become 0."""
    places = [at for at, character in enumerate(figure) if character.isdigit()]
    at = chance.choice(places)
    others = [digit for digit in "0123456789" if digit != figure[at] and (at != places[0] or digit != "0")]
    return figure[:at] + chance.choice(others) + figure[at + 1 :]


def _word(text: str) -> bytes:
    """Return a text as a Word document; neighbouring lines that begin with | are one table."""
    document = docx.Document()
    for is_table, lines in groupby(text.splitlines(), key=lambda line: line.startswith("|")):
        if is_table:
            _add_table(document, [_cells(line) for line in lines])
        else:
            for line in lines:
                document.add_paragraph(line)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def _add_table(document: docx.document.Document, rows: list[list[str]]) -> None:
    grid = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            grid.cell(number, column).text = cell
