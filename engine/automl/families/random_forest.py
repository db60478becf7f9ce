"""Random forest: many deep trees, each grown on other rows and columns, that vote."""

from __future__ import annotations

from typing import Any

from engine.automl.families.family import Config, Context, Family, Param
from engine.domain.run import TrialKind

_MOST_ROWS_OF_A_TREE = 10_000
"""Each tree draws at most so many rows: on long tables the forest stays quick and small, and hardly loses."""


def forest_space() -> tuple[Param, ...]:
    """Return the search space that both kinds of forest share."""
    return (
        Param(name="n_estimators", low=50, high=400, start=60, whole=True, log=True, meaning="How many trees vote."),
        Param(
            name="max_features",
            low=0.1,
            high=1.0,
            start=0.4,
            log=True,
            meaning="Share of the columns that each split may look at; fewer make the trees differ more.",
        ),
        Param(
            name="min_samples_leaf",
            low=1,
            high=64,
            start=5,
            whole=True,
            log=True,
            meaning="Fewest rows in a leaf; more rows make smoother predictions.",
        ),
    )


def forest_params(config: Config, context: Context) -> dict[str, Any]:
    """Turn a configuration into the constructor's arguments."""
    params: dict[str, Any] = {
        "n_estimators": int(config["n_estimators"]),
        "max_features": float(config["max_features"]),
        "min_samples_leaf": int(config["min_samples_leaf"]),
        "random_state": context.seed,
        "n_jobs": context.threads,
    }
    if context.rows > _MOST_ROWS_OF_A_TREE:
        params |= {"bootstrap": True, "max_samples": _MOST_ROWS_OF_A_TREE}
    return params


def forest_cost(config: Config) -> float:
    """Work of one fit: trees times the columns that each split looks at."""
    return float(config["n_estimators"]) / 100 * (0.3 + float(config["max_features"])) * 4


def _build(config: Config, context: Context) -> Any:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    classifier = context.problem.task.is_classification
    return (RandomForestClassifier if classifier else RandomForestRegressor)(**forest_params(config, context))


FAMILY = Family(
    id="random_forest",
    title="Random forest",
    order=3,
    clarity=2,
    encoding="ordinal",
    build=_build,
    defaults=({"n_estimators": 100, "max_features": 0.3, "min_samples_leaf": 3},),
    space=forest_space(),
    cost=forest_cost,
    objectives=("log",),
    first_kind=TrialKind.DEFAULT,
    most_cells=2e8,
)
