"""Plain sentences made from the numbers of an explanation, and from nothing else; never causal ones."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from itertools import islice, pairwise
from numbers import Integral, Real
from typing import Any

import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.domain.words import number, share, with_interval
from engine.explain.output import labels, quantity

EMPTY = "empty"
_LONGEST_CELL = 60
_MOST_CLASSES = 5
_HARDLY = 0.001
"""A contribution below this part of all contributions of its row hardly moves the prediction."""


def cell_text(value: Any) -> str:
    """Write a cell as it stands in the table, at most 60 characters long."""
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return EMPTY
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    if isinstance(value, Real) and not isinstance(value, Integral):
        # Ten digits show a cell in full; through its text, since a short float has fewer true digits.
        return f"{float(str(value)):.10g}"
    text = " ".join(str(value).split())
    return (text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1].rstrip() + "…") or EMPTY


def contribution(name: str, cell: str, value: float, total: float, what: str) -> str:
    """Say what one column adds to the prediction of a row.

    Parameters
    ----------
    name : str
        The column.
    cell : str
        Its text in this row; empty for several columns that count as one.
    value : float
        The contribution.
    total : float
        The sizes of all contributions of the row, added up.
    what : str
        The explained number, such as ``probability of 'Yes'``.
    """
    # A single column takes the verb in the singular, several that count as one in the plural.
    ending = "s" if cell else ""
    subject = _cell(name, cell)
    if abs(value) <= _HARDLY * total:
        return f"{subject} hardly move{ending} the predicted {what}"
    return f"{subject} {'raise' if value > 0 else 'lower'}{ending} the predicted {what} by {number(abs(value))}"


def row_summary(row: Mapping[str, Any], what: str) -> list[str]:
    """Say what the model predicts for a row and which columns count most.

    Parameters
    ----------
    row : mapping
        A row payload: ``label base prediction actual contributions``.
    what : str
        The explained number.
    """
    article = "" if row["label"] is None else "the "
    sentences = [
        f"For this row the model says {number(row['prediction'])} for {article}{what}; "
        f"the average over the background rows is {number(row['base'])}."
    ]
    total = sum(abs(one["value"]) for one in row["contributions"])
    singles = [one for one in row["contributions"] if one["cell"]]
    moving = [one for one in singles[:3] if abs(one["value"]) > _HARDLY * total]
    if moving:
        parts = [f"{_cell(one['column'], one['cell'])} ({_signed(one['value'])})" for one in moving]
        sentences.append(f"Largest contributions: {listed(parts)}.")
    if row["actual"] is not None:
        actual = row["actual"]
        sentences.append(f"The actual value is {repr(actual) if isinstance(actual, str) else number(actual)}.")
    return sentences


def summary(payload: Mapping[str, Any], problem: Problem) -> list[str]:
    """Say which columns the model uses, how sure that is, and what it does not mean.

    Parameters
    ----------
    payload : mapping
        An explanation with everything but its words.
    """
    singles = payload["importance"][: payload["columns"] - payload["columns_joined"]]
    ranked = [one for one in singles if one["value"] > 0]
    if not ranked:
        return [
            "The model predicts the same for every row that was looked at: it uses none of the columns.",
            *_limits(),
        ]
    sentences = [_most_used(ranked[:3], problem)]
    sentences += [_compared(first, second) for first, second in pairwise(ranked[:3])]
    sentences += [
        f"For '{label}' the model uses {ranking[0]['column']} most."
        for label, ranking in islice(payload["per_class"].items(), _MOST_CLASSES)
        if ranking[0]["value"] > 0
    ]
    sentences.append(_basis(payload, problem))
    if payload["columns_joined"]:
        sentences.append(_joined(payload))
    if payload["correlated"]:
        groups = "; ".join(listed(group) for group in payload["correlated"])
        sentences.append(
            f"Columns that move together: {groups}. The model may use one in place of another, so read the importance "
            "of such a group as one."
        )
    return [*sentences, *_limits()]


def _joined(payload: Mapping[str, Any]) -> str:
    return (
        f"The table has {number(payload['columns'])} columns; the {number(payload['columns_joined'])} that counted "
        f"least in a quick screen are explained together as one, with {share(payload['importance'][-1]['share'])} of "
        "all contributions."
    )


def _most_used(ranked: Sequence[Mapping[str, Any]], problem: Problem) -> str:
    first, others = ranked[0], ranked[1:]
    sentence = (
        f"The model uses {first['column']} most: on average it moves the predicted {_predicted(problem)} by "
        f"{with_interval(first['value'], first['low'], first['high'])}, {share(first['share'])} of all contributions"
    )
    if others:
        sentence += "; next " + ("comes " if len(others) == 1 else "come ")
        sentence += listed([f"{one['column']} ({share(one['share'])})" for one in others])
    return sentence + "."


def _compared(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    if second["high"] >= first["low"]:
        return f"{first['column']} and {second['column']} count practically the same: their 95 % intervals overlap."
    return f"{first['column']} counts more than {second['column']}: their 95 % intervals do not overlap."


def _basis(payload: Mapping[str, Any], problem: Problem) -> str:
    sentence = (
        f"Measured on {number(payload['sample_rows'])} rows of the training part against "
        f"{number(payload['background_rows'])} background rows"
    )
    if payload["base"] is None:
        return sentence + "."
    return f"{sentence}, for which the average predicted {_predicted(problem)} is {number(payload['base'])}."


def _limits() -> list[str]:
    return [
        "These numbers say what the model uses to predict. They do not say what would happen if somebody changed "
        "a value in the world: a column may only be associated with what really matters."
    ]


def _predicted(problem: Problem) -> str:
    return "probability of a class" if problem.task is Task.MULTICLASS else quantity(problem, labels(problem)[0])


def _cell(name: str, cell: str) -> str:
    return f"{name} = {cell}" if cell else name


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '−'}{number(abs(value))}"


def listed(parts: Sequence[str]) -> str:
    """Join parts as a sentence does: ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
