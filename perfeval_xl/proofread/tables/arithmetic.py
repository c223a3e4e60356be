"""What a table's figures must obey: columns computed from others, totals of rows; a rule that one row breaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING

from perfeval_xl.proofread.calculation import amount, decimals, number, percent, places, printed, slack, terms
from perfeval_xl.proofread.figures import PERCENT
from perfeval_xl.proofread.rules_of_reports import finding
from perfeval_xl.proofread.tables.grid import named
from perfeval_xl.proofread.verdict import Verdict, softened

if TYPE_CHECKING:
    from perfeval_xl.proofread.mentions import Mention
    from perfeval_xl.proofread.tables.grid import Grid
    from perfeval_xl.records.finding import Finding

Stated = Mapping[tuple[int, int], "Mention"]
_TOTAL = re.compile(
    r"^(?:\(?[一二三四五六七八九十\d]*[)、.]?)?(?:合计|总计|共计|总分|小计|总得分|.{0,8}(?:合计|总计|小计))$"
)
_SUBTOTAL = re.compile("小计")
_RATIO, _GROWTH = (
    re.compile("率|比例|比重|占比|进度|幅度?$|完成.*%|%"),
    re.compile("增减|增长|增幅|变动|变化|比上年|较上年"),
)
_DIFFERENCE = re.compile("增减|差额|差异|变动|变化|比上年|较上年|结余|结转|超编")
_WEIGHTED, _SCORED = re.compile("分值|权重|满分|标准分"), re.compile("得分(?!率)|评分$|自评分|实得")
_WIDEST, _LONGEST = 10, 400
_ENOUGH = 2
_MOST_CHILDREN = 8


@dataclass(frozen=True, slots=True)
class _Formula:
    """How a column comes from two others: `upper` over or minus `lower`."""

    rule: str
    upper: int
    lower: int
    value: Callable[[Decimal, Decimal], Decimal]
    sign: str


def _quotient(upper: Decimal, lower: Decimal) -> Decimal:
    return upper / lower if lower else Decimal(0)


def _growth(upper: Decimal, lower: Decimal) -> Decimal:
    return (upper - lower) / lower if lower else Decimal(0)


def _minus(upper: Decimal, lower: Decimal) -> Decimal:
    return upper - lower


def arithmetic(grid: Grid, stated: Stated) -> Iterator[Verdict]:
    """Try every column that others compute, and every total of rows."""
    if len(grid.columns) <= _WIDEST * _ENOUGH and len(grid.rows) <= _LONGEST:
        for column in grid.columns:
            yield from _computed(grid, stated, column)
    yield from _totals(grid, stated)
    for column in grid.columns[: _WIDEST * _ENOUGH]:
        if _TOTAL.match(grid.head(column).rsplit("|", maxsplit=1)[-1]):
            yield from _across(grid, stated, column)
        elif _SCORED.search(grid.head(column)):
            yield from _above_weight(grid, stated, column)


def _across(grid: Grid, stated: Stated, total: int) -> Iterator[Verdict]:
    """Try a total that stands at the side: 人员 | 公用 | 项目 | 合计, by the reading that most rows obey."""
    plain = [
        at
        for at in grid.columns
        if at != total
        and not grid.serial(at)
        and not any(word.search(grid.head(at)) for word in (_RATIO, _DIFFERENCE, _TOTAL))
        and _column(grid, stated, at)
    ]
    readings = [[at for at in plain if at < total], [at for at in plain if at > total]]
    tried = [
        [verdict for row in grid.rows if (verdict := _added_across(grid, stated, row, columns, total))]
        for columns in readings
        if len(columns) >= _ENOUGH
    ]
    if not tried:
        return
    verdicts = max(tried, key=lambda found: sum(not verdict.finding for verdict in found))
    right = sum(not verdict.finding and _nonzero(verdict) for verdict in verdicts)
    if right * 2 >= len(verdicts):
        yield from (verdict if right >= _ENOUGH else softened(verdict) for verdict in verdicts)


def _added_across(grid: Grid, stated: Stated, row: int, columns: list[int], total: int) -> Verdict | None:
    whole = stated.get((row, total))
    parts = tuple(stated[row, column] for column in columns if (row, column) in stated)
    head = grid.head(total).rsplit("|", maxsplit=1)[-1]
    return _summed(whole, parts, f"{grid.label(row, total)}{head}") if whole else None


def _above_weight(grid: Grid, stated: Stated, column: int) -> Iterator[Verdict]:
    """Find a score above what its row can score: 分值10分，得分12分."""
    weights = [at for at in grid.columns if at != column and _WEIGHTED.search(grid.head(at))]
    for row, score in _column(grid, stated, column).items() if len(weights) == 1 else ():
        weight = stated.get((row, weights[0]))
        if weight and score.value > weight.value > 0:
            evidence = f"这一行的{grid.head(weights[0]).rsplit('|', maxsplit=1)[-1]}是{weight.text}"
            found = finding("P40", score.place, value=score.value, word=score.text, evidence=evidence)
            yield Verdict((score, weight), found, score.value - weight.value)


def _column(grid: Grid, stated: Stated, column: int) -> dict[int, Mention]:
    return {row: stated[row, column] for row in grid.rows if (row, column) in stated}


def _computed(grid: Grid, stated: Stated, column: int) -> Iterator[Verdict]:
    """Try the formula that a column's head asks for and most of its rows obey."""
    head = grid.head(column)
    own = _column(grid, stated, column)
    formulas = list(_formulas(grid, stated, column, head)) if own else []
    if not formulas:
        return
    tried = [(formula, _rows(own, formula, stated)) for formula in formulas]
    formula, rows = max(tried, key=lambda pair: (sum(holds for _, _, holds in pair[1]), -formulas.index(pair[0])))
    right = sum(holds for _, _, holds in rows)
    sure = right >= _ENOUGH and right * 2 >= len(rows)
    if not sure and not _said(grid, formula, head):
        return
    for mention, (upper, lower), holds in rows:
        facts = (mention, upper, lower)
        if holds:
            yield Verdict(facts)
        else:
            verdict = Verdict(facts, _broken(formula, mention, upper, lower, head), abs(upper.value))
            yield verdict if sure else softened(verdict)


def _formulas(grid: Grid, stated: Stated, column: int, head: str) -> Iterator[_Formula]:
    others = [at for at in grid.columns if at != column and any((row, at) in stated for row in grid.rows)]
    sample = next(iter(_column(grid, stated, column).values()))
    ratio = bool(_RATIO.search(head)) or sample.figure.dimension == PERCENT
    pairs = [
        pair for pair in permutations(others[:_WIDEST], 2) if not any(_RATIO.search(grid.head(at)) for at in pair)
    ]
    for upper, lower in sorted(pairs, key=lambda pair: not _plan_last(grid, pair)):
        if ratio and _GROWTH.search(head):
            yield _Formula("P05", upper, lower, _growth, "÷")
            if _DIFFERENCE.search(grid.head(upper)):
                yield _Formula("P05", upper, lower, _quotient, "÷")
        elif ratio:
            yield _Formula("P10", upper, lower, _quotient, "÷")
        elif _DIFFERENCE.search(head):
            yield _Formula("P04", upper, lower, _minus, "-")


def _plan_last(grid: Grid, pair: tuple[int, int]) -> bool:
    upper, lower = (grid.head(at) for at in pair)
    years = [re.findall(r"(?:19|20)\d\d", text) for text in (upper, lower)]
    if all(years) and int(years[0][-1]) == int(years[1][-1]) + 1:
        return True
    planned = re.search("预算|计划|目标|编制|上年|去年", lower) is not None
    return planned and re.search("决算|执行|支出|完成|实际|实有|在职|本年|今年", upper) is not None


def _said(grid: Grid, formula: _Formula, head: str) -> bool:
    """Whether the heads alone say how the column is computed."""
    known = re.search("执行率|完成率|完成.*%|控制率|增减|增长率|增幅", head) is not None
    return (
        known
        and _plan_last(grid, (formula.upper, formula.lower))
        and len([c for c in grid.columns if not grid.serial(c)]) <= 5
    )


def _rows(
    own: dict[int, Mention], formula: _Formula, stated: Stated
) -> list[tuple[Mention, tuple[Mention, Mention], bool]]:
    found = []
    for row, mention in own.items():
        upper, lower = stated.get((row, formula.upper)), stated.get((row, formula.lower))
        if (
            upper
            and lower
            and (lower.value or formula.sign == "-")
            and upper.figure.dimension == lower.figure.dimension
        ):
            found.append((mention, (upper, lower), _holds(formula, mention, upper, lower)))
    return found


def _holds(formula: _Formula, mention: Mention, upper: Mention, lower: Mention) -> bool:
    right = formula.value(upper.value, lower.value)
    if formula.sign == "-":
        return abs(abs(mention.value) - abs(right)) <= slack([mention.figure, upper.figure, lower.figure])
    value = _fraction(mention)
    loose = _step(mention) + slack([upper.figure, lower.figure]) / abs(lower.value) * (1 + abs(right))
    return abs(abs(value) - abs(right)) <= loose


def _fraction(mention: Mention) -> Decimal:
    """Return a rate as a fraction, whether its column says % or not."""
    if mention.figure.dimension == PERCENT:
        return mention.value
    return mention.value / 100 if abs(mention.value) > 2 else mention.value


def _step(mention: Mention) -> Decimal:
    step = mention.figure.step
    return step / 100 if mention.figure.dimension != PERCENT and abs(mention.value) > 2 else step


def _broken(formula: _Formula, mention: Mention, upper: Mention, lower: Mention, head: str) -> Finding:
    right = formula.value(upper.value, lower.value)
    figures = [upper.figure, lower.figure]
    scale, exact = upper.figure.scale, decimals(figures, upper.figure.scale)
    first = upper.value - lower.value if formula.value is _growth else upper.value
    written = f"{number(first, scale, exact)}{formula.sign}{number(lower.value, scale, exact)}="
    shown = (
        amount(right, upper.figure, figures)
        if formula.sign == "-"
        else percent(right, places(mention.figure) if mention.figure.dimension == PERCENT else 2)
    )
    name = f"{mention.subject or '这一行'}{head.rsplit('|', maxsplit=1)[-1]}"
    case = {"subject": name, "calculation": written + shown, "said": mention.text}
    if formula.rule == "P04":
        case["difference"] = amount(abs(abs(mention.value) - abs(right)), upper.figure, figures)
    expected = printed(right, upper.figure) if formula.sign == "-" else right.quantize(Decimal("0.0001"))
    return finding(formula.rule, mention.place, value=mention.value, expected=expected, label=name, **case)


def _totals(grid: Grid, stated: Stated) -> Iterator[Verdict]:
    labels = {row: _row_label(grid, row) for row in grid.rows}
    columns = [at for at in grid.columns if not _RATIO.search(grid.head(at)) and _column(grid, stated, at)]
    for row, label in labels.items():
        if _TOTAL.match(label):
            yield from _total(grid, stated, row, list(_part_rows(labels, row)), columns)
        elif labels.get(row + 1, "").startswith("其中"):
            following = [
                at
                for at in range(row + 1, min(row + 1 + _MOST_CHILDREN, grid.rows.stop))
                if not _TOTAL.match(labels[at])
            ]
            readings = [following[:count] for count in range(_ENOUGH, len(following) + 1)]
            yield from _total(grid, stated, row, readings, columns, proven=True)


def _row_label(grid: Grid, row: int) -> str:
    """Return the words that name a row: 小计 where it stands beside a group, else the last before its figures."""
    words = [
        slot.plain
        for at in grid.columns
        if (slot := grid.cells.get((row, at))) and slot.plain and not grid.number(row, at)
    ]
    return next(
        (word for word in words if _TOTAL.match(word) or word.startswith("其中")), words[-1] if words else ""
    )


def _part_rows(labels: dict[int, str], total: int) -> Iterator[list[int]]:
    """Yield the rows that a total can be of: all, those without 其中, the main ones, those since the last."""
    others = [row for row, label in labels.items() if row != total and label]
    plain = [row for row in others if not _TOTAL.match(labels[row])]
    subtotals = [row for row in others if _SUBTOTAL.search(labels[row])]
    before = [row for row in plain if row < total]
    last = max((row for row in others if row < total and _TOTAL.match(labels[row])), default=-1)
    after = [row for row in plain if row > total]
    following = next((row for row in others if row > total and _TOTAL.match(labels[row])), max(labels) + 1)
    if not _SUBTOTAL.search(labels[total]) and subtotals:
        yield subtotals
        above = [row for row in subtotals if row < total]
        yield [*above, *(row for row in before if above and row > above[-1])]
    yield from _nested(labels, plain)
    yield from _nested(labels, before)
    yield from _nested(labels, [row for row in plain if last < row < total])
    yield from _nested(labels, [row for row in after if row < following])


def _nested(labels: dict[int, str], rows: list[int]) -> Iterator[list[int]]:
    """Yield rows as they are, without those of 其中, and only those that are numbered 一、."""
    yield rows
    starts = [row for row in rows if labels[row].startswith("其中")]
    for count in range(1, _MOST_CHILDREN) if starts else ():
        children = {start + step for start in starts for step in range(count)}
        yield [row for row in rows if row not in children]
    main = [row for row in rows if re.match(r"[一二三四五六七八九十]{1,3}、", labels[row])]
    if main:
        yield main


def _total(
    grid: Grid, stated: Stated, total: int, readings: list[list[int]], columns: list[int], *, proven: bool = False
) -> Iterator[Verdict]:
    """Try the totals of one row by the reading that most columns obey."""
    useful = [rows for rows in readings if len(rows) >= _ENOUGH]
    tried = [
        (rows, [verdict for at in columns if (verdict := _added(grid, stated, total, rows, at))])
        for rows in useful
    ]
    tried = [(rows, verdicts) for rows, verdicts in tried if verdicts]
    if not tried:
        return
    _, verdicts = max(tried, key=lambda pair: sum(not verdict.finding for verdict in pair[1]))
    right = sum(not verdict.finding and _nonzero(verdict) for verdict in verdicts)
    if proven and not right:
        return
    for verdict in verdicts:
        yield verdict if right else softened(verdict)


def _nonzero(verdict: Verdict) -> bool:
    return any(mention.value for mention in verdict.facts)


def _added(grid: Grid, stated: Stated, total: int, rows: list[int], column: int) -> Verdict | None:
    whole = stated.get((total, column))
    parts = tuple(stated[row, column] for row in rows if (row, column) in stated)
    if not whole:
        return None
    name = whole.subject or named(grid.label(total, column)) or "合计"
    return _summed(whole, parts, f"{name}{grid.head(column).split('|')[-1]}", label=name)


def _summed(whole: Mention, parts: tuple[Mention, ...], name: str, label: str = "") -> Verdict | None:
    if len(parts) < _ENOUGH or any(part.figure.dimension != whole.figure.dimension for part in parts):
        return None
    value = sum((part.value for part in parts), Decimal(0))
    every = [whole.figure, *(part.figure for part in parts)]
    off = abs(value - whole.value)
    if off <= slack(every):
        return Verdict((whole, *parts))
    exact = decimals(every, whole.figure.scale)
    written = "+".join(number(part.value, whole.figure.scale, exact) for part in parts[:12]) + (
        "+…" if len(parts) > 12 else ""
    )
    found = finding(
        "P01",
        whole.place,
        value=printed(whole.value, whole.figure),
        expected=printed(value, whole.figure),
        label=label or name,
        whole=name,
        calculation=f"{written}={amount(value, whole.figure, every)}",
        said=whole.text,
        difference=amount(off, whole.figure, every),
        terms=terms((whole, *parts[:12])),
    )
    return Verdict((whole, *parts), found, off)
