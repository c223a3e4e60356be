"""What a sentence says of each figure: of which subject, as a level, share, change or growth, of which year."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from perfeval_xl.finding import Passage
from perfeval_xl.proofread.data import words
from perfeval_xl.proofread.figures import PERCENT, POINTS, Figure
from perfeval_xl.proofread.moments import RELATIVE, Moment, offset
from perfeval_xl.proofread.report import Paragraph
from perfeval_xl.proofread.subjects import subject

UP = "增加|增长|上升|提高|提升|增支|增收|上涨|扩大|净增|多支出|增幅|增长率|升高"
DOWN = "减少|下降|降低|压减|压缩|节约|减支|减收|回落|缩减|少支出|下浮|降幅|下降率|核减"
_SIDES = r"(?:度|同期|决算|预算|实际|支出|完成|执行|年末|年底|数|总额|金额|基本支出|项目支出)*"
COMPARISON = re.compile(
    r"(?:(?:与|较|比|同|相较于?|相比于?)\s*(?P<of>(?:(?:19|20)\d{2}年|上一?年|去年|前年|年初|年度|计划|预算|同期|期初)"
    rf"{_SIDES})\s*(?:的)?(?:相比|比较|来说)?|同比|环比)"
)
_DIRECTION = re.compile(
    rf"(?P<word>(?P<up>{UP})|(?P<down>{DOWN}))\s*(?:了|支出|数额|数|额|额度|金额|幅度|率|比例)?\s*(?:为|达到?|约|共|近|超过)?\s*$"
)
_REACHED = re.compile(rf"(?:(?:{UP}|{DOWN}|升|降|调整|压减|压缩)(?:到|至|为)|调至)\s*$")
_SHARE = re.compile(
    r"(?P<subject>.*?)(?:总?体?占(?:到|了)?|占比)(?P<whole>[^占]*?)(?:的)?(?:比重|比例|比率|比)?(?:约)?(?:为|达到?|是)?\s*$"
)
_OF_BUDGET = re.compile(
    r"(?:完成|达到?|执行|占|为|是|支出)(?P<basis>(?:年初|调整后?|全年|年度|本年)?(?:的)?预算)(?:数|总额|安排|资金|批复数)?的\s*$"
)
_ASIDE = re.compile(r"原因|由于|因为|主要(?:是|为|系)|(?<!关)系(?!统)")
_ABOUT = re.compile(r"(?:约|近|超过|超|逾|大约|将近|达到?|不少于|不低于)\s*$")
_ORDINAL = re.compile(
    r"^\s*(?:\(?(?:[一二三四五六七八九十]+|\d{1,2})[)、.]\s*|[①-⑳]\s*|第?[一二三四五六七八九十]是)+"
)
_SPENT = re.compile(r"决算|实际|执行|支付|完成(?!年初|预算)|发生")


class Measure(StrEnum):
    """What a figure says of its subject."""

    LEVEL = "level"
    CHANGE = "change"
    GROWTH = "growth"
    SHARE = "share"


class Basis(StrEnum):
    """Of which account an amount is."""

    FINAL = "final"
    INITIAL = "initial"
    ADJUSTED = "adjusted"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure with its meaning. `sign` is -1 for a decrease.

    `whole` is what a share is of ("" where the sentence does not say); `against` is what a change is compared
    with: a year, a basis, or None where it is not said. `carried` marks a subject from an earlier clause,
    `aside` an amount that is given as a reason and not as an account.
    """

    paragraph: Paragraph
    sentence: int
    figure: Figure
    subject: str
    measure: Measure = Measure.LEVEL
    period: int = 0
    basis: Basis = Basis.FINAL
    sign: int = 1
    whole: str = ""
    against: int | Basis | None = None
    carried: bool = False
    aside: bool = False

    @property
    def value(self) -> Decimal:
        """The figure with its direction."""
        return self.figure.value * self.sign

    @property
    def place(self) -> Passage:
        """Where the figure stands."""
        return self.paragraph.passage(self.figure.start, self.figure.end)

    @property
    def position(self) -> tuple[int, int]:
        """Paragraph and first character: the identity of a figure."""
        return self.paragraph.number, self.figure.start

    @property
    def text(self) -> str:
        """The figure as written."""
        return self.paragraph.text[self.figure.start : self.figure.end].strip()


@dataclass(frozen=True, slots=True)
class Clause:
    """The words before a figure: `head` is its own clause, `topic` the clauses since the last figure."""

    topic: str
    head: str
    moments: tuple[Moment, ...]
    year: int


def clause(lead: str, start: int, moments: tuple[Moment, ...], year: int) -> Clause:
    """Cut the words before a figure into its own clause and those before."""
    lead = _ORDINAL.sub("", lead)
    plain = lead.rstrip("( ")  # 人员经费（161.21万元） is of 人员经费
    cut = max(plain.rfind(mark) for mark in ",;:()")
    inside = tuple(moment for moment in moments if start - len(lead) <= moment.start < start)
    return Clause(plain[: cut + 1], _ABOUT.sub("", plain[cut + 1 :]), inside, year)


def period(clause: Clause, carried: int) -> tuple[int, bool]:
    """Return the year that a clause speaks of, and whether it says so itself."""
    for text in (clause.head, clause.topic):
        plain = COMPARISON.sub("", text)
        relative = [clause.year + offset(match[0]) for match in RELATIVE.finditer(plain)]
        years = [moment.year for moment in clause.moments if moment.year and f"{moment.year}年" in plain]
        if years or relative:
            return (years or relative)[-1], text is clause.head
    return carried, False


def basis(head: str) -> tuple[Basis, bool]:
    """Return the account that a clause speaks of, and whether it says so itself."""
    lists = words("subjects")["basis"]
    for name in (Basis.ADJUSTED, Basis.INITIAL):
        if any(word in head for word in lists[name.value]):
            return name, True
    if any(word in head for word in lists["budget"]) or re.search(r"预算(?:总额|合计|共计|为|是|共)?\s*$", head):
        return Basis.BUDGET, True
    return Basis.FINAL, bool(_SPENT.search(head))


def compared_with(comparison: re.Match[str], year: int) -> int | Basis:
    """Return the year or account that 较…… names."""
    of = comparison.groupdict().get("of") or ""
    if "预算" in of or of.startswith(("年初", "计划", "年度")):
        return Basis.INITIAL if "年初" in of else Basis.BUDGET
    digits = re.search(r"\d{4}", of)
    if digits:
        return int(digits[0])
    return year - 2 if of.startswith("前") else year - 1


def stated(paragraph: Paragraph, sentence: int, figure: Figure, clause: Clause, carried: Fact | None) -> Fact:
    """Return what the words before a figure say of it; what they leave out comes from the fact before."""
    now = carried.period if carried and carried.sentence == sentence and not _backward(carried) else clause.year
    when, _ = period(clause, now)
    fact = Fact(paragraph, sentence, figure, "", period=when, aside=bool(_ASIDE.search(clause.head)))
    if figure.dimension in (PERCENT, POINTS):
        share = _share(fact, clause)
        if share:
            return share
    return _change(fact, clause, carried) or _prior(fact, clause) or _level(fact, clause)


def _backward(fact: Fact) -> bool:
    return fact.measure is Measure.LEVEL and fact.carried


def _share(fact: Fact, clause: Clause) -> Fact | None:
    of_budget = _OF_BUDGET.search(clause.head)
    if of_budget:
        which, _ = basis(of_budget["basis"])
        return replace(
            fact,
            measure=Measure.SHARE,
            subject=subject(clause.head[: of_budget.start()]),
            whole="预算",
            against=Basis.BUDGET if which is Basis.FINAL else which,
        )
    share = _SHARE.match(clause.head)
    if share and "抢占" not in clause.head:
        return replace(
            fact, measure=Measure.SHARE, subject=subject(share["subject"]), whole=subject(share["whole"] or "")
        )
    return None


def _change(fact: Fact, clause: Clause, carried: Fact | None) -> Fact | None:
    direction = _DIRECTION.search(clause.head)
    if not direction:
        return None
    comparison = COMPARISON.search(clause.head) or COMPARISON.search(clause.topic)
    against = compared_with(comparison, fact.period) if comparison else _carried_comparison(fact, carried)
    rest = COMPARISON.sub("", clause.head[: direction.start()])
    money = fact.figure.dimension not in (PERCENT, POINTS)
    return replace(
        fact,
        measure=Measure.CHANGE if money or fact.figure.dimension == POINTS else Measure.GROWTH,
        subject=subject(rest),
        sign=1 if direction["up"] else -1,
        against=against,
    )


def _carried_comparison(fact: Fact, carried: Fact | None) -> int | Basis | None:
    if carried is None or carried.sentence != fact.sentence:
        return None
    if carried.measure is Measure.LEVEL:
        return carried.period if carried.period == fact.period - 1 else None
    return carried.against


def _prior(fact: Fact, clause: Clause) -> Fact | None:
    comparison = COMPARISON.search(clause.head)
    if not comparison or clause.head[comparison.end() :].strip("的为 "):
        return None
    against = compared_with(comparison, fact.period)
    rest = subject(clause.head[: comparison.start()])
    if isinstance(against, Basis):
        return replace(fact, subject=rest, basis=against, carried=True)
    return replace(fact, subject=rest, period=against, carried=True)


def _level(fact: Fact, clause: Clause) -> Fact:
    head = _REACHED.sub("", clause.head)
    return replace(fact, subject=subject(head), basis=basis(head)[0])
