"""A model that can be read beside the best one: a small tree, fitted on the same folds to the same target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.domain.task import ColumnKind, Task
from engine.domain.words import number, with_interval
from engine.errors import InputError
from engine.explain.cells import as_numbers
from engine.explain.output import Floats, labels, quantity
from engine.explain.words import cell_text
from engine.metrics.compare import BETTER, WORSE, paired_difference
from engine.metrics.scores import score

LEAVES, DEPTH = 8, 3
_NAME = f"A tree of at most {LEAVES} rules"
_MOST_CELLS, _LEAST_ROWS = 500_000, 3_000
"""Rows times columns of one fit, where there are more than the least rows; a few questions need no more."""
_MOST_LEVELS, _LEAST_LEAF, _LEAF_SHARE = 12, 5, 0.01
_LEVELLED = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)
Folds = Sequence[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What one column of the tree's table says about a row."""

    column: str
    level: str | None = None
    """Of a category: whether the cell is this level."""
    date: bool = False

    def asked(self, threshold: float, yes: bool, empty: bool) -> str:
        """Write a side of a split; ``empty`` says that empty cells go the same way."""
        if self.level is not None:
            return f"{self.column} is {'not ' if yes else ''}{self.level}"
        at = cell_text(pd.Timestamp(int(threshold)).floor("s")) if self.date else f"{threshold:.6g}"
        return f"{self.column} {'≤' if yes else '>'} {at}{' or empty' if empty else ''}"


def glassbox(
    frame: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    folds: Folds,
    best: Floats,
    *,
    others: dict[str, Floats] | None = None,
    weights: Floats | None = None,
    groups: npt.NDArray[np.generic] | None = None,
    seed: int = 0,
) -> dict[str, Any] | None:
    """Fit a small tree and put its out-of-fold score beside that of the best model.

    Parameters
    ----------
    frame, y : DataFrame, ndarray
        The training part and its class codes or values, shape (n_rows,).
    best : ndarray
        Out-of-fold predictions of the best model, shape (n_rows, n_classes) or (n_rows,).
    others : dict, optional
        Out-of-fold predictions of other models that can be read, by their name.
    weights, groups : ndarray, optional
        How much each row counts in a fit; group of each row for the intervals.

    Returns
    -------
    dict or None
        ``metric best rows models tree rules sentence method left_out``; ``models`` lists ``name score cost low high``
        where ``cost`` is by how much the best model is better, on the rows that both have scored. ``None`` where no
        column can be asked about, or the metric is not defined.
    """
    table, questions, left_out = _table(frame, problem)
    if not questions or len(np.unique(y)) < 2:
        return None
    predictions = np.full_like(best, np.nan, dtype=np.float64)
    for fit, rest in folds:
        predictions[rest] = _predict(_fit(table, y, fit, problem, weights, seed), table[rest], problem)
    said = {_NAME: predictions, **(others or {})}
    models = _compared(y, best, said, problem, groups=groups, seed=seed)
    if not models or models[0]["name"] != _NAME:
        return None
    tree = _fit(table, y, np.arange(len(y)), problem, weights, seed)
    nodes = _nodes(tree, questions, [bool(np.isnan(one).any()) for one in table.T], problem)
    found = {
        "metric": problem.metric,
        "best": float(score(problem.metric, y, best, problem)),
        "rows": len(y),
        "fitted_rows": nodes[0]["rows"],
        "folds": len(folds),
        "models": models,
        "nodes": nodes,
        "what": quantity(problem, labels(problem)[0]) if problem.task is not Task.MULTICLASS else "class",
        "rules": _rules(nodes),
        "left_out": left_out,
    }
    return found | {"sentence": _sentence(found), "method": _method(found)}


def _compared(
    y: npt.NDArray[np.generic],
    best: Floats,
    said: dict[str, Floats],
    problem: Problem,
    *,
    groups: npt.NDArray[np.generic] | None,
    seed: int,
) -> list[dict[str, Any]]:
    """Score models and lay each beside the best one; those whose score is not defined are left out."""
    models: list[dict[str, Any]] = []
    for name, pred in said.items():
        try:
            gap = paired_difference(problem.metric, y, best, pred, problem, seed=seed, groups=groups)
            reached = float(score(problem.metric, y, pred, problem))
        except InputError:
            continue
        ends = {"cost": gap.value, "low": gap.low, "high": gap.high}
        models.append({"name": name, "score": reached, **ends, "verdict": gap.verdict})
    return models


def _table(frame: pd.DataFrame, problem: Problem) -> tuple[Floats, list[Question], list[str]]:
    """Turn columns into what a tree can ask: numbers and dates as they are, categories level by level."""
    columns: list[Floats] = []
    questions: list[Question] = []
    left_out = []
    for name in problem.features:
        kind = problem.kinds[name]
        numbers = as_numbers(frame[name], kind)
        if numbers is not None and not np.isnan(numbers).all():
            columns.append(numbers)
            questions.append(Question(column=name, date=kind is ColumnKind.DATETIME))
        elif numbers is None and kind in _LEVELLED:
            codes, distinct = pd.factorize(frame[name].astype(object), use_na_sentinel=False)
            texts = np.array([cell_text(value) for value in distinct], dtype=object)[codes]
            counts = pd.Series(texts).value_counts()
            frequent = sorted(counts.index, key=lambda text: (-int(counts[text]), str(text)))[:_MOST_LEVELS]
            # Of two levels one tells the other.
            for level in frequent[:1] if len(frequent) == 2 else frequent:
                columns.append((texts == level).astype(np.float64))
                questions.append(Question(column=name, level=str(level)))
        else:
            left_out.append(name)
    # The library works with 32 bits; larger numbers would become infinite.
    limit = float(np.finfo(np.float32).max) / 2
    table = np.clip(np.column_stack(columns), -limit, limit) if columns else np.empty((len(frame), 0))
    return table, questions, left_out


def _fit(
    table: Floats,
    y: npt.NDArray[np.generic],
    rows: npt.NDArray[np.intp],
    problem: Problem,
    weights: Floats | None,
    seed: int,
) -> Any:
    """Fit the tree on some rows, of very many on a sample."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    most = max(_LEAST_ROWS, _MOST_CELLS // table.shape[1])
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).permutation(rows)[:most])
    kind = DecisionTreeRegressor if problem.task is Task.REGRESSION else DecisionTreeClassifier
    tree = kind(
        max_leaf_nodes=LEAVES,
        max_depth=DEPTH,
        min_samples_leaf=max(_LEAST_LEAF, int(_LEAF_SHARE * len(rows))),
        random_state=seed,
    )
    return tree.fit(table[rows], y[rows], sample_weight=None if weights is None else weights[rows])


def _predict(tree: Any, table: Floats, problem: Problem) -> Floats:
    """Predict, with a column for each class of the problem though a fold may lack one."""
    if problem.task is Task.REGRESSION:
        return np.asarray(tree.predict(table), dtype=np.float64)
    chances = np.zeros((len(table), len(problem.classes)))
    chances[:, np.asarray(tree.classes_, dtype=np.intp)] = tree.predict_proba(table)
    return chances


def _nodes(tree: Any, questions: Sequence[Question], empty: Sequence[bool], problem: Problem) -> list[dict[str, Any]]:
    """List the nodes, each before what follows from it, with how it is reached and what it answers."""
    inner = tree.tree_
    nodes: list[dict[str, Any]] = []

    def walk(node: int, depth: int, parent: int | None, condition: str) -> None:
        place, leaf = len(nodes), inner.children_left[node] < 0
        value, answer = _answer(tree, node, problem)
        nodes.append(
            {
                "parent": parent,
                "depth": depth,
                "condition": condition,
                "leaf": bool(leaf),
                "rows": int(inner.n_node_samples[node]),
                "value": value,
                "answer": answer,
            }
        )
        if leaf:
            return
        question, threshold = questions[inner.feature[node]], float(inner.threshold[node])
        # Where a column has no empty cell, nothing is said of where one would go.
        left, met = bool(inner.missing_go_to_left[node]), empty[inner.feature[node]]
        walk(inner.children_left[node], depth + 1, place, question.asked(threshold, True, met and left))
        walk(inner.children_right[node], depth + 1, place, question.asked(threshold, False, met and not left))

    walk(0, 0, None, "all rows")
    return nodes


def _answer(tree: Any, node: int, problem: Problem) -> tuple[float, str]:
    """Read what a node says: a value, the chance of the positive class, or the likeliest class and its chance."""
    said = np.asarray(tree.tree_.value[node][0], dtype=np.float64)
    if problem.task is Task.REGRESSION:
        return float(said[0]), number(float(said[0]))
    chances = np.zeros(len(problem.classes))
    chances[np.asarray(tree.classes_, dtype=np.intp)] = said / said.sum()
    if problem.task is Task.BINARY:
        return float(chances[1]), number(float(chances[1]))
    best = int(chances.argmax())
    return float(chances[best]), f"{problem.classes[best]} ({number(float(chances[best]))})"


def _rules(nodes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Write every leaf as one rule in words."""
    rules = []
    for node in nodes:
        if not node["leaf"]:
            continue
        conditions, at = [], node
        while at["parent"] is not None:
            conditions.append(at["condition"])
            at = nodes[at["parent"]]
        rule = " and ".join(reversed(conditions)) or "always"
        rules.append({"rule": rule, "answer": node["answer"], "value": node["value"], "rows": node["rows"]})
    return rules


def _sentence(found: dict[str, Any]) -> str:
    tree, title = found["models"][0], find_metric(found["metric"]).title
    scores = f"The tree reaches {title} {number(tree['score'])} out of fold, the best model {number(found['best'])}."
    if tree["verdict"] == BETTER:
        paid = with_interval(tree["cost"], tree["low"], tree["high"])
        return f"You pay {paid} of {title} for a model that can be read in a minute. {scores}"
    if tree["verdict"] == WORSE:
        return f"The tree that can be read is even better beyond chance. {scores}"
    return f"You pay nothing that can be shown for a model that can be read in a minute. {scores}"


def _method(found: dict[str, Any]) -> str:
    sampled = " (each on a sample of the rows)" if found["fitted_rows"] < found["rows"] else ""
    left = f" Columns that a tree cannot ask about are left out: {len(found['left_out'])}." if found["left_out"] else ""
    return (
        f"A decision tree (CART; Breiman et al., 1984) of at most {LEAVES} leaves and {DEPTH} questions in a row, "
        f"fitted on each of the {found['folds']} folds as the other models were, the drawn one on "
        f"{found['fitted_rows']:,} of {found['rows']:,} rows of the training part{sampled}. "
        "The price is the difference to the best model with a "
        f"paired 95 % bootstrap interval; the best model was chosen for its score, which flatters it a little.{left}"
    )
