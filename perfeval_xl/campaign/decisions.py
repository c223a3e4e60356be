"""What people may decide about a unit, and when: each decision is checked against where the unit stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from perfeval_xl.campaign.named import units_named
from perfeval_xl.records.act import BY_TWO, CONFIRMED, PUBLISHED_ON, SECOND, Act, Deed, pending, undoable, valid
from perfeval_xl.records.check_code import CHECK_CODE, as_code
from perfeval_xl.records.errors import DecisionError, UnreasonedError
from perfeval_xl.records.finding import Level
from perfeval_xl.records.papers import paper_of
from perfeval_xl.records.standing import RESULT, Grounds, Overview, Stage, Standing
from perfeval_xl.records.times import day_of
from perfeval_xl.records.unit import key_of, unit_and_part
from perfeval_xl.records.verdict import Receipt

_UNDONE_OTHERWISE = {
    *(Deed.ISSUE, Deed.RETURN, Deed.WITHDRAW, Deed.ARCHIVE),
    *(Deed.SENDING, Deed.SENT, Deed.UNSENT),
    *(Deed.HANDOVER, Deed.RELAY),
}
_GONE_BACK = {Stage.FAULTY, Stage.RETURNED, Stage.DOUBTFUL}
"""Where a unit stands whose submission goes back for what the program found in it."""


def standing_of(overview: Overview, named: str) -> Standing:
    """Return where the unit, or its part, stands that a code, a key or a name means.

    DecisionError where the roster has none, or several parts of the unit.
    """
    first, *others = standings_of(overview, named)
    if others:
        told = "、".join(f"{one.unit.key} {one.unit.label}" for one in (first, *others))
        raise DecisionError(
            f"{first.unit.name}（{first.unit.code}）要分别报送{len(others) + 1}份，请写明是哪一份：{told}"
        )
    return first


def standings_of(overview: Overview, named: str) -> tuple[Standing, ...]:
    """Return where the unit that is named, or each part of it, or the one part of a key, stands.

    DecisionError where the roster has none, or several may be meant.
    """
    keys = {unit.key for unit in units_named((one.unit for one in overview.standings), named)}
    return tuple(one for one in overview.standings if one.unit.key in keys)


def accept(standing: Standing, grounds: Grounds, by: str, why: str, now: datetime) -> Act:
    """Accept the submission that counts; one with open findings only with a reason.

    Where another has come in the place of one that a person accepted, it is the new one that is accepted.
    """
    standing = _challenging(standing)
    name, receipt, accepted = _name(standing), _reviewed(standing), standing.accepted
    if accepted and not accepted.automatic and not standing.stale:
        raise DecisionError(f"{name}的这次报送已由{accepted.by}审核通过，不用再审。")
    if act := _pending(standing, Deed.ACCEPT, sha256=receipt.sha256):
        return _confirmation(act, by, why, now)
    opened = standing.open_findings
    if opened and not why:
        errors = sum(finding.level is Level.ERROR for finding in opened)
        counts = f"{errors}项错误、{len(opened) - errors}项没有说明的核实事项"
        raise UnreasonedError(f"{name}还有{counts}。仍要通过的，请写明原因，原因会记入台账。")
    rests_on = {**grounds, RESULT: standing.result, CHECK_CODE: standing.code}
    unit = standing.unit
    return Act(Deed.ACCEPT, now, by, unit.code, "", why, None, receipt.sha256, rests_on, part=unit.part_code)


def _pending(standing: Standing, deed: Deed, subject: str = "", sha256: str = "") -> Act | None:
    """Return what another person has decided already and what a second one thereby confirms."""
    found = (one for one in standing.pending if (one.deed, one.subject, one.sha256) == (deed, subject, sha256))
    return next(found, None)


def _reviewed(standing: Standing) -> Receipt:
    """Return the submission that is reviewed; DecisionError where there is none, or nobody has to review it."""
    name, receipt = _name(standing), standing.receipt
    if standing.decision.exempt:
        raise DecisionError(f"{name}已定为免报，不用审核。要审核的，请先撤销免报。")
    if receipt:
        return receipt
    if standing.waiting:
        named = "、".join(one.receipt.file for one in standing.waiting)
        raise DecisionError(f"{name}报来的{named}还没有定，请先认领其中一份，再审核。")
    if standing.unread:
        named = "、".join(one.file for one in standing.unread)
        raise DecisionError(f"{name}报来的{named}读不出，没有可以审核的数。请让它另存后重新报送。")
    raise DecisionError(f"{name}还没有报送，没有可以审核的文件。不用报的，请办理免报。")


def _challenging(standing: Standing) -> Standing:
    """Return where a unit would stand with the file that waits in the place of what a person accepted."""
    new = standing.challenger
    if new is None:
        return standing
    waiting = tuple(one for one in standing.waiting if one.before is None)
    receipts = (*standing.receipts, new.receipt)
    return replace(standing, receipts=receipts, findings=(), waiting=waiting, stale=(), code=new.code)


def reopen(standing: Standing, by: str, why: str, now: datetime) -> Act:
    """Take an acceptance back; the unit waits until it is accepted again or reports anew.

    One with faults, which waited because its acceptance had become doubtful, or with the same words for all that
    it explains, goes back for them.
    """
    receipt = standing.receipt
    if receipt is None or not (standing.stage is Stage.PASSED or standing.doubtful or standing.repetitive):
        raise DecisionError(f"{_name(standing)}现在是“{standing.progress}”，不是已通过，不用重新打开。")
    unit = standing.unit
    return Act(Deed.REOPEN, now, by, unit.code, "", why, None, receipt.sha256, part=unit.part_code)


def reject(standing: Standing, by: str, why: str, now: datetime) -> Act:
    """Send the submission that counts back: for what is open, and for what the reason says, which the unit reads.

    One that is without fault, or that has gone back already, only with a reason.
    """
    name, receipt, why = _name(standing), _reviewed(standing), why.strip()
    if standing.challenger:
        file = standing.challenger.receipt.file
        raise DecisionError(f"{name}在审核通过以后又报来{file}，请先定用哪一份：通过的是新的，不处理的仍用旧的。")
    if standing.unsettled:
        raise DecisionError(f"{name}还分不清以哪一份为准，请先定下来，再退回。")
    if not why and standing.stage in _GONE_BACK:
        raise UnreasonedError(f"{name}现在是“{standing.progress}”，不用再退。另有审核意见的，请写明。")
    if not why and not standing.open_findings:
        raise UnreasonedError(f"{name}没有要改正、要说明的问题。仍要退回的，请写明原因，单位在退回通知里看到。")
    if standing.rejected and standing.rejected.why == why:
        raise DecisionError(f"{name}的这次报送已由{standing.rejected.by}按同样的意见退回，不用再退。")
    unit = standing.unit
    return Act(Deed.REJECT, now, by, unit.code, "", why, None, receipt.sha256, part=unit.part_code)


def exempt(standing: Standing, by: str, why: str, now: datetime) -> Act:
    """Let a unit off reporting; what it has sent is kept and does not count."""
    if standing.decision.exempt:
        raise DecisionError(f"{_name(standing)}已经是免报。")
    if act := _pending(standing, Deed.EXEMPT):
        return _confirmation(act, by, why, now)
    unit = standing.unit
    return Act(Deed.EXEMPT, now, by, unit.code, "", _reason(why, "免报"), part=unit.part_code)


def waive(
    standing: Standing,
    rule: str,
    known: Collection[str],
    by: str,
    why: str,
    until: date | None,
    now: datetime,
) -> Act:
    """Let findings of a rule pass for one unit, until a day where one is given."""
    if rule not in known and all(finding.rule != rule for finding in standing.all_findings):
        raise DecisionError(f"没有规则“{rule}”。规则编号在“核对”表和核对意见里。")
    if until and until < now.date():
        raise DecisionError(f"有效期“{until}”已经过去，请写今天以后的日期。")
    if act := _pending(standing, Deed.WAIVE, rule):
        return _confirmation(act, by, why, now)
    unit = standing.unit
    return Act(Deed.WAIVE, now, by, unit.code, rule, _reason(why, "豁免"), until, part=unit.part_code)


def publish(standing: Standing, where: str, on: date | None, by: str, why: str, now: datetime) -> Act:
    """Note that what has passed is public: where it is to be read, and since which day, today where none is told.

    What is made public is the submission that counts: with another one it has to be made public again.
    """
    name, where, today = _name(standing), where.strip(), day_of(now)
    receipt = standing.receipt
    if receipt is None or not standing.passed:
        raise DecisionError(f"{name}现在是“{standing.progress}”，不是已通过，不能公开。")
    if not where:
        raise DecisionError(f"请写明{name}公开在哪里，例如网址，或者网站的栏目。")
    if on and on > today:
        raise DecisionError(f"公开日期“{on}”还没有到，请在公开以后再记。")
    grounds, before = {PUBLISHED_ON: str(on or today)}, standing.decision.published
    if before and (before.subject, before.sha256, before.grounds.get(PUBLISHED_ON)) == (
        *(where, receipt.sha256),
        grounds[PUBLISHED_ON],
    ):
        raise DecisionError(f"{name}已记为公开：{before.told}，不用再记。")
    unit = standing.unit
    return Act(
        Deed.PUBLISH, now, by, unit.code, where, why.strip(), None, receipt.sha256, grounds, part=unit.part_code
    )


def ignore(overview: Overview, file: str, by: str, why: str, now: datetime) -> Act:
    """Leave a file alone: one that belongs to no unit, or one that a unit sent by mistake."""
    sent = _sent(overview)
    receipt = _named(overview, file)
    unit, part = unit_and_part(next((key for key, receipts in sent.items() if receipt in receipts), ""))
    return Act(Deed.IGNORE, now, by, unit, file, _reason(why, "不处理"), None, receipt.sha256, part=part)


def claim(
    overview: Overview, file: str, code: str, by: str, why: str, part: str, *, now: datetime, told: str = ""
) -> Act:
    """Settle whose a file is, whatever it says of itself; within its run it is then the last of its unit.

    Any file that came in: one that nobody can read, one of which evidence disagrees, a stranger's, one that waits.
    `told` is the 校验码 that stands on a stamped paper or a piece of evidence; with it no unit need be named for
    one that is filed already.
    """
    receipt = _named(overview, file)
    grounds = {CHECK_CODE: _code(receipt, told)} if told.strip() else {}
    standing = standing_of(overview, key_of(code, part) if code else _keeper(overview, receipt, told))
    unit, before = standing.unit, _last_claim(overview, receipt)
    if before and before.key == unit.key and before.grounds == grounds:
        raise DecisionError(f"“{file}”已经认领给{_name(standing)}，不用再认领。")
    reason = why.strip()
    act = Act(Deed.CLAIM, now, by, unit.code, receipt.file, reason, None, receipt.sha256, grounds)
    return replace(act, part=unit.part_code)


def _code(receipt: Receipt, told: str) -> str:
    """Return a 校验码 as it is spelt; DecisionError where it cannot be one, or the file bears none."""
    if receipt.readable or paper_of(receipt.file) is None:
        raise DecisionError(f"“{receipt.file}”不是盖章件或佐证材料，不用写校验码。")
    if code := as_code(told):
        return code
    raise DecisionError(f"“{told}”不是校验码。校验码印在通过回执上，有8位，例如 A3KD-7RT9，请照着写。")


def _keeper(overview: Overview, receipt: Receipt, told: str) -> str:
    """Return the key of the unit whose a file is now, that a 校验码 is told of.

    DecisionError where it is nobody's, or of several parts, or where nothing is told of it.
    """
    found = [
        one.unit.key
        for one in overview.standings
        if any(receipt in held for held in (one.receipts, one.unread, *([paper.receipt] for paper in one.papers)))
    ]
    if not told.strip():
        raise DecisionError(f"请写明“{receipt.file}”是哪个单位的：认领要写单位代码。")
    if len(found) != 1:
        raise DecisionError(f"还看不出“{receipt.file}”是哪个单位的，请写明单位代码。")
    return found[0]


def _last_claim(overview: Overview, receipt: Receipt) -> Act | None:
    """Return the claim that holds of a file; of papers each file has its own, whatever else has its content."""
    own = receipt.file if not receipt.readable and paper_of(receipt.file) else None
    claims = (
        act
        for act in valid(overview.acts)
        if act.deed is Deed.CLAIM and act.sha256 == receipt.sha256 and own in (None, act.subject)
    )
    return max(claims, key=lambda act: act.number, default=None)


def _sent(overview: Overview) -> dict[str, tuple[Receipt, ...]]:
    """Return by key all that was sent, whether it counts, waits or cannot be read."""
    return {
        one.unit.key: (*one.receipts, *one.unread, *(filed.receipt for filed in one.papers), *_own(one))
        for one in overview.standings
    }


def _own(standing: Standing) -> tuple[Receipt, ...]:
    """Return what waits and can be no other unit's."""
    return tuple(one.receipt for one in standing.waiting if one.units == (standing.unit.key,))


def _named(overview: Overview, file: str) -> Receipt:
    """Return the file of a name that came last; DecisionError with the files that are open where there is none."""
    open_ = (*overview.rejected, *overview.strangers, *(one.receipt for one in overview.waiting))
    again = (receipt for receipt, _ in overview.again)
    ignored = (receipt for receipt, _ in overview.ignored)
    sent = (receipt for receipts in _sent(overview).values() for receipt in receipts)
    found = [receipt for receipt in (*again, *open_, *sent) if receipt.file == file]
    if found:
        return found[-1]
    if any(receipt.file == file for receipt in ignored):
        raise DecisionError(f"“{file}”已定为不处理。要重新处理的，请先撤销。")
    listed = "、".join(receipt.file for receipt in open_) or "（没有）"
    raise DecisionError(
        f"没有收到名为“{file}”的文件；单位报来的文件名见单位的办理经过。读不出、不在名册中或待定的文件现在有：{listed}"
    )


def with_second(act: Act) -> Act:
    """Return a decision as one that holds once another person confirms it, where it is of the kinds for two."""
    return replace(act, grounds={**act.grounds, SECOND: "是"}) if act.deed in BY_TWO else act


def confirm(overview: Overview, number: int, by: str, why: str, now: datetime) -> Act:
    """Confirm as a second person what another has decided; an acceptance only of the file that is there now."""
    act = next((act for act in overview.acts if act.number == number), None)
    if act is None or act not in pending(overview.acts):
        raise DecisionError(f"第{number}号记录不是待复核的。待复核的记录编号在单位的办理经过里。")
    ours = next((one for one in overview.standings if one.unit.key in {act.key, act.unit}), None)
    if act.deed is Deed.ACCEPT and (ours is None or act not in ours.pending):
        raise DecisionError(f"第{number}号记录审核通过的那份报送已有变化，不能再复核，请重新审核。")
    return _confirmation(act, by, why, now)


def _confirmation(act: Act, by: str, why: str, now: datetime) -> Act:
    if _same(act.by, by):
        raise DecisionError(
            f"第{act.number}号记录（{act.deed.label}）是{act.by}办的，要由另一个人复核。经办和复核要是两个人。"
        )
    grounds = {CONFIRMED: str(act.number)}
    return Act(Deed.CONFIRM, now, by, act.unit, "", why.strip(), None, act.sha256, grounds, part=act.part)


def _same(one: str, other: str) -> bool:
    """Whether two names are one person's, however they are spaced and spelt."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def withdraw(overview: Overview, number: int, by: str, why: str, now: datetime) -> Act:
    """Undo a decision; the record of it stays, and so does that of the undoing."""
    act = next((act for act in overview.acts if act.number == number), None)
    if act is None:
        raise DecisionError(f"没有第{number}号记录。编号在单位的办理经过和“报送情况.xlsx”的“办理记录”里。")
    if act not in undoable(overview.acts):
        raise DecisionError(f"第{number}号记录已经撤销，或本身就是撤销。")
    if act.deed is Deed.ARCHIVE:
        raise DecisionError(f"第{number}号记录是归档，不能撤销。归档以后有改动的，再归档一次即可。")
    if act.deed in (Deed.HANDOVER, Deed.RELAY):
        raise DecisionError(
            f"第{number}号记录（{act.deed.label}）是{act.subject}办的，不能撤销。请它更正以后再上报，或者退回、重新打开这个单位。"
        )
    if act.automatic or act.deed in _UNDONE_OTHERWISE:
        raise DecisionError(
            f"第{number}号记录（{act.deed.label}）是程序的记录，不能撤销。要重新审核的，请重新打开这个单位。"
        )
    return Act(Deed.WITHDRAW, now, by, act.unit, "", why, withdraws=number, part=act.part)


def _name(standing: Standing) -> str:
    return f"{standing.unit.label}（{standing.unit.key}）"


def _reason(why: str, what: str) -> str:
    if not why.strip():
        raise UnreasonedError(f"{what}要写明原因，原因会记入台账。")
    return why.strip()
