"""What is too dear to make for each module, made once for a whole run, whichever of its processes asks first."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from perfeval_xl.api.year import open_campaign
from perfeval_xl.demo.play import Rehearsed, rehearse


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that all processes of this run share, filled by the first that asks; not to be changed."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"once {name}"
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if not folder.exists():
            unfinished = folder.with_name(f"{folder.name} (unfinished)")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder


def example_year(factory: pytest.TempPathFactory) -> Rehearsed:
    """Return the example county's first year, as `demo` leaves it, in a copy that belongs to who asks."""
    shared = made_once(factory, "example", _rehearse)
    told, origin = pickle.loads((shared / "told").read_bytes())  # noqa: S301  # this run wrote it
    folder = factory.mktemp("example") / "示例"
    shutil.copytree(shared / "示例", folder)
    paths = {
        name: folder / path.relative_to(origin)
        for name, path in (("summary", told.summary), ("notes", told.notes))
    }
    returned = tuple(folder / path.relative_to(origin) for path in told.returned)
    return replace(told, campaign=open_campaign(folder), returned=returned, **paths)


def _rehearse(folder: Path) -> None:
    done = rehearse(folder / "示例", lambda _: None)
    (folder / "told").write_bytes(pickle.dumps((replace(done, campaign=None), done.campaign.folder)))
