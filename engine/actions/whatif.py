"""One row: finding it, trying other values on it, and marking columns that cannot change."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.actions import work
from engine.domain.clock import Clock, utc_now
from engine.domain.run import Run, RunKind, Trial
from engine.errors import InputError, StateError
from engine.runs import launch
from engine.settings import Settings
from engine.store import projects, runs, tries
from engine.store.db import connect

if TYPE_CHECKING:
    from engine.automl.model import Model
    from engine.runs.jobs.one_row import Room

TYPICAL, WRONG, BORDERLINE, HIGHEST, LOWEST = (
    "A typical one",
    "The most wrong",
    "A borderline one",
    "The highest prediction",
    "The lowest prediction",
)
WAYS = (TYPICAL, WRONG, BORDERLINE, HIGHEST, LOWEST)
"""Ways to choose a row by its stored prediction."""
_MOST_FOUND = 200


def room(settings: Settings, slug: str, trial: Trial) -> Room:
    """Fetch the training part, ready for looking at one row."""
    from engine.runs.jobs import one_row

    return one_row.room(settings, slug, trial.id)


def model_key(settings: Settings, trial: Trial) -> str:
    """Name the files of a model by hash, size and time, so that a kept copy is never used for other files.

    Raises
    ------
    StateError
        If the model was not kept.
    """
    folder = _folder(settings, trial)
    manifest = (folder / "manifest.json").read_bytes()
    parts = [f"{one.name} {one.stat().st_size} {one.stat().st_mtime_ns}" for one in sorted(folder.iterdir())]
    return hashlib.sha256(manifest + "\n".join(parts).encode()).hexdigest()


def load_model(settings: Settings, slug: str, trial: Trial) -> Model:
    """Load the kept model of a trial; nothing is fitted here.

    Raises
    ------
    StateError
        If it was not kept.
    InputError
        If a file was changed, or it was fitted on other columns.
    """
    from engine.automl.model import Model

    folder = _folder(settings, trial)
    with connect(settings) as db:
        problem = projects.get(db, slug).problem
    return Model.load(folder, problem)


def _folder(settings: Settings, trial: Trial) -> Any:
    folder = settings.run_folder(trial.run_id) / "models" / str(trial.number)
    if not (folder / "manifest.json").is_file():
        raise StateError(
            "The files of this model are not kept.",
            hint="Explain the row first: that run fits the model from its record.",
        )
    return folder


def choose(settings: Settings, here: Room, trial: Trial, way: str) -> int:
    """Choose a row by its stored out-of-fold prediction; returns its number in the file.

    Raises
    ------
    StateError
        If the predictions are not stored.
    InputError
        If the way is unknown.
    """
    import numpy as np

    if way not in WAYS:
        raise InputError(f"There is no way {way!r} to choose a row.", hint=f"Choose from: {', '.join(WAYS)}.")
    pred = _stored(settings, here, trial)
    scored = np.flatnonzero(np.isfinite(pred).all(axis=1))
    if not len(scored):
        raise StateError("No row has a stored prediction.", hint="Choose a row by its number.")
    order = _order(pred[scored], here, scored, way)
    return int(here.frame.index[scored[order]])


def held_out(settings: Settings, here: Room, trial: Trial, row: int) -> str:
    """Say what the model said for a row while it was held out of the fit; nothing if that is not stored."""
    from engine.domain.words import number
    from engine.explain.output import labels, quantity

    try:
        outputs = _stored(settings, here, trial)[here.place(row)]
    except StateError:
        return ""
    problem = here.problem
    outputs = outputs[1:] if len(problem.classes) == 2 else outputs
    if not all(map(math.isfinite, outputs)):
        return ""
    place = int(outputs.argmax())
    label = labels(problem)[place]
    article = "" if label is None else "the "
    return (
        f"Held out of the fit, the model said {number(float(outputs[place]))} for {article}{quantity(problem, label)}."
    )


def _stored(settings: Settings, here: Room, trial: Trial) -> Any:
    """Read out-of-fold predictions, shape (n_rows, n_classes) or (n_rows, 1)."""
    from engine.runs.jobs.material import load_predictions

    try:
        return load_predictions(settings, trial).reshape(len(here.frame), -1)
    except (OSError, ValueError) as error:
        raise StateError(
            "The stored predictions of this model cannot be read.", hint="Choose a row by its number, or train again."
        ) from error


def _order(pred: Any, here: Room, scored: Any, way: str) -> int:
    """Find the place of the chosen row among those that are scored."""
    import numpy as np

    sure, miss, doubt = _measures(pred, here, scored)
    if way == TYPICAL:
        return int(np.argsort(sure, kind="stable")[len(sure) // 2])
    if way == WRONG:
        return int(miss.argmax())
    if way == BORDERLINE:
        return int(doubt.argmin())
    return int(sure.argmax() if way == HIGHEST else sure.argmin())


def _measures(pred: Any, here: Room, scored: Any) -> tuple[Any, Any, Any]:
    """Give each row its prediction, its error, and how near it is to the other side."""
    import numpy as np

    problem = here.problem
    if not problem.task.is_classification:
        values = pred[:, 0]
        truth = np.asarray(here.outcomes, dtype=float)[scored]
        # On which side of the middle a prediction lies is the nearest thing to a decision.
        return values, np.abs(values - truth), np.abs(values - np.median(values))
    truth = np.array([problem.classes.index(here.outcomes[place]) for place in scored])
    ranked = np.sort(pred, axis=1)
    sure = pred[:, 1] if len(problem.classes) == 2 else ranked[:, -1]
    return sure, 1 - pred[np.arange(len(pred)), truth], ranked[:, -1] - ranked[:, -2]


def find(here: Room, text: str, column: str | None = None) -> list[int]:
    """Find rows whose cells hold a text (in one column, or in any), a number as a whole; returns up to 200 row numbers.

    Raises
    ------
    InputError
        If the column is no feature.
    """
    from engine.explain.words import cell_text

    wanted = text.strip().casefold()
    if not wanted:
        return []
    if column is not None and column not in here.problem.features:
        raise InputError(f"There is no feature {column!r}.", hint="Choose among the features of the project.")
    names = [column] if column else list(here.problem.features)
    hit = None
    for name in names:
        values = here.frame[name]
        if values.dtype == float:
            # A number is found as a whole: to write every one as text would take seconds.
            same = values.eq(_as_number(wanted))
        else:
            holds = {value: wanted in cell_text(value).casefold() for value in values.dropna().unique()}
            same = values.map(holds).eq(True)
        hit = same if hit is None else hit | same
    return [] if hit is None else [int(row) for row in here.frame.index[hit.to_numpy()][:_MOST_FOUND]]


def _as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def try_out(
    settings: Settings,
    slug: str,
    here: Room,
    model: Model,
    trial: Trial,
    row: int,
    changes: Mapping[str, Any],
    *,
    clock: Clock = utc_now,
) -> dict[str, Any]:
    """Ask the model about a row with other values, and store the try; returns what :mod:`engine.explain.whatif` says.

    Raises
    ------
    InputError
        If there is no such row, nothing is changed, or a value cannot be read.
    """
    from engine.explain import whatif

    place = here.place(row)
    one = here.frame.iloc[[place]]
    payload = whatif.try_out(model, one, changes, here.known, here.space, here.problem)
    if not payload["changes"]:
        raise InputError("Nothing is changed: every value is what it was.", hint="Change at least one value.")
    with connect(settings) as db:
        tries.add(db, slug, trial.id, payload, clock())
    return payload


def similar_rows(here: Room, row: int, *, count: int = 5) -> list[dict[str, Any]]:
    """Fetch the nearest other rows of the training part, with their outcomes."""
    from engine.explain import similar

    place = here.place(row)
    one = here.frame.iloc[[place]]
    near = similar.nearest(here.space, one, count=count + 1)
    return similar.compared(here.frame, one, near[near != place][:count], here.space, here.outcomes)


def start(settings: Settings, slug: str, row: int, *, wanted: Any = None, clock: Clock = utc_now) -> int:
    """Queue the run that explains one row and searches what gives another answer; returns its id.

    Raises
    ------
    InputError
        If ``wanted`` is no class of the project, or no number for a regression.
    """
    from engine.explain.goal import check_wanted

    trial = work.winner(settings, slug)
    with connect(settings) as db:
        problem = projects.get(db, slug).problem
        seed = runs.get(db, trial.run_id).params.get("seed", 0)
    wanted = check_wanted(wanted, problem) if wanted is not None else None
    params = {"trial": trial.id, "row": int(row), "seed": seed, "wanted": wanted}
    return launch.enqueue(settings, slug, RunKind.EXPLAIN, params, clock=clock)


def explained(settings: Settings, slug: str, trial: Trial) -> list[Run]:
    """Fetch the newest runs that explained a row of a trial, newest first."""
    with connect(settings) as db:
        found = runs.all_of(db, slug, limit=60)
    return [
        one
        for one in found
        if one.kind is RunKind.EXPLAIN and one.params.get("trial") == trial.id and one.params.get("row") is not None
    ]


def mark_fixed(settings: Settings, slug: str, names: Sequence[str], *, clock: Clock = utc_now) -> None:
    """Store which features cannot change, in place of those marked before; no search changes them.

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
        tries.set_fixed(db, slug, names, clock())


def history(settings: Settings, slug: str) -> list[dict[str, Any]]:
    """Fetch what was tried, newest first."""
    with connect(settings) as db:
        return tries.of_project(db, slug)


def fixed(settings: Settings, slug: str) -> list[str]:
    """Fetch the columns that cannot change."""
    with connect(settings) as db:
        return tries.fixed(db, slug)
