"""Files on their way in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.data import Provenance
from engine.domain.intake import Intake
from engine.domain.reading import Reading
from engine.errors import NotFoundError
from engine.store.db import Row, change, dump, first, insert, load, rows


def add(
    db: Database,
    *,
    name: str,
    sha256: str,
    size_bytes: int,
    provenance: Provenance,
    newer_than: str | None,
    at: datetime,
) -> int:
    """Store a file that was brought and return its id."""
    return insert(
        db,
        "intakes",
        {
            "name": name,
            "sha256": sha256,
            "size_bytes": size_bytes,
            "provenance": dump(provenance.as_dict()),
            "newer_than": newer_than,
            "created_at": to_text(at),
        },
    )


def get(db: Database, intake_id: int) -> Intake:
    """Fetch one. Raises ``NotFoundError`` if there is none."""
    row = first(db, "SELECT * FROM intakes WHERE id = ?", [intake_id])
    if row is None:
        raise NotFoundError("file on its way in", str(intake_id), hint="Bring the file again.")
    return _intake(row)


def waiting(db: Database, limit: int = 20) -> list[Intake]:
    """Fetch the files that became no project yet, newest first."""
    found = rows(db, "SELECT * FROM intakes WHERE project IS NULL ORDER BY id DESC LIMIT ?", [limit])
    return [_intake(row) for row in found]


def set_run(db: Database, intake_id: int, run_id: int, *, reading: Reading | None, target: str) -> None:
    """Name the run that looks at it now, and how it is asked to."""
    change(
        db,
        "UPDATE intakes SET run_id = ?, reading = ?, target = ? WHERE id = ?",
        (run_id, dump(reading.as_dict()) if reading else "{}", target, intake_id),
    )


def set_found(db: Database, intake_id: int, reading: Reading, found: Mapping[str, Any]) -> None:
    """Store how it was read and what was found."""
    change(
        db,
        "UPDATE intakes SET reading = ?, found = ? WHERE id = ?",
        (dump(reading.as_dict()), dump(dict(found)), intake_id),
    )


def set_file(db: Database, intake_id: int, *, sha256: str, size_bytes: int, name: str, provenance: Provenance) -> None:
    """Name the bytes of a file that was fetched from elsewhere."""
    change(
        db,
        "UPDATE intakes SET sha256 = ?, size_bytes = ?, name = ?, provenance = ? WHERE id = ?",
        (sha256, size_bytes, name, dump(provenance.as_dict()), intake_id),
    )


def set_origin(db: Database, intake_id: int, provenance: Provenance, newer_than: str | None) -> None:
    """Replace what is known of the origin."""
    change(
        db,
        "UPDATE intakes SET provenance = ?, newer_than = ? WHERE id = ?",
        (dump(provenance.as_dict()), newer_than, intake_id),
    )


def set_project(db: Database, intake_id: int, slug: str) -> None:
    """Say which project was started with it."""
    change(db, "UPDATE intakes SET project = ? WHERE id = ?", (slug, intake_id))


def remove(db: Database, intake_id: int) -> None:
    """Forget a file that became no project."""
    change(db, "DELETE FROM intakes WHERE id = ? AND project IS NULL", (intake_id,))


def count_of(db: Database, sha256: str) -> int:
    """Count the rows that name the same bytes."""
    row = first(db, "SELECT count(*) AS n FROM intakes WHERE sha256 = ?", [sha256])
    return int(row["n"]) if row else 0


def _intake(row: Row) -> Intake:
    reading = load(row["reading"])
    return Intake(
        id=row["id"],
        name=row["name"],
        sha256=row["sha256"],
        size_bytes=row["size_bytes"],
        provenance=Provenance.from_dict(load(row["provenance"])),
        reading=Reading.from_dict(reading) if reading else None,
        target=row["target"],
        found=load(row["found"]),
        run_id=row["run_id"],
        newer_than=row["newer_than"],
        project=row["project"],
        created_at=from_text(row["created_at"]),
    )
