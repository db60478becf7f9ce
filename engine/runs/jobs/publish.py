"""The publication run: the static site, written beside its place and moved there whole."""

from __future__ import annotations

from pathlib import Path

from engine.publish.site import publish
from engine.runs.progress import Progress
from engine.store import runs
from engine.store.db import connect


def do(progress: Progress) -> bool:
    """Publish the projects that the run names into the folder that it names."""
    with connect(progress.settings) as db:
        run = runs.get(db, progress.run_id)
    progress.tell("Writing the pages", 0.2)
    with connect(progress.settings) as db:
        publication = publish(
            progress.settings,
            db,
            tuple(run.params["projects"]),
            Path(run.params["out"]),
            run_id=run.id,
            clock=progress.clock,
        )
        runs.set_result(
            db,
            run.id,
            {
                "publication": publication.id,
                "folder": publication.folder,
                "evidence_sha256": publication.evidence_sha256,
                "fingerprint": publication.fingerprint,
            },
        )
    return False
