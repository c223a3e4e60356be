"""What the program speaks of: frozen records that every other room shares, and nothing that does anything.

Read first: `contract.py` (what a template declares), `submission.py` (what a unit handed in), `finding.py`
(what is said of it).
"""
