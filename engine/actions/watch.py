"""Is the model still good? Bringing new rows, replaying time, retraining, promoting, rolling back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.actions import work
from engine.domain.clock import Clock, utc_now
from engine.domain.data import Column
from engine.domain.run import Run, RunKind, Trial
from engine.domain.task import ColumnKind
from engine.domain.watch import Batch
from engine.errors import InputError
from engine.runs import launch
from engine.settings import Settings
from engine.store import datasets, files, projects, runs, trials, watch
from engine.store.db import connect

if TYPE_CHECKING:
    pass

_LONGEST_NAME = 120
_FIRST_YEAR = 1800


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
    """Name the columns of a project that tell when a row happened: dates, then years, the likeliest first."""
    from engine.data.kinds import words_of
    from engine.data.split import timeline

    def _is_year(words: set[str]) -> bool:
        return "year" in words and not words & timeline.NOT_THE_EVENT

    with connect(settings) as db:
        dataset = datasets.get(db, projects.get(db, slug).dataset_sha256)
    found = [one for one in timeline.time_columns(dataset.columns, dataset.rows) if _is_late(one)]
    # A year of which there are two or three is too coarse to split by, but drift over it can be watched.
    years = [one for one in dataset.columns if one not in found and _is_late(one) and _is_year(set(words_of(one.name)))]
    return [one.name for one in [*found, *years]]


def _is_late(column: Column) -> bool:
    """Whether the values can be moments at all: dates, or numbers from the year 1800 on."""
    if column.kind is ColumnKind.DATETIME:
        return True
    return isinstance(column.low, int | float) and column.low >= _FIRST_YEAR


def ordering_columns(settings: Settings, slug: str) -> list[str]:
    """Name the columns by whose order rows can be replayed: those that tell the time first, then other numbers."""
    with connect(settings) as db:
        dataset = datasets.get(db, projects.get(db, slug).dataset_sha256)
    kinds = (ColumnKind.DATETIME, ColumnKind.NUMERIC, ColumnKind.INTEGER)
    numbers = [one.name for one in dataset.columns if one.kind in kinds]
    return list(dict.fromkeys([*time_columns(settings, slug), *numbers]))


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
