"""Where the shipped templates lie in the repository, and the day on which tests happen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "workbook_templates"
TODAY = date(2024, 3, 15)
MOMENT = datetime(2024, 3, 1, tzinfo=UTC)
"""When files of the tests came in."""
