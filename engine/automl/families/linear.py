"""Regularised linear models: logistic regression and ridge."""

from __future__ import annotations

from typing import Any

from engine.automl.families.family import Config, Context, Family, Param
from engine.automl.families.targets import OBJECTIVE
from engine.domain.run import TrialKind

_POWERS = {"poisson": 1.0, "tweedie": 1.5}
"""Powers of the mean with which the variance grows."""


def build(config: Config, context: Context) -> Any:
    """Make a logistic regression, or a ridge regression, of a configuration."""
    from sklearn.linear_model import LogisticRegression, Ridge, TweedieRegressor

    strength = float(config["C"])
    if context.problem.task.is_classification:
        return LogisticRegression(C=strength, max_iter=300, random_state=context.seed)
    if OBJECTIVE in config:
        # Its penalty stands beside the mean error of a row, that of the others beside their sum.
        alpha = 1.0 / (strength * max(context.rows, 1))
        return TweedieRegressor(power=_POWERS[config[OBJECTIVE]], link="log", alpha=alpha, max_iter=300)
    return Ridge(alpha=1.0 / strength, random_state=context.seed)


FAMILY = Family(
    id="linear",
    title="Regularised linear",
    order=1,
    clarity=5,
    encoding="scaled",
    build=build,
    defaults=({"C": 1.0}, {"C": 0.05}, {"C": 0.005}),
    space=(
        Param(
            name="C",
            low=1e-4,
            high=1e3,
            start=1.0,
            log=True,
            meaning="Inverse strength of the regularisation: smaller values keep the coefficients closer to zero.",
        ),
    ),
    cost=lambda _: 0.3,
    objectives=(*_POWERS, "log"),
    first_kind=TrialKind.SIMPLE,
    always=True,
)
