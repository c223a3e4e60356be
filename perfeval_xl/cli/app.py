"""The application that commands register with, and what all of them share: exit codes, arguments, outputs."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from perfeval_xl import __version__
from perfeval_xl.api.clock import now
from perfeval_xl.cli.help import Group
from perfeval_xl.cli.screen import TERMINAL, tell

CLEAN, FINDINGS, FAILED = 0, 1, 2
"""Exit codes: clean, findings that need somebody, could not run."""

app = typer.Typer(
    name="perfeval-xl",
    help="预算绩效自评：发放填报工作簿、收回核对、生成汇总。",
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[Path, typer.Argument(help="工作文件夹，默认为当前文件夹。", show_default=False)]
TemplateOption = Annotated[
    str, typer.Option("--template", help="模板编号或模板文件；不写时按工作簿里的标识查找。")
]
"""The option of every command that reads a workbook."""
OutboxOption = Annotated[
    str, typer.Option("--outbox", help="写好的文件同时送到这个网址，例如 s3://桶/2023。", show_default=False)
]
"""The option of every command that writes what others wait for."""


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


def _version(wanted: bool) -> None:
    if wanted:
        tell(f"perfeval-xl {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本号。")
    ] = False,
) -> None:
    """预算绩效自评：发放填报工作簿、收回核对、生成汇总。"""


def day_named(option: str, text: str) -> date | None:
    """Return the day that an option names; nothing for a blank one."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{option} 要写成 2024-03-31 这样，现在是“{text}”") from error


def write_out(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file and say where."""
    from perfeval_xl.api.files import save
    from perfeval_xl.api.shown import whole

    if output is None:
        tell(text)
    else:
        tell(f"已写入 {save(output, (whole(text) + chr(10)).encode(), now=now(), watch=TERMINAL)}")
