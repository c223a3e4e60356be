"""How figures and days are written by people, and how the program writes them; it knows no workbook and no rule.

Read first: `numbers.py`.
"""
