"""The commands: the only module that prints, exits, or asks what day it is."""

from __future__ import annotations

import io
import json
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from perfeval_xl import __version__
from perfeval_xl.chinese import USAGE_ERROR, Command, Group, complaint
from perfeval_xl.errors import PerfevalError, os_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from perfeval_xl.campaign import Campaign
    from perfeval_xl.collect import Tally
    from perfeval_xl.contract import Template
    from perfeval_xl.verdict import Record

CLEAN, FINDINGS, FAILED = 0, 1, 2
DEFAULT_TEMPLATE = "hunan-2023"

app = typer.Typer(
    name="perfeval-xl",
    help="部门整体支出绩效自评：发放填报工作簿、收回核对、生成汇总。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
)
template_app = typer.Typer(help="查看和生成模板。", no_args_is_help=True, rich_markup_mode=None, cls=Group)
app.add_typer(template_app, name="template")

Folder = Annotated[Path, typer.Argument(help="工作文件夹，默认为当前文件夹。", show_default=False)]


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


def main() -> NoReturn:
    """Run the command line; what could not run is one sentence on stderr and exit 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = app(prog_name="perfeval-xl", standalone_mode=False)
    except USAGE_ERROR as error:
        typer.echo(complaint(error), err=True)
    except PerfevalError as error:
        typer.echo(str(error), err=True)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("已中断。已经完成的部分都已保存，再次运行即可继续。", err=True)
    except OSError as error:
        where = f"“{error.filename}”" if error.filename else "文件"
        typer.echo(f"读写{where}时出错：{os_reason(error)}。", err=True)
    else:
        raise SystemExit(code if isinstance(code, int) else CLEAN)
    raise SystemExit(FAILED)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"perfeval-xl {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本号。")
    ] = False,
) -> None:
    """部门整体支出绩效自评：发放填报工作簿、收回核对、生成汇总。"""


@app.command(cls=Command)
def demo(folder: Folder = Path("demo")) -> None:
    """用示例区县（42个单位）走完全年：发放、填报、收回、核对、汇总。"""
    from perfeval_xl import rehearsal

    done = rehearsal.rehearse(folder, typer.echo)
    _print_tally(done.tally)
    _print_standings(done.campaign)
    typer.echo("")
    typer.echo(f"汇总工作簿：{done.summary}")
    typer.echo(f"各单位报来的工作簿：{done.campaign.inbox}")
    typer.echo(f"要退回改正的工作簿（{len(done.returned)}份，已标好问题）：{done.campaign.returns}")
    typer.echo(f"示例说明（哪些数是真实公开的、哪些单位有错）：{done.notes}")


@app.command(cls=Command)
def init(
    folder: Annotated[Path, typer.Argument(help="新的工作文件夹。")],
    year: Annotated[int, typer.Option("--year", min=2000, max=2100, help="被评价的年度，例如 2023。")],
    region: Annotated[str, typer.Option("--region", help="地区，例如 南岳区。")],
    template: Annotated[str, typer.Option("--template", help="模板编号或模板文件。")] = DEFAULT_TEMPLATE,
) -> None:
    """建立一年的工作文件夹：设置文件、空白名册和收发文件夹。"""
    from perfeval_xl import campaign

    made = campaign.create(folder, template, {"年度": Decimal(year), "地区": region})
    typer.echo(f"已建立工作文件夹“{folder}”。接下来：")
    typer.echo(f"  1. 打开 {folder / campaign.SETTINGS} 核对设置；")
    typer.echo(f"  2. 打开 {folder / campaign.ROSTER} 填写应报单位；")
    typer.echo(f"  3. 运行 perfeval-xl issue {folder} 生成各单位的填报工作簿（模板 {made.template_name}）。")


@app.command(cls=Command)
def issue(
    folder: Folder = Path(),
    only: Annotated[list[str] | None, typer.Option("--only", help="只发给这个单位代码，可写多次。")] = None,
) -> None:
    """按名册为每个单位生成填报工作簿，放在“发放”文件夹。"""
    from perfeval_xl.campaign import open_campaign
    from perfeval_xl.issue import issue as hand_out

    campaign = open_campaign(folder)
    units = campaign.units
    if only:
        unknown = sorted(set(only) - {unit.code for unit in units})
        if unknown:
            raise typer.BadParameter(f"名册中没有单位代码 {'、'.join(unknown)}")
        units = tuple(unit for unit in units if unit.code in only)
    with _alone(campaign, "发放"), _progress("发放", len(units)) as advance:
        done = hand_out(campaign, units, lambda _: advance())
    typer.echo(f"生成{len(done.written)}份，已有且相同{len(done.same)}份。文件在 {campaign.out}")
    if done.kept:
        typer.echo(f"另有{len(done.kept)}份已存在且内容不同，没有覆盖；确需重发请先移走：")
        for path in done.kept:
            typer.echo(f"  {path.name}")
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def collect(
    folder: Folder = Path(),
    jobs: Annotated[
        int, typer.Option("--jobs", min=0, help="同时读取几份；0 表示按处理器个数。结果与几份无关。")
    ] = 0,
) -> None:
    """收取“收件”文件夹中的全部文件（可含压缩包和子文件夹），读取、核对并记入台账；有问题的标好问题放进“退回”。"""
    from perfeval_xl.campaign import open_campaign
    from perfeval_xl.collect import collect as take
    from perfeval_xl.results import write_returns
    from perfeval_xl.verdict import Status

    campaign = open_campaign(folder)
    with _alone(campaign, "收取"), _progress("收取", None) as advance:
        tally = take(campaign, lambda _: advance(), jobs)
        returned = write_returns(campaign, _today())
    _print_tally(tally)
    _print_standings(campaign)
    if returned:
        typer.echo(f"退回：{len(returned)}份需要改正或说明，已标好问题，在 {campaign.returns}")
    if any(tally.statuses.get(status) for status in Status if status is not Status.ACCEPTED):
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def status(folder: Folder = Path()) -> None:
    """显示每个单位的报送和核对情况。"""
    from perfeval_xl.campaign import open_campaign

    _print_standings(open_campaign(folder))


@app.command(cls=Command)
def summarize(
    folder: Folder = Path(),
    everything: Annotated[
        bool, typer.Option("--all", help="核对未通过的单位也计入合计；不写时只列出，不计入。")
    ] = False,
    word: Annotated[bool, typer.Option("--word", help="同时生成 Word 格式的汇总报告。")] = False,
) -> None:
    """生成汇总工作簿，放在“汇总”文件夹。"""
    from perfeval_xl.campaign import open_campaign
    from perfeval_xl.results import write_results

    campaign = open_campaign(folder)
    if not campaign.ledger.exists():
        raise PerfevalError(f"“{folder}”还没有台账，没有可以汇总的内容。请先运行 collect 收取各单位的文件。")
    with _alone(campaign, "汇总"):
        written = write_results(campaign, _today(), everything=everything, word=word)
    for what, path in zip(("汇总工作簿", "汇总报告"), written, strict=False):
        typer.echo(f"{what}：{path}")


@app.command(cls=Command)
def check(
    files: Annotated[list[Path], typer.Argument(help="要核对的工作簿，可以有多个。")],
    template: Annotated[
        str, typer.Option("--template", help="模板编号或模板文件；不写时按工作簿里的标识查找。")
    ] = "",
    form: Annotated[Format, typer.Option("--format", help="输出格式：text 或 json。")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件，不写则显示在屏幕上。")] = None,
) -> None:
    """核对一份或多份填好的工作簿，列出全部问题。"""
    from perfeval_xl.desk import Desk, arrived
    from perfeval_xl.present import as_json, as_text, counted

    templates = _templates(template)
    desk = Desk(templates, _today().date())
    records = [desk.judge(arrived(path)) for path in files]
    if form is Format.JSON:
        objects = [as_json(record, templates.get(_template_of(record))) for record in records]
        _write(json.dumps(objects[0] if len(objects) == 1 else objects, ensure_ascii=False, indent=2), output)
    else:
        parts = []
        for record in records:
            counts = counted(record.verdict.findings)
            total = (
                "，".join(f"{level.label}{count}项" for level, count in counts.items() if count) or "没有发现问题"
            )
            head = f"{record.file}（{_unit_of(record)}）：{record.status.label}；{total}"
            parts.append("\n".join(filter(None, (head, as_text(record.verdict.findings)))))
        _write("\n\n".join(parts), output)
    if any(record.status.value != "accepted" for record in records):
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def fill(
    template: Annotated[str, typer.Argument(help="模板编号或模板文件。")],
    values: Annotated[Path, typer.Argument(help='数值文件：{"names": {…}, "tables": {…}}。')],
    output: Annotated[Path, typer.Option("-o", "--output", help="生成的工作簿。")],
) -> None:
    """把 JSON 文件中的数填进模板，生成一份工作簿。"""
    from perfeval_xl.fill import Filler
    from perfeval_xl.publish import publish
    from perfeval_xl.template.shelf import find
    from perfeval_xl.values import read_values

    loaded = find(template)
    try:
        data = json.loads(values.read_text("utf-8-sig"), parse_float=Decimal)
    except ValueError as error:
        raise PerfevalError(f"“{values}”不是正确的 JSON 文件：{error}。") from error
    filled = Filler(loaded, _today().date()).fill(read_values(data, loaded, values.name))
    typer.echo(f"已生成 {publish(output, filled, _today())}")


@app.command(cls=Command)
def report(
    file: Annotated[Path, typer.Argument(help="填好的工作簿。")],
    output: Annotated[Path, typer.Option("-o", "--output", help="生成的 Word 文件（.docx）。")],
    template: Annotated[
        str, typer.Option("--template", help="模板编号或模板文件；不写时按工作簿里的标识查找。")
    ] = "",
) -> None:
    """把填好的工作簿写成 Word 格式的自评报告，附填好的各表；没有通过核对的，首页注明是草稿。"""
    from perfeval_xl.publish import publish
    from perfeval_xl.results import Reporter

    chosen, record = _read(file, template)
    typer.echo(f"自评报告：{publish(output, Reporter(chosen, _today().date()).report(record), _today())}")
    if record.status.value != "accepted":
        typer.echo("工作簿还没有通过核对，报告首页已注明是草稿；运行 check 可以看到全部问题。")
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def proofread(
    report: Annotated[Path, typer.Argument(help="写好的报告，.docx 或 .txt。")],
    against: Annotated[
        Path | None, typer.Option("--against", help="填好的工作簿；报告里的数逐个与它核对。")
    ] = None,
    template: Annotated[
        str, typer.Option("--template", help="模板编号或模板文件；不写时按工作簿里的标识查找。")
    ] = "",
    roster: Annotated[Path | None, typer.Option("--roster", help="名册；用来发现报告里别的单位的名称。")] = None,
    form: Annotated[Format, typer.Option("--format", help="输出格式：text 或 json。")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件，不写则显示在屏幕上。")] = None,
    mark: Annotated[Path | None, typer.Option("--mark", help="另存一份在问题处加了批注的 .docx。")] = None,
    extract: Annotated[
        Path | None, typer.Option("--extract", help="把报告里认得出的数存成 JSON，可用 fill 填进工作簿。")
    ] = None,
) -> None:
    """审读一份写好的报告：数字之间是否一致、与工作簿是否一致、文字有没有照抄和漏项。"""
    from perfeval_xl import proofread as reader
    from perfeval_xl.finding import Level
    from perfeval_xl.publish import publish
    from perfeval_xl.roster import read_roster
    from perfeval_xl.stated import context_of, fields_of
    from perfeval_xl.template.shelf import find

    data = report.read_bytes()
    written = reader.load(data, report.name)
    chosen, record = _read(against, template) if against else (find(template or DEFAULT_TEMPLATE), None)
    context = context_of(chosen, record, read_roster(roster) if roster else ())
    findings = reader.proofread(written, context)
    if form is Format.JSON:
        _write(reader.as_json(findings), output)
    else:
        _write(reader.as_text(findings) or "没有发现问题。", output)
    if mark:
        typer.echo(f"加了批注的报告：{publish(mark, reader.mark(data, findings), _today())}", err=True)
    if extract:
        typed = {field.name: field for field in fields_of(chosen) if chosen.field[field.name].role.typed}
        taken = reader.extract(written, typed, context)
        names = {name: float(value) for name, value in sorted(taken.items())}
        text = json.dumps({"names": names}, ensure_ascii=False, indent=2)
        typer.echo(f"认出{len(names)}个数：{publish(extract, text.encode(), _today())}", err=True)
    if any(finding.level is not Level.NOTICE for finding in findings):
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def rules(
    wanted: Annotated[list[str] | None, typer.Argument(help="规则编号，可以有多个；不写则列出全部。")] = None,
) -> None:
    """说明一条规则：查什么、为什么、怎样改、对的和错的例子。"""
    from perfeval_xl.rulebook import rules as known_rules
    from perfeval_xl.template.shelf import find, shipped

    known = known_rules(find(name) for name in shipped())
    if not wanted:
        for rule in known:
            typer.echo(f"{rule.id}  {rule.level.label}  {rule.title}")
        return
    by_id = {rule.id.upper(): rule for rule in known}
    unknown = [name for name in wanted if name.upper() not in by_id]
    if unknown:
        raise typer.BadParameter(f"没有编号为 {'、'.join(unknown)} 的规则")
    typer.echo("\n\n".join(str(by_id[name.upper()]) for name in wanted))


@app.command(cls=Command)
def migrate(
    old: Annotated[Path, typer.Argument(help="旧版本的或结构已损坏的、填好的工作簿。")],
    output: Annotated[Path, typer.Option("-o", "--output", help="生成的新工作簿。")],
    template: Annotated[
        str, typer.Option("--template", help="模板编号或模板文件；不写时按工作簿里的标识查找。")
    ] = "",
) -> None:
    """把旧版本的或结构已损坏的工作簿里填的内容，搬进一份完好的新工作簿。"""
    from perfeval_xl.fill import Filler
    from perfeval_xl.migrate import carried
    from perfeval_xl.publish import publish

    chosen, record = _read(old, template)
    done = carried(chosen, record)
    path = publish(output, Filler(chosen, _today().date()).fill(done.values), _today())
    typer.echo(f"已生成 {path}：搬了{len(done.values)}格。")
    for line in done.left:
        typer.echo(f"  没有搬：{line}")
    if done.left:
        raise typer.Exit(FINDINGS)


@template_app.command("list", cls=Command)
def template_list() -> None:
    """列出随程序提供的模板。"""
    from perfeval_xl.template.shelf import find, shipped

    for name in shipped():
        loaded = find(name)
        typer.echo(f"{loaded.id}  {loaded.version}  {loaded.title}（核对{len(loaded.checks)}项）")


@template_app.command("show", cls=Command)
def template_show(name: Annotated[str, typer.Argument(help="模板编号或模板文件。")]) -> None:
    """列出一个模板的字段和核对关系。"""
    from perfeval_xl.template.shelf import find

    loaded = find(name)
    typer.echo(f"{loaded.title}  {loaded.id} {loaded.version}")
    typer.echo("\n字段（名称、显示名、类型、单位、谁填、位置）：")
    for field in loaded.fields:
        if field.role.value != "说明" and not field.address.sheet.startswith("_"):
            kind = field.kind.title + (f"（{field.unit}）" if field.unit else "")
            need = "必填" if field.required else ""
            typer.echo(f"  {field.name}  {field.label}  {kind}  {field.role.value}{need}  {field.address}")
    typer.echo("\n核对关系（编号、级别、内容、公式）：")
    for rule in loaded.checks:
        typer.echo(f"  {rule.id}  {rule.level.label}  {rule.title}  {rule.left} {rule.relation} {rule.right}")


@template_app.command("build", cls=Command)
def template_build(
    source: Annotated[Path, typer.Argument(help="模板的源文件 template.toml。")],
    output: Annotated[Path, typer.Option("-o", "--output", help="生成的模板工作簿。")],
) -> None:
    """由源文件生成模板工作簿；同样的源文件生成的文件完全相同。"""
    from perfeval_xl.publish import publish
    from perfeval_xl.template.build import build
    from perfeval_xl.template.load import load
    from perfeval_xl.template.spec import read_spec

    data = build(read_spec(source))
    loaded = load(data)
    typer.echo(
        f"已生成 {publish(output, data, _today())}：{len(loaded.fields)}个字段，{len(loaded.checks)}项核对。"
    )


@template_app.command("lint", cls=Command)
def template_lint(file: Annotated[Path, typer.Argument(help="模板工作簿。")]) -> None:
    """检查一个模板工作簿：名称、公式、核对关系和锁定是否有问题，一次列全，并说明怎样改。"""
    from perfeval_xl.template.lint import lint
    from perfeval_xl.template.spec import read_spec

    source = file.parent / "template.toml"
    faults = lint(file.read_bytes(), read_spec(source) if source.is_file() else None)
    for number, fault in enumerate(faults, 1):
        typer.echo(f"{number}. {fault}")
    if faults:
        raise typer.Exit(FINDINGS)
    typer.echo("没有发现问题。")


@contextmanager
def _alone(campaign: Campaign, what: str) -> Iterator[None]:
    """Hold the campaign's folder, and clear away what a killed run left in it."""
    from perfeval_xl.lock import locked
    from perfeval_xl.publish import clean

    with locked(campaign.folder, what, _today()):
        for place in (campaign.folder, campaign.out, campaign.returns, campaign.results):
            clean(place)
        yield


def _today() -> datetime:
    return datetime.now(UTC).astimezone()


def _templates(name: str) -> Mapping[str, Template]:
    """Return the template named, or all that are shipped."""
    from perfeval_xl.template.shelf import Shelf, find

    if not name:
        return Shelf()
    named = find(name)
    return {named.id: named}


def _read(file: Path, template: str) -> tuple[Template, Record]:
    """Read and check one workbook; what cannot be read is a complaint, not a finding."""
    from perfeval_xl.desk import Desk, arrived

    templates = _templates(template)
    record = Desk(templates, _today().date()).judge(arrived(file))
    if record.submission is None:
        raise PerfevalError(f"“{file}”读不出来：{record.verdict.findings[0].message}")
    return templates[record.submission.template], record


def _template_of(record: Record) -> str:
    return record.submission.template if record.submission else ""


def _unit_of(record: Record) -> str:
    submission = record.submission
    return f"{submission.unit_code} {submission.unit_name}".strip() if submission else "单位不明"


def _write(text: str, output: Path | None) -> None:
    from perfeval_xl.publish import publish

    if output is None:
        typer.echo(text)
    else:
        typer.echo(f"已写入 {publish(output, (text + chr(10)).encode(), _today())}")


class _progress:  # noqa: N801 - reads as a statement: with _progress(...) as advance
    """A progress bar on a terminal, nothing elsewhere; gives the function that advances it."""

    def __init__(self, what: str, total: int | None) -> None:
        self._what, self._total = what, total

    def __enter__(self) -> Callable[[], Any]:
        if not sys.stderr.isatty():
            return lambda: None
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._bar.start()
        task = self._bar.add_task(self._what, total=self._total)
        return lambda: self._bar.advance(task)

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "_bar"):
            self._bar.stop()


def _print_tally(tally: Tally) -> None:
    """Say what became of every file, so that nothing can be lost without a word."""
    counts = [
        f"{status.label}{count}份" for status, count in sorted(tally.statuses.items(), key=lambda item: item[0])
    ]
    rest = [("以前已收", tally.known), ("忽略", len(tally.ignored)), ("暂缓", len(tally.deferred))]
    counts += [f"{word}{count}份" for word, count in rest if count]
    typer.echo(f"共看到{tally.seen}份文件：{'，'.join(counts) or '没有文件'}。")
    for file, why in (*tally.ignored, *tally.deferred):
        typer.echo(f"  {file}：{why}")


def _print_standings(campaign: Campaign) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from perfeval_xl.results import overview

    seen = overview(campaign)
    table = Table(box=box.SIMPLE_HEAD)
    for heading, side in (
        ("代码", "left"),
        ("单位", "left"),
        ("状态", "left"),
        ("错误", "right"),
        ("待说明", "right"),
        ("次数", "right"),
        ("最先要看的", "left"),
    ):
        table.add_column(heading, justify=side, overflow="fold")  # type: ignore[arg-type]  # rich wants a literal
    for standing in seen.standings:
        table.add_row(*_standing_cells(standing))
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False, markup=False)
    console.print(table)
    for record in seen.rejected:
        typer.echo(f"未能读取：{record.file}：{record.verdict.findings[0].message}")
    for record in seen.strangers:
        typer.echo(f"不在名册中：{record.file}（单位代码“{record.unit}”），没有计入汇总。")
    typer.echo(_totals(standing.state for standing in seen.standings))


def _standing_cells(standing: Any) -> Iterable[str]:
    from perfeval_xl.finding import Level
    from perfeval_xl.present import counted

    counts = counted(standing.all_findings)
    first = next(
        (
            finding
            for finding in standing.all_findings
            if not finding.explanation and finding.level is not Level.NOTICE
        ),
        None,
    )
    worst = f"{first.rule} {first.label or first.message}" if first else ""
    numbers = [str(counts[level] or "") for level in (Level.ERROR, Level.WARNING)]
    return (
        standing.unit.code,
        standing.unit.name,
        standing.state,
        *numbers,
        str(len(standing.records) or ""),
        worst,
    )


def _totals(states: Iterable[str]) -> str:
    from collections import Counter

    counts = Counter(states)
    return f"应报{sum(counts.values())}户：" + "，".join(
        f"{state}{count}户" for state, count in counts.most_common()
    )


if __name__ == "__main__":
    main()
