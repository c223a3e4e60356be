"""The thresholds: campaign.toml may set each of them, and the defaults are those that officials were told."""

from __future__ import annotations

from dataclasses import asdict, fields
from decimal import Decimal

from perfeval_xl.across.thresholds import DECLARED, Thresholds


def test_every_threshold_can_be_set_and_nothing_else() -> None:
    assert [attribute for attribute, _ in DECLARED.values()] == [one.name for one in fields(Thresholds)]


def test_the_defaults_are_what_the_manual_says() -> None:
    expected = {
        "alike": "0.5",
        "times": "3",
        "points": "0.2",
        "peers": "8",
        "overrated": "0.05",
        "least_rate": "0.8",
    }
    assert asdict(Thresholds()) == {name: Decimal(value) for name, value in expected.items()}
