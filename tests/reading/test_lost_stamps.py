"""A workbook whose sheet of identity is gone: which of several templates it is of, or that somebody has to say."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from shipped import TEMPLATES

from perfeval_xl.reading import read
from perfeval_xl.template.load import load

IDS = ("hunan-2023", "mof-project", "yunnan-dept")


@pytest.fixture(scope="module")
def shipped() -> dict[str, object]:
    return {name: load(blank(name)) for name in IDS}


def blank(name: str) -> bytes:
    return Path(TEMPLATES / name / f"{name}.xlsx").read_bytes()


def without_identity(data: bytes) -> bytes:
    """Return a workbook whose hidden sheet of identity, and the names on it, are of no meaning any more."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/workbook.xml":
                part = part.replace("标识".encode(), "丢失".encode())
            new.writestr(name, part)
    return target.getvalue()


@pytest.mark.parametrize("name", IDS)
def test_the_best_fit_is_told_by_what_templates_do_not_share(name: str, shipped) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # templates by id
    submission, findings = read(without_identity(blank(name)), "报表.xlsx", shipped)
    assert submission is not None
    assert submission.template == name
    assert "R01" in {finding.rule for finding in findings}


def test_two_templates_that_are_alike_have_to_be_told_apart_by_name(shipped) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  # the same
    template = shipped["yunnan-dept"]
    alike = {"yunnan-dept": template, "另一个": replace(template, id="另一个")}
    data = without_identity(blank("yunnan-dept"))
    submission, (finding,) = read(data, "报表.xlsx", alike)
    assert (submission, finding.rule) == (None, "G25")
    assert "另一个、yunnan-dept" in finding.message or "yunnan-dept、另一个" in finding.message
    named, _ = read(data, "报表.xlsx", {"yunnan-dept": template})
    assert named is not None
