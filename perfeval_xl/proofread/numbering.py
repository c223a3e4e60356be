"""Automatic numbers as Word displays them: counters per list, and the ways of writing a number."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from docx.oxml.ns import qn

from perfeval_xl.proofread.characters import chinese_numeral

_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
          (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_FORMS = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
}


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str
    text: str
    legal: bool
    style: str = ""


@dataclass(slots=True)
class Numbering:
    """The lists of one document with their counters, advanced paragraph by paragraph."""

    lists: dict[str, dict[int, _Level]]
    abstract: dict[str, str]
    counters: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, number: str, level: int) -> str:
        """Return what Word shows before the next paragraph of a list, with the space behind it left out."""
        levels = self.lists.get(number)
        if not levels or level not in levels:
            return ""
        counts = self.counters.setdefault(self.abstract[number], {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [item for item in counts if item > level]:
            del counts[deeper]
        return re.sub(
            r"%(\d)", lambda match: self._shown(levels, level, counts, int(match[1]) - 1), levels[level].text
        )

    def level_of(self, number: str, style: str) -> int:
        """Return the level of a list that a paragraph style stands for, 0 where none does."""
        levels = self.lists.get(number, {})
        return next((level for level, item in levels.items() if style and item.style == style), 0)

    @staticmethod
    def _shown(levels: dict[int, _Level], own: int, counts: dict[int, int], asked: int) -> str:
        if asked not in levels:
            return ""
        form = "decimal" if levels[own].legal else levels[asked].form
        return written(counts.get(asked, levels[asked].start), form)


def written(number: int, form: str) -> str:
    """Return a number in one of Word's forms; plain digits in a form that is not known here."""
    shown = _FORMS.get(form, "")
    if form.startswith(("chinese", "japanese", "taiwanese", "ideographDigital", "ideographLegal")):
        return chinese_numeral(number) if 0 < number < 100 else str(number)  # headings do not count further
    if shown:
        return shown[number - 1] if 0 < number <= len(shown) else str(number)
    if form in ("upperRoman", "lowerRoman"):
        return _roman(number) if form == "upperRoman" else _roman(number).lower()
    if form == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    return "" if form in ("none", "bullet") else str(number)


def _roman(number: int) -> str:
    text = ""
    for value, digits in _ROMAN:
        while number >= value:
            text, number = text + digits, number - value
    return text


def read_numbering(root: Any) -> Numbering:
    """Read the numbering part of a document; None gives no lists."""
    if root is None:
        return Numbering({}, {})
    shapes = {item.get(qn("w:abstractNumId")): _levels(item) for item in root.findall(qn("w:abstractNum"))}
    lists, abstract = {}, {}
    for item in root.findall(qn("w:num")):
        number, shape = item.get(qn("w:numId")), _value(item, "w:abstractNumId")
        levels = dict(shapes.get(shape, {}))
        restarted = False
        for override in item.findall(qn("w:lvlOverride")):
            restarted |= _override(override, levels)
        lists[number] = levels
        abstract[number] = f"{shape}/{number}" if restarted else shape
    return Numbering(lists, abstract)


def _override(override: Any, levels: dict[int, _Level]) -> bool:
    own = override.find(qn("w:lvl"))
    index = int(override.get(qn("w:ilvl"), 0))
    if own is not None:
        levels[index] = _level(own)
    start = _value(override, "w:startOverride")
    if start and index in levels:
        old = levels[index]
        levels[index] = replace(old, start=int(start))
    return bool(start)


def _levels(shape: Any) -> dict[int, _Level]:
    return {int(item.get(qn("w:ilvl"), 0)): _level(item) for item in shape.findall(qn("w:lvl"))}


def _level(item: Any) -> _Level:
    form = _value(item, "w:numFmt") or "decimal"
    text = "" if form == "bullet" else _value(item, "w:lvlText")
    legal = item.find(qn("w:isLgl")) is not None
    return _Level(int(_value(item, "w:start") or 1), form, text, legal, _value(item, "w:pStyle"))


def _value(item: Any, name: str) -> str:
    found = item.find(qn(name))
    return "" if found is None else str(found.get(qn("w:val"), ""))
