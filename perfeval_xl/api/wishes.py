"""What somebody may want to decide, each as a record, and the act that it comes to where a unit stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from perfeval_xl.api.rulebook import rules
from perfeval_xl.campaign import decisions
from perfeval_xl.campaign.grounds import grounds_of
from perfeval_xl.records.standing import decided
from perfeval_xl.records.times import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.act import Act
    from perfeval_xl.records.standing import Grounds, Overview, Standing
    from perfeval_xl.records.unit import Unit


@dataclass(frozen=True, slots=True)
class Accept:
    """Accept the submission of a unit that counts; one with open findings only with a reason."""

    unit: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """Take the acceptance of a unit back."""

    unit: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """Send the submission of a unit that counts back, with a reason that it reads."""

    unit: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Exempt:
    """Let a unit off reporting; what it has sent is kept and does not count. The reason is required."""

    unit: str
    why: str


@dataclass(frozen=True, slots=True)
class Waive:
    """Let findings of a rule pass for a unit, up to a day where one is given. The reason is required."""

    unit: str
    rule: str
    why: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Ignore:
    """Leave a file alone, by the name under which it came in. The reason is required."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Settle whose a file is: the unit's code, and which part of its report where a template has parts.

    The file is named as it came in; whatever it is, and whatever it says of itself. `code` is the 校验码 that
    stands on a stamped paper or a piece of evidence; with it `unit` may be blank where the file is filed already.
    """

    file: str
    unit: str = ""
    why: str = ""
    part: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Undo the decision of this number; the record of it stays."""

    number: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Publish:
    """Note that what has passed is public: where it is to be read, and since which day; left out, today."""

    unit: str
    where: str
    on: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Confirm:
    """Confirm as a second person the decision of this number, as `history` tells it."""

    number: int
    why: str = ""


Wish = Accept | Reopen | Reject | Exempt | Waive | Ignore | Claim | Withdraw | Publish | Confirm
"""One thing that somebody wants to decide."""
WORDS = {
    Accept: "审核",
    Reopen: "重新打开",
    Reject: "审核退回",
    Exempt: "免报",
    Waive: "豁免",
    Ignore: "不处理",
    Claim: "认领",
    Withdraw: "撤销",
    Publish: "公开",
    Confirm: "复核",
}
"""What others are told that is going on in the folder."""


@dataclass(frozen=True)
class Deciding:
    """What deciding rests on, worked out once for all that is wanted."""

    campaign: Campaign
    seen: Overview
    by: str
    moment: datetime

    @cached_property
    def grounds(self) -> Callable[[Unit], Grounds]:
        """What an acceptance rests on besides the submission, by unit."""
        return grounds_of(self.campaign)

    @cached_property
    def rules(self) -> frozenset[str]:
        """The rules that a waiver may name."""
        return frozenset(rule.id for rule in rules([self.campaign.template]))

    def after(self, acts: Sequence[Act]) -> Deciding:
        """Return what deciding rests on once these acts are entered, as far as they change no file's owner."""
        first = max((act.number for act in self.seen.acts), default=0) + 1
        numbered = (replace(act, number=number) for number, act in enumerate(acts, first))
        day, by_hand = day_of(self.moment), self.campaign.office.by_hand
        seen = decided(self.seen, (*self.seen.acts, *numbered), self.grounds, day, by_hand=by_hand)
        return replace(self, seen=seen)

    @cached_property
    def _by_key(self) -> dict[str, Standing]:
        return {one.unit.key: one for one in self.seen.standings}

    def _of_all(self, unit: str, decided: Callable[[Standing], Act]) -> Act:
        """Return an act about the part that is named; about all of them where that was a unit with several."""
        named = decisions.standings_of(self.seen, unit)
        act = decided(next((one for one in named if not one.decision.exempt), named[0]))
        return act if len(named) == 1 else replace(act, part="")

    def of(self, by: str) -> Deciding:
        """Return the same for another person who decides, with all that was worked out already."""
        other = replace(self, by=by)
        vars(other).update({name: found for name, found in vars(self).items() if name != "by"})
        return other

    def act(self, wish: Wish) -> Act:
        """Return the act that a wish comes to; DecisionError where it does not fit where the unit stands.

        Where the year asks for two people, what lets a unit off waits for the second.
        """
        act = self._decided(wish)
        return decisions.with_second(act) if self.campaign.office.by_two else act

    def _decided(self, wish: Wish) -> Act:
        match wish:
            case Ignore() | Claim() | Withdraw() | Confirm():
                return self._of_a_file_or_an_act(wish)
            case Exempt():
                return self._of_all(wish.unit, lambda one: decisions.exempt(one, self.by, wish.why, self.moment))
            case Waive(_, rule, why, until):
                return self._of_all(
                    wish.unit,
                    lambda one: decisions.waive(one, rule, self.rules, self.by, why, until, self.moment),
                )
            case _:
                standing = self._by_key.get(wish.unit) or decisions.standing_of(self.seen, wish.unit)
                return self._of_one(standing, wish)

    def _of_one(self, standing: Standing, wish: Accept | Reopen | Reject | Publish) -> Act:
        match wish:
            case Accept():
                return decisions.accept(standing, self.grounds(standing.unit), self.by, wish.why, self.moment)
            case Reopen():
                return decisions.reopen(standing, self.by, wish.why, self.moment)
            case Publish(_, where, on, why):
                return decisions.publish(standing, where, on, self.by, why, self.moment)
            case Reject():
                return decisions.reject(standing, self.by, wish.why, self.moment)

    def _of_a_file_or_an_act(self, wish: Ignore | Claim | Withdraw | Confirm) -> Act:
        match wish:
            case Ignore():
                return decisions.ignore(self.seen, wish.file, self.by, wish.why, self.moment)
            case Claim():
                return decisions.claim(
                    self.seen, wish.file, wish.unit, self.by, wish.why, wish.part, now=self.moment, told=wish.code
                )
            case Confirm():
                return decisions.confirm(self.seen, wish.number, self.by, wish.why, self.moment)
            case Withdraw():
                return decisions.withdraw(self.seen, wish.number, self.by, wish.why, self.moment)
