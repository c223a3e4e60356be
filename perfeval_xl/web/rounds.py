"""The pages of the rounds: hand out, put into the inbox, take in, send back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.api.named import find_units, listed_units
from perfeval_xl.api.rehearsal import end_rehearsal, rehearsal_folder, rehearse
from perfeval_xl.api.rounds import collect as take
from perfeval_xl.api.rounds import due, issue, write_returns
from perfeval_xl.api.spoken import command
from perfeval_xl.api.year import INBOX, OUT, RETURNS, file_name, hand_in
from perfeval_xl.records.errors import CampaignError
from perfeval_xl.web.letters import letters
from perfeval_xl.web.works import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from starlette.responses import Response

    from perfeval_xl.api.rounds import Collected, Issued, Tally
    from perfeval_xl.api.watch import Watch
    from perfeval_xl.web.asked import Asked

MOST_LISTED = 500
"""Files that one page lists."""


def handout(asked: Asked) -> Response:
    """Show what was handed out, and the form that hands out."""
    found = letters(asked.campaign, OUT)
    return asked.page(
        "handout",
        letters=found[:MOST_LISTED],
        more=max(0, len(found) - MOST_LISTED),
        due=len(due(asked.campaign)),
        units=len(asked.campaign.units),
        doubts=asked.campaign.roster.doubts,
        tried=rehearsal_folder(asked.campaign).is_dir(),
    )


def hand_out(asked: Asked) -> Response:
    """Hand out to all who are due, or to those that are named; as a trial, in a folder of its own."""
    campaign, only = asked.campaign, asked.typed("only")
    archives, trial = bool(asked.typed("archives")), bool(asked.typed("trial"))
    units = find_units(campaign, only) if any(listed_units(campaign, only)) else None
    options = (*(("--only", only) if units else ()), *("--zip",) * archives, *("--test",) * trial)

    def do(watch: Watch) -> Outcome:
        if trial:
            tried, done = rehearse(campaign, units or (), watch=watch)
            return Outcome((f"试填的文件夹：{tried.folder.name}，在首页可以打开。", *_issued(done)))
        return Outcome(tuple(_issued(issue(campaign, units, archives=archives, watch=watch))))

    spoken = command("issue", campaign.folder, *options)
    return asked.work("试填" if trial else "发放", spoken, asked.of_year("handout"), do)


def end_trial(asked: Asked) -> Response:
    """Delete the folder of a trial."""
    campaign = asked.campaign

    def do(_: Watch) -> Outcome:
        return Outcome((f"已删去试填的文件夹“{end_rehearsal(campaign).name}”，正式的工作文件夹没有改动。",))

    spoken = command("issue", campaign.folder, "--test-over")
    return asked.work("结束试填", spoken, asked.of_year("handout"), do)


def _issued(done: Issued) -> Iterable[str]:
    """Give what handing out did, a sentence each."""
    yield f"生成{len(done.written)}份，已有且相同{len(done.same)}份。"
    yield from _named("没有人动过、内容已变，已重新生成，请重新发给单位", done.renewed)
    yield from _named("有人动过且内容不同，没有覆盖；确需重发请先移走", done.kept)
    yield from _named("单位改了名称，用旧名称的文件移到了一边", done.renamed)
    yield from (f"上年数没有单位承接：{told}" for told in done.lost)
    if done.archives:
        yield f"按主管部门打包{len(done.archives)}个。"


def _named(what: str, paths: tuple[Path, ...]) -> Iterable[str]:
    if paths:
        yield f"{len(paths)}份{what}：{'、'.join(path.name for path in paths)}"


def inbox(asked: Asked) -> Response:
    """Show what lies in the inbox, the place for more, and the button that takes it in."""
    found = sorted(letters(asked.campaign, INBOX), key=lambda one: -one.path.stat().st_mtime)
    going = asked.desk.works.going(asked.year)
    return asked.page("inbox", letters=found[:MOST_LISTED], count=len(found), going=going)


def put_in(asked: Asked) -> Response:
    """Put files into the inbox, each synced before it is acknowledged; nothing is waited for."""
    campaign, files = asked.campaign, [file for file in asked.files if file.filename]
    if not files:
        raise CampaignError("没有选文件。请先选文件，或者把文件拖到这一页上。")

    def do(_: Watch) -> Outcome:
        lying = (hand_in(campaign, file_name(file.filename or ""), file.file) for file in files)
        return Outcome(tuple(f"已放进收件：{path.name}" for path in lying))

    work = asked.desk.works.begin(asked.year, "放进收件", "", asked.of_year("inbox"), do)
    work.wait()
    return asked.shown(work)


def collect(asked: Asked) -> Response:
    """Take in what lies in the inbox."""
    campaign = asked.campaign

    def do(watch: Watch) -> Outcome:
        return Outcome(tuple(_collected(take(campaign, watch=watch))))

    return asked.work("收取", command("collect", campaign.folder), asked.of_year(), do)


def _collected(done: Collected) -> Iterable[str]:
    yield from _tally(done.tally)
    if done.returned.workbooks:
        yield f"退回：{len(done.returned.workbooks)}份需要改正或说明，已标好问题，附退回通知。"


def _tally(tally: Tally) -> Iterable[str]:
    """Give what became of every file, so that nothing can be lost without a word."""
    told = [(status.label, count) for status, count in sorted(tally.statuses.items())]
    told += [
        ("盖章件、佐证材料", tally.papers),
        ("以前已收", tally.known),
        ("忽略", len(tally.ignored)),
        ("暂缓", len(tally.deferred)),
    ]
    counts = "，".join(f"{word}{count}份" for word, count in told if count)
    yield f"共看到{tally.seen}份文件：{counts or '没有文件'}。"
    yield from (f"{name}：{why}" for name, why in (*tally.ignored, *tally.deferred))
    if tally.again:
        yield f"模板、设置或程序有变动，以前收的{tally.again}份已按现在的规则重新核对。"
    yield from (f"没能重新核对，仍按上次的结果：{name}：{why}" for name, why in tally.unchecked)


def returns(asked: Asked) -> Response:
    """Show what goes back, and what passed."""
    found = letters(asked.campaign, RETURNS)
    text = asked.words.get("q", "").strip()
    wanted = [one for one in found if text in one.told]
    return asked.page("returns", letters=wanted[:MOST_LISTED], count=len(wanted), text=text)


def write_again(asked: Asked) -> Response:
    """Write what goes back as things are now."""
    campaign = asked.campaign

    def do(watch: Watch) -> Outcome:
        done = write_returns(campaign, watch=watch)
        return Outcome((f"退回{len(done.workbooks)}份，各附一份通知。",))

    return asked.work("写退回通知和回执", command("collect", campaign.folder), asked.of_year("returns"), do)
