"""Units with their submissions and what was decided of them, made from figures: situations of a summary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from summary_units import TODAY, Figures, county, found, report, spending, unit

from perfeval_xl.records.act import Act, Deed, decision_of, decisions
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.standing import Overview, Standing
from perfeval_xl.records.unit import Unit
from perfeval_xl.records.verdict import Receipt, Record
from perfeval_xl.summary import compute
from perfeval_xl.summary.workbook import Computed

FINE = spending(100, 0.9)
LEVEL = found("B12", Level.WARNING)
SAID = replace(LEVEL, explanation="汛期停工，工程推迟")


@dataclass(frozen=True)
class Case:
    """A unit: what it reported, what was found in it, what was found in what came before, what was decided."""

    figures: Figures | None = None
    findings: tuple[Finding, ...] = ()
    before: tuple[Finding, ...] | None = None
    deeds: tuple[tuple[Deed, str], ...] = ()
    gathers: bool = False


def errors(count: int) -> tuple[Finding, ...]:
    return tuple(replace(found("B01"), label=f"甲{number}") for number in range(count))


def settled(
    *cases: Case, everything: bool = False, as_of: date | None = None, deadline: date | None = None
) -> Computed:
    template, records, standings = county(), dict[str, Record](), []
    for number, case in enumerate(cases, 1):
        one = unit(number, gathers=case.gathers)
        receipts: list[Receipt] = []
        for findings in (case.before, case.findings):
            if case.figures is not None and findings is not None:
                record = replace(
                    report(template, one, case.figures, findings), sha256=f"{one.code}-{len(receipts)}"
                )
                records[record.sha256] = record
                receipts.append(record.receipt)
        standings.append(standing(one, tuple(receipts), case.deeds))

    def contents(receipt: Receipt) -> Record:
        return records[receipt.sha256]

    return compute(
        template,
        Overview(tuple(standings), (), ()),
        contents,
        TODAY,
        everything=everything,
        as_of=as_of,
        deadline=deadline,
    )


def standing(one: Unit, receipts: tuple[Receipt, ...], deeds: tuple[tuple[Deed, str], ...]) -> Standing:
    """Return where a unit stands after deeds, each with the rule that it is about."""
    last = receipts[-1] if receipts else None
    acts = [
        Act(
            *(
                deed,
                last.modified + timedelta(hours=number) if last else FIRST,
                "赵六",
                one.code,
                rule,
                "复核属实",
            ),
            sha256=last.sha256 if last and deed in (Deed.ACCEPT, Deed.REOPEN) else "",
        )
        for number, (deed, rule) in enumerate(deeds)
    ]
    return Standing(one, receipts, decision=decision_of(decisions(acts), one.code))


FIRST = report(county(), unit(1), {}).modified
ACCEPT, REOPEN, EXEMPT = (Deed.ACCEPT, ""), (Deed.REOPEN, ""), (Deed.EXEMPT, "")
OK = Case(FINE)
