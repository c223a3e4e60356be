"""Reading a returned workbook: cells in, a submission and findings out, wherever in it the fields have gone.

Read first: `returned.py` (the order of reading), `harvest.py` (which cell answers which field), `meaning.py` (what
its content means there).
"""

from perfeval_xl.reading.returned import read, stamped, stamps

__all__ = ["read", "stamped", "stamps"]
