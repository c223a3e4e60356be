"""The summary: every unit's figures side by side, and live formulas over them that add up, rank and narrate."""

from perfeval_xl.summary.workbook import summarise

__all__ = ["summarise"]
