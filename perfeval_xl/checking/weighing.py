"""What a template gives to weigh its returns by, and what is said of amounts written in the wrong unit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from perfeval_xl.checking.magnitude import FACTOR, Relation, Scene, is_whole, right, strays
from perfeval_xl.records.contract import Role
from perfeval_xl.records.finding import Finding, Level, Related
from perfeval_xl.records.known import CONTROL
from perfeval_xl.records.rule import WRONG_UNIT, Rule
from perfeval_xl.records.summary_line import Part, Plays

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from perfeval_xl.records.contract import Field, Template
    from perfeval_xl.records.finding import Value
    from perfeval_xl.records.submission import Key

WHOLE, SINGLE = WRONG_UNIT, f"{WRONG_UNIT}c"
_OTHER = {"万元": ("元", True), "元": ("万元", False)}
"""For the unit that is asked the one that is written by mistake, and whether that makes amounts greater."""
_LIFTED = "确实是这么多的，本单位写说明不算，请与财政部门联系，由财政部门核准。"
RULES = (
    Rule(
        WHOLE,
        Level.ERROR,
        "金额的单位没有填错（整份表）",
        "这份表的金额最可能是按“{other}”填的，应按“{unit}”填写。{label}填的是{written}，若按{other}填写，应为{meant}；"
        "若单位没有填错，就是{told}。",
        "请把各表的金额全部换算成{unit}后重新报送。" + _LIFTED,
        "把元填成万元，全县的合计会多出一万倍。人均支出、总额、最小的金额、财政部门掌握的数合起来判断，哪一样单独都不算数。",
        "年度资金总额 2869.61（万元）",
        "年度资金总额 28696100.00（万元）",
    ),
    Rule(
        SINGLE,
        Level.ERROR,
        "金额的单位没有填错（个别格子）",
        "填的是{written}，最可能是按“{other}”填的：若按{other}填写，应为{meant}；若单位没有填错，就是{told}。{more}",
        "请改正后重新报送。" + _LIFTED,
        "一格的单位填错，合计和比率都随之出错。这一格除以一万以后各项合计才相等，或者它是同一行其他年度的一万倍左右。",
        "公务接待 8.54（万元）",
        "公务接待 85400.00（万元）",
    ),
)
"""Both can be lifted by the bureau alone, by waiving the rule for the unit with a reason."""
_BY_CODE = {rule.code: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is said of amounts in the wrong unit, and what the return would hold in the right one."""

    findings: tuple[Finding, ...] = ()
    mended: Mapping[Key, Value] | None = None

    @property
    def accused(self) -> frozenset[str]:
        """The fields that are doubted."""
        return frozenset(finding.field for finding in self.findings)


class Weigher:
    """A template ready to weigh one return's amounts after another."""

    def __init__(self, template: Template) -> None:
        self._template = template
        typed = [field for field in template.fields if field.kind.money and field.role is Role.INPUT]
        self.money = {field.name: field for field in typed if field.unit in _OTHER}
        self._lines = {field.name: _line(field) for field in self.money.values()}
        self._per_head = tuple(_per_head(template))
        parts = (template.parts.get(part, "") for part in (Plays.BUDGET, Plays.SPENT))
        self._totals = tuple(name for name in parts if name in template.field)

    def scenes(self, values: Mapping[Key, Value], relations: Iterable[Relation]) -> Iterator[tuple[str, Scene]]:
        """Give what is to be weighed: for each unit that the template asks amounts in, those amounts."""
        several = tuple(relations)
        for unit, (_, greater) in _OTHER.items():
            amounts = {
                key: value
                for key, value in values.items()
                if isinstance(value, Decimal) and value > 0 and self._unit(key) == unit
            }
            if amounts:
                yield unit, self._scene(amounts, values, several, greater=greater)

    def _unit(self, key: Key) -> str:
        field = self.money.get(key[0])
        return field.unit if field else ""

    def _scene(
        self,
        amounts: Mapping[Key, Decimal],
        values: Mapping[Key, Value],
        relations: tuple[Relation, ...],
        *,
        greater: bool,
    ) -> Scene:
        def figure(name: str) -> Decimal:
            value = values.get((name, 0))
            return value if isinstance(value, Decimal) else Decimal(0)

        return Scene(
            amounts,
            {key: f"{self._lines[key[0]]}#{key[1]}" for key in amounts if self._lines[key[0]]},
            tuple((figure(amount), figure(heads)) for amount, heads in self._per_head if (amount, 0) in amounts),
            tuple(figure(name) for name in self._totals if figure(name) > 0),
            tuple((value, figure(CONTROL + key[0])) for key, value in amounts.items() if not key[1]),
            tuple(replace(one, keys=one.keys & amounts.keys()) for one in relations),
            greater,
        )

    def doubtful(self, values: Mapping[Key, Value], broken: Iterable[Relation]) -> bool:
        """Whether anything looks like the wrong unit at first sight: then all relations are worth looking at."""
        return any(is_whole(scene) or strays(scene) for _, scene in self.scenes(values, broken))

    def weighed(self, values: Mapping[Key, Value], relations: Iterable[Relation], unit_code: str) -> Weighed:
        """Say which amounts are most likely in the other unit; all of them together where most are."""
        findings: list[Finding] = []
        mended: dict[Key, Value] = dict(values)
        for unit, scene in self.scenes(values, relations):
            single = strays(scene)
            whole = is_whole(scene, single)
            accused = scene.amounts if whole else single
            mended |= {key: right(scene.amounts[key], greater=scene.greater) for key in accused}
            if whole:
                findings.append(self._whole(unit, scene, unit_code))
            else:
                findings += (self._single(unit, scene, keys, unit_code) for keys in self._grouped(single))
        return Weighed(tuple(findings), mended if findings else None)

    def _whole(self, unit: str, scene: Scene, unit_code: str) -> Finding:
        totals = [key for name in self._totals if (key := (name, 0)) in scene.amounts]
        first = totals[0] if totals else max(scene.amounts, key=lambda key: scene.amounts[key])
        others = [(name, 0) for pair in self._per_head for name in pair]
        return self._finding(WHOLE, unit, scene, (first, *totals[1:]), unit_code, tuple(dict.fromkeys(others)))

    def _grouped(self, keys: Collection[Key]) -> Iterator[tuple[Key, ...]]:
        """Give the amounts that one finding speaks of: each its own, but those of one table together."""
        groups: dict[str, list[Key]] = defaultdict(list)
        for key in sorted(
            keys, key=lambda key: (self._template.address(key).row, self._template.address(key).column)
        ):
            field = self.money[key[0]]
            groups[field.table or f"{field.name}"].append(key)
        yield from (tuple(several) for several in groups.values())

    def _single(self, unit: str, scene: Scene, keys: tuple[Key, ...], unit_code: str) -> Finding:
        return self._finding(SINGLE, unit, scene, keys, unit_code, ())

    def _finding(
        self, code: str, unit: str, scene: Scene, keys: tuple[Key, ...], unit_code: str, beside: tuple[Key, ...]
    ) -> Finding:
        rule, key = _BY_CODE[code], keys[0]
        field, amount = self._template.field[key[0]], scene.amounts[key]
        label = self._label(field, key[1])
        meant = right(amount, greater=scene.greater)
        told = {
            "label": label,
            "unit": unit,
            "other": _OTHER[unit][0],
            "written": f"{field.kind.shown(amount)}{unit}",
            "meant": f"{_plain(meant)}{unit}",
            "told": _grand(amount, unit),
            "more": f"这张表里还有{len(keys) - 1}格也是这样。" if len(keys) > 1 else "",
        }
        text = (rule.found + rule.remedy).format_map(told)
        return Finding(
            rule=code,
            level=rule.level,
            message=text if code == WHOLE else f"{label}：{text}",
            place=field.at(key[1]),
            unit=unit_code,
            field=field.name,
            label=rule.title if code == WHOLE else field.label,
            value=amount,
            expected=meant,
            difference=amount - meant,
            related=tuple(
                Related(
                    self._template.address(other), self._label(self._template.field[other[0]], other[1]), value
                )
                for other in (*keys, *beside)
                if (value := scene.amounts.get(other)) is not None
            ),
        )

    def _label(self, field: Field, row: int) -> str:
        return f"{field.label}（第{row}行）" if row else field.label


def _line(field: Field) -> str:
    """Return what names a field's line: its table, or the row of a form whose columns are years; else nothing."""
    if field.table:
        return field.table
    row = field.name.rpartition("_")[0]
    return f"{field.address.sheet}|{row}" if row and field.row_key.partition(":")[2] == row else ""


def _per_head(template: Template) -> Iterator[tuple[str, str]]:
    """Give the amounts that are compared per head, each with the field of the heads."""
    for line in template.summary:
        figure, _, heads = line.formula.partition("/")
        if line.part is Part.COMPARED and figure in template.field and heads in template.field:
            yield figure, heads


def _plain(amount: Decimal) -> str:
    """Return an amount with as many decimals as it needs, two at least."""
    exact = f"{amount.normalize():f}"
    return exact if len(exact.partition(".")[2]) > 2 else f"{amount:.2f}"


def _grand(amount: Decimal, unit: str) -> str:
    """Return how much an amount is in the unit that shows its size: 亿元 of what is in 万元."""
    return f"{_plain(amount / FACTOR)}亿元" if unit == "万元" else f"{_plain(amount / FACTOR)}万元"
