"""In what files the plain tables of a year are written."""

from __future__ import annotations

from enum import StrEnum


class ExportFormat(StrEnum):
    """In what files the tables are written."""

    CSV = "csv"
    PARQUET = "parquet"
