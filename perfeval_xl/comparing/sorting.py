"""Which file counts for which unit: sorted by owner and by order of arrival, and what waits for a person.

Nothing is replaced unseen: a file whose owner or whose place in time is unclear waits, and so does one that would
take the place of what a person has accepted. What counted before goes on counting meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from perfeval_xl.comparing.ownership import Certainty, Known, Owner, owner_of
from perfeval_xl.comparing.papers import lines_in, sender_of
from perfeval_xl.comparing.parts import About, about
from perfeval_xl.comparing.roster_names import RosterNames
from perfeval_xl.comparing.rules_across_units import say
from perfeval_xl.records.act import Act, Decision, Deed, decision_of, decisions, valid
from perfeval_xl.records.check_code import CHECK_CODE
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.papers import Filed, Paper, archive_of, code_told, paper_of
from perfeval_xl.records.parties import Parties
from perfeval_xl.records.provenance import Arrival, Arrivals, Serials, arrival_of
from perfeval_xl.records.said import Said
from perfeval_xl.records.standing import Overview, Standing, Waiting
from perfeval_xl.records.times import short
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt


def _plainly(receipt: Receipt) -> Said:
    return Said(code=receipt.unit, name=receipt.unit_name)


@dataclass(frozen=True)
class Register:
    """What a ledger knows of where files come from: when each came first, which serials went out, what each says.

    Of a file without an arrival nothing but its own time is known. `what` is the template's word for a part of a
    unit's report, 项目 say.
    """

    arrivals: Arrivals = field(default_factory=dict)
    serials: Serials = field(default_factory=lambda: Serials({}))
    said: Callable[[Receipt], Said] = _plainly
    what: str = ""


@dataclass(frozen=True, slots=True)
class _Came:
    """A file with all that decides whether it counts."""

    receipt: Receipt
    arrival: Arrival
    owner: Owner
    claim: Act | None

    def is_before(self, other: _Came) -> bool:
        """Whether it surely came before another: in a run before; in one run by a claim, or by times that can be.

        Of two in one run the one that a person claimed is the later.
        """
        if self.arrival.run == other.arrival.run and (self.claim or other.claim):
            return _number(self.claim) < _number(other.claim)
        return self.arrival.is_before(other.arrival)

    @property
    def order(self) -> tuple[object, ...]:
        """By what files are listed, whether that is sure or not."""
        return self.arrival.run, _number(self.claim), self.receipt.modified, self.receipt.file, self.receipt.sha256


def _number(act: Act | None) -> int:
    return act.number if act else 0


def sorted_to_units(
    units: Iterable[Unit], receipts: Iterable[Receipt], acts: Iterable[Act] = (), register: Register | None = None
) -> Overview:
    """Sort files to their units: of each the one that counts, what waits for a person, what nobody can read."""
    return _Sorting(tuple(units), tuple(receipts), tuple(acts), register or Register()).overview()


class _Sorting:
    """All files while they are sorted."""

    def __init__(
        self, units: tuple[Unit, ...], receipts: tuple[Receipt, ...], acts: tuple[Act, ...], register: Register
    ) -> None:
        self._units, self._register = units, register
        self._names, self._parties = RosterNames(units), Parties(units)
        self._decisions = decisions(acts)
        claims = [act for act in valid(acts) if act.deed is Deed.CLAIM]
        self._claims = {act.sha256: act for act in claims}
        self._handed = {act.sha256: act for act in valid(acts) if act.deed is Deed.HANDOVER}
        self._claims_of_files = {(act.subject, act.sha256): act for act in claims}
        self._firsts = _firsts(receipts, register)
        papers = [(one, paper) for one in receipts if not one.readable and (paper := paper_of(one.file))]
        receipts = tuple(one for one in receipts if one.readable or not paper_of(one.file))
        self._counting = tuple(one for one in receipts if self._firsts[one.sha256] == one.file)
        self._known = Known(self._names, register.serials, self._contacts())
        came = [self._came(receipt) for receipt in self._counting]
        self._again = tuple(one for one in receipts if self._firsts[one.sha256] != one.file)
        self._read: dict[str, list[_Came]] = defaultdict(list)
        self._unread: dict[str, list[Receipt]] = defaultdict(list)
        self._waiting: list[Waiting] = []
        self._strangers: list[Receipt] = []
        self._rejected: list[Receipt] = []
        for one in came:
            self._sort(one)
        self._filed: dict[str, list[Filed]] = defaultdict(list)
        self._unfiled: list[Receipt] = []
        self._beside = self._archives()
        for receipt, paper in papers:
            self._file(receipt, paper)

    def overview(self) -> Overview:
        """Return where the units stand by what came in, before anything is compared or decided."""
        standings = tuple(map(self._standing, self._units))
        waiting = (*self._waiting, *(one for standing in standings for one in standing.waiting))
        nobodys, copies = self._apart(self._unfiled)
        again = (*(self._repeated(one) for one in self._again), *copies)
        return Overview(
            standings,
            tuple(sorted(self._strangers, key=_listed)),
            tuple(sorted((*self._rejected, *nobodys), key=_listed)),
            waiting=tuple({one.receipt.sha256: one for one in waiting}.values()),
            again=again,
            what=self._register.what,
        )

    def _contacts(self) -> dict[tuple[str, str], frozenset[str]]:
        """Return by person and phone the units whose returns have named them."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for receipt in self._counting:
            if receipt.readable and receipt.unit in self._names:
                found[self._register.said(receipt).contact].add(receipt.unit)
        return {contact: frozenset(codes) for contact, codes in found.items()}

    def _came(self, receipt: Receipt) -> _Came:
        arrival = arrival_of(self._register.arrivals, receipt)
        claim = self._claims.get(receipt.sha256)
        if claim and claim.unit in self._names:
            part = claim.part or receipt.part
            return _Came(
                replace(receipt, unit=claim.unit, part=part), arrival, Owner(claim.unit, Certainty.CLAIMED), claim
            )
        handed = self._handed.get(receipt.sha256)
        if handed and handed.unit in self._names and receipt.readable:
            own = replace(receipt, unit=handed.unit, part=handed.part or receipt.part)
            return _Came(own, arrival, Owner(handed.unit, Certainty.CLAIMED), None)
        said = self._register.said(receipt) if receipt.readable else None
        owner = owner_of(receipt.file, said, self._known)
        return _Came(replace(receipt, unit=owner.unit) if owner.settled else receipt, arrival, owner, None)

    def _sort(self, one: _Came) -> None:
        """Put a file where it belongs."""
        owner = one.owner
        if not one.receipt.readable:
            self._keep_unread(one)
        elif owner.settled:
            self._lay(one)
        elif owner.certainty in (Certainty.STRANGER, Certainty.UNKNOWN):
            self._strangers.append(one.receipt)
        else:
            named = tuple(sorted({owner.unit} - {""} | owner.named))
            self._waiting.append(Waiting(one.receipt, self._unclear(one), named))

    def _keep_unread(self, one: _Came) -> None:
        """Put a file that nobody can read to the one line of the roster that its claim or its path tells."""
        known = one.owner.unit and one.owner.certainty is not Certainty.DISPUTED
        lines = self._parties.parts_of(one.owner.unit) if known else ()
        part = one.claim.part if one.claim else ""
        meant = [line for line in lines if part and line.part_code == part] or lines_in(one.receipt.file, lines)
        (self._unread[meant[0].key] if len(meant) == 1 else self._rejected).append(one.receipt)

    def _lay(self, one: _Came) -> None:
        """Put a workbook of which it is sure whose it is to that line of its unit which it is about."""
        found = self._about(one)
        if found.line:
            self._read[found.line.key].append(one)
        elif found.disputed:
            named = tuple(sorted(line.key for line in found.named))
            self._waiting.append(Waiting(one.receipt, self._about_two(one, found), named))
        else:
            self._strangers.append(one.receipt)

    def _about(self, one: _Came) -> About:
        if one.claim and (line := self._parties.of(one.receipt)):
            return About(line)
        lines = self._parties.parts_of(one.receipt.unit)
        return about(one.receipt, self._register.said(one.receipt), lines, self._register.serials)

    # --- papers that came beside the workbooks ----------------------------------------------------------------

    def _archives(self) -> dict[str, frozenset[str]]:
        """Return by archive the units whose returns came in it."""
        found: dict[str, set[str]] = defaultdict(set)
        for files in self._read.values():
            for one in files:
                found[archive_of(one.receipt.file)].add(one.receipt.unit)
        return {archive: frozenset(units) for archive, units in found.items() if archive}

    def _file(self, receipt: Receipt, paper: Paper) -> None:
        """File a paper to whom it belongs, where something of the unit can be read.

        Every name counts, whatever else has the same content: one document is evidence of several units.
        """
        lines = self._senders(receipt, paper)
        keepers = [unit for unit in lines if self._read[unit.key]]
        claim = self._claims_of_files.get((receipt.file, receipt.sha256))
        code = claim.grounds.get(CHECK_CODE, "") if claim else ""
        for unit in keepers:
            self._filed[unit.key].append(Filed(receipt, paper, code or code_told(receipt.file)))
        if not keepers:
            (self._unread[lines[0].key] if len(lines) == 1 else self._unfiled).append(receipt)

    def _senders(self, receipt: Receipt, paper: Paper) -> tuple[Unit, ...]:
        """Return the lines that a paper belongs to: several where a unit has parts and none of them is named.

        A claim of this very file says it; that of another with the same content where names say nothing.
        """
        claim = self._claims_of_files.get((receipt.file, receipt.sha256))
        sender = "" if claim else sender_of(receipt.file, paper, self._names, self._beside)
        if not sender and (claim := claim or self._claims.get(receipt.sha256)):
            lines = self._parties.parts_of(claim.unit)
            return tuple(one for one in lines if one.part_code == claim.part) or lines
        return lines_in(receipt.file, self._parties.parts_of(sender))

    def _apart(self, papers: Iterable[Receipt]) -> tuple[list[Receipt], list[tuple[Receipt, Finding]]]:
        """Return of papers that names give to nobody those that are nobody's, and copies of what is filed."""
        filed = {one.receipt.sha256: one.receipt.file for found in self._filed.values() for one in found}
        filed |= {one.sha256: one.file for found in self._unread.values() for one in found}
        copies = [one for one in papers if one.sha256 in filed]
        told = [(one, say("A08", "", file=one.file, first=filed[one.sha256])) for one in copies]
        return [one for one in papers if one.sha256 not in filed], told

    def _standing(self, unit: Unit) -> Standing:
        decision = decision_of(self._decisions, unit.key)
        counting, waiting = self._laid(unit, decision)
        disputed = [one for one in self._waiting if _may_be_of(one, unit)]
        unread = sorted(self._unread[unit.key], key=_listed)
        papers = sorted(self._filed[unit.key], key=lambda one: _listed(one.receipt))
        return Standing(
            unit,
            counting,
            self._doubted(unit, counting),
            decision,
            waiting=(*waiting, *disputed),
            unread=tuple(unread),
            papers=tuple(papers),
        )

    def _laid(self, unit: Unit, decision: Decision) -> tuple[tuple[Receipt, ...], tuple[Waiting, ...]]:
        """Return a unit's files in order of arrival, the one that counts last, and those that wait."""
        files = self._read[unit.key]
        late = [one for one in files if _is_unasked(one, unit, decision)]
        ordered, unclear = _ordered([one for one in files if one not in late])
        kept, held = _held(ordered, decision)
        waiting = (
            *(self._held_back(one, kept[-1], unit, decision) for one in held),
            *(self._unplaced(one, unclear, unit) for one in unclear),
            *(self._unasked(one, unit) for one in late),
        )
        return tuple(one.receipt for one in kept), waiting

    def _doubted(self, unit: Unit, counting: Sequence[Receipt]) -> tuple[Finding, ...]:
        """Say where the contact in the file that counts is another unit's."""
        came = {one.receipt.number: one for one in self._read[unit.key] if one.receipt in counting[-1:]}
        signs = ((one, one.owner.disagreeing) for one in came.values())
        return tuple(
            say(
                "A12",
                unit.key,
                file=one.receipt.file,
                said=sign.said,
                others=self._names.told(sign.units),
                name=unit.label,
            )
            for one, sign in signs
            if sign
        )

    # --- what is told of a file that waits --------------------------------------------------------------------

    def _unclear(self, one: _Came) -> Finding:
        """Say which evidence names which unit."""
        told = "，".join(
            f"{sign.source.value}“{sign.said}”"
            + ("没有发放过" if sign.never else f"是{self._names.told(sign.units)}的")
            for sign in one.owner.signs
            if sign.units or sign.never
        )
        return say("A07", one.owner.unit, file=one.receipt.file, signs=told)

    def _about_two(self, one: _Came, found: About) -> Finding:
        """Say which evidence names which part of its unit."""
        told = "，".join(
            f"{sign.source.of_part(self._register.what)}“{sign.said}”是{_called(sign.lines)}的"
            for sign in found.signs
        )
        first = found.named[0]
        return say(
            "A24", first.code, file=one.receipt.file, name=first.name, signs=told, what=self._register.what,
            key=first.key,
        )  # fmt: skip

    def _held_back(self, one: _Came, accepted: _Came, unit: Unit, decision: Decision) -> Waiting:
        by = decision.settled.by if decision.settled else ""
        found = say("A09", unit.key, file=one.receipt.file, name=unit.label, by=by, accepted=accepted.receipt.file)
        return Waiting(one.receipt, found, (unit.key,), accepted.receipt)

    def _unplaced(self, one: _Came, others: Sequence[_Came], unit: Unit) -> Waiting:
        named = "、".join(
            f"{other.receipt.file}（{short(other.receipt.modified)}）" for other in others if other is not one
        )
        told = "" if all(other.arrival.trusted for other in others) else "，有的时间在收到以后"
        moment = short(one.receipt.modified)
        found = say("A11", unit.key, file=one.receipt.file, name=unit.label, at=moment, others=named, wrong=told)
        return Waiting(one.receipt, found, (unit.key,))

    def _unasked(self, one: _Came, unit: Unit) -> Waiting:
        return Waiting(one.receipt, say("A10", unit.key, file=one.receipt.file, name=unit.label), (unit.key,))

    def _repeated(self, receipt: Receipt) -> tuple[Receipt, Finding]:
        first = self._firsts[receipt.sha256]
        return receipt, say("A08", receipt.unit, file=receipt.file, first=first)


def _may_be_of(one: Waiting, unit: Unit) -> bool:
    """Whether a file of which it is disputed whose it is may be this unit's, or about this part of it."""
    if unit.key in one.units:
        return True
    return unit.code in one.units and one.receipt.part in ("", unit.part_code)


def _firsts(receipts: Iterable[Receipt], register: Register) -> dict[str, str]:
    """Return by each content's fingerprint the name under which it came first, whether that file counts or not."""
    found = dict[str, str]()
    for file, sha256 in (*register.arrivals, *((one.file, one.sha256) for one in receipts)):
        found.setdefault(sha256, file)
    return found


def _is_unasked(one: _Came, unit: Unit, decision: Decision) -> bool:
    """Whether a unit that is exempt has sent it all the same, and nobody has claimed it."""
    if one.claim or not (unit.exempt or decision.exempt):
        return False
    at = one.arrival.at
    return not decision.exempt or bool(at and at > decision.exempt.at)


def _ordered(files: Sequence[_Came]) -> tuple[list[_Came], list[_Came]]:
    """Return files in order of arrival up to the last whose place is sure, and those whose place is not."""
    left, unclear = sorted(files, key=lambda one: one.order), list[_Came]()
    while left:
        last = [one for one in left if not any(one.is_before(other) for other in left)]
        if len(last) == 1:
            break
        unclear += last
        left = [one for one in left if one not in last]
    return left, unclear


def _held(ordered: list[_Came], decision: Decision) -> tuple[list[_Came], list[_Came]]:
    """Return what counts up to now, and what came after a person had accepted it and waits for a person.

    A file that was claimed or has gone back since was let through.
    """
    act = decision.settled
    places = [number for number, one in enumerate(ordered) if act and one.receipt.sha256 == act.sha256]
    if not act or act.deed is not Deed.ACCEPT or act.automatic or not places:
        return ordered, []
    later = ordered[places[0] + 1 :]
    back = {one.sha256 for one in decision.returns if one.number > act.number}
    if any(_number(one.claim) > act.number or one.receipt.sha256 in back for one in later):
        return ordered, []
    return ordered[: places[0] + 1], later


def _called(lines: Iterable[Unit]) -> str:
    return "、".join(f"{line.part.code} {line.part.name}" for line in lines if line.part)


def _listed(receipt: Receipt) -> tuple[object, ...]:
    return receipt.modified, receipt.file, receipt.sha256
