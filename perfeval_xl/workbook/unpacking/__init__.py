"""What lies in an archive that somebody sent, zip, 7z or rar, with one set of limits for whatever is in whatever.

Read first: `enclosed.py` (what comes out); `foreign.py` and `worker.py` open 7z and rar in a process that may die.
"""
