"""审核单.xlsx: what waits for somebody to decide, drawn for deciding in Excel, and what was decided in it.

Read first: `matters.py` (the lines), `book.py` (how they are drawn), `filled.py` (what was typed), `taking.py`
(what that comes to).
"""

from perfeval_xl.campaign.docket.book import docket_book
from perfeval_xl.campaign.docket.filled import DocketError, FilledDocket, open_docket
from perfeval_xl.campaign.docket.matters import Choice, Matter, matters
from perfeval_xl.campaign.docket.taking import DEEDS, Entry, Taken, carried, rows_of, taken

__all__ = [
    "DEEDS",
    "Choice",
    "DocketError",
    "Entry",
    "FilledDocket",
    "Matter",
    "Taken",
    "carried",
    "docket_book",
    "matters",
    "open_docket",
    "rows_of",
    "taken",
]
