"""CatBoost: gradient boosting with symmetric trees and its own treatment of categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.automl.families import boosting
from engine.automl.families.family import Config, Context, Family, Fit, Labels, Param
from engine.automl.families.targets import OBJECTIVE
from engine.automl.limits import Watch

_LEVELS_ONE_BY_ONE = 10
"""Columns with at most so many categories are one-hot encoded: four times quicker than target statistics."""


_MANY_COLUMNS = 300
_OBJECTIVES = {"poisson": "Poisson", "tweedie": "Tweedie:variance_power=1.5", "absolute": "MAE"}


def _build(config: Config, context: Context) -> Any:
    from catboost import CatBoostClassifier, CatBoostRegressor

    params: dict[str, Any] = {
        "iterations": boosting.trees(config, context),
        "depth": int(config["depth"]),
        "learning_rate": float(config["learning_rate"]),
        "l2_leaf_reg": float(config["l2_leaf_reg"]),
        "random_strength": float(config.get("random_strength", 1.0)),
        "random_seed": context.seed,
        "thread_count": context.threads,
        "allow_writing_files": False,
        "logging_level": "Silent",
    }
    if OBJECTIVE in config:
        params["loss_function"] = _OBJECTIVES[config[OBJECTIVE]]
    if context.width > _MANY_COLUMNS:
        # With thousands of columns one fit would take minutes; each split looks at a few hundred of them.
        params["rsm"] = _MANY_COLUMNS / context.width
    if context.early:
        params |= {"early_stopping_rounds": boosting.PATIENCE, "use_best_model": True}
    else:
        # The callback is handed all metrics so far each time; with those of every round it would grow quadratically.
        params["metric_period"] = 50
    if context.categories:
        params["one_hot_max_size"] = _LEVELS_ONE_BY_ONE
        # Combinations of categories cost most of the time and rarely pay on tables of this size.
        params["max_ctr_complexity"] = 1
    return (CatBoostClassifier if context.problem.task.is_classification else CatBoostRegressor)(**params)


@dataclass(frozen=True)
class _Until:
    """Ends a fit between two rounds: CatBoost's loop runs outside Python and hears of nothing else."""

    watch: Watch

    def after_iteration(self, _: Any) -> bool:
        """Say whether to go on."""
        return not self.watch.over()


def _fit(table: Any, y: Labels, context: Context) -> Fit:
    # Named here and not when it is built: scikit-learn cannot clone a CatBoost model that knows its categories.
    places = list(range(context.width, context.width + len(context.categories)))
    extras: dict[str, Any] = {"callbacks": [_Until(context.watch)], "cat_features": places}
    if not context.early:
        return Fit(table=table, y=y, extras=extras)
    inside, outside = boosting.held_back(y, context)
    judged, truth = boosting.rows_of(table, outside), context.scale(y[outside], y[inside])
    extras["eval_set"] = (judged, truth)
    if context.weights is not None:
        from catboost import Pool

        extras["eval_set"] = Pool(judged, truth, cat_features=places, weight=context.weights[outside])
    return Fit(table=boosting.rows_of(table, inside), y=y[inside], rows=inside, extras=extras)


FAMILY = Family(
    id="catboost",
    title="CatBoost",
    order=4,
    clarity=2,
    encoding="native",
    build=_build,
    fit=_fit,
    rounds=lambda estimator: int(estimator.tree_count_),
    defaults=(
        {"n_estimators": 400, "depth": 5, "learning_rate": 0.08, "l2_leaf_reg": 3.0},
        {"n_estimators": 1200, "depth": 6, "learning_rate": 0.05, "l2_leaf_reg": 3.0},
        {"n_estimators": 1000, "depth": 3, "learning_rate": 0.06, "l2_leaf_reg": 6.0},
    ),
    space=(
        Param(
            name="n_estimators",
            low=50,
            high=2500,
            start=150,
            whole=True,
            log=True,
            meaning="How many trees are added at most.",
        ),
        Param(
            name="depth",
            low=2,
            high=8,
            start=4,
            whole=True,
            hard=(1, 12),
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
        Param(
            name="random_strength",
            low=0.1,
            high=10.0,
            start=1.0,
            log=True,
            meaning="Chance in the choice of splits; more makes the trees differ more.",
        ),
    ),
    cost=lambda config: (
        min(float(config["n_estimators"]), 20.0 / float(config["learning_rate"]) + boosting.PATIENCE)
        / 50
        * 1.6 ** (float(config["depth"]) - 5)
    ),
    objectives=(*_OBJECTIVES, "log"),
    side_by_side=True,
    by_chance=True,
)
