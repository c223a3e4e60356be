"""What the reporting table says of each unit: when it reported, what is open, how late it is, who has to act."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from perfeval_xl.records.address import Address
from perfeval_xl.records.finding import Finding, Level
from perfeval_xl.records.papers import Held, Paper
from perfeval_xl.records.standing import Overview, Stage, Standing
from perfeval_xl.records.times import day_of
from perfeval_xl.records.unit import Unit, measure

_NAMED = 2
"""How many open findings a line names."""
_MOST = 60
"""Characters of one finding that a line shows."""
_OWING = {
    Stage.MISSING: "报送工作簿",
    Stage.UNREADABLE: "重新报送能打开的工作簿",
    Stage.RETURNED: "按退回通知改正后重报",
    Stage.DOUBTFUL: "说明核实事项后重报",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One unit in the reporting table. `errors` and `doubts` are all that were found, `open_doubts` unexplained.

    `reason` tells the first open findings with their places, `worst` the first in few words, `remark` what people
    decided, `unread` the last file that came and cannot be read. `late` counts days behind the deadline: those
    until the first report, or until today where there is none. `stamped` and `evidence` say whether papers have
    come, None where none are asked for; `code` is the 校验码 of what has passed, `public` where
    and since when that is public, `department` what its 主管部门 has done about it.
    """

    unit: Unit
    stage: Stage
    progress: str
    first: datetime | None
    last: datetime | None
    times: int
    errors: int
    doubts: int
    open_doubts: int
    late: int
    reason: str
    worst: str
    remark: str
    file: str
    sha256: str
    unread: str = ""
    stamped: Held | None = None
    evidence: Held | None = None
    code: str = ""
    public: str = ""
    department: str = ""

    @property
    def owes(self) -> str:
        """What the unit has to do; nothing where it is the bureau's turn or all is done."""
        owed = _OWING.get(self.stage, "")
        return f"{owed}（来的{self.unread}读不出）" if owed and self.unread else owed


def lines(overview: Overview, deadline: date | None, today: date) -> tuple[Line, ...]:
    """Return the reporting table, in the roster's order."""
    return tuple(_line(standing, deadline, today) for standing in overview.standings)


def _line(standing: Standing, deadline: date | None, today: date) -> Line:
    receipt, found, times = standing.receipt, standing.all_findings, _times(standing)
    levels = Counter(finding.level for finding in found)
    opened = standing.open_findings if standing.stage not in (Stage.PASSED, Stage.EXEMPT) else ()
    return Line(
        standing.unit,
        standing.stage,
        standing.progress,
        min(times, default=None),
        receipt.modified if receipt else max(times, default=None),
        len(standing.receipts),
        levels[Level.ERROR],
        levels[Level.WARNING],
        sum(finding.level is Level.WARNING for finding in standing.open_findings),
        _late(standing, deadline, today),
        _reason(opened) or _outside(standing),
        f"{opened[0].rule} {opened[0].label or opened[0].message}" if opened else "",
        standing.remark,
        receipt.file if receipt else "",
        receipt.sha256 if receipt else "",
        standing.unread[-1].file if standing.unread else "",
        standing.held(Paper.STAMPED),
        standing.held(Paper.EVIDENCE),
        standing.accepted_code,
        standing.public,
        standing.department,
    )


def _times(standing: Standing) -> list[datetime]:
    """Return the times of all that a unit has most likely sent."""
    own = (one.receipt for one in standing.waiting if one.units == (standing.unit.key,))
    return [receipt.modified for receipt in (*standing.receipts, *own, *standing.unread)]


def _outside(standing: Standing) -> str:
    """Return why what came does not count."""
    unread = () if standing.receipt else standing.unread
    told = (*(one.finding for one in standing.waiting), *(one.findings[0] for one in unread))
    return "；".join(finding.message for finding in told)


def _late(standing: Standing, deadline: date | None, today: date) -> int:
    if deadline is None or standing.stage is Stage.EXEMPT:
        return 0
    came = min(_times(standing), default=None)
    first = min(day_of(came), today) if came else today
    return max(0, (first - deadline).days)


def _reason(findings: tuple[Finding, ...]) -> str:
    """Return the first findings in few words, and how many there are."""
    named = "；".join(_short(finding) for finding in findings[:_NAMED])
    return named + (f"；等{len(findings)}项" if len(findings) > _NAMED else "")


def _short(finding: Finding) -> str:
    place = f"{finding.place} " if isinstance(finding.place, Address) else ""
    text = finding.message if len(finding.message) <= _MOST else finding.message[:_MOST] + "……"
    return f"{finding.rule} {place}{text}".rstrip("。")


def is_open(line: Line) -> bool:
    """Whether somebody has to do something: one that has not reported is only due once the deadline has passed.

    Papers that were not sent are nobody's fault: not every bureau asks for them. Those of something else are.
    """
    if Held.DIFFERS in (line.stamped, line.evidence):
        return True
    if line.stage is Stage.MISSING:
        return line.late > 0
    return line.progress not in (Stage.EXEMPT.value, Stage.PASSED.value)


def counts(table: Iterable[Line]) -> dict[Stage, int]:
    """Return how many units are at each stage, in the stages' order, those with none left out."""
    found = Counter(line.stage for line in table)
    return {stage: found[stage] for stage in Stage if found[stage]}


def headline(table: Collection[Line], what: str) -> str:
    """Return how many are due and how many are at each stage: of units, or of their parts, called `what`."""
    due = [line for line in table if line.stage is not Stage.EXEMPT]
    told = "，".join(f"{stage.value}{count}{measure(what)}" for stage, count in counts(table).items())
    return f"应报{reckoned(due, what)}：{told}"


def reckoned(group: Collection[Line], what: str) -> str:
    """Return how many lines there are in words: `5户`, or of units that report several parts `2户5个项目`."""
    units = f"{len({line.unit.code for line in group})}户" if what else ""
    return f"{units}{len(group)}{measure(what)}"


def owing(table: Iterable[Line]) -> dict[str, tuple[Line, ...]]:
    """Return the units that have to act, by business section in the roster's order, the latest ones first."""
    by_section: dict[str, list[Line]] = {}
    for line in table:
        if line.owes:
            by_section.setdefault(line.unit.section or "（未填业务股室）", []).append(line)
    return {
        section: tuple(sorted(group, key=lambda line: (-line.late, list(Stage).index(line.stage))))
        for section, group in by_section.items()
    }
