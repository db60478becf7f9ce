"""Making a project of a file on its way in: read, set apart, sealed, checked."""

from __future__ import annotations

from engine.data.sources import read_table
from engine.domain.data import SplitSpec
from engine.runs.progress import Progress
from engine.runs.starting import Origin, Wish, create, free_slug, slug_from
from engine.store import files, intakes, runs
from engine.store.db import connect


def do(progress: Progress) -> bool:
    """Start the project that the run describes; returns whether it was cancelled before its end."""
    settings = progress.settings
    with connect(settings) as db:
        run = runs.get(db, progress.run_id)
        intake = intakes.get(db, int(run.params["intake"]))
    progress.tell("Reading the file", 0.05)
    frame = read_table(files.intake_path(settings, intake.sha256), settings, reading=intake.reading)
    if progress.stopping():
        return True
    wish = dict(run.params["wish"])
    title = wish.pop("title")
    drop = [name for name in wish.pop("drop", ()) if name in frame.columns]
    split = wish.pop("split", None)
    reasons = wish.pop("reasons", None) or {}
    origin = Origin(
        slug=free_slug(settings, slug_from(title)),
        title=title,
        provenance=intake.provenance,
        reading=intake.reading,
        newer_than=intake.newer_than,
        reasons=reasons,
    )
    slug = create(
        settings,
        frame.drop(columns=drop),
        origin,
        Wish(**wish, split=SplitSpec.from_dict(split) if split else None),
        clock=progress.clock,
        tell=progress.tell,
    )
    with connect(settings) as db:
        intakes.set_project(db, intake.id, slug)
        runs.set_result(db, progress.run_id, {"slug": slug})
    return False
