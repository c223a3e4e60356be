"""What a department has and spends: plausible accounts drawn from a seed, and the cells that they fill.

All amounts are 万元 with two decimals. Totals are always sums of their parts; only `mistakes` breaks that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from itertools import chain
from random import Random

from perfeval_xl.demo.indicators import Measured, earned, measured, rows_of
from perfeval_xl.demo.scores import rounded
from perfeval_xl.demo.texts import Office, Staff, Work
from perfeval_xl.records.finding import Value
from perfeval_xl.records.submission import Key
from perfeval_xl.wording.numbers import NOT_APPLICABLE

CATEGORIES = {
    "业务工作经费": ("业务工作", "业务工作经费"),
    "运行维护经费": ("运行维护", "运行维护经费"),
    "专项资金": ("专项", "专项资金"),
    "其他": ("其他资金", "其他项目"),
}
"""A project's category, with the lines of 表1 and 表2 that it goes to."""
_FUND = "收入_政府基金"
_NIL = Decimal(0)
_OFTEN_CARRIED = 0.3
"""How many of the projects use money that was carried over."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the accounts: last year's final, this year's initial and full budget, this year's final."""

    last: Decimal
    initial: Decimal
    budget: Decimal
    final: Decimal

    def __add__(self, other: Line) -> Line:
        return Line(
            self.last + other.last,
            self.initial + other.initial,
            self.budget + other.budget,
            self.final + other.final,
        )

    def part(self, share: Decimal) -> Line:
        """Return a share of every figure, cut to two decimals so that parts never exceed the whole."""
        return Line(*(_cut(amount * share) for amount in (self.last, self.initial, self.budget, self.final)))


NOTHING = Line(_NIL, _NIL, _NIL, _NIL)


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its line; `carried` is what of the final was carried over, `aim` its intended score of 90."""

    work: Work
    line: Line
    carried: Decimal
    aim: Decimal


@dataclass(frozen=True, slots=True)
class Accounts:
    """All figures of one department that are not computed from others."""

    staff: Staff
    personnel: Line
    daily: Line
    projects: tuple[Project, ...]
    office: Line
    office_parts: tuple[Line, Line, Line]
    car_bought: Line = NOTHING
    car_run: Line = NOTHING
    abroad: Line = NOTHING
    reception: Line = NOTHING
    procurement: Line = NOTHING

    @property
    def basic(self) -> Line:
        """Basic expenditure."""
        return self.personnel + self.daily

    @property
    def project_total(self) -> Line:
        """All project expenditure, whatever pays for it."""
        return total(project.line for project in self.projects)

    @property
    def cars(self) -> Line:
        """Cars bought and run."""
        return self.car_bought + self.car_run

    @property
    def three_public(self) -> Line:
        """The three public expenses: cars, journeys abroad, receptions."""
        return self.cars + self.abroad + self.reception


def total(lines: Iterable[Line]) -> Line:
    """Add lines up."""
    return sum(lines, NOTHING)


def drawn(office: Office, score: Decimal, random: Random) -> Accounts:
    """Draw a department's accounts; `score` (of 90) bounds the rate of execution from below."""
    personnel = rounded(office.staff.present * office.pay * _between(random, "0.97", "1.03"))
    daily = rounded(office.staff.present * office.upkeep * _between(random, "0.92", "1.08"))
    spent = sum((work.spent for work in office.projects), _NIL)
    share = spent / (spent + personnel + daily)
    rate = _rate(score, random) if office.rate is None else office.rate
    kept = (1 - rate) * (1 - share)
    personnel_line, daily_line = _line(personnel, kept, random), _line(daily, kept, random)
    budget = rounded((spent + personnel + daily) / rate) - personnel_line.budget - daily_line.budget
    lines = _spread(office, budget, random)
    projects = tuple(
        _project(work, line, score, random) for work, line in zip(office.projects, lines, strict=True)
    )
    common = daily_line.part(_between(random, "0.84", "0.97"))
    return Accounts(
        staff=office.staff,
        personnel=personnel_line,
        daily=daily_line,
        projects=projects,
        office=common,
        office_parts=(
            common.part(_between(random, "0.30", "0.40")),
            common.part(_between(random, "0.18", "0.26")),
            common.part(_between(random, "0.03", "0.08")),
        ),
        car_bought=_bought(office.car_bought),
        car_run=_saved(office.cars * _between(random, "2.10", "2.90"), random),
        reception=_saved(office.guests, random),
        procurement=_procured(office, random),
    )


def cells(accounts: Accounts) -> dict[Key, Value]:
    """Return every figure's cell of 表1 to 表5."""
    parts = (_staff(accounts.staff), _base(accounts), _spending(accounts), _funds(accounts), _rows(accounts))
    return dict(chain.from_iterable(parts))


def execution(line: Line) -> Decimal:
    """Return final over budget in per cent."""
    return rounded(line.final / line.budget * 100)


# --- drawing ---------------------------------------------------------------------------------------------------


def _rate(score: Decimal, random: Random) -> Decimal:
    """Draw a rate that the score does not exceed by more than 5 per cent: above that it counts as inflated."""
    least = score / 90 * Decimal("0.95") + Decimal("0.004")
    return min(Decimal("0.9965"), least + _between(random, "0.002", "0.048"))


def _line(final: Decimal, unspent: Decimal, random: Random) -> Line:
    budget = rounded(final / (1 - unspent))
    return Line(
        last=rounded(final * _between(random, "0.88", "1.12")),
        initial=rounded(budget * _between(random, "0.93", "1.00")),
        budget=budget,
        final=final,
    )


def _spread(office: Office, budget: Decimal, random: Random) -> Iterator[Line]:
    """Give each project its line, so that the budgets add up; some leave more unspent than others."""
    left = budget - sum((work.spent for work in office.projects), _NIL)
    shares = [work.spent * _between(random, "0.70", "1.30") for work in office.projects]
    for place, work in enumerate(office.projects):
        rest = sum(shares[place:], _NIL)
        unspent = rounded(left * shares[place] / rest)
        left -= unspent
        growth = _between(random, "0.86", "1.16")
        if office.growth and not place:
            growth = office.growth
        whole = work.spent + unspent
        initial = rounded(whole * _between(random, "0.90", "1.00"))
        yield Line(rounded(work.spent / growth), initial, whole, work.spent)


def _project(work: Work, line: Line, score: Decimal, random: Random) -> Project:
    carried = _cut(work.spent * _between(random, "0.04", "0.14")) if random.random() < _OFTEN_CARRIED else _NIL
    return Project(work, line, carried, score + _between(random, "-1.5", "1.5"))


def _saved(last: Decimal, random: Random) -> Line:
    """Draw a line that may not grow: less than last year and not more than the budget."""
    final = rounded(last * _between(random, "0.86", "0.99"))
    budget = rounded(final * _between(random, "1.01", "1.12"))
    return Line(rounded(last), budget, budget, final)


def _bought(price: Decimal) -> Line:
    return Line(_NIL, price, price, price)


def _procured(office: Office, random: Random) -> Line:
    budget = rounded(office.procurement * _between(random, "0.98", "1.02"))
    last = rounded(office.procurement * _between(random, "0.85", "1.15"))
    return Line(last, budget, budget, rounded(budget * office.procured))


def _between(random: Random, low: str, high: str) -> Decimal:
    """Draw evenly from a span, in steps of a ten-thousandth."""
    return Decimal(random.randint(int(Decimal(low) * 10000), int(Decimal(high) * 10000))) / 10000


def _cut(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_DOWN)


# --- cells -----------------------------------------------------------------------------------------------------


def _staff(staff: Staff) -> Iterator[tuple[Key, Value]]:
    heads = {
        "人员_编制数": staff.established,
        "人员_在职人数": staff.present,
        "行政编制": staff.administrative,
        "事业编制": staff.institutional,
        "退休人数": staff.retired,
        "离休人数": staff.veterans,
    }
    for name, count in heads.items():
        yield (name, 0), Decimal(count)


def _base(accounts: Accounts) -> Iterator[tuple[Key, Value]]:
    """Fill 表1: three years' columns, the special funds one a row."""
    supplies, utilities, meetings = accounts.office_parts
    rows = {
        "三公经费": accounts.three_public,
        "公车经费": accounts.cars,
        "公车购置": accounts.car_bought,
        "公车运行": accounts.car_run,
        "出国经费": accounts.abroad,
        "公务接待": accounts.reception,
        "公用经费": accounts.office,
        "办公经费": supplies,
        "水电差旅": utilities,
        "会议培训": meetings,
        "政府采购": accounts.procurement,
    }
    rows["项目总额"] = _as_planned(accounts.project_total)
    for category, (row, _) in CATEGORIES.items():
        if category != "专项资金":
            rows[row] = _as_planned(total(_of(accounts, category)))
    for name, line in rows.items():
        yield from _three_years(name, 0, line)
    if accounts.procurement == NOTHING:
        yield from (((f"政府采购_{year}", 0), NOT_APPLICABLE) for year in ("上年决算", "本年预算", "本年决算"))
    specials = [project for project in accounts.projects if project.work.category == "专项资金"]
    for number, project in enumerate(specials, 1):
        yield ("专项_名称", number), project.work.name
        yield from _three_years("专项", number, _as_planned(project.line))
    yield ("基本调整_本年预算", 0), accounts.basic.budget - accounts.basic.initial


def _as_planned(line: Line) -> Line:
    """Projects stand in 表1 with their budget as approved at the beginning of the year."""
    return replace(line, budget=line.initial)


def _three_years(name: str, row: int, line: Line) -> Iterator[tuple[Key, Value]]:
    yield (f"{name}_上年决算", row), line.last
    yield (f"{name}_本年预算", row), line.budget
    yield (f"{name}_本年决算", row), line.final


def _spending(accounts: Accounts) -> Iterator[tuple[Key, Value]]:
    """Fill 表2: general public budget only, and beside it what the government funds pay."""
    general = [project for project in accounts.projects if project.work.source == "收入_一般预算"]
    rows = {
        "基本支出": accounts.basic,
        "人员经费": accounts.personnel,
        "日常公用经费": accounts.daily,
        "项目支出": total(project.line for project in general),
    }
    for category, (_, row) in CATEGORIES.items():
        rows[row] = total(project.line for project in general if project.work.category == category)
    funded = [project.line for project in accounts.projects if project.work.source == _FUND]
    if funded:
        rows["政府性基金"] = total(funded)
    for name, line in rows.items():
        yield from _four_columns(name, line)


def _four_columns(name: str, line: Line) -> Iterator[tuple[Key, Value]]:
    yield (f"{name}_上年决算", 0), line.last
    yield (f"{name}_年初预算", 0), line.initial
    yield (f"{name}_全年预算", 0), line.budget
    yield (f"{name}_本年决算", 0), line.final


def _funds(accounts: Accounts) -> Iterator[tuple[Key, Value]]:
    """Fill the fund block of 表3: by income and by kind of expenditure, as executed."""
    whole = accounts.basic + accounts.project_total
    incomes = {"收入_一般预算": accounts.basic.final}
    for project in accounts.projects:
        source = project.work.source
        incomes[source] = incomes.get(source, _NIL) + project.line.final
    yield ("资金总额_年初预算", 0), whole.initial
    yield ("资金总额_全年预算", 0), whole.budget
    yield ("资金总额_全年执行", 0), whole.final
    yield ("收入合计", 0), whole.final
    yield ("支出合计", 0), whole.final
    yield ("支出_基本", 0), accounts.basic.final
    for name, amount in incomes.items():
        yield (name, 0), amount


def _rows(accounts: Accounts) -> Iterator[tuple[Key, Value]]:
    """Fill 表4, one project a row, and its annex, six indicators a project."""
    running = [project for project in accounts.projects if project.line.budget]
    for row, project in enumerate(running, 1):
        work, line = project.work, project.line
        yield ("项目_名称", row), work.name
        yield ("项目_类别", row), work.category
        source = "财政拨款" if work.source in ("收入_一般预算", _FUND) else "其他资金"
        for total_name, part, amount, carried in (
            ("年初预算", "年初", line.initial, _NIL),
            ("全年预算", "全年", line.budget, project.carried),
            ("全年执行", "执行", line.final, project.carried),
        ):
            yield (f"项目_{total_name}", row), amount
            yield (f"项目_{part}{source}", row), amount - carried
            if carried:
                yield (f"项目_{part}上年结转", row), carried
        yield ("项目_得分", row), executed(line) + earned(_measured(project, row))
        yield ("项目_预期目标", row), work.goal
        yield ("项目_完成情况", row), work.done
    rows = (rows_of(p.work.name, _measured(p, row)) for row, p in enumerate(running, 1))
    for number, measures in enumerate(chain.from_iterable(rows), 1):
        for column, value in measures.items():
            yield (f"项目指标_{column}", number), value


def executed(line: Line) -> Decimal:
    """Return what a line's execution scores, of 10."""
    return rounded(min(Decimal(10), 10 * line.final / line.budget))


def _measured(project: Project, number: int) -> tuple[Measured, ...]:
    return measured(project.aim, execution(project.line), number)


def _of(accounts: Accounts, category: str) -> list[Line]:
    return [project.line for project in accounts.projects if project.work.category == category]
