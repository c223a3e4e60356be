"""The overview: one printable page of key figures and native charts over live cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perfeval_xl.address import column_letters, quoted
from perfeval_xl.contract import UNIT_NAME
from perfeval_xl.kinds import KINDS
from perfeval_xl.summary.review import GRADES
from perfeval_xl.summary.sheets import DETAIL, FIRST_ROW, RATE_KEY, TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.summary.page import Binder, Page
    from perfeval_xl.summary.workbook import Material

OVERVIEW, DATA = "总览", "_图表"
_COLUMNS, _WIDTH = 12, 11.5
_CHART_ROWS, _FIRST_CHART_ROW = 21, 8
_SHADES = ("#2E75B6", "#A9C8E8", "#7F8C9A", "#D9A441")
_FONT = {"name": "宋体", "size": 10}
_MOST_BARS = 10
_STATES = ("通过", "待说明", "有错误", "未报", "免报")


def draw_overview(binder: Binder, material: Material) -> None:
    """Draw the page; the figures behind the charts stand on a hidden sheet as formulas."""
    page = binder.page(OVERVIEW, "#2E75B6")
    data = binder.page(DATA)
    data.sheet.hide()
    page.sheet.set_column(0, _COLUMNS - 1, _WIDTH)
    page.title(TITLE + '总览"', _COLUMNS, '="应报"&应报户数&"户，已报"&已报户数&"户，核对未通过"&未通过户数&"户"')
    _tiles(page, material)
    charts = list(_charts(binder, data, material))
    for number, chart in enumerate(charts):
        row = _FIRST_CHART_ROW + number // 2 * _CHART_ROWS
        page.sheet.insert_chart(row, number % 2 * (_COLUMNS // 2), chart, {"x_offset": 4, "y_offset": 4})
    last_row = _FIRST_CHART_ROW + (len(charts) + 1) // 2 * _CHART_ROWS + 1
    page.printed(last_row, _COLUMNS, landscape=False)
    page.sheet.fit_to_pages(1, 1)


def _tiles(page: Page, material: Material) -> None:
    """Draw the key figures, six in a row: the label above, the figure below."""
    key = [line for line in material.template.summary if line.part == "指标" and line.values.get("样式") == "关键"]
    for number, line in enumerate(key[:12]):
        row, column = 3 + number // 6 * 3, number % 6 * 2 + 1
        unit = line.values.get("计量单位", "")
        page.text(row, column, line.values["标签"] + (f"（{unit}）" if unit else ""), "tile_label", column + 1)
        kind = KINDS[line.values.get("类型", "money")]
        page.formula(row + 1, column, f"={line.values['名称']}", "tile", kind, column + 1)
        page.sheet.set_row(row, 30)


def _charts(binder: Binder, data: Page, material: Material) -> Iterator[Any]:
    column = 1
    for declared in _declared(material):
        yield _chart(binder, data, column, declared)
        column += len(declared.series) + 2
    rate, score = material.parts.get("执行率"), material.parts.get("得分")
    if rate and material.detail.rows:
        rows = min(_MOST_BARS, len(material.detail.rows))
        title = "预算执行率最低的单位" if rows < len(material.detail.rows) else "各单位预算执行率"
        yield _lowest(binder, data, column, title, rate, rows)
        if score:
            yield _scatter(binder, material, rate, score)


@dataclass(frozen=True, slots=True)
class _Declared:
    """A chart as declared: each item has a label and one formula for every series."""

    title: str
    kind: str
    series: tuple[str, ...]
    items: tuple[tuple[str, tuple[str, ...]], ...]


def _declared(material: Material) -> Iterator[_Declared]:
    """Give the charts in order: reporting, grades, then what the template declares."""
    states = tuple((state, (f'COUNTIF(报送_状态,"{state}")',)) for state in _STATES)
    yield _Declared("报送进度（户）", "column", ("户数",), states)
    grade = material.parts.get("等级")
    if grade:
        grades = tuple((name, (f'COUNTIF({grade},"{name}")',)) for name in GRADES)
        yield _Declared("等级分布（户）", "column", ("户数",), grades)
    lines = [line.values for line in material.template.summary if line.part == "图"]
    for name in dict.fromkeys(line["名称"] for line in lines):
        mine = [line for line in lines if line["名称"] == name]
        items = tuple((line["标签"], tuple(line["公式"].split("|"))) for line in mine)
        yield _Declared(name, mine[0]["类型"], tuple(mine[0]["样式"].split("|")), items)


def _chart(binder: Binder, data: Page, column: int, declared: _Declared) -> Any:
    data.text(1, column, declared.title, "plain")
    for offset, name in enumerate(declared.series, 1):
        data.text(1, column + offset, name, "plain")
    for row, (label, formulas) in enumerate(declared.items, 2):
        data.text(row, column, label, "plain")
        for offset, formula in enumerate(formulas, 1):
            data.formula(row, column + offset, f"={formula}", "plain")
    chart = binder.book.add_chart({"type": declared.kind})
    for offset in range(1, len(declared.series) + 1):
        _series(chart, data, (column, column + offset), len(declared.items), _SHADES[offset - 1])
    if declared.kind == "bar":
        _set_bar_axes(chart)
    return _dressed(chart, declared.title, legend=len(declared.series) > 1, keep_axes=declared.kind == "bar")


def _series(
    chart: Any, data: Page, columns: tuple[int, int], rows: int, shade: str, number_format: str = "#,##0"
) -> None:
    """Add a series whose labels and values stand in two columns of the data sheet, from its second row on."""
    labels, values = columns
    chart.add_series(
        {
            "name": [data.name, 0, values - 1],
            "categories": [data.name, 1, labels - 1, rows, labels - 1],
            "values": [data.name, 1, values - 1, rows, values - 1],
            "fill": {"color": shade},
            "border": {"color": "#1F3A5F"},
            "gap": 60,
            "data_labels": {"value": True, "font": {**_FONT, "size": 9}, "num_format": number_format},
        }
    )


def _lowest(binder: Binder, data: Page, column: int, title: str, rate: str, rows: int) -> Any:
    """Chart the units with the lowest rates, in the order of the details' hidden key."""
    data.text(1, column, title, "plain")
    data.text(1, column + 1, "执行率", "plain")
    for number in range(1, rows + 1):
        key = f"SMALL({RATE_KEY},{number})"
        data.formula(number + 1, column, f'=IFERROR(INDEX({UNIT_NAME},MATCH({key},{RATE_KEY},0)),"")', "plain")
        data.formula(
            number + 1, column + 1, f'=IFERROR(INDEX({rate},MATCH({key},{RATE_KEY},0)),"")', "plain", KINDS["rate"]
        )
    chart = binder.book.add_chart({"type": "bar"})
    _series(chart, data, (column, column + 1), rows, _SHADES[0], "0.00%")
    _set_bar_axes(chart)
    return _dressed(chart, title, legend=False, keep_axes=True)


def _set_bar_axes(chart: Any) -> None:
    """List bars from top to bottom; the labels say the values, so the value axis is not drawn."""
    chart.set_y_axis({"reverse": True, "num_font": {**_FONT, "size": 9}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})


def _scatter(binder: Binder, material: Material, rate: str, score: str) -> Any:
    names = [column.name for column in material.detail.columns]
    first, last = FIRST_ROW, FIRST_ROW + len(material.detail.rows) - 1
    letters = {name: column_letters(names.index(name) + 1) for name in (rate, score)}
    area = {name: f"={quoted(DETAIL)}!${column}${first}:${column}${last}" for name, column in letters.items()}
    chart = binder.book.add_chart({"type": "scatter"})
    chart.add_series(
        {
            "name": "单位",
            "categories": area[rate],
            "values": area[score],
            "marker": {
                "type": "diamond",
                "size": 7,
                "fill": {"color": _SHADES[0]},
                "border": {"color": "#1F3A5F"},
            },
        }
    )
    chart.set_x_axis({"name": "预算执行率", "num_format": "0%", "name_font": _FONT, "num_font": _FONT})
    chart.set_y_axis(
        {
            "name": "自评总分",
            "num_format": "0",
            "max": 100,
            "name_font": _FONT,
            "num_font": _FONT,
            "major_gridlines": {"visible": True, "line": {"color": "#E3E7EB"}},
        }
    )
    return _dressed(chart, "自评总分与预算执行率", legend=False, keep_axes=True)


def _dressed(chart: Any, title: str, *, legend: bool, keep_axes: bool = False) -> Any:
    chart.set_title({"name": title, "name_font": {"name": "黑体", "size": 12, "bold": False}, "overlay": False})
    if legend:
        chart.set_legend({"position": "bottom", "font": _FONT})
    else:
        chart.set_legend({"none": True})
    if not keep_axes:
        chart.set_x_axis({"num_font": _FONT})
        chart.set_y_axis({"num_font": _FONT, "major_gridlines": {"visible": True, "line": {"color": "#E3E7EB"}}})
    chart.set_chartarea({"border": {"color": "#C9D2DC"}})
    chart.set_size({"width": 512, "height": 412})
    chart.show_hidden_data()
    return chart
