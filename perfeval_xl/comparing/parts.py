"""Which part of its unit a workbook is about, a project say: by stamp, serial, cover and the file's name together.

It is asked once it is sure whose the workbook is. As with units, evidence that names two parts is for a person,
and what only the file's name says is likely and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from perfeval_xl.comparing.ownership import Source
from perfeval_xl.comparing.roster_names import RosterNames, spaced, stem
from perfeval_xl.records.names import same_code, same_name
from perfeval_xl.records.provenance import Serials
from perfeval_xl.records.said import Said
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt

_LONG = 3
"""From this length on a part's code is one wherever it stands; a shorter one may be the number of a page."""
_LONG_DIGITS = 5
"""The same of a code of figures alone, which may be a year."""


@dataclass(frozen=True, slots=True)
class PartSign:
    """One piece of evidence: what it says, and which parts of the unit that names, if any."""

    source: Source
    said: str
    lines: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class About:
    """Which line of the roster a workbook is for; None where nothing tells, or evidence is for a person."""

    line: Unit | None
    signs: tuple[PartSign, ...] = ()

    @property
    def disputed(self) -> bool:
        """Whether a person has to say it: evidence names parts and it is not sure which is meant."""
        return self.line is None and any(sign.lines for sign in self.signs)

    @property
    def named(self) -> tuple[Unit, ...]:
        """Every part that evidence names."""
        return tuple(dict.fromkeys(line for sign in self.signs for line in sign.lines))


def about(receipt: Receipt, said: Said, lines: Sequence[Unit], serials: Serials) -> About:
    """Return for which of the lines of its unit a workbook is.

    A unit without parts has all that comes in under its code. A code on the stamp, or on the cover where there is
    none, that no part has makes it nobody's, whatever else it says.
    """
    if [line.part for line in lines] == [None]:
        return About(lines[0])
    own = _coded(receipt.part, lines)
    if receipt.part and not own:
        return About(None)
    signs = tuple(sign for sign in _signs(receipt, said, lines, serials) if sign.lines)
    common = [line for line in lines if signs and all(line in sign.lines for sign in signs)]
    sure = any(sign.source.inside for sign in signs)
    return About(common[0] if sure and len(common) == 1 else None, signs)


def _signs(receipt: Receipt, said: Said, lines: Sequence[Unit], serials: Serials) -> Iterator[PartSign]:
    if not same_code(receipt.part, said.part_code):
        yield PartSign(Source.STAMP, receipt.part, _coded(receipt.part, lines))
    yield PartSign(Source.SERIAL, said.serial, _coded(serials.part_of(said.number), lines))
    yield PartSign(Source.CODE, said.part_code, _coded(said.part_code, lines))
    yield PartSign(Source.NAME, receipt.part_name, _called(receipt.part_name, lines))
    name = receipt.file.rpartition("/")[2]
    yield PartSign(Source.FILE, name, named_in(stem(name), lines))


def _coded(code: str, lines: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return the part of this very code, or else those from whose codes only zeros before them were lost."""
    exact = tuple(line for line in lines if code and line.part_code == code)
    return exact or tuple(line for line in lines if code and line.part and same_code(line.part.code, code))


def _called(name: str, lines: Sequence[Unit]) -> tuple[Unit, ...]:
    return tuple(line for line in lines if name and line.part and same_name(line.part.name, name))


def named_in(text: str, lines: Sequence[Unit]) -> tuple[Unit, ...]:
    """Return the parts that a file's or a folder's name tells, by their names or their codes.

    Of names that lie one in the other the longer counts. A short code counts behind its unit's only.
    """
    names = RosterNames(Unit(line.part_code, line.part.name) for line in lines if line.part)
    called, written = names.named_in(text), spaced(text)
    return tuple(line for line in lines if line.part_code in called or _bears_code(written, line))


def _bears_code(written: str, line: Unit) -> bool:
    code, unit = re.escape(spaced(line.part_code)), re.escape(spaced(line.code))
    if not code:
        return False
    long = len(line.part_code) >= (_LONG_DIGITS if line.part_code.isdecimal() else _LONG)
    before = "(?<![0-9a-z])" if long else f"(?<![0-9a-z]){unit}[-_/ ]"
    return re.search(f"{before}{code}(?![0-9a-z]| *年)", written) is not None
