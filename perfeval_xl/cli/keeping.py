"""The commands of what leaves a year: handed up to the bureau, made public, sealed in an archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfeval_xl.api.clock import now
from perfeval_xl.api.named import listed_units
from perfeval_xl.cli.acts import By, Why, told
from perfeval_xl.cli.app import FINDINGS, Folder, app, day_named
from perfeval_xl.cli.commands import command, then
from perfeval_xl.cli.completion import offered_units
from perfeval_xl.cli.help import Command
from perfeval_xl.cli.screen import TERMINAL, tell, tell_line

if TYPE_CHECKING:
    from perfeval_xl.api.year import Campaign


@app.command(cls=Command)
def handover(
    folder: Folder = Path(),
    department: Annotated[
        str, typer.Option("--department", help="主管部门的名称；名册里只有一个主管部门的不用写。")
    ] = "",
    to: Annotated[Path | None, typer.Option("--to", help="写到哪个文件夹；不写时写在“上报”。")] = None,
    by: By = "",
) -> None:
    """主管部门上报：把本部门已通过的单位的工作簿、核对结果和办理记录写成一个文件，交财政部门放进“收件”收取。"""
    from perfeval_xl.api.handover import hand_over
    from perfeval_xl.api.year import open_campaign

    done = hand_over(open_campaign(folder), department, to, by=by, now=now())
    tell(f"{done.department}上报{done.units}户，其中新的或有变动的{done.changed}户。")
    for path, code in done.files:
        tell(f"上报文件：{path}（校验码{code}）")
    for sentence in done.left:
        tell_line(f"  {sentence}")
    tell("请把上报文件交给财政部门，放进它的“收件”文件夹；有变动的，再上报一次即可。")
    then("有变动以后再收取、再上报", "collect", folder)
    if done.left:
        raise typer.Exit(FINDINGS)


ALL = "全部"
"""In place of units: all that have passed and are not noted as public yet."""


@app.command(cls=Command)
def publish(
    folder: Folder = Path(),
    done: Annotated[
        str,
        typer.Option(
            "--done",
            help="记下已经公开的单位，代码或名称，几个的用逗号隔开；“全部”是所有已通过、还没有记的。",
            autocompletion=offered_units,
        ),
    ] = "",
    where: Annotated[str, typer.Option("--where", help="公开在哪里：网址，或网站的栏目；与 --done 一起用。")] = "",
    on: Annotated[str, typer.Option("--on", help="哪一天公开的，例如 2024-10-20；不写的是今天。")] = "",
    why: Why = "",
    by: By = "",
) -> None:
    """写出要公开的：各单位的自评报告连同表格（隐去联系方式），财政部门的一份；公开以后用 --done 记下。"""
    from perfeval_xl.api import keeping
    from perfeval_xl.api.year import open_campaign

    day = day_named("--on", on)
    if not done and (where or on):
        raise typer.BadParameter("--where 和 --on 要与 --done 一起用，写明是哪些单位已经公开")
    campaign = open_campaign(folder)
    if not done:
        _write(campaign, folder)
        return
    units = () if done == ALL else listed_units(campaign, done)
    told(
        keeping.note_published(campaign, *units, where=where, on=day, why=why, by=by, now=now(), watch=TERMINAL),
        folder,
    )


def _write(campaign: Campaign, folder: Path) -> None:
    from perfeval_xl.api import keeping

    written = keeping.publish(campaign, now=now(), watch=TERMINAL)
    tell(f"各单位公开的报告：{len(written.reports)}份，在“{campaign.public}”；公开以前请看一遍。")
    tell(f"财政部门的一份：{written.summary}")
    tell(f"清单：{written.listing}")
    for path in written.withdrawn:
        tell_line(f"已撤下（单位现在没有通过，或名称有变）：{path}")
    then("公开以后记下网址", "publish", folder, "--done", ALL, "--where", "网址")
    if written.unsettled:
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def archive(
    folder: Folder = Path(),
    to: Annotated[Path | None, typer.Option("--to", help="档案放在哪个文件夹；不写时放在“档案”。")] = None,
    by: By = "",
    verify: Annotated[
        Path | None,
        typer.Option("--verify", help="核对一份档案：每个文件是不是封存时的样子。", show_default=False),
    ] = None,
    opened: Annotated[
        Path | None, typer.Option("--open", help="打开一份档案，与 -o 一起用。", show_default=False)
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="打开到哪个新文件夹。", show_default=False)
    ] = None,
) -> None:
    """归档：把一年的全部文件和台账封存成一个压缩包，附档案目录；以后的版本也能核对（--verify）、打开（--open）。"""
    from perfeval_xl.api import keeping
    from perfeval_xl.api.year import open_campaign

    if verify and opened:
        raise typer.BadParameter("--verify 和 --open 不能一起用")
    if bool(opened) != bool(output):
        raise typer.BadParameter("--open 和 -o 要一起用：打开哪份档案，打开到哪个新文件夹")
    if verify:
        _verify(verify, folder)
        return
    if opened and output:
        kept = keeping.open_archive(opened, output, now=now())
        tell(f"已打开到“{output}”：{kept.files}个文件，台账中有{kept.submissions}份报送。")
        then("看各单位的结果", "status", output)
        return
    sealed = keeping.archive(open_campaign(folder), to, by=by, now=now())
    tell(f"档案：{sealed.path}")
    tell(f"已打开核对：{sealed.files}个文件完好，台账中有{sealed.submissions}份报送。指纹：{sealed.sha256}")
    for sentence in sealed.lacking:
        tell_line(f"请注意：{sentence}")
    tell(f"打开的办法：{command('archive', '--open', sealed.path, '-o', '新文件夹')}")
    then("以后核对这份档案", "archive", folder, "--verify", sealed.path)


def _verify(file: Path, folder: Path) -> None:
    """Say that an archive is as it was sealed, and whether the year in a folder knows this very one."""
    from perfeval_xl.api import keeping
    from perfeval_xl.api.year import SETTINGS, open_campaign
    from perfeval_xl.records.times import short

    kept = keeping.verify_archive(file)
    tell(f"档案完好：{kept.files}个文件与封存时一致，台账中有{kept.submissions}份报送。")
    if (folder / SETTINGS).is_file():
        act = keeping.archived(open_campaign(folder), file)
        known = (
            f"台账第{act.number}号记录：{short(act.at)}，{act.by}归档" if act else "这个工作文件夹没有归档过这一份"
        )
        tell(f"{known}。")
        if act is None:
            raise typer.Exit(FINDINGS)
    then("打开来看", "archive", "--open", file, "-o", "新文件夹")
