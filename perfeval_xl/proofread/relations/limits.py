"""Which percentages cannot be above 100, and which need a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from perfeval_xl.proofread.figures import PERCENT
from perfeval_xl.proofread.mentions import Mention, Role
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.verdict import Verdict
from perfeval_xl.proofread.word_lists import words


def limits(mentions: Sequence[Mention]) -> Iterator[Verdict]:
    """Find rates above 100 % that cannot be, and those that need a reason."""
    known = words("subjects")["rates"]
    for mention in mentions:
        if mention.figure.dimension != PERCENT or mention.figure.span or mention.figure.value <= 1:
            continue
        named = mention.level or mention.role is Role.RATE
        of_plan = mention.against is not None or (mention.base is not None and mention.base.basis.planned)
        if mention.role is Role.SHARE and not of_plan:
            yield _above("P14", mention, f"{mention.subject}占比")
        elif named and mention.subject.endswith(tuple(known["never"])):
            yield _above("P14", mention, mention.subject)
        elif named and mention.subject.endswith(tuple(known["rarely"])):
            yield _above("P15", mention, mention.subject)


def _above(rule: str, mention: Mention, name: str) -> Verdict:
    found = finding(rule, mention.place, value=mention.value, label=name, subject=name, said=mention.text)
    return Verdict((), found)
