"""One year's folder: settings, roster, what is known beforehand, where every unit stands, what is decided.

Read first: `folder.py` (what lies where), `standings.py` (where every unit stands), `decisions.py` (what people
may decide).
"""
