"""What an explanation says beyond its first view: rows that were held out of the fit, and the trees taken apart."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.automl.aside import Aside
from engine.automl.model import Model
from engine.automl.replay import refit
from engine.domain.run import Trial
from engine.errors import InputError
from engine.explain.held_out import Part, permutation
from engine.explain.more_words import extended
from engine.explain.trees import explain_trees
from engine.runs.jobs.material import Material, parts_of, recipe_of
from engine.settings import Settings
from engine.store import runs
from engine.store.db import connect

Folds = Sequence[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]

REFIT_SECONDS = 8.0
"""After so long no further fold is fitted again."""
_MOST_FIT_SECONDS = 60.0
"""Where the search needed longer for all folds of a model, fitting one again waits until it is asked for."""
_MOST_FOLDS = 5


def complete(
    settings: Settings,
    trial: Trial,
    material: Material,
    folds: Folds,
    model: Model,
    payload: dict[str, Any],
    *,
    seed: int,
    asked: bool = False,
) -> dict[str, Any]:
    """Add ``held_out`` and ``trees`` to an explanation, each with its sentences; ``None`` where there is none.

    Parameters
    ----------
    payload : dict
        A first view, as :func:`engine.explain.report.explain` gives it.
    asked : bool
        Whether a person waits for it: then models are fitted again that took long.
    """
    held_out = None
    if asked or trial.fit_seconds <= _MOST_FIT_SECONDS:
        parts = list(_parts(settings, trial, material, folds, seed))
        singles = [one["column"] for one in payload["importance"]]
        try:
            held_out = permutation(
                parts,
                material.X,
                material.y,
                material.problem,
                together=payload["correlated"],
                first=singles,
                groups=material.groups,
                seed=seed,
            )
        except InputError:
            # A metric that is not defined on the few rows held out; what is known already stays.
            if asked:
                raise
    trees = explain_trees(model, material.X, material.problem, seed=seed)
    return extended(payload, held_out=held_out, trees=trees)


def _parts(settings: Settings, trial: Trial, material: Material, folds: Folds, seed: int) -> Iterator[Part]:
    """Fit the model on folds again: at least one, more while time is left. The last come first.

    Where folds follow time, the last ones are fitted on most.
    """
    with connect(settings) as db:
        recipe = recipe_of(runs.get(db, trial.run_id))
    began = time.perf_counter()
    for fit, rest in reversed(folds[-_MOST_FOLDS:]):
        model = refit(
            parts_of(settings, trial),
            material.X.iloc[fit],
            material.y[fit],
            material.problem,
            seed=seed,
            threads=settings.threads,
            recipe=recipe,
            aside=Aside(**material.aside.of(fit)),
        )
        yield Part(model=model, rows=rest)
        if time.perf_counter() - began > REFIT_SECONDS:
            return
