"""The command that sends: drafts, or letters through a mail server, or what somebody has sent otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from perfeval_xl.api.clock import now
from perfeval_xl.cli.app import FINDINGS, Folder, app
from perfeval_xl.cli.commands import command, then
from perfeval_xl.cli.completion import offered_units
from perfeval_xl.cli.help import Command
from perfeval_xl.cli.screen import TERMINAL, tell, tell_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from perfeval_xl.api.sending import Drafted, Entry, Mailing
    from perfeval_xl.api.year import Campaign

_EACH = 20
"""Letters of one state that are listed each; all stand in the list."""


@app.command(cls=Command)
def send(
    folder: Folder = Path(),
    smtp: Annotated[
        bool, typer.Option("--smtp", help="直接发送：用 campaign.toml 里 [mail] 的服务器；不写时只写草稿。")
    ] = False,
    trial: Annotated[bool, typer.Option("--dry-run", help="只列出会发给谁、发什么，不写草稿，也不发送。")] = False,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="只发给这些单位，写代码或名称，可写多次。", autocompletion=offered_units),
    ] = None,
    parents: Annotated[bool, typer.Option("--parents", help="打成压缩包，一个主管部门一封。")] = False,
    again: Annotated[
        list[str] | None,
        typer.Option("--again", help="再发一次：写单位，或写“全部待确认”。", autocompletion=offered_units),
    ] = None,
    sent: Annotated[
        list[str] | None,
        typer.Option(
            "--sent",
            help="已经发出、或单位说收到了的：写单位，或写“全部待确认”，记入台账，不再发。",
            autocompletion=offered_units,
        ),
    ] = None,
    drafts_unsent: Annotated[
        bool, typer.Option("--drafts-unsent", help="写过的草稿都没有发出过，现在直接发送。")
    ] = False,
    remember: Annotated[bool, typer.Option("--remember", help="把输入的密码存进系统的钥匙串。")] = False,
    by: Annotated[str, typer.Option("--by", help="用 --sent 记下的人；不写时用“经办人”。")] = "",
) -> None:
    """把发放的工作簿、退回件、回执写成邮件草稿和粘贴用的文字，或者直接发送；发过的不会再发，见“发送清单.xlsx”。"""
    from perfeval_xl.api import sending
    from perfeval_xl.api.named import listed_units
    from perfeval_xl.api.year import open_campaign

    campaign = open_campaign(folder)

    def named(texts: list[str] | None) -> tuple[str, ...]:
        return tuple(name for one in texts or () for name in listed_units(campaign, one))

    if sent:
        noted = sending.note_sent(campaign, named(sent), by=by, now=now(), watch=TERMINAL)
        tell(f"已记下{noted.letters}份已经发出。发送清单：{noted.listing}")
        then("看各单位到了哪一步", "status", folder)
        return
    which = sending.Mailing(named(only), parents, named(again))
    if smtp:
        _send(campaign, which, trial=trial, drafts_unsent=drafts_unsent, remember=remember)
    else:
        done = sending.write_drafts(campaign, which, trial=trial, now=now(), watch=TERMINAL)
        _end(campaign, done, trial=trial)


def write_drafts(campaign: Campaign) -> None:
    """Write a draft for every letter that is due, and say what is to be done with them."""
    from perfeval_xl.api import sending

    _end(campaign, sending.write_drafts(campaign, now=now(), watch=TERMINAL), trial=False)


def _send(campaign: Campaign, which: Mailing, *, trial: bool, drafts_unsent: bool, remember: bool) -> None:
    from perfeval_xl.api import sending

    password = _asking(campaign, remember=remember)
    try:
        done = sending.send(
            campaign, password, which, drafts_unsent=drafts_unsent, trial=trial, now=None, watch=TERMINAL
        )
    except sending.DraftsLieError:
        tell(f"草稿都没有发出过的：{command('send', campaign.folder, '--smtp', '--drafts-unsent')}", err=True)
        raise
    if not trial:
        tell(f"要发{done.letters}封，发出{done.sent}封。")
    if done.stopped:
        tell(f"没有发完：{done.stopped}。")
    _end(campaign, done, trial=trial)


def _asking(campaign: Campaign, *, remember: bool) -> Callable[[], str]:
    """Return what gives the password: what the keyring holds, or what is typed now; asked once in a run."""
    from perfeval_xl.api.sending import keep_password, kept_password

    known: list[str] = []

    def password() -> str:
        if not known:
            user = campaign.mail.user
            found = "" if remember else kept_password(campaign)
            known.append(found or typer.prompt(f"“{user}”的密码（输入时不显示）", hide_input=True))
            if remember:
                kept = keep_password(campaign, known[0])
                tell(
                    "密码已存进系统的钥匙串。" if kept else "没有可用的钥匙串（或没有装 keyring），密码没有保存。"
                )
        return known[0]

    return password


def _end(campaign: Campaign, done: Drafted, *, trial: bool) -> None:
    """Say what was written or sent, what a person has to settle, and what comes next."""
    from perfeval_xl.api.sending import State

    _tell_counts(done.entries)
    if trial:
        _tell_due(done)
        tell("以上只是说明，没有写草稿，也没有发送。")
        return
    for what, paths in (("邮件草稿", done.drafts), ("粘贴到QQ、OA的文字", done.texts)):
        if paths:
            tell(f"{what}{len(paths)}份，在 {paths[0].parent}")
    tell(f"发送清单：{done.listing}")
    for state in (
        State.UNKNOWN,
        State.REFUSED,
        State.WRONG_ADDRESS,
        State.TOO_LARGE,
        State.NO_ADDRESS,
        State.LATER,
    ):
        _tell_some(state, done.in_state(state))
    _next(campaign.folder, done)
    if done.unsettled or any(not entry.state.done for entry in done.entries if entry.state is not State.DUE):
        raise typer.Exit(FINDINGS)


def _next(folder: Path, done: Drafted) -> None:
    from perfeval_xl.api.sending import UNKNOWN, State

    if done.in_state(State.UNKNOWN):
        tell(f"待确认的，问过单位：收到的 {command('send', folder, '--sent', UNKNOWN)}，")
        tell(f"没收到的 {command('send', folder, '--again', UNKNOWN)}；只有一个单位的，写它的代码。")
    if done.drafts:
        tell("双击草稿，核对后点“发送”；发出的在发送清单“已发出”栏填写。")
        then("发出并填好清单以后，读入", "send", folder)
    else:
        then("各单位报来的放进“收件”以后收取", "collect", folder)


def _tell_counts(entries: Sequence[Entry]) -> None:
    from perfeval_xl.api.sending import State

    states = [entry.state for entry in entries]
    told = "，".join(f"{state}{states.count(state)}份" for state in State if state in states)
    tell(f"共{len(states)}份：{told}。" if states else "没有可以发送的：还没有发放，也没有退回。")


def _tell_due(done: Drafted) -> None:
    for entry in done.entries:
        if entry.due:
            names = "、".join(path.name for path in entry.item.files)
            tell_line(
                f"  {entry.item.errand} {entry.item.unit.key} {entry.item.unit.label} → {entry.address}：{names}"
            )


def _tell_some(state: str, entries: Iterable[Entry]) -> None:
    listed = list(entries)
    if listed:
        tell(f"{state}{len(listed)}份：")
    for entry in listed[:_EACH]:
        tell_line(f"  {entry.item.errand} {entry.item.unit.key} {entry.item.unit.label}：{entry.note}")
    if len(listed) > _EACH:
        tell(f"  ……还有{len(listed) - _EACH}份，见发送清单。")
