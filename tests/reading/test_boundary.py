"""A mistake of ours costs one file and says so; nothing is written, changed or remembered between files."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drafts import filled, sample_values, template, templates, with_version

from perfeval_xl.reading import read, returned, stamped
from perfeval_xl.records.errors import TemplateError
from perfeval_xl.records.finding import Level


def test_our_own_mistake_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(returned, "identify_template", broken)
    submission, findings = read(filled().bytes(), "a.xlsx", templates())
    assert submission is None
    assert [(finding.rule, finding.level) for finding in findings] == [("G99", Level.ERROR)]
    assert "KeyError" in findings[0].message


def test_what_is_handed_in_is_not_changed() -> None:
    data, known = filled().bytes(), dict(templates())
    before = (bytes(data), dict(known), template().package)
    read(data, "a.xlsx", known)
    assert (data, known, template().package) == before


def test_findings_carry_the_unit_and_come_sorted() -> None:
    draft = filled({("公车_本年决算", 0): "约300", ("在职人数", 0): "46人", ("办公面积", 0): "2亩"})
    _, findings = read(draft.bytes(), "a.xlsx", templates())
    assert {finding.unit for finding in findings} == {"301"}
    assert list(findings) == sorted(findings, key=lambda finding: finding.sort_key)


def test_the_template_of_the_stamp_is_taken_among_several() -> None:
    other = with_version("1.2", id="other-2023", design="x")
    submission, _ = read(filled().bytes(), "a.xlsx", {**other, **templates()})
    assert submission is not None
    assert submission.template == "demo-2023"
    assert submission.values == sample_values()


def test_without_stamp_two_templates_that_fit_alike_are_not_guessed() -> None:
    other = with_version("1.2", id="other-2023", design="x")
    submission, findings = read(filled().put("标识_模板", None).bytes(), "a.xlsx", {**other, **templates()})
    assert submission is None
    assert [finding.rule for finding in findings] == ["G25"]


def test_explanations_are_tied_to_their_checks() -> None:
    submission, _ = read(filled().bytes(), "a.xlsx", templates())
    assert submission is not None
    assert submission.explanations == {"B01": "上年有一次性支出，本年没有。"}


def test_stored_values_of_computed_cells_are_returned_as_found() -> None:
    submission, findings = read(filled().put("三公_本年决算", 999).bytes(), "a.xlsx", templates())
    assert submission is not None
    stored = {(entry.name, entry.row): entry.value for entry in submission.stored}
    assert stored["三公_本年决算", 0] == 999
    assert [finding.rule for finding in findings] == ["R24"]


@pytest.mark.parametrize("version", ["1.2", "1.3", "2.0", "1.2.1"])
def test_versions_of_ours_and_theirs(version: str) -> None:
    submission, findings = read(filled().bytes(), "a.xlsx", with_version(version))
    rules = [finding.rule for finding in findings]
    assert rules == {"1.2": [], "1.3": ["R02"], "2.0": ["G24"], "1.2.1": ["R02"]}[version]
    assert (submission is None) == (version == "2.0")


def test_a_broken_template_is_not_the_departments_fault() -> None:
    broken = replace(template(), package=b"PK\x03\x04 cut short")
    with pytest.raises(TemplateError, match="demo-2023"):
        read(filled().bytes(), "a.xlsx", {"demo-2023": broken})


def test_no_templates_at_all() -> None:
    submission, findings = read(filled().bytes(), "a.xlsx", {})
    assert submission is None
    assert [finding.rule for finding in findings] == ["G21"]


def test_the_stamp_is_told_at_a_glance_and_nothing_else_is_guessed() -> None:
    assert stamped(filled().bytes()) == "demo-2023"
    assert stamped(filled().put("标识_模板", None).bytes()) == ""
    assert stamped(filled().lose("标识_模板").bytes()) == ""
    assert [
        stamped(data) for data in (b"", b"PK\x03\x04", b"not a workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    ] == [""] * 4
