"""XGBoost: gradient boosting with regularised trees."""

from __future__ import annotations

from typing import Any

from engine.automl.families import boosting
from engine.automl.families.family import Config, Context, Family, Fit, Labels, Param, plain
from engine.automl.families.targets import OBJECTIVE

_OBJECTIVES = {"poisson": "count:poisson", "tweedie": "reg:tweedie", "absolute": "reg:absoluteerror"}


def _build(config: Config, context: Context) -> Any:
    from xgboost import XGBClassifier, XGBRegressor

    params: dict[str, Any] = {
        "n_estimators": boosting.trees(config, context),
        "max_leaves": int(config["max_leaves"]),
        "max_depth": 0,
        "grow_policy": "lossguide",
        "tree_method": "hist",
        "learning_rate": float(config["learning_rate"]),
        "subsample": float(config["subsample"]),
        "colsample_bytree": float(config["colsample_bytree"]),
        "reg_lambda": float(config["reg_lambda"]),
        "min_child_weight": float(config["min_child_weight"]),
        "enable_categorical": True,
        "feature_types": ["q"] * context.width + ["c"] * len(context.categories),
        "early_stopping_rounds": boosting.PATIENCE if context.early else None,
        "random_state": context.seed,
        "n_jobs": boosting.threads(context),
        "verbosity": 0,
    }
    if OBJECTIVE in config:
        params["objective"] = _OBJECTIVES[config[OBJECTIVE]]
    return (XGBClassifier if context.problem.task.is_classification else XGBRegressor)(**params)


def _fit(table: Any, y: Labels, context: Context) -> Fit:
    if not context.early:
        return plain(table, y, context)
    inside, outside = boosting.held_back(y, context)
    judged = (boosting.rows_of(table, outside), context.scale(y[outside], y[inside]))
    extras: dict[str, Any] = {"eval_set": [judged], "verbose": False}
    if context.weights is not None:
        extras["sample_weight_eval_set"] = [context.weights[outside]]
    return Fit(table=boosting.rows_of(table, inside), y=y[inside], rows=inside, extras=extras)


def _start(**changes: Any) -> Config:
    return {
        "n_estimators": 1000,
        "max_leaves": 16,
        "learning_rate": 0.06,
        "subsample": 0.9,
        "colsample_bytree": 0.7,
        "reg_lambda": 1.0,
        "min_child_weight": 2.0,
    } | changes


FAMILY = Family(
    id="xgboost",
    title="XGBoost",
    order=5,
    clarity=2,
    encoding="ordinal",
    build=_build,
    fit=_fit,
    rounds=lambda estimator: int(estimator.best_iteration) + 1,
    defaults=(
        _start(),
        _start(n_estimators=2000, max_leaves=64, learning_rate=0.04, subsample=0.8, colsample_bytree=0.5),
    ),
    space=(
        *boosting.space("max_leaves"),
        Param(
            name="min_child_weight",
            low=0.1,
            high=64.0,
            start=2.0,
            log=True,
            meaning="Least weight of the rows in a leaf; more makes the model more careful.",
        ),
    ),
    cost=lambda config: 1.3 * boosting.cost(config, "max_leaves"),
    objectives=tuple(_OBJECTIVES),
    side_by_side=True,
    by_chance=True,
)
