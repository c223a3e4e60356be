"""What came in and what was decided, kept for good in one SQLite file, and what can be told from it.

Read first: `ledger.py` (tables, transactions), `packing.py` (how a record is stored), `history.py` (a unit's
story).
"""
