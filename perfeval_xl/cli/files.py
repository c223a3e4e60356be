"""The commands for single files: check, fill, report, proofread, migrate, and what the rules are."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfeval_xl.chinese import Command
from perfeval_xl.cli.app import (
    DEFAULT_TEMPLATE,
    FAILED,
    FINDINGS,
    Format,
    TemplateOption,
    app,
    judge_files,
    now,
    read_one,
    write_out,
)
from perfeval_xl.cli.screen import progress, tell, tell_line
from perfeval_xl.errors import PerfevalError

if TYPE_CHECKING:
    from perfeval_xl.verdict import Record


@app.command(cls=Command)
def check(
    files: Annotated[list[Path], typer.Argument(help="要核对的工作簿，可以有多个。")],
    template: TemplateOption = "",
    form: Annotated[Format, typer.Option("--format", help="输出格式：text 或 json。")] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写入文件，不写则显示在屏幕上。")] = None,
) -> None:
    """核对一份或多份填好的工作簿，列出全部问题。读不到的指出来，不影响其余的。"""
    from perfeval_xl.present import as_json, json_text

    judged = judge_files(files, template)
    if judged.records and form is Format.JSON:
        objects = [as_json(record, judged.templates.get(_template_of(record))) for record in judged.records]
        write_out(json_text(objects if len(files) > 1 else objects[0]), output)
    elif judged.records:
        write_out("\n\n".join(map(_told, judged.records)), output)
    for sentence in judged.missing:
        tell(sentence, err=True)
    if judged.missing:
        raise typer.Exit(FAILED)
    if any(record.status.value != "accepted" for record in judged.records):
        raise typer.Exit(FINDINGS)


def _told(record: Record) -> str:
    """Return what `check` says of one file: where it stands, and its findings a line each."""
    from perfeval_xl.admission.characters import one_line
    from perfeval_xl.present import as_text, counted

    counts = counted(record.verdict.findings)
    total = "，".join(f"{level.label}{count}项" for level, count in counts.items() if count) or "没有发现问题"
    head = one_line(f"{record.file}（{_unit_of(record)}）：{record.status.label}；{total}")
    return "\n".join(filter(None, (head, as_text(record.verdict.findings))))


@app.command(cls=Command)
def fill(
    template: Annotated[str, typer.Argument(help="模板编号或模板文件。")],
    values: Annotated[Path, typer.Argument(help='数值文件：{"names": {…}, "tables": {…}}。')],
    output: Annotated[Path, typer.Option("-o", "--output", help="生成的工作簿。")],
) -> None:
    """把 JSON 文件中的数填进模板，生成一份工作簿。"""
    from perfeval_xl.fill import Filler
    from perfeval_xl.keeping import Outputs
    from perfeval_xl.named import taken
    from perfeval_xl.template.shelf import find
    from perfeval_xl.values import read_values

    loaded = find(template)
    try:
        data = json.loads(taken(values).decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise PerfevalError(f"“{values}”不是正确的 JSON 文件：{error}。") from error
    filled = Filler(loaded, now().date()).fill(read_values(data, loaded, values.name))
    tell(f"已生成 {Outputs(tell=tell).publish(output, filled, now())}")


@app.command(cls=Command)
def report(
    file: Annotated[Path, typer.Argument(help="填好的工作簿。")],
    output: Annotated[Path, typer.Option("-o", "--output", help="生成的 Word 文件（.docx）。")],
    template: TemplateOption = "",
) -> None:
    """把填好的工作簿写成 Word 格式的自评报告，附填好的各表；没有通过核对的，首页注明是草稿。"""
    from perfeval_xl.keeping import Outputs
    from perfeval_xl.results import Reporter

    with progress("写自评报告"):
        chosen, record = read_one(file, template)
        path = Outputs(tell=tell).publish(output, Reporter(chosen, now().date()).report(record), now())
    tell(f"自评报告：{path}")
    if record.status.value != "accepted":
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
    from perfeval_xl import proofread as reader
    from perfeval_xl.admission.characters import json_safe
    from perfeval_xl.finding import Level
    from perfeval_xl.keeping import Outputs
    from perfeval_xl.named import taken
    from perfeval_xl.present import json_text
    from perfeval_xl.roster import read_roster
    from perfeval_xl.stated import context_of, fields_of
    from perfeval_xl.template.shelf import find

    data = taken(report)
    written = reader.load(data, report.name)
    chosen, record = read_one(against, template) if against else (find(template or DEFAULT_TEMPLATE), None)
    context = context_of(chosen, record, read_roster(roster).units if roster else ())
    findings = reader.proofread(written, context)
    if form is Format.JSON:
        write_out(json_safe(reader.as_json(findings)), output)
    else:
        write_out(reader.as_text(findings) or "没有发现问题。", output)
    outputs = Outputs(tell=partial(tell, err=True))
    if mark:
        tell(f"加了批注的报告：{outputs.publish(mark, reader.mark(data, findings), now())}", err=True)
    if extract:
        typed = {field.name: field for field in fields_of(chosen) if chosen.field[field.name].role.typed}
        figures = reader.extract(written, typed, context)
        names = {name: float(value) for name, value in sorted(figures.items())}
        path = outputs.publish(extract, json_text({"names": names}).encode(), now())
        tell(f"认出{len(names)}个数：{path}", err=True)
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
            tell(f"{rule.id}  {rule.level.label}  {rule.title}")
        return
    by_id = {rule.id.upper(): rule for rule in known}
    unknown = [name for name in wanted if name.upper() not in by_id]
    if unknown:
        raise typer.BadParameter(f"没有编号为 {'、'.join(unknown)} 的规则")
    tell("\n\n".join(str(by_id[name.upper()]) for name in wanted))


@app.command(cls=Command)
def migrate(
    old: Annotated[Path, typer.Argument(help="旧版本的或结构已损坏的、填好的工作簿。")],
    output: Annotated[Path, typer.Option("-o", "--output", help="生成的新工作簿。")],
    template: TemplateOption = "",
) -> None:
    """把旧版本的或结构已损坏的工作簿里填的内容，搬进一份完好的新工作簿。"""
    from perfeval_xl.fill import Filler
    from perfeval_xl.keeping import Outputs
    from perfeval_xl.migrate import carried

    chosen, record = read_one(old, template)
    done = carried(chosen, record)
    path = Outputs(tell=tell).publish(output, Filler(chosen, now().date()).fill(done.values), now())
    tell(f"已生成 {path}：搬了{len(done.values)}格。")
    for line in done.left:
        tell_line(f"  没有搬：{line}")
    if done.left:
        raise typer.Exit(FINDINGS)


def _template_of(record: Record) -> str:
    return record.submission.template if record.submission else ""


def _unit_of(record: Record) -> str:
    submission = record.submission
    return f"{submission.unit_code} {submission.unit_name}".strip() if submission else "单位不明"
