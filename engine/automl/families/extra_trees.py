"""Extremely randomised trees: a forest whose splits are drawn at random, the best of few taken."""

from __future__ import annotations

from typing import Any

from engine.automl.families.family import Config, Context, Family
from engine.automl.families.random_forest import forest_cost, forest_params, forest_space


def _build(config: Config, context: Context) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    classifier = context.problem.task.is_classification
    return (ExtraTreesClassifier if classifier else ExtraTreesRegressor)(**forest_params(config, context))


FAMILY = Family(
    id="extra_trees",
    title="Extra trees",
    order=7,
    clarity=2,
    encoding="ordinal",
    build=_build,
    defaults=({"n_estimators": 100, "max_features": 0.6, "min_samples_leaf": 2},),
    space=forest_space(),
    cost=lambda config: forest_cost(config) * 0.7,
    objectives=("log",),
    most_cells=2e8,
)
