"""The overview: one printable page of key figures and native charts over live cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perfeval_xl.records.contract import UNIT_NAME
from perfeval_xl.records.summary_line import KEY, Part, Plays, SummaryLine
from perfeval_xl.records.summary_names import BUILT_IN_CHARTS, CITED, chart_names, chart_word
from perfeval_xl.summary.detail import RATE_KEY
from perfeval_xl.summary.figures import DETAIL
from perfeval_xl.summary.review import GRADES
from perfeval_xl.workbook.row_writer import ROW, Alike, Pattern, Style
from perfeval_xl.workbook.sheet_writer import FIRST_ROW, HEAD_ROW, titled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.summary.gather import Material
    from perfeval_xl.workbook.engine import Result
    from perfeval_xl.workbook.sheet_writer import Binder, Page

OVERVIEW, DATA, POINTS = "总览", "_图表", "_散点"
SCATTER = "自评总分（纵轴）与预算执行率（横轴）"
_COLUMNS, _WIDTH = 12, 11.5
_CHART_ROWS, _FIRST_CHART_ROW = 21, 9
_FILLS: tuple[dict[str, Any], ...] = (
    {"fill": {"color": "#2E75B6"}},
    {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#7F8C9A", "bg_color": "#FFFFFF"}},
    {"fill": {"color": "#DCE6F1"}},
    {"pattern": {"pattern": "dotted_grid", "fg_color": "#1F3A5F", "bg_color": "#FFFFFF"}},
)
"""Fills that can be told apart in black and white, too."""
_INK, _GRID = "#1F3A5F", "#E3E7EB"
_FONT = {"name": "宋体", "size": 10}
_TICKS = {"major_tick_mark": "outside", "minor_tick_mark": "none"}
_SMALL = {"name": "宋体", "size": 9}
_TITLE_FONT = {"name": "黑体", "size": 12, "bold": False}
_MOST_BARS, _MOST_OF_ALL = 10, 20
_STATES = ("通过", "待审", "待说明", "有错误", "未报", "免报")
_RARE = ("待审", "免报")
"""States that many counties do not have at all."""
SIZE = (512, 412)
"""How wide and high a chart is, in pixels."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as declared or built in: each item has a label and one formula for every series.

    `label_formulas` says that the labels are formulas, too.
    """

    title: str
    kind: str
    series: tuple[str, ...]
    items: tuple[tuple[str, tuple[str, ...]], ...]
    number_format: str = "#,##0"
    label_formulas: bool = False


def draw_overview(binder: Binder, material: Material) -> None:
    """Draw the page; the figures behind the charts stand on hidden sheets as formulas."""
    page = binder.page(OVERVIEW, "#2E75B6")
    data = binder.page(DATA)
    data.sheet.hide()
    page.sheet.set_column(0, _COLUMNS - 1, _WIDTH)
    one = material.template.measure
    note = f'="应报"&应报户数&"{one}，已报"&已报户数&"{one}，核对未通过"&未通过户数&"{one}"'
    page.title(titled("总览"), _COLUMNS, note)
    tiles = _tiles(page, material)
    charts = [*_bars(binder, data, material), *_scatter(binder, material)]
    for number, chart in enumerate(charts):
        row = _FIRST_CHART_ROW + number // 2 * _CHART_ROWS
        page.sheet.insert_chart(row, number % 2 * (_COLUMNS // 2), chart, {"x_offset": 4, "y_offset": 4})
    last_row = max(_FIRST_CHART_ROW + (len(charts) + 1) // 2 * _CHART_ROWS + 1, tiles)
    page.printed(last_row, _COLUMNS, landscape=False)
    page.sheet.fit_to_pages(1, 1)


def _tiles(page: Page, material: Material) -> int:
    """Draw the key figures, six in a row: the label above, the figure below; return the last row."""
    key = [line for line in material.template.summary if line.part is Part.FIGURE and line.style == KEY]
    row = 4
    for number, line in enumerate(key[:12]):
        row, column = 4 + number // 6 * 3, number % 6 * 2 + 1
        unit = f"（{line.unit}）" if line.unit else ""
        page.text(row, column, line.label + unit, "tile_label", column + 1)
        page.formula(row + 1, column, f"={line.name}", "tile", line.kind, column + 1)
        page.sheet.set_row(row, 30)
    return row + 1


def drawings(material: Material) -> Iterator[Drawing]:
    """Give the charts of bars in order: reporting, grades, what the template declares, rates."""
    present = {standing.state for standing in material.overview.standings}
    shown = [state for state in _STATES if state in present or state not in _RARE]
    states = tuple((state, (f'COUNTIF(报送_状态,"{state}")',)) for state in shown)
    template = material.template
    yield Drawing(f"报送进度（{template.measure}）", "column", (template.counted,), states)
    grade = material.parts.get(Plays.GRADE)
    if grade and material.units:
        grades = tuple((name, (f'COUNTIF({grade},"{name}")',)) for name in GRADES)
        yield Drawing(f"等级分布（{template.measure}）", "column", (template.counted,), grades)
    if material.units:
        yield from _declared(material)
        yield from _rates(material)


def cited(material: Material) -> dict[str, str]:
    """Return by the names of `chart_names` how a sentence cites charts, by the numbers that they bear."""
    titles = [*(drawing.title for drawing in drawings(material)), *([SCATTER] if _has_scatter(material) else [])]
    numbers: dict[str, str] = {}
    for number, title in enumerate(titles, 1):
        name = CITED + next((word for word in BUILT_IN_CHARTS if word in title), chart_word(title))
        numbers[name] = f"{numbers[name]}、图{number}" if name in numbers else f"图{number}"
    return {name: f"（{numbers[name]}）" if name in numbers else "" for name in chart_names(material.template)}


def _declared(material: Material) -> Iterator[Drawing]:
    charts: dict[str, list[SummaryLine]] = {}
    for line in material.template.summary:
        if line.part is Part.CHART:
            charts.setdefault(line.name, []).append(line)
    for title, lines in charts.items():
        items = tuple((line.label, line.formulas) for line in lines)
        yield Drawing(title, lines[0].shape, lines[0].styles, items)


def _rates(material: Material) -> Iterator[Drawing]:
    """Chart the rates of all units, or of those at both ends where they are many."""
    rate = material.parts.get(Plays.RATE)
    if not rate or not material.parts.get(Plays.SCORE):
        return
    if material.units <= _MOST_OF_ALL:
        yield _ends("各单位预算执行率", "LARGE", rate, material.units)
    else:
        yield _ends(f"预算执行率最高的{_MOST_BARS}个单位", "LARGE", rate, _MOST_BARS)
        yield _ends(f"预算执行率最低的{_MOST_BARS}个单位", "SMALL", rate, _MOST_BARS)


def _ends(title: str, function: str, rate: str, count: int) -> Drawing:
    def seek(number: int) -> str:
        return f"MATCH({function}({RATE_KEY},{number}),{RATE_KEY},0)"

    items = tuple(
        (f'IFERROR(INDEX({UNIT_NAME},{seek(number)}),"")', (f'IFERROR(INDEX({rate},{seek(number)}),"")',))
        for number in range(1, count + 1)
    )
    return Drawing(title, "bar", ("执行率",), items, "0.00%", label_formulas=True)


def _bars(binder: Binder, data: Page, material: Material) -> Iterator[Any]:
    column = 1
    for number, drawing in enumerate(drawings(material), 1):
        yield _chart(binder, data, column, drawing, number)
        column += len(drawing.series) + 2


def _chart(binder: Binder, data: Page, column: int, drawing: Drawing, number: int) -> Any:
    data.text(1, column, drawing.title, "plain")
    labels: list[Result] = []
    columns: list[list[Result]] = [[] for _ in drawing.series]
    for offset, name in enumerate(drawing.series, 1):
        data.text(1, column + offset, name, "plain")
    for row, (label, formulas) in enumerate(drawing.items, 2):
        if drawing.label_formulas:
            labels.append(data.formula(row, column, f"={label}", "plain"))
        else:
            data.text(row, column, label, "plain")
            labels.append(label)
        for offset, formula in enumerate(formulas, 1):
            columns[offset - 1].append(data.formula(row, column + offset, f"={formula}", "plain"))
    chart = binder.book.add_chart({"type": drawing.kind})
    for offset, name in enumerate(drawing.series, 1):
        place = _Place(data.name, column, column + offset, len(drawing.items))
        _series(chart, place, name, labels, columns[offset - 1], drawing)
    if drawing.kind == "bar":
        _set_bar_axes(chart)
    else:
        chart.set_x_axis({"num_font": _FONT, **_TICKS})
        chart.set_y_axis(
            {
                "num_font": _FONT,
                **_TICKS,
                "num_format": "#,##0",
                "major_gridlines": {"visible": True, "line": {"color": _GRID}},
            }
        )
    return _dressed(chart, f"图{number} {drawing.title}", legend=len(drawing.series) > 1)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a series stands on the data sheet: the columns of labels and values, and how many rows."""

    sheet: str
    labels: int
    values: int
    rows: int


def _series(
    chart: Any, place: _Place, name: str, labels: list[Result], values: list[Result], drawing: Drawing
) -> None:
    """Add a series with a copy of its data, so that a viewer that does not calculate shows it."""
    number = place.values - place.labels - 1
    chart.add_series(
        {
            "name": [place.sheet, 0, place.values - 1],
            "name_data": [name],
            "categories": [place.sheet, 1, place.labels - 1, place.rows, place.labels - 1],
            "categories_data": [str(label or "") for label in labels],
            "values": [place.sheet, 1, place.values - 1, place.rows, place.values - 1],
            "values_data": [value if isinstance(value, float) else "" for value in values],
            **_FILLS[number % len(_FILLS)],
            "border": {"color": _INK},
            "gap": 60,
            "data_labels": {"value": True, "font": _SMALL, "num_format": drawing.number_format},
        }
    )


def _set_bar_axes(chart: Any) -> None:
    """List bars from top to bottom; the labels say the values, so the value axis is not drawn."""
    chart.set_y_axis({"reverse": True, "num_font": _SMALL, **_TICKS})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})


def _scatter(binder: Binder, material: Material) -> Iterator[Any]:
    """Chart scores against rates; the points stand on a sheet of their own, one row per unit."""
    if not _has_scatter(material):
        return
    rate, score = material.parts[Plays.RATE], material.parts[Plays.SCORE]
    page = binder.page(POINTS)
    page.sheet.hide()
    for column, heading in enumerate(("单位", "执行率", "自评总分"), 1):
        page.text(HEAD_ROW, column, heading, "plain")
    letters = (material.details.letters[rate], material.details.letters[score])
    cells = [f"'{DETAIL}'!${letter}{ROW}" for letter in letters]
    styles = (
        Style("plain", None, f"='{DETAIL}'!$B{ROW}"),
        *(Style("plain", None, f"=IF(ISNUMBER({cell}),{cell},NA())") for cell in cells),
    )
    page.body((Pattern(styles),), Alike(material.units, 3))
    scores = _points(binder, material.units, 3)
    first, last = FIRST_ROW - 1, FIRST_ROW + material.units - 2
    chart = binder.book.add_chart({"type": "scatter"})
    chart.add_series(
        {
            "name": "单位",
            "categories": [POINTS, first, 1, last, 1],
            "categories_data": _points(binder, material.units, 2),
            "values": [POINTS, first, 2, last, 2],
            "values_data": scores,
            "marker": {"type": "diamond", "size": 6, "fill": {"color": "#2E75B6"}, "border": {"color": _INK}},
        }
    )
    axis = {"num_font": _FONT, **_TICKS}
    chart.set_x_axis({"num_format": "0%", **axis})
    grid = {"visible": True, "line": {"color": _GRID}}
    chart.set_y_axis({"num_format": "0", "major_gridlines": grid, **axis})
    number = 1 + sum(1 for _ in drawings(material))
    yield _dressed(chart, f"图{number} {SCATTER}", legend=False)


def _has_scatter(material: Material) -> bool:
    return bool(material.parts.get(Plays.RATE) and material.parts.get(Plays.SCORE) and material.units)


def _points(binder: Binder, units: int, column: int) -> list[float | str]:
    if binder.results is None:
        return [0.0] * units
    values = (binder.results(POINTS, row, column) for row in range(FIRST_ROW, FIRST_ROW + units))
    return [value if isinstance(value, float) else "" for value in values]


def _dressed(chart: Any, title: str, *, legend: bool) -> Any:
    chart.set_title({"name": title, "name_font": _TITLE_FONT, "overlay": False})
    if legend:
        chart.set_legend({"position": "bottom", "font": _FONT})
    else:
        chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"color": "#C9D2DC"}})
    chart.set_size({"width": SIZE[0], "height": SIZE[1]})
    chart.show_hidden_data()
    return chart
