"""Reading a returned workbook: bytes in, a submission and findings out, whatever the bytes are."""

from perfeval_xl.reading.archive import Enclosed, inside, is_inbox
from perfeval_xl.reading.catalogue import RULES, Rule
from perfeval_xl.reading.grids import BLANK, Filled, Grid, Grids, ReadError, open_grids, read_grids
from perfeval_xl.reading.limits import Limits
from perfeval_xl.reading.returned import book, read, stamped, stamps
from perfeval_xl.reading.stage import Deferred, Staged, stage, too_large

__all__ = [
    "BLANK",
    "RULES",
    "Deferred",
    "Enclosed",
    "Filled",
    "Grid",
    "Grids",
    "Limits",
    "ReadError",
    "Rule",
    "Staged",
    "book",
    "inside",
    "is_inbox",
    "open_grids",
    "read",
    "read_grids",
    "stage",
    "stamped",
    "stamps",
    "too_large",
]
