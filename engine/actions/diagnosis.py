"""Diagnosing a model, marking sensitive columns, tagging rows, and following up on what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.actions import record, work
from engine.domain.clock import Clock, utc_now
from engine.domain.run import RunKind
from engine.errors import InputError, StateError
from engine.runs import launch
from engine.settings import Settings
from engine.store import projects, results, reviews, runs
from engine.store.db import connect

_LONGEST_TAG = 40
_MOST_TAGS = 10


def start(settings: Settings, slug: str, *, seconds: float | None = None, clock: Clock = utc_now) -> int:
    """Queue the diagnosis of the model that counts; returns the run's id.

    Raises
    ------
    StateError
        If the project has no model yet, or no evaluation of it.
    InputError
        If the time for the fits is not 1 second to an hour.
    """
    if seconds is not None and not 1 <= seconds <= 3600:
        raise InputError(f"{seconds:g} seconds are not possible.", hint="Choose 1 second to one hour.")
    trial = work.winner(settings, slug)
    with connect(settings) as db:
        if results.evaluation(db, trial.id) is None:
            raise StateError("This model has no evaluation yet.", hint=f"Run 'proofolio explain {slug}' first.")
        seed = runs.get(db, trial.run_id).params.get("seed", 0)
    params = {"trial": trial.id, "seed": seed, "seconds": seconds}
    return launch.enqueue(settings, slug, RunKind.DIAGNOSE, params, clock=clock)


def stored(settings: Settings, slug: str) -> dict[str, Any] | None:
    """Fetch the newest diagnosis of the model that counts, or nothing."""
    trial = work.winner(settings, slug)
    with connect(settings) as db:
        return reviews.diagnosis(db, trial.id)


def mark_sensitive(settings: Settings, slug: str, names: Sequence[str], *, clock: Clock = utc_now) -> None:
    """Store which features describe people in ways that must not decide; the next diagnosis compares their groups.

    Raises
    ------
    InputError
        If a name is no feature of the project.
    """
    with connect(settings) as db:
        features = projects.get(db, slug).problem.features
        unknown = next((name for name in names if name not in features), None)
        if unknown is not None:
            raise InputError(f"There is no feature {unknown!r}.", hint="Choose among the features of the project.")
        reviews.set_sensitive(db, slug, names, clock())


def tag(settings: Settings, slug: str, row: int, tags: Sequence[str], *, clock: Clock = utc_now) -> None:
    """Store the tags of a row in place of earlier ones; the next diagnosis shows each tag as a part of the rows.

    Raises
    ------
    InputError
        If a tag is too long, or there are too many.
    """
    given = [" ".join(one.split()) for one in tags if one.strip()]
    if len(given) > _MOST_TAGS or any(len(one) > _LONGEST_TAG for one in given):
        raise InputError(
            f"A row takes at most {_MOST_TAGS} tags of {_LONGEST_TAG} characters.", hint="Use fewer or shorter tags."
        )
    with connect(settings) as db:
        projects.get(db, slug)
        reviews.set_tags(db, slug, row, given, clock())


def follow_up(settings: Settings, slug: str, code: str, *, clock: Clock = utc_now) -> int:
    """Start the run that a finding proposes, with its hypothesis recorded as the reason; returns the run's id.

    Raises
    ------
    StateError
        If the diagnosis proposes no run for this finding.
    """
    found = stored(settings, slug)
    remedy = next((one for one in (found or {}).get("remedies", ()) if one["code"] == code), None)
    if remedy is None:
        raise StateError(f"No follow-up run is proposed for {code}.", hint="Diagnose the model first.")
    run_id = work.start_training(
        settings, slug, seconds=remedy["seconds"], families=tuple(remedy["families"]) or None, clock=clock
    )
    record.decide(
        settings,
        slug,
        "follow-up",
        remedy["hypothesis"],
        choice=f"{code}: {remedy['title']}",
        run_id=run_id,
        clock=clock,
    )
    return run_id
