"""Asking a model about one row: what if it were different, who is like it, what would turn the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.actions import work
from engine.actions.cells import plain_cell, plain_prediction, read_cell, same_cell
from engine.domain.clock import Clock, utc_now
from engine.domain.data import Problem
from engine.domain.run import Trial
from engine.domain.task import Task
from engine.errors import InputError, StateError
from engine.settings import Settings
from engine.store import files, results, tries
from engine.store.db import connect

if TYPE_CHECKING:
    import pandas as pd

    from engine.automl.model import Model
    from engine.explain.similar import Neighbourhood
    from engine.explain.whatif import Bounds


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A loaded model with the rows that it was made from; all that answers a question about one row."""

    project: str
    trial: Trial
    problem: Problem
    model: Model
    X: pd.DataFrame
    """The training part, aligned; the index holds the row numbers of the file that was brought."""
    actual: Sequence[Any]
    """What each row turned out to be, as text or number, shape (n_rows,)."""
    known: Mapping[str, Bounds]
    near: Neighbourhood
    usual_gap: float
    columns: tuple[str, ...]
    """Features, the most important first."""

    def row(self, number: int) -> dict[str, Any]:
        """Return the cells of a row.

        Raises
        ------
        InputError
            If the training part has no such row.
        """
        place = self.place(number)
        return {str(name): cell for name, cell in self.X.iloc[place].items()}

    def place(self, number: int) -> int:
        """Say where a row stands in the training part."""
        import numpy as np

        found = np.flatnonzero(self.X.index.to_numpy() == number)
        if not len(found):
            raise InputError(
                f"Row {number} is not in the training part.",
                hint=f"Choose one of its {len(self.X):,} row numbers, for example {self.X.index[0]}.",
            )
        return int(found[0])


def open_desk(settings: Settings, slug: str) -> Desk:
    """Load the model that counts, and prepare the training part for questions about single rows.

    Raises
    ------
    StateError
        If there is no explained model yet.
    InputError
        If a file of the model was changed.
    """
    from engine.automl.model import Model, align
    from engine.explain.similar import Neighbourhood
    from engine.explain.whatif import bounds
    from engine.runs.jobs.material import model_folder, training

    trial = work.winner(settings, slug)
    with connect(settings) as db:
        explanation = results.explanation(db, trial.id)
    folder = model_folder(settings, trial)
    if explanation is None or not (folder / "manifest.json").is_file():
        raise StateError("This model is not explained yet.", hint=f"Run 'proofolio explain {slug}' first.")
    material, _ = training(settings, slug)
    problem = material.problem
    X = align(material.X, problem)[0]
    importance = {one["column"]: float(one["value"]) for one in explanation["importance"]}
    near = Neighbourhood.of(X, problem.kinds, importance)
    truth = material.y.tolist()
    return Desk(
        project=slug,
        trial=trial,
        problem=problem,
        model=Model.load(folder, problem),
        X=X,
        actual=[problem.classes[int(one)] for one in truth] if problem.classes else truth,
        known=bounds(X, problem.kinds),
        near=near,
        usual_gap=near.usual_gap(X),
        columns=tuple(sorted(problem.features, key=lambda name: -importance.get(name, 0.0))),
    )


def version_of(settings: Settings, slug: str) -> str:
    """Name the stored model that counts by its manifest; another name means that it has to be loaded anew."""
    from engine.runs.jobs.material import model_folder

    manifest = model_folder(settings, work.winner(settings, slug)) / "manifest.json"
    return files.sha256_of(manifest) if manifest.is_file() else ""


def ask(
    settings: Settings, desk: Desk, number: int, changes: Mapping[str, Any], *, clock: Clock = utc_now
) -> dict[str, Any]:
    """Ask what the model says of a row with some cells changed; the try is stored.

    Parameters
    ----------
    settings : Settings
    desk : Desk
    number : int
        Row number in the file that was brought.
    changes : mapping of column to cell
        Text is read as the column's kind asks for; an empty text or ``None`` is an empty cell.

    Returns
    -------
    dict
        ``row changes before after cautions words``.

    Raises
    ------
    InputError
        If there is no such row or column, or a cell cannot be read.
    """
    from engine.explain.whatif import cautions, table_of

    row = desk.row(number)
    read = {name: read_cell(desk.problem, name, value) for name, value in changes.items()}
    new = {name: value for name, value in read.items() if not same_cell(value, row[name])}
    changed = {**row, **new}
    pred = desk.model.predict(table_of([row, changed], desk.X))
    before, after = plain_prediction(pred[0]), plain_prediction(pred[1])
    plain = {name: plain_cell(value) for name, value in new.items()}
    if new:
        with connect(settings) as db:
            tries.add(db, desk.project, desk.trial.id, number, plain, before, after, clock())
    said = answer_words(desk.problem, before, after) if new else "Nothing was changed."
    found = cautions(changed, desk.known, desk.near, desk.usual_gap) if new else []
    return {"row": number, "changes": plain, "before": before, "after": after, "cautions": found, "words": said}


def like(desk: Desk, number: int, *, count: int = 5) -> list[dict[str, Any]]:
    """List the rows most like one, and the nearest that turned out otherwise: ``row distance actual other cells``."""
    import numpy as np

    place, row = desk.place(number), desk.row(number)
    others = np.delete(np.arange(len(desk.X)), place)
    found = [(one, gap, False) for one, gap in desk.near.nearest(row, count, others)]
    if desk.problem.task.is_classification:
        otherwise = np.array([one for one in others.tolist() if desk.actual[one] != desk.actual[place]], dtype=np.intp)
        found += [(one, gap, True) for one, gap in desk.near.nearest(row, 1, otherwise)] if len(otherwise) else []
    return [
        {
            "row": int(desk.X.index[one]),
            "distance": gap,
            "actual": desk.actual[one],
            "otherwise": other,
            "cells": {name: plain_cell(desk.X.iloc[one][name]) for name in desk.columns},
        }
        for one, gap, other in found
    ]


def turn(settings: Settings, desk: Desk, number: int, *, target: float | None = None) -> list[dict[str, Any]]:
    """Look for the smallest changes of a row that turn the answer; columns marked as fixed stay as they are.

    Parameters
    ----------
    target : float, optional
        For a predicted number: the value that is to be passed.

    Raises
    ------
    InputError
        If a number is predicted and no value is given.
    """
    from engine.explain.flip import away_from, flips, past
    from engine.explain.whatif import table_of
    from engine.metrics.decision import decide

    row = desk.row(number)
    now = desk.model.predict(table_of([row], desk.X))
    if desk.problem.task is Task.REGRESSION:
        if target is None:
            raise InputError("It is not said which value is to be passed.", hint="Give a value of the target.")
        towards = past(target, float(now[0]))
    else:
        towards = away_from(int(decide(now, desk.problem)[0]), desk.problem)
    with connect(settings) as db:
        fixed = tries.fixed(db, desk.project)
    found = flips(row, desk.X, desk.problem, desk.model.predict, towards, desk.near, fixed=fixed)
    return [
        {
            "changes": {name: plain_cell(value) for name, value in one["changes"].items()},
            "from": {name: plain_cell(row[name]) for name in one["changes"]},
            "distance": one["distance"],
            "prediction": one["prediction"],
        }
        for one in found
    ]


def mark_fixed(settings: Settings, slug: str, names: Sequence[str], *, clock: Clock = utc_now) -> None:
    """Store which columns cannot change, in place of what was marked before.

    Raises
    ------
    InputError
        If one of them is no feature of the project.
    """
    from engine.store import projects

    with connect(settings) as db:
        features = projects.get(db, slug).problem.features
        unknown = [name for name in names if name not in features]
        if unknown:
            raise InputError(f"{unknown[0]!r} is no column that the model reads.", hint="Check its spelling.")
        tries.set_fixed(db, slug, names, clock())


def answer_words(problem: Problem, before: Sequence[float], after: Sequence[float]) -> str:
    """Say what the model answers before and after a change."""
    from engine.domain.words import number, share

    if problem.task is Task.REGRESSION:
        return f"The model says {number(after[0])} instead of {number(before[0])}."
    if problem.task is Task.BINARY:
        return f"The model gives {problem.positive!r} {share(after[1])} instead of {share(before[1])}."
    old, new = (max(range(len(one)), key=lambda place: one[place]) for one in (before, after))
    if old == new:
        return (
            f"The model still says {problem.classes[new]!r}, with {share(after[new])} instead of {share(before[new])}."
        )
    return (
        f"The model says {problem.classes[new]!r} ({share(after[new])}) instead of {problem.classes[old]!r} "
        f"({share(before[old])})."
    )
