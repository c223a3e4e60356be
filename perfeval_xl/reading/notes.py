"""What departments wrote in comments: told, and taken as the explanation of what is found at that cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perfeval_xl.reading.blank import Plan
from perfeval_xl.reading.placing import Placed
from perfeval_xl.reading.rules_of_returns import say
from perfeval_xl.reading.strays import LISTED, MOST
from perfeval_xl.records.address import Address
from perfeval_xl.records.answers import NOTED
from perfeval_xl.records.finding import Finding, Related
from perfeval_xl.workbook.cells import Book, Position


def explaining(placed: Placed, book: Book) -> Iterator[tuple[str, str]]:
    """Give what the comments of a form say, by the keys of explanations: at its cells as the template has them."""
    for position, text in book.notes.get(placed.sheet.name, {}).items():
        origin = placed.origin(position)
        if origin:
            yield f"{NOTED}{Address(placed.form.name, *origin)}", text


def told_of_notes(plan: Plan, book: Book) -> Iterator[Finding]:
    """Name the comments of each sheet that are not the template's own."""
    for sheet in book.notes:
        ours = plan.book.notes.get(sheet, {})
        found = {at: text for at, text in book.notes[sheet].items() if ours.get(at) != text}
        if found:
            yield _told(sheet, found)


def _told(sheet: str, found: Mapping[Position, str]) -> Finding:
    places = {Address(sheet, *at): text for at, text in sorted(found.items())}
    (first, text), *others = places.items()
    named = "、".join(place.cell for place in list(places)[:LISTED])
    more = f"等 {len(places)} 格" if len(places) > LISTED else ""
    related = tuple(Related(place, "", note) for place, note in others[:MOST])
    return say("R36", first, value=text, related=related, what=named + more)
