"""From the inbox to the ledger: every file that lies there is seen, opened in a worker, judged and accounted for.

Read first: `collect.py` (one run), `inbox.py` (what lies there), `workers.py` (processes that a file may cost).
"""
