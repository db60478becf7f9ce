"""Regularised linear models: logistic regression and ridge."""

from __future__ import annotations

from typing import Any

from engine.automl.families.family import Config, Context, Family, Param
from engine.domain.run import TrialKind


def build(config: Config, context: Context) -> Any:
    """Make a logistic regression, or a ridge regression, of a configuration."""
    from sklearn.linear_model import LogisticRegression, Ridge

    strength = float(config["C"])
    if context.problem.task.is_classification:
        return LogisticRegression(C=strength, max_iter=300, random_state=context.seed)
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
    first_kind=TrialKind.SIMPLE,
    always=True,
)
