"""The roster workbook: who ought to report, what the bureau knows of them already, who they were last year."""

from perfeval_xl.campaign.roster.read import Roster, RosterError, read_listed, read_roster
from perfeval_xl.campaign.roster.write import write_roster

__all__ = ["Roster", "RosterError", "read_listed", "read_roster", "write_roster"]
