"""Where every unit stands: the roster with what came in for each, what was decided, and what belongs to nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from perfeval_xl.records.act import UNDECIDED, Act, Decision, Deed, decision_of, decisions, valid
from perfeval_xl.records.answers import SAME_WORDS, answered, same_words
from perfeval_xl.records.check_code import CHECK_CODE
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.handed import accepted_there, handed_up
from perfeval_xl.records.papers import Filed, Held, Paper
from perfeval_xl.records.times import day_of
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt, Status, status_of

Grounds = Mapping[str, str]
"""Fingerprints, by the word that officials read, of all that an acceptance rests on besides the submission."""
PROGRAM, TEMPLATE, SETTINGS = "程序", "模板", "设置"
BASIS = frozenset({PROGRAM, TEMPLATE, SETTINGS})
"""The grounds with which a submission is judged anew."""
RESULT = "核对结果"
"""Under which word an acceptance keeps what judging the submission had found; see `Standing.result`."""
REVIEWED_THERE = "主管部门已审"
CHANGED_SINCE = "，此后有变动"
"""What is said of a publication of something else than what has passed now."""


REJECTED = "F09"
"""The rule by which a submission goes back for what a person has found in it."""
OF_THE_BUREAU = frozenset({"A20"})
"""Rules of findings that the bureau has to settle: whose file counts is open, and the unit can do nothing."""
COPIED = frozenset({"A06", "N07"})
"""Rules by which units have reported the same: nothing to answer for whoever had passed before the other came."""
OF_OTHERS = frozenset({"X18", "X20"})
"""Rules that what others report can break, though the unit itself has changed nothing."""
OTHERS = "其他单位的数"
_PASSED_BEFORE = "本单位在此以前已经通过，不用再说明。"


class Stage(StrEnum):
    """How far a unit has come; the values are what officials read."""

    MISSING = "未报"
    UNREADABLE = "已来文件，读不出"
    WAITING = "已报待审"
    FAULTY = "审核有误（待退回）"
    RETURNED = "已退回"
    DOUBTFUL = "核实性待说明"
    PASSED = "已通过"
    EXEMPT = "免报"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that does not count until a person says so: what is told of it, and in whose lines.

    `before` is the submission in whose place it would come, and `code` its 校验码 then.
    """

    receipt: Receipt
    finding: Finding
    units: tuple[str, ...] = ()
    before: Receipt | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit with all its readable submissions, oldest first; the last one counts.

    What is `waiting` came later or is nobody's for sure; what is `unread` is most likely the unit's, as far as
    names tell, or was claimed for it, and nobody can read it; `papers` are what came beside a readable submission.
    `code` is the 校验码 of the submission that counts.
    `findings` are those across submissions. `decision` is what people decided of it, `day` the day on which
    waivers are looked at. With `by_hand` a person has to accept what is without fault. `stale` names what has
    changed since the acceptance; another program is named only where it came to another result.
    """

    unit: Unit
    receipts: tuple[Receipt, ...]
    findings: tuple[Finding, ...] = ()
    decision: Decision = UNDECIDED
    by_hand: bool = False
    day: date | None = None
    stale: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    unread: tuple[Receipt, ...] = ()
    papers: tuple[Filed, ...] = ()
    code: str = ""

    @property
    def receipt(self) -> Receipt | None:
        """The submission that counts."""
        return self.receipts[-1] if self.receipts else None

    @property
    def exempt(self) -> bool:
        """Whether it need not report, by the roster or by what people decided."""
        return self.unit.exempt or self.decision.exempt is not None

    @property
    def accepted(self) -> Act | None:
        """The act that accepted the submission that counts, if nothing came after it."""
        return self.decision.accepted(self.receipt.sha256) if self.receipt else None

    @property
    def rejected(self) -> Act | None:
        """The act that rejected the submission that counts, if nothing came after it."""
        return self.decision.rejected(self.receipt.sha256) if self.receipt else None

    @property
    def round(self) -> int:
        """How often the unit's submissions have gone back, this one included; 0 if this one has not."""
        return self.decision.round(self.receipt.sha256) if self.receipt else 0

    @property
    def stage(self) -> Stage:
        """How far the unit has come. What a person accepted stays so until a new submission or a reopening."""
        receipt, accepted = self.receipt, self.accepted
        if self.exempt:
            return Stage.EXEMPT
        if receipt is None:
            return self._stage_without
        if accepted and not accepted.automatic:
            return Stage.PASSED
        left = self.pending or self.doubtful or self.unsettled or self.repetitive
        return Stage.WAITING if left else self._stage_by_result

    @property
    def pending(self) -> tuple[Act, ...]:
        """What one person has decided of it, of the files that are there now, and another has not confirmed."""
        files = {one.sha256 for one in self.receipts[-1:]} | {one.receipt.sha256 for one in self.waiting}
        return tuple(act for act in self.decision.pending if act.deed is not Deed.ACCEPT or act.sha256 in files)

    @property
    def _stage_without(self) -> Stage:
        """How far a unit has come of which no submission counts."""
        if self.waiting:
            return Stage.WAITING
        return Stage.UNREADABLE if self.unread else Stage.MISSING

    @property
    def challenger(self) -> Waiting | None:
        """The last file that would come in the place of what a person has accepted."""
        return next((one for one in reversed(self.waiting) if one.before), None)

    @property
    def _stage_by_result(self) -> Stage:
        """How far the unit has come by what was found alone."""
        match status_of(self.all_findings):
            case Status.ERRORS:
                return Stage.RETURNED if self.round else Stage.FAULTY
            case Status.EXPLAIN:
                return Stage.DOUBTFUL
            case _:
                return Stage.WAITING if self.by_hand or self._reopened else Stage.PASSED

    @property
    def doubtful(self) -> bool:
        """Whether it had passed by itself and no longer does since it is judged differently.

        It is not the unit that changed anything, so a person decides: accepts it, or reopens it to send it back.
        """
        opened = self.open_findings if self._passed_by_itself else ()
        of_others = all(finding.rule in OF_OTHERS for finding in opened)
        return bool(opened) and (of_others or bool(BASIS.intersection(self.stale)))

    @property
    def _passed_by_itself(self) -> bool:
        accepted = self.accepted
        return accepted is not None and accepted.automatic

    @property
    def repetitive(self) -> bool:
        """Whether nothing is open but that it says the same of everything: a person decides what that is worth."""
        opened, looked_at = self.open_findings, self._reopened or self.rejected
        return bool(opened) and not looked_at and all(one.rule == SAME_WORDS for one in opened)

    @property
    def unsettled(self) -> bool:
        """Whether a person has to say first which of its files counts: until then none of them does."""
        return any(finding.rule in OF_THE_BUREAU for finding in self.findings)

    @property
    def result(self) -> str:
        """What judging the submission itself has found and its unit hasn't explained, by rule: `B01×2、D15×1`.

        Waivers are left out of account, and so is what other submissions have to do with.
        """
        found = self.receipt.findings if self.receipt else ()
        counts = Counter(one.rule for one in found if one.level is not Level.NOTICE and not one.explanation)
        return "、".join(f"{rule}×{count}" for rule, count in sorted(counts.items()))

    @property
    def progress(self) -> str:
        """The stage with its round, whether an acceptance has to be looked at again, and what else has come."""
        more = [f"另有{len(self.waiting)}份待定"] * bool(self.waiting)
        more += [f"另有{len(self.unread)}份读不出"] * bool(self.unread and self.receipt)
        more += [REVIEWED_THERE] * (self.department.startswith(REVIEWED_THERE) and self.stage is not Stage.PASSED)
        more += [f"{act.deed.label}待复核（{act.by}）" for act in self.pending]
        return "；".join((self._progress, *more))

    @property
    def _progress(self) -> str:
        stage = self.stage
        if stage is Stage.RETURNED:
            return f"已退回（第{self.round}次）"
        if stage is Stage.PASSED and self.stale:
            return f"已通过（需重审：{'、'.join(self.stale)}有变动）"
        if self.doubtful:
            return f"已报待审（原已自动通过，{'、'.join(self.stale) or OTHERS}有变动，重新核对有问题）"
        if stage is Stage.WAITING and self.repetitive:
            return f"{stage.value}（各条说明文字相同，存疑）"
        return stage.value

    @property
    def state(self) -> str:
        """The short word of the summary's tables."""
        match self.stage:
            case Stage.UNREADABLE:
                return Stage.MISSING.value
            case Stage.PASSED:
                return Status.ACCEPTED.label
            case Stage.FAULTY | Stage.RETURNED:
                return Status.ERRORS.label
            case Stage.DOUBTFUL:
                return Status.EXPLAIN.label
            case Stage.WAITING:
                return "待审"
            case stage:
                return stage.value

    @property
    def accepted_code(self) -> str:
        """The 校验码 that the papers of the accepted submission bear; '' while none is accepted.

        It is that of the day of acceptance, whatever another version of the template would make of it.
        """
        kept = self.accepted.grounds.get(CHECK_CODE, "") if self.accepted else ""
        return (kept or self.code) if self.passed else ""

    @property
    def department(self) -> str:
        """What its 主管部门 has done about the submission that counts: '' where it has not handed it up."""
        acts, receipt = self.decision.acts, self.receipt
        handed = handed_up(acts, receipt.sha256) if receipt else None
        if handed is None or receipt is None:
            return ""
        act = accepted_there(acts, receipt.sha256)
        if act is None:
            return f"主管部门上报，未审（{handed.subject}）"
        who = "核对无误自动通过" if act.automatic else act.by
        return f"{REVIEWED_THERE}（{handed.subject}，{who}，{day_of(act.at)}）"

    @property
    def public(self) -> str:
        """Whether what has passed is public: '' where it is not, and said where it has changed since."""
        act = self.decision.published
        return f"{act.deed.label}{'' if self.is_public else CHANGED_SINCE}（{act.told}）" if act else ""

    @property
    def is_public(self) -> bool:
        """Whether the very submission that has passed is noted as public."""
        act, receipt = self.decision.published, self.receipt
        return bool(act and receipt and self.passed and act.sha256 == receipt.sha256)

    def held(self, paper: Paper) -> Held | None:
        """Return whether papers of a kind have come; None of a unit that is not asked for any.

        They differ where the submission has passed and every code that they tell is another's.
        """
        if self.decision.exempt or self.unit.exempt:
            return None
        codes = [one.code for one in self.papers if one.paper is paper]
        told = {*codes} - {""}
        if told and self.accepted_code not in {*told, ""}:
            return Held.DIFFERS
        return Held.RECEIVED if codes else Held.MISSING

    @property
    def remark(self) -> str:
        """What people decided that still holds, for a table's last column; nothing where the program decided."""
        decision = self.decision
        acts = (decision.exempt, self.accepted, self._reopened, self.rejected, *decision.waivers)
        told = [f"{act.sentence}{self._second(act)}" for act in acts if act and not act.automatic]
        return "；".join(filter(None, (*told, self._difference)))

    def _second(self, act: Act) -> str:
        """Return who has confirmed an act, behind its sentence; nothing where nobody had to."""
        by = self.decision.seconds.get(act.number)
        return f"（{by}复核）" if by else ""

    @property
    def _difference(self) -> str:
        """How the result has changed since the submission was accepted; nothing where it has not."""
        accepted = self.accepted
        then = accepted.grounds.get(RESULT) if accepted else None
        if then is None or then == self.result:
            return ""
        return f"通过以后重新核对，发现的问题由“{then or '无'}”变为“{self.result or '无'}”"

    @property
    def _reopened(self) -> Act | None:
        return self.decision.reopened(self.receipt.sha256) if self.receipt else None

    @property
    def passed(self) -> bool:
        """Whether nothing is left for the unit to do."""
        return self.stage is Stage.PASSED

    @property
    def single(self) -> bool:
        """Whether its figures may be added to others': a 汇总户 is the sum of units that report themselves."""
        return not self.unit.gathers

    @property
    def counts(self) -> bool:
        """Whether its figures are added up: it has passed, and is not the sum of others that are added up."""
        return self.passed and self.single

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """What a person found in the submission, the program, and comparing, with answers and waivers."""
        receipt = self.receipt
        if receipt is None:
            return self.findings
        own = (one for one in receipt.findings if one.rule != SAME_WORDS)
        found = (*self._said_by_hand, *own, *map(self._copied, answered(self.findings, receipt.explanations)))
        same = same_words(found)
        found = (*found, same) if same else found
        return tuple(map(self._waived, found)) if self.decision.waivers else found

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """What still has to be corrected or explained."""
        return tuple(
            finding
            for finding in self.all_findings
            if finding.level is not Level.NOTICE and not finding.explanation
        )

    def _copied(self, finding: Finding) -> Finding:
        """Ask nothing of a unit that passed by itself before another sent the same."""
        if finding.rule not in COPIED or finding.explanation or not self._passed_by_itself:
            return finding
        waived = any(act.subject == finding.rule for act in self.decision.waivers)
        said = f"{finding.message}{_PASSED_BEFORE}"
        return finding if waived else replace(finding, level=Level.NOTICE, message=said)

    @property
    def _said_by_hand(self) -> tuple[Finding, ...]:
        """Return what a person who rejected the submission found in it, in the words of the reason."""
        act = self.rejected
        if act is None or not act.why:
            return ()
        message = f"财政部门审核意见：{act.why.rstrip('。')}。请按意见改正后重新报送。"
        return (Finding(REJECTED, Level.ERROR, message, None, self.unit.code, label="审核意见"),)

    def _waived(self, finding: Finding) -> Finding:
        act = self.decision.waiver(finding.rule, self.day)
        if act is None or finding.explanation or finding.level is Level.NOTICE:
            return finding
        return replace(finding, explanation=_waiver(act))

    def is_waived(self, finding: Finding) -> bool:
        """Whether the bureau has waived one of `all_findings`, so that the words beside it are not the unit's."""
        act = self.decision.waiver(finding.rule, self.day)
        return act is not None and finding.explanation == _waiver(act)


def _waiver(act: Act) -> str:
    """Return what stands in place of an explanation where the bureau waives one."""
    until = f"，至{act.until}止" if act.until else ""
    return f"财政部门豁免（{act.by}{until}）：{act.why}"


@dataclass(frozen=True, slots=True)
class Overview:
    """Every unit of the roster in its order, and the files that belong to none of them.

    `findings` are those that no unit of the roster has to answer for: one for each of the `strangers`.
    `ignored` are files that somebody decided to leave alone, `waiting` those that a person has to settle, and
    `again` those whose content had come before, with what is told of them. `what` is the word for the parts that
    units report one by one, 项目 say; '' where a unit reports once.
    """

    standings: tuple[Standing, ...]
    strangers: tuple[Receipt, ...]
    rejected: tuple[Receipt, ...]
    ignored: tuple[tuple[Receipt, Act], ...] = ()
    acts: tuple[Act, ...] = field(default=(), compare=False)
    findings: tuple[Finding, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    again: tuple[tuple[Receipt, Finding], ...] = ()
    what: str = ""


def decided(
    overview: Overview, acts: Iterable[Act], grounds: Callable[[Unit], Grounds], day: date | None, *, by_hand: bool
) -> Overview:
    """Return where every unit stands once what people decided is taken into account."""
    acts = tuple(acts)
    by_unit = decisions(acts)
    standings = tuple(
        _decided(replace(standing, by_hand=by_hand, day=day), decision_of(by_unit, standing.unit.key), grounds)
        for standing in overview.standings
    )
    return replace(overview, standings=standings, acts=acts)


def parted(
    receipts: Iterable[Receipt], acts: Iterable[Act]
) -> tuple[tuple[Receipt, ...], tuple[tuple[Receipt, Act], ...]]:
    """Return the files that count for something, and those that somebody decided to leave alone, with the act.

    A unit's file that is left alone counts as never sent: the one before it counts again.
    """
    ignoring = {(act.subject, act.sha256): act for act in valid(acts) if act.deed is Deed.IGNORE}
    kept, ignored = [], []
    for receipt in receipts:
        act = ignoring.get((receipt.file, receipt.sha256))
        if act:
            ignored.append((receipt, act))
        else:
            kept.append(receipt)
    return tuple(kept), tuple(ignored)


def _decided(standing: Standing, decision: Decision, grounds: Callable[[Unit], Grounds]) -> Standing:
    whole = replace(standing, decision=decision)
    act = whole.accepted
    if act is None:
        return whole
    return replace(whole, stale=_stale(whole, act, grounds(standing.unit)))


def _stale(standing: Standing, act: Act, now: Grounds) -> tuple[str, ...]:
    """Return what has changed since an acceptance; another program only where it came to another result.

    What judging the submission gives depends on nothing but the program where all else is the same.
    """
    words = tuple(word for word, mark in now.items() if act.grounds.get(word, mark) != mark)
    if _is_judged_otherwise(standing, act):
        return words if BASIS.intersection(words) else (*words, PROGRAM)
    if act.automatic and status_of(standing.all_findings) is not Status.ACCEPTED:
        return words
    return tuple(word for word in words if word != PROGRAM)


def _is_judged_otherwise(standing: Standing, act: Act) -> bool:
    """Whether judging the submission gives something else than when it was accepted.

    Acts of older programs do not tell; then one that passed by itself, without any waiver, had nothing open.
    """
    if RESULT in act.grounds:
        return act.grounds[RESULT] != standing.result
    waived = any(one.deed is Deed.WAIVE for one in standing.decision.acts)
    return act.automatic and not waived and bool(standing.result)
