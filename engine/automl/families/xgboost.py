"""XGBoost: gradient boosting with regularised trees."""

from __future__ import annotations

from typing import Any

from xgboost import XGBClassifier, XGBRegressor

from engine.automl.families.family import Config, Context, Family, Param
from engine.automl.families.lightgbm import boosting_cost, boosting_space


def _build(config: Config, context: Context) -> Any:
    kinds = ["q"] * context.width + ["c"] * len(context.categories)
    params: dict[str, Any] = {
        "n_estimators": int(config["n_estimators"]),
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
        "feature_types": kinds,
        "random_state": context.seed,
        "n_jobs": context.threads,
        "verbosity": 0,
    }
    return (XGBClassifier if context.problem.task.is_classification else XGBRegressor)(**params)


FAMILY = Family(
    id="xgboost",
    title="XGBoost",
    order=5,
    clarity=2,
    encoding="ordinal",
    build=_build,
    defaults=(
        {
            "n_estimators": 200,
            "max_leaves": 15,
            "learning_rate": 0.05,
            "subsample": 0.9,
            "colsample_bytree": 0.7,
            "reg_lambda": 1.0,
            "min_child_weight": 2.0,
        },
    ),
    space=(
        *boosting_space("max_leaves"),
        Param(
            name="min_child_weight",
            low=0.1,
            high=50.0,
            start=2.0,
            log=True,
            meaning="Least weight of the rows in a leaf; more makes the model more careful.",
        ),
    ),
    cost=lambda config: boosting_cost(config, "max_leaves"),
)
