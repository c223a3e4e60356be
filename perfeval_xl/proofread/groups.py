"""Which amounts make up which: the lists that 其中, a colon, brackets or 由……组成 open, and where they end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from perfeval_xl.proofread.figures import PERCENT, POINTS
from perfeval_xl.proofread.statements import Basis, Clause, Fact, Measure, basis
from perfeval_xl.proofread.subjects import is_known, subject

_OPENS = re.compile(r"其中|(?:^|[,;:])\s*(?:主要)?(?:包括|分为|含)|^\s*,\s*[^,;:()]{0,6}:")
_CONTINUES = re.compile(r"\s*其中")
_SETTLES = re.compile(r"^\s*[^,;。:]{0,4}(?:组成|构成)")
_WITHIN = re.compile(r"^(?P<whole>[^,;:。]{2,20}?)(?:当)?中(?:[,:]|(?=.{2}))")
_ADDS_UP = re.compile(
    r"(?:^|[,;])\s*(?:以上|上述)?(?:[两二三四五六七八九十]项)?(?:合计|共计|总计|总共)(?:支出|金额|为|是|达到?)*\s*$"
)
_AMOUNTS = re.compile(r"(?:支出|收入|预算|决算|资金|经费|金额)$")


@dataclass(frozen=True, slots=True)
class Group:
    """A whole and the parts that the text gives for it.

    `complete`: it says that these are all of them. `aside`: they stand in brackets, and need not be all.
    """

    whole: Fact
    parts: tuple[Fact, ...]
    complete: bool = False
    aside: bool = False


def within(cut: Clause) -> tuple[Clause, str]:
    """Take 基本支出中 off the words before a figure; the second part is that phrase."""
    for text in (cut.head, cut.topic):
        match = _WITHIN.match(text)
        if match and (is_known(subject(match["whole"])) or _AMOUNTS.search(match["whole"])):
            phrase = match["whole"].strip()
            return (replace(cut, head=text[match.end() :]) if text is cut.head else cut), phrase
    return cut, ""


@dataclass(slots=True)
class _Open:
    whole: Fact
    parts: list[Fact]
    complete: bool
    depth: int
    aside: bool
    unbroken: int = 0
    """Parts since the last semicolon."""

    def closed(self) -> Group:
        other = any(part.subject.startswith(("其他", "其它")) for part in self.parts)
        return Group(self.whole, tuple(self.parts), self.complete or other, self.aside)


@dataclass(slots=True)
class Grouping:
    """The lists that are open at one point of a paragraph.

    `facts` are its statements so far, `above` those of the paragraph before, `earlier` the last amount of each
    subject in all paragraphs before.
    """

    folded: str
    facts: list[Fact]
    above: Sequence[Fact]
    earlier: Mapping[str, Fact]
    groups: list[Group] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)

    def placed(self, fact: Fact, cut: Clause, lead: str, phrase: str, depth: int) -> Fact:
        """Take an amount into the list that it belongs to, or let it open one; its account may come from there."""
        if ";" in lead:
            self._semicolon()
        if not fact.subject and _ADDS_UP.search(cut.topic[-1:] + cut.head):
            self._total(fact)
            return fact
        whole = self._whole(fact, cut, lead, phrase)
        if whole:
            complete = "分为" in lead or lead.lstrip().startswith(":")
            fact = _as_part(fact, whole, cut)
            self.stack.append(_Open(whole, [fact], complete, depth, lead.lstrip().startswith("("), 1))
        elif self.stack and self._belongs(fact, cut):
            top = self.stack[-1]
            fact = _as_part(fact, top.whole, cut)
            top.parts.append(fact)
            top.unbroken += 1
        if self.stack and _SETTLES.match(self.folded[fact.figure.end :]):
            self.stack[-1].complete = True
        return fact

    def close(self, keep: int = 0, depth: int = 0) -> None:
        """Close the innermost lists, down to `keep` of them, or those opened deeper in brackets than `depth`."""
        while len(self.stack) > keep and (not depth or self.stack[-1].depth > depth):
            self.groups.append(self.stack.pop().closed())

    def _semicolon(self) -> None:
        """End an inner list, and a list whose parts stood between commas."""
        self.close(keep=1)
        if self.stack and self.stack[0].unbroken > 1:
            self.close()
        elif self.stack:
            self.stack[0].unbroken = 0

    def _whole(self, fact: Fact, cut: Clause, lead: str, phrase: str) -> Fact | None:
        if phrase:
            return self._named(fact, phrase)
        if not self.facts:
            return self._latest(fact, self.above) if _CONTINUES.match(lead) else None
        if "(" in lead and self.facts[-1].measure is not Measure.LEVEL:
            return None
        opens = _OPENS.search(lead) or lead.lstrip().startswith((":", "("))
        composed = re.match(r"\s*由", cut.head) and re.search(r"组成|构成", self.folded[fact.figure.end :])
        return self._latest(fact, self.facts) if opens or composed else None

    def _named(self, fact: Fact, phrase: str) -> Fact | None:
        """Return the amount that 基本支出中 or 实际支出中 speaks of."""
        name = subject(phrase)
        for item in reversed(self.facts):
            words = item.paragraph.text[: item.figure.start].rstrip()
            if _comparable(item, fact) and (item.subject == name if name else words.endswith(phrase)):
                return item
        before = self.earlier.get(name) if name else None
        return before if before and _comparable(before, fact) else None

    @staticmethod
    def _latest(fact: Fact, facts: Sequence[Fact]) -> Fact | None:
        return next((item for item in reversed(facts) if _comparable(item, fact)), None)

    def _belongs(self, fact: Fact, cut: Clause) -> bool:
        whole = self.stack[-1].whole
        which, said = basis(cut.head)
        own = bool(fact.subject) and not fact.carried
        return own and _comparable(whole, fact) and (not said or which is whole.basis)

    def _total(self, fact: Fact) -> None:
        """Take the amounts of the sentence before 合计 as its parts."""
        parts: list[Fact] = []
        for item in reversed(self.facts):
            alike = item.figure.dimension == fact.figure.dimension and item.period == fact.period
            if item.sentence != fact.sentence or (item.measure is Measure.LEVEL and not alike):
                break
            if item.measure is Measure.LEVEL:
                parts.insert(0, item)
        if len(parts) > 1 and not self.stack:
            self.groups.append(Group(fact, tuple(parts), complete=True))


def _comparable(whole: Fact, part: Fact) -> bool:
    return (
        whole.measure is Measure.LEVEL
        and not whole.aside
        and whole.figure.dimension == part.figure.dimension
        and whole.figure.dimension not in (PERCENT, POINTS)
        and whole.period == part.period
    )


def _as_part(fact: Fact, whole: Fact, cut: Clause) -> Fact:
    which, said = basis(cut.head)
    return replace(fact, basis=which if said and which is not Basis.FINAL else whole.basis)
