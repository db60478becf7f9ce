"""Diagnosing a model, marking sensitive columns, tagging rows, and following up on what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.actions import hypotheses, work
from engine.domain.clock import Clock, utc_now
from engine.domain.run import RunKind
from engine.errors import InputError, StateError
from engine.runs import launch
from engine.settings import Settings
from engine.store import datasets, files, projects, results, reviews, runs
from engine.store.db import connect, writing

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


def markable(settings: Settings, slug: str) -> tuple[str, ...]:
    """List the columns that can be marked: features first, then those that no model uses, the target left out."""
    with connect(settings) as db:
        project = projects.get(db, slug)
        columns = [one.name for one in datasets.get(db, project.dataset_sha256).columns]
    features = project.problem.features
    others = [name for name in columns if name not in features and name != project.problem.target]
    return (*features, *others)


def mark_sensitive(settings: Settings, slug: str, names: Sequence[str], *, clock: Clock = utc_now) -> None:
    """Store which columns describe people in ways that must not decide; the next diagnosis compares their groups.

    Raises
    ------
    InputError
        If a name is no column of the project's table, or its target.
    """
    known = markable(settings, slug)
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise InputError(f"There is no column {unknown!r} to mark.", hint=f"There are: {', '.join(known[:20])}.")
    with connect(settings) as db:
        reviews.set_sensitive(db, slug, names, clock())


def tag(settings: Settings, slug: str, given: Mapping[int, Sequence[str]], *, clock: Clock = utc_now) -> int | None:
    """Store the tags of some rows in place of earlier ones, and have each tag scored as a part of the rows.

    Parameters
    ----------
    settings : Settings
    slug : str
    given : mapping of row number to tags
        No tags take those of the row away.
    clock : Clock

    Returns
    -------
    int, or None
        The run that scores the tags; nothing where the model has no diagnosis yet, whose part they will be.

    Raises
    ------
    InputError
        If a row is not among those to learn from, a tag is too long, or there are too many; nothing is stored then.
    """
    wanted = {row: [" ".join(one.split()) for one in tags if one.strip()] for row, tags in given.items()}
    if any(len(tags) > _MOST_TAGS or any(len(one) > _LONGEST_TAG for one in tags) for tags in wanted.values()):
        raise InputError(
            f"A row takes at most {_MOST_TAGS} tags of {_LONGEST_TAG} characters.", hint="Use fewer or shorter tags."
        )
    known = _rows(settings, slug)
    strange = next((row for row in wanted if row not in known), None)
    if strange is not None:
        raise InputError(
            f"Row {strange} is not among the rows to learn from.",
            hint="Use the row numbers of the list, which are those of the file that was brought, from 0.",
        )
    with connect(settings) as db, writing(db):
        for row, tags in wanted.items():
            reviews.set_tags(db, slug, row, tags, clock())
    return _score_tags(settings, slug, clock) if wanted else None


def _rows(settings: Settings, slug: str) -> set[int]:
    import pandas as pd

    with connect(settings) as db:
        split = projects.get_split(db, slug)
    return set(pd.read_parquet(files.checked_dataset_path(settings, split.train_sha256), columns=[]).index.tolist())


def _score_tags(settings: Settings, slug: str, clock: Clock) -> int | None:
    with connect(settings) as db:
        run = runs.latest_result(db, slug)
    if run is None or stored(settings, slug) is None:
        return None
    trial = work.winner(settings, slug)
    with connect(settings) as db:
        seed = runs.get(db, trial.run_id).params.get("seed", 0)
    return launch.enqueue(
        settings, slug, RunKind.DIAGNOSE, {"trial": trial.id, "seed": seed, "only": "tags"}, clock=clock
    )


def follow_up(
    settings: Settings, slug: str, code: str, *, hypothesis: str | None = None, clock: Clock = utc_now
) -> int:
    """Start the run that a finding proposes, with what is expected of it; returns the run's id.

    Parameters
    ----------
    settings : Settings
    slug : str
    code : str
        Of the finding.
    hypothesis : str, optional
        In the person's own words. By default that of the finding, which is then recorded as proposed by it: it is no
        reason of the person's.
    clock : Clock

    Raises
    ------
    StateError
        If the diagnosis proposes no run for this finding.
    """
    found = stored(settings, slug)
    remedy = next((one for one in (found or {}).get("remedies", ()) if one["code"] == code), None)
    if remedy is None:
        raise StateError(f"No follow-up run is proposed for {code}.", hint="Diagnose the model first.")
    own = " ".join((hypothesis or "").split())
    proposed = own in ("", remedy["hypothesis"])
    return hypotheses.start(
        settings,
        slug,
        hypothesis=own or remedy["hypothesis"],
        proposed_by=code if proposed else "",
        seconds=remedy["seconds"],
        families=tuple(remedy["families"]) or None,
        space=remedy.get("space") or None,
        clock=clock,
    )
