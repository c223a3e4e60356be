"""The settings of a year, listed and changed one by one, every comment in the file kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perfeval_xl.api.clock import at
from perfeval_xl.api.files import alone, typed_kept
from perfeval_xl.api.watch import UNWATCHED, Watch
from perfeval_xl.campaign import settings
from perfeval_xl.campaign.folder import SETTINGS, open_campaign
from perfeval_xl.campaign.settings import SECTIONS, Setting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from perfeval_xl.campaign.folder import Campaign

__all__ = ["SECTIONS", "Setting", "change_settings", "list_settings"]


def list_settings(campaign: Campaign) -> tuple[Setting, ...]:
    """Return what campaign.toml says, in its order, with what is said of each key."""
    return settings.listed(_text(campaign), campaign.plain)


def change_settings(
    campaign: Campaign,
    typed: Mapping[tuple[str, str], str],
    *,
    now: datetime | None = None,
    watch: Watch = UNWATCHED,
) -> Campaign:
    """Change settings by section and key, as somebody types them, and return the campaign as it is now.

    SettingsError tells all that may not stand there; nothing is changed then. What was typed into the file before
    is kept, as is every comment in it.
    """
    with alone(campaign, "设置"):
        changed = settings.changed(_text(campaign), typed).encode("utf-8")
        settings.require_readable(changed, SETTINGS, campaign.plain)
        typed_kept(campaign, watch).publish(campaign.folder / SETTINGS, changed, at(now))
    return open_campaign(campaign.folder)


def _text(campaign: Campaign) -> str:
    return (campaign.folder / SETTINGS).read_text("utf-8-sig")
