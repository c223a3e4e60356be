"""Which amounts make up which: the lists that 其中, a colon, brackets or 由……组成 open, and where they end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from perfeval_xl.proofread.characters import chinese_number
from perfeval_xl.proofread.figures import PERCENT, POINTS
from perfeval_xl.proofread.mentions.clauses import without_number
from perfeval_xl.proofread.mentions.grammar import ADDS_UP, COMPLETES, OPENS, SETTLES, WITHIN, YEARS
from perfeval_xl.proofread.mentions.mention import Basis, List, Mention
from perfeval_xl.proofread.subjects import is_known, same, subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perfeval_xl.proofread.mentions.clauses import Clause

_AMOUNTS = re.compile(r"(?:支出|收入|预算|决算|资金|经费|金额|人员|人数|编制|项目)$")
_DIVIDED = re.compile(r"按[^,;:。]{1,10}(?:划?分|看)")
_WINDOW = 40
"""Mentions that are looked back upon for a whole or for parts."""
_PAIR, _NEAR = 2, 6
_SHORT_LEAD = 7


def within(cut: Clause) -> tuple[Clause, str]:
    """Take 基本支出中 off the words before a figure; the second part is that phrase."""
    for text in (cut.head, cut.topic):
        match = WITHIN.match(text)
        if match and (is_known(subject(match["whole"])) or _AMOUNTS.search(match["whole"])):
            phrase = match["whole"].strip()
            return (replace(cut, head=text[match.end() :]) if text is cut.head else cut), phrase
    return cut, ""


@dataclass(slots=True)
class _Open:
    """A list while its parts come. `wholes` are per dimension, the likeliest first."""

    wholes: dict[str, list[Mention]]
    depth: int
    complete: bool = False
    aside: bool = False
    announced: bool = False
    years: bool = False
    parts: list[Mention] = field(default_factory=list)
    unbroken: int = 0
    """Parts since the last semicolon."""

    def takes(self, mention: Mention) -> bool:
        """Whether an amount can be a part of it."""
        wholes = self.wholes.get(mention.figure.dimension)
        return wholes is not None and _alike(wholes[0], mention, years=self.years)

    def restates(self, mention: Mention) -> bool:
        """Whether an amount is one of the wholes again."""
        wholes = self.wholes.get(mention.figure.dimension, ())
        return bool(mention.subject) and any(whole.subject == mention.subject for whole in wholes)

    def counts_beside(self, mention: Mention) -> bool:
        """Whether an amount is the second one of the part just told: 其中县级5座、仓容12.4万吨."""
        last = self.parts[-1] if self.parts else None
        return (
            last is not None
            and last.number == mention.number - 1
            and last.figure.dimension != mention.figure.dimension
        )

    def closed(self) -> list[List]:
        lists = []
        for dimension, wholes in self.wholes.items():
            parts = tuple(part for part in self.parts if part.figure.dimension == dimension)
            other = any(part.subject.startswith(("其他", "其它", "其余")) for part in parts)
            if parts:
                lists.append(List(tuple(wholes), parts, self.complete or other, self.aside))
        return lists


@dataclass(slots=True)
class Frames:
    """The lists that are open at one point. `mentions` are the paragraph's so far, `above` those before it."""

    text: str
    mentions: list[Mention]
    above: Sequence[Mention]
    lists: list[List] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    totals: list[tuple[Mention, int]] = field(default_factory=list)
    """Totals of a number of things that stand in the paragraphs before."""

    def placed(self, mention: Mention, cut: Clause, lead: str, phrase: str) -> Mention:
        """Take an amount into the list that it belongs to, or let it open one; its account may come from there."""
        total = ADDS_UP.search(cut.topic[-1:] + cut.head)
        if total and not self._attribute(mention, total, lead) and not self._of_things(mention, cut):
            self._total(mention, total["above"] or total["count"])
            return mention
        opened = self._opened(mention, cut, lead, phrase)
        if opened:
            self.stack.append(opened)
        if self.stack and (opened or self._belongs(mention, lead)):
            top = self.stack[-1]
            mention = _as_part(mention, top.wholes[mention.figure.dimension][0])
            top.parts.append(mention)
            top.unbroken += mention.figure.dimension == next(iter(top.wholes))
        if self.stack and SETTLES.match(self.text[mention.figure.end : mention.figure.end + 12]):
            self.stack[-1].complete = True
        return mention

    def announce(self, sentence: Sequence[Mention]) -> None:
        """Open a list whose parts are the first amounts of the sentences that follow 具体如下."""
        wholes = _by_dimension([item for item in sentence if item.level and item.counted])
        if wholes:
            self.close()
            self.stack.append(_Open(wholes, 0, announced=True))

    def semicolon(self) -> None:
        """End an inner list, and a list whose parts stood between commas."""
        self.close(keep=1)
        if self.stack and self.stack[0].unbroken >= _PAIR and not self.stack[0].announced:
            self.close()
        elif self.stack:
            self.stack[0].unbroken = 0

    def close(self, keep: int = 0, depth: int = 0, *, announced: bool = False) -> None:
        """Close the innermost lists: all but `keep`, those deeper in brackets than `depth`, not the announced."""
        while len(self.stack) > keep:
            top = self.stack[-1]
            if (depth and top.depth < depth) or (announced and top.announced):
                return
            self.lists += self.stack.pop().closed()

    def _opened(self, mention: Mention, cut: Clause, lead: str, phrase: str) -> _Open | None:
        start = without_number(re.split("[;。]", lead)[-1]).lstrip()
        bracket = bool(re.match(r"[一-鿿]{0,8}\(", start))
        wholes = self._named(mention, phrase) if phrase else self._wholes(mention, cut, lead)
        if not wholes:
            return None
        some = start.startswith("其中") and COMPLETES.search(lead) is not None
        inside = re.match(r"\s*由", cut.head) is not None or start.startswith(":")
        inside = inside or (bool(COMPLETES.search(lead)) and not some)
        years = bool(YEARS.search(wholes[0].head))
        return _Open(self._with_companions(wholes), mention.depth, inside, bracket, years=years)

    def _wholes(self, mention: Mention, cut: Clause, lead: str) -> list[Mention]:
        if not self.mentions:
            return self._latest(mention, self.above) if re.match(r"\s*其中", lead) else []
        if "(" in lead and not self.mentions[-1].level:
            return []
        lead = without_number(re.split("[;。]", lead)[-1])
        opens = OPENS.search(lead) or lead.lstrip().startswith((":", "("))
        composed = re.match(r"\s*由", cut.head) and re.search(
            r"组成|构成", self.text[mention.figure.end : mention.figure.end + 120]
        )
        if lead.lstrip().startswith("(") and not OPENS.search(lead) and not cut.head.strip():
            return []
        if not (opens or composed):
            return []
        found = self._latest(mention, self.mentions)
        return [*self._divided_before(found), *found] if _DIVIDED.search(lead) else found

    def _divided_before(self, found: list[Mention]) -> list[Mention]:
        """Return what was divided before where the last amount is a part of it: 按单位分…。按项目分…."""
        for group in reversed(self.lists[-_NEAR:]):
            if found and any(part.position == found[0].position for part in group.parts):
                return list(group.wholes[:1])
        return []

    def _with_companions(self, wholes: list[Mention]) -> dict[str, list[Mention]]:
        """Return the wholes with those of other dimensions beside the first: 8个项目300万元."""
        first = wholes[0]
        found = {first.figure.dimension: wholes}
        for item in self.mentions[-_WINDOW:]:
            near = item.level and item.counted and item.beside(first) and abs(item.number - first.number) <= _PAIR
            if near and item.figure.dimension not in found and not item.aside:
                found[item.figure.dimension] = [item]
        return found

    def _named(self, mention: Mention, phrase: str) -> list[Mention]:
        """Return the amounts that 基本支出中 or 实际支出中 speaks of."""
        name = subject(phrase)
        return [
            item
            for item in (*reversed(self.mentions[-_WINDOW:]), *reversed(self.above[-_WINDOW:]))
            if _alike(item, mention)
            and (same(item.subject, name) if name else item.head.rstrip("为是 ").endswith(phrase))
        ][:_PAIR]

    @staticmethod
    def _latest(mention: Mention, mentions: Sequence[Mention]) -> list[Mention]:
        near = mentions[-_WINDOW:][::-1]
        if near and near[0].sentence != mention.sentence and _parallel(near, mention):
            return []
        found = [item for item in near if _alike(item, mention, years=bool(YEARS.search(item.head)))]
        first = found[:1]
        return [*first, *(item for item in found[1:4] if item.beside(found[0]))]

    def _belongs(self, mention: Mention, lead: str) -> bool:
        top = self.stack[-1]
        if top.announced and any(part.beside(mention) for part in top.parts):
            return False
        if top.years and mention.named:
            return top.takes(mention)
        own = bool(mention.subject) and not mention.carried and not self._beside_the_whole(top, mention)
        fits = not mention.said or self._same_side(top, mention)
        again = top.restates(mention) and not top.counts_beside(mention)
        return own and top.takes(mention) and fits and not again and "总" not in lead[-4:]

    def _beside_the_whole(self, top: _Open, mention: Mention) -> bool:
        """Whether an amount behind a semicolon has parts of its own as the whole had: 甲，其中…；乙，其中…."""
        return (
            not top.unbroken
            and bool(top.parts)
            and self._divides(mention)
            and not any(map(self._divides, top.parts))
        )

    def _divides(self, mention: Mention) -> bool:
        return bool(re.match(r"\s*[,(]\s*其中", self.text[mention.figure.end : mention.figure.end + _NEAR]))

    def _attribute(self, mention: Mention, total: re.Match[str], lead: str) -> bool:
        """Whether 合计 only says how much the things just counted are: 38家，合计244.01万元."""
        last = self.mentions[-1] if self.mentions else None
        other = last is not None and last.level and last.figure.dimension != mention.figure.dimension
        return bool(other) and not (total["above"] or total["count"]) and len(lead) <= _SHORT_LEAD

    def _of_things(self, mention: Mention, cut: Clause) -> bool:
        """Whether a bare 共 begins a thing of its own: 共116个项目."""
        behind = self.text[mention.figure.end : mention.figure.end + 2].lstrip()
        return bool(re.search(r"^\s*共\s*$", cut.head)) and not re.match(r"[,;。)]|$", behind)

    @staticmethod
    def _twice(item: Mention, parts: Sequence[Mention], total: Mention) -> bool:
        """Whether a level is the budget of what is already a part, or of another account than the total."""
        other_account = item.basis.planned is not total.basis.planned
        return other_account or bool(item.subject and any(part.subject == item.subject for part in parts))

    @staticmethod
    def _same_side(top: _Open, mention: Mention) -> bool:
        """Whether both are plans or both are not."""
        whole = top.wholes.get(mention.figure.dimension, [mention])[0]
        return whole.basis.planned is mention.basis.planned

    def _total(self, mention: Mention, count: str | None) -> None:
        """Take the amounts before 合计 as its parts: as many as it says, else those of the sentence."""
        wanted = _counted(count)
        parts: list[Mention] = []
        for item in reversed(self.mentions[-_WINDOW:]):
            other = item.figure.dimension != mention.figure.dimension or item.depth > mention.depth
            if other or not item.level or self._twice(item, parts, mention):
                continue
            if (wanted and len(parts) == wanted) or not (wanted or item.beside(mention)):
                break
            parts.insert(0, item)
        if self.stack and wanted and self.stack[-1].parts == parts and len(parts) == wanted:
            self.stack.pop()  # 其中，甲、乙分别为…，两项合计…: a selection with a total of its own
        if len(parts) >= _PAIR and (not wanted or len(parts) == wanted) and not self.stack:
            self.lists.append(List((mention,), tuple(parts), complete=True))
        elif wanted and not parts:
            self.totals.append((mention, wanted))


def _counted(count: str | None) -> int:
    if not count:
        return 0
    number = int(count) if count.isdigit() else chinese_number(count.replace("两", "二"))
    return int(number or 0)


def _by_dimension(mentions: Sequence[Mention]) -> dict[str, list[Mention]]:
    found: dict[str, list[Mention]] = {}
    for item in reversed(mentions):
        found.setdefault(item.figure.dimension, []).append(item)
    return found


def _parallel(near: Sequence[Mention], mention: Mention) -> bool:
    """Whether the sentence before only lists things side by side, so that 其中 has no whole in it."""
    last = [item for item in near if item.sentence == near[0].sentence and _alike(item, mention)]
    return len({item.subject for item in last}) > _PAIR


def _alike(whole: Mention, part: Mention, *, years: bool = False) -> bool:
    return (
        whole.level
        and not whole.aside
        and whole.figure.dimension == part.figure.dimension
        and whole.figure.dimension not in (PERCENT, POINTS)
        and (years or whole.period == part.period)
    )


def _as_part(mention: Mention, whole: Mention) -> Mention:
    keeps = mention.said and mention.basis is not Basis.FINAL
    return mention if keeps else replace(mention, basis=whole.basis)
