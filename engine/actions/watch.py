"""Is the model still good? Bringing new rows, replaying time, retraining, promoting, rolling back."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.actions import record, work
from engine.domain.clock import Clock, utc_now
from engine.domain.data import SplitKind
from engine.domain.project import Project
from engine.domain.run import Run, RunKind, Trial
from engine.domain.watch import Batch, Champion, Retraining, Source
from engine.domain.words import family_name
from engine.errors import InputError, StateError
from engine.runs import launch
from engine.settings import Settings
from engine.store import datasets, files, projects, runs, trials, watch
from engine.store.db import connect

if TYPE_CHECKING:
    import pandas as pd

RETRAIN_SECONDS = 60.0
_LONGEST_NAME = 120


def standing(settings: Settings, slug: str) -> tuple[str, Trial]:
    """Return which model stands for a project: the version that it belongs to, and its trial.

    Raises
    ------
    StateError
        If nothing was trained yet.
    """
    with connect(settings) as db:
        projects.get(db, slug)
        moves = watch.champions(db, slug)
        if moves and moves[-1].champion != slug:
            return moves[-1].champion, trials.get(db, moves[-1].trial_id)
    return slug, work.winner(settings, slug)


def look(
    settings: Settings,
    slug: str,
    source: Path | BinaryIO,
    name: str,
    *,
    labels: Path | BinaryIO | None = None,
    clock: Clock = utc_now,
) -> int:
    """Queue a look at a file of new rows; returns the run's id.

    Parameters
    ----------
    settings : Settings
    slug : str
    source : Path or binary file
        Any kind of file that can be read; a column of the target holds the labels, where they are known.
    name : str
        What to call the batch, such as the name of its file.
    labels : Path or binary file, optional
        Labels that came later, in a file of their own with as many lines.
    clock : callable

    Raises
    ------
    InputError
        If a file is empty.
    StateError
        If nothing was trained yet.
    """
    champion, trial = standing(settings, slug)
    params = {
        "do": "look",
        "file": _kept(settings, source, name),
        "labels": _kept(settings, labels, "The file of labels") if labels is not None else "",
        "name": name[:_LONGEST_NAME],
        "champion": champion,
        "trial": trial.id,
    }
    return launch.enqueue(settings, slug, RunKind.WATCH, params, clock=clock)


def _kept(settings: Settings, source: Path | BinaryIO, name: str) -> str:
    sha256, size = files.put_intake(settings, source)
    if not size:
        files.remove_intake(settings, sha256)
        raise InputError(f"{name} is empty.", hint="Export the rows again, with a line of column names.")
    return sha256


def simulate(settings: Settings, slug: str, *, column: str = "", planted: bool = False, clock: Clock = utc_now) -> int:
    """Queue a replay of a project's own rows over time, so that drift can be watched; returns the run's id.

    Without a column the first one that tells the time is taken. With ``planted`` the rows stay in random order and
    a growing shift is planted in the column.

    Raises
    ------
    InputError
        If there is no such column, or none is named and none tells the time.
    """
    champion, trial = standing(settings, slug)
    known = time_columns(settings, champion)
    if not column and (planted or not known):
        raise InputError(
            "No column of this project tells the time." if not planted else "No column was chosen for the shift.",
            hint="Name a column of numbers to order the rows by, or plant a shift in a column.",
        )
    with connect(settings) as db:
        names = [one.name for one in datasets.get(db, projects.get(db, champion).dataset_sha256).columns]
    if column and column not in names:
        raise InputError(f"There is no column {column!r} in the data.", hint=f"It has: {', '.join(names[:20])}.")
    params = {"do": "replay", "column": column or known[0], "planted": planted}
    return launch.enqueue(
        settings, slug, RunKind.WATCH, params | {"champion": champion, "trial": trial.id}, clock=clock
    )


def time_columns(settings: Settings, slug: str) -> list[str]:
    """Name the columns of a project that tell the time, the likeliest first."""
    from engine.data.split import timeline

    with connect(settings) as db:
        dataset = datasets.get(db, projects.get(db, slug).dataset_sha256)
    return [one.name for one in timeline.time_columns(dataset.columns, dataset.rows)]


def retrain(
    settings: Settings,
    slug: str,
    *,
    batch_id: int | None = None,
    seconds: float | None = None,
    trial_budget: int | None = None,
    clock: Clock = utc_now,
) -> tuple[Retraining, int]:
    """Start a newer version of a project on its old rows and the earlier labelled half of a batch.

    The search starts from the winners of the older version. The newest labelled rows of the batch are kept apart:
    on them a run that is queued behind the search compares challenger and champion. The sealed rows of the older
    version stay sealed, and the newer one seals rows of its own.

    Parameters
    ----------
    settings : Settings
    slug : str
    batch_id : int, optional
        The newest labelled batch by default.
    seconds, trial_budget
        Budget of the search, 60 seconds by default.
    clock : callable

    Returns
    -------
    tuple of (Retraining, int)
        The challenger, and the id of the run that compares.

    Raises
    ------
    InputError
        If the batch has too few labelled rows, or belongs to another project.
    StateError
        If there is no labelled batch.
    """
    batch = _labelled_batch(settings, slug, batch_id)
    if seconds is None and trial_budget is None:
        seconds = RETRAIN_SECONDS
    if seconds is not None and not (math.isfinite(seconds) and seconds >= 1):
        raise InputError(f"A budget of {seconds:g} seconds is not possible.", hint="Choose 1 second to 24 hours.")
    challenger, kept = _newer_version(settings, slug, batch, clock)
    with connect(settings) as db:
        number = watch.add_retraining(db, slug, batch.id, challenger, kept, clock())
    work.start_training(settings, challenger, seconds=seconds, trial_budget=trial_budget, clock=clock)
    run_id = compare(settings, number, clock=clock)
    with connect(settings) as db:
        return watch.retraining(db, number), run_id


def compare(settings: Settings, retraining_id: int, *, clock: Clock = utc_now) -> int:
    """Queue the comparison of a challenger with the champion; returns the run's id."""
    with connect(settings) as db:
        found = watch.retraining(db, retraining_id)
    return launch.enqueue(
        settings, found.project, RunKind.WATCH, {"do": "compare", "retraining": retraining_id}, clock=clock
    )


def _labelled_batch(settings: Settings, slug: str, batch_id: int | None) -> Batch:
    with connect(settings) as db:
        projects.get(db, slug)
        if batch_id is not None:
            found = watch.batch(db, batch_id)
            if found.project != slug or found.source is not Source.FILE:
                raise InputError(f"Batch {batch_id} is no batch of new rows of {slug!r}.", hint="Choose another one.")
            return found
        labelled = [one for one in watch.batches(db, slug) if one.labelled and one.source is Source.FILE]
    if not labelled:
        raise StateError(
            "There is no labelled batch to learn from.",
            hint=f"Bring new rows with their labels: 'proofolio watch {slug} NEW.csv'.",
        )
    return labelled[0]


def _newer_version(settings: Settings, slug: str, batch: Batch, clock: Clock) -> tuple[str, int]:
    """Make the newer version; returns its short name and how many newest rows were kept apart."""
    import pandas as pd

    from engine.monitor.newest import parted
    from engine.runs.starting import Origin, Wish, create, free_slug

    with connect(settings) as db:
        old = projects.get(db, batch.champion)
        split = projects.get_split(db, batch.champion)
        provenance = datasets.get(db, old.dataset_sha256).provenance
        brief = projects.latest_brief(db, batch.champion)
        version = 2 + len({one.challenger for one in watch.retrainings(db, slug)})
        first = projects.get(db, slug)
    spec = split.spec
    timed = spec.kind in (SplitKind.TIME, SplitKind.GROUP_TIME)
    new = pd.read_parquet(files.checked_dataset_path(settings, batch.dataset_sha256))
    earlier, newest = parted(new, old.problem.target, (spec.time_column or spec.column) if timed else "")
    train = pd.read_parquet(files.checked_dataset_path(settings, split.train_sha256))
    frame = _together(train, new.iloc[earlier], old)
    reason = f"As in {old.title!r}, of which this is a newer version."
    origin = Origin(
        slug=free_slug(settings, f"{slug[:54]}-v{version}"),
        title=f"{first.title}, version {version}",
        provenance=replace(
            provenance,
            source=f"{provenance.source}, and {len(earlier):,} newer rows ({batch.name})",
            original_sha256="",
        ),
        domain=old.domain,
        newer_than=batch.champion,
        reasons={"target": reason, "metric": reason, "split": reason},
    )
    problem = old.problem
    weights = problem.class_weight
    wish = Wish(
        target=problem.target,
        metric=problem.metric,
        task=str(problem.task),
        positive=problem.positive or None,
        costs=brief.brief.costs if brief and problem.costs else None,
        class_weight=weights if isinstance(weights, str) else dict(zip(problem.classes, weights, strict=True)),
        weight=problem.weight,
        log_target=problem.log_target,
        split=None if spec.kind is SplitKind.GIVEN else replace(spec, after=None),
        holdout=spec.fraction,
        seed=spec.seed,
    )
    return create(settings, frame, origin, wish, clock=clock), len(newest)


def _together(train: pd.DataFrame, new: pd.DataFrame, project: Project) -> pd.DataFrame:
    """Put old and new rows together, with the columns of the old ones and each as its kind asks for."""
    import pandas as pd

    from engine.automl.table import align
    from engine.domain.task import ColumnKind

    typed = (ColumnKind.NUMERIC, ColumnKind.INTEGER, ColumnKind.DATETIME)
    tidy = align(new, project.problem)[0]
    parts = {
        name: tidy[name] if project.problem.kinds.get(name) in typed else new[name]
        for name in train.columns
        if name in new.columns
    }
    return pd.concat([train, pd.DataFrame(parts, index=new.index)], ignore_index=True)[list(train.columns)]


def promote(
    settings: Settings, slug: str, reason: str, *, retraining_id: int | None = None, clock: Clock = utc_now
) -> Champion:
    """Let a challenger stand in place of the champion: a decision, with its reason in the logs of both versions.

    Raises
    ------
    StateError
        If there is no challenger, or it was not compared with the champion yet.
    InputError
        If the reason is empty, or it stands already.
    """
    if not reason.strip():
        raise InputError("The reason is empty.", hint="Write one line: why this model from now on?")
    with connect(settings) as db:
        known = watch.retrainings(db, slug)
        found = watch.retraining(db, retraining_id) if retraining_id is not None else next(iter(known), None)
    if found is None or found.project != slug:
        raise StateError("There is no challenger.", hint=f"Run 'proofolio retrain {slug}' first.")
    if not found.comparison:
        raise StateError(
            "The challenger was not compared with the champion yet.", hint="Wait until both runs are done."
        )
    current, stands = standing(settings, slug)
    trial_id = int(found.comparison["challenger_trial"])
    if (current, stands.id) == (found.challenger, trial_id):
        raise InputError("This challenger stands already.", hint="Retrain on newer rows for another one.")
    record.promote(settings, found.challenger, trial_id, reason, clock=clock)
    return _moved(settings, slug, found.challenger, trial_id, "promote", reason, found.id, clock)


def rollback(settings: Settings, slug: str, reason: str, *, clock: Clock = utc_now) -> Champion:
    """Let the model stand again that stood before the last promotion; a decision with its reason.

    Raises
    ------
    StateError
        If nothing was promoted.
    InputError
        If the reason is empty.
    """
    if not reason.strip():
        raise InputError("The reason is empty.", hint="Write one line: why the earlier model?")
    with connect(settings) as db:
        moves = watch.champions(db, slug)
    before: list[Champion] = []
    for one in moves:
        before = [*before, one] if one.move == "promote" else before[:-1]
    if not before:
        raise StateError("There is no earlier model to go back to.", hint="Nothing was promoted on this page yet.")
    if len(before) > 1:
        champion, trial_id = before[-2].champion, before[-2].trial_id
    else:
        champion, trial_id = slug, work.winner(settings, slug).id
    return _moved(settings, slug, champion, trial_id, "rollback", reason, None, clock)


def _moved(
    settings: Settings,
    slug: str,
    champion: str,
    trial_id: int,
    move: str,
    reason: str,
    retraining_id: int | None,
    clock: Clock,
) -> Champion:
    with connect(settings) as db:
        family = trials.get(db, trial_id).family
    choice = f"{champion}: trial {trial_id} ({family_name(family)})"
    record.decide(settings, slug, move, reason, choice=choice, clock=clock)
    with connect(settings) as db:
        watch.add_champion(
            db,
            slug,
            champion=champion,
            trial_id=trial_id,
            move=move,
            reason=reason.strip(),
            retraining_id=retraining_id,
            at=clock(),
        )
        return watch.champions(db, slug)[-1]


def described(batch: Batch) -> dict[str, Any]:
    """Return what other programs read of a batch: ``drift performance retrain`` and more."""
    return {
        "batch": batch.id,
        "name": batch.name,
        "project": batch.project,
        "champion": batch.champion,
        "trial": batch.trial_id,
        **batch.report,
    }


def newest_run(settings: Settings, slug: str) -> Run | None:
    """Return the newest run that looked at something for this page."""
    with connect(settings) as db:
        return next((one for one in runs.all_of(db, slug) if one.kind is RunKind.WATCH), None)
