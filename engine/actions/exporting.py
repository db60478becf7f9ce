"""Taking a project out as a repository that reproduces its published scores without this program."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.actions import projects as starting
from engine.domain.clock import Clock, utc_now
from engine.errors import StateError
from engine.evidence.standing import standing
from engine.settings import Settings
from engine.store import rebuilds, runs
from engine.store.db import connect


def export_repository(settings: Settings, slug: str, out: Path, *, clock: Clock = utc_now) -> dict[str, Any]:
    """Write a project as a repository of readable code with its evidence.

    Returns
    -------
    dict
        ``folder``, ``files``, ``lines`` and ``evidence_sha256``.

    Raises
    ------
    StateError
        If there is no model yet, the hold-out was not opened for it, or fold models stand in for members of it.
    InputError
        If a part of the model cannot be written as readable code, or ``out`` cannot be the folder of a repository.
    """
    from engine.publish.repo.repository import write_repository
    from engine.runs.jobs.material import fitted, recipe_of, training

    with connect(settings) as db:
        stand = standing(db, slug)
    if stand.trial is None or stand.run is None:
        raise StateError(f"The project {slug!r} has no finished run.", hint=f"Run 'proofolio train {slug}' first.")
    if any("fold models answer" in str(note) for note in stand.run.result.get("notes", ())):
        raise StateError(
            "There was no time to fit the model on all rows, so its fold models answer; code that fits it once "
            "would give other numbers.",
            hint="Train again with more seconds, or promote a single model, then open the hold-out and export.",
        )
    with connect(settings) as db:
        recipe = recipe_of(runs.get(db, stand.trial.run_id))
    model = fitted(settings, stand.trial, training(settings, slug)[0], seed=int(stand.run.params["seed"]))
    template = starting.template(stand.project.template) if stand.project.template else None
    with connect(settings) as db:
        return write_repository(settings, db, slug, model, recipe, out, template=template, now=clock())


def rebuild(
    settings: Settings, slug: str, *, tell: Callable[[str], None] = lambda _: None, clock: Clock = utc_now
) -> dict[str, Any]:
    """Export a project into a temporary folder, build it there again from the raw data, and store what came of it.

    Returns
    -------
    dict
        ``ok``, ``reason`` (of the first score that differs), ``faults`` of the repository, and the ``checks``.

    Raises
    ------
    StateError
        As :func:`export_repository`.
    """
    from engine.evidence.verify import verify
    from engine.publish.repo.reading import faults

    with tempfile.TemporaryDirectory(prefix="proofolio-rebuild-") as temporary:
        folder = Path(temporary) / slug
        tell("Writing the repository.")
        export_repository(settings, slug, folder, clock=clock)
        missing = faults(folder)
        # What is run here is code that this program wrote a moment ago, on this machine, for its own author.
        found = verify(folder, agree=lambda _: True, tell=tell)
    wrong = next((check for check in found.checks if not check["ok"]), None)
    reason = "" if wrong is None else f"{wrong['name']}: {wrong['actual']} instead of {wrong['expected']}"
    with connect(settings) as db:
        rebuilds.add(db, slug, ok=found.ok, reason=reason, faults=missing, at=clock())
    return {"ok": found.ok, "reason": reason, "faults": missing, "checks": list(found.checks)}
