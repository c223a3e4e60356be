"""The pages of the review: what waits for a decision, and the list that people fill in Excel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from perfeval_xl.api import docket as dockets
from perfeval_xl.api.clock import now
from perfeval_xl.api.docket import DOCKET
from perfeval_xl.api.files import save
from perfeval_xl.api.spoken import command
from perfeval_xl.api.year import SUMMARY
from perfeval_xl.records.errors import CampaignError
from perfeval_xl.records.standing import Stage
from perfeval_xl.web.letters import letters
from perfeval_xl.web.works import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.responses import Response

    from perfeval_xl.api.docket import Docket
    from perfeval_xl.api.watch import Watch
    from perfeval_xl.records.standing import Overview
    from perfeval_xl.web.asked import Asked

LARGEST_DOCKET = 32 << 20
"""Bytes of a filled list that are taken."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A file that a person has to place: its name, what is told of it, and whose it may be."""

    file: str
    told: str
    units: tuple[str, ...] = ()


def waiting(asked: Asked) -> Response:
    """Show what waits for a decision."""
    seen = asked.seen
    return asked.page(
        "waiting",
        lines=[one for one in seen.lines if one.stage is Stage.WAITING],
        strays=tuple(_strays(seen.overview)),
        units=seen.campaign.units,
        docket=[one for one in letters(seen.campaign, SUMMARY) if one.name == DOCKET],
    )


def _strays(seen: Overview) -> Iterator[Stray]:
    for waits in seen.waiting:
        yield Stray(waits.receipt.file, waits.finding.message, waits.units)
    for receipt, finding in zip(seen.strangers, seen.findings, strict=True):
        yield Stray(receipt.file, finding.message)
    for receipt in seen.rejected:
        yield Stray(receipt.file, receipt.findings[0].message if receipt.findings else "")


def write(asked: Asked) -> Response:
    """Write the list."""
    campaign = asked.campaign

    def do(watch: Watch) -> Outcome:
        done = dockets.write_docket(campaign, watch=watch)
        return Outcome(
            (f"审核单：{done.lines}行，带入以前填的{done.carried}行。请下载，用 Excel 填好，再放回来。",)
        )

    return asked.work("写审核单", command("decide", campaign.folder), asked.of_year("waiting"), do)


def take_filled(asked: Asked) -> Response:
    """Take a filled list in the place of the one that lies there, which is kept; tell what it would come to."""
    campaign, by = asked.campaign, asked.typed("by")
    data = asked.files[0].file.read(LARGEST_DOCKET + 1) if asked.files else b""
    if not data or len(data) > LARGEST_DOCKET:
        raise CampaignError("没有选审核单，或者文件太大。请选填好的“审核单.xlsx”。")

    def do(watch: Watch) -> Outcome:
        save(campaign.results / DOCKET, data, now=now(), watch=watch)
        return _come_to(dockets.try_docket(campaign, by=by))

    spoken = command("decide", campaign.folder, "--dry-run", *(("--by", by) if by else ()))
    return asked.work("审核单", spoken, asked.of_year("waiting"), do)


def apply(asked: Asked) -> Response:
    """Enter what the list that lies there decides."""
    campaign, by = asked.campaign, asked.typed("by")

    def do(watch: Watch) -> Outcome:
        return _come_to(dockets.apply_docket(campaign, by=by, watch=watch))

    spoken = command("decide", campaign.folder, "--apply", *(("--by", by) if by else ()))
    return asked.work("按审核单办理", spoken, asked.of_year("waiting"), do)


def _come_to(done: Docket) -> Outcome:
    """Return what a list comes to: what was entered, or would be, and every fault with its cell."""
    told = [f"{'已办理' if done.done else '可以办理'}{len(done.told)}项" if done.told else "没有可以办理的。"]
    told += done.told
    if done.known:
        told.append(f"以前已经办理、这次没有再办的{done.known}行。")
    if done.done and done.done.batch:
        told.append(f"这{len(done.told)}项是{done.done.batch}，在“办理记录”里可以整批撤销。")
    return Outcome(tuple(told), done.faults)
