"""One project at a glance."""

from __future__ import annotations

from typing import Any

from engine.settings import Settings
from engine.store import datasets, projects, results, runs
from engine.store.db import connect


def summary(settings: Settings, slug: str) -> dict[str, Any]:
    """Return the fields of ``project show``."""
    with connect(settings) as db:
        project = projects.get(db, slug)
        dataset = datasets.get(db, project.dataset_sha256)
        split = projects.get_split(db, slug)
        brief = projects.latest_brief(db, slug)
        openings = results.openings(db, slug)
        run = runs.latest_result(db, slug)
    return {
        "slug": slug,
        "title": project.title,
        "status": str(project.status),
        "template": project.template or None,
        "dataset": {
            "sha256": dataset.sha256,
            "rows": dataset.rows,
            "columns": len(dataset.columns),
            "target": project.problem.target,
            "task": str(project.problem.task),
        },
        "metric": project.problem.metric,
        "split": split.spec.as_dict(),
        "brief": brief.brief.as_dict() | {"missing": list(brief.brief.missing)} if brief else None,
        "holdout": {"rows": split.holdout_rows, "openings": len(openings)},
        "promoted": project.promoted,
        "best": run.result.get("best") if run else None,
    }
