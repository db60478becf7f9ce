"""Starting, watching, cancelling and resuming work; opening the hold-out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.actions.warm import alike, before
from engine.automl.choosing import PREFERENCES, SCORE
from engine.automl.space import checked, checked_families
from engine.domain.clock import Clock, utc_now
from engine.domain.metric import find_metric
from engine.domain.project import BriefVersion
from engine.domain.run import Run, RunKind, Trial
from engine.errors import InputError, NotFoundError, StateError
from engine.runs import launch, watch
from engine.settings import Settings
from engine.store import projects, recipes, results, runs, trials
from engine.store.db import connect, writing

LONGEST_SECONDS = 24 * 3600.0
LOCAL: Mapping[str, Any] = {"engine": "local"}
"""Trials are fitted on this machine, in the worker."""
_DYING_SECONDS = 2.0


def start_training(
    settings: Settings,
    slug: str,
    *,
    seconds: float | None = None,
    trial_budget: int | None = None,
    seed: int = 0,
    families: Sequence[str] | None = None,
    space: Mapping[str, Any] | None = None,
    prefer: str = SCORE,
    warm: int | None = None,
    fresh: bool = False,
    engine: Mapping[str, Any] = LOCAL,
    hypothesis: Mapping[str, Any] | None = None,
    clock: Clock = utc_now,
) -> int:
    """Queue a training run with a budget in seconds or in trials (60 seconds if neither is given); returns its id.

    A run of some seconds goes on from the trials of the newest one on the same rows with the same recipe and metric;
    one that counts trials begins anew, so that the same seed gives the same leaderboard, unless ``warm`` names a run
    to go on from. ``fresh`` begins anew in any case.
    ``families`` names those to try, ``space`` changes what is searched in them (see :mod:`engine.automl.space`), and
    ``prefer`` says whether a blend may be recommended wherever it scores best (``score``) or only where it is better
    beyond chance (``clarity``).
    ``engine`` is what :func:`checked_engine` returns: trials are fitted here, or side by side on Spark.
    ``hypothesis`` is what was expected of the run (see :mod:`engine.actions.hypotheses`): part of the request, so that
    it stands before the run begins.

    Raises
    ------
    InputError
        If the budget is not positive, or both are given; if families, space or preference are not possible.
    NotFoundError
        If there is no such project.
    """
    seconds = _checked_budget(seconds, trial_budget)
    _check_seed_and_preference(seed, prefer)
    with connect(settings) as db:
        project = projects.get(db, slug)
        brief = projects.latest_brief(db, slug)
        version, recipe = recipes.latest(db, slug)
        split = projects.get_split(db, slug)
    like = alike(recipe, split, seconds)
    wanted = checked_families(families, project.problem.task)
    params = {
        **before(settings, project, warm, like, fresh=fresh, look=trial_budget is None),
        "seconds": seconds,
        "trials": trial_budget,
        "seed": seed,
        "families": wanted,
        "space": checked(space, wanted),
        "prefer": prefer,
        **engine,
        **_standing(brief),
        **like,
        "recipe_version": version,
        **({"hypothesis": dict(hypothesis)} if hypothesis else {}),
    }
    return launch.enqueue(settings, slug, RunKind.TRAIN, params, clock=clock)


def _standing(brief: BriefVersion | None) -> dict[str, Any]:
    """Say which brief a run was asked for with; without a complete one it is a look around: it proves nothing."""
    return {
        "exploratory": brief is None or not brief.brief.complete,
        "brief_version": brief.version if brief else None,
    }


def replay(
    settings: Settings,
    run_id: int,
    *,
    numbers: Sequence[int] = (),
    everything: bool = False,
    clock: Clock = utc_now,
) -> int:
    """Queue fitting trials of a run again from their record: the best one, the numbered ones, or all; returns its id.

    Raises
    ------
    StateError
        If the run has no result.
    NotFoundError
        If it has no successful trial of such a number.
    """
    with connect(settings) as db:
        run = runs.get(db, run_id)
        good = {one.number: one for one in trials.of_run(db, run_id) if one.ok}
    if run.kind is not RunKind.TRAIN or not run.result or not good:
        raise StateError(f"Run {run_id} has no trials to repeat.", hint="Choose a finished training run.")
    for number in numbers:
        if number not in good:
            hint = f"See 'proofolio run show {run_id}'; a trial that failed has no score to repeat."
            raise NotFoundError("trial", str(number), hint=hint)
    best = next(number for number, one in good.items() if one.id == run.result["best"]["trial"])
    wanted = sorted(good) if everything else list(numbers) or [best]
    return launch.enqueue(settings, run.project, RunKind.REPLAY, {"of": run_id, "numbers": wanted}, clock=clock)


def _checked_budget(seconds: float | None, trial_budget: int | None) -> float | None:
    """Check a budget; returns its seconds, nothing where trials are counted."""
    if seconds is not None and trial_budget is not None:
        raise InputError("A budget is either seconds or trials.", hint="Give one of the two.")
    if trial_budget is None:
        seconds = 60.0 if seconds is None else seconds
        if not (math.isfinite(seconds) and 1 <= seconds <= LONGEST_SECONDS):
            raise InputError(f"A budget of {seconds:g} seconds is not possible.", hint="Choose 1 second to 24 hours.")
    elif not 1 <= trial_budget <= 100_000:
        raise InputError(f"A budget of {trial_budget} trials is not possible.", hint="Choose 1 to 100,000.")
    return seconds


def _check_seed_and_preference(seed: int, prefer: str) -> None:
    if seed < 0 or seed > 2**31 - 1:
        raise InputError(f"The seed {seed} is not possible.", hint="Choose a whole number from 0 to 2147483647.")
    if prefer not in PREFERENCES:
        raise InputError(f"{prefer!r} is no preference.", hint=f"Choose from: {', '.join(PREFERENCES)}.")


def checked_engine(settings: Settings, engine: str, master: str | None, workers: int | None) -> dict[str, Any]:
    """Settle where trials are fitted; what is missing for Spark is said here, before anything is queued."""
    if engine == "local":
        if master is not None or workers is not None:
            raise InputError("A master and workers belong to Spark.", hint="Add '--engine spark', or leave them out.")
        return {"engine": "local"}
    if engine != "spark":
        raise InputError(f"There is no engine {engine!r}.", hint="Choose local or spark.")
    from engine.automl import spark_session

    place = spark_session.where(master, workers, settings.threads)
    spark_session.check_ready(place)
    return {"engine": "spark", "master": place.master, "workers": place.workers}


def cancel(settings: Settings, run_id: int, *, clock: Clock = utc_now) -> None:
    """Ask a run to stop with what it has found. Raises ``StateError`` if it is over."""
    with connect(settings) as db:
        run = runs.get(db, run_id)
    if not watch.mark_lost(settings, run, clock=clock):
        with connect(settings) as db:
            runs.request_cancel(db, run_id, clock())


def resume(settings: Settings, run_id: int, *, clock: Clock = utc_now) -> None:
    """Queue a run again that failed, was cancelled or whose worker is gone; it goes on from its recorded trials.

    Raises
    ------
    StateError
        If the run is done, or its worker is still at it.
    """
    with connect(settings) as db:
        run = runs.get(db, run_id)
    # A worker that was killed a moment ago may still be on its way out.
    patience = time.monotonic() + _DYING_SECONDS
    while run.status.is_active and not watch.mark_lost(settings, run, clock=clock) and time.monotonic() < patience:
        time.sleep(0.05)
        with connect(settings) as db:
            run = runs.get(db, run_id)
    with connect(settings) as db:
        runs.requeue(db, run_id, clock())
    launch.start_next(settings)


def wait(
    settings: Settings,
    run_id: int,
    *,
    tell: Callable[[Run], None] = lambda _: None,
    clock: Clock = utc_now,
    poll_seconds: float = 0.25,
) -> Run:
    """Wait until a run is over and return it; ``tell`` sees it at each look."""
    while True:
        with connect(settings) as db:
            run = runs.get(db, run_id)
        tell(run)
        if run.status.is_over:
            return run
        watch.reap(settings, clock=clock)
        time.sleep(poll_seconds)


def winner(settings: Settings, slug: str) -> Trial:
    """Return the trial that counts: the promoted one, else the one that the newest run recommends.

    Raises
    ------
    StateError
        If no run of the project has come to a result.
    """
    with connect(settings) as db:
        project = projects.get(db, slug)
        if project.promoted is not None:
            return trials.get(db, project.promoted)
        run = runs.latest_result(db, slug)
        if run is None:
            raise StateError(f"The project {slug!r} has no finished run.", hint=f"Run 'proofolio train {slug}' first.")
        return trials.get(db, int(run.result["recommended"]))


def explain(
    settings: Settings,
    slug: str,
    *,
    row: int | None = None,
    held_out: bool = False,
    shapes: bool = False,
    clock: Clock = utc_now,
) -> int | None:
    """Queue the explanation of the winner, or of one row; ``None`` if everything asked for is already stored.

    Where not done yet, ``held_out`` also measures columns on rows held out, ``shapes`` adds curves, pairs and a tree.
    """
    trial = winner(settings, slug)
    with connect(settings) as db:
        known = results.explanation(db, trial.id)
        run = runs.get(db, trial.run_id)
    lacking = known is None or (held_out and not known.get("held_out")) or (shapes and "effects" not in known)
    if row is None and not lacking:
        return None
    params = {"trial": trial.id, "row": row, "seed": run.params.get("seed", 0), "held_out": held_out, "shapes": shapes}
    return launch.enqueue(settings, slug, RunKind.EXPLAIN, params, clock=clock)


def open_holdout(settings: Settings, slug: str, expected: float, *, clock: Clock = utc_now) -> int:
    """Record the opening with the expected score, then queue the run that scores the winner; returns the run's id.

    Raises
    ------
    StateError
        If there is no hold-out, no model, or a run is still going on for this project.
    InputError
        If the expectation is not a finite number.
    """
    if not math.isfinite(expected):
        raise InputError("The expected score is not a number.", hint="Write the value that you expect, such as 0.84.")
    trial = winner(settings, slug)
    with connect(settings) as db, writing(db):
        project = projects.get(db, slug)
        split = projects.get_split(db, slug)
        if split.holdout_sha256 is None:
            raise StateError("This project keeps no hold-out.", hint="Start a project with a hold-out to test a model.")
        pending = [one for one in runs.all_of(db, slug) if not one.status.is_over]
        if pending:
            raise StateError(f"Run {pending[0].id} is still going on.", hint="Wait until it is done, or cancel it.")
        run_id = runs.add(db, slug, RunKind.HOLDOUT, {"trial": trial.id, "expected": expected}, clock())
        results.add_opening(
            db,
            project=slug,
            run_id=run_id,
            trial_id=trial.id,
            dataset_sha256=project.dataset_sha256,
            metric=find_metric(project.problem.metric).id,
            expected=expected,
            at=clock(),
        )
    launch.start_next(settings)
    return run_id


def find_trial(settings: Settings, slug: str, number: int, run_id: int | None = None) -> Trial:
    """Find a trial by its number within a run (the newest with a result by default)."""
    with connect(settings) as db:
        run = runs.get(db, run_id) if run_id is not None else runs.latest_result(db, slug)
        if run is None:
            raise StateError(f"The project {slug!r} has no finished run.", hint=f"Run 'proofolio train {slug}' first.")
        for trial in trials.of_run(db, run.id):
            if trial.number == number:
                return trial
    raise NotFoundError("trial", str(number), hint=f"See 'proofolio run show {run.id}'.")
