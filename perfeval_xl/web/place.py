"""A finding in its place: the sheet as it is printed, its cell and those that it names marked, what changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from perfeval_xl.api.drawing import draw_sheet
from perfeval_xl.api.submitted import last_rounds
from perfeval_xl.records.address import Address
from perfeval_xl.web.asked import NoSuchPageError
from perfeval_xl.web.unit import findings_of, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from perfeval_xl.api.drawing import Drawn
    from perfeval_xl.records.finding import Finding
    from perfeval_xl.records.kind import Kind
    from perfeval_xl.web.asked import Asked

AROUND = 40
"""Rows above and below the cell that are drawn of a long sheet."""


def place(asked: Asked) -> Response:
    """Show one of a unit's findings in the form."""
    standing = standing_of(asked)
    findings = findings_of(standing)
    number = asked.words.get("finding", "1")
    if not (number.isascii() and number.isdecimal() and len(number) < 9 and 1 <= int(number) <= len(findings)):
        raise NoSuchPageError
    finding = findings[int(number) - 1]
    rounds = last_rounds(asked.campaign, standing.unit.key, seen=asked.seen.overview)
    before = rounds[0] if len(rounds) > 1 else None
    drawn = None
    if rounds and isinstance(finding.place, Address):
        drawn = draw_sheet(asked.campaign, finding.place.sheet, rounds[-1], before)
    return asked.page(
        "place",
        standing=standing,
        finding=finding,
        number=int(number),
        last=len(findings),
        drawn=_near(drawn, finding.place.row) if drawn and isinstance(finding.place, Address) else None,
        related=frozenset(one.address for one in finding.related),
        others=_others(findings, finding),
        kind=asked.campaign.template.kind_of(finding),
        sides=tuple(_sides(finding, asked.campaign.template.kind_of(finding))),
        compared=before is not None,
    )


def _sides(finding: Finding, kind: Kind) -> Iterator[tuple[str, str]]:
    """Give both sides of what was found, and how far they are apart."""
    if finding.value is not None:
        yield "这一格是", kind.shown(finding.value)
    if finding.expected is not None:
        yield "对照的是", kind.shown(finding.expected)
    if finding.value is not None and (apart := kind.apart(finding.value, finding.expected)):
        yield "相差", apart


def _near(drawn: Drawn, row: int) -> Drawn:
    """Return the rows of a sheet around one of them."""
    return replace(drawn, rows=tuple(one for one in drawn.rows if abs(one[0] - row) <= AROUND))


def _others(findings: tuple[Finding, ...], finding: Finding) -> dict[Address, int]:
    """Return where else something was found, each with the number of the finding."""
    return {
        one.place: number
        for number, one in enumerate(findings, 1)
        if isinstance(one.place, Address) and one.place != finding.place
    }
