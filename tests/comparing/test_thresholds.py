"""The thresholds of comparing: without a word in campaign.toml they are those that officials were told."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from perfeval_xl.comparing.thresholds import Thresholds


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
