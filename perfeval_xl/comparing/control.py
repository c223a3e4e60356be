"""Where a submission contradicts what the bureau has: control figures both ways, last year's closing figures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from perfeval_xl.comparing.gist import Gist
from perfeval_xl.comparing.rules_across_units import say, told
from perfeval_xl.records.contract import Template
from perfeval_xl.records.finding import Finding, Related
from perfeval_xl.records.known import CONTROL, Dossier, Known
from perfeval_xl.records.rule import MISSING
from perfeval_xl.records.verdict import Receipt

_TOLERANCE = Decimal("0.01")
"""One figure printed with two decimals against another."""


class Against:
    """A template ready to compare submissions with what is known; knows what its board compares itself."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._on_board = {
            name.removeprefix(CONTROL)
            for check in template.checks
            for name in check.names
            if name.startswith(CONTROL) and name.removeprefix(CONTROL) in check.names
        }

    def wanted(self, dossier: Dossier) -> Iterator[str]:
        """Give the fields whose figures are needed."""
        for known in dossier.figures:
            yield known.field
            if CONTROL + known.field in self._template.field:
                yield CONTROL + known.field

    def compare(self, unit: str, receipt: Receipt, gist: Gist, dossier: Dossier) -> Iterator[Finding]:
        """Give what contradicts, without what the submission's own board or reading has found already."""
        accused = self._accused(receipt)
        for known in dossier.figures:
            if known.field in gist.unreadable:
                continue
            yield from self._of_one(unit, gist, known, accused)

    def _accused(self, receipt: Receipt) -> set[str]:
        """Return the fields of which something is said; of blank cells, all that one finding speaks of."""
        related = (one.related for one in receipt.findings if one.rule == MISSING)
        blank = {cell.address for several in related for cell in several}
        fields = {field.name for field in self._template.fields if blank and field.address in blank}
        return fields | {finding.field for finding in receipt.findings}

    def _of_one(self, unit: str, gist: Gist, known: Known, accused: set[str]) -> Iterator[Finding]:
        written, given = gist.figures.get(known.field), gist.figures.get(CONTROL + known.field)
        if given is not None and not _same(given, known.value):
            yield self._finding("A03", unit, CONTROL + known.field, given, known)
        if written is None:
            if known.value and known.field not in accused:
                yield self._finding("X17", unit, known.field, None, known)
        elif not _same(written, known.value) and not self._found_by_board(known, written, given):
            yield self._finding("X08" if known.last_year else "X16", unit, known.field, written, known)

    def _found_by_board(self, known: Known, written: Decimal, given: Decimal | None) -> bool:
        """Whether the template's own check says so already, be it against a figure that has changed since."""
        return known.field in self._on_board and given is not None and not _same(written, given)

    def _finding(self, rule: str, unit: str, name: str, written: Decimal | None, known: Known) -> Finding:
        field, control = self._template.field[name], self._template.field.get(CONTROL + known.field)
        related = (
            (Related(control.address, control.label, known.value),) if control and control is not field else ()
        )
        return say(
            rule,
            unit,
            field.address,
            field=name,
            label=field.label,
            value=written,
            expected=known.value,
            related=related,
            written=told(written, field) if written is not None else "",
            known=told(known.value, field),
            source=known.source,
            difference=told(abs((written or Decimal(0)) - known.value), field),
        )


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= _TOLERANCE
