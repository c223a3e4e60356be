"""How a file that a 主管部门 has handed up is recognised, and proven before anything of it is taken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.admission.names import admitted
from perfeval_xl.campaign.handover import FOLDER, LIST, Handover, HandoverError, misplaced, read_list, require_fit
from perfeval_xl.checking.judge import Arrived
from perfeval_xl.workbook.archive import content, listing
from perfeval_xl.workbook.rules_of_files import RefusalError, say

if TYPE_CHECKING:
    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.campaign.handover import HandedFile
    from perfeval_xl.records.finding import Finding
    from perfeval_xl.workbook.archive import Member
    from perfeval_xl.workbook.limits import Limits

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Received:
    """What is taken of a file handed up: the files of units that the department may hand up; why not of others."""

    handover: Handover
    files: tuple[tuple[HandedFile, Arrived], ...]
    refused: dict[str, str]
    codes: frozenset[str]
    """The codes of all units of the bureau's roster."""

    def is_strange(self, one: HandedFile, code: str) -> bool:
        """Whether a workbook that is handed up for a unit says on its cover that it is another's of the roster."""
        return code != one.unit and code in self.codes


def partly(told: list[str]) -> Finding:
    """Return what is said where something of a file handed up is not taken."""
    more = f"等{len(told)}份" if len(told) > _NAMED else ""
    return say("G19", count=len(told), what="；".join(told[:_NAMED]) + more)


class Reception:
    """The desk at which files handed up are received, by the roster, the year and the template of the bureau."""

    def __init__(self, campaign: Campaign, limits: Limits) -> None:
        self._campaign, self._limits = campaign, limits

    def received(self, data: bytes) -> Received | Finding | None:
        """Return what may be taken of a file handed up, or why nothing may; None of any other archive."""
        try:
            members = {admitted(one.name): one for one in listing(data, self._limits) if not one.folder}
        except RefusalError:
            return None
        if LIST not in members:
            return None
        try:
            return self._proven(data, members)
        except HandoverError as error:
            return say("G18", what=error.what, todo=error.todo)

    def _proven(self, data: bytes, members: dict[str, Member]) -> Received:
        handover = read_list(self._content(data, members[LIST]))
        campaign = self._campaign
        allowed = require_fit(handover, campaign.plain.id, campaign.year, campaign.units)
        files = dict(self._files(handover, data, members))
        more = members.keys() - files.keys() - {LIST}
        if more:
            raise HandoverError(f"里面多了清单上没有的文件“{min(more)}”")
        refused = misplaced(handover, allowed)
        taken = tuple(
            (one, Arrived(name_of(handover, one), one.modified, files[one.member]))
            for one in handover.files
            if one.key not in refused
        )
        return Received(handover, taken, refused, frozenset(unit.code for unit in campaign.units))

    def _files(self, handover: Handover, data: bytes, members: dict[str, Member]) -> Iterator[tuple[str, bytes]]:
        for one in handover.files:
            if one.member not in members:
                raise HandoverError(f"里面缺少清单上的文件“{one.member}”")
            found = self._content(data, members[one.member])
            if hashlib.sha256(found).hexdigest() != one.sha256:
                raise HandoverError(f"里面的“{one.member}”与清单上的指纹不符")
            yield one.member, found

    def _content(self, data: bytes, member: Member) -> bytes:
        try:
            return content(data, member, self._limits.file)
        except RefusalError as refusal:
            raise HandoverError(f"里面的“{admitted(member.name)}”读不出") from refusal


def name_of(handover: Handover, one: HandedFile) -> str:
    """Return under which name a file that was handed up is known, whatever the zip that it came in is called."""
    return f"{FOLDER}/{handover.department.replace('/', '-')}/{one.member}"
