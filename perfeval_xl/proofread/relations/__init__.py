"""Mentions → relations → constraints: every identity that a text's figures must obey, tried on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.proofread.relations.averages import averages
from perfeval_xl.proofread.relations.changes import changes
from perfeval_xl.proofread.relations.claims import claims
from perfeval_xl.proofread.relations.flows import flows
from perfeval_xl.proofread.relations.index import Index, agreed, elsewhere
from perfeval_xl.proofread.relations.limits import limits
from perfeval_xl.proofread.relations.people import people
from perfeval_xl.proofread.relations.rates import rates
from perfeval_xl.proofread.relations.sameness import sameness
from perfeval_xl.proofread.relations.slips import slips
from perfeval_xl.proofread.relations.sums import sums

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from perfeval_xl.proofread.mentions import Mention
    from perfeval_xl.proofread.report import Paragraph
    from perfeval_xl.proofread.verdict import Verdict

__all__ = ["Index", "agreed", "elsewhere", "people", "tried"]


def tried(
    index: Index, paragraphs: Sequence[Paragraph], cells: Sequence[Mention] = (), *, declared: bool = False
) -> Iterator[Verdict]:
    """Try every relation between the figures of a text; `cells` are those of its tables.

    `declared`: only those that words declare.
    """
    found = [*sums(index), *changes(index), *rates(index), *averages(index), *flows(index)]
    found += claims(index, paragraphs)
    yield from found
    if not declared:
        yield from slips(index, found)
    yield from sameness(index, cells, [verdict for verdict in found if not verdict.finding])
    yield from limits((*index.mentions, *cells))
