"""Which of a unit's written words answer which finding, and when an answer counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from perfeval_xl.records.contract import MIN_EXPLANATION
from perfeval_xl.records.finding import Finding, Level


def counting(text: str) -> str:
    """Return an explanation without the spaces around it, or nothing where it is too short to count."""
    text = text.strip()
    return text if len(text) >= MIN_EXPLANATION else ""


def answered(findings: Iterable[Finding], explanations: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return findings with what the unit wrote against them on the list that went back to it.

    `explanations` are by the findings' keys. Only what may be explained is: an error is to be corrected.
    """
    return tuple(
        replace(finding, explanation=text)
        if finding.level is Level.WARNING
        and not finding.explanation
        and (text := counting(explanations.get(finding.key, "")))
        else finding
        for finding in findings
    )
