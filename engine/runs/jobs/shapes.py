"""What an explanation says beyond importance: the shape of columns, pairs that work together, a model to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.automl.model import Model
from engine.domain.metric import find_metric
from engine.domain.run import Trial
from engine.explain.effects import effects, sample
from engine.explain.glassbox import glassbox
from engine.explain.interactions import interactions
from engine.runs.jobs.material import Floats, Material, load_predictions
from engine.settings import Settings
from engine.store import trials
from engine.store.db import connect

Folds = Sequence[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]

_READABLE = {"additive": "Additive boosting (a sum of curves)", "linear": "Regularised linear (a weighted sum)"}


def with_shapes(
    settings: Settings,
    trial: Trial,
    material: Material,
    folds: Folds,
    model: Model,
    payload: dict[str, Any],
    *,
    seed: int,
) -> dict[str, Any]:
    """Add ``effects``, ``interactions`` and ``glassbox`` to an explanation.

    Parameters
    ----------
    payload : dict
        A first view, as :func:`engine.explain.report.explain` gives it; its ranking says which columns are looked at.
    """
    ranked = [one["column"] for one in payload["importance"] if one["column"] in material.problem.features]
    sampled = sample(model, material.X, material.problem, seed=seed)
    return payload | {
        "effects": effects(sampled, ranked, seed=seed),
        "interactions": interactions(sampled, ranked, seed=seed),
        "glassbox": glassbox(
            material.X,
            material.y,
            material.problem,
            folds,
            load_predictions(settings, trial),
            others=_readable(settings, trial, material.problem.metric),
            weights=material.weights,
            groups=material.groups,
            seed=seed,
        ),
    }


def _readable(settings: Settings, trial: Trial, metric: str) -> dict[str, Floats]:
    """Fetch what the run's best models of the families that can be read said out of fold."""
    with connect(settings) as db:
        of_run = [
            one for one in trials.of_run(db, trial.run_id) if one.ok and one.predictions and one.score is not None
        ]
    sign = 1.0 if find_metric(metric).higher_is_better else -1.0
    found = {}
    for family, name in _READABLE.items():
        own = [one for one in of_run if one.family == family and one.id != trial.id]
        if own:
            found[name] = load_predictions(settings, max(own, key=lambda one: sign * (one.score or 0.0)))
    return found
