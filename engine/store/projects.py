"""Projects with their briefs, splits, findings and decisions."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.clock import from_text, to_text
from engine.domain.data import Finding, Problem, Split, SplitSpec
from engine.domain.project import Brief, BriefVersion, Decision, Project, ProjectStatus
from engine.domain.reading import Reading
from engine.errors import InputError, NotFoundError
from engine.store.db import Row, change, dump, first, insert, load, rows, writing


def add(db: Database, project: Project) -> None:
    """Store a new project. Raises ``InputError`` if its short name is taken."""
    try:
        insert(
            db,
            "projects",
            {
                "slug": project.slug,
                "title": project.title,
                "status": str(project.status),
                "template": project.template,
                "domain": project.domain,
                "dataset_sha256": project.dataset_sha256,
                "problem": dump(project.problem.as_dict()),
                "split": dump(project.split.as_dict()),
                "promoted": project.promoted,
                "created_at": to_text(project.created_at),
                "closed_at": to_text(project.closed_at) if project.closed_at else None,
                "reading": dump(project.reading.as_dict()) if project.reading else "{}",
                "newer_than": project.newer_than,
                "changes": dump(dict(project.changes)),
            },
        )
    except sqlite3.IntegrityError as error:
        if "UNIQUE" not in str(error):
            raise
        raise InputError(
            f"There is already a project {project.slug!r}.", hint="Choose another short name, or open that project."
        ) from error


def exists(db: Database, slug: str) -> bool:
    """Whether a project of that name is stored."""
    return first(db, "SELECT 1 FROM projects WHERE slug = ?", [slug]) is not None


def get(db: Database, slug: str) -> Project:
    """Fetch a project. Raises ``NotFoundError`` if there is none."""
    row = first(db, "SELECT * FROM projects WHERE slug = ?", [slug])
    if row is None:
        raise NotFoundError("project", slug, hint="See 'proofolio project list', or start one in the gallery.")
    return _project(row)


def all_of(db: Database) -> list[Project]:
    """Fetch all projects, newest first."""
    return [_project(row) for row in rows(db, "SELECT * FROM projects ORDER BY created_at DESC, rowid DESC")]


def set_problem(db: Database, slug: str, problem: Problem) -> None:
    """Replace target, task, metric and columns."""
    change(db, "UPDATE projects SET problem = ? WHERE slug = ?", (dump(problem.as_dict()), slug))


def promote(db: Database, slug: str, trial_id: int | None) -> None:
    """Set the promoted trial."""
    change(db, "UPDATE projects SET promoted = ? WHERE slug = ?", (trial_id, slug))


def close(db: Database, slug: str, status: ProjectStatus, at: datetime | None) -> None:
    """Close a project, or open it again (``OPEN`` and ``None``)."""
    change(
        db,
        "UPDATE projects SET status = ?, closed_at = ? WHERE slug = ?",
        (str(status), to_text(at) if at else None, slug),
    )


def save_brief(db: Database, slug: str, brief: Brief, at: datetime) -> int:
    """Store a brief as the next version and return its number; an unchanged one stores nothing."""
    with writing(db):
        last = latest_brief(db, slug)
        if last is not None and last.brief == brief:
            return last.version
        version = last.version + 1 if last else 1
        insert(
            db,
            "briefs",
            {"project": slug, "version": version, "payload": dump(brief.as_dict()), "created_at": to_text(at)},
        )
        return version


def latest_brief(db: Database, slug: str) -> BriefVersion | None:
    """Fetch the brief that counts now."""
    return next(iter(briefs(db, slug)), None)


def briefs(db: Database, slug: str) -> list[BriefVersion]:
    """Fetch all versions of the brief, newest first."""
    return [_brief(row) for row in rows(db, "SELECT * FROM briefs WHERE project = ? ORDER BY version DESC", [slug])]


def all_briefs(db: Database) -> dict[str, list[BriefVersion]]:
    """Fetch all versions of all briefs, oldest first, by short name of the project."""
    found: dict[str, list[BriefVersion]] = {}
    for row in rows(db, "SELECT * FROM briefs ORDER BY project, version"):
        found.setdefault(row["project"], []).append(_brief(row))
    return found


def set_split(db: Database, slug: str, split: Split) -> None:
    """Store the split of a project; there is one, made before anything is looked at."""
    insert(
        db,
        "splits",
        {
            "project": slug,
            "spec": dump(split.spec.as_dict()),
            "dataset_sha256": split.dataset_sha256,
            "train_sha256": split.train_sha256,
            "train_rows": split.train_rows,
            "holdout_sha256": split.holdout_sha256,
            "holdout_rows": split.holdout_rows,
            "rows_sha256": split.rows_sha256,
            "created_at": to_text(split.created_at),
        },
    )


def get_split(db: Database, slug: str) -> Split:
    """Fetch the split of a project. Raises ``NotFoundError`` if there is none."""
    row = first(db, "SELECT * FROM splits WHERE project = ?", [slug])
    if row is None:
        raise NotFoundError("split of project", slug, hint="Start the project anew.")
    return _split(row)


def all_splits(db: Database) -> dict[str, Split]:
    """Fetch the splits of all projects, by short name."""
    return {row["project"]: _split(row) for row in rows(db, "SELECT * FROM splits")}


def set_profile(db: Database, slug: str, findings: Sequence[Finding], profile: Mapping[str, Any], at: datetime) -> None:
    """Store what the checks found in the training part, and its profile."""
    change(
        db,
        """INSERT INTO profiles VALUES (?, ?, ?, ?) ON CONFLICT (project) DO UPDATE SET
           findings = excluded.findings, profile = excluded.profile, created_at = excluded.created_at""",
        (slug, dump([finding.as_dict() for finding in findings]), dump(dict(profile)), to_text(at)),
    )


def get_findings(db: Database, slug: str) -> list[Finding]:
    """Fetch the findings of a project."""
    row = first(db, "SELECT findings FROM profiles WHERE project = ?", [slug])
    return [Finding.from_dict(raw) for raw in load(row["findings"])] if row else []


def all_findings(db: Database) -> dict[str, list[Finding]]:
    """Fetch the findings of all projects, by short name."""
    found = rows(db, "SELECT project, findings FROM profiles")
    return {row["project"]: [Finding.from_dict(raw) for raw in load(row["findings"])] for row in found}


def get_profile(db: Database, slug: str) -> dict[str, Any]:
    """Fetch the profile of a project's training part; empty if there is none."""
    row = first(db, "SELECT profile FROM profiles WHERE project = ?", [slug])
    return dict(load(row["profile"])) if row else {}


def decide(
    db: Database, slug: str, step: str, choice: str, reason: str, at: datetime, run_id: int | None = None
) -> int:
    """Record a decision and return its id."""
    return insert(
        db,
        "decisions",
        {
            "project": slug,
            "step": step,
            "choice": choice,
            "reason": reason,
            "run_id": run_id,
            "created_at": to_text(at),
        },
    )


def decisions(db: Database, slug: str) -> list[Decision]:
    """Fetch the decisions of a project, oldest first."""
    return [_decision(row) for row in rows(db, "SELECT * FROM decisions WHERE project = ? ORDER BY id", [slug])]


def all_decisions(db: Database) -> list[Decision]:
    """Fetch the decisions of all projects, oldest first."""
    return [_decision(row) for row in rows(db, "SELECT * FROM decisions ORDER BY id")]


def get_decision(db: Database, slug: str, decision_id: int) -> Decision:
    """Fetch one decision of a project. Raises ``NotFoundError`` if there is none of that number."""
    row = first(db, "SELECT * FROM decisions WHERE project = ? AND id = ?", [slug, decision_id])
    if row is None:
        raise NotFoundError("decision", str(decision_id), hint=f"See 'proofolio log {slug}'.")
    return _decision(row)


def set_reason(db: Database, decision_id: int, reason: str, at: datetime) -> bool:
    """Add the reason of a decision that has none yet; returns whether it was still without one."""
    return bool(
        change(
            db,
            "UPDATE decisions SET reason = ?, reasoned_at = ?, skipped = 0 WHERE id = ? AND reason = ''",
            (reason, to_text(at), decision_id),
        )
    )


def skip_reason(db: Database, decision_id: int) -> None:
    """Remember that the person went on without a reason, so that they are not asked again."""
    change(db, "UPDATE decisions SET skipped = 1 WHERE id = ? AND reason = ''", (decision_id,))


def _decision(row: Row) -> Decision:
    return Decision(
        **{
            **row,
            "created_at": from_text(row["created_at"]),
            "reasoned_at": from_text(row["reasoned_at"]) if row["reasoned_at"] else None,
            "skipped": bool(row["skipped"]),
        }
    )


def _project(row: Row) -> Project:
    return Project(
        slug=row["slug"],
        title=row["title"],
        status=ProjectStatus(row["status"]),
        template=row["template"],
        domain=row["domain"],
        dataset_sha256=row["dataset_sha256"],
        problem=Problem.from_dict(load(row["problem"])),
        split=SplitSpec.from_dict(load(row["split"])),
        promoted=row["promoted"],
        created_at=from_text(row["created_at"]),
        closed_at=from_text(row["closed_at"]) if row["closed_at"] else None,
        reading=Reading.from_dict(load(row["reading"])) if row["reading"] != "{}" else None,
        newer_than=row["newer_than"],
        changes=load(row["changes"]),
    )


def _brief(row: Row) -> BriefVersion:
    return BriefVersion(
        version=row["version"], brief=Brief.from_dict(load(row["payload"])), created_at=from_text(row["created_at"])
    )


def _split(row: Row) -> Split:
    return Split(
        spec=SplitSpec.from_dict(load(row["spec"])),
        dataset_sha256=row["dataset_sha256"],
        train_sha256=row["train_sha256"],
        train_rows=row["train_rows"],
        holdout_sha256=row["holdout_sha256"],
        holdout_rows=row["holdout_rows"],
        rows_sha256=row["rows_sha256"],
        created_at=from_text(row["created_at"]),
    )
