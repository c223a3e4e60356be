"""What people decided and what was sent out: the acts of a campaign, which are added to and never changed.

An act is undone by another that withdraws it, so that the ledger tells who did what and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from perfeval_xl.records.check_code import CHECK_CODE
from perfeval_xl.records.times import day_of
from perfeval_xl.records.unit import key_of, unit_and_part

AUTOMATIC = "自动"
"""Who acts when the program does: a workbook that passes, or one that goes back."""
BATCH = "批次"
"""Under which word an act keeps with which others it was decided, where there were several."""


SECOND = "双人复核"
"""Under which word an act keeps that it holds only once another person has confirmed it."""
CONFIRMED = "确认的记录"
"""Under which word the confirmation keeps the number of the act that it confirms."""
PUBLISHED_ON = "公开日期"
"""Under which word an act that tells of a publication keeps the day of it, `2024-10-20`."""


class Deed(StrEnum):
    """What was done."""

    ISSUE = "issue"
    RETURN = "return"
    ACCEPT = "accept"
    REOPEN = "reopen"
    REJECT = "reject"
    EXEMPT = "exempt"
    WAIVE = "waive"
    IGNORE = "ignore"
    CLAIM = "claim"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    CHASE = "chase"
    SIGN = "sign"
    PUBLISH = "publish"
    ARCHIVE = "archive"
    SENDING = "sending"
    SENT = "sent"
    UNSENT = "unsent"
    POST = "post"
    CONFIRM = "confirm"
    HANDOVER = "handover"
    RELAY = "relay"

    @property
    def label(self) -> str:
        """The word that officials read."""
        return _LABELS[self]


_LABELS = {
    Deed.ISSUE: "发放",
    Deed.RETURN: "退回",
    Deed.ACCEPT: "审核通过",
    Deed.REOPEN: "重新打开",
    Deed.REJECT: "审核退回",
    Deed.EXEMPT: "免报",
    Deed.WAIVE: "豁免",
    Deed.IGNORE: "不处理",
    Deed.CLAIM: "认领",
    Deed.WITHDRAW: "撤销",
    Deed.REVIEW: "复核",
    Deed.CHASE: "催办",
    Deed.SIGN: "签收",
    Deed.PUBLISH: "已公开",
    Deed.ARCHIVE: "归档",
    Deed.SENDING: "发送中",
    Deed.SENT: "已发送",
    Deed.UNSENT: "未发出",
    Deed.POST: "自行发出",
    Deed.CONFIRM: "复核确认",
    Deed.HANDOVER: "主管部门上报",
    Deed.RELAY: "主管部门办理",
}
BY_TWO = frozenset({Deed.ACCEPT, Deed.WAIVE, Deed.EXEMPT})
"""What lets a unit off something, and may be required to be the decision of two people."""
TYPED = frozenset({Deed.REVIEW, Deed.CHASE, Deed.SIGN, Deed.POST})
"""What people do by typing into a workbook that the program writes and reads back."""
_TOLD_BY_SUBJECT = frozenset(
    {
        *(Deed.IGNORE, Deed.CLAIM, Deed.REVIEW, Deed.ARCHIVE, Deed.PUBLISH, Deed.HANDOVER, Deed.RELAY),
        *(Deed.SENDING, Deed.SENT, Deed.UNSENT, Deed.POST),
    }
)


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `number` is the ledger's, 0 before it is there.

    `subject` is what it is about besides the unit: the rule that is waived, the file that is ignored, a
    fingerprint of the findings that went back, or the line that was typed into. `sha256` is the submission that it
    concerns, or the workbook that it was typed into. `grounds` are the fingerprints of what else it was decided
    upon, or what was typed, by the headings, and of which batch it is. `withdraws` is the number of the act that
    it undoes. `part` says which part of the unit's report it concerns, where a template has parts.
    """

    deed: Deed
    at: datetime
    by: str
    unit: str = ""
    subject: str = ""
    why: str = ""
    until: date | None = None
    sha256: str = ""
    grounds: Mapping[str, str] = field(default_factory=dict)
    withdraws: int = 0
    number: int = field(default=0, compare=False)
    part: str = ""

    @property
    def key(self) -> str:
        """Whose workbook it is about."""
        return key_of(self.unit, self.part)

    @property
    def batch(self) -> str:
        """The name of the batch in which it was decided; '' where it was decided alone."""
        return self.grounds.get(BATCH, "")

    @property
    def needs_second(self) -> bool:
        """Whether it holds only once another person has confirmed it."""
        return SECOND in self.grounds

    @property
    def confirms(self) -> int:
        """The number of the act that it confirms; 0 where it confirms none."""
        return int(self.grounds.get(CONFIRMED, "0"))

    @property
    def automatic(self) -> bool:
        """Whether the program did it."""
        return self.by == AUTOMATIC

    @property
    def sentence(self) -> str:
        """What was decided, by whom, when, until when and why."""
        what = f"{self.deed.label}（{self.told}）" if self.deed is Deed.WAIVE else self.deed.label
        until = f"至{self.until}" if self.until else ""
        return f"{what}：{'，'.join(filter(None, (self.by, str(day_of(self.at)), until, self.why)))}"

    @property
    def told(self) -> str:
        """What it is about besides the unit, as officials read it."""
        match self.deed:
            case Deed.WAIVE:
                return f"规则{self.subject}"
            case Deed.CLAIM if CHECK_CODE in self.grounds:
                return f"{self.subject}（{CHECK_CODE}{self.grounds[CHECK_CODE]}）"
            case deed if deed in _TOLD_BY_SUBJECT:
                return "，".join(filter(None, (self.subject, self.grounds.get(PUBLISHED_ON))))
            case Deed.WITHDRAW | Deed.CONFIRM:
                return f"第{self.withdraws or self.confirms}号记录"
            case Deed.RETURN | Deed.ACCEPT | Deed.REOPEN | Deed.REJECT if self.sha256:
                return f"文件指纹{self.sha256[:12]}"
            case _:
                return ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the acts of one unit come to, withdrawn ones left out.

    `settled` is the last word on acceptance: an act that accepts, one that reopens, or one that rejects.
    `returns` and `waivers` are in order of time. `published` is the last publication of what had passed. `pending`
    are acts that wait for a second person and are not overtaken by a later word on acceptance; `seconds` tells by
    number who has confirmed an act.
    """

    acts: tuple[Act, ...] = ()
    exempt: Act | None = None
    settled: Act | None = None
    returns: tuple[Act, ...] = ()
    waivers: tuple[Act, ...] = ()
    published: Act | None = None
    pending: tuple[Act, ...] = ()
    seconds: Mapping[int, str] = field(default_factory=dict)

    def accepted(self, sha256: str) -> Act | None:
        """Return the act that accepted this submission, if nothing came after it."""
        act = self.settled
        return act if act and act.deed is Deed.ACCEPT and act.sha256 == sha256 else None

    def reopened(self, sha256: str) -> Act | None:
        """Return the act that reopened this submission, if nothing came after it."""
        act = self.settled
        return act if act and act.deed is Deed.REOPEN and act.sha256 == sha256 else None

    def rejected(self, sha256: str) -> Act | None:
        """Return the act that rejected this submission, if nothing came after it."""
        act = self.settled
        return act if act and act.deed is Deed.REJECT and act.sha256 == sha256 else None

    def round(self, sha256: str) -> int:
        """Return how many of the unit's submissions had gone back when this one did; 0 if this one has not."""
        returned = list(dict.fromkeys(act.sha256 for act in self.returns))
        return returned.index(sha256) + 1 if sha256 in returned else 0

    def waiver(self, rule: str, day: date | None) -> Act | None:
        """Return the waiver of a rule that still holds on a day; without a day none has run out."""
        return next(
            (act for act in reversed(self.waivers) if act.subject == rule and not _is_over(act, day)), None
        )

    def lapsed(self, day: date) -> tuple[Act, ...]:
        """Return the waivers that have run out and that no later one replaces."""
        over = {act.subject: act for act in self.waivers if _is_over(act, day)}
        return tuple(act for rule, act in over.items() if self.waiver(rule, day) is None)


_ON_ACCEPTANCE = (Deed.ACCEPT, Deed.REOPEN, Deed.REJECT)
UNDECIDED = Decision()
"""That of a unit without acts."""


def _is_over(act: Act, day: date | None) -> bool:
    return bool(day and act.until and act.until < day)


def valid(acts: Iterable[Act]) -> tuple[Act, ...]:
    """Return the acts that hold: neither withdrawn nor withdrawing, nor waiting for a second person."""
    standing = undoable(acts)
    confirmed = {act.confirms for act in standing}
    return tuple(act for act in standing if not act.needs_second or act.number in confirmed)


def pending(acts: Iterable[Act]) -> tuple[Act, ...]:
    """Return the acts that one person has decided and that wait until another confirms them."""
    standing = undoable(acts)
    confirmed = {act.confirms for act in standing}
    return tuple(act for act in standing if act.needs_second and act.number not in confirmed)


def undoable(acts: Iterable[Act]) -> tuple[Act, ...]:
    """Return the acts that hold or wait: neither withdrawn nor withdrawing."""
    acts = tuple(acts)
    withdrawn = {act.withdraws for act in acts if act.deed is Deed.WITHDRAW}
    return tuple(act for act in acts if act.deed is not Deed.WITHDRAW and act.number not in withdrawn)


def decisions(acts: Iterable[Act]) -> dict[str, Decision]:
    """Return by unit, or unit and part, what acts in order of time come to; see `decision_of`.

    What was decided of a unit as a whole was decided of each of its parts.
    """
    everything, by_key = tuple(acts), dict[str, list[Act]]()
    for act in everything:
        if act.unit:
            by_key.setdefault(act.key, []).append(act)
    holding = {act.number for act in valid(everything)}
    waiting = {act.number for act in pending(everything)}
    return {
        key: replace(
            _decision(own, tuple(act for act in own if act.number in holding)),
            pending=_not_overtaken(own, holding, waiting),
        )
        for key in by_key
        for own in [_of_key(by_key, key)]
    }


def _not_overtaken(own: tuple[Act, ...], holding: set[int], waiting: set[int]) -> tuple[Act, ...]:
    """Return what waits for a second person; an acceptance after which something else was decided does not."""
    settled = [act.number for act in own if act.deed in _ON_ACCEPTANCE and act.number in holding]
    last = max(settled, default=0)
    return tuple(
        act for act in own if act.number in waiting and (act.deed is not Deed.ACCEPT or act.number > last)
    )


def _of_key(by_key: Mapping[str, list[Act]], key: str) -> tuple[Act, ...]:
    """Return the acts of a key, with those of the whole unit where it is of a part, in order of time."""
    unit, _ = unit_and_part(key)
    of_unit = by_key.get(unit, []) if unit != key else []
    return tuple(sorted((*of_unit, *by_key[key]), key=lambda act: act.number)) if of_unit else tuple(by_key[key])


def decision_of(decided: Mapping[str, Decision], key: str) -> Decision:
    """Return what was decided of a key: of itself, or of the whole unit, or nothing."""
    return decided.get(key) or decided.get(unit_and_part(key)[0], UNDECIDED)


def _decision(acts: tuple[Act, ...], holding: tuple[Act, ...]) -> Decision:
    def of(*deeds: Deed) -> tuple[Act, ...]:
        return tuple(act for act in holding if act.deed in deeds)

    def last(*deeds: Deed) -> Act | None:
        return next(reversed(of(*deeds)), None)

    return Decision(
        acts,
        last(Deed.EXEMPT),
        last(*_ON_ACCEPTANCE),
        of(Deed.RETURN),
        of(Deed.WAIVE),
        last(Deed.PUBLISH),
        seconds={act.confirms: act.by for act in of(Deed.CONFIRM)},
    )
