"""Findings as tests compare them: by rule and place, and how many cells they list."""

from __future__ import annotations

import re

from perfeval_xl.records.finding import Finding


def places(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return sorted((finding.rule, str(finding.place or "")) for finding in findings)


def listed(findings: tuple[Finding, ...]) -> int:
    cells = sum(1 + len(finding.related) for finding in findings if finding.rule in ("R25", "R26", "R27"))
    extra = (re.search(r"其中 (\d+) 个", finding.message) for finding in findings if finding.rule == "R12")
    return cells + sum(int(match[1]) for match in extra if match)
