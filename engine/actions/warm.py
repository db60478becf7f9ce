"""What a new search can go on from: the trials of a run that is alike, or the winners on older data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.data import Split
from engine.domain.project import Project
from engine.domain.recipe import Recipe
from engine.domain.run import HURRIED_SECONDS, Run, RunKind, TrialKind
from engine.errors import InputError
from engine.settings import Settings
from engine.store import runs, trials
from engine.store.db import connect

_MOST_STARTS = 6


def alike(recipe: Recipe, split: Split, seconds: float | None) -> dict[str, Any]:
    """Return the parameters in which two runs agree whose scores can be compared: recipe, rows, draws of the folds."""
    return {
        # The whole list, not only its number: a run is read and repeated from its own row.
        "recipe": recipe.as_dict(),
        "train_sha256": split.train_sha256,
        "draws_once": seconds is not None and seconds < HURRIED_SECONDS,
    }


def before(
    settings: Settings, project: Project, warm: int | None, like: Mapping[str, Any], *, fresh: bool, look: bool
) -> dict[str, Any]:
    """Find what a run can go on from: a run that is alike (``from``), or the winners on older data (``starts``).

    ``like`` are the parameters in which the runs must agree, ``look`` says whether the newest run is looked at.

    Raises
    ------
    InputError
        If ``fresh`` is asked for beside a run to go on from, or that run is not alike.
    """
    if fresh and warm is not None:
        raise InputError("A run goes on from another or begins anew, not both.", hint="Give one of the two.")
    base = None if fresh else _base(settings, project.slug, warm, like, look=look)
    return {"from": base, "starts": [] if base or fresh else _old_winners(settings, project.newer_than)}


def _base(settings: Settings, slug: str, wanted: int | None, like: Mapping[str, Any], *, look: bool) -> int | None:
    """Find the run whose trials a new one can go on from: the wanted one, or the newest that is alike."""
    with connect(settings) as db:
        run = runs.get(db, wanted) if wanted is not None else None
        found = runs.latest_result(db, slug) if look else None
    if run is not None:
        if run.project != slug or run.kind is not RunKind.TRAIN or not _alike(run, like):
            raise InputError(
                f"Run {wanted} searched other rows, or with another recipe.",
                hint="Its scores cannot be compared with new ones; begin anew with --fresh.",
            )
        return wanted
    return found.id if found is not None and _alike(found, like) else None


def _alike(run: Run, like: Mapping[str, Any]) -> bool:
    return all(run.params.get(name) == value for name, value in like.items())


def _old_winners(settings: Settings, older: str | None) -> list[dict[str, Any]]:
    """List the best configurations of the project whose data this is a newer version of, one of each family."""
    with connect(settings) as db:
        run = runs.latest_result(db, older) if older else None
        everything = trials.of_run(db, run.id) if run is not None else []
    if run is None:
        return []
    numbers = {int(row["number"]) for row in run.result["leaderboard"]}
    found = [one for one in everything if one.number in numbers and one.kind is not TrialKind.ENSEMBLE]
    return [{"family": one.family, "config": dict(one.config)} for one in found if one.config][:_MOST_STARTS]
