"""Support vectors: a smooth boundary, or a smooth surface, held up by the rows that lie close to it."""

from __future__ import annotations

from typing import Any

from engine.automl.families.family import Config, Context, Family, Param
from engine.domain.task import Task

_FOLDS = 3
"""Folds of the rows of a fit on which the probabilities are learned: by a sigmoid (Platt 1999) for two classes, by a
temperature (Guo and others 2017) for more."""


def _build(config: Config, context: Context) -> Any:
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC, SVR

    # Relative to the count of columns: a column more must not make every row a stranger to all others.
    gamma = float(config["width"]) / max(context.width, 1)
    weighed = context.problem.class_weight or context.problem.weight
    if context.problem.task is Task.BINARY or (context.problem.task is Task.MULTICLASS and weighed):
        # scikit-learn hands weights of rows on to this machine, but not to several of them.
        return CalibratedClassifierCV(SVC(C=float(config["C"]), gamma=gamma), ensemble=False, cv=_FOLDS)
    if context.problem.task is Task.MULTICLASS:
        # One machine for each class: how far a row lies from each border is worth more than which border wins.
        machines = OneVsRestClassifier(SVC(C=float(config["C"]), gamma=gamma))
        return CalibratedClassifierCV(machines, method="temperature", ensemble=False, cv=_FOLDS)
    machine = SVR(C=float(config["C"]), gamma=gamma, epsilon=0.05)
    return TransformedTargetRegressor(machine, transformer=StandardScaler())


FAMILY = Family(
    id="support_vectors",
    title="Support vectors",
    order=11,
    clarity=1,
    encoding="scaled",
    build=_build,
    defaults=({"C": 1.0, "width": 0.5}, {"C": 10.0, "width": 1.0}, {"C": 10.0, "width": 0.15}),
    space=(
        Param(
            name="C",
            low=0.01,
            high=300.0,
            start=1.0,
            log=True,
            meaning="How much a wrong row costs: larger values follow the rows more closely.",
        ),
        Param(
            name="width",
            low=0.01,
            high=10.0,
            start=0.5,
            log=True,
            meaning="How quickly likeness falls with distance: larger values bend the surface more.",
        ),
    ),
    cost=lambda config: 2.0 * (1.0 + float(config["C"]) / 50.0),
    objectives=("log",),
    most_rows=4_000,
    most_cells=2e6,
    fewest_of_class=_FOLDS,
)
