"""How files are written whole or not at all, who may write in a folder, and how copies reach another place.

Read first: `publish.py` (a file appears whole), `lock.py` (one run at a time).
"""
