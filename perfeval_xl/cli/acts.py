"""The commands of the review: who owes what, what is decided of a unit, its story, and what is kept outside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfeval_xl.api.clock import now
from perfeval_xl.api.named import listed_units
from perfeval_xl.cli.app import FINDINGS, Folder, app, day_named
from perfeval_xl.cli.commands import command, follow, then
from perfeval_xl.cli.completion import offered_units
from perfeval_xl.cli.help import Command
from perfeval_xl.cli.screen import TERMINAL, print_overview, print_owing, tell, tell_line
from perfeval_xl.records.export_format import ExportFormat

if TYPE_CHECKING:
    from perfeval_xl.api.acts import Decided
    from perfeval_xl.api.docket import Docket

Code = Annotated[str, typer.Argument(help="单位代码或名称，名称可以只写开头。", autocompletion=offered_units)]
_EACH = 20
"""Places left out of a backup that are listed each."""
Codes = Annotated[
    str, typer.Argument(help="单位代码或名称；几个单位的用逗号或顿号隔开。", autocompletion=offered_units)
]
By = Annotated[str, typer.Option("--by", help="经办人；不写时用 campaign.toml 里的“经办人”。")]
Why = Annotated[str, typer.Option("--why", help="原因，记入台账。")]


@app.command(cls=Command)
def status(
    folder: Folder = Path(),
    chase: Annotated[bool, typer.Option("--chase", help="同时生成“催报清单.xlsx”，按业务股室分页。")] = False,
) -> None:
    """显示每个单位的报送和核对情况，并写成“汇总”文件夹里的“报送情况.xlsx”。还有事要办的，退出码为 1。"""
    from perfeval_xl.api.results import write_status
    from perfeval_xl.api.standings import needs_somebody, overview
    from perfeval_xl.api.year import open_campaign
    from perfeval_xl.records.times import day_of

    campaign, moment = open_campaign(folder), now()
    seen = overview(campaign, now=moment, watch=TERMINAL)
    print_overview(seen, campaign.office, day_of(moment))
    written = write_status(campaign, chase=chase, seen=seen, now=moment, watch=TERMINAL)
    if chase:
        print_owing(seen, campaign.office, day_of(moment))
    for what, path in (("报送情况表", written.table), ("催报清单", written.chase)):
        if path:
            tell(f"{what}：{path}")
    follow(seen, folder)
    if written.unsettled or needs_somebody(seen, campaign.office, day_of(moment)):
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def decide(
    where: Annotated[
        Path, typer.Argument(help="工作文件夹：写出审核单；填好的审核单：读入办理。", show_default=False)
    ] = Path(),
    folder: Annotated[
        Path | None, typer.Argument(help="审核单不在工作文件夹里时，写明工作文件夹。", show_default=False)
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="读入工作文件夹“汇总”里的审核单。")] = False,
    trial: Annotated[bool, typer.Option("--dry-run", help="只说明会办理什么、哪里填错，不办理。")] = False,
    by: By = "",
) -> None:
    """写出“审核单.xlsx”，把等您决定的单位、问题和文件列在一起；用 Excel 选好决定，再用它读入，一次办完。"""
    from perfeval_xl.api import docket
    from perfeval_xl.api.year import folder_above, open_campaign

    if not (apply or trial or where.is_file() or where.suffix):
        written = docket.write_docket(open_campaign(where), now=now(), watch=TERMINAL)
        tell(f"审核单：{written.path}（{written.lines}行，带入以前填的{written.carried}行）")
        tell(f"填好、保存、关上后运行：{command('decide', written.path)}；先看会办理什么，加上 --dry-run。")
        if written.unsettled:
            raise typer.Exit(FINDINGS)
        return
    filled = where if where.is_file() or where.suffix else None
    campaign = open_campaign(folder or (folder_above(where) if filled else where))
    if trial:
        done = docket.try_docket(campaign, filled, by=by, now=now())
    else:
        done = docket.apply_docket(campaign, filled, by=by, now=now(), watch=TERMINAL)
    _print_docket(done, campaign.folder)
    if done.faults:
        raise typer.Exit(FINDINGS)


def _print_docket(done: Docket, folder: Path) -> None:
    """Say what was decided in a list, or would be, and every fault with its cell."""
    tell(f"{'已办理' if done.done else '可以办理'}{len(done.told)}项：" if done.told else "没有可以办理的。")
    for sentence in done.told:
        tell_line(f"  {sentence}")
    if done.known:
        tell(f"以前已经办理、这次没有再办的{done.known}行。")
    if done.faults:
        tell(f"有{len(done.faults)}处要改，这些行没有办理；改好保存以后再读一次，办过的不会重复办：")
    for sentence in done.faults:
        tell_line(f"  {sentence}")
    if done.done:
        batch = done.done.batch
        tell(f"这{len(done.told)}项是{batch}；要整批撤销：{command('withdraw', batch, folder)}")
        follow(done.done.seen, folder)


@app.command(cls=Command)
def accept(
    codes: Annotated[
        str,
        typer.Argument(
            help="单位代码或名称，几个的用逗号隔开；“全部待审”表示所有已报待审的单位。",
            autocompletion=offered_units,
        ),
    ],
    folder: Folder = Path(),
    why: Why = "",
    by: By = "",
) -> None:
    """审核通过单位的报送。还有错误或没有说明的事项时，必须用 --why 写明原因。单位再次报送后要重新审核。"""
    from perfeval_xl.api import acts
    from perfeval_xl.api.year import open_campaign

    campaign = open_campaign(folder)
    if codes == "全部待审":
        done = acts.accept_waiting(campaign, why=why, by=by, now=now(), watch=TERMINAL)
        told(done, folder)
    else:
        done = acts.accept(campaign, *listed_units(campaign, codes), why=why, by=by, now=now(), watch=TERMINAL)
        told(done, folder)


@app.command(cls=Command)
def confirm(
    what: Annotated[
        str,
        typer.Argument(
            help="单位代码或名称、记录的编号，或一批的名称，例如 402001、12 或 第3批；“全部”是所有待复核的。",
            autocompletion=offered_units,
        ),
    ],
    folder: Folder = Path(),
    why: Why = "",
    by: By = "",
) -> None:
    """复核确认：设置了“双人复核”的，审核通过、豁免、免报由一个人办了，要另一个人复核才算数；不能是同一个人。"""
    from perfeval_xl.api import acts
    from perfeval_xl.api.year import open_campaign

    told(acts.confirm(open_campaign(folder), what, why=why, by=by, now=now(), watch=TERMINAL), folder)


@app.command(cls=Command)
def reopen(codes: Codes, folder: Folder = Path(), why: Why = "", by: By = "") -> None:
    """取消审核通过：单位回到待审，不计入汇总，可以再次审核（accept）或等它重新报送；有问题的随即退回。"""
    from perfeval_xl.api import acts
    from perfeval_xl.api.year import open_campaign

    campaign = open_campaign(folder)
    done = acts.reopen(campaign, *listed_units(campaign, codes), why=why, by=by, now=now(), watch=TERMINAL)
    told(done, folder)


@app.command(cls=Command)
def reject(codes: Codes, folder: Folder = Path(), why: Why = "", by: By = "") -> None:
    """退回单位的这次报送：没有改正、没有说明的问题一并退回，--why 写的意见印在退回通知里；没有问题的必须写。"""
    from perfeval_xl.api import acts
    from perfeval_xl.api.year import open_campaign

    campaign = open_campaign(folder)
    done = acts.reject(campaign, *listed_units(campaign, codes), why=why, by=by, now=now(), watch=TERMINAL)
    told(done, folder)


@app.command(cls=Command)
def exempt(codes: Codes, folder: Folder = Path(), why: Why = "", by: By = "") -> None:
    """免报：单位不用报送；已经报来的留在台账中，不计入汇总。必须写明原因。"""
    from perfeval_xl.api import acts
    from perfeval_xl.api.year import open_campaign

    campaign = open_campaign(folder)
    done = acts.exempt(campaign, *listed_units(campaign, codes), why=why, by=by, now=now(), watch=TERMINAL)
    told(done, folder)


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
    from perfeval_xl.api import acts
    from perfeval_xl.api.year import open_campaign

    last, campaign = day_named("--until", until), open_campaign(folder)
    units = listed_units(campaign, codes)
    done = acts.waive(campaign, *units, rule=rule, why=why, until=last, by=by, now=now(), watch=TERMINAL)
    told(done, folder)


@app.command(cls=Command)
def ignore(
    file: Annotated[str, typer.Argument(help="文件名，写成 status 里显示的样子。")],
    folder: Folder = Path(),
    why: Why = "",
    by: By = "",
) -> None:
    """不处理一份文件：读不出来、不在名册中的不再提示；单位误报的不再采用，以它前一次报来的为准。必须写明原因。"""
    from perfeval_xl.api import acts
    from perfeval_xl.api.year import open_campaign

    done = acts.ignore(open_campaign(folder), file, why=why, by=by, now=now(), watch=TERMINAL)
    told(done, folder)


@app.command(cls=Command)
def claim(
    file: Annotated[str, typer.Argument(help="文件名，写成 status 里显示的样子。")],
    unit: Annotated[
        str,
        typer.Argument(
            help="单位代码或名称：这份文件是哪个单位的；只记校验码的可以不写。", autocompletion=offered_units
        ),
    ] = "",
    folder: Folder = Path(),
    part: Annotated[
        str, typer.Option("--part", help="一个单位有几个项目的，写项目代码；也可以把单位写成“单位代码/项目代码”。")
    ] = "",
    code: Annotated[
        str, typer.Option("--校验码", "--code", help="盖章件、佐证材料上印的校验码，用来与通过稿核对。")
    ] = "",
    why: Why = "",
    by: By = "",
) -> None:
    """认领：定下一份文件是哪个单位的，盖章件、佐证材料还可以记下校验码。

    读不出的、说法不一的、不在名册的、分不清先后的都可以认领；用 withdraw 撤销。
    """
    from perfeval_xl.api import acts
    from perfeval_xl.api.year import open_campaign

    if code and folder == Path() and Path(unit).is_dir():
        unit, folder = "", Path(unit)
    campaign = open_campaign(folder)
    done = acts.claim(campaign, file, unit, why=why, part=part, code=code, by=by, now=now(), watch=TERMINAL)
    told(done, folder)


@app.command(cls=Command)
def withdraw(
    number: Annotated[
        str, typer.Argument(help="记录的编号，或一批的名称，例如 12 或 第3批，见 history 或“办理记录”表。")
    ],
    folder: Folder = Path(),
    why: Why = "",
    by: By = "",
) -> None:
    """撤销一项决定，或读入的复核、催办、签收；写批次名称的，整批撤销。原来的记录保留，撤销也记入台账。"""
    from perfeval_xl.api import acts
    from perfeval_xl.api.year import open_campaign

    campaign = open_campaign(folder)
    if number.isdecimal():
        done = acts.withdraw(campaign, int(number), why=why, by=by, now=now(), watch=TERMINAL)
        told(done, folder)
    else:
        done = acts.undo(campaign, number, why=why, by=by, now=now(), watch=TERMINAL)
        told(done, folder)


@app.command(cls=Command)
def history(code: Code, folder: Folder = Path()) -> None:
    """按时间列出一个单位的经过：发放、报送（改了哪些格子）、退回、审核。"""
    from perfeval_xl.api.standings import history as story
    from perfeval_xl.api.year import open_campaign
    from perfeval_xl.records.times import day_of, short

    moment = now()
    found = story(open_campaign(folder), code, now=moment)
    unit = found.standing.unit
    told = "，".join(filter(None, (unit.parent, unit.section, unit.contact, unit.phone)))
    tell_line(f"{unit.key} {unit.label}（{told}）：{found.standing.progress}")
    for event in found.events:
        tell_line(f"{short(event.at)}  {event.what}  {event.text}")
        for detail in event.details:
            tell_line(f"                      {detail}")
    for act in found.standing.decision.lapsed(day_of(moment)):
        tell(f"豁免已到期：规则{act.subject}（{act.until}）。仍需豁免的，请再用 waive。")
    if found.standing.receipt:
        then("列出现在报来的全部问题", "check", unit.key, folder)


@app.command(cls=Command)
def backup(
    folder: Folder = Path(),
    to: Annotated[Path | None, typer.Option("--to", help="备份放在哪个文件夹；不写时放在“备份”。")] = None,
    everything: Annotated[bool, typer.Option("--all", help="连同收件、发放、退回、汇总一起备份。")] = False,
) -> None:
    """备份设置、名册和台账为一个压缩包，并打开核对一遍。"""
    from perfeval_xl.api.year import backup as back_up
    from perfeval_xl.api.year import open_campaign

    kept = back_up(open_campaign(folder), to, everything=everything, now=now())
    tell(f"备份：{kept.path}")
    tell(f"已打开核对：{kept.files}个文件完好，台账中有{kept.submissions}份报送。")
    if kept.left_out:
        tell(f"有{len(kept.left_out)}处打不开，不在备份里：")
    for told in kept.left_out[:_EACH]:
        tell_line(f"  {told}")
    tell(f"恢复的办法：{command('restore', kept.path, '新文件夹')}")


@app.command(cls=Command)
def restore(
    file: Annotated[Path, typer.Argument(help="备份文件。")],
    folder: Annotated[Path, typer.Argument(help="恢复到哪个新文件夹；已有的文件不会被覆盖。")],
) -> None:
    """把备份恢复到一个新的文件夹。"""
    from perfeval_xl.api.year import restore as unpack

    kept = unpack(file, folder)
    tell(f"已恢复到“{folder}”：{kept.files}个文件，台账中有{kept.submissions}份报送。")
    then("看各单位到了哪一步", "status", folder)


@app.command(cls=Command)
def export(
    folder: Folder = Path(),
    form: Annotated[ExportFormat, typer.Option("--format", help="格式：csv 或 parquet。")] = ExportFormat.CSV,
    to: Annotated[Path | None, typer.Option("--to", help="放在哪个文件夹；不写时放在“汇总”下的“导出”。")] = None,
) -> None:
    """把全部填报数据、计算结果、核对问题和办理记录导出为表格文件，供其他软件使用。"""
    from perfeval_xl.api.results import export as exported
    from perfeval_xl.api.year import open_campaign

    for path in exported(open_campaign(folder), form, to, now=now(), watch=TERMINAL).files:
        tell(f"{path}")
    then("连同台账一起备份", "backup", folder)


def told(done: Decided, folder: Path) -> None:
    """Say what was decided, and where the units stand that it was about."""
    touched = {act.key for act in done.acts}
    for act in done.acts:
        if not act.unit:
            tell_line(f"{act.deed.label}：{act.told}")
    for standing in done.seen.standings:
        unit = standing.unit
        if touched & {unit.key, unit.code}:
            tell_line(f"{unit.key} {unit.label}：{standing.progress}")
    if not done.acts:
        tell("没有这样的单位，没有改动。")
    if done.batch:
        tell(f"这{len(done.acts)}项是{done.batch}；要整批撤销：{command('withdraw', done.batch, folder)}")
    follow(done.seen, folder)
