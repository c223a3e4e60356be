"""What the bureau reads in the terminal: progress, what became of every file, where every unit stands."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import typer

from perfeval_xl.api.shown import one_line, printable
from perfeval_xl.api.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from rich.progress import TaskID

    from perfeval_xl.api.rounds import Step, Tally
    from perfeval_xl.api.standings import Line
    from perfeval_xl.records.office import Office
    from perfeval_xl.records.standing import Overview


def tell_line(text: str) -> None:
    """Print one line, whatever ends of lines the text holds: nothing from outside begins a line of its own."""
    tell(one_line(text))


def tell(text: str = "", *, err: bool = False) -> None:
    """Print lines, on stderr with `err`; the only way to the screen for texts, some of which come from outside.

    Whatever could steer a terminal is shown as its code; every encoding takes what is printed.
    """
    typer.echo(printable(text), err=err)


class progress:  # noqa: N801 - reads as a statement: with progress(...) as advance
    """A progress bar on a terminal, nothing elsewhere; gives the function that advances it.

    Without a `total` the bar only shows that the work goes on.
    """

    def __init__(self, what: str, total: int | None = None) -> None:
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


TERMINAL, BESIDE = Watch(tell, progress, watch), Watch(partial(tell, err=True), progress, watch)
"""The terminal as what follows the work: sentences on stdout, or beside what a program may read there."""


def print_tally(tally: Tally) -> None:
    """Say what became of every file, so that nothing can be lost without a word."""
    counts = [
        f"{status.label}{count}份" for status, count in sorted(tally.statuses.items(), key=lambda item: item[0])
    ]
    rest = [
        ("盖章件、佐证材料", tally.papers),
        ("以前已收", tally.known),
        ("忽略", len(tally.ignored)),
        ("暂缓", len(tally.deferred)),
    ]
    counts += [f"{word}{count}份" for word, count in rest if count]
    tell(f"共看到{tally.seen}份文件：{'，'.join(counts) or '没有文件'}。")
    print_reasons((*tally.ignored, *tally.deferred))
    if tally.again:
        tell(f"模板、设置或程序有变动，以前收的{tally.again}份已按现在的规则重新核对。")

    if tally.unchecked:
        tell(f"另有{len(tally.unchecked)}份没能重新核对，仍按上次的结果，下次收取时再试：")
        print_reasons(tally.unchecked)


_EACH = 20
"""Files of one reason that are listed each; of more of them only the count and the first few are shown."""
_FEW = 3


def print_reasons(told: Iterable[tuple[str, str]]) -> None:
    """Say of each file why it is not taken; many of one reason are one line."""
    files: dict[str, list[str]] = {}
    for file, why in told:
        files.setdefault(why, []).append(file)
    for why, names in files.items():
        if len(names) > _EACH:
            first = "、".join(map(one_line, names[:_FEW]))
            tell(f"  {len(names)}份：{why}（{first}……）")
        else:
            for name in names:
                tell_line(f"  {name}：{why}")


def print_table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows below headings, long texts folded; 160 wide where it is not a terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    grid = Table(box=box.SIMPLE_HEAD)
    for heading in headings:
        grid.add_column(heading, overflow="fold")
    for row in rows:
        grid.add_row(*map(one_line, row))
    Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False).print(grid)


def print_overview(seen: Overview, office: Office, today: date) -> None:
    """Show every unit with its stage, the files that belong to none, and how many units are at each stage.

    Where there are very many units, those that need nothing are only counted.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from perfeval_xl.api.standings import headline, status_lines
    from perfeval_xl.records.standing import Stage

    table = status_lines(seen, office.deadline, today)
    shown = [line for line in table if len(table) <= _MANY or line.stage not in (Stage.PASSED, Stage.EXEMPT)]
    grid = Table(box=box.SIMPLE_HEAD)
    for heading, side in _COLUMNS:
        grid.add_column(heading, justify=side, overflow="fold")  # type: ignore[arg-type]  # rich wants a literal
    for line in shown[:_MANY]:
        grid.add_row(*map(one_line, _cells(line)))
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False, markup=False)
    console.print(grid)
    if len(shown) > _MANY:
        tell(f"……还有{len(shown) - _MANY}个单位没有列出，见“报送情况.xlsx”。")
    _print_some([f"未能读取：{one.file}：{one.findings[0].message}" for one in seen.rejected])
    _print_some(list(_strangers(seen)))
    _print_some([f"待定：{one.finding.message}" for one in seen.waiting])
    _print_some(_unread(seen))
    _print_some(list(_differing(seen)))
    _print_some([f"以前收到过：{told.message}" for _, told in seen.again])
    if seen.rejected or seen.strangers or seen.waiting:
        tell("  上面的文件是哪个单位的，可以用 claim 认领；不用管的，可以用 ignore 记下原因，以后不再提示。")
    for standing in seen.standings:
        for act in standing.decision.lapsed(today):
            tell_line(f"豁免已到期：{standing.unit.key} {standing.unit.label} 规则{act.subject}（{act.until}）。")
    tell(headline(table, seen.what))


def _unread(seen: Overview) -> list[str]:
    """Return what is said of files that nobody can read and that are some unit's."""
    return [
        f"已来文件，读不出：{standing.unit.key} {standing.unit.label}：{one.file}：{one.findings[0].message}"
        for standing in seen.standings
        for one in standing.unread
    ]


def _differing(seen: Overview) -> Iterable[str]:
    """Give a line for each paper that is of something else than what has passed, where none is of that."""
    from perfeval_xl.records.papers import Held

    for one in seen.standings:
        for filed in one.papers:
            if filed.code and one.held(filed.paper) is Held.DIFFERS:
                told = f"{filed.paper.value}“{filed.receipt.file}”的校验码是{filed.code}"
                yield f"与通过稿不符：{one.unit.key} {one.unit.label}：{told}，通过稿的是{one.accepted_code}。"


def _strangers(seen: Overview) -> Iterable[str]:
    """Give a line for each file whose unit, or whose project, is not on the roster."""
    for one, finding in zip(seen.strangers, seen.findings, strict=True):
        if finding.rule == "A21":
            yield f"不在项目名册中：{finding.message}"
        else:
            yield f"不在名册中：{one.file}（单位代码“{one.unit}”），没有计入汇总。"


def _print_some(lines: list[str]) -> None:
    for line in lines[:_MANY]:
        tell_line(line)
    if len(lines) > _MANY:
        tell(f"……还有{len(lines) - _MANY}份没有列出，见“报送情况.xlsx”。")


_MANY = 200
"""Units, and files of none, up to which all are shown."""
_COLUMNS = (
    ("代码", "left"), ("单位", "left"), ("状态", "left"), ("错误", "right"), ("待说明", "right"),
    ("次数", "right"), ("逾期", "right"), ("盖章件", "left"), ("佐证材料", "left"), ("最先要看的", "left"),
)  # fmt: skip


def _cells(line: Line) -> Iterable[str]:
    yield from (line.unit.key, line.unit.label, line.progress)
    for count in (line.errors, line.open_doubts, line.times):
        yield str(count or "")
    yield f"{line.late}天" if line.late else ""
    yield from (line.stamped or "", line.evidence or "")
    yield line.worst if len(line.worst) <= _FIRST else line.worst[:_FIRST] + "……"


_FIRST = 24
"""Characters of the first finding that are shown."""


def print_owing(seen: Overview, office: Office, today: date) -> None:
    """Say whom to call, by business section."""
    from perfeval_xl.api.standings import owing, reckoned, status_lines

    for section, group in owing(status_lines(seen, office.deadline, today)).items():
        tell_line(f"{section}（{reckoned(group, seen.what)}）：")
        for line in group:
            contact = " ".join(filter(None, (line.unit.contact, line.unit.phone))) or "没有联系方式"
            late = f"，逾期{line.late}天" if line.late else ""
            tell_line(f"  {line.unit.key} {line.unit.label}：{line.owes}{late}（{contact}）")
