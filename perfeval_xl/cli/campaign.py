"""The commands of the bureau's year: set up, hand out, take in, look, sum up."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfeval_xl.api.clock import now
from perfeval_xl.cli.app import FINDINGS, Folder, OutboxOption, app, day_named
from perfeval_xl.cli.commands import command, follow, then
from perfeval_xl.cli.completion import offered_units
from perfeval_xl.cli.help import Command
from perfeval_xl.cli.screen import TERMINAL, print_overview, print_tally, tell
from perfeval_xl.records.finding import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perfeval_xl.api.year import Campaign
    from perfeval_xl.records.unit import Unit


@app.command(cls=Command)
def demo(
    folder: Folder = Path("demo"),
    more: Annotated[
        bool,
        typer.Option("--more", help="再走两轮：改正、说明、审核，并建立下一年（更名、合并、分立各一户）。"),
    ] = False,
) -> None:
    """用示例区县（42个单位）走完全年：发放、填报、收回、核对、汇总。"""
    from perfeval_xl.demo import play

    done = play.rehearse(folder, tell)
    if more:
        from perfeval_xl.demo.play_on import play_on

        after = play_on(done, tell)
        print_overview(after.seen, done.campaign.office, done.day)
        tell(f"汇总工作簿：{after.summary}")
        tell(f"下一年的工作文件夹：{after.following.folder}")
        then("看下一年各单位到了哪一步", "status", after.following.folder)
        return
    print_tally(done.tally)
    print_overview(done.seen, done.campaign.office, done.day)
    tell("")
    tell(f"汇总工作簿：{done.summary}")
    tell(f"各单位报来的工作簿：{done.campaign.inbox}")
    tell(f"要退回改正的工作簿（{len(done.returned)}份，已标好问题）：{done.campaign.returns}")
    tell(f"示例说明（哪些数是真实公开的、哪些单位有错）：{done.notes}")
    then("把等您决定的列成一张审核单", "decide", done.campaign.folder)
    then("或者在浏览器里点着办", "desk", done.campaign.folder)


@app.command(cls=Command)
def init(
    folder: Annotated[Path, typer.Argument(help="新的工作文件夹。")],
    year: Annotated[int, typer.Option("--year", min=2000, max=2100, help="被评价的年度，例如 2023。")],
    region: Annotated[str, typer.Option("--region", help="地区，例如 南岳区。")],
    template: Annotated[str, typer.Option("--template", help="模板编号或模板文件。")] = "hunan-2023",
    deadline: Annotated[str, typer.Option("--deadline", help="报送的最后一天，例如 2024-03-31。")] = "",
    operator: Annotated[str, typer.Option("--operator", help="经办人。")] = "",
    last: Annotated[
        Path | None, typer.Option("--last", help="去年的工作文件夹：沿用去年的名册，发放时预填去年的决算数。")
    ] = None,
) -> None:
    """建立一年的工作文件夹：设置文件、供填写的名册和收发文件夹。"""
    from perfeval_xl.api.year import ROSTER, SETTINGS, create_campaign, open_campaign
    from perfeval_xl.records.office import Office

    office = Office(day_named("--deadline", deadline), operator)
    settings: dict[str, Value] = {"年度": Decimal(year), "地区": region}
    before = open_campaign(last) if last else None
    made = create_campaign(folder, settings, template=template, office=office, last=before)
    units = made.units_alone if last else ()
    tell(f"已建立工作文件夹“{folder}”（模板 {made.template_name}）。接下来：")
    tell(f"  1. 用记事本打开 {folder / SETTINGS} 核对设置，每一项都有说明；")
    if units:
        tell(f"  2. 打开 {folder / ROSTER}：去年的{len(units)}个单位已列入，请按今年的情况增减，")
        tell("     更名、合并、分立的在“沿革”表里写明，控制数填在“控制数”表；")
    else:
        tell(f"  2. 打开 {folder / ROSTER} 填写应报单位；控制数填在“控制数”表；")
    tell(f"  3. 运行 {command('issue', folder)} 生成各单位的填报工作簿。")


@app.command(cls=Command)
def upgrade(
    folder: Folder = Path(),
    template: Annotated[
        str,
        typer.Option("--template", help="改用这个模板文件；不写时用程序现在带的同一个模板。", show_default=False),
    ] = "",
    back: Annotated[bool, typer.Option("--back", help="退回上一次更换以前的模板。")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="只说明会有哪些变化，不更换。")] = False,
) -> None:
    """把这一年改用新版模板。不运行这个命令，一年始终用开始时的模板；更换以后可以用 --back 退回。"""
    from perfeval_xl.api.year import open_campaign
    from perfeval_xl.api.year import upgrade as upgraded

    done = upgraded(open_campaign(folder), template, back=back, preview=preview, now=now(), watch=TERMINAL)
    after = done.move.after
    if done.move.needless:
        tell(f"这一年用的就是模板“{after.id}”{after.version}版，没有改动。")
        return
    if preview:
        tell("以上只是说明，没有更换。要更换，去掉 --preview 再运行一次。")
        return
    tell(f"已经更换。要退回原来的模板：{command('upgrade', folder, '--back')}")
    then("按新模板重新核对", "collect", folder)


@app.command(cls=Command)
def issue(
    folder: Folder = Path(),
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            help="只发给这些单位，写代码或名称，几个的用逗号或顿号隔开；也可写多次。",
            autocompletion=offered_units,
        ),
    ] = None,
    archive: Annotated[bool, typer.Option("--zip", help="另外按主管部门打成压缩包。")] = False,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="同时写好给各单位的邮件草稿和文字（见 send）。")
    ] = False,
    test: Annotated[
        bool,
        typer.Option("--test", help="试填：另建一个文件夹，先发给三个单位（或 --only 写的），不影响正式的台账。"),
    ] = False,
    test_over: Annotated[bool, typer.Option("--test-over", help="试填完了：把试填的文件夹整个删去。")] = False,
) -> None:
    """按名册为每个单位生成填报工作簿（封面、上年数、控制数已填好），放在“发放”文件夹，并列出发放清单。"""
    from perfeval_xl.api.rounds import due
    from perfeval_xl.api.rounds import issue as hand_out
    from perfeval_xl.api.year import open_campaign

    campaign = open_campaign(folder)
    if test or test_over:
        _end_rehearsal(campaign) if test_over else _rehearse(campaign, only)
        return
    units = _chosen(campaign, only) if only else due(campaign)
    done = hand_out(campaign, units, archives=archive, now=now(), watch=TERMINAL)
    tell(f"生成{len(done.written)}份，已有且相同{len(done.same)}份。文件在 {campaign.out}")
    _tell_files("没有人动过、内容已变（名册、控制数或设置改过），已重新生成，请重新发给单位", done.renewed)
    tell(f"发放清单：{done.listing}")
    tell(f"填报须知（和工作簿一起发给单位）：{done.guidance}")
    if done.archives:
        tell(f"按主管部门打包{len(done.archives)}个：{done.archives[0].parent}")
    if not only and len(units) < len(campaign.units):
        tell(f"免报的{len(campaign.units) - len(units)}个单位没有生成；确需发给的用 --only 写上代码或名称。")
    if campaign.roster.without_parts:
        names = "、".join(f"{unit.code} {unit.name}" for unit in campaign.roster.without_parts)
        tell(f"名册里有{len(campaign.roster.without_parts)}个单位没有列出项目，没有生成：{names}。")
    for doubt in campaign.roster.doubts:
        tell(doubt)
    for path in done.renamed:
        tell(f"单位改了名称，用旧名称的文件移到了 {path}")
    _tell_lost(done.lost)
    _tell_files("有人动过且内容不同，没有覆盖；确需重发请先移走", done.kept)
    if drafts:
        from perfeval_xl.cli.sending import write_drafts

        write_drafts(campaign)
    else:
        then("写成给单位的邮件草稿，或直接发送", "send", folder)
    if done.kept or done.unsettled:
        raise typer.Exit(FINDINGS)


def _rehearse(campaign: Campaign, only: list[str] | None) -> None:
    """Hand out to a few units in a folder of its own, and say how to go on there."""
    from perfeval_xl.api.rehearsal import rehearse

    tried, done = rehearse(campaign, _chosen(campaign, only) if only else (), now=now(), watch=TERMINAL)
    tell(f"试填的文件夹：{tried.folder}。生成{len(done.written)}份，在 {tried.out}")
    tell(f"试填的报到 {tried.inbox}，不要放进正式的“收件”；在这个文件夹里照样收取、审核、汇总。")
    tell(f"试完以后整个删去：{command('issue', campaign.folder, '--test-over')}")
    then("把试填的放进它的“收件”以后收取", "collect", tried.folder)


def _end_rehearsal(campaign: Campaign) -> None:
    from perfeval_xl.api.rehearsal import end_rehearsal

    tell(f"已删去试填的文件夹“{end_rehearsal(campaign)}”，正式的工作文件夹没有改动。")
    then("正式发放", "issue", campaign.folder)


def _tell_lost(lost: Sequence[str]) -> None:
    """Name last year's units from which nobody goes on."""
    if lost:
        tell(f"去年有{len(lost)}个单位今年不在名册，“沿革”表也没有写去向，它们的上年数没有单位承接：")
    for told in lost:
        tell(f"  {told}")


def _tell_files(what: str, paths: Sequence[Path]) -> None:
    """Name files of which something is to be said, if there are any."""
    if paths:
        tell(f"另有{len(paths)}份{what}：")
    for path in paths:
        tell(f"  {path.name}")


def _chosen(campaign: Campaign, only: list[str]) -> tuple[Unit, ...]:
    """Return the units that are listed by code or name; a usage error where none is."""
    from perfeval_xl.api.named import find_units, listed_units

    if not any(listed_units(campaign, text) for text in only):
        raise typer.BadParameter("--only 后面没有写单位的代码或名称")
    return find_units(campaign, *only)


@app.command(cls=Command)
def collect(
    folder: Folder = Path(),
    jobs: Annotated[
        int, typer.Option("--jobs", min=0, help="同时读取几份；0 表示按处理器个数。结果与几份无关。")
    ] = 0,
    place: Annotated[
        str, typer.Option("--inbox", help="不从“收件”文件夹而从这个网址收取，例如 s3://桶/2023。")
    ] = "",
    outbox: OutboxOption = "",
    cluster: Annotated[
        str, typer.Option("--cluster", help="交给 Dask 集群读取和核对，例如 tcp://10.1.2.3:8786。")
    ] = "",
    new_ledger: Annotated[
        bool,
        typer.Option(
            "--new-ledger",
            help="台账丢失或损坏、又没有备份时，重新开始台账；原来的台账和汇总移到一边，审核等要重新办理。",
        ),
    ] = False,
) -> None:
    """收取“收件”文件夹中的全部文件（可含压缩包和子文件夹），读取、核对并记入台账；有问题的标好问题放进“退回”，通过的有回执。"""
    from perfeval_xl.api.rounds import collect as take
    from perfeval_xl.api.standings import needs_somebody
    from perfeval_xl.api.year import open_campaign, start_anew
    from perfeval_xl.records.times import day_of

    campaign, moment = open_campaign(folder), now()
    if new_ledger:
        aside = start_anew(campaign, now=moment, watch=TERMINAL)
        tell(f"重新开始台账。原来的文件移到了：{'、'.join(map(str, aside)) or '（没有）'}")
    done = take(campaign, jobs=jobs, inbox=place, outbox=outbox, cluster=cluster, now=moment, watch=TERMINAL)
    if outbox:
        tell(f"送到 {outbox}：{done.sent}份")
    print_tally(done.tally)
    print_overview(done.seen, campaign.office, day_of(moment))
    if done.returned.workbooks:
        count = len(done.returned.workbooks)
        tell(f"退回：{count}份需要改正或说明，已标好问题，附退回通知，在 {campaign.returns}")
        tell(f"发给单位：{command('send', folder)}")
    follow(done.seen, folder)
    open_ = needs_somebody(done.seen, campaign.office, day_of(moment))
    if done.tally.deferred or done.tally.unchecked or open_:
        raise typer.Exit(FINDINGS)


@app.command(cls=Command)
def summarize(
    folder: Folder = Path(),
    everything: Annotated[
        bool, typer.Option("--all", help="核对未通过的单位也计入合计；不写时只列出，不计入。")
    ] = False,
    word: Annotated[bool, typer.Option("--word", help="同时生成 Word 格式的汇总报告。")] = False,
    public: Annotated[
        bool,
        typer.Option(
            "--publish",
            help="同时生成供公开、传阅的副本：只有数值，没有联系人、核对意见、单位说明和单位明细，工作表已保护。",
        ),
    ] = False,
    outbox: OutboxOption = "",
) -> None:
    """生成汇总工作簿，放在“汇总”文件夹。"""
    from perfeval_xl.api.results import summarise
    from perfeval_xl.api.year import open_campaign

    done = summarise(
        open_campaign(folder),
        everything=everything,
        word=word,
        public=public,
        outbox=outbox,
        now=now(),
        watch=TERMINAL,
    )
    if outbox:
        tell(f"送到 {outbox}：{done.sent}份")
    for what, path in (("汇总工作簿", done.workbook), ("汇总报告", done.report), ("公开副本", done.public)):
        if path:
            tell(f"{what}：{path}")
    then("把台账备份到别处", "backup", folder)
    if done.unsettled:
        raise typer.Exit(FINDINGS)
