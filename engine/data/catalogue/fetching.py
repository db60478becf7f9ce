"""One way to everything that can be brought in: what there is, searching it, fetching it as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from engine.data.catalogue import bundled, hubs, rdatasets, url
from engine.data.catalogue.entry import Entry, Limits
from engine.data.catalogue.hubs import HUBS
from engine.data.catalogue.packaged import tidy
from engine.domain.clock import Clock, utc_now
from engine.domain.data import Provenance
from engine.domain.task import Task
from engine.errors import InputError, StorageError
from engine.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Source:
    """Somewhere that data can be brought from."""

    id: str
    title: str
    offline: bool
    """Whether all of it is installed, so that it can be searched and needs no network."""
    example: str
    """What to write as the identifier."""


@dataclass(frozen=True, kw_only=True)
class Servers:
    """Other servers than the hubs' own, such as those of tests on this computer."""

    endpoints: Mapping[str, str]
    """Hub to address."""
    allow_local: bool = False
    """Whether an address of this computer may be downloaded from."""


_OWN = Servers(endpoints={})
_LOADERS: Mapping[str, Callable[..., tuple[pd.DataFrame, Provenance]]] = {
    rdatasets.PACKAGE: rdatasets.load,
    bundled.SOURCE: bundled.load,
}


def sources() -> tuple[Source, ...]:
    """List where data can be brought from, those without a network first."""
    return (
        Source(id="rdatasets", title="R's data sets (2,293 tables)", offline=True, example="an id such as AER/Affairs"),
        Source(
            id="scikit-learn",
            title="scikit-learn",
            offline=False,
            example=f"{', '.join(bundled.NAMES)}; with a network {HUBS['scikit-learn'].example}",
        ),
        *(
            Source(id=hub.id, title=hub.title.removeprefix("the "), offline=False, example=hub.example)
            for hub in HUBS.values()
            if hub.id != bundled.SOURCE
        ),
        Source(id="url", title="An address", offline=False, example="https://… of the file itself"),
    )


def search(
    words: str = "",
    *,
    rows: Limits = (None, None),
    columns: Limits = (None, None),
    task: Task | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Search the catalogues that need no network: scikit-learn's own sets first, then the package of R's data sets.

    The parameters are those of :func:`engine.data.catalogue.rdatasets.search`.
    """
    asked = words.lower().split()
    found = [
        entry
        for entry in bundled.entries()
        if rdatasets.within(entry.rows, rows)
        and rdatasets.within(entry.columns, columns)
        and (task is None or task in entry.tasks)
        and all(word in f"{entry.id} {entry.title}".lower() for word in asked)
    ]
    return [*found, *rdatasets.search(words, rows=rows, columns=columns, task=task, limit=limit)][: max(limit, 0)]


def fetch(
    source: str,
    identifier: str,
    folder: Path,
    settings: Settings,
    *,
    clock: Clock = utc_now,
    servers: Servers = _OWN,
) -> tuple[Path, Provenance]:
    """Bring one data set into a folder, as a file that ``read_table`` reads.

    Parameters
    ----------
    source : str
        An id of :func:`sources`.
    identifier : str
        As the source writes it; for ``url`` the address.
    folder : Path
        Made if it does not exist. Caches of the clients stay inside it and are removed.
    settings : Settings
        Holds the limit of bytes.
    clock : callable
        Says when it was retrieved.
    servers : Servers

    Returns
    -------
    tuple of (Path, Provenance)
        A Parquet file for tables, the original file from an address or from Kaggle. The hash is that of the original
        bytes, or of the Parquet file where a client library gave a table and no bytes.

    Raises
    ------
    NotFoundError
        If the source has no such data set.
    InputError
        If it cannot be brought: no network, missing credentials, too large, no table.
    StorageError
        If the folder cannot be written.
    """
    identifier = identifier.strip()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if source == "url":
            return url.download(identifier, folder, settings, clock=clock, allow_local=servers.allow_local)
        if source in _LOADERS and not (source == bundled.SOURCE and identifier not in bundled.NAMES):
            return _from_package(source, identifier, folder, clock)
        if source in HUBS:
            return _from_hub(source, identifier, folder, settings, clock, servers)
    except OSError as error:
        raise StorageError(
            f"The folder {folder} cannot be written: {error.strerror or error}.", hint="Free some space there."
        ) from None
    known = ", ".join(one.id for one in sources())
    raise InputError(f"There is no source {source!r}.", hint=f"Choose one of: {known}.")


def _from_package(source: str, identifier: str, folder: Path, clock: Clock) -> tuple[Path, Provenance]:
    frame, provenance = _LOADERS[source](identifier, clock=clock)
    path = folder / f"{identifier.rpartition('/')[2]}.parquet"
    tidy(frame).to_parquet(path)
    return path, provenance


def _from_hub(
    source: str, identifier: str, folder: Path, settings: Settings, clock: Clock, servers: Servers
) -> tuple[Path, Provenance]:
    brought = hubs.bring(source, identifier, folder, settings, endpoint=servers.endpoints.get(source, ""))
    with brought.path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    name = identifier if brought.path.name == "table.parquet" else brought.path.name
    provenance = Provenance(source=brought.title, licence=brought.licence, original_name=name, original_sha256=sha256)
    return brought.path, replace(provenance, retrieved_at=clock())
