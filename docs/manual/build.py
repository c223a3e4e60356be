"""Build the manual: dist/手册 (pages that open from a folder) and dist/手册.pdf (one file to print)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE, PDF = ROOT / "dist" / "手册", ROOT / "dist" / "手册.pdf"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge", "msedge", "chrome")
_NO_BROWSER = "only the pages were built: no browser that prints (chromium, google-chrome, microsoft-edge)\n"


def main() -> int:
    """Build both; without a browser only the pages, and say so."""
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"], cwd=ROOT, check=True)
    sys.stdout.write(f"{SITE / 'index.html'}\n")
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if not browser:
        sys.stderr.write(_NO_BROWSER)
        return 1
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
    page = (SITE / "print.html").as_uri()
    subprocess.run([browser, *options, f"--print-to-pdf={PDF}", page], check=True, capture_output=True)  # noqa: S603
    sys.stdout.write(f"{PDF}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
