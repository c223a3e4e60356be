"""What a template's source says: the TOML files of `workbook_templates/<id>/` as checked records.

Every text may be a formula: it then begins with `=` and speaks in names. `{each}`, `{row}` and `{column}`
stand for the key that a line is repeated for. docs/template-source.md explains every key.
Examples are changes to the template's sample, a complete and consistent fill; see `examples.py`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from perfeval_xl.records.errors import TemplateError
from perfeval_xl.records.kind import KINDS
from perfeval_xl.records.summary_line import Judged, Plays

KindId = Literal[
    "money",
    "change",
    "count",
    "area",
    "number",
    "rate",
    "score",
    "text",
    "longtext",
    "date",
    "choice",
    "code",
    "measure",
]
Relation = Literal["=", "≤", "≥", "≠", "为真"]
Style = Literal["title", "h1", "h2", "h3", "body", "note"]
Scalar = str | int | float
Example = dict[str, Scalar | dict[str, Scalar]]
"""Changes to the sample by name; in a check that is repeated, a key of `each` may hold its own."""


class Record(BaseModel):
    """A piece of a spec: frozen, and strict about keys that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sample(Record):
    """A complete and consistent fill of the template, as VALUES.json has it; no check finds anything in it."""

    names: dict[str, Scalar] = {}
    tables: dict[str, tuple[dict[str, Scalar], ...]] = {}


class Exemplified(Record):
    """What a check and a row check share: the sample with `passes` is right, with `fails` it is wrong.

    `follows` names rules that must break for this one to break: its wrong example breaks them too.
    """

    passes: Example = Field(default={}, exclude=True)
    fails: Example = Field(default={}, exclude=True)
    follows: tuple[str, ...] = Field(default=(), exclude=True)


class Filling(Record):
    """What a cell is for: common to the items, columns and rows that make fields.

    `figure` is the official figure that it holds, such as 项目支出 本年决算; of a matrix the row says the matter,
    the column the year. Two typed cells of one figure must be tied by a check. `longest` is how many characters
    may be typed (0: as many as its kind takes), `unit_from` the column that says the unit of the row's figures.
    """

    kind: KindId = "text"
    unit: str = ""
    role: Literal["填报", "预填", "设置", "固定"] = "填报"
    required: bool = False
    nullable: bool = False
    options: str = ""
    options_by: str = ""
    options_from: str = ""
    formula: str = ""
    aggregate: bool = True
    prompt: str = ""
    sample: str = ""
    text: str = ""
    figure: str = ""
    longest: int = Field(default=0, ge=0)
    unit_from: str = ""


class Item(Filling):
    """A label and its cell in a form; without `key` it prints `text` only. `name` is its label in messages."""

    key: str = ""
    label: str = ""
    name: str = ""
    label_span: int = 1
    span: int = 1
    format: str = ""


class FormBlock(Record):
    """Lines of labels and cells side by side."""

    block: Literal["form"]
    title: str = ""
    rows: tuple[tuple[Item, ...], ...]
    height: float = 0


class MatrixColumn(Filling):
    """A column of a matrix: its cells are fields named `<row key>_<column key>`.

    Neighbours of one `group` have it as their common heading; `name` is what messages call the column.
    """

    key: str
    label: str
    name: str = ""
    span: int = 1
    group: str = ""


class Override(Record):
    """What is different in one cell of a matrix."""

    kind: KindId | None = None
    unit: str | None = None
    role: Literal["填报", "预填", "固定"] | None = None
    required: bool | None = None
    formula: str | None = None
    text: str | None = None


class MatrixRow(Record):
    """A row of a matrix. `formula` makes all its money cells computed, `nullable` lets them be 不适用."""

    key: str
    label: str
    name: str = ""
    level: int = 0
    bold: bool = False
    required: bool | None = None
    nullable: bool = False
    kind: KindId | None = None
    unit: str | None = None
    formula: str = ""
    figure: str = ""
    cells: dict[str, Override] = {}


class MatrixBlock(Record):
    """Rows and columns that are both fixed."""

    block: Literal["matrix"]
    corner: str = ""
    label_span: int = 1
    header: bool = True
    height: float = 0
    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]


class RowCheck(Exemplified):
    """A check of every row of a table; `@name` is the cell of the row, a bare name the whole column."""

    id: str
    level: Literal["error", "warning"]
    title: str
    left: str
    relation: Relation = "为真"
    right: str = ""
    tolerance: float = 0
    when: str = ""
    measure: str = ""
    message: str
    source: str = ""


class TableBlock(Record):
    """A repeating block of `rows` rows, numbered from 1 in a first column of `number_span` columns, if any.

    One that is `needed` must have at least one row filled. `shown` rows are open when the workbook goes out; the
    rest is hidden until it is wanted, so that unused rows are not printed. 0 leaves the number to the program.
    """

    block: Literal["table"]
    name: str
    title: str
    rows: int
    needed: bool = False
    header: bool = True
    heading: str = ""
    number_label: str = "序号"
    number_span: int = 1
    row_height: float = 0
    shown: int = 0
    columns: tuple[MatrixColumn, ...]
    checks: tuple[RowCheck, ...] = ()


class NoteBlock(Record):
    """A line of text over the whole width."""

    block: Literal["note", "banner", "section"]
    text: str
    height: float = 0


class StateBlock(Record):
    """The cover's overall state and list of what is left to do, sheet by sheet."""

    block: Literal["state"]


Block = Annotated[FormBlock | MatrixBlock | TableBlock | NoteBlock | StateBlock, Field(discriminator="block")]


class SheetSpec(Record):
    """One form sheet. `widths` are the widths in characters of the columns from B on.

    One that is not `printed` is for reading on the screen alone.
    """

    name: str
    title: str
    caption: str = ""
    corner: str = ""
    guide: str = ""
    widths: tuple[float, ...]
    landscape: bool = False
    printed: bool = True
    blocks: tuple[Block, ...]


class Setting(Record):
    """A cell of `_标识` that the bureau's campaign sets; a choice has its list, named as it is, in `options`."""

    name: str
    label: str
    kind: KindId
    unit: str = ""
    options: tuple[str, ...] = ()
    value: str | int | float
    about: str = ""


class Derived(Record):
    """A hidden computed cell, for a figure or a phrase that several sentences use; repeated over `each`."""

    name: str
    formula: str
    kind: KindId = "text"
    unit: str = ""
    each: tuple[str, ...] = ()
    label: str = ""


class CheckSpec(Exemplified):
    """One row of the board, or one for every key in `each`.

    `needs`: "any" evaluates when something is filled, "all" only when every cell that it speaks of is.
    `terms`: how many addends of two printed decimals; the tolerance is then 0.005 × terms + 0.005. `measure`: what
    the left side is called where it is held against a limit.
    """

    id: str
    level: Literal["error", "warning"]
    title: str
    left: str
    relation: Relation
    right: str = ""
    tolerance: float | None = None
    terms: int = 0
    each: tuple[str, ...] = ()
    when: str = ""
    needs: Literal["any", "all"] = "any"
    kind: KindId | None = None
    measure: str = ""
    message: str
    source: str = ""


class ParagraphSpec(Record):
    """A paragraph of the report, or one for every row of the table `repeat` (`@name` is then its cell)."""

    style: Style
    text: str
    when: str = ""
    repeat: str = ""


class BriefSpec(Record):
    """A line of the page that a chief reads first: what it is about, and a sentence as a formula."""

    topic: str
    text: str
    when: str = ""


class Figure(Record):
    """A named figure or phrase of the summary: one formula over columns of all units.

    With `each`, one for every key, which `{each}` means in name, label and formula.
    """

    name: str
    label: str
    formula: str
    kind: KindId = "money"
    unit: str = ""
    key: bool = False
    each: tuple[str, ...] = ()


class UnitList(Record):
    """A list of units in a sentence: those for which `when` holds, in which `@name` is the unit's own cell.

    The name means the text: all of them where they are few, else three and how many; `<name>户数` is how many.
    """

    name: str
    label: str
    when: str


class ProblemGroup(Record):
    """A group of problems that the report speaks of: findings whose rules begin with one of `rules`."""

    title: str
    rules: tuple[str, ...]


class SummaryRow(Record):
    """A row of the summary table: fields of the same row key, added up over all units."""

    label: str
    level: int = 0
    previous: str = ""
    budget: str = ""
    adjusted: str = ""
    final: str = ""


class ChartItem(Record):
    """A bar of a chart: one formula for each series."""

    label: str
    formulas: tuple[str, ...]


class ChartSpec(Record):
    """A chart of the summary's overview."""

    title: str
    kind: Literal["column", "bar"] = "column"
    series: tuple[str, ...]
    items: tuple[ChartItem, ...]


class ViewColumn(Record):
    """A column of a view: a formula in which `@name` is the unit's own cell.

    `total` is the formula of the last row, over names; without it amounts and counts are added up, others are not.
    """

    label: str
    formula: str
    kind: KindId = "money"
    total: str = ""


class ViewSpec(Record):
    """A sheet of the summary with one row per unit, in the order of the roster or of rank."""

    title: str
    ranked: bool = False
    columns: tuple[ViewColumn, ...]


class ComparedSpec(Record):
    """A figure by which similar units are compared: an amount `per` head, or a rate that stands for itself."""

    label: str
    figure: str
    per: str = ""


class SummarySpec(Record):
    """What the summary adds up and says. `parts` names the fields that play a part, such as 得分.

    `judged` names the checks that look at what comparing would look at otherwise: 执行下限, 虚高幅度, 满分;
    without it, checks that compare with settings such as 设置_执行下限 say that they do.
    `faults` are what broken rules are called: 合计与分项之和不符.
    复核表 is the table whose rows are gone over again in a spot check, 复核得分 its column of scores. A paragraph
    with `repeat = "问题"` stands once for every group of problems: `@问题_内容`, `@问题_处数`, `@问题_户数`,
    `@问题_单位` and `@问题_表现` are its own, `@序` its number.
    """

    parts: dict[Plays, str] = {}
    judged: dict[Judged, str] = {}
    views: tuple[ViewSpec, ...] = ()
    figures: tuple[Figure, ...] = ()
    lists: tuple[UnitList, ...] = ()
    problems: tuple[ProblemGroup, ...] = ()
    faults: dict[str, str] = {}
    compared: tuple[ComparedSpec, ...] = ()
    rows: tuple[SummaryRow, ...] = ()
    charts: tuple[ChartSpec, ...] = ()
    brief: tuple[BriefSpec, ...] = ()
    paragraphs: tuple[ParagraphSpec, ...] = ()


class AttachmentSpec(Record):
    """A form sheet that goes with the printed report; with `table`, one form for each of its used rows.

    `without` are columns that are not printed. A line of `layout` reads `项目名称*2 | @项目_名称*6`: texts and
    fields with their columns; `^` continues the cell above.
    """

    sheet: str
    title: str = ""
    table: str = ""
    without: tuple[str, ...] = ()
    layout: tuple[str, ...] = ()


class PaperSpec(Record):
    """How the report is printed: who signs (fields), which sheets go with it, which phrases are left out."""

    signature: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    attachments: tuple[AttachmentSpec, ...] = ()


class PartSpec(Record):
    """That a unit reports a workbook for each of several things, which the roster lists.

    `what` they are called (项目); `code` and `name` are fields outside tables that say which one it is.
    """

    what: str
    code: str
    name: str


class Spec(Record):
    """A whole template."""

    id: str
    version: str
    title: str
    authority: str = ""
    part: PartSpec | None = None
    settings: tuple[Setting, ...]
    options: dict[str, tuple[str, ...]] = {}
    sheets: tuple[SheetSpec, ...]
    derived: tuple[Derived, ...] = ()
    checks: tuple[CheckSpec, ...] = ()
    report: tuple[ParagraphSpec, ...] = ()
    summary: SummarySpec = SummarySpec()
    paper: PaperSpec = Field(default=PaperSpec(), exclude=True)
    sample: Sample = Field(default=Sample(), exclude=True)

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        """Every list of choices by its name: those of the forms, then those of settings."""
        return self.options | {setting.name: setting.options for setting in self.settings if setting.options}


def read_spec(path: Path) -> Spec:
    """Read `template.toml` and the files that it names; TemplateError lists every fault with its path."""
    source = _toml(path)
    head = source.pop("template", {})
    sheets = [_toml(path.parent / name) for name in head.pop("sheets", [])]
    parts = {key: _toml(path.parent / name) for key, name in head.pop("parts", {}).items()}
    merged: dict[str, Any] = {**head, **source, "sheets": sheets}
    for part in parts.values():
        merged.update(part)
    try:
        return Spec.model_validate(merged)
    except ValidationError as error:
        raise TemplateError(path.name, tuple(_fault(item) for item in error.errors())) from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        if path.exists() and not path.is_file():
            raise TemplateError(path.name, (f"{path.name} 不是普通文件",))
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TemplateError(path.name, (f"打不开文件 {path.name}：{error.strerror}",)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TemplateError(path.name, (f"文件 {path.name} 不是正确的 TOML：{error}",)) from error


def _fault(item: Any) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in item["loc"]).lstrip(".")
    return f"{place}：{item['msg']}"


assert set(KindId.__args__) == set(KINDS), "every kind can be named in a spec"  # type: ignore[attr-defined]  # noqa: S101 - typing hides __args__; the two lists must not drift
