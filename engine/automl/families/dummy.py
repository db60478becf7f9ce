"""The dummy: it looks at no feature. Whatever does not beat it has learnt nothing."""

from __future__ import annotations

from typing import Any

from engine.automl.families.family import Config, Context, Family
from engine.domain.run import TrialKind

_MEDIAN_METRICS = frozenset({"mae", "median_absolute_error", "mape", "median_ape", "d2_absolute_error"})


def _build(config: Config, context: Context) -> Any:
    from sklearn.dummy import DummyClassifier, DummyRegressor

    del config
    if context.problem.task.is_classification:
        return DummyClassifier(strategy="prior")
    return DummyRegressor(strategy="median" if context.problem.metric in _MEDIAN_METRICS else "mean")


FAMILY = Family(
    id="dummy",
    title="Dummy",
    order=0,
    clarity=5,
    encoding="none",
    build=_build,
    defaults=({},),
    first_kind=TrialKind.DUMMY,
)
