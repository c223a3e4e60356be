"""One pass over the units: each submission's contents are loaded once, give their rows, and are dropped."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.records.address import LAST_ROW
from perfeval_xl.records.finding import Level
from perfeval_xl.records.standing import Stage
from perfeval_xl.records.summary_line import Part, Plays
from perfeval_xl.records.summary_names import summary_names
from perfeval_xl.records.typed_cells import (
    REMARK,
    REVIEWED,
    SCORE,
    Line,
    as_value,
    line_names,
    naming,
    plain,
    review_form,
    shown,
)
from perfeval_xl.summary import figures
from perfeval_xl.summary.default import default_lines
from perfeval_xl.summary.figures import BLANK_ROW, Details, Spans, TableColumns
from perfeval_xl.summary.problems import noted, problems, ranked_rules
from perfeval_xl.summary.soundness import sound
from perfeval_xl.workbook.cell_text import clean
from perfeval_xl.workbook.row_writer import Rows
from perfeval_xl.workbook.sheet_writer import FIRST_ROW

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.standing import Overview, Standing
    from perfeval_xl.records.typed_cells import Values
    from perfeval_xl.records.verdict import Contents, Record
    from perfeval_xl.summary.problems import Broken, Noted, Problem

LeftOut = tuple["Decimal | None", "Decimal | None", str]
"""The budget and the expenditure that a unit typed, and the grade that it gave itself."""
ROOM = LAST_ROW - FIRST_ROW - 1
"""How many rows a sheet holds below its headings."""
_TOP, _SHARE, _LEAST, _MOST = 3, 20, 2, 200
_HIGH_SCORE, _LOW_RATE = Decimal(98), Decimal("0.9")
_LOW_GRADES = ("中", "差")
_STRAYS = ("R25", "R26", "R27")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A unit to go over again, with the reasons."""

    standing: Standing
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Material:
    """Everything that the sheets show. `counted` are the units that are added up, in the roster's order."""

    template: Template
    overview: Overview
    details: Details
    counted: tuple[Standing, ...]
    findings: tuple[Noted, ...]
    rules: tuple[Broken, ...]
    problems: tuple[Problem, ...]
    detail_rows: Rows
    table_rows: dict[str, Rows]
    proof_rows: Rows
    report_rows: Rows
    chosen: tuple[Chosen, ...] = ()
    review_rows: Rows = field(default_factory=Rows)
    reviews: Mapping[Line, Values] = field(default_factory=dict)
    """What reviewers typed into the form, by unit and row."""
    unlisted: tuple[Line, ...] = ()
    """Rows that reviewers typed into and that are not on the form any more."""
    faults: tuple[str, ...] = ()
    """Declarations that could not be used, and why."""
    everything: bool = False
    """Whether units are added up that have not passed."""
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    """By unit that has reported and is not added up, what it reported."""
    as_of: date | None = None
    """On which day the ledger was looked at; None where nobody says, and nothing is said of it."""
    deadline: date | None = None
    """The last day to report."""

    @property
    def parts(self) -> dict[str, str]:
        """Which field plays which part: 得分, 等级, 执行率, 预算, 支出."""
        return {part: name for part, name in self.template.parts.items() if self._has(part, name)}

    @property
    def units(self) -> int:
        """How many units are added up."""
        return len(self.counted)

    @property
    def subject(self) -> str:
        """What the year's work is called."""
        return self.template.work

    @property
    def money(self) -> str:
        """The unit of the budget's amounts."""
        field = self.template.field.get(self.parts.get(Plays.BUDGET, ""))
        return field.unit if field else "万元"

    def _has(self, part: str, name: str) -> bool:
        return part.startswith("复核") or name in self.details.letters


@dataclass(frozen=True, slots=True)
class _Figures:
    """What choosing the units to go over again needs of each."""

    score: Decimal | None
    rate: Decimal | None
    budget: Decimal
    grade: str


def gather(
    template: Template,
    overview: Overview,
    contents: Contents,
    as_of: date | None = None,
    *,
    everything: bool = False,
    deadline: date | None = None,
) -> Material:
    """Collect the rows of every sheet.

    Units that have not passed are listed but not added up, unless `everything` is: one figure in the wrong unit
    of money would make every total meaningless. A unit that gathers others (汇总户) is never added to them, nor is
    one that is exempt. `as_of` is the day on which this is so, `deadline` the last day to report.
    """
    parted = tuple(line for line in template.summary if line.part is Part.PARTED)
    shown_lines = tuple(line for line in template.summary if line not in parted)
    template = replace(template, summary=(*(shown_lines or default_lines(template)), *parted))
    lines, faults = sound(template.summary, summary_names(template))
    template = replace(template, summary=lines)
    counted = tuple(
        standing
        for standing in overview.standings
        if standing.receipt and standing.single and (standing.counts or (everything and _asked(standing)))
    )
    details = Details(template)
    tables = {one.table.name: Rows(ROOM) for one in details.tables}
    pass_ = _Pass(details, Rows(ROOM), tables, Rows(ROOM), Rows(ROOM), template.parts)
    for standing in counted:
        if standing.receipt:
            pass_.take(standing, contents(standing.receipt))
    form = review_form(template)
    reviews = shown(overview.acts, form) if form else {}
    chosen = tuple(_chosen(template, counted, pass_.figures, {code for code, _ in reviews}))
    review_rows, listed = _review_rows(template, chosen, contents, reviews)
    findings = noted(template, overview)
    rules = ranked_rules(template, findings)
    return Material(
        template,
        overview,
        details,
        counted,
        findings,
        rules,
        problems(template, findings, rules),
        pass_.detail,
        tables,
        pass_.proof,
        pass_.reports,
        chosen,
        review_rows,
        reviews,
        tuple(line for line in reviews if line not in listed),
        faults,
        everything,
        _left_out(template, overview, counted, contents),
        as_of,
        deadline,
    )


def _asked(standing: Standing) -> bool:
    return standing.stage is not Stage.EXEMPT


def _left_out(
    template: Template, overview: Overview, counted: tuple[Standing, ...], contents: Contents
) -> dict[str, LeftOut]:
    """Return what units have reported that are asked and not added up, as it was read: nobody has verified it."""
    taken = frozenset(map(id, counted))
    left: dict[str, LeftOut] = {}
    for standing in overview.standings:
        if standing.receipt and standing.single and _asked(standing) and id(standing) not in taken:
            record = contents(standing.receipt)
            budget, spent, grade = (
                template.parts.get(part, "") for part in (Plays.BUDGET, Plays.SPENT, Plays.GRADE)
            )
            left[standing.unit.key] = (
                figures.figure_of(record, budget),
                figures.figure_of(record, spent),
                plain(record.value(grade)) if grade else "",
            )
    return left


@dataclass
class _Pass:
    """The rows as they are gathered, unit after unit."""

    details: Details
    detail: Rows
    tables: dict[str, Rows]
    proof: Rows
    reports: Rows
    parts: dict[str, str]
    figures: dict[str, _Figures] = field(default_factory=dict)

    def take(self, standing: Standing, record: Record) -> None:
        """Add one unit's rows to every sheet."""
        used = figures.used_rows(self.details, record)
        spans = Spans(
            {
                one.table.name: self._table(one, standing, record, used[one.table.name])
                for one in self.details.tables
            }
        )
        row = FIRST_ROW + self.detail.count
        report = FIRST_ROW + self.reports.count
        self.detail.add(self._detail(standing, record, spans, report))
        self.proof.add(self._proof(standing, record, row, spans))
        for number, text in enumerate(record.verdict.paragraphs, 1):
            self.reports.add((standing.unit.key, standing.unit.label, Decimal(number), text))
        self.figures[standing.unit.key] = _Figures(
            figures.figure_of(record, self.parts.get(Plays.SCORE, "")),
            figures.figure_of(record, self.parts.get(Plays.RATE, "")),
            figures.figure_of(record, self.parts.get(Plays.BUDGET, "")) or Decimal(0),
            plain(record.value(self.parts.get(Plays.GRADE, ""))),
        )

    def _table(
        self, one: TableColumns, standing: Standing, record: Record, numbers: list[int]
    ) -> tuple[int, int] | None:
        """Add a unit's used rows of a table; return where they stand, None where there is no room."""
        rows = self.tables[one.table.name]
        if not numbers:
            return BLANK_ROW, BLANK_ROW
        first = FIRST_ROW + rows.count
        if rows.count + len(numbers) > ROOM:
            rows.dropped += len(numbers)
            return None
        for number in numbers:
            cells = (record.value(column.name, number) for column in one.fields)
            rows.add((standing.unit.key, standing.unit.label, *cells))
        return first, first + len(numbers) - 1

    def _detail(
        self, standing: Standing, record: Record, spans: Spans, report: int
    ) -> Iterator[Value | tuple[str]]:
        unit = standing.unit
        levels = [finding.level for finding in standing.all_findings if not finding.explanation]
        yield from (unit.key, unit.label, unit.parent, standing.state)
        yield from (Decimal(levels.count(Level.ERROR)), Decimal(levels.count(Level.WARNING)))
        yield None
        yield (f'=HYPERLINK("#\'分部门报告\'!A{report}","自评报告")',) if record.verdict.paragraphs else None
        for column in self.details.figures:
            formula = spans.put(column) if column.tables else None
            yield formula or (None if column.formula and not column.tables else record.value(column.name, 0))

    def _proof(self, standing: Standing, record: Record, row: int, spans: Spans) -> Iterator[Value | tuple[str]]:
        submission = record.submission
        filled = submission.filled if submission else 0
        entries = submission.entries if submission else ()
        filling = self.details.filling
        read = sum([entry.name in filling for entry in entries])
        listed = sum(1 + len(finding.related) for finding in standing.all_findings if finding.rule in _STRAYS)
        formula = figures.arrived(self.details, row, spans)
        yield from (standing.unit.key, standing.unit.label, Decimal(filled), Decimal(read), Decimal(listed), None)
        yield figures.typed_sum(self.details, record)
        yield (f"=ROUND({formula},2)",) if formula else None
        yield from (None, None)


def seed(template: Template) -> str:
    """Return the seed of the draw: the region and the year, so that anybody can repeat it."""
    return f"{template.defaults.get('地区') or ''}{template.defaults.get('年度') or ''}"


def _chosen(
    template: Template, counted: tuple[Standing, ...], held: dict[str, _Figures], reviewed: set[str]
) -> Iterator[Chosen]:
    """Give whom to go over again, with every reason: by rule, and some drawn by lot with a recorded seed.

    Who has been gone over stays on the list, and changes nothing of the draw.
    """
    reasons: dict[str, list[str]] = {one.unit.key: _own_reasons(one, held[one.unit.key]) for one in counted}
    for code in _low_grades(held):
        reasons[code].append("自评等级为中、差")
    for code in _largest(held):
        reasons[code].append("资金量居前")
    for code in _most_doubts(counted):
        reasons[code].append("核实事项较多")
    others = [code for code, given in reasons.items() if not given]
    draw = random.Random(seed(template))  # noqa: S311 - a lot that anybody can draw again, not a secret
    for code in draw.sample(others, min(len(others), max(_LEAST, len(reasons) // _SHARE), _MOST)):
        reasons[code].append("随机抽取")
    for one in counted:
        given = reasons[one.unit.key] or ["已有复核记录"] * (one.unit.key in reviewed)
        if given:
            yield Chosen(one, tuple(given))


def _own_reasons(standing: Standing, held: _Figures) -> list[str]:
    reasons = []
    if any(finding.rule == "D14" for finding in standing.all_findings):
        reasons.append("自评得分明显高于预算执行率")
    if held.score is not None and held.rate is not None and held.score >= _HIGH_SCORE and held.rate < _LOW_RATE:
        reasons.append("得分98分以上而执行率低于90%")
    return reasons


def _largest(held: dict[str, _Figures]) -> list[str]:
    return sorted((code for code in held if held[code].budget), key=lambda code: (-held[code].budget, code))[:_TOP]


def _low_grades(held: dict[str, _Figures]) -> list[str]:
    """Return those that grade themselves 中 or 差, those of the lowest scores first, as many as one in twenty."""
    low = [code for code in held if held[code].grade in _LOW_GRADES]
    ranked = sorted(low, key=lambda code: (held[code].score or Decimal(0), code))
    return ranked[: max(_TOP, len(held) // _SHARE)]


def _most_doubts(counted: tuple[Standing, ...]) -> list[str]:
    counts = Counter(
        one.unit.key for one in counted for finding in one.all_findings if finding.level is Level.WARNING
    )
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [code for code, count in ranked[:_TOP] if count > 1]


def _review_rows(
    template: Template, chosen: tuple[Chosen, ...], contents: Contents, reviews: Mapping[Line, Values]
) -> tuple[Rows, set[Line]]:
    """Return the chosen units' rows of the table to go over again, with what was typed; and which they are."""
    rows, listed = Rows(ROOM), set[Line]()
    fields = template.columns.get(template.parts.get(Plays.REVIEWED, ""), ())
    named = len(naming(fields))
    for one in chosen if fields else ():
        unit = one.standing.unit
        lines = _filled(template, fields, contents(one.standing.receipt)) if one.standing.receipt else []
        names = line_names([_shown(value) for value in values[:named]] for values in lines)
        for values, name in zip(lines, names, strict=True):
            typed = reviews.get((unit.key, name), {})
            value, score, remark = (as_value(typed.get(heading, "")) for heading in (REVIEWED, SCORE, REMARK))
            rows.add((unit.key, unit.label, *values, value, score, None, remark))
            listed.add((unit.key, name))
    return rows, listed


def _filled(template: Template, fields: tuple[Field, ...], record: Record) -> list[list[Value]]:
    """Return the rows of a table in which a unit has filled anything."""
    numbers = range(1, template.table[fields[0].table].rows + 1)
    rows = ([record.value(column.name, number) for column in fields] for number in numbers)
    return [values for values in rows if any(value not in (None, "") for value in values)]


def _shown(value: Value) -> str:
    return clean(plain(value))
