"""What leaves the bureau: workbooks handed out, marked copies and letters that go back.

Read first: `issue.py` (handing out), `returns.py` (what goes back, and the acts that record it),
`marked_copy.py` (findings in their cells).
"""
