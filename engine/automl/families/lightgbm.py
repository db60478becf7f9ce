"""LightGBM: gradient boosting with histogram splits and leaves grown best-first."""

from __future__ import annotations

from typing import Any

from lightgbm import LGBMClassifier, LGBMRegressor

from engine.automl.families.family import Config, Context, Family, Param
from engine.domain.run import TrialKind


def boosting_space(leaves: str) -> tuple[Param, ...]:
    """Return the search space that LightGBM and XGBoost share; ``leaves`` names the size of a tree."""
    return (
        Param(
            name="n_estimators", low=20, high=1500, start=60, whole=True, log=True, meaning="How many trees are added."
        ),
        Param(name=leaves, low=4, high=255, start=8, whole=True, log=True, meaning="Most leaves of one tree."),
        Param(
            name="learning_rate",
            low=0.01,
            high=0.5,
            start=0.1,
            log=True,
            meaning="Share of each new tree that is added; smaller steps need more trees.",
        ),
        Param(name="subsample", low=0.6, high=1.0, start=0.9, meaning="Share of rows that each tree sees."),
        Param(name="colsample_bytree", low=0.3, high=1.0, start=0.8, meaning="Share of columns that each tree sees."),
        Param(
            name="reg_lambda",
            low=1e-3,
            high=100.0,
            start=1.0,
            log=True,
            meaning="Regularisation: larger values keep the leaves' values closer to zero.",
        ),
    )


def boosting_cost(config: Config, leaves: str) -> float:
    """Work of one fit: trees times the square root of their leaves."""
    return float(float(config["n_estimators"]) / 100 * (float(config[leaves]) / 31) ** 0.5)


def _build(config: Config, context: Context) -> Any:
    params: dict[str, Any] = {
        "n_estimators": int(config["n_estimators"]),
        "num_leaves": int(config["num_leaves"]),
        "learning_rate": float(config["learning_rate"]),
        "subsample": float(config["subsample"]),
        "subsample_freq": 1,
        "colsample_bytree": float(config["colsample_bytree"]),
        "reg_lambda": float(config["reg_lambda"]),
        "min_child_samples": int(config.get("min_child_samples", 20)),
        "random_state": context.seed,
        "n_jobs": context.threads,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }
    if context.categories:
        params["categorical_feature"] = list(range(context.width, context.width + len(context.categories)))
    return (LGBMClassifier if context.problem.task.is_classification else LGBMRegressor)(**params)


FAMILY = Family(
    id="lightgbm",
    title="LightGBM",
    order=2,
    clarity=2,
    encoding="ordinal",
    build=_build,
    defaults=(
        {
            "n_estimators": 150,
            "num_leaves": 15,
            "learning_rate": 0.06,
            "subsample": 0.9,
            "colsample_bytree": 0.8,
            "reg_lambda": 1.0,
            "min_child_samples": 20,
        },
        {
            "n_estimators": 500,
            "num_leaves": 31,
            "learning_rate": 0.03,
            "subsample": 0.8,
            "colsample_bytree": 0.6,
            "reg_lambda": 3.0,
            "min_child_samples": 10,
        },
    ),
    space=(
        *boosting_space("num_leaves"),
        Param(
            name="min_child_samples", low=2, high=100, start=20, whole=True, log=True, meaning="Fewest rows in a leaf."
        ),
    ),
    cost=lambda config: boosting_cost(config, "num_leaves"),
    first_kind=TrialKind.DEFAULT,
)
