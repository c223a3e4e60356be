"""One pass over a text: each figure gets its role and key; what a clause leaves out comes from the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from perfeval_xl.proofread.characters import bare
from perfeval_xl.proofread.figures import BARE, MONEY, PEOPLE, PERCENT, POINTS, SCORE, TIMES, Figure, quantities
from perfeval_xl.proofread.mentions import grammar
from perfeval_xl.proofread.mentions.clauses import Clause, Folded, clause, folded, sentences
from perfeval_xl.proofread.mentions.frames import Frames, within
from perfeval_xl.proofread.mentions.mention import Basis, List, Mention, Role, Telling, Transition
from perfeval_xl.proofread.report import Kind
from perfeval_xl.proofread.subjects import is_known, listed, same, subject
from perfeval_xl.proofread.written_dates import moments, offset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from perfeval_xl.proofread.report import Paragraph

_YEAR = re.compile(r"(?<![-~—至到\d])((?:19|20)\d\d)\s*年(?!来|内|期|\s*[-~—至到])")
_SEVERAL = re.compile(r"分别|依次|各(?=[是为减增下上占完达支收])|均(?=[为是])")
_SAME_THING = re.compile(
    r"[,、]?\s*(?:共|合计|总)?(?:支出|资金|金额|投资|投入|安排|涉及资金|涉及金额|补助|合同价|面积|原值)?(?:为|共)?\s*"
)
_SHARES = re.compile(r"占[^,;:占]{0,16}$")
_JOINED = re.compile(r"[\d.]+\s*%(?:\s*(?:[、,]|和|与|及|以及)\s*[\d.]+\s*%)*")
_INCOME_AND_SPENDING = re.compile(r"收(?:入)?[、和]?支(?:出)?(总计|合计|决算总计)")
_COUNTED_NOUN = re.compile(r"(?:其中|包括|[,;、:]|和|及)[:,]?\s*$")
_NOUN = re.compile(r"([一-鿿]{2,8}?)(?=[(,;。、:]|和|及|与|\d|$)")
_MARKS = tuple(
    re.compile(form)
    for form in (
        r"\s*\(?\d{1,2}[).、]",
        r"\s*\([一二三四五六七八九十]+\)",
        r"\s*(?:——?|[-·])",
        r"\s*[一二三四五六七八九十]是",
        r"\s*[一二三四五六七八九十]+、",
    )
)
_WINDOW, _BACK, _SCOPE_REACH, _LONGEST_TAIL, _LONGEST_NOUN, _LEAD = 40, 24, 120, 14, 7, 40
_OPPOSITE = {"收入": "支出", "支出": "收入"}
_RATES = frozenset({Role.RATE, Role.SHARE, Role.LEVEL})
_MOVED = frozenset({Role.CHANGE, Role.GROWTH, Role.SHARE, Role.DIFFERENCE, Role.TIMES})


def told(paragraphs: Iterable[Paragraph], year: int) -> Telling:
    """Return what the paragraphs state; `year` is the report's, 0 where unknown. Tables are read elsewhere."""
    scans: list[_Scan] = []
    count = 0
    for paragraph in paragraphs:
        if paragraph.kind is Kind.CELL or "\t" in paragraph.text.strip():
            continue
        text = folded(paragraph.text)
        above = scans[-1].mentions if scans else []
        mentions: list[Mention] = []
        scan = _Scan(paragraph, text, year, mentions, Frames(text.text, mentions, above), count)
        scan.run()
        count += len(mentions)
        scans.append(scan)
    return Telling(
        mentions=tuple(mention for scan in scans for mention in scan.mentions),
        lists=(*(one for scan in scans for one in scan.frames.lists), *_listed_below(scans), *_totalled(scans)),
        transitions=tuple(transition for scan in scans for transition in scan.transitions),
    )


def _listed_below(scans: list[_Scan]) -> Iterator[List]:
    """Yield the wholes of paragraphs that end in 其中: or 如下 with the first amount of each paragraph below."""
    for position, scan in enumerate(scans):
        wholes = scan.announcing()
        if not wholes:
            continue
        below = _items(scans, position + 1, wholes[0])
        if below:
            complete = bool(grammar.BELOW.search(scan.text.text[-12:]))
            yield List(
                tuple(wholes), tuple(replace(part, basis=wholes[0].basis) for part in below), complete=complete
            )


def _items(scans: list[_Scan], start: int, whole: Mention) -> list[Mention]:
    """Return the first amount of each item of a list that stands in paragraphs of its own, all marked alike."""
    parts: list[Mention] = []
    kind = _mark(scans[start].text.text) if start < len(scans) else 0
    for below in scans[start : start + _WINDOW]:
        first = next((item for item in below.mentions if item.level), None)
        if not first or first.figure.dimension != whole.figure.dimension or below.announcing():
            break
        if _mark(below.text.text) != kind:
            break
        parts.append(first)
    return parts


def _mark(text: str) -> int:
    """Return how an item of a list is marked: 1. or (一) or —— or 一是; -1 for a heading, 0 for none."""
    found = next((number for number, form in enumerate(_MARKS, 1) if form.match(text)), 0)
    return -1 if found == len(_MARKS) else found


def _totalled(scans: list[_Scan]) -> Iterator[List]:
    """Yield 上述四个方面共计: the first amounts of the paragraphs before are its parts."""
    for position, scan in enumerate(scans):
        for mention, count in scan.frames.totals:
            above = [
                next((item for item in other.mentions if item.level), None)
                for other in scans[max(0, position - count) : position]
            ]
            parts = tuple(item for item in above if item and item.figure.dimension == mention.figure.dimension)
            if len(parts) == count > 1:
                yield List((mention,), parts, complete=True)


@dataclass(slots=True)
class _Frame:
    """What an ellipsis at one depth of brackets goes back to."""

    level: Mention | None = None
    against: int | Basis | None = None
    direct: bool = False


@dataclass(slots=True)
class _Scan:
    """One pass over the figures of a paragraph."""

    paragraph: Paragraph
    text: Folded
    year: int
    mentions: list[Mention]
    frames: Frames
    count: int
    transitions: list[Transition] = field(default_factory=list)
    stack: list[_Frame] = field(default_factory=lambda: [_Frame()])
    names: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    owners: tuple[Mention, ...] = ()
    carried_year: int = 0
    sentence: int = 0

    def run(self) -> None:
        self.carried_year = self.year
        when = moments(self.text.text)
        every = quantities(self.text.text, when)
        at = 0
        for start, end in sentences(self.text):
            inside = []
            while at < len(every) and every[at].start < end:
                inside.append(every[at])
                at += 1
            self._read_sentence(start, end, [item for item in inside if not _small_numeral(item)])
        self.frames.close()

    def announcing(self) -> list[Mention]:
        """Return the amounts that the paragraphs below are parts of, where this one ends in 其中: or 从来源看:."""
        ending = self.text.text.rstrip()[-12:]
        if not re.search(r"(?:(?:其中|如下|包括)\s*[:。]?|[看分明细成]\s*:)$", ending):
            return []
        levels = [item for item in self.mentions if item.level and item.counted and not item.aside]
        return levels[:1] if "其中" in ending and len(levels) == 1 else levels[::-1][:4]

    def _read_sentence(self, start: int, end: int, inside: list[Figure]) -> None:
        opening = self.text.text[start : start + 6].lstrip()
        if self.year and not opening.startswith("其中"):
            self.carried_year = self.year
        self.sentence, self.waiting = start, ()
        self.stack = [_Frame(level=self.stack[0].level)]
        begin, first = start, len(self.mentions)
        for position, figure in enumerate(inside):
            following = inside[position + 1] if position + 1 < len(inside) else None
            rest = self.text.text[figure.end : following.start if following else end]
            self._read(figure, self.text.text[begin : figure.start], rest, following)
            begin = figure.end
        self._brackets(self.text.text[begin:end])
        self._back_to_whole()
        said = self.text.text[max(start, end - 16) : end].rstrip()
        if grammar.ANNOUNCES.search(said) and "如下" in said:
            self.frames.announce(self.mentions[first:])
        else:
            self.frames.close(announced=True)

    def _back_to_whole(self) -> None:
        """Let the next sentence go on from the whole of a list and not from its last part."""
        if self.frames.stack and not self.frames.stack[0].announced:
            wholes = [whole for wholes in self.frames.stack[0].wholes.values() for whole in wholes[:1]]
            told = [item for item in wholes if item.paragraph is self.paragraph]
            if told:
                self.stack[0].level = told[0]

    def _read(self, figure: Figure, lead: str, rest: str, following: Figure | None) -> None:
        self._brackets(lead)
        if ";" in lead:
            self.frames.semicolon()
            self.stack[-1].against = None
        cut, phrase = within(clause(lead))
        mention = self._continued(figure, lead) or self._risen(figure, lead)
        if not mention:
            when = self._period(cut)
            cut = self._several(cut, figure)
            mention = self._said(figure, cut, lead, rest, when)
            mention = self._rising(mention, cut, rest, following)
        mention = replace(mention, number=self.count + len(self.mentions), depth=len(self.stack) - 1)
        if (
            mention.level
            and mention.counted
            and not mention.aside
            and figure.dimension != BARE
            and not grammar.WEIGHT.search(mention.head)
        ):
            mention = self.frames.placed(mention, cut, lead, phrase)
        self._remember(mention)

    def _remember(self, mention: Mention) -> None:
        self.mentions.append(mention)
        if mention.level and not mention.aside and not self._looks_back(mention):
            self.stack[-1].level = mention
        elif mention.role is Role.CHANGE and mention.subject and not mention.carried and not mention.aside:
            self.stack[-1].level = mention.owner  # what follows is of the same thing
        if mention.role in (Role.CHANGE, Role.GROWTH) and mention.against is not None:
            self.stack[-1].against = mention.against

    def _looks_back(self, mention: Mention) -> bool:
        """Whether a level only gives last year's figure or the budget of the level before: 去年为30万元."""
        level = self.stack[-1].level
        if (
            level is None
            or level.sentence != self.sentence
            or not mention.carried
            or level.subject != mention.subject
        ):
            return False
        return mention.period < level.period or (mention.basis.planned and not level.basis.planned)

    def _brackets(self, lead: str) -> None:
        """Go into brackets and out of them; what stood before them counts again behind them."""
        for position, mark in enumerate(lead):
            if mark == "(":
                top = self.stack[-1]
                self.stack.append(_Frame(top.level, top.against, direct=not lead[position + 1 :].strip()))
            elif mark == ")" and len(self.stack) > 1:
                inner = self.stack.pop()
                if inner.direct and inner.level and len(self.stack) <= inner.level.depth:
                    self.stack[-1].level = inner.level
                self.frames.close(depth=len(self.stack))

    def _said(self, figure: Figure, cut: Clause, lead: str, rest: str, when: tuple[int, bool]) -> Mention:
        last = self.mentions[-1] if self.mentions else None
        measured = bool(last and last.role is Role.BASE and last.sentence == self.sentence)
        tail = rest[:_LONGEST_TAIL] + self.text.text[figure.end + len(rest) :][:8]
        said = self._beyond(figure, lead) or grammar.said(cut.head, figure, lead, tail, measured=measured)
        period, named = when
        which, own = grammar.basis(cut.head)
        moved = said.role in (Role.CHANGE, Role.GROWTH)
        mention = Mention(
            self.paragraph, self.sentence, figure, said.role,
            period=period, named=named, basis=which, said=own, sign=said.sign, whole=_whole(said.whole),
            aside=_is_reason(cut) or (moved and bool(grammar.OTHER_COMPARISON.search(lead[-_LEAD:]))),
            head=cut.head[-_BACK:], lead=lead[-_LEAD:], scope=self._scope(figure),
            against=self._against(said, cut, period), of_account=self._account(said, cut),
        )  # fmt: skip
        if said.role is Role.BASE:
            return self._based(mention, said)
        if said.role is Role.RATE:
            level = self.stack[-1].level
            owner = level if level and level.sentence == self.sentence else None
            return replace(mention, subject=bare(said.name), owner=owner)
        if mention.level and self._counts_the_same(lead, last, figure):
            return replace(
                mention, subject=last.subject if last else "", carried=last is not None and last.carried
            )
        name = subject(said.name)
        if mention.level and not name and _COUNTED_NOUN.search(lead):
            name = _noun_behind(figure, rest)
        mention = _posts(self._named(mention, name, cut))
        return self._owned(mention, said, last if measured else None)

    def _beyond(self, figure: Figure, lead: str) -> grammar.Said | None:
        """Read 超出预算（150万元）13.20万元: how much more it is than what stands in the brackets before."""
        if lead.strip() != ")":
            return None
        opened = self.text.text.rfind("(", max(self.sentence, figure.start - _SCOPE_REACH), figure.start)
        beyond = grammar.BEYOND.search(
            self.text.text[max(self.sentence, opened - _BACK) : max(opened, 0)].rstrip()
        )
        return grammar.Said(Role.CHANGE, "", 1 if beyond["up"] else -1, comparison=beyond) if beyond else None

    @staticmethod
    def _counts_the_same(lead: str, last: Mention | None, figure: Figure) -> bool:
        """Whether a figure follows a count of the same thing: 甲县3个项目100万元, 渠道修复6个、174万元."""
        if last is None or not last.level or not last.counted or len(lead) > _LONGEST_NOUN:
            return False
        close = _SAME_THING.fullmatch(lead) or not re.search("[,;:()。、和及]", lead)
        return bool(close) and last.figure.dimension != figure.dimension

    def _scope(self, figure: Figure) -> str:
        return grammar.scope(self.text.text[max(self.sentence, figure.start - _SCOPE_REACH) : figure.start])

    def _period(self, cut: Clause) -> tuple[int, bool]:
        """Return the year that a clause speaks of, and whether it says so; 2023年 holds for the sentence."""
        for text in (cut.head, cut.topic):
            plain = grammar.without_comparison(text)
            years = _YEAR.findall(plain)
            if years:
                self.carried_year = int(years[-1])
                return self.carried_year, text is cut.head
            relative = grammar.offset_words(text) if text is cut.head else []
            if relative:
                return self.year + offset(relative[-1]), True
        return self.carried_year, False

    def _against(self, said: grammar.Said, cut: Clause, period: int) -> int | Basis | None:
        if said.against is not None:
            return said.against
        if said.role not in (Role.CHANGE, Role.GROWTH, Role.BASE):
            return None
        topic = re.split("[;。]", cut.topic)[-1]
        comparison = said.comparison or grammar.COMPARISON.search(cut.head) or grammar.COMPARISON.search(topic)
        if comparison:
            return grammar.compared_with(comparison, period)
        last = self.mentions[-1] if self.mentions else None
        if last and last.role is Role.BASE and last.sentence == self.sentence and last.against is not None:
            return last.against
        if self.stack[-1].against is None and grammar.saved(cut.head):
            return Basis.BUDGET
        return self.stack[-1].against

    def _account(self, said: grammar.Said, cut: Clause) -> Basis | None:
        if said.role not in (Role.CHANGE, Role.GROWTH, Role.BASE):
            return None
        topic = re.split("[;。]", cut.topic)[-1]
        found = said.comparison or grammar.COMPARISON.search(cut.head) or grammar.COMPARISON.search(topic)
        last = self.mentions[-1] if self.mentions else None
        if found:
            return grammar.account_of_year(found)
        return last.of_account if last and last.sentence == self.sentence and last.role is not Role.LEVEL else None

    def _based(self, mention: Mention, said: grammar.Said) -> Mention:
        """Return what something is compared with or measured by, with the subject of the level it belongs to."""
        owner = self._measured(mention) or self.stack[-1].level
        own = subject(said.name) or grammar.generic(said.name)
        if own and (owner is None or owner.subject != own):
            nearest = self._last_of(own)
            owner = nearest if nearest or owner is None or not same(owner.subject, own) else owner
        name = own or (owner.subject if owner else "")
        if owner and not same(owner.subject, name):
            name = owner.subject
        if said.comparison is None:
            which, _ = grammar.basis(said.whole)
            if not which.planned:
                name = subject(said.whole) or name
            return replace(mention, subject=name, basis=which, owner=owner)
        if isinstance(mention.against, Basis):
            return replace(mention, subject=name, basis=mention.against, owner=owner)
        basis = mention.of_account or (owner.basis if owner else Basis.FINAL)
        return replace(
            mention, subject=name, period=mention.against or mention.period - 1, basis=basis, owner=owner
        )

    def _measured(self, mention: Mention) -> Mention | None:
        """Return the rate that a percentage is compared with, or the amount a head that an amount is."""
        near = [item for item in self.mentions[-4:] if item.sentence == self.sentence]
        if mention.figure.dimension == PERCENT:
            rates = [item for item in near if item.figure.dimension == PERCENT and item.role in _RATES]
            return rates[-1] if rates else None
        last = near[-1] if near else None
        each = last is not None and last.role is Role.EACH and last.figure.dimension == mention.figure.dimension
        return last if each else None

    def _last_of(self, name: str) -> Mention | None:
        """Return the last level of a subject, or for 收入 and 支出 the last whose words end so."""
        for item in reversed(self.mentions[-_BACK:]):
            if item.level and not item.aside and (same(item.subject, name) or grammar.generic(item.head) == name):
                return item
        return None

    def _named(self, mention: Mention, name: str, cut: Clause) -> Mention:
        """Give a mention its subject: its own, that of the clauses before, or that of the level before."""
        if self.waiting:
            name, self.waiting = self.waiting[0], self.waiting[1:]
        if name:
            return replace(mention, subject=name)
        known = _spoken_of(cut.topic)
        if known:
            return replace(mention, subject=known, carried=True)
        return self._carried(mention, cut)

    def _carried(self, mention: Mention, cut: Clause) -> Mention:
        """Give a mention without a subject that of the level before, where it speaks of the same thing."""
        level = self.stack[-1].level
        noun = grammar.generic(cut.head)
        if noun and mention.level and (level is None or _OPPOSITE[noun] in level.subject):
            return replace(mention, subject=noun)
        near = level is not None and level.sentence == self.sentence
        if level and self._carries(mention, level) and (near or not mention.level):
            return replace(mention, subject=level.subject, carried=True)
        return replace(mention, carried=True)

    def _carries(self, mention: Mention, level: Mention) -> bool:
        """Whether a mention without a subject goes back to a level: 预算246万元，支出决算167万元."""
        if not mention.level:
            return True
        if mention.figure.dimension == SCORE:
            return bool(re.search(r"得\s*$", mention.head))
        return mention.said or mention.named or (level.sentence == self.sentence and level.basis.planned)

    def _owned(self, mention: Mention, said: grammar.Said, base: Mention | None) -> Mention:
        """Give a change, share or rate the level that it speaks of."""
        if mention.role not in _MOVED:
            return mention
        if self.owners and mention.role is Role.SHARE:
            first, self.owners = self.owners[0], self.owners[1:]
            return replace(mention, subject=first.subject, owner=first)
        base = base or self._base_before(mention)
        mention, owner = self._with_owner(mention, said, base)
        if owner and not base and self._is_last_years(owner, mention):
            return self._chained(replace(mention, owner=None, base=owner, subject=owner.subject))
        if owner and mention.carried:
            mention = _of_its_year(mention, owner)
        return self._chained(replace(mention, owner=owner, base=base))

    def _base_before(self, mention: Mention) -> Mention | None:
        last = self.mentions[-1] if self.mentions else None
        if last is None or last.role is not Role.BASE or mention.role is Role.SHARE:
            return None
        return last if last.sentence == self.sentence else None

    def _with_owner(
        self, mention: Mention, said: grammar.Said, base: Mention | None
    ) -> tuple[Mention, Mention | None]:
        if base and mention.carried:
            return replace(mention, subject=base.subject), base.owner
        noun = grammar.generic(said.name) if mention.carried and not base else ""
        return mention, self._last_of(noun) if noun else self._owner(mention)

    @staticmethod
    def _is_last_years(owner: Mention, mention: Mention) -> bool:
        """Whether the only level before is the one that a change is measured from."""
        before = mention.period - 1 if mention.against is None else mention.against
        return bool(owner.period) and owner.period == before != mention.period

    def _chained(self, mention: Mention) -> Mention:
        """Give a rate of growth what the change before it says: 项目支出减少19.8万元，下降9.90%."""
        last = self.mentions[-1] if self.mentions else None
        moves = last is not None and last.role in (Role.CHANGE, Role.GROWTH) and last.sentence == self.sentence
        if not (moves and mention.carried and mention.role is Role.GROWTH and last and last.counted):
            return mention
        against = last.against if mention.against is None else mention.against
        chained = replace(mention, subject=last.subject, owner=last.owner, base=last.base, period=last.period)
        aside = mention.aside or last.aside
        return replace(chained, against=against, aside=aside, of_account=last.of_account)

    def _owner(self, mention: Mention) -> Mention | None:
        """Return the last level that a change or rate can be of: of its dimension, and of its own subject."""
        levels = [item for item in self.mentions[-_BACK:] if item.level or item.role in (Role.RATE, Role.SHARE)]
        if mention.figure.dimension != POINTS:
            levels = [item for item in levels if item.role is not Role.SHARE]
        top = self.stack[-1].level
        if mention.carried and top and self._fits(mention, top):
            return top
        if mention.figure.dimension == POINTS and mention.carried:
            rates = [item for item in levels if self._fits(mention, item) and item.sentence == self.sentence]
            return rates[-1] if rates else None
        for item in reversed(levels):
            if self._fits(mention, item) and (mention.carried or same(item.subject, mention.subject)):
                near = item.sentence == self.sentence or item is top
                return item if near or same(item.subject, mention.subject) else None
        return None

    @staticmethod
    def _fits(mention: Mention, level: Mention) -> bool:
        if mention.figure.dimension == POINTS:
            return level.figure.dimension == PERCENT
        if mention.figure.dimension in (PERCENT, TIMES):
            return True
        return level.figure.dimension == mention.figure.dimension

    def _several(self, cut: Clause, figure: Figure) -> Clause:
        """Read 甲、乙分别为: the figures that follow are of one name each."""
        self.waiting, self.owners = (), ()
        found = _SEVERAL.search(cut.head)
        if not found:
            return cut
        self.owners = self._side_by_side(figure)
        before = _INCOME_AND_SPENDING.sub(r"收入\1、支出\1", cut.head[: found.start()])
        share = _SHARES.search(before)
        if share:
            before = before[: share.start()]
        names = listed(grammar.COMPARISON.sub("", before))
        if len(names) > 1:
            self.names = names
        self.waiting = self.names if len(self.names) > 1 and len(names) != 1 else ()
        after = (share[0] if share else "") + cut.head[found.end() :]
        return replace(cut, head=after if self.waiting else before + after)

    def _side_by_side(self, figure: Figure) -> tuple[Mention, ...]:
        """Return the amounts before that 占比分别为A、B和C speaks of: as many as there are percentages."""
        if figure.dimension != PERCENT:
            return ()
        joined = _JOINED.match(self.text.text[figure.start : figure.start + _SCOPE_REACH])
        count = len(re.findall("%", joined[0])) if joined else 1
        levels = [item for item in self.mentions[-_BACK:] if item.level and item.counted]
        dimension = levels[-1].figure.dimension if levels else ""
        alike = [item for item in levels if item.figure.dimension == dimension and item.depth == levels[-1].depth]
        return tuple(alike[-count:]) if 1 < count <= len(alike) else ()

    def _continued(self, figure: Figure, lead: str) -> Mention | None:
        joint = grammar.JOINT.fullmatch(lead)
        if self.owners and self.mentions and joint and not self.waiting and self.mentions[-1].role is Role.SHARE:
            return self._next_share(figure)
        if (
            not (self.waiting and self.mentions and joint)
            or self.mentions[-1].figure.dimension != figure.dimension
        ):
            return None
        name, self.waiting = self.waiting[0], self.waiting[1:]
        last = self.mentions[-1]
        sign = 1 if joint["up"] else -1 if joint["down"] else last.sign
        mention = replace(last, figure=figure, subject=name, sign=sign, owner=None, base=None)
        return replace(mention, owner=self._owner(mention)) if mention.role in _MOVED else mention

    def _next_share(self, figure: Figure) -> Mention:
        owner, self.owners = self.owners[0], self.owners[1:]
        return replace(self.mentions[-1], figure=figure, subject=owner.subject, owner=owner, base=None)

    def _rising(self, mention: Mention, cut: Clause, rest: str, following: Figure | None) -> Mention:
        start = grammar.FROM.search(cut.head)
        if following is None or not start or not grammar.TO.match(rest):
            return mention
        name = subject(cut.head[: start.start()])
        level = self.stack[-1].level
        year, _ = self._period(Clause("", start["prior"]))
        if not (_YEAR.search(start["prior"]) or grammar.offset_words(start["prior"])):
            year = self.year - 1
        basis = grammar.basis(start["prior"])[0]
        subject_of = name or (level.subject if level and level.sentence == self.sentence else "")
        return replace(
            mention,
            role=Role.LEVEL,
            subject=subject_of,
            period=year,
            basis=basis,
            carried=True,
            aside=False,
            owner=None,
        )

    def _risen(self, figure: Figure, lead: str) -> Mention | None:
        before, to = self.mentions[-1] if self.mentions else None, grammar.TO.match(lead)
        if not (before and to and before.figure.dimension == figure.dimension and self._comes_from(before)):
            return None
        year, _ = self._period(Clause("", to["rest"]))
        mention = replace(before, figure=figure, period=year, basis=grammar.basis(to["rest"])[0])
        sign = 1 if to["up"] else -1 if to["down"] else 0
        self.transitions.append(Transition(before, mention, sign))
        return mention

    def _comes_from(self, before: Mention) -> bool:
        words = self.text.text[max(0, before.figure.start - 16) : before.figure.start]
        return bool(grammar.FROM.search(words.rstrip()))


def _spoken_of(topic: str) -> str:
    """Return the last known subject of the clauses before: 基本支出方面，."""
    for clause_before in reversed(re.split("[,;:()。]", grammar.without_comparison(topic))):
        known = subject(grammar.ABOUT_TOPIC.sub("", clause_before.strip()))
        if is_known(known):
            return known
    return ""


def _is_reason(cut: Clause) -> bool:
    """Whether an amount stands in a reason: 主要是推行无纸化办公，减少纸张采购1.2万元."""
    return bool(grammar.ASIDE.search(re.split("[;。]", cut.topic)[-1] + cut.head))


def _of_its_year(mention: Mention, owner: Mention) -> Mention:
    """Return a change or rate in the year of the level that it is of."""
    against = mention.against
    if isinstance(against, int) and owner.period != mention.period:
        against += owner.period - mention.period
    return replace(mention, subject=owner.subject, period=owner.period, against=against)


def _whole(words: str) -> str:
    """Return what a share is of; the words themselves where they only say that it is all."""
    if not words:
        return ""
    name = subject(words) or grammar.generic(words)
    return name if is_known(name) or not re.search("总|全部|全年|应|整个", words) else bare(words)


def _posts(mention: Mention) -> Mention:
    """Return 编制124个 as a number of people, which it is compared with."""
    if mention.figure.dimension == "个" and mention.subject.endswith("编制"):
        return replace(mention, figure=replace(mention.figure, dimension=PEOPLE))
    return mention


def _noun_behind(figure: Figure, rest: str) -> str:
    """Return what is counted where it stands behind its number: 3个行政部门."""
    if figure.dimension in (MONEY, PERCENT, POINTS, BARE):
        return ""
    noun = _NOUN.match(rest)
    return noun[1] if noun else ""


def _small_numeral(figure: Figure) -> bool:
    """Whether it is 一个 or 三项: a count in words that belongs to the sentence and not to an account."""
    return figure.spelled and figure.dimension not in (PERCENT, POINTS, MONEY)
