"""One submission: the template's own formulas over the unit's inputs, read as findings; no other unit, no ledger.

Read first: `check.py` (formulas to findings), `judge.py` (bytes to a record), `output.py` (a record as text
and JSON).
"""
