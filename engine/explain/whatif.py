"""What the model would answer if some values of a row were others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.domain.words import number
from engine.explain import words
from engine.explain.output import Floats, Predictor, labels, predict_outputs, quantity
from engine.explain.ranges import Range, edit, listed, outside
from engine.explain.similar import Space, is_far, rare_pairs
from engine.metrics.decision import decide as by_cost
from engine.metrics.decision import implied_threshold, stated_costs

NOT_CAUSAL = (
    "This says how the model's answer changes, not the world's: changing the value in real life need not change what "
    "happens."
)


def decide(outputs: Floats, problem: Problem) -> str | None:
    """Say what the model decides by one row of outputs: the class of least expected cost, as everywhere else.

    ``None`` for a regression.
    """
    if problem.task is Task.REGRESSION:
        return None
    return problem.classes[int(by_cost(probabilities(outputs[None, :], problem), problem)[0])]


def probabilities(outputs: Floats, problem: Problem) -> Floats:
    """Turn explained outputs of classes into probabilities of all of them, shape (n_rows, n_classes)."""
    return np.column_stack([1 - outputs[:, 0], outputs[:, 0]]) if problem.task is Task.BINARY else outputs


def try_out(
    model: Predictor,
    row: pd.DataFrame,
    changes: Mapping[str, Any],
    known: Mapping[str, Range],
    space: Space,
    problem: Problem,
) -> dict[str, Any]:
    """Predict a row before and after some of its values are changed.

    Parameters
    ----------
    row : DataFrame of shape (1, n_features)
        One aligned row of the training part.
    changes : mapping
        New values by column, as a person writes them; those that are what they were do not count.

    Returns
    -------
    dict
        ``row changes[{column before after}] label prediction_before prediction_after decision_before decision_after
        flags words``; the predictions are those of ``label``: the positive class, the class decided before, or the
        value.

    Raises
    ------
    InputError
        If nothing is changed, a column is unknown or a value cannot be read.
    """
    edited, differs = edit(row, changes, known)
    both = pd.concat([row, edited], ignore_index=True)
    outputs = predict_outputs(model, both, problem)
    place = int(outputs[0].argmax())
    flags = outside(differs, known)
    # A value that no row has makes every pair with it rare: that was said already.
    usual = [name for name in differs if not outside({name: differs[name]}, known)]
    pairs = rare_pairs(space, edited, usual)
    if differs and not flags and not pairs and is_far(space, edited):
        pairs = [
            "Hardly any training row is like this one as a whole: the nearest is farther away than for 99 % of the "
            "rows that were probed."
        ]
    payload = {
        "row": int(row.index[0]),
        "changes": _changes(row, differs),
        "label": labels(problem)[place],
        "prediction_before": float(outputs[0, place]),
        "prediction_after": float(outputs[1, place]),
        "decision_before": decide(outputs[0], problem),
        "decision_after": decide(outputs[1], problem),
        # Where the decision between two classes changes.
        "border": implied_threshold(stated_costs(problem)) if problem.task is Task.BINARY else None,
        "flags": [*flags, *pairs],
    }
    return payload | {"words": sentences(payload, problem)}


def _changes(row: pd.DataFrame, differs: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"column": name, "before": words.cell_text(row[name].iloc[0]), "after": words.cell_text(value)}
        for name, value in differs.items()
    ]


def sentences(tried: Mapping[str, Any], problem: Problem) -> list[str]:
    """Say what changed and what the model answers; the last sentence is that nothing causal is meant."""
    what = quantity(problem, tried["label"])
    article = "" if tried["label"] is None else "the "
    before, after = tried["prediction_before"], tried["prediction_after"]
    if not tried["changes"]:
        return [f"Nothing is changed: the model says {number(before)} for {article}{what}."]
    said = listed([f"{one['column']} = {one['after']} (was {one['before']})" for one in tried["changes"]])
    if np.isclose(before, after, rtol=1e-9, atol=1e-12):
        moved = f"the model's answer stays {number(before)} for {article}{what}."
    else:
        way = "rises" if after > before else "falls"
        moved = (
            f"the model's answer for {article}{what} {way} from {number(before)} to {number(after)}, by "
            f"{number(abs(after - before))}."
        )
    found = [f"With {said}, {moved}"]
    if tried["decision_before"] is not None:
        found.append(_decision(tried["decision_before"], tried["decision_after"], problem))
    return [*found, NOT_CAUSAL]


def _decision(before: str, after: str, problem: Problem) -> str:
    what = "By the stated costs the decision" if problem.costs else "The more probable class"
    return f"{what} stays '{before}'." if before == after else f"{what} becomes '{after}' instead of '{before}'."
