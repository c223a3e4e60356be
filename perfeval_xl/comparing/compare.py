"""In which order submissions are compared: sorted to their units, gone through once, then with each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice

from perfeval_xl.comparing import peers, sums
from perfeval_xl.comparing.control import Against
from perfeval_xl.comparing.gist import Gists
from perfeval_xl.comparing.rules_across_units import percent, place_of, say
from perfeval_xl.comparing.scores import Scores
from perfeval_xl.comparing.sorting import sorted_to_units
from perfeval_xl.comparing.texts import Alike, alike, common, likeness, quoted
from perfeval_xl.comparing.thresholds import Thresholds
from perfeval_xl.records.contract import Parted, Template
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.known import Dossier, Dossiers
from perfeval_xl.records.names import likeliest, same_name
from perfeval_xl.records.parties import Parties, several_parts
from perfeval_xl.records.rule import WRONG_UNIT
from perfeval_xl.records.standing import Overview, Standing
from perfeval_xl.records.succession import Step
from perfeval_xl.records.unit import Part, Unit
from perfeval_xl.records.verdict import Contents, Receipt

_NAMED = 5
_LABEL = "文字雷同"
_OF_AMOUNTS = frozenset({"X08", "X16", "X18", "X20"})
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
    """What comparing found: of each unit by its key, and of the files whose unit is not on the roster."""

    of_units: Mapping[str, tuple[Finding, ...]]
    of_strangers: tuple[Finding, ...]


def overview(
    units: Iterable[Unit],
    receipts: Iterable[Receipt],
    template: Template,
    contents: Contents,
    background: Background | None = None,
) -> Overview:
    """Sort submissions to their units and compare them; see the three steps."""
    seen = sorted_to_units(units, receipts)
    return told(seen, compared(seen, template, contents, background or Background()))


def compared(seen: Overview, template: Template, contents: Contents, background: Background) -> Compared:
    """Compare the submissions that count with what is known and with each other; opens every one of them once."""
    units = tuple(standing.unit for standing in seen.standings)
    comparing = _Comparing(units, seen.standings, template, contents, background)
    return Compared(
        {standing.unit.key: comparing.of(standing) for standing in seen.standings},
        tuple(comparing.stranger(receipt) for receipt in seen.strangers),
    )


def told(seen: Overview, found: Compared) -> Overview:
    """Return where units stand with what comparing found of them."""
    standings = tuple(replace(one, findings=found.of_units.get(one.unit.key, ())) for one in seen.standings)
    return replace(seen, standings=standings, findings=found.of_strangers)


class _Comparing:
    """All submissions while they are compared; every content is opened once."""

    def __init__(
        self,
        units: tuple[Unit, ...],
        standings: Iterable[Standing],
        template: Template,
        contents: Contents,
        background: Background,
    ) -> None:
        self._units, self._template, self._background = units, template, background
        self._by_key = {unit.key: unit for unit in units}
        self._parties = Parties(units)
        self._against = Against(template)
        self._scores = Scores(template, background.thresholds)
        self._compared = peers.compared(template)
        self._below = sums.below(units)
        self._added = sums.added_fields(template) if self._below else ()
        gists = Gists(template)
        self._gists = {
            standing.unit.key: gists.of(contents(standing.receipt), self._wanted(standing.unit))
            for standing in standings
            if standing.receipt
        }
        self._in_other_unit = {
            standing.unit.key for standing in standings if standing.receipt and _is_in_other_unit(standing.receipt)
        }
        self._found: dict[str, list[Finding]] = defaultdict(list)
        for finding in self._together():
            self._found[finding.unit].append(finding)

    def of(self, standing: Standing) -> tuple[Finding, ...]:
        """Return what comparing found of one unit, in order of presentation."""
        receipt, code = standing.receipt, standing.unit.key
        if receipt is None:
            return tuple(self._part(standing))
        accused = {finding.field for finding in receipt.findings if finding.field}
        found = [one for one in self._found[code] if one.rule != "X20" or one.field not in accused]
        found += _identity(standing, receipt)
        found += self._part(standing)
        found += self._against.compare(code, receipt, self._gists[code], self._dossier(code))
        found += self._scores.judge(code, self._gists[code])
        found += self._own_past(code)
        if code in self._in_other_unit:
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
        if unit.gathers or unit.superior in self._below:
            wanted |= {field.name for field in self._added}
        return wanted

    def _together(self) -> Iterator[Finding]:
        """Give what only several submissions together show."""
        for unit in self._units:
            if unit.key in self._below and unit.key in self._gists:
                yield from sums.compare(unit, self._below[unit.key], self._gists, self._added)
        likely = {key: gist for key, gist in self._gists.items() if key not in self._in_other_unit}
        yield from peers.outliers(self._units, likely, self._compared, self._background.thresholds)
        yield from self._scores.all_full(self._units, self._gists)
        yield from self._same_amounts()
        texts = {code: one.texts for code, one in self._gists.items() if not self._by_key[code].gathers}
        for code, others in alike(texts, float(self._background.thresholds.alike)).items():
            yield self._alike(code, others)

    def _same_amounts(self) -> Iterator[Finding]:
        by_mark: dict[str, list[str]] = defaultdict(list)
        for code, one in self._gists.items():
            if one.mark and not self._by_key[code].gathers:
                by_mark[one.mark].append(code)
        for codes in by_mark.values():
            for code in codes if len(codes) > 1 else ():
                first = (self._told(other) for other in codes[: _NAMED + 1] if other != code)
                many = f"等{len(codes) - 1}个单位" if len(codes) - 1 > _NAMED else ""
                names = "、".join(islice(first, _NAMED)) + many
                yield say("A06", code, label="数字相同", count=self._gists[code].amounts, others=names)

    def _alike(self, code: str, others: tuple[Alike, ...]) -> Finding:
        first, *rest = others
        passages = common(self._gists[code].texts, self._gists[first.other].texts)
        more = "、".join(self._told(one.other) for one in rest)
        return say(
            "N07",
            code,
            self._template.address(passages[0][0]) if passages else None,
            label=_LABEL,
            share=percent(Decimal(round(first.share, 2))),
            other=self._told(first.other),
            passages=quoted(passages),
            more=f"与{more}的也有大段相同。" if more else "",
        )

    def _own_past(self, code: str) -> Iterator[Finding]:
        """Compare a unit's texts with its own of last year, where it is still the same unit."""
        before, past = self._dossier(code).last, self._dossier(code).texts
        texts = self._gists[code].texts
        share = likeness(texts, past) if past else 0.0
        if share > float(self._background.thresholds.alike):
            passages = common(texts, past)
            place = self._template.address(passages[0][0]) if passages else None
            told = percent(Decimal(round(share, 2)))
            yield say("N10", code, place, label=_LABEL, share=told, other=before, passages=quoted(passages))

    def _told(self, code: str) -> str:
        return f"{code} {self._by_key[code].label}"


def _is_in_other_unit(receipt: Receipt) -> bool:
    """Whether checking took its amounts for such in another unit; they are no measure for others."""
    return any(finding.rule == WRONG_UNIT for finding in receipt.findings)


def _identity(standing: Standing, receipt: Receipt) -> Iterator[Finding]:
    """Say whether it is the unit's own workbook, and that it came several times."""
    unit = standing.unit
    if receipt.unit_name and receipt.unit_name != unit.name:
        written = receipt.unit_name
        yield say("A02", unit.key, value=written, expected=unit.name, written=written, name=unit.name)
    if len(standing.receipts) > 1:
        *former, last = (receipt.file for receipt in standing.receipts)
        times = len(standing.receipts)
        yield say("A01", unit.key, name=unit.label, times=times, last=last, former="、".join(former))
