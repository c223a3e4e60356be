"""How texts are written in a package: shared, escaped twice over, sometimes in pieces."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from perfeval_xl.workbook.cells import TEXT, Cell
from perfeval_xl.workbook.limits import Limits
from perfeval_xl.workbook.memory import Memory
from perfeval_xl.workbook.parts import Package, Relation, clean, parse
from perfeval_xl.workbook.rules_of_files import refuse

_STRING = re.compile(r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t/>)</si>')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ENTITY = r"&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});"
_ENTITIES, _PLAIN_ENTITIES = re.compile(_ENTITY), re.compile(rf"(?:[^&]++|{_ENTITY})*+")
_NAMED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}


@dataclass(slots=True)
class Strings:
    """The shared strings in order, and by their number as a sheet writes it."""

    all: tuple[str, ...]
    numbered: dict[str, Cell] = field(init=False)
    some_empty: bool = field(init=False)

    def __post_init__(self) -> None:
        self.numbered = dict(zip(_numerals(len(self.all)), map(_CELL.__getitem__, self.all), strict=False))
        self.some_empty = "" in self.all


def _numerals(count: int) -> list[str]:
    """Return at least so many numbers as a sheet writes them; they are the same for every workbook."""
    _NUMERALS.extend(map(str, range(len(_NUMERALS), min(count, _USUAL))))
    return _NUMERALS if count <= _USUAL else [str(number) for number in range(count)]


_NUMERALS: list[str] = []
_USUAL = 50_000
"""Strings that a workbook has at most, as a rule."""


class UnfamiliarError(Exception):
    """Something that the quick way does not know; the careful way reads it instead."""


def shared_strings(package: Package, relations: dict[str, Relation], limits: Limits) -> tuple[str, ...]:
    """Return the texts that cells refer to by number."""
    part = next((relation.target for relation in relations.values() if relation.kind == "sharedStrings"), "")
    if not part or not package.has(part):
        return ()
    text = package.text(part)
    if text.count("<si") > limits.strings:
        raise refuse("G08", what="文字太多", limit=f"{limits.strings} 条")
    try:
        return _by_pattern(package.part(part), text, part, limits)
    except UnfamiliarError:
        return _by_element(text, part, limits)


def _by_pattern(raw: bytes, text: str, part: str, limits: Limits) -> tuple[str, ...]:
    first, last = text.find("<si>"), text.rfind("</si>") + len("</si>")
    if first < 0 or not usual(raw, text, first, last):
        raise UnfamiliarError
    pieces = _STRING.split(text[first:last])
    if any(pieces[::2]):
        raise UnfamiliarError
    opened: list[str] = []
    parse(text[:first] + text[last:], part, limits, start=lambda tag, *_: opened.append(tag))
    if opened != ["sst"]:
        raise UnfamiliarError
    texts = pieces[1::2]
    return tuple(map(_PLAIN.__getitem__, texts if None not in texts else [text or "" for text in texts]))


def usual(raw: bytes, text: str, first: int, last: int) -> bool:
    """Whether the middle of a part can be left to a pattern: no comments around, nothing that XML would change."""
    around = text[:first] + text[last:]
    return (
        clean(raw, text)
        and "<!" not in around
        and text.find("\r", first, last) < 0
        and (text.find("]", first, last) < 0 or text.find("]]>", first, last) < 0)
    )


def plain(text: str) -> str:
    """Return a text with XML's and Excel's escapes resolved."""
    if "&" in text:
        text = resolved(text)
    return unescaped(text) if "_x" in text or "\r" in text else text


def resolved(text: str) -> str:
    """Return a text with XML's entities resolved; UnfamiliarError where it has one that XML does not know."""
    if "&#" in text:
        if not _PLAIN_ENTITIES.fullmatch(text):
            raise UnfamiliarError
        return _ENTITIES.sub(lambda match: _NAMED.get(match[0]) or _numbered(match[0]), text)
    left = text.count("&")
    for entity, char in _NAMED.items():
        shorter = text.replace(entity, char)
        left -= (len(text) - len(shorter)) // (len(entity) - 1)
        text = shorter
    if left:
        raise UnfamiliarError
    return text


_PLAIN = Memory(plain, 20_000, longest=200)
_CELL = Memory(lambda text: Cell(TEXT, text), 20_000, longest=200)


def _numbered(entity: str) -> str:
    """Return the character of `&#25968;`, if XML has it."""
    code = int(entity[3:-1], 16) if entity[2] == "x" else int(entity[2:-1])
    if code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return chr(code)
    raise UnfamiliarError


def unescaped(text: str) -> str:
    """Resolve Excel's own `_x000D_`; line ends become one character."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")


def _by_element(text: str, part: str, limits: Limits) -> tuple[str, ...]:
    strings: list[str] = []
    path: list[str] = []
    pieces: list[str] = []

    def start(tag: str, *_: object) -> None:
        path.append(tag.rpartition(":")[2])

    def end(_: str) -> None:
        if len(path) == 2 and path[1] == "si":
            strings.append(unescaped("".join(pieces)))
            pieces.clear()
        path.pop()

    def characters(data: str) -> None:
        if path[1:] in (["si", "t"], ["si", "r", "t"]):
            pieces.append(data)

    parse(text, part, limits, start=start, end=end, characters=characters)
    return tuple(strings)
