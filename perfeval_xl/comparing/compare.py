"""In which order submissions are compared: sorted to their units, gone through once, then with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from perfeval_xl.comparing import peers, sums
from perfeval_xl.comparing.control import Against
from perfeval_xl.comparing.copies import TEXTS, Copies
from perfeval_xl.comparing.gist import Gist, Gists
from perfeval_xl.comparing.rules_across_units import percent, place_of, say
from perfeval_xl.comparing.scores import Scores
from perfeval_xl.comparing.sorting import sorted_to_units
from perfeval_xl.comparing.sums import Added, added_up
from perfeval_xl.comparing.texts import common, likeness, quoted
from perfeval_xl.comparing.thresholds import Thresholds
from perfeval_xl.records.contract import UNIT_NAME, Parted, Template
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.known import Dossier, Dossiers
from perfeval_xl.records.names import likeliest, same_name
from perfeval_xl.records.parties import Parties, several_parts
from perfeval_xl.records.provenance import Arrivals
from perfeval_xl.records.rule import WRONG_UNIT
from perfeval_xl.records.standing import Overview, Standing
from perfeval_xl.records.succession import Step
from perfeval_xl.records.unit import Part, Unit
from perfeval_xl.records.verdict import Contents, Receipt

_OF_AMOUNTS = frozenset({"X08", "X16", "X20"})
"""The rules that amounts in another unit break, whatever the amounts are."""


@dataclass(frozen=True)
class Background:
    """What is known beside the submissions themselves.

    `dossiers` are what the bureau knows of each unit; `steps` how last year's codes became this year's; `without`
    are units of the roster that report nothing since the list of projects has none of theirs.
    """

    dossiers: Dossiers = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)
    steps: tuple[Step, ...] = ()
    without: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing found: of each unit by its key, and of the files whose unit is not on the roster.

    `added` are the figures of 汇总户 and of the units below them, which are added up once it is known who passed.
    """

    of_units: Mapping[str, tuple[Finding, ...]]
    of_strangers: tuple[Finding, ...]
    added: Added = field(default_factory=dict)


def overview(
    units: Iterable[Unit],
    receipts: Iterable[Receipt],
    template: Template,
    contents: Contents,
    background: Background | None = None,
) -> Overview:
    """Sort submissions to their units and compare them; see the four steps."""
    seen = sorted_to_units(units, receipts)
    found = compared(seen, template, contents, background or Background())
    return added_up(told(seen, found), template, found.added)


def compared(
    seen: Overview,
    template: Template,
    contents: Contents,
    background: Background,
    arrivals: Arrivals | None = None,
) -> Compared:
    """Compare the submissions that count with what is known and with each other; opens every one of them once.

    Units that need not report are left out. An earlier submission is opened only where it is asked who was first
    to report what two have in common.
    """
    comparing = _Comparing(seen.standings, template, contents, background, arrivals or {})
    return Compared(
        {standing.unit.key: comparing.of(standing) for standing in seen.standings},
        tuple(comparing.stranger(receipt) for receipt in seen.strangers),
        comparing.added,
    )


def told(seen: Overview, found: Compared) -> Overview:
    """Return where units stand with what comparing found of them."""
    standings = tuple(_with(one, found.of_units.get(one.unit.key, ())) for one in seen.standings)
    return replace(seen, standings=standings, findings=found.of_strangers)


def _with(standing: Standing, found: tuple[Finding, ...]) -> Standing:
    """Return where a unit stands with what was found beside what sorting its files has told."""
    return replace(standing, findings=tuple(sorted((*standing.findings, *found), key=lambda one: one.sort_key)))


class _Comparing:
    """All submissions while they are compared; every content is opened once."""

    def __init__(
        self,
        standings: tuple[Standing, ...],
        template: Template,
        contents: Contents,
        background: Background,
        arrivals: Arrivals,
    ) -> None:
        self._units, self._template, self._background = tuple(one.unit for one in standings), template, background
        self._by_key = {unit.key: unit for unit in self._units}
        self._counting = {one.unit.key: one for one in standings if one.receipt and not one.exempt}
        self._contents, self._arrivals = contents, arrivals
        self._parties = Parties(self._units)
        self._against = Against(template)
        self._scores = Scores(template, background.thresholds)
        self._compared = peers.compared(template)
        self._families = sums.families(self._units)
        self._added = sums.added_fields(template) if self._families else ()
        self._opening = Gists(template)
        self._gists = {
            key: self._opening.of(contents(one.receipts[-1]), self._wanted(one.unit))
            for key, one in self._counting.items()
        }
        self._found: dict[str, list[Finding]] = defaultdict(list)
        for finding in self._together():
            self._found[finding.unit].append(finding)

    @property
    def added(self) -> Added:
        """The figures that add up, of 汇总户 and those below them."""
        return {key: sums.figures(self._gists[key], self._added) for key in self._families if key in self._gists}

    def of(self, standing: Standing) -> tuple[Finding, ...]:
        """Return what comparing found of one unit, in order of presentation."""
        receipt, code = standing.receipt, standing.unit.key
        if standing.exempt:
            return ()
        if receipt is None:
            return tuple(self._part(standing))
        accused = {finding.field for finding in receipt.findings if finding.field}
        found = [one for one in self._found[code] if one.rule != "X20" or one.field not in accused]
        found += _identity(standing, receipt, self._template)
        found += self._part(standing)
        found += self._against.compare(code, receipt, self._gists[code], self._dossier(code))
        found += self._scores.judge(code, self._gists[code])
        found += self._own_past(code)
        if receipt.in_other_unit:
            found = [replace(one, root=WRONG_UNIT) if one.rule in _OF_AMOUNTS else one for one in found]
        return tuple(sorted(found, key=lambda finding: finding.sort_key))

    def stranger(self, receipt: Receipt) -> Finding:
        """Return what is said of a file whose unit is not on the roster, with a guess whose it may be."""
        lines = self._parties.parts_of(receipt.unit)
        without = [unit for unit in self._background.without if unit.code == receipt.unit]
        if lines or without:
            return self._other_part(receipt, lines or without)
        guess = ""
        named = [unit for unit in self._units if unit.name == receipt.unit_name]
        heirs = [step.new for step in self._background.steps if step.old == receipt.unit and step.new]
        told = "、".join(f"{code} {self._by_key[code].name}" for code in heirs if code in self._by_key)
        if named:
            guess = f"名册中叫这个名称的单位代码是{named[0].code}。"
        elif told:
            guess = f"这是去年的代码，今年是{told}。"
        name = receipt.unit_name or "没有写名称"
        return say("A05", receipt.unit, file=receipt.file, code=receipt.unit, name=name, guess=guess)

    def _other_part(self, receipt: Receipt, lines: Sequence[Unit]) -> Finding:
        """Return what is said of a workbook whose unit is on the roster, and its project is not."""
        what = self._template.parted.what if self._template.parted else ""
        parts = {one.part.name: one.part for one in lines if one.part}
        meant = parts.get(likeliest(receipt.part_name, parts))
        return say(
            "A21",
            receipt.unit,
            file=receipt.file,
            code=receipt.unit,
            name=lines[0].name,
            what=what,
            part=f"{receipt.part} {receipt.part_name}".strip() or "（没有写）",
            why=f"{what}名册中没有" if parts else f"{what}名册中没有这个单位的{what}",
            guess=f"{what}名册中名称最接近的是“{meant.name}”（{meant.code}）。" if meant else "",
        )

    def _part(self, standing: Standing) -> Iterator[Finding]:
        """Say whether it is about what the roster says, and whether under one code several things came in."""
        parted, unit = self._template.parted, standing.unit
        if parted is None:
            return
        if unit.part is None:
            names = several_parts((*standing.receipts, *(one.receipt for one in standing.waiting)))
            if names:
                told = "、".join(f"“{name}”" for name in names)
                yield say("A20", unit.key, what=parted.what, name=unit.name, count=len(names), names=told)
        elif (
            (receipt := standing.receipt)
            and receipt.part_name
            and not same_name(receipt.part_name, unit.part.name)
        ):
            yield self._otherwise_named(parted, unit, unit.part, receipt.part_name)

    def _otherwise_named(self, parted: Parted, unit: Unit, part: Part, written: str) -> Finding:
        field = self._template.field.get(parted.name)
        others = (one.part for one in self._parties.parts_of(unit.code) if one.part)
        other = next((one for one in others if same_name(one.name, written)), None)
        return say(
            "A23" if other else "A22",
            unit.key,
            place_of(field) if field else None,
            field=parted.name,
            label=field.label if field else "",
            value=written,
            expected=part.name,
            what=parted.what,
            written=written,
            code=part.code,
            name=part.name,
            other=other.code if other else "",
        )

    def _dossier(self, code: str) -> Dossier:
        return self._background.dossiers.get(code, Dossier())

    def _wanted(self, unit: Unit) -> set[str]:
        """Return the fields whose figures are needed of a unit."""
        wanted = {*self._against.wanted(self._dossier(unit.key)), *self._scores.wanted}
        for one in self._compared:
            wanted |= {one.figure.name} | ({one.per.name} if one.per else set())
        if unit.key in self._families:
            wanted |= {field.name for field in self._added}
        return wanted

    def _together(self) -> Iterator[Finding]:
        """Give what only several submissions together show."""
        amounts = {key: one for key, one in self._gists.items() if not self._is_in_other_unit(key)}
        yield from peers.outliers(self._units, amounts, self._compared, self._background.thresholds)
        yield from self._scores.all_full(self._units, self._gists)
        least = float(self._background.thresholds.alike)
        copies = Copies(self._counting, self._gists, self._before, self._arrivals, self._template, least)
        yield from copies.found()

    def _is_in_other_unit(self, key: str) -> bool:
        """Whether its amounts are no measure for others, as checking took them for such in another unit."""
        return self._counting[key].receipts[-1].in_other_unit

    def _before(self, receipt: Receipt) -> Gist:
        return self._opening.of(self._contents(receipt), ())

    def _own_past(self, code: str) -> Iterator[Finding]:
        """Compare a unit's texts with its own of last year, where it is still the same unit."""
        before, past = self._dossier(code).last, self._dossier(code).texts
        texts = self._gists[code].texts
        share = likeness(texts, past) if past else 0.0
        if share > float(self._background.thresholds.alike):
            passages = common(texts, past)
            place = self._template.address(passages[0][0]) if passages else None
            told = percent(Decimal(round(share, 2)))
            yield say("N10", code, place, label=TEXTS, share=told, other=before, passages=quoted(passages))


def _identity(standing: Standing, receipt: Receipt, template: Template) -> Iterator[Finding]:
    """Say whether it is the unit's own workbook, and that it came several times."""
    unit = standing.unit
    if receipt.unit_name and receipt.unit_name != unit.name:
        written = receipt.unit_name
        field = template.field.get(UNIT_NAME)
        place = place_of(field) if field else None
        yield say("A02", unit.key, place, value=written, expected=unit.name, written=written, name=unit.name)
    if len(standing.receipts) > 1:
        *former, last = (receipt.file for receipt in standing.receipts)
        times = len(standing.receipts)
        yield say("A01", unit.key, name=unit.label, times=times, last=last, former="、".join(former))
