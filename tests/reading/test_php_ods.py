"""A workbook that PhpSpreadsheet has saved as .ods says the same as the .xlsx that it was."""

from __future__ import annotations

from datetime import UTC, datetime

import projects
from php_ods import php_ods

import perfeval_xl as px
from perfeval_xl.template.shelf import find

NOW = datetime(2024, 4, 1, tzinfo=UTC)


def test_every_value_is_read_that_the_xlsx_has() -> None:
    template = find("mof-project")
    package = px.fill(template, projects.sample())
    said, again = (
        px.check_bytes(template, name, data, now=NOW)
        for name, data in (("表.xlsx", package), ("表.ods", php_ods(package)))
    )
    assert said.submission
    assert again.submission
    values = {(one.name, one.row): one.value for one in said.submission.entries}
    assert len(values) > 90
    assert {(one.name, one.row): one.value for one in again.submission.entries} == values
    assert again.submission.template == template.id
    assert {one.rule for one in again.verdict.findings} - {one.rule for one in said.verdict.findings} == {"R08"}
