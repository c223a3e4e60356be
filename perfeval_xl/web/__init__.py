"""The desk: the bureau's year as pages of a browser on this machine; it knows the API, and requests, and pages.

Read first: `routes.py` (every page, and who may call it), `guard.py` (who gets in at all), `dispatch.py` (how a
page is called), `server.py` (how the desk begins and ends).
"""
