"""What is wrong with a workbook that claims to be a template: all faults at once, each with what to do.

Read first: `lint.py` (the faults), `trials.py` (whether checks can hold and fail), `portable.py` (which functions
every program computes alike).
"""
