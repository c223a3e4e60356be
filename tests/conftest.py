"""What several tests share: the templates in the repository, loaded once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from perfeval_xl.template.load import load

if TYPE_CHECKING:
    from perfeval_xl.contract import Template

TEMPLATES = Path(__file__).parent.parent / "workbook_templates"
TODAY = date(2024, 3, 15)


@pytest.fixture(scope="session")
def hunan() -> Template:
    return load((TEMPLATES / "hunan-2023" / "hunan-2023.xlsx").read_bytes())


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY
