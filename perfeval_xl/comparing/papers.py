"""Whose a stamped paper or a piece of evidence is: by its name, its folder, or the returns in the same archive.

Nothing is inside that could be read, and the name of a piece of evidence often speaks of others than its sender: a
document of the finance bureau lies in the folder of the unit that it went to.
"""

from __future__ import annotations

from collections.abc import Mapping

from perfeval_xl.comparing.parts import named_in
from perfeval_xl.comparing.roster_names import RosterNames, stem
from perfeval_xl.records.papers import Paper, archive_of
from perfeval_xl.records.unit import Unit

_NOBODY = frozenset[str]()


def sender_of(file: str, paper: Paper, names: RosterNames, beside: Mapping[str, frozenset[str]]) -> str:
    """Return the code of the unit that most likely sent a paper; '' where names tell none, or several.

    `beside` are by archive the units whose returns came in it: one alone has sent what else is in it.
    """
    *folders, name = file.split("/")
    named = _named(stem(name), paper, names)
    folder = next((units for one in reversed(folders) if (units := names.in_text(stem(one)))), _NOBODY)
    if not named and not folder:
        return _only(beside.get(archive_of(file), _NOBODY))
    keeper, meant = _only(folder), _only(named)
    if not keeper or not named or keeper == meant:
        return keeper or meant
    if meant and keeper in names.above(meant):
        return meant
    return keeper if paper is Paper.EVIDENCE else ""


def _named(text: str, paper: Paper, names: RosterNames) -> frozenset[str]:
    """Return the units that a name tells; on evidence a code tells more than the names of others beside it."""
    coded = names.coded_in(text)
    return coded if paper is Paper.EVIDENCE and coded else names.in_text(text)


def _only(units: frozenset[str]) -> str:
    return next(iter(units)) if len(units) == 1 else ""


def lines_in(file: str, lines: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Return the one part of a unit that a path names, its end before its folders; all where it names none."""
    if len(lines) < 2:
        return lines
    told = (named_in(stem(piece), lines) for piece in reversed(file.split("/")))
    return next((found for found in told if len(found) == 1), lines)
