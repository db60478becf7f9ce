"""Data sets."""

from __future__ import annotations

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.data import Column, Dataset, Provenance
from engine.errors import NotFoundError
from engine.store.db import Row, change, dump, first, load, rows


def add(db: Database, dataset: Dataset) -> None:
    """Store a data set; the same bytes brought again keep their first row."""
    change(
        db,
        "INSERT INTO datasets VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
        (
            dataset.sha256,
            dataset.name,
            dataset.rows,
            dataset.size_bytes,
            dump([column.as_dict() for column in dataset.columns]),
            dump(dataset.provenance.as_dict()),
            to_text(dataset.created_at),
        ),
    )


def get(db: Database, sha256: str) -> Dataset:
    """Fetch a data set. Raises ``NotFoundError`` if there is none."""
    row = first(db, "SELECT * FROM datasets WHERE sha256 = ?", [sha256])
    if row is None:
        raise NotFoundError("data set", sha256[:12], hint="See 'proofolio project list'.")
    return _dataset(row)


def origins(db: Database) -> dict[str, Provenance]:
    """Fetch where all data sets came from, by hash."""
    found = rows(db, "SELECT sha256, provenance FROM datasets")
    return {row["sha256"]: Provenance.from_dict(load(row["provenance"])) for row in found}


def set_provenance(db: Database, sha256: str, provenance: Provenance) -> None:
    """Replace what is known of the origin."""
    change(db, "UPDATE datasets SET provenance = ? WHERE sha256 = ?", (dump(provenance.as_dict()), sha256))


def _dataset(row: Row) -> Dataset:
    return Dataset(
        sha256=row["sha256"],
        name=row["name"],
        rows=row["rows"],
        size_bytes=row["size_bytes"],
        columns=tuple(Column.from_dict(raw) for raw in load(row["columns"])),
        provenance=Provenance.from_dict(load(row["provenance"])),
        created_at=from_text(row["created_at"]),
    )
