"""CatBoost: gradient boosting with symmetric trees and its own treatment of categories."""

from __future__ import annotations

from typing import Any

from catboost import CatBoostClassifier, CatBoostRegressor

from engine.automl.families.family import Config, Context, Family, Param


def _build(config: Config, context: Context) -> Any:
    params: dict[str, Any] = {
        "iterations": int(config["iterations"]),
        "depth": int(config["depth"]),
        "learning_rate": float(config["learning_rate"]),
        "l2_leaf_reg": float(config["l2_leaf_reg"]),
        "random_seed": context.seed,
        "thread_count": context.threads,
        "allow_writing_files": False,
        "verbose": False,
    }
    if context.categories:
        params["cat_features"] = list(context.categories)
        # Combinations of categories cost most of the time and rarely pay on tables of this size.
        params["max_ctr_complexity"] = 1
    return (CatBoostClassifier if context.problem.task.is_classification else CatBoostRegressor)(**params)


FAMILY = Family(
    id="catboost",
    title="CatBoost",
    order=4,
    clarity=2,
    encoding="native",
    build=_build,
    defaults=({"iterations": 300, "depth": 5, "learning_rate": 0.06, "l2_leaf_reg": 3.0},),
    space=(
        Param(
            name="iterations", low=50, high=1500, start=150, whole=True, log=True, meaning="How many trees are added."
        ),
        Param(
            name="depth",
            low=3,
            high=8,
            start=4,
            whole=True,
            meaning="Questions that each tree asks one after the other.",
        ),
        Param(
            name="learning_rate",
            low=0.01,
            high=0.4,
            start=0.1,
            log=True,
            meaning="Share of each new tree that is added; smaller steps need more trees.",
        ),
        Param(
            name="l2_leaf_reg",
            low=0.3,
            high=30.0,
            start=3.0,
            log=True,
            meaning="Regularisation: larger values keep the leaves' values closer to zero.",
        ),
    ),
    cost=lambda config: float(config["iterations"]) / 100 * 2.0 ** (float(config["depth"]) - 5),
)
