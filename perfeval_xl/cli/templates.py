"""The commands about templates: list, show, build, lint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfeval_xl.api.clock import now
from perfeval_xl.cli.app import FINDINGS, app
from perfeval_xl.cli.help import Command, Group
from perfeval_xl.cli.screen import TERMINAL, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from perfeval_xl.records.contract import Template

_LONGEST = 800
template_app = typer.Typer(help="查看和生成模板。", no_args_is_help=True, rich_markup_mode=None, cls=Group)
app.add_typer(template_app, name="template")


@template_app.command("list", cls=Command)
def template_list() -> None:
    """列出随程序提供的模板。"""
    from perfeval_xl.api.templates import open_template, shipped_templates

    for name in shipped_templates():
        loaded = open_template(name)
        tell(f"{loaded.id}  {loaded.version}  {loaded.title}（核对{len(loaded.checks)}项）")


@template_app.command("show", cls=Command)
def template_show(name: Annotated[str, typer.Argument(help="模板编号或模板文件。")]) -> None:
    """列出一个模板的字段、核对关系和报告文字。"""
    from perfeval_xl.api.templates import open_template
    from perfeval_xl.cli.screen import print_table

    loaded = open_template(name)
    tell(f"{loaded.title}  {loaded.id} {loaded.version}")
    tell("\n字段")
    print_table(("名称", "显示名", "类型", "谁填", "位置"), _field_rows(loaded))
    tell("核对关系")
    print_table(("编号", "级别", "核对内容", "左", "关系", "右", "容差", "依据"), _check_rows(loaded))
    tell("报告文字（样式和公式，按顺序）")
    print_table(("样式", "文字"), ((paragraph.style, _cut(paragraph.text)) for paragraph in loaded.paragraphs))


def _cut(formula: str) -> str:
    """Return a formula, or the beginning of one that says the same for every row of a table."""
    return formula if len(formula) <= _LONGEST else f"{formula[:_LONGEST]}……（共{len(formula)}个字符，各行相同）"


def _field_rows(template: Template) -> Iterator[tuple[str, ...]]:
    for field in template.fields:
        if field.role.value == "说明" or field.address.sheet.startswith("_"):
            continue
        unit = f"（{field.unit}）" if field.unit else ""
        notes = [word for word, true in (("必填", field.required), ("可填不适用", field.nullable)) if true]
        rows = f"，共{template.table[field.table].rows}行" if field.table else ""
        who = "、".join((field.role.value, *notes))
        yield field.name, field.label, f"{field.kind.title}{unit}", who, f"{field.address}{rows}"


def _check_rows(template: Template) -> Iterator[tuple[str, ...]]:
    for check in template.checks:
        sides = check.left, check.relation, check.right, f"{check.tolerance:f}"
        yield check.id, check.level.label, check.title, *sides, check.source


@template_app.command("build", cls=Command)
def template_build(
    source: Annotated[Path, typer.Argument(help="模板的源文件 template.toml。")],
    output: Annotated[Path, typer.Option("-o", "--output", help="生成的模板工作簿。")],
) -> None:
    """由源文件生成模板工作簿；同样的源文件生成的文件完全相同。"""
    from perfeval_xl.api.files import save
    from perfeval_xl.api.templates import build_template

    built = build_template(source)
    path = save(output, built.data, now=now(), watch=TERMINAL)
    tell(f"已生成 {path}：{len(built.template.fields)}个字段，{len(built.template.checks)}项核对。")


@template_app.command("lint", cls=Command)
def template_lint(file: Annotated[Path, typer.Argument(help="模板工作簿。")]) -> None:
    """检查一个模板工作簿：名称、公式、核对关系和锁定是否有问题，一次列全，并说明怎样改。"""
    from perfeval_xl.api.templates import lint_template

    faults = lint_template(file)
    for number, fault in enumerate(faults, 1):
        tell(f"{number}. {fault}")
    if faults:
        raise typer.Exit(FINDINGS)
    tell("没有发现问题。")
