"""From the TOML source of a template to its workbook.

Read first: `spec.py` (what a source may say), `layout.py` (where every cell goes), `build.py` (the only writer).
"""
