"""The commands for single files: check, fill, report, proofread, migrate, and what the rules are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfeval_xl.api.clock import now
from perfeval_xl.cli.app import FAILED, FINDINGS, Format, TemplateOption, app, write_out
from perfeval_xl.cli.help import Command
from perfeval_xl.cli.screen import BESIDE, TERMINAL, progress, tell, tell_line

if TYPE_CHECKING:
    from perfeval_xl.api.rulebook import Rule
    from perfeval_xl.api.year import Campaign
    from perfeval_xl.records.verdict import Record


@app.command(cls=Command)
def check(
    files: Annotated[
        list[Path],
        typer.Argument(help="要核对的工作簿，可以有多个；或单位的代码、名称，后面写工作文件夹。"),
    ],
    template: TemplateOption = "",
    form: Annotated[Format, typer.Option("--format", help="输出格式：text 或 json。")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件，不写则显示在屏幕上。")] = None,
) -> None:
    """核对一份或多份填好的工作簿，或某个单位现在采用的报送，列出全部问题。读不到的指出来，不影响其余的。"""
    from perfeval_xl.api.shown import checked_json, checked_text
    from perfeval_xl.api.single import check as checked
    from perfeval_xl.api.submitted import check_units

    year, files = _year_and_rest(files)
    done = check_units(year, map(str, files), now=now()) if year else checked(files, template, now=now())
    if done.records:
        as_json = form is Format.JSON
        write_out(checked_json(done, single=len(files) == 1) if as_json else checked_text(done), output)
    for sentence in done.missing:
        tell(sentence, err=True)
    if done.missing:
        raise typer.Exit(FAILED)
    if any(record.status.value != "accepted" for record in done.records):
        raise typer.Exit(FINDINGS)


def _year_and_rest(paths: list[Path]) -> tuple[Campaign | None, list[Path]]:
    """Return the year that is named last, or the current folder's where no file is named, and the rest.

    None where workbooks are named.
    """
    from perfeval_xl.api.year import SETTINGS, open_campaign

    *units, last = paths
    if units and (last / SETTINGS).is_file():
        return open_campaign(last), units
    named = not any(path.exists() or path.suffix for path in paths)
    return (open_campaign(Path()), paths) if named and Path(SETTINGS).is_file() else (None, paths)


def _report_name(record: Record) -> str:
    submission = record.submission
    return f"{submission.unit_code} {submission.unit_name} 自评报告.docx" if submission else "自评报告.docx"


@app.command(cls=Command)
def fill(
    template: Annotated[str, typer.Argument(help="模板编号或模板文件。")],
    values: Annotated[Path, typer.Argument(help='数值文件：{"names": {…}, "tables": {…}}。')],
    output: Annotated[Path, typer.Option("-o", "--output", help="生成的工作簿。")],
) -> None:
    """把 JSON 文件中的数填进模板，生成一份工作簿。"""
    from perfeval_xl.api.files import save
    from perfeval_xl.api.single import fill as filled
    from perfeval_xl.api.single import values_from
    from perfeval_xl.api.templates import open_template

    loaded = open_template(template)
    data = filled(loaded, values_from(values, loaded), now=now())
    tell(f"已生成 {save(output, data, now=now(), watch=TERMINAL)}")


@app.command(cls=Command)
def report(
    file: Annotated[Path, typer.Argument(help="填好的工作簿；或单位的代码、名称，后面写工作文件夹。")],
    folder: Annotated[
        Path | None, typer.Argument(help="工作文件夹：写这个单位现在采用的报送。", show_default=False)
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="生成的 Word 文件；不写时放在工作簿旁边或“汇总”文件夹。"),
    ] = None,
    template: TemplateOption = "",
) -> None:
    """把填好的工作簿写成 Word 格式的自评报告，附填好的各表；没有通过核对的，首页注明是草稿。"""
    from perfeval_xl.api.files import save
    from perfeval_xl.api.single import read_workbook
    from perfeval_xl.api.single import report as reported
    from perfeval_xl.api.submitted import submitted

    with progress("写自评报告"):
        year, _ = _year_and_rest([file, *([folder] if folder else [])])
        if year:
            chosen, record = year.template, submitted(year, str(file), now=now())
        else:
            chosen, record = read_workbook(file, template, now=now())
        place = year.results / _report_name(record) if year else file.with_name(f"{file.stem} 自评报告.docx")
        path = save(output or place, reported(chosen, record, now=now()), now=now(), watch=TERMINAL)
    tell(f"自评报告：{path}")
    if record.is_draft:
        tell("工作簿还没有通过核对，报告首页已注明是草稿；运行 check 可以看到全部问题。")
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def proofread(
    report: Annotated[Path, typer.Argument(help="写好的报告，.docx 或 .txt。")],
    against: Annotated[
        Path | None, typer.Option("--against", help="填好的工作簿；报告里的数逐个与它核对。")
    ] = None,
    template: TemplateOption = "",
    roster: Annotated[Path | None, typer.Option("--roster", help="名册；用来发现报告里别的单位的名称。")] = None,
    form: Annotated[Format, typer.Option("--format", help="输出格式：text 或 json。")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件，不写则显示在屏幕上。")] = None,
    mark: Annotated[Path | None, typer.Option("--mark", help="另存一份在问题处加了批注的 .docx。")] = None,
    extract: Annotated[
        Path | None, typer.Option("--extract", help="把报告里认得出的数存成 JSON，可用 fill 填进工作簿。")
    ] = None,
) -> None:
    """审读一份写好的报告：数字之间是否一致、与工作簿是否一致、文字有没有照抄和漏项。"""
    from perfeval_xl.api import reports
    from perfeval_xl.api.files import save
    from perfeval_xl.api.shown import json_text
    from perfeval_xl.records.finding import Level

    done = reports.proofread_report(report, against=against, template=template, roster=roster, now=now())
    if form is Format.JSON:
        write_out(reports.proofread_json(done), output)
    else:
        write_out(reports.proofread_text(done) or "没有发现问题。", output)
    if mark:
        tell(f"加了批注的报告：{save(mark, reports.marked(done), now=now(), watch=BESIDE)}", err=True)
    if extract:
        names = {name: float(value) for name, value in sorted(reports.stated_figures(done).items())}
        path = save(extract, json_text({"names": names}).encode(), now=now(), watch=BESIDE)
        tell(f"认出{len(names)}个数：{path}", err=True)
    if any(finding.level is not Level.NOTICE for finding in done.findings):
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def rules(
    wanted: Annotated[list[str] | None, typer.Argument(help="规则编号，可以有多个；不写则列出全部。")] = None,
    template: Annotated[
        str, typer.Option("--template", help="模板编号或模板文件；写了的只说这个模板的，不写则说全部模板的。")
    ] = "",
) -> None:
    """说明一条规则：查什么、为什么、怎样改、对的和错的例子。同一编号在各模板里不同的，逐个列出。"""
    from perfeval_xl.api.rulebook import named
    from perfeval_xl.api.rulebook import rules as known_rules
    from perfeval_xl.api.templates import open_template, shipped_templates

    known = known_rules(map(open_template, [template] if template else shipped_templates()))
    if not wanted:
        for rule in known:
            of = f"（{'、'.join(rule.templates)}）" if rule.templates and not template else ""
            tell(f"{rule.id}  {rule.level.label}  {rule.title}{of}")
        return
    unknown = [name for name in wanted if not named(name, known)]
    if unknown:
        raise typer.BadParameter("；".join(_no_rule(name, known) for name in unknown))
    tell("\n\n".join(str(rule) for name in wanted for rule in named(name, known)))


def _no_rule(name: str, known: tuple[Rule, ...]) -> str:
    """Say that there is no such rule, and which may have been meant."""
    from perfeval_xl.api.rulebook import likeliest

    close = likeliest(name, known)
    return f"没有编号为 {name} 的规则" + (f"，最接近的是 {'、'.join(close)}" if close else "")


@app.command(cls=Command)
def migrate(
    old: Annotated[Path, typer.Argument(help="旧版本的或结构已损坏的、填好的工作簿。")],
    output: Annotated[Path, typer.Option("-o", "--output", help="生成的新工作簿。")],
    template: TemplateOption = "",
) -> None:
    """把旧版本的或结构已损坏的工作簿里填的内容，搬进一份完好的新工作簿。"""
    from perfeval_xl.api.files import save
    from perfeval_xl.api.single import migrate as migrated

    done = migrated(old, template, now=now())
    path = save(output, done.data, now=now(), watch=TERMINAL)
    tell(f"已生成 {path}：搬了{done.cells}格。")
    for line in done.left:
        tell_line(f"  没有搬：{line}")
    if done.left:
        raise typer.Exit(FINDINGS)
