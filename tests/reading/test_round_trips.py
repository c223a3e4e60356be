"""What was written comes back, whatever program saved the workbook since."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from drafts import FIGURES, PROJECTS, SAMPLE, Content, Error, filled, sample_values, template, templates
from found import listed, places
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perfeval_xl.reading import read
from perfeval_xl.records.finding import Finding
from perfeval_xl.records.submission import Submission

Key = tuple[str, int]

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co", "Cf")), min_size=1, max_size=40
).filter(lambda text: text == text.strip() and "_x" not in text)
MONEY = st.decimals(min_value=0, max_value=10**9, places=4)
VALUES: dict[str, st.SearchStrategy[object]] = {
    "公车_本年决算": MONEY,
    "项目_金额": MONEY,
    "在职人数": st.integers(0, 10**6),
    "执行率": st.decimals(min_value=0, max_value=2, places=4),
    "公开日期": st.dates(date(1950, 1, 1), date(2099, 12, 31)),
    "节约措施": TEXTS,
    "项目_名称": TEXTS,
    "项目_性质": st.sampled_from(["新增", "延续"]),
}
KEYS: list[Key] = [(name, 3 if name.startswith("项目") else 0) for name in VALUES]


@st.composite
def fills(draw: st.DrawFn) -> dict[Key, object]:
    chosen = draw(st.lists(st.sampled_from(KEYS), unique=True))
    return {key: draw(VALUES[key[0]]) for key in chosen}


def expected(fill: dict[Key, object]) -> dict[Key, object]:
    return {**sample_values(), **{key: _value(value) for key, value in fill.items()}}


def _value(value: object) -> object:
    return Decimal(value) if isinstance(value, int) else value


def written(fill: dict[Key, object]) -> bytes:
    return filled(fill).bytes()  # type: ignore[arg-type]  # every strategy draws a cell's content


def resaved(data: bytes) -> bytes:
    buffer = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(buffer)
    return buffer.getvalue()


def checked(data: bytes) -> tuple[Submission, tuple[Finding, ...]]:
    submission, findings = read(data, "单位.xlsx", templates())
    assert submission is not None, findings
    typed = [entry for entry in submission.entries if template().field[entry.name].role.typed]
    assert submission.filled == len(typed) + listed(findings)
    return submission, findings


@given(fills())
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_through_xlsx(fill: dict[Key, object]) -> None:
    submission, findings = checked(written(fill))
    assert submission.values == expected(fill)
    assert not findings


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@given(fills())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_through_openpyxl(fill: dict[Key, object]) -> None:
    submission, findings = checked(resaved(written(fill)))
    assert submission.values == expected(fill)
    assert places(findings) == [("R04", "")]


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_openpyxl_reads_the_same_figures() -> None:
    data = filled().bytes()
    submission, _ = checked(data)
    book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    for entry in submission.entries:
        theirs = book[entry.address.sheet][entry.address.cell].value
        if isinstance(entry.value, Decimal):
            assert float(entry.value) == theirs
        elif isinstance(entry.value, date):
            assert theirs.date() == entry.value
        else:
            assert str(theirs) == entry.value


# --- LibreOffice ----------------------------------------------------------------------------------------------

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed"),
]
ODD: dict[Key, Content] = {
    ("节约措施", 0): "=1+1 不是公式\n第二行  两个空格",
    ("项目_名称", 3): "  “引号” <&> '单引号'",
    ("项目_金额", 3): 0.1,
    ("公车_本年预算", 0): 123456789.0123,
    ("办公面积", 0): "不适用",
    ("项目_名称", 12): "最后一行",
}
FORMATS = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8", "xls": "xls:MS Excel 97"}


ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    """Return each workbook saved by LibreOffice in each format."""
    folder = tmp_path_factory.mktemp("office")
    sources = {
        "sample": filled(),
        "odd": filled(ODD),
        "error": filled({("公车_本年决算", 0): Error("#N/A")}),
        "moved": filled().shift(FIGURES, 0, 7, 1).rename(PROJECTS, "项目"),
    }
    for name, draft in sources.items():
        (folder / f"{name}.xlsx").write_bytes(draft.bytes())
    settings_file = folder / "profile" / "user" / "registrymodifications.xcu"
    settings_file.parent.mkdir(parents=True)
    settings_file.write_text(ALWAYS_RECALCULATE, "utf-8")
    for suffix, target in FORMATS.items():
        command = [str(OFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        command += ["--convert-to", target, "--outdir", str(folder / suffix)]
        subprocess.run(
            [*command, *(str(folder / f"{name}.xlsx") for name in sources)],
            check=True,
            capture_output=True,
            timeout=120,
        )
    return {
        (name, suffix): (folder / suffix / f"{name}.{suffix}").read_bytes()
        for name in sources
        for suffix in FORMATS
    }


def old_format(suffix: str) -> list[tuple[str, str]]:
    return [] if suffix == "xlsx" else [("R08", "")]


@pytest.mark.parametrize("suffix", FORMATS)
class TestThroughLibreOffice:
    pytestmark = needs_office

    def test_the_sample(self, converted: dict[tuple[str, str], bytes], suffix: str) -> None:
        submission, findings = checked(converted["sample", suffix])
        assert submission.values == sample_values()
        assert places(findings) == old_format(suffix)

    def test_odd_values(self, converted: dict[tuple[str, str], bytes], suffix: str) -> None:
        submission, findings = checked(converted["odd", suffix])
        changes = {
            key: Decimal(str(value)) if isinstance(value, float) else str(value).strip()
            for key, value in ODD.items()
        }
        assert submission.values == {**sample_values(), **changes}
        assert places(findings) == old_format(suffix)

    def test_an_error_is_called_so(self, converted: dict[tuple[str, str], bytes], suffix: str) -> None:
        submission, findings = checked(converted["error", suffix])
        assert places(findings) == sorted([("R43", f"{FIGURES}!E6"), *old_format(suffix)])
        assert ("公车_本年决算", 0) in submission.unreadable

    def test_moved_cells(self, converted: dict[tuple[str, str], bytes], suffix: str) -> None:
        submission, findings = checked(converted["moved", suffix])
        assert submission.values == sample_values()
        assert places(findings) == sorted([("R10", "项目!A1"), ("R16", f"{FIGURES}!A7"), *old_format(suffix)])

    def test_computed_cells_have_values(self, converted: dict[tuple[str, str], bytes], suffix: str) -> None:
        submission, _ = checked(converted["sample", suffix])
        stored = {(entry.name, entry.row): entry.value for entry in submission.stored}
        assert float(str(stored["三公_本年决算", 0])) == pytest.approx(322.125)


def test_the_sample_covers_every_kind() -> None:
    kinds = {template().field[name].kind.id for name, _ in SAMPLE}
    assert kinds >= {"money", "count", "rate", "date", "choice", "text", "longtext", "code"}


def test_paths_are_not_needed(tmp_path: Path) -> None:
    """Reading is a function of bytes: nothing is written anywhere."""
    read(filled().bytes(), "x", templates())
    assert not list(tmp_path.iterdir())
