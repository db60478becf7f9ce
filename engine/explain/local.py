"""Why the model predicts what it predicts for one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.errors import InputError
from engine.explain import words
from engine.explain.cells import stack
from engine.explain.game import make_game, steps
from engine.explain.output import Floats, Predictor, label_place, labels, predict_outputs, quantity
from engine.explain.sampling import background_places, draw_pool
from engine.explain.shapley import contributions

_PREDICTIONS = 10_000
_MOST_BACKGROUND, _LEAST_BACKGROUND = 100, 10


def explain_row(
    model: Predictor,
    background: pd.DataFrame,
    row: pd.DataFrame,
    problem: Problem,
    *,
    label: str | None = None,
    seed: int = 0,
    actual: float | None = None,
) -> dict[str, Any]:
    """Explain the prediction for one row.

    Parameters
    ----------
    model : Predictor
        What predicts.
    background : DataFrame
        The training part, or a sample of it; at most 100 of its rows stand for "unknown".
    row : DataFrame
        Exactly one row with the problem's features; its values need not occur in the background.
    label : str or None
        The class whose probability is explained: by default the positive one of two, the most probable
        of several. ``None`` for a regression.
    actual : float or None
        The true class code or value, if it is known.

    Returns
    -------
    dict
        ``row why_chosen label base prediction actual contributions words``. ``row`` is the row's number
        where the background has the same row under the same number, else ``None``.

    Raises
    ------
    InputError
        If there is not exactly one row, no background, a feature is missing or the label is unknown.
    """
    if len(row) != 1:
        raise InputError(f"One row can be explained at a time, not {len(row):,}.", hint="Choose a single row.")
    check_features(background, problem)
    check_features(row, problem)
    names = list(problem.features)
    pool = draw_pool(model, background, problem, seed=seed)
    game, codes = make_game(model, stack(pool.frame, row[names]), problem)
    size = int(np.clip(_PREDICTIONS // steps(game.players), _LEAST_BACKGROUND, _MOST_BACKGROUND))
    game = replace(game, background=codes[background_places(pool, size)])
    values, base = contributions(game, codes[-1:], seed=seed)
    outputs = predict_outputs(model, row[names], problem)[0]
    place = label_place(problem, label) if label is not None else int(outputs.argmax())
    return row_payload(
        values[0, :, place],
        names,
        [words.cell_text(row[name].iloc[0]) for name in names],
        problem,
        label=labels(problem)[place],
        base=float(base[place]),
        prediction=float(outputs[place]),
        number=_row_number(background[names], row[names]),
        why="chosen by hand",
        actual=actual,
    )


def row_payload(
    values: Floats,
    names: Sequence[str],
    cells: Sequence[str],
    problem: Problem,
    *,
    label: str | None,
    base: float,
    prediction: float,
    number: int | None,
    why: str,
    actual: float | None,
) -> dict[str, Any]:
    """Gather what is known of one explained row, contributions by falling size, joined columns last.

    Parameters
    ----------
    values : ndarray
        Contributions, shape (n_columns,), in the order of ``names`` and ``cells``; the cell of several
        columns that count as one is empty.
    actual : float or None
        Class code or value.
    """
    what = quantity(problem, label)
    total = float(np.abs(values).sum())
    payload: dict[str, Any] = {
        "row": number,
        "why_chosen": why,
        "label": label,
        "base": base,
        "prediction": prediction,
        "actual": _actual(actual, problem),
        "contributions": [
            {
                "column": names[place],
                "value": float(values[place]),
                "cell": cells[place],
                "text": words.contribution(names[place], cells[place], float(values[place]), total, what),
            }
            for place in sorted(range(len(names)), key=lambda place: (not cells[place], -abs(values[place])))
        ],
    }
    return payload | {"words": words.row_summary(payload, what)}


def check_features(frame: pd.DataFrame, problem: Problem) -> None:
    """Make sure that a table has rows and the problem's features.

    Raises
    ------
    InputError
        If it has not.
    """
    missing = [name for name in problem.features if name not in frame.columns]
    if missing:
        raise InputError(
            f"The table lacks {len(missing):,} of the columns that the model was trained on, first {missing[0]!r}.",
            hint="Bring a table with the columns of the training data.",
        )
    if frame.empty:
        raise InputError("There are no rows to explain.", hint="Bring a table with at least one row.")


def _actual(actual: float | None, problem: Problem) -> str | float | None:
    if actual is None or not np.isfinite(actual):
        return None
    return float(actual) if problem.task is Task.REGRESSION else problem.classes[int(actual)]


def _row_number(background: pd.DataFrame, row: pd.DataFrame) -> int | None:
    # An edited copy of a training row keeps its index but is that row no longer.
    index = row.index[0]
    known = isinstance(index, int | np.integer) and index in background.index
    return int(index) if known and background.loc[[index]].equals(row) else None
