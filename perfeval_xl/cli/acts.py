"""The commands of the review: who owes what, what is decided of a unit, its story, and what is kept outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfeval_xl.chinese import Command
from perfeval_xl.cli.app import FINDINGS, Folder, alone, app, day_named, listed, now
from perfeval_xl.cli.screen import COMPARING, WRITING, needs_somebody, print_overview, print_owing, progress
from perfeval_xl.errors import PerfevalError
from perfeval_xl.export import Format

if TYPE_CHECKING:
    from perfeval_xl.acts import Act
    from perfeval_xl.campaign import Campaign
    from perfeval_xl.standing import Overview, Standing

Code = Annotated[str, typer.Argument(help="单位代码。")]
Codes = Annotated[str, typer.Argument(help="单位代码；几个单位的用逗号隔开。")]
By = Annotated[str, typer.Option("--by", help="经办人；不写时用 campaign.toml 里的“经办人”。")]
Why = Annotated[str, typer.Option("--why", help="原因，记入台账。")]


@app.command(cls=Command)
def status(
    folder: Folder = Path(),
    chase: Annotated[bool, typer.Option("--chase", help="同时生成“催报清单.xlsx”，按业务股室分页。")] = False,
) -> None:
    """显示每个单位的报送和核对情况，并写成“汇总”文件夹里的“报送情况.xlsx”。还有事要办的，退出码为 1。"""
    from perfeval_xl.campaign import open_campaign
    from perfeval_xl.moments import day_of
    from perfeval_xl.results import overview, write_tracking

    campaign, moment = open_campaign(folder), now()
    with progress(COMPARING):
        seen = overview(campaign, day_of(moment))
    print_overview(seen, campaign.office, day_of(moment))
    with progress("写报送情况表"):
        written = write_tracking(campaign, moment, chase=chase, seen=seen)
    if chase:
        print_owing(seen, campaign.office, day_of(moment))
    for what, path in zip(("报送情况表", "催报清单"), written, strict=False):
        typer.echo(f"{what}：{path}")
    if needs_somebody(seen, campaign.office, day_of(moment)):
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def accept(
    codes: Annotated[str, typer.Argument(help="单位代码，几个的用逗号隔开；“全部待审”表示所有已报待审的单位。")],
    folder: Folder = Path(),
    why: Why = "",
    by: By = "",
) -> None:
    """审核通过单位的报送。还有错误或没有说明的事项时，必须用 --why 写明原因。单位再次报送后要重新审核。"""
    from perfeval_xl import deciding
    from perfeval_xl.grounds import grounds_of
    from perfeval_xl.standing import Stage

    def decide(campaign: Campaign, seen: Overview, person: str, moment: datetime) -> list[Act]:
        grounds = grounds_of(campaign)
        waiting = [one.unit.code for one in seen.standings if one.stage is Stage.WAITING]
        wanted = waiting if codes == "全部待审" else listed(codes)
        standings = [deciding.standing_of(seen, code) for code in wanted]
        return [deciding.accept(standing, grounds(standing.unit), person, why, moment) for standing in standings]

    _decide(folder, "审核", by, decide)


@app.command(cls=Command)
def reopen(codes: Codes, folder: Folder = Path(), why: Why = "", by: By = "") -> None:
    """取消审核通过：单位回到待审，不计入汇总，可以再次审核（accept）或等它重新报送。"""
    from perfeval_xl import deciding

    _decide(folder, "重新打开", by, _each(codes, lambda one, person, at: deciding.reopen(one, person, why, at)))


@app.command(cls=Command)
def exempt(codes: Codes, folder: Folder = Path(), why: Why = "", by: By = "") -> None:
    """免报：单位不用报送；已经报来的留在台账中，不计入汇总。必须写明原因。"""
    from perfeval_xl import deciding

    _decide(folder, "免报", by, _each(codes, lambda one, person, at: deciding.exempt(one, person, why, at)))


@app.command(cls=Command)
def waive(
    codes: Codes,
    rule: Annotated[str, typer.Argument(help="规则编号，例如 B06。")],
    folder: Folder = Path(),
    why: Why = "",
    by: By = "",
    until: Annotated[str, typer.Option("--until", help="有效期至哪一天，例如 2024-12-31；不写的一直有效。")] = "",
) -> None:
    """豁免：这个单位的这条规则不再要求改正或说明，到期后恢复。必须写明原因。"""
    from perfeval_xl import deciding
    from perfeval_xl.rulebook import rules

    last = day_named("--until", until)

    def decide(campaign: Campaign, seen: Overview, person: str, moment: datetime) -> list[Act]:
        known = {one.id for one in rules([campaign.template])}
        return [
            deciding.waive(deciding.standing_of(seen, code), rule, known, person, why, last, moment)
            for code in listed(codes)
        ]

    _decide(folder, "豁免", by, decide)


@app.command(cls=Command)
def ignore(
    file: Annotated[str, typer.Argument(help="文件名，写成 status 里显示的样子。")],
    folder: Folder = Path(),
    why: Why = "",
    by: By = "",
) -> None:
    """不处理一份文件：读不出来、不在名册中的不再提示；单位误报的不再采用，以它前一次报来的为准。必须写明原因。"""
    from perfeval_xl import deciding

    _decide(
        folder,
        "不处理",
        by,
        lambda _, seen, person, moment: [deciding.ignore(seen, file, person, why, moment)],
    )


@app.command(cls=Command)
def withdraw(
    number: Annotated[int, typer.Argument(min=1, help="记录的编号，见 history 或“办理记录”表。")],
    folder: Folder = Path(),
    why: Why = "",
    by: By = "",
) -> None:
    """撤销一次审核、重新打开、免报、豁免或不处理。原来的记录保留，撤销也记入台账。"""
    from perfeval_xl import deciding

    _decide(
        folder,
        "撤销",
        by,
        lambda _, seen, person, moment: [deciding.withdraw(seen, number, person, why, moment)],
    )


@app.command(cls=Command)
def history(code: Code, folder: Folder = Path()) -> None:
    """按时间列出一个单位的经过：发放、报送（改了哪些格子）、退回、审核。"""
    from perfeval_xl.campaign import open_campaign
    from perfeval_xl.deciding import standing_of
    from perfeval_xl.history import history as story
    from perfeval_xl.moments import day_of, short
    from perfeval_xl.results import open_overview

    campaign = open_campaign(folder)
    with open_overview(campaign, day_of(now())) as (seen, contents):
        standing = standing_of(seen, code)
        unit = standing.unit
        told = "，".join(filter(None, (unit.parent, unit.section, unit.contact, unit.phone)))
        typer.echo(f"{unit.code} {unit.name}（{told}）：{standing.progress}")
        for event in story(standing, campaign.template, contents):
            typer.echo(f"{short(event.at)}  {event.what}  {event.text}")
            for detail in event.details:
                typer.echo(f"                      {detail}")
        for act in standing.decision.lapsed(day_of(now())):
            typer.echo(f"豁免已到期：规则{act.subject}（{act.until}）。仍需豁免的，请再用 waive。")


@app.command(cls=Command)
def backup(
    folder: Folder = Path(),
    to: Annotated[Path | None, typer.Option("--to", help="备份放在哪个文件夹；不写时放在“备份”。")] = None,
    everything: Annotated[bool, typer.Option("--all", help="连同收件、发放、退回、汇总一起备份。")] = False,
) -> None:
    """备份设置、名册和台账为一个压缩包，并打开核对一遍。"""
    from perfeval_xl.backup import back_up
    from perfeval_xl.campaign import open_campaign

    kept = back_up(open_campaign(folder), now(), to, everything=everything)
    typer.echo(f"备份：{kept.path}")
    typer.echo(f"已打开核对：{kept.files}个文件完好，台账中有{kept.submissions}份报送。")
    typer.echo("恢复的办法：perfeval-xl restore 备份文件 新文件夹")


@app.command(cls=Command)
def restore(
    file: Annotated[Path, typer.Argument(help="备份文件。")],
    folder: Annotated[Path, typer.Argument(help="恢复到哪个新文件夹；已有的文件不会被覆盖。")],
) -> None:
    """把备份恢复到一个新的文件夹。"""
    from perfeval_xl.backup import restore as unpack

    kept = unpack(file, folder)
    typer.echo(f"已恢复到“{folder}”：{kept.files}个文件，台账中有{kept.submissions}份报送。")


@app.command(cls=Command)
def export(
    folder: Folder = Path(),
    form: Annotated[Format, typer.Option("--format", help="格式：csv 或 parquet。")] = Format.CSV,
    to: Annotated[Path | None, typer.Option("--to", help="放在哪个文件夹；不写时放在“汇总”下的“导出”。")] = None,
) -> None:
    """把全部填报数据、计算结果、核对问题和办理记录导出为表格文件，供其他软件使用。"""
    from perfeval_xl.campaign import EXPORT, open_campaign
    from perfeval_xl.results import write_export

    campaign = open_campaign(folder)
    for path in write_export(campaign, to or campaign.results / EXPORT, form, now()):
        typer.echo(f"{path}")


def _each(codes: str, decide: Callable[[Standing, str, datetime], Act]) -> _Decide:
    """Return what takes the same decision for every unit listed."""
    from perfeval_xl.deciding import standing_of

    return lambda _, seen, person, moment: [
        decide(standing_of(seen, code), person, moment) for code in listed(codes)
    ]


_Decide = Callable[["Campaign", "Overview", str, datetime], "list[Act]"]


def _decide(folder: Path, what: str, by: str, decide: _Decide) -> None:
    """Take decisions, all or none, enter them, write the letters that follow, and say where the units stand."""
    from perfeval_xl.enacting import enact
    from perfeval_xl.moments import day_of
    from perfeval_xl.results import overview

    with _decisions(folder, what, by) as (campaign, person, moment):
        with progress(WRITING, len(campaign.units)) as advance:
            acts = enact(
                campaign,
                lambda seen: decide(campaign, seen, person, moment),
                moment,
                what=what,
                advance=advance,
            )
        seen = overview(campaign, day_of(moment))
    touched = {act.unit for act in acts}
    for act in seen.acts[len(seen.acts) - len(acts) :]:
        if not act.unit:
            typer.echo(f"{act.deed.label}：{act.told}")
    for standing in seen.standings:
        if standing.unit.code in touched:
            typer.echo(f"{standing.unit.code} {standing.unit.name}：{standing.progress}")
    if not acts:
        typer.echo("没有这样的单位，没有改动。")


@contextmanager
def _decisions(folder: Path, what: str, by: str) -> Iterator[tuple[Campaign, str, datetime]]:
    """Give the campaign, held alone, who decides, and when."""
    from perfeval_xl.campaign import SETTINGS, open_campaign

    campaign = open_campaign(folder)
    person = by.strip() or campaign.office.operator
    if not person:
        raise PerfevalError(f"没有写经办人。请用 --by 写上姓名，或者在 {SETTINGS} 的“经办人”里填好。")
    with alone(campaign, what):
        yield campaign, person, now()
