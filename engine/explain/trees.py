"""Exact SHAP values of a single tree model, on the scale on which its trees are added up.

Tree SHAP in its path-dependent form (Lundberg et al. 2020, From local explanations to global understanding with
explainable AI for trees, Nature Machine Intelligence 2, 56-67): what is unknown follows the rows that each tree was
fitted on, as counted in its nodes. LightGBM, XGBoost and CatBoost compute it themselves; forests through the shap
library. Columns of the encoded table are added up to the columns that they were made of.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.limits import quiet
from engine.automl.model import Model, align
from engine.automl.pipeline import innermost
from engine.domain.data import Problem
from engine.domain.task import Task
from engine.explain.importance import by_class, importance
from engine.explain.local import check_features
from engine.explain.output import Floats, quantity
from engine.explain.output import labels as output_labels

ROWS = 1_000
"""Rows that are explained where there are so many and time allows."""
_PROBE = 20
"""Rows that tell how long the others will take."""
_BOOSTED = ("lightgbm", "xgboost", "catboost")
_FORESTS = ("random_forest", "extra_trees")
_LOG_LINK = ("poisson", "tweedie", "count:poisson", "reg:tweedie", "Poisson", "Tweedie")


@dataclass(frozen=True, kw_only=True)
class Margins:
    """Contributions of columns to what the trees add up to."""

    names: tuple[str, ...]
    """The columns: original ones, and those that a recipe made."""
    values: Floats
    """Shape (n_rows, n_names, n_outputs)."""
    base: Floats
    """What stands before any column is known, shape (n_outputs,)."""
    outputs: Floats
    """What the model itself says on this scale, shape (n_rows, n_outputs)."""

    @property
    def additivity_error(self) -> float:
        """Largest gap between base plus contributions and the model's own output, as a part of the largest output."""
        gap = np.abs(self.base + self.values.sum(axis=1) - self.outputs).max()
        return float(gap / (np.abs(self.outputs).max() or 1.0))


def explain_trees(
    model: object, frame: pd.DataFrame, problem: Problem, *, seed: int = 0, budget_seconds: float = 10.0
) -> dict[str, Any] | None:
    """Rank columns by exact tree SHAP; ``None`` where the model is no single tree model.

    Parameters
    ----------
    model : object
        The fitted model.
    frame : DataFrame
        The training part; at most :data:`ROWS` of its rows, drawn by the seed, are explained.
    budget_seconds : float
        Fewer rows are explained where the measured speed asks for it.

    Returns
    -------
    dict or None
        ``scale method sample_rows additivity_error base importance per_class``; the base is a list where
        there are several classes.

    Raises
    ------
    InputError
        If there are no rows, or columns are missing.
    """
    check_features(frame, problem)
    if not is_tree(model):
        return None
    order = np.random.default_rng(seed).permutation(len(frame))[:ROWS]
    began = time.perf_counter()
    margins(model, frame.iloc[order[:_PROBE]], problem)
    a_row = (time.perf_counter() - began) / min(_PROBE, len(order))
    found = margins(model, frame.iloc[order[: max(_PROBE, int(budget_seconds / a_row))]], problem)
    several = problem.task is Task.MULTICLASS
    return {
        "scale": scale(model, problem),
        "method": _method(model, len(found.values)),
        "sample_rows": len(found.values),
        "additivity_error": found.additivity_error,
        "base": [float(one) for one in found.base] if several else float(found.base[0]),
        "importance": importance(found.values, found.names, seed=seed),
        "per_class": by_class(found.values, found.names, problem.classes) if several else {},
    }


def is_tree(model: object) -> bool:
    """Whether exact tree SHAP applies: one pipeline, and its estimator is one of the known tree models."""
    return isinstance(model, Model) and len(model.members) == 1 and model.members[0].family in (*_BOOSTED, *_FORESTS)


def margins(model: Any, frame: pd.DataFrame, problem: Problem) -> Margins:
    """Compute exact contributions of rows; the model must be one for which :func:`is_tree` holds.

    Raises
    ------
    InputError
        If a column is missing or holds what cannot be read.
    """
    member = model.members[0]
    estimator = innermost(member.pipeline.named_steps["model"])
    table: Any = align(frame, problem)[0]
    with quiet():
        for name, step in member.pipeline.steps:
            if name != "model" and not isinstance(step, str):
                table = step.transform(table)
        raw, outputs = _NATIVE.get(member.family, _forest)(estimator, table)
    raw, outputs = _in_order(raw, outputs, estimator, problem)
    names, belongs = _sources(member.pipeline.named_steps["columns"], problem)
    # One output at a time, so that each is a product of two plain matrices.
    values = np.stack([raw[:, :-1, place] @ belongs for place in range(raw.shape[2])], axis=2)
    return Margins(names=names, values=values, base=raw[0, -1, :], outputs=outputs)


def scale(model: Any, problem: Problem) -> str:
    """Name the scale on which the trees are added up."""
    member = model.members[0]
    estimator = member.pipeline.named_steps["model"]
    if problem.task is Task.MULTICLASS:
        return "probability of each class" if member.family in _FORESTS else "raw score of each class"
    if problem.task is Task.BINARY:
        what = quantity(problem, output_labels(problem)[0])
        return what if member.family in _FORESTS else f"log-odds, the logit of the {what}"
    if hasattr(estimator, "regressor_"):
        return f"{problem.target} on the changed scale on which it is fitted"
    if _objective(estimator).startswith(_LOG_LINK):
        return f"logarithm of {problem.target}"
    return problem.target


def _objective(estimator: Any) -> str:
    params = estimator.get_params()
    return str(params.get("objective") or params.get("loss_function") or "")


def _method(model: Any, rows: int) -> str:
    family = model.members[0].family
    by = "the shap library" if family in _FORESTS else "the model's own library"
    return (
        f"Exact tree SHAP values by {by}, {rows:,} rows of the training part; background: the rows that each tree was "
        "fitted on, as counted in its nodes; encoded columns added up to those that they were made of."
    )


def _lightgbm(estimator: Any, table: Any) -> tuple[Floats, Floats]:
    raw = np.asarray(estimator.predict(table, pred_contrib=True), dtype=np.float64)
    outputs = np.asarray(estimator.predict(table, raw_score=True), dtype=np.float64).reshape(len(raw), -1)
    return raw.reshape(len(raw), outputs.shape[1], -1).swapaxes(1, 2), outputs


def _xgboost(estimator: Any, table: Any) -> tuple[Floats, Floats]:
    from xgboost import DMatrix

    booster = estimator.get_booster()
    rows = DMatrix(table, feature_types=booster.feature_types, enable_categorical=True)
    best = getattr(estimator, "best_iteration", None) if estimator.early_stopping_rounds else None
    until = (0, 0 if best is None else int(best) + 1)
    # The shape of one class is that of several, so that the places of the outputs are always the same.
    raw = booster.predict(rows, pred_contribs=True, iteration_range=until, strict_shape=True)
    outputs = booster.predict(rows, output_margin=True, iteration_range=until, strict_shape=True)
    return np.asarray(raw, dtype=np.float64).swapaxes(1, 2), np.asarray(outputs, dtype=np.float64)


def _catboost(estimator: Any, table: Any) -> tuple[Floats, Floats]:
    from catboost import Pool

    pool = Pool(table, cat_features=estimator.get_cat_feature_indices())
    raw = np.asarray(estimator.get_feature_importance(pool, type="ShapValues"), dtype=np.float64)
    outputs = np.asarray(estimator.predict(pool, prediction_type="RawFormulaVal"), dtype=np.float64)
    return raw.reshape(len(raw), -1, raw.shape[-1]).swapaxes(1, 2), outputs.reshape(len(raw), -1)


def _forest(estimator: Any, table: Any) -> tuple[Floats, Floats]:
    # Imported here: it takes seconds, and only forests need it.
    import shap

    explainer = shap.TreeExplainer(estimator, feature_perturbation="tree_path_dependent")
    values = np.asarray(explainer.shap_values(table, check_additivity=False), dtype=np.float64)
    values = values.reshape(len(values), values.shape[1], -1)
    base = np.broadcast_to(np.ravel(explainer.expected_value), (len(values), 1, values.shape[2]))
    outputs = estimator.predict_proba(table) if hasattr(estimator, "predict_proba") else estimator.predict(table)
    return np.concatenate([values, base], axis=1), np.asarray(outputs, dtype=np.float64).reshape(len(values), -1)


_Native = Callable[[Any, Any], tuple[Floats, Floats]]
_NATIVE: dict[str, _Native] = {"lightgbm": _lightgbm, "xgboost": _xgboost, "catboost": _catboost}


def _in_order(raw: Floats, outputs: Floats, estimator: Any, problem: Problem) -> tuple[Floats, Floats]:
    """Keep of two classes the positive one, and give classes that no row of the fit had a score of their own: none."""
    if problem.task is Task.BINARY:
        return raw[:, :, -1:], outputs[:, -1:]
    if problem.task is not Task.MULTICLASS or raw.shape[2] == len(problem.classes):
        return raw, outputs
    places = np.asarray(estimator.classes_, dtype=np.intp)
    full_raw = np.zeros((*raw.shape[:2], len(problem.classes)))
    full_outputs = np.zeros((len(outputs), len(problem.classes)))
    full_raw[:, :, places], full_outputs[:, places] = raw, outputs
    return full_raw, full_outputs


def _sources(step: Any, problem: Problem) -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    """Say which column each encoded one was made of: names, and a matrix of shape (n_encoded, n_names) of 0 and 1."""
    found: list[tuple[int, str]] = []
    for name, _, columns in step.transformers_:
        place = step.output_indices_.get(name)
        if place is None or place.stop == place.start:
            continue
        named: Sequence[str] = [columns] if isinstance(columns, str) else list(columns)
        # Each column of a block becomes equally many, side by side: one code, or one mean for each class.
        each = (place.stop - place.start) // len(named)
        found += [(place.start + order, named[order // each]) for order in range(place.stop - place.start)]
    made = {name for _, name in found}
    names = (*problem.features, *sorted(made - set(problem.features)))
    belongs = np.zeros((len(found), len(names)))
    for encoded, name in found:
        belongs[encoded, names.index(name)] = 1.0
    return names, belongs
