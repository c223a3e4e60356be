"""Every page of the desk: its address, who may call it, and what answers it."""

from __future__ import annotations

from perfeval_xl.web import board, deciding, keeping, place, results, review, rounds, setup, start, unit, working
from perfeval_xl.web.page import Page
from perfeval_xl.web.roles import OFFICER

PAGES = (
    Page("GET", "/", OFFICER, start.shelf),
    Page("GET", "/new", OFFICER, start.blank),
    Page("POST", "/new", OFFICER, start.create),
    Page("GET", "/going/{number:int}", OFFICER, working.progress),
    Page("POST", "/going/{number:int}/stop", OFFICER, working.stop),
    Page("POST", "/close", OFFICER, working.close),
    Page("GET", "/year/{year}", OFFICER, board.board),
    Page("GET", "/year/{year}/unit", OFFICER, unit.unit),
    Page("GET", "/year/{year}/place", OFFICER, place.place),
    Page("POST", "/year/{year}/decide", OFFICER, deciding.decide),
    Page("GET", "/year/{year}/handout", OFFICER, rounds.handout),
    Page("POST", "/year/{year}/handout", OFFICER, rounds.hand_out),
    Page("POST", "/year/{year}/handout/end", OFFICER, rounds.end_trial),
    Page("GET", "/year/{year}/inbox", OFFICER, rounds.inbox),
    Page("POST", "/year/{year}/inbox", OFFICER, rounds.put_in, uploads=True),
    Page("POST", "/year/{year}/collect", OFFICER, rounds.collect),
    Page("GET", "/year/{year}/returns", OFFICER, rounds.returns),
    Page("POST", "/year/{year}/returns", OFFICER, rounds.write_again),
    Page("GET", "/year/{year}/waiting", OFFICER, review.waiting),
    Page("POST", "/year/{year}/docket/write", OFFICER, review.write),
    Page("POST", "/year/{year}/docket/filled", OFFICER, review.take_filled, uploads=True),
    Page("POST", "/year/{year}/docket/apply", OFFICER, review.apply),
    Page("GET", "/year/{year}/chase", OFFICER, results.chase),
    Page("POST", "/year/{year}/chase", OFFICER, results.write_lists),
    Page("GET", "/year/{year}/summary", OFFICER, results.summary),
    Page("POST", "/year/{year}/summary", OFFICER, results.sum_up),
    Page("POST", "/year/{year}/export", OFFICER, results.write_tables),
    Page("GET", "/year/{year}/roster", OFFICER, setup.roster),
    Page("POST", "/year/{year}/roster", OFFICER, setup.take_roster, uploads=True),
    Page("GET", "/year/{year}/settings", OFFICER, setup.settings),
    Page("POST", "/year/{year}/settings", OFFICER, setup.change),
    Page("GET", "/year/{year}/acts", OFFICER, keeping.acts),
    Page("GET", "/year/{year}/file/{key}", OFFICER, keeping.file),
    Page("GET", "/year/{year}/keeping", OFFICER, keeping.keeping),
    Page("POST", "/year/{year}/keeping", OFFICER, keeping.back_up),
    Page("POST", "/year/{year}/restore", OFFICER, keeping.get_back),
)
