"""What the text says of one figure: its role in the sentence and its key of subject, account, year and scope."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from perfeval_xl.proofread.figures import PERCENT, POINTS

if TYPE_CHECKING:
    from decimal import Decimal

    from perfeval_xl.proofread.figures import Figure
    from perfeval_xl.proofread.report import Paragraph
    from perfeval_xl.records.finding import Passage


IN_TABLE = -1
"""The depth of a figure that stands in a table and not in a sentence."""


class Role(StrEnum):
    """What a figure does in its sentence."""

    LEVEL = "level"
    CHANGE = "change"
    GROWTH = "growth"
    SHARE = "share"
    RATE = "rate"
    BASE = "base"
    """What something is compared with or measured by: 比上年40万元, 占预算80万元的."""
    ADJUSTMENT = "adjustment"
    """追加, 调减, 加上, 扣除: what leads from one level to another."""
    DIFFERENCE = "difference"
    """相差, 差额, 超编: how far two levels are apart."""
    EACH = "each"
    TIMES = "times"


class Basis(StrEnum):
    """Of which account an amount is."""

    FINAL = "final"
    INITIAL = "initial"
    ADJUSTED = "adjusted"
    BUDGET = "budget"

    @property
    def planned(self) -> bool:
        """Whether it is what was to be, and not what was."""
        return self is not Basis.FINAL


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """One figure with its meaning. `sign` is -1 for a decrease, 0 for a difference of no direction.

    `owner` is the level that a change, share or rate speaks of, `base` what it is measured by where that stands
    beside it. `whole` is what a share is of ("" where the sentence does not say); `against` is what a change is
    compared with: a year, an account, or None where it is not said. `carried` marks a subject from an earlier
    clause, `aside` an amount that is given as a reason and not as an account, `named` a year that the clause says.
    """

    paragraph: Paragraph
    sentence: int
    figure: Figure
    role: Role = Role.LEVEL
    subject: str = ""
    period: int = 0
    basis: Basis = Basis.FINAL
    scope: str = ""
    sign: int = 1
    whole: str = ""
    against: int | Basis | None = None
    of_account: Basis | None = None
    """The account of another year that it is compared with: 比2022年预算减少."""
    owner: Mention | None = None
    base: Mention | None = None
    carried: bool = False
    aside: bool = False
    named: bool = False
    said: bool = False
    """Whether the clause itself says which account it is."""
    depth: int = 0
    head: str = ""
    lead: str = ""
    """The words since the last figure, as far as they are near."""
    number: int = 0
    """Place in the order of the text, from 0."""

    @property
    def value(self) -> Decimal:
        """The figure with its direction."""
        return self.figure.value * (self.sign or 1)

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

    @property
    def level(self) -> bool:
        """Whether it says how much there is of something."""
        return self.role is Role.LEVEL

    @property
    def base_of(self) -> bool:
        """Whether it is what another is compared with, and so a level of another year or account."""
        return self.role is Role.BASE

    @property
    def counted(self) -> bool:
        """Whether it is an amount or a count, and no percentage."""
        return self.figure.dimension not in (PERCENT, POINTS)

    def beside(self, other: Mention) -> bool:
        """Whether both stand in one sentence."""
        return self.paragraph.number == other.paragraph.number and self.sentence == other.sentence


@dataclass(frozen=True, slots=True)
class List:
    """A whole and the parts that the text gives for it.

    `wholes` are all amounts that may be meant, the likeliest first. `complete`: the text says that these are all;
    `aside`: they stand in brackets, and need not be all; `named`: the sentence names the whole before its parts.
    """

    wholes: tuple[Mention, ...]
    parts: tuple[Mention, ...]
    complete: bool = False
    aside: bool = False

    @property
    def whole(self) -> Mention:
        """The amount that the parts are most likely of."""
        return self.wholes[0]


@dataclass(frozen=True, slots=True)
class Transition:
    """由 a 到 b. `sign` is 1 or -1 where a word says up or down, else 0."""

    before: Mention
    after: Mention
    sign: int


@dataclass(frozen=True, slots=True)
class Telling:
    """Everything that a text states, in its order."""

    mentions: tuple[Mention, ...]
    lists: tuple[List, ...]
    transitions: tuple[Transition, ...] = ()
