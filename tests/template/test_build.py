"""Templates from their source: up to date, the same bytes each time, and every fault of a spec at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipped import TEMPLATES
from smallest_spec import SHEET, write

from perfeval_xl.records.contract import Role, Template
from perfeval_xl.records.errors import TemplateError
from perfeval_xl.template.load import load
from perfeval_xl.template.source.build import build
from perfeval_xl.template.source.spec import read_spec

SOURCES = sorted(TEMPLATES.glob("*/template.toml"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.parent.name)
def test_the_committed_workbook_is_up_to_date_and_light(source: Path) -> None:
    built = source.with_name(f"{source.parent.name}.xlsx").read_bytes()
    assert build(read_spec(source)) == build(read_spec(source)) == built, "run `make templates`"
    assert len(built) < 200_000


def test_hunan_has_the_checks_asked_for(hunan: Template) -> None:
    rules = {check.rule for check in hunan.checks}
    assert len(rules) >= 25
    assert {"B01", "B03", "D02", "D06", "D09", "X02", "X03", "X05"} <= rules
    assert all(check.message and check.title for check in hunan.checks)


def test_the_contract_comes_back_from_the_workbook(tmp_path: Path) -> None:
    template = load(build(read_spec(write(tmp_path))))
    assert (template.id, template.version, template.title) == ("t", "1.0.0", "试")
    assert [field.name for field in template.fields if field.role is Role.INPUT] == ["甲", "乙"]
    assert template.field["乙"].required
    assert template.defaults == {"年度": 2023}
    check = template.checks[0]
    assert (check.id, check.left, check.relation, check.right) == ("A1", "N(甲)", "=", "N(乙)")
    assert check.inputs == {"甲", "乙"}


def test_every_unknown_name_and_function_is_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        build(read_spec(write(tmp_path, left="丙+XLOOKUP(丁,甲,乙)")))
    text = str(caught.value)
    assert all(part in text for part in ("checks[0] A1.left", "“丙”", "“丁”", "XLOOKUP"))


def test_a_spec_with_wrong_keys_names_their_paths(tmp_path: Path) -> None:
    broken = SHEET.replace('kind = "money" }]', 'kind = "cash", colour = "red" }]', 1)
    with pytest.raises(TemplateError) as caught:
        read_spec(write(tmp_path, sheet=broken))
    assert len(caught.value.faults) == 2
    assert all(fault.startswith("sheets[1].blocks[0]") for fault in caught.value.faults)


def test_two_fields_of_one_name_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="甲：有2个字段同名"):
        build(read_spec(write(tmp_path, sheet=SHEET.replace('key = "乙"', 'key = "甲"'))))


def test_a_template_says_what_its_own_board_looks_at(tmp_path: Path) -> None:
    source = write(tmp_path)
    silent = load(build(read_spec(source)))
    declared = source.read_text("utf-8") + '\n[summary.judged]\n"执行下限" = "A1"\n'
    source.write_text(declared, "utf-8")
    said = load(build(read_spec(source)))
    assert (silent.judged, said.judged) == (frozenset(), {"执行下限"})
    assert silent.design != said.design
    source.write_text(declared.replace('"执行下限" = "A1"', '"执行下限" = "A9"'), "utf-8")
    with pytest.raises(TemplateError, match="没有编号为“A9”的核对"):
        build(read_spec(source))
