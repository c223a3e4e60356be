"""All that a letter in Word says, its tables behind its paragraphs."""

from __future__ import annotations

import io
from pathlib import Path

import docx


def words(path: Path) -> str:
    """Return the text of a .docx."""
    document = docx.Document(io.BytesIO(path.read_bytes()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
