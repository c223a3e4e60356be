"""The settings of a year: what may stand behind each key of campaign.toml, how it is read, how it is written."""

from perfeval_xl.campaign.settings.keys import Kept, settings_of
from perfeval_xl.campaign.settings.listed import SECTIONS, Setting, listed
from perfeval_xl.campaign.settings.read import Settings, SettingsError, fitted, read, require_fit, require_readable
from perfeval_xl.campaign.settings.write import changed, moved, new_text, with_kept

__all__ = [
    "SECTIONS",
    "Kept",
    "Setting",
    "Settings",
    "SettingsError",
    "changed",
    "fitted",
    "listed",
    "moved",
    "new_text",
    "read",
    "require_fit",
    "require_readable",
    "settings_of",
    "with_kept",
]
