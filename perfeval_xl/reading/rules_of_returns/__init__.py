"""Every rule of reading as one record, by what it speaks of: whose workbook, its places, what a cell holds.

The only source of these sentences: findings take them from here, and so does whoever prints the rules.
"""

from __future__ import annotations

from perfeval_xl.reading.rules_of_returns import contents, places, whose
from perfeval_xl.reading.rules_of_returns.contents import DIVIDED
from perfeval_xl.workbook.rules_of_files import Catalogue

__all__ = ["DIVIDED", "RULES", "refuse", "say"]

_CATALOGUE = Catalogue(*whose.RULES, *places.RULES, *contents.RULES)
RULES = _CATALOGUE.rules
"""Every rule of reading by its code."""
say = _CATALOGUE.say
refuse = _CATALOGUE.refuse
