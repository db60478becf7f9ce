"""LightGBM: gradient boosting with histogram splits and leaves grown best-first."""

from __future__ import annotations

from typing import Any

from engine.automl.families import boosting
from engine.automl.families.family import Config, Context, Family, Fit, Labels, Param
from engine.automl.families.targets import OBJECTIVE
from engine.domain.run import TrialKind

_OBJECTIVES = {"poisson": "poisson", "tweedie": "tweedie", "absolute": "regression_l1"}


def build(config: Config, context: Context) -> Any:
    """Make the estimator of a configuration."""
    from lightgbm import LGBMClassifier, LGBMRegressor

    params: dict[str, Any] = {
        "n_estimators": boosting.trees(config, context),
        "num_leaves": int(config["num_leaves"]),
        "learning_rate": float(config["learning_rate"]),
        "subsample": float(config["subsample"]),
        "subsample_freq": 1,
        "colsample_bytree": float(config["colsample_bytree"]),
        "reg_lambda": float(config["reg_lambda"]),
        "min_child_samples": int(config["min_child_samples"]),
        "extra_trees": bool(config.get("extra_trees", False)),
        "random_state": context.seed,
        "n_jobs": boosting.threads(context),
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    if OBJECTIVE in config:
        params["objective"] = _OBJECTIVES[config[OBJECTIVE]]
    return (LGBMClassifier if context.problem.task.is_classification else LGBMRegressor)(**params)


def fit(table: Any, y: Labels, context: Context) -> Fit:
    """Name the categories, and hold rows back where early stopping asks for it."""
    extras: dict[str, Any] = {}
    if context.categories:
        extras["categorical_feature"] = list(range(context.width, context.width + len(context.categories)))
    if not context.early:
        return Fit(table=table, y=y, extras=extras)
    from lightgbm import early_stopping

    inside, outside = boosting.held_back(y, context)
    judged = (boosting.rows_of(table, outside), context.scale(y[outside], y[inside]))
    if context.weights is not None:
        extras["eval_sample_weight"] = [context.weights[outside]]
    extras |= {"eval_set": [judged], "callbacks": [early_stopping(boosting.PATIENCE, verbose=False)]}
    return Fit(table=boosting.rows_of(table, inside), y=y[inside], rows=inside, extras=extras)


def rounds(estimator: Any) -> int:
    """Read the rounds that early stopping kept."""
    return int(estimator.best_iteration_)


def cost(config: Config) -> float:
    """Work of one fit."""
    return boosting.cost(config, "num_leaves")


def start(**changes: Any) -> Config:
    """Return a configuration to begin with."""
    return {
        "n_estimators": 1000,
        "num_leaves": 31,
        "learning_rate": 0.05,
        "subsample": 0.9,
        "colsample_bytree": 0.8,
        "reg_lambda": 1.0,
        "min_child_samples": 20,
    } | changes


SPACE = (
    *boosting.space("num_leaves"),
    Param(name="min_child_samples", low=2, high=128, start=20, whole=True, log=True, meaning="Fewest rows in a leaf."),
)

FAMILY = Family(
    id="lightgbm",
    title="LightGBM",
    order=2,
    clarity=2,
    encoding="ordinal",
    build=build,
    fit=fit,
    rounds=rounds,
    defaults=(
        start(num_leaves=15),
        start(extra_trees=True, colsample_bytree=0.9, min_child_samples=10),
        start(num_leaves=5, learning_rate=0.08, reg_lambda=10.0, colsample_bytree=0.6),
        start(n_estimators=2000, num_leaves=96, learning_rate=0.03, min_child_samples=5, colsample_bytree=0.6),
    ),
    space=SPACE,
    cost=cost,
    objectives=(*_OBJECTIVES, "log"),
    first_kind=TrialKind.DEFAULT,
    side_by_side=True,
    by_chance=True,
)
