"""Whatever happens to the bytes of a workbook, reading it ends in a decision, soon."""

from __future__ import annotations

import os
import random
import re
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import ole_files
import pytest
from drafts import FIGURES, STAMP, Draft, Raw, filled, packed, templates

from perfeval_xl.admission.texts import admitted
from perfeval_xl.reading import read
from perfeval_xl.reading.rules_of_returns import RULES as OF_READING
from perfeval_xl.workbook.rules_of_files import RULES as OF_FILES

COUNT = int(os.environ.get("PERFEVAL_MUTATIONS", "2000"))
SECONDS = 2.0

SNIPPETS = (
    b"<",
    b">",
    b"&",
    b'"',
    b"\0",
    b"\xff",
    b"<!DOCTYPE a>",
    b"<!--",
    b"]]>",
    b"/>",
    b"</row>",
    b"<row>",
    b'r="A1"',
    b"#REF!",
    b"1E999",
    b"-1",
    b"&#0;",
    b"<c/>",
    b't="s"',
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xef\xbb\xbf",
    b"xmlns",
    b"99999999999",
)

Change = Callable[[random.Random, bytearray], None]


def flip(dice: random.Random, data: bytearray) -> None:
    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def overwrite(dice: random.Random, data: bytearray) -> None:
    at = dice.randrange(len(data))
    snippet = dice.choice(SNIPPETS)
    data[at : at + len(snippet)] = snippet


def insert(dice: random.Random, data: bytearray) -> None:
    at = dice.randrange(len(data))
    data[at:at] = dice.choice(SNIPPETS)


def delete(dice: random.Random, data: bytearray) -> None:
    at = dice.randrange(len(data))
    del data[at : at + dice.randrange(1, 40)]


def double(dice: random.Random, data: bytearray) -> None:
    at = dice.randrange(len(data))
    piece = data[at : at + dice.randrange(1, 200)]
    data[at:at] = piece


def cut(dice: random.Random, data: bytearray) -> None:
    del data[dice.randrange(len(data)) :]


CHANGES: tuple[Change, ...] = (flip, overwrite, insert, delete, double, cut)


def mutant(number: int, draft: Draft) -> bytes:
    """Return the filled workbook with its archive, or one of its parts, changed in one to three places."""
    dice = random.Random(number)  # noqa: S311  # a seed, not a secret
    if number % 3 == 0:
        data = bytearray(draft.bytes())
        for _ in range(dice.randint(1, 3)):
            dice.choice(CHANGES)(dice, data)
        return bytes(data)
    parts = draft.parts()
    name = dice.choice(sorted(parts))
    part = bytearray(parts[name])
    for _ in range(dice.randint(1, 3)):
        dice.choice(CHANGES)(dice, part)
        part = part or bytearray(b" ")
    parts[name] = bytes(part)
    return packed(parts)


def decided(data: bytes) -> str:
    began = time.process_time()
    submission, findings = read(data, "x.xlsx", templates())
    assert time.process_time() - began < SECONDS
    codes = {finding.rule for finding in findings}
    assert "G99" not in codes
    assert codes <= {*OF_FILES, *OF_READING}
    if submission is None:
        assert len(findings) == 1
        return findings[0].rule
    return "read"


def test_mutants_end_in_a_decision() -> None:
    draft = filled()
    ends = Counter(decided(mutant(number, draft)) for number in range(COUNT))
    if COUNT >= 2000:
        assert set(ends) >= {"read", "G06", "G10", "G11", "G12"}


def test_mutants_of_an_xls_end_in_a_decision() -> None:
    whole = ole_files.container({"Workbook": ole_files.xls()})
    for number in range(max(10, COUNT // 100)):
        dice, data = random.Random(number), bytearray(whole)  # noqa: S311  # a seed, not a secret
        for _ in range(3):
            dice.choice(CHANGES)(dice, data)
        decided(bytes(data))


def test_mutants_of_the_directory_end_in_a_decision() -> None:
    whole = filled().bytes()
    start = whole.index(b"PK\x01\x02")
    for number in range(COUNT // 5):
        dice, data = random.Random(number), bytearray(whole)  # noqa: S311  # a seed, not a secret
        data[dice.randrange(start, len(data))] = dice.randrange(256)
        decided(bytes(data))


FIELDS = ("公车_本年决算", "办公面积", "节约措施", "预算代码", "是否公开", "公开日期", "执行率", "在职人数")
TYPES = ("n", "s", "str", "inlineStr", "b", "d", "e", "", "q", "N", "inlinEStr", "strr", " ", "bogus")
CONTENTS = (
    "321.12",
    "0",
    "1",
    "7",
    "是",
    "2024-03-15",
    "#REF!",
    "1e999",
    "-1E+400",
    "9" * 320,
    "nan",
    "_xD800_",
    "7\x85",
)
BODIES = ("<v>@</v>", "<is><t>@</t></is>", "<is><r><t>@</t></r></is>", "<f>1</f><v>@</v>", "@", "<is>@</is>",
          "<x>@</x>", "<v><b>@</b></v>", "<v>1</v><is><t>@</t></is>", "<x:v>@</x:v>", "<v/><v>@</v>")  # fmt: skip
RESPELT = (("<v", "<V"), ("v>", "V>"), ("<is>", "<iS>"), ("</is>", "</iS>"), ("<t>", "<T>"), ("</t>", "</T>"))


def mutant_cell(number: int) -> str:
    """Return a cell of some type with some content, rightly spelt or not; `@` is its place."""
    dice = random.Random(number)  # noqa: S311  # a seed, not a secret
    kind, content, body = dice.choice(TYPES), dice.choice(CONTENTS), dice.choice(BODIES)
    if dice.random() < 0.4:
        kind, body = dice.choice(
            (("n", BODIES[0]), ("str", BODIES[0]), ("inlineStr", BODIES[1]), ("inlineStr", BODIES[2]))
        )
    elif dice.random() < 0.2:
        for old, new in dice.sample(RESPELT, 2):
            body = body.replace(old, new)
    written = "" if kind == "n" and dice.random() < 0.5 else f' t="{kind}"'
    element = "C" if dice.random() < 0.05 else "c"
    return f'<{element} r="@"{written}>{body.replace("@", content)}</{element}>'


def row_of(place: object) -> str:
    return re.sub(r"[A-Z]+(?=[0-9]+$)", "", str(place))


def test_no_mutant_of_a_cell_loses_its_content_without_a_word() -> None:
    """What a cell holds is an entry, or a finding at its place; never nothing, never a number without end."""
    ends: Counter[str] = Counter()
    drafts = {name: filled({(name, 0): Raw('<c r="@" t="mutant"/>')}) for name in FIELDS}
    parts = {name: draft.parts() for name, draft in drafts.items()}
    for number in range(COUNT // 2):
        name = FIELDS[number % len(FIELDS)]
        place, figures = drafts[name].place(name), drafts[name].part(FIGURES)
        cell, xml = f'<c r="{place.partition("!")[2]}" t="mutant"/>'.encode(), mutant_cell(number)
        assert cell in parts[name][figures]
        mutated = parts[name][figures].replace(cell, xml.replace("@", place.partition("!")[2]).encode())
        submission, findings = read(packed({**parts[name], figures: mutated}), "x.xlsx", templates())
        if submission is None:
            ends[findings[0].rule] += 1
            continue
        told = {finding.rule for finding in findings if row_of(finding.place) == row_of(place)}
        value = submission.values.get((name, 0))
        assert value is not None or told, xml
        assert not isinstance(value, Decimal) or value.is_finite(), xml
        assert "Infinity" not in str(value), xml
        assert value is None or admitted(str(value)) == str(value), xml
        ends["read" if value is not None else "told"] += 1
    assert set(ends) <= {"read", "told", "G11"}
    assert COUNT < 100 or min(ends["read"], ends["told"]) > COUNT // 20


@pytest.mark.parametrize("size", [1, 4, 21, 22, 30, 46, 100, 511, 512, 600])
def test_fragments_end_in_a_decision(size: int) -> None:
    for whole in (filled().bytes(), ole_files.container({"Workbook": ole_files.xls()})):
        for fragment in (whole[:size], whole[-size:]):
            if fragment != whole:
                assert decided(fragment).startswith("G")


def test_bombs_cost_little() -> None:
    """A sheet of a hundred million spaces and a long attribute are refused or read within the limits of time."""
    parts = filled().parts()
    parts["xl/worksheets/sheet3.xml"] = parts["xl/worksheets/sheet3.xml"].replace(
        b"<sheetData>", b" " * 20_000_000 + b"<sheetData>"
    )
    assert decided(packed(parts)) == "G08"
    parts["xl/media/image1.bin"] = bytes(130 * 1024 * 1024)
    assert decided(_stored_quickly(parts)) == "G08"


def _stored_quickly(parts: dict[str, bytes]) -> bytes:
    data = packed({name: part for name, part in parts.items() if len(part) < 10**8})
    large = [name for name, part in parts.items() if len(part) >= 10**8]
    import io  # noqa: PLC0415  # only here

    buffer = io.BytesIO(data)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in large:
            archive.writestr(name, parts[name])
    return buffer.getvalue()


def test_a_sheet_without_end_marks_does_not_stall_the_pattern() -> None:
    draft = filled()
    parts = draft.parts()
    for piece in (b'<c r="A1"', b'<row r="1" a="', b"<c><c>", b'<c r="A1" s="1"/>'):
        parts[draft.part(STAMP)] = b"<worksheet><sheetData>" + piece * 200_000 + b"</sheetData></worksheet>"
        decided(packed(parts))
