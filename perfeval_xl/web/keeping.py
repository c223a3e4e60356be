"""The pages of what is kept: every decision and its undoing, files to download, backups and getting them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import FileResponse

from perfeval_xl.api.spoken import command
from perfeval_xl.api.year import backup, restore
from perfeval_xl.records.act import valid
from perfeval_xl.records.errors import CampaignError
from perfeval_xl.web.asked import NoSuchPageError
from perfeval_xl.web.letters import letter, letters
from perfeval_xl.web.start import free_folder
from perfeval_xl.web.works import Outcome

if TYPE_CHECKING:
    from starlette.responses import Response

    from perfeval_xl.api.watch import Watch
    from perfeval_xl.web.asked import Asked

PER_PAGE = 100
"""Acts on one page."""
_BACKUPS = "备份"


def acts(asked: Asked) -> Response:
    """Show what was decided and done, the newest first, with what may be taken back."""
    found = asked.seen.overview.acts[::-1]
    text = asked.words.get("q", "").strip()
    wanted = [
        one for one in found if not text or text in f"{one.key} {one.deed.label} {one.by} {one.why} {one.batch}"
    ]
    number = asked.words.get("page", "")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 9 else 1
    last = max(1, -(-len(wanted) // PER_PAGE))
    page = min(max(page, 1), last)
    holding = {one.number for one in valid(asked.seen.overview.acts)}
    return asked.page(
        "acts",
        acts=wanted[(page - 1) * PER_PAGE : page * PER_PAGE],
        names={one.unit.key: one.unit.label for one in asked.seen.overview.standings},
        holding=holding,
        batches=tuple(dict.fromkeys(one.batch for one in found if one.batch and one.number in holding)),
        number=page,
        last=last,
        text=text,
    )


def file(asked: Asked) -> Response:
    """Give a file to download; what is asked for is held against the files that are there."""
    found = letter(asked.campaign, asked.named["key"])
    if found is None:
        raise NoSuchPageError
    return FileResponse(found.path, media_type="application/octet-stream", filename=found.name)


def keeping(asked: Asked) -> Response:
    """Show the backups."""
    return asked.page("keeping", letters=letters(asked.campaign, _BACKUPS)[::-1])


def back_up(asked: Asked) -> Response:
    """Make a backup, opened again and proven."""
    campaign, everything = asked.campaign, bool(asked.typed("everything"))

    def do(_: Watch) -> Outcome:
        kept = backup(campaign, everything=everything)
        left = tuple(f"打不开，不在备份里：{told}" for told in kept.left_out)
        return Outcome(
            (
                f"备份：{kept.path.name}。已打开核对：{kept.files}个文件完好，台账中有{kept.submissions}份报送。",
                *left,
            )
        )

    spoken = command("backup", campaign.folder, *("--all",) * everything)
    return asked.work("备份", spoken, asked.of_year("keeping"), do)


def get_back(asked: Asked) -> Response:
    """Unpack a backup into a new folder beside the year's."""
    campaign = asked.campaign
    found = letter(campaign, asked.typed("backup"))
    if found is None or found.path.suffix != ".zip":
        raise CampaignError("没有选备份文件。")
    folder = free_folder(asked.desk.years.root, campaign.year)

    def do(_: Watch) -> Outcome:
        kept = restore(found.path, folder)
        return Outcome(
            (f"已恢复到“{folder.name}”，在首页可以打开：{kept.files}个文件，台账中有{kept.submissions}份报送。",)
        )

    return asked.work("恢复", command("restore", found.path, folder), asked.of_year("keeping"), do)
