"""How far each thing that goes to a unit has come, by the acts: due, sent, unknown, refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.records.act import Deed, valid
from perfeval_xl.records.mail import State
from perfeval_xl.records.typed_cells import POSTED, POSTING, shown

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from perfeval_xl.outgoing.sending.addressees import Addressee
    from perfeval_xl.outgoing.sending.owed import Item
    from perfeval_xl.records.act import Act

TO, WHOM, REPLY, FOR_GOOD = "收件邮箱", "收件单位", "对方答复", "不再试"
"""Under which words an act of sending keeps where to, to whom, what the server said, that it refused for good."""
_SENDING = frozenset({Deed.SENDING, Deed.SENT, Deed.UNSENT})
_CUT_SHORT = "发送时没有等到对方的答复，可能已经收到。请问一下单位：收到的用 --sent 记下，没收到的用 --again 再发"
_MISSED = "台账恢复或重建以前可能已经发过。请问一下单位：发过的用 --sent 记下，没发过的用 --again 发"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list: an item with its state, to where it goes or went, when, and what else is to be said.

    `asked` says that a person wants it to go whatever its state is; `times` is how often it has been on its way.
    """

    item: Item
    to: Addressee
    state: State
    address: str = ""
    at: datetime | None = None
    note: str = ""
    asked: bool = False
    times: int = 0

    @property
    def due(self) -> bool:
        """Whether it goes out when letters are sent now."""
        return self.asked or self.state in (State.DUE, State.LATER)


class Progress:
    """What the acts say of sending, by what was sent."""

    def __init__(self, acts: Iterable[Act]) -> None:
        everything = tuple(acts)
        self._last = {(act.key, act.subject): act for act in valid(everything) if act.deed in _SENDING}
        self._times = Counter((act.key, act.subject) for act in everything if act.deed is Deed.SENDING)
        self._by_hand = shown(everything, POSTING)

    def entry(self, item: Item, to: Addressee, *, asked: bool = False) -> Entry:
        """Return where an item stands that goes `to` somebody; `asked` for once more."""
        found = to.mailboxes
        held = self._held(item, to)
        if held and not (asked or held.due):
            return held
        if item.needless and not asked:
            return Entry(item, to, State.NEEDLESS, note="单位已经报来")
        if lacking := _lacking(to):
            return Entry(item, to, lacking[0], note=lacking[1])
        address = "；".join(found.good)
        if item.missed and not (asked or held):
            return Entry(item, to, State.UNKNOWN, address, note=_MISSED)
        doubt = f"名册的“{'、'.join(found.bad)}”不是邮箱，没有寄" if found.bad else ""
        times = self._times[item.line]
        if held is None or asked:
            return Entry(item, to, State.DUE, address, note=doubt, asked=asked, times=times)
        return Entry(item, to, State.LATER, address, held.at, _joined(held.note, doubt), times=times)

    def _held(self, item: Item, to: Addressee) -> Entry | None:
        """Return what the acts say of an item; None where they say nothing."""
        by_hand = self._by_hand.get(item.line, {}).get(POSTED, "")
        if by_hand:
            return Entry(item, to, State.BY_HAND, note=f"{POSTED}：{by_hand}")
        act = self._last.get(item.line)
        if act is None:
            return None
        address, reply = act.grounds.get(TO, ""), act.grounds.get(REPLY, "")
        now = "；".join(to.mailboxes.good)
        moved = f"名册的邮箱后来改为{now or '空白'}" * (act.grounds.get(WHOM) == to.name and address != now)
        changed = "发出以后文件又改过，没有再发" * (act.sha256 != item.sha256)
        match act.deed:
            case Deed.SENT:
                state, note = State.SENT, _joined(reply, moved, changed)
            case Deed.SENDING:
                state, note = State.UNKNOWN, _joined(_CUT_SHORT, moved)
            case _ if FOR_GOOD not in act.grounds or moved:
                state, note = State.LATER, _joined(reply, moved)
            case _:
                state, note = State.REFUSED, _joined(reply, "改正名册的邮箱后再发")
        return Entry(item, to, state, address, act.at, note, times=self._times[item.line])


def _lacking(to: Addressee) -> tuple[State, str] | None:
    """Return why nothing can be addressed, if it cannot."""
    if to.mailboxes.good:
        return None
    if not to.listed:
        return State.NO_ADDRESS, f"“{to.name}”不在名册里，没有邮箱；压缩包和文字可以用QQ、OA发"
    if to.mailboxes.bad:
        return State.WRONG_ADDRESS, f"名册的邮箱“{'、'.join(to.mailboxes.bad)}”写得不对，请改正"
    return State.NO_ADDRESS, "名册没有填邮箱；文字可以粘贴到QQ、OA里发"


def _joined(*texts: str) -> str:
    return "；".join(filter(None, texts))
