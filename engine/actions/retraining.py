"""Retraining from the winner, and which version of a model stands: promoting, rolling back."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.actions import record, work
from engine.actions.watch import standing
from engine.domain.clock import Clock, utc_now
from engine.domain.data import SplitKind, SplitSpec
from engine.domain.project import BriefVersion, Project
from engine.domain.run import RunKind
from engine.domain.watch import Batch, Champion, Retraining, Source
from engine.domain.words import family_name
from engine.errors import InputError, StateError
from engine.runs import launch
from engine.settings import Settings
from engine.store import datasets, files, projects, trials, watch
from engine.store.db import connect

if TYPE_CHECKING:
    import pandas as pd

    from engine.runs.starting import Origin, Wish

RETRAIN_SECONDS = 60.0


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
    from engine.runs.starting import create

    with connect(settings) as db:
        old = projects.get(db, batch.champion)
        split = projects.get_split(db, batch.champion)
        brief = projects.latest_brief(db, batch.champion)
        version = 2 + len({one.challenger for one in watch.retrainings(db, slug)})
    spec = split.spec
    timed = spec.kind in (SplitKind.TIME, SplitKind.GROUP_TIME)
    new = pd.read_parquet(files.checked_dataset_path(settings, batch.dataset_sha256))
    earlier, newest = parted(new, old.problem.target, (spec.time_column or spec.column) if timed else "")
    train = pd.read_parquet(files.checked_dataset_path(settings, split.train_sha256))
    frame = _together(train, new.iloc[earlier], old)
    origin = _origin(settings, slug, old, batch, version, len(earlier))
    return create(settings, frame, origin, _wish(old, brief, spec), clock=clock), len(newest)


def _origin(settings: Settings, slug: str, old: Project, batch: Batch, version: int, learned: int) -> Origin:
    from engine.runs.starting import Origin, free_slug

    with connect(settings) as db:
        provenance = datasets.get(db, old.dataset_sha256).provenance
        title = projects.get(db, slug).title
    source = f"{provenance.source}, and {learned:,} newer rows ({batch.name})"
    reason = f"As in {old.title!r}, of which this is a newer version."
    return Origin(
        slug=free_slug(settings, f"{slug[:54]}-v{version}"),
        title=f"{title}, version {version}",
        provenance=replace(provenance, source=source, original_sha256=""),
        domain=old.domain,
        newer_than=batch.champion,
        reasons={"target": reason, "metric": reason, "split": reason},
    )


def _wish(old: Project, brief: BriefVersion | None, spec: SplitSpec) -> Wish:
    """Ask for the same target, metric, weights and kind of split as before."""
    from engine.runs.starting import Wish

    problem, weights = old.problem, old.problem.class_weight
    return Wish(
        target=problem.target,
        metric=problem.metric,
        task=str(problem.task),
        positive=problem.positive or None,
        costs=brief.brief.costs if brief and problem.costs else None,
        class_weight=weights if isinstance(weights, str) else dict(zip(problem.classes, weights, strict=True)),
        weight=problem.weight,
        log_target=problem.log_target,
        # The rows of a given split are those of the old file; for others the same way is used again.
        split=None if spec.kind is SplitKind.GIVEN else replace(spec, after=None),
        holdout=spec.fraction,
        seed=spec.seed,
    )


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
