"""The summary: every unit's figures side by side, and live formulas over them that add up, rank and narrate."""

from perfeval_xl.summary.printed import brief, charts, narrative, tables
from perfeval_xl.summary.workbook import bound, compute, published, summarise, unlisted

__all__ = ["bound", "brief", "charts", "compute", "narrative", "published", "summarise", "tables", "unlisted"]
