"""The nearest neighbours: a row is predicted as the most similar rows that are known turned out."""

from __future__ import annotations

from typing import Any

from engine.automl.families.family import Config, Context, Family, Param


def _build(config: Config, context: Context) -> Any:
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    params: dict[str, Any] = {
        "n_neighbors": max(1, min(int(config["n_neighbors"]), context.rows)),
        "weights": config["weights"],
        "metric": config["metric"],
        # Comparing with every row is quick where rows are few, and takes sparse tables too.
        "algorithm": "brute",
    }
    return (KNeighborsClassifier if context.problem.task.is_classification else KNeighborsRegressor)(**params)


FAMILY = Family(
    id="neighbours",
    title="Nearest neighbours",
    order=10,
    clarity=3,
    encoding="scaled",
    build=_build,
    defaults=(
        {"n_neighbors": 20, "weights": "distance", "metric": "euclidean"},
        {"n_neighbors": 7, "weights": "distance", "metric": "manhattan"},
    ),
    space=(
        Param(
            name="n_neighbors",
            low=1,
            high=100,
            start=10,
            whole=True,
            log=True,
            meaning="How many similar rows are asked; more make smoother predictions.",
        ),
        Param(
            name="weights",
            choices=("distance", "uniform"),
            start="distance",
            meaning="Whether the more similar of them count more.",
        ),
        Param(
            name="metric",
            choices=("euclidean", "manhattan"),
            start="euclidean",
            meaning="How the distance of two rows is measured: along a straight line, or column by column.",
        ),
    ),
    cost=lambda config: 1.0 if config["metric"] == "euclidean" else 2.0,
    weighs=False,
    objectives=("log",),
    most_rows=10_000,
    most_cells=2e6,
)
