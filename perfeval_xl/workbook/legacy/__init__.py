"""Formats older than .xlsx and beside it: .xls, .et, .xlsb, .ods, read in a process that may die.

Read first: `reader.py` (the order), `biff.py` and `ods.py` (what the library hides).
"""
