"""Units under their departments: a sheet whose rows fold by 主管部门, with each department's sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.records.contract import UNIT_CODE
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.summary_line import Plays
from perfeval_xl.workbook.row_writer import ROW, Pattern, Rows, Style
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW, titled

if TYPE_CHECKING:
    from perfeval_xl.records.standing import Standing
    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.sheet_writer import Binder

PARENTS = "主管部门汇总"
_OWN, _SUM, _TOTAL = 0, 1, 2
_WITHOUT_ITSELF = "（本级未计入）"


def families(material: Material) -> dict[str, list[Standing]]:
    """Return the counted units by their department, itself the first of them; empty without a hierarchy."""
    parents = {one.unit.parent for one in material.counted if one.unit.parent not in ("", one.unit.name)}
    grouped: dict[str, list[Standing]] = {}
    for one in material.counted:
        head = one.unit.parent if one.unit.parent in parents else one.unit.name
        grouped.setdefault(head if head in parents else "", []).append(one)
    lonely = grouped.pop("", [])
    if not grouped or (len(grouped) == 1 and not lonely):
        return {}
    ordered = {name: sorted(units, key=lambda one: one.unit.name != name) for name, units in grouped.items()}
    return {**ordered, **({"没有下属单位的部门": lonely} if lonely else {})}


def draw_parents(binder: Binder, material: Material) -> None:
    """Draw every department's sum above its units; the units fold away."""
    groups = families(material)
    if not groups or not material.parts.get(Plays.BUDGET):
        return
    page = binder.page(PARENTS, "#3A7D44")
    page.widths(34, 12, 8, 16, 16, 11, 11, 8)
    note = "部门的数是所属单位（含本级）的合计；点左边的加减号展开或收起。汇总户只用来比对，没有计入"
    page.title(titled("主管部门汇总"), 8, note)
    money = (f"全年预算（{material.money}）", f"全年执行（{material.money}）")
    page.heads("主管部门 / 单位", "单位代码", material.template.counted, *money, "执行率", "自评得分", "等级")
    rows = _rows(groups, frozenset(one.unit.name for one in material.overview.standings))
    page.body(_patterns(material), rows)
    page.hide(10)
    page.sheet.outline_settings(visible=True, symbols_below=False, symbols_right=True, auto_style=False)
    page.sheet.freeze_panes(HEAD_ROW, 1)
    page.printed(FIRST_ROW + rows.count - 1, 8, HEAD_ROW, landscape=False)


def _rows(groups: dict[str, list[Standing]], asked: frozenset[str]) -> Rows:
    """Return the rows by department; one that is asked itself and not added up says so."""
    rows = Rows()
    heads = []
    for name, units in groups.items():
        row = FIRST_ROW + rows.count
        heads.append(row)
        told = f"{name}{_WITHOUT_ITSELF}" if name in asked and units[0].unit.name != name else name
        first, last = row + 1, row + len(units)
        sums = [(f"=ROUND(SUM({letters}{first}:{letters}{last}),2)",) for letters in "CDE"]
        mean = f'=IF(COUNT(G{first}:G{last})=0,"",ROUND(AVERAGE(G{first}:G{last}),2))'
        rows.add((told, None, *sums, None, (mean,), None, None, None), _SUM)
        for one in units:
            rows.add((f"　{one.unit.label}", one.unit.key, *(None,) * 8), _OWN)
    last = FIRST_ROW + rows.count - 1
    total = [(f"=ROUND(SUM({letters}{FIRST_ROW}:{letters}{last})/2,2)",) for letters in "CDE"]
    rows.add(("合计", None, *total, None, None, None, None, None), _TOTAL)
    return rows


def _patterns(material: Material) -> tuple[Pattern, ...]:
    parts = material.parts
    at = f"$J{ROW}"

    def own(part: str, kind: str) -> Style:
        name = parts.get(part)
        look = "board_line" if KINDS[kind].numeric else "board_center"
        return Style(look, KINDS[kind], f'=IFERROR(INDEX({name},{at}),"")' if name else "")

    rate = f"=IF(N(D{ROW})=0,0,ROUND(N(E{ROW})/D{ROW},4))"
    unit = (
        Style("board_line"),
        Style("board_center", KINDS["code"]),
        Style("board_center", KINDS["count"], f"=IF({at}>0,1,0)"),
        own(Plays.BUDGET, "money"),
        own(Plays.SPENT, "money"),
        Style("board_line", KINDS["rate"], rate),
        own(Plays.SCORE, "score"),
        own(Plays.GRADE, "text"),
        Style("plain"),
        Style("plain", None, f"=IFERROR(MATCH($B{ROW},{UNIT_CODE},0),0)"),
    )
    kinds = ("text", "code", "count", "money", "money", "rate", "score", "text")
    group = (
        *(Style("total", KINDS[kind], rate if KINDS[kind].percent else "") for kind in kinds),
        Style("plain"),
        Style("plain"),
    )
    return Pattern(unit, 18, level=1), Pattern(group, 20), Pattern(group, 22)
