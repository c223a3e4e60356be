"""One thing, one figure: a subject with different figures in different places, mixed units, odd magnitudes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from perfeval_xl.proofread.calculation import amount, number, places, printed
from perfeval_xl.proofread.characters import bare
from perfeval_xl.proofread.figures import MONEY, PEOPLE, PERCENT, POINTS
from perfeval_xl.proofread.mentions import IN_TABLE, Basis, Mention, Role
from perfeval_xl.proofread.relations.index import Index, agreed, elsewhere
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.subjects import is_known
from perfeval_xl.proofread.verdict import Verdict, softened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from perfeval_xl.records.finding import Finding

_MYRIAD = 10**4
_FAR_ABOVE = 10
_NAMED, _SHORT = 4, 3
_MOST, _BACK = 400, 12
"""A subject that is not declared must be this long before two places are taken to mean the same thing."""
_MOVED = frozenset({Role.CHANGE, Role.GROWTH, Role.SHARE})
_SHOWN = {Role.CHANGE: "的增减额", Role.GROWTH: "的增减幅度", Role.SHARE: "的占比"}
_PLACE, _LONGEST_PLACE = re.compile("[一-鿿]{1,4}?(?:镇|乡|街道|社区|村)(?!级)"), 6
_YEAR_END = re.compile("年末|年底|12月31日|期末")
_ACCOUNT = {Basis.FINAL: "", Basis.INITIAL: "年初预算", Basis.ADJUSTED: "调整后预算", Basis.BUDGET: "预算"}


def sameness(index: Index, cells: Sequence[Mention] = (), holding: Sequence[Verdict] = ()) -> Iterator[Verdict]:
    """Try every subject that has a figure in several places.

    `cells` are those of the tables; `holding` the other relations that come out right.
    """
    comparable = [item for item in (*index.mentions, *cells) if _comparable(item)]
    places_of = _places(comparable)

    def key(item: Mention) -> tuple[str, ...]:
        against = "" if item.against is None else str(item.against)
        said = f"{item.role}{item.whole}{against}{places_of[item.position] if _is_of_a_place(item) else ''}"
        return item.subject, said, str(item.period), item.basis, item.figure.dimension, index.scope(item)

    comparable.sort(key=key)
    for _, mentions in groupby(comparable, key):
        yield from _compared(sorted(mentions, key=lambda item: item.position))
    yield from _magnitudes(index)
    yield from _twisted(index, holding)


def _places(mentions: Iterable[Mention]) -> dict[tuple[int, int], str]:
    """Return the town or village that each rate is of: one rate has as many values as there are places.

    It is the last one named before the rate in its sentence, which is read once, however many rates it has.
    """
    found: dict[tuple[int, int], str] = {}
    sentence, read, place = (0, 0), 0, ""
    for item in sorted(filter(_is_of_a_place, mentions), key=lambda item: item.position):
        here = item.paragraph.number, item.sentence
        if here != sentence:
            sentence, read, place = here, item.sentence, ""
        for match in _PLACE.finditer(item.paragraph.text, read, item.figure.start):
            read, place = match.end(), match[0]
        read = max(read, item.figure.start - _LONGEST_PLACE)
        found[item.position] = place
    return found


def _is_of_a_place(item: Mention) -> bool:
    return item.role is Role.RATE and item.depth != IN_TABLE


def _twisted(index: Index, holding: Sequence[Verdict]) -> Iterator[Verdict]:
    """Find two figures of one paragraph with two digits that have changed places: 8,642人 and 8,462人.

    Two that one relation joins rightly are two things, and so are two of other names that are both borne out.
    """
    borne_out: dict[tuple[int, int], set[int]] = defaultdict(set)
    for nth, verdict in enumerate(holding):
        for fact in verdict.facts:
            borne_out[fact.position].add(nth)
    for mentions in index.paragraphs.values():
        counted = [
            item for item in mentions[:_MOST] if item.figure.exact and item.counted and _length(item) >= _SHORT
        ]
        for at, item in enumerate(counted):
            for other in counted[max(0, at - _BACK) : at]:
                one, two = borne_out[item.position], borne_out[other.position]
                short = _length(item) < _NAMED and (item.subject != other.subject or not item.level)
                apart = short or bool(one & two) or (bool(one and two) and item.subject != other.subject)
                if not apart and item.figure.unit == other.figure.unit and swapped(_digits(item), _digits(other)):
                    verdict = Verdict((item, other), _difference(item, other), abs(item.value - other.value))
                    yield softened(verdict)


def _digits(item: Mention) -> str:
    return f"{item.figure.written.copy_abs():f}"


def _length(item: Mention) -> int:
    """Return how many digits a figure says: 2900 says two, and is not 9200 changed over but for chance."""
    return len(_digits(item).replace(".", "").strip("0"))


def swapped(one: str, other: str) -> bool:
    """Whether two numbers differ by two neighbouring digits that have changed places."""
    if len(one) != len(other) or one == other:
        return False
    different = [at for at, (first, second) in enumerate(zip(one, other, strict=True)) if first != second]
    if len(different) != 2 or one[different[0]] != other[different[1]] or one[different[1]] != other[different[0]]:
        return False
    return "." not in (one[different[0]], one[different[1]]) and one[different[0] + 1 : different[1]] in ("", ".")


def _comparable(item: Mention) -> bool:
    if not item.figure.exact or elsewhere(item) or item.figure.spelled:
        return False
    if item.role in _MOVED:
        return is_known(item.subject) and (item.against is not None or bool(item.whole))
    if item.role not in (Role.LEVEL, Role.RATE) or item.carried or item.aside:
        return False
    if is_known(item.subject) or _tabled(item):
        return is_known(item.subject) or len(item.subject) >= _NAMED
    own = item.role is Role.RATE or item.subject in bare(item.head)
    return own and len(item.subject) >= _NAMED and item.figure.dimension in (MONEY, PERCENT)


def _compared(mentions: list[Mention]) -> Iterator[Verdict]:
    first = _usual(mentions)
    if agreed(mentions):
        if len({item.paragraph.number for item in mentions}) > 1:
            yield Verdict(tuple(mentions))
        return
    for item in mentions:
        if item is not first and not agreed((item, first)) and _apart(item, first):
            yield Verdict((item, first), _difference(item, first), abs(item.value - first.value))


def _apart(one: Mention, other: Mention) -> bool:
    """Whether two places may be held against each other: two paragraphs, or one where both say all themselves."""
    if _tabled(one) and _tabled(other):
        return (
            one.head == other.head
            and one.paragraph.number != other.paragraph.number
            and _table(one) != _table(other)
        )
    if one.paragraph.number != other.paragraph.number:
        return True
    if not is_known(one.subject) or not one.level or one.beside(other):
        return False
    if one.figure.dimension == PEOPLE:
        return all(_YEAR_END.search(item.lead) for item in (one, other))
    explicit = one.named and other.named and one.said and other.said
    return explicit and one.figure.dimension == MONEY


def _tabled(item: Mention) -> bool:
    return item.depth == IN_TABLE


def _table(item: Mention) -> int | None:
    return item.paragraph.cell.table if item.paragraph.cell else None


def _usual(mentions: list[Mention]) -> Mention:
    """Return the mention whose figure most of them have; the first where they are even."""
    times = Counter(item.value for item in mentions)
    return max(mentions, key=lambda item: times[item.value])


def _difference(item: Mention, other: Mention) -> Finding:
    if item.figure.written == other.figure.written or item.value in (other.value * _MYRIAD, other.value / _MYRIAD):
        return finding(
            "P12",
            item.place,
            value=item.figure.written,
            label=item.subject,
            subject=item.subject,
            said=item.text,
            evidence=f"第{other.paragraph.number}段的{other.text}",
            right=other.figure.unit,
        )
    sure = is_known(item.subject) and item.figure.dimension != PEOPLE
    both = [item.figure, other.figure]
    gap = abs(item.value - other.value)
    in_percent = item.figure.dimension in (PERCENT, POINTS)
    shown = (
        number(gap, Decimal("0.01"), places(item.figure)) + "个百分点"
        if in_percent
        else amount(gap, item.figure, both)
    )
    return finding(
        "P08" if sure else "P09",
        item.place,
        value=printed(item.value, item.figure),
        expected=printed(other.value, item.figure),
        label=item.subject,
        subject=item.subject + _ACCOUNT[item.basis] + _SHOWN.get(item.role, ""),
        said=item.text,
        paragraph=other.paragraph.number,
        other=other.text,
        difference=shown,
    )


def _magnitudes(index: Index) -> Iterator[Verdict]:
    """Find an amount many times what was spent in all."""
    totals = [item for item in index.mentions if _spent(item) and item.subject == "部门整体支出"]
    if not totals:
        return
    whole = totals[0]
    for item in index.mentions:
        if _spent(item) and is_known(item.subject) and whole.value > 0 and item.value > whole.value * _FAR_ABOVE:
            times = number(item.value / whole.value, Decimal(1), 0)
            case = {"subject": item.subject, "said": item.text, "whole": whole.subject, "other": whole.text}
            yield Verdict((item,), finding("P13", item.place, label=item.subject, times=times, **case), item.value)


def _spent(item: Mention) -> bool:
    return item.level and item.figure.dimension == MONEY and item.basis is Basis.FINAL
