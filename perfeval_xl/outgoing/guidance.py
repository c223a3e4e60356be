"""The page of guidance that goes out with the workbooks, and what stands at the head of every letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.files.lock import locked
from perfeval_xl.files.outputs import Outputs
from perfeval_xl.paper import Letterhead, filling_guidance
from perfeval_xl.records.contract import Role

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from perfeval_xl.campaign.folder import Campaign
    from perfeval_xl.records.contract import Template

NAME = "填报须知.docx"


def letterhead(campaign: Campaign) -> Letterhead:
    """Return who writes, about which year."""
    return Letterhead(
        campaign.year,
        str(campaign.settings.get("发文机关") or ""),
        str(campaign.settings.get("文号") or ""),
        campaign.office,
        campaign.template.work,
    )


def write_guidance(campaign: Campaign, now: datetime | None = None, outputs: Outputs | None = None) -> Path:
    """Write `填报须知.docx` into `发放/`, with the year's deadline and whom to ask.

    What somebody added to the one that lies there is kept before it is replaced.
    """
    region = str(campaign.settings.get("地区") or "")
    page = filling_guidance(letterhead(campaign), region, units_of_money(campaign.template))
    with locked(campaign.folder, "发放"):
        return (outputs or Outputs(campaign.folder)).publish(campaign.out / NAME, page, now)


def units_of_money(template: Template) -> tuple[str, ...]:
    """Return the units of the amounts that departments type, in the order in which they come."""
    typed = (field for field in template.fields if field.role is Role.INPUT and field.kind.money)
    return tuple(dict.fromkeys(field.unit for field in typed if field.unit))
