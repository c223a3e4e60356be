"""One unit's story in the order of time: what went out, what came in and changed, what was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from perfeval_xl.ledger.changes import Change, changes
from perfeval_xl.records.act import Act, Decision, Deed
from perfeval_xl.records.finding import Level
from perfeval_xl.records.handed import FIRST_SEEN, told_by
from perfeval_xl.records.standing import Standing

if TYPE_CHECKING:
    from perfeval_xl.records.contract import Template
    from perfeval_xl.records.verdict import Contents, Receipt

_TOLD = frozenset({Deed.WAIVE, Deed.WITHDRAW, Deed.CONFIRM, Deed.REVIEW, Deed.PUBLISH})
"""Deeds of which it is told what they are about besides the unit."""
_NAMED = 10
"""Changes that are told one by one; more are counted."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `details` are lines below it."""

    at: datetime
    what: str
    text: str
    details: tuple[str, ...] = ()


def history(standing: Standing, template: Template, contents: Contents) -> tuple[Event, ...]:
    """Return a unit's story, oldest first; a file stands at its own time."""
    acts = (_acted(act, standing.decision) for act in standing.decision.acts)
    events = [*_received(standing, template, contents), *acts]
    return tuple(sorted(events, key=lambda event: event.at))


def _between(before: Receipt, after: Receipt, template: Template, contents: Contents) -> tuple[Change, ...]:
    former, latter = contents(before).submission, contents(after).submission
    return changes(former, latter, template) if former and latter else ()


def _received(standing: Standing, template: Template, contents: Contents) -> Iterator[Event]:
    for number, receipt in enumerate(standing.receipts, 1):
        last = number == len(standing.receipts)
        levels = Counter(finding.level for finding in (standing.all_findings if last else receipt.findings))
        told = f"{receipt.file}：错误{levels[Level.ERROR]}项，核实{levels[Level.WARNING]}项"
        details: tuple[str, ...] = ()
        if number > 1:
            found = _between(standing.receipts[number - 2], receipt, template, contents)
            more = (f"……共改动{len(found)}处",) if len(found) > _NAMED else ()
            details = (*map(str, found[:_NAMED]), *more) or ("与上一次填的内容相同",)
        yield Event(receipt.modified, f"收到第{number}次", told, details)


def _relayed(act: Act) -> Event:
    """Tell what a department has decided at its own level, in its own name."""
    own = told_by(act)
    who = "程序" if own.automatic else own.by
    told = "，".join(filter(None, (f"{act.subject} {who}", own.told, own.why)))
    return Event(act.at, f"主管部门{own.deed.label}", f"{told}　［记录{act.number}号］")


def _acted(act: Act, decision: Decision) -> Event:
    if act.deed is Deed.RELAY:
        return _relayed(act)
    if act.deed is Deed.HANDOVER:
        seen = act.grounds.get(FIRST_SEEN)
        first = f"，首次收到{seen}" if seen else ""
        return Event(act.at, act.deed.label, f"{act.subject} {act.by}{first}　［记录{act.number}号］")
    until = f"，有效期至{act.until}" if act.until else ""
    why = f"：{act.why}" if act.why else ""
    told = f"，{act.told}" if act.deed in _TOLD else ""
    who = "程序" if act.automatic else act.by
    batch = f"，{act.batch}" if act.batch else ""
    batch += "，待复核" if act in decision.pending else ""
    number = f"（第{decision.round(act.sha256)}次）" if act.deed is Deed.RETURN else ""
    return Event(act.at, f"{act.deed.label}{number}", f"{who}{told}{until}{why}　［记录{act.number}号{batch}］")
