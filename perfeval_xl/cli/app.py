"""The application that commands register with, and what all of them share: exit codes, arguments, the clock."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfeval_xl import __version__
from perfeval_xl.chinese import Group
from perfeval_xl.errors import PerfevalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from perfeval_xl.campaign import Campaign
    from perfeval_xl.contract import Template
    from perfeval_xl.verdict import Record

CLEAN, FINDINGS, FAILED = 0, 1, 2
"""Exit codes: clean, findings that need somebody, could not run."""
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
        typer.echo(f"perfeval-xl {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本号。")
    ] = False,
) -> None:
    """部门整体支出绩效自评：发放填报工作簿、收回核对、生成汇总。"""


@contextmanager
def alone(campaign: Campaign, what: str) -> Iterator[None]:
    """Hold the campaign's folder, and clear away what a killed run left in it."""
    from perfeval_xl.lock import locked
    from perfeval_xl.publish import clean

    with locked(campaign.folder, what):
        for place in campaign.written:
            clean(place)
        yield


def send_out(paths: Iterable[Path], campaign: Campaign, url: str) -> None:
    """Copy what was written to a place behind a URL, where one is given."""
    if url:
        from perfeval_xl.outbox import send

        typer.echo(f"送到 {url}：{send(paths, campaign.folder, url)}份")


def now() -> datetime:
    """Return this moment; nothing else in the program asks the clock."""
    return datetime.now(UTC).astimezone()


def day_named(option: str, text: str) -> date | None:
    """Return the day that an option names; nothing for a blank one."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{option} 要写成 2024-03-31 这样，现在是“{text}”") from error


def listed(codes: str) -> list[str]:
    """Return the codes of a list with commas, `、` or spaces between them."""
    return [code for code in codes.replace("，", ",").replace("、", ",").replace(" ", ",").split(",") if code]


def templates_known(name: str) -> Mapping[str, Template]:
    """Return the template named, or all that are shipped."""
    from perfeval_xl.template.shelf import Shelf, find

    if not name:
        return Shelf()
    named = find(name)
    return {named.id: named}


def judge_files(files: Sequence[Path], template: str) -> tuple[Mapping[str, Template], list[Record]]:
    """Read and check workbooks in workers, which they may cost; return the templates at hand, and the records.

    A template is loaded before the workers begin, so that they need not load it again.
    """
    from perfeval_xl.desk import arrived
    from perfeval_xl.reading import stamped
    from perfeval_xl.workers import judged

    templates, arrivals = templates_known(template), [arrived(path) for path in files]
    found = {stamped(one.data) for one in arrivals}
    if found <= set(templates):
        templates = {name: templates[name] for name in sorted(found)}
    jobs = min(len(arrivals), os.cpu_count() or 1)
    return templates, list(judged(templates, now().date(), arrivals, jobs))


def read_one(file: Path, template: str) -> tuple[Template, Record]:
    """Read and check one workbook; what cannot be read is a complaint, not a finding."""
    templates, (record,) = judge_files((file,), template)
    if record.submission is None:
        raise PerfevalError(f"“{file}”读不出来：{record.verdict.findings[0].message}")
    return templates[record.submission.template], record


def write_out(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file and say where."""
    from perfeval_xl.publish import publish

    if output is None:
        typer.echo(text)
    else:
        typer.echo(f"已写入 {publish(output, (text + chr(10)).encode(), now())}")
