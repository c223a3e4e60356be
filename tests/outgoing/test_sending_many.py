"""A whole roster through a mail server that fails now and then: PERFEVAL_LETTERS says how many units it has.

`make proof` takes 300: from handing out to drafts in one command, then sent, over as many runs as it takes.
"""

from __future__ import annotations

import email
import os
import random
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

from commands import run
from mail_office import NOW, by
from mail_server import DROP_AT_DATA, LOSE_AND_DROP, TAKE_AND_DROP, MailServer

from perfeval_xl.api import sending
from perfeval_xl.api.sending import Mailing, Sent, State
from perfeval_xl.api.year import create_campaign, open_campaign
from perfeval_xl.campaign.folder import Campaign
from perfeval_xl.records.unit import Unit

UNITS = int(os.environ.get("PERFEVAL_LETTERS", "8"))
FAULTS = ("", "", "", "", "451 later", "421 closing", DROP_AT_DATA, TAKE_AND_DROP, LOSE_AND_DROP)


def test_a_roster_is_handed_out_and_sent_with_no_letter_twice_and_each_unknown_listed(tmp_path: Path) -> None:
    chance = random.Random(20)  # noqa: S311  # failures, not secrets
    units = [Unit(f"{4000 + number}", f"第{number}局", email=f"u{number}@example.cn") for number in range(UNITS)]
    made = create_campaign(tmp_path / "2023", {"年度": Decimal(2023), "地区": "示范区"}, units=units)
    done = run("issue", made.folder, "--drafts")
    assert f"邮件草稿{UNITS}份" in done.stdout
    assert len(list((made.post / "邮件草稿").glob("*.eml"))) == UNITS
    shutil.rmtree(made.post)
    fates: dict[int, str] = {}
    with MailServer(fault=lambda letter: fates.setdefault(letter, chance.choice(FAULTS))) as server:
        campaign = by(open_campaign(made.folder), server)
        while (done := _post(campaign)).in_state(State.DUE, State.LATER):
            assert server.begun < 10 * UNITS
        lost = [fate for fate in fates.values() if fate in (TAKE_AND_DROP, LOSE_AND_DROP)]
        unknown = {entry.item.unit.code for entry in done.in_state(State.UNKNOWN)}
        assert len(unknown) == len(lost) > 0
        assert len(unknown) + len(done.in_state(State.SENT)) == UNITS
        came = Counter(one.to[0] for one in server.taken)
        assert set(came.values()) == {1}
        numbers = [email.message_from_bytes(one.data)["Message-ID"] for one in server.taken]
        assert len(set(numbers)) == len(numbers)
        sent = {entry.item.unit.email for entry in done.in_state(State.SENT)}
        assert sent <= came.keys()
        assert came.keys() - sent <= {f"u{int(code) - 4000}@example.cn" for code in unknown}
        begun = server.begun
        assert (_post(campaign).sent, server.begun) == (0, begun)


def _post(campaign: Campaign) -> Sent:
    return sending.send(campaign, lambda: "", Mailing(), now=NOW, pause=lambda _: None)
