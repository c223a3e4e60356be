"""What several tests share: the templates in the repository, loaded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from shipped import TEMPLATES, TODAY

from perfeval_xl.template.load import load

if TYPE_CHECKING:
    from datetime import date

    from perfeval_xl.records.contract import Template


@pytest.fixture(scope="session")
def hunan() -> Template:
    return load((TEMPLATES / "hunan-2023" / "hunan-2023.xlsx").read_bytes())


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY
