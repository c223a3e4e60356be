"""What a 主管部门 has handed up of its units: its own acts, as it tells them, and whether it accepted a file.

Its acts decide nothing at the bureau. Each is kept within an act of ours that says which department told of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from perfeval_xl.records.act import Act, Deed, decisions

FIRST_SEEN, RESULT_THERE, TAKEN_FROM = "首次收到", "主管部门核对结果", "上报文件"
"""Under which words an act of handing up keeps when the department first saw a file, what it found, where from."""
_DEED, _NUMBER, _WITHDRAWS, _SUBJECT, _ITS = "事项", "编号", "撤销", "对象", "办理·"


def relayed(act: Act, department: str) -> Act:
    """Return an act of a department as one of ours that decides nothing, at its own time and in its own name."""
    its = {f"{_ITS}{word}": text for word, text in act.grounds.items()}
    told = {
        _DEED: act.deed.value,
        _NUMBER: str(act.number),
        _WITHDRAWS: str(act.withdraws),
        _SUBJECT: act.subject,
    }
    return replace(act, deed=Deed.RELAY, subject=department, grounds={**its, **told}, withdraws=0, number=0)


def told_by(act: Act) -> Act:
    """Return the department's act that one of ours tells of."""
    its = {word.removeprefix(_ITS): text for word, text in act.grounds.items() if word.startswith(_ITS)}
    return replace(
        act,
        deed=Deed(act.grounds[_DEED]),
        subject=act.grounds[_SUBJECT],
        grounds=its,
        withdraws=int(act.grounds[_WITHDRAWS]),
        number=int(act.grounds[_NUMBER]),
    )


def about(act: Act) -> str:
    """Return what an act is about besides the unit; of a department's what it did there, and about what."""
    if act.deed is not Deed.RELAY:
        return act.told
    own = told_by(act)
    return f"{act.subject}：{own.deed.label}{f'（{own.told}）' if own.told else ''}"


def news(acts: Iterable[Act], known: Iterable[Act]) -> tuple[Act, ...]:
    """Return of acts of handing up those that are not known yet, however often a department hands them up."""
    there = {_identity(act) for act in known if act.deed in (Deed.RELAY, Deed.HANDOVER)}
    return tuple(act for act in acts if _identity(act) not in there)


def _identity(act: Act) -> tuple[object, ...]:
    if act.deed is Deed.HANDOVER:
        return act.deed, act.subject, act.key, act.sha256
    return act.deed, act.subject, act.key, act.grounds.get(_NUMBER), act.grounds.get(_DEED), act.at


def handed_up(acts: Iterable[Act], sha256: str) -> Act | None:
    """Return the act by which a file was handed up for the last time; None where it was not."""
    return next((act for act in reversed([*acts]) if act.deed is Deed.HANDOVER and act.sha256 == sha256), None)


def accepted_there(acts: Iterable[Act], sha256: str) -> Act | None:
    """Return a department's act, as it told of it, by which it has accepted a file, if it did and that holds."""
    for told in _by_department(acts).values():
        for decision in decisions(told).values():
            if act := decision.accepted(sha256):
                return act
    return None


def _by_department(acts: Iterable[Act]) -> Mapping[str, list[Act]]:
    found: dict[str, list[Act]] = {}
    for department, act in _told(acts):
        found.setdefault(department, []).append(act)
    return {name: sorted(several, key=lambda act: act.number) for name, several in found.items()}


def _told(acts: Iterable[Act]) -> Iterator[tuple[str, Act]]:
    for act in acts:
        if act.deed is Deed.RELAY:
            yield act.subject, told_by(act)
