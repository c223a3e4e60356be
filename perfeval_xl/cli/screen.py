"""What the bureau reads in the terminal: progress, what became of every file, where every unit stands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.progress import TaskID

    from perfeval_xl.campaign import Campaign
    from perfeval_xl.collect import Step, Tally


class progress:  # noqa: N801 - reads as a statement: with progress(...) as advance
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


class watch:  # noqa: N801 - reads as a statement: with watch() as step
    """A run's progress: how many, how fast, how long yet, what became of them. Silent off terminals."""

    def __enter__(self) -> Callable[[Step], None]:
        if not sys.stderr.isatty():
            return lambda _: None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
            TextColumn("还要"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[counts]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._bar.start()
        self._task: TaskID | None = None
        self._what = ""
        return self._step

    def _step(self, step: Step) -> None:
        if self._task is None or step.what != self._what:
            self._what = step.what
            self._task = self._bar.add_task(step.what, total=step.total, pace="", counts="")
        speed = self._bar.tasks[self._task].speed
        counts = "，".join(f"{status.label}{step.statuses[status]}" for status in sorted(step.statuses))
        pace = f"每秒{speed:.0f}份" if speed else ""
        self._bar.update(self._task, completed=step.done, total=step.total, pace=pace, counts=counts)

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "_bar"):
            self._bar.stop()


def print_tally(tally: Tally) -> None:
    """Say what became of every file, so that nothing can be lost without a word."""
    counts = [
        f"{status.label}{count}份" for status, count in sorted(tally.statuses.items(), key=lambda item: item[0])
    ]
    rest = [("以前已收", tally.known), ("忽略", len(tally.ignored)), ("暂缓", len(tally.deferred))]
    counts += [f"{word}{count}份" for word, count in rest if count]
    typer.echo(f"共看到{tally.seen}份文件：{'，'.join(counts) or '没有文件'}。")
    for file, why in (*tally.ignored, *tally.deferred):
        typer.echo(f"  {file}：{why}")
    if tally.again:
        typer.echo(f"模板、设置或程序有变动，以前收的{tally.again}份已按现在的规则重新核对。")


def print_standings(campaign: Campaign) -> None:
    """Show every unit with its state, and the files that belong to none."""
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
    for receipt in seen.rejected:
        typer.echo(f"未能读取：{receipt.file}：{receipt.findings[0].message}")
    for receipt in seen.strangers:
        typer.echo(f"不在名册中：{receipt.file}（单位代码“{receipt.unit}”），没有计入汇总。")
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
        str(len(standing.receipts) or ""),
        worst,
    )


def _totals(states: Iterable[str]) -> str:
    from collections import Counter

    counts = Counter(states)
    return f"应报{sum(counts.values())}户：" + "，".join(
        f"{state}{count}户" for state, count in counts.most_common()
    )
