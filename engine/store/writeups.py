"""Write-ups, publications, the author's profile and the skill marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.fact import Fact
from engine.domain.writeup import Credit, Extras, Profile, Publication, ValueEstimate, WriteUp
from engine.store.db import Row, change, dump, first, insert, load, rows, writing


def save(db: Database, project: str, sections: Mapping[str, str], facts: Mapping[str, Fact], at: datetime) -> int:
    """Store a write-up as the next version and return its number."""
    with writing(db):
        last = first(db, "SELECT max(version) AS n FROM writeups WHERE project = ?", [project])
        version = int((last and last["n"]) or 0) + 1
        insert(
            db,
            "writeups",
            {
                "project": project,
                "version": version,
                "sections": dump(dict(sections)),
                "facts": dump({key: fact.as_dict() for key, fact in facts.items()}),
                "created_at": to_text(at),
            },
        )
        return version


def versions(db: Database, project: str) -> list[WriteUp]:
    """Fetch all versions, newest first."""
    found = rows(db, "SELECT * FROM writeups WHERE project = ? ORDER BY version DESC", [project])
    return [_writeup(row) for row in found]


def latest_of_all(db: Database) -> dict[str, WriteUp]:
    """Fetch the newest version of every write-up, by short name of the project."""
    newest = "SELECT project, max(version) FROM writeups GROUP BY project"
    found = rows(db, f"SELECT * FROM writeups WHERE (project, version) IN ({newest})")
    return {row["project"]: _writeup(row) for row in found}


def _writeup(row: Row) -> WriteUp:
    return WriteUp(
        project=row["project"],
        version=row["version"],
        sections=load(row["sections"]),
        facts={key: Fact.from_dict(raw) for key, raw in load(row["facts"]).items()},
        created_at=from_text(row["created_at"]),
    )


def latest(db: Database, project: str) -> WriteUp | None:
    """Fetch the newest version, or nothing."""
    return next(iter(versions(db, project)), None)


def extras(db: Database, project: str) -> Extras:
    """Fetch the value estimate and the credits; empty until they are filled in."""
    row = first(db, "SELECT payload FROM extras WHERE project = ?", [project])
    if row is None:
        return Extras()
    raw = load(row["payload"])
    value = raw["value"]
    return Extras(
        value=ValueEstimate(**{**value, "assumptions": tuple(value["assumptions"])}),
        credits=tuple(Credit(**one) for one in raw["credits"]),
    )


def save_extras(db: Database, project: str, found: Extras, at: datetime) -> None:
    """Store the value estimate and the credits of a project."""
    change(
        db,
        "INSERT INTO extras VALUES (?, ?, ?) ON CONFLICT (project) DO UPDATE SET payload = excluded.payload, "
        "updated_at = excluded.updated_at",
        [project, dump(asdict(found)), to_text(at)],
    )


def add_publication(
    db: Database,
    *,
    run_id: int,
    projects: Sequence[str],
    folder: str,
    evidence_sha256: str,
    fingerprint: str,
    at: datetime,
) -> int:
    """Record an export and return its id."""
    return insert(
        db,
        "publications",
        {
            "run_id": run_id,
            "projects": dump(list(projects)),
            "folder": folder,
            "evidence_sha256": evidence_sha256,
            "fingerprint": fingerprint,
            "created_at": to_text(at),
        },
    )


def publications(db: Database) -> list[Publication]:
    """Fetch all exports, newest first."""
    return [
        Publication(**{**row, "projects": tuple(load(row["projects"])), "created_at": from_text(row["created_at"])})
        for row in rows(db, "SELECT * FROM publications ORDER BY id DESC")
    ]


def profile(db: Database) -> Profile:
    """Fetch the author's profile; empty until it is filled in."""
    row = first(db, "SELECT payload FROM profile WHERE id = 1")
    if row is None:
        return Profile()
    raw = load(row["payload"])
    return Profile(**{**raw, "links": tuple(raw.get("links", ()))})


def save_profile(db: Database, profile: Profile, at: datetime) -> None:
    """Store the author's profile."""
    change(
        db,
        "INSERT INTO profile VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, "
        "updated_at = excluded.updated_at",
        [dump(asdict(profile)), to_text(at)],
    )


def mark_skill(db: Database, skill: str, level: int, trust: str, evidence: Mapping[str, Any], at: datetime) -> None:
    """Record when a level of a skill was first proved, and by what; a mark that stands is kept."""
    change(
        db,
        "INSERT INTO skill_marks VALUES (?, ?, ?, ?, ?) ON CONFLICT (skill, level) DO NOTHING",
        [skill, level, trust, dump(dict(evidence)), to_text(at)],
    )


def skill_marks(db: Database) -> list[dict[str, Any]]:
    """Fetch all skill marks, oldest first."""
    found = rows(db, "SELECT * FROM skill_marks ORDER BY reached_at, skill, level")
    return [{**row, "evidence": load(row["evidence"]), "reached_at": from_text(row["reached_at"])} for row in found]
