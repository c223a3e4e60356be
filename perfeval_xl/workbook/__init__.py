"""A workbook file: taken once, admitted or refused, taken apart, patched, written, computed; no template.

Read first: `file_formats.py` (what a file really is), `sheets.py` (its cells, read strictly), `patch.py` (cells
rewritten in place), `engine.py` (formulas computed).
"""
