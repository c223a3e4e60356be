"""Make the manual's pictures from the files that the example year really leaves: `make pictures`.

LibreOffice prints each file, `pdftoppm` draws the page that holds the words; what is white around it is cut away.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

from perfeval_xl.demo.play import rehearse

IMAGES = Path(__file__).parents[1] / "images"
_DPI, _WIDEST, _COLOURS, _BORDER = 130, 1200, 64, 12
_ON_SCREEN = re.compile(rb'<definedName name="_xlnm.Print_Area"[^>]*>[^<]*!\$A\$1</definedName>')
"""The print area of a sheet that is not for paper."""
_PROFILE = "-env:UserInstallation={}"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: the first page that holds all the `words` of the example's file that fits `pattern`.

    `share` is how much of the page's drawn height is shown, from above.
    """

    name: str
    pattern: str
    words: tuple[str, ...]
    share: float = 1.0


PICTURES = (
    Picture("cover", "发放/306001 *.xlsx", ("部门整体支出绩效自评", "南岳区财政局制")),
    Picture("spending", "退回/306001 *.xlsx", ("部门支出情况表", "321.12"), 0.64),
    Picture("board", "退回/411001 *.xlsx", ("核对表", "共"), 0.6),
    Picture("opinions", "退回/306001 *.xlsx", ("核对意见", "本表由财政部门填写"), 0.7),
    Picture("notice", "退回/306001 * 退回通知.docx", ("退回", "材料的通知")),
    Picture("status", "汇总/报送情况.xlsx", ("报送情况表", "截至"), 0.6),
    Picture("report", "汇总/*汇总.xlsx", ("汇总报告", "总体情况")),
    Picture("overview", "汇总/*汇总.xlsx", ("总览", "全年预算（万元）")),
)


class MissingError(Exception):
    """A program or a page is not there; the message says which."""


def source(picture: Picture, year: Path) -> Path:
    """Return the one file of the example year that a picture shows."""
    found = sorted(year.glob(picture.pattern))
    if len(found) != 1:
        raise MissingError(f"{picture.name}: {len(found)} files fit {picture.pattern}")
    return found[0]


def main() -> int:
    """Make all pictures, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*(picture.name for picture in PICTURES), []])
    wanted = parser.parse_args().names or [picture.name for picture in PICTURES]
    try:
        with tempfile.TemporaryDirectory() as scratch:
            _make([picture for picture in PICTURES if picture.name in wanted], Path(scratch))
    except MissingError as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    return 0


def _make(pictures: list[Picture], scratch: Path) -> None:
    rehearse(scratch / "示例", lambda _: None)
    printed: dict[Path, Path] = {}
    IMAGES.mkdir(exist_ok=True)
    for picture in pictures:
        file = source(picture, scratch / "示例")
        if file not in printed:
            printed[file] = _print(file, scratch)
        page = _page(printed[file], picture)
        _save(_drawn(printed[file], page, scratch), picture)
        sys.stdout.write(f"{picture.name}.png: page {page} of {file.name}\n")


def _print(file: Path, scratch: Path) -> Path:
    folder = Path(tempfile.mkdtemp(dir=scratch))
    shown = folder / file.name
    shown.write_bytes(_all_printed(file.read_bytes()) if file.suffix == ".xlsx" else file.read_bytes())
    profile = _PROFILE.format((scratch / "profile").as_uri())
    _run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(shown))
    return folder / f"{file.stem}.pdf"


def _all_printed(package: bytes) -> bytes:
    """Return a workbook that prints the sheets, too, which are for the screen alone."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(target, "w") as copy:
        for info in source.infolist():
            part = source.read(info)
            copy.writestr(info, _ON_SCREEN.sub(b"", part) if info.filename == "xl/workbook.xml" else part)
    return target.getvalue()


def _page(pdf: Path, picture: Picture) -> int:
    pages = _run("pdftotext", str(pdf), "-").decode().split("\f")
    for number, text in enumerate(pages, 1):
        if all(word in text for word in picture.words):
            return number
    raise MissingError(f"{picture.name}: no page of {pdf.name} holds {picture.words}")


def _drawn(pdf: Path, page: int, scratch: Path) -> Image.Image:
    target = scratch / "page"
    _run("pdftoppm", "-png", "-r", str(_DPI), "-f", str(page), "-singlefile", str(pdf), str(target))
    with Image.open(target.with_suffix(".png")) as drawn:
        return drawn.convert("RGB")


def _save(page: Image.Image, picture: Picture) -> None:
    """Cut what is white around a page, and keep it small: few colours, no wider than a screen needs."""
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    left, top, right, bottom = box or (0, 0, *page.size)
    bottom = top + round((bottom - top) * picture.share)
    wide = (max(left - _BORDER, 0), max(top - _BORDER, 0), min(right + _BORDER, page.width), bottom + _BORDER)
    shown = page.crop(wide)
    shown.thumbnail((_WIDEST, _WIDEST * 2), Image.Resampling.LANCZOS)
    few = shown.quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(IMAGES / f"{picture.name}.png", optimize=True)


def _run(program: str, *arguments: str) -> bytes:
    found = shutil.which(program)
    if not found:
        raise MissingError(f"{program} is not installed; `sh .ci/libreoffice` gets it where it may")
    return subprocess.run([found, *arguments], check=True, capture_output=True).stdout  # noqa: S603


if __name__ == "__main__":
    raise SystemExit(main())
