"""What programs may call: every step of the year and every single-file task, with frozen records in and out.

Nothing here prints, exits or asks a question. Each function that needs the time takes `now`; left out, it is the
moment of the call, which `clock.py` alone asks for. Who wants to follow work that takes long hands in a `Watch`.
What cannot be worked with raises PerfevalError, a complete Chinese sentence; faults of departments are findings.

Read first: `year.py` (a campaign from init to backup), `rounds.py` (hand out, take in, send back), `single.py`
(one workbook). Everything is also to be had from `perfeval_xl` itself.
"""
