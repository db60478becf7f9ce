"""Whether a recipe helps: two of them, the same quick models, the same folds, an interval on the difference."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.aside import Aside
from engine.automl.bench import Bench, Fold, used_folds
from engine.automl.families import find
from engine.automl.families.family import Config
from engine.automl.folds import fit_folds
from engine.automl.limits import Limit, OutOfTimeError
from engine.data.recipe.words import sentence
from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.domain.recipe import Recipe
from engine.errors import InputError, StateError
from engine.metrics.compare import BETTER, WORSE, paired_difference
from engine.metrics.scores import score, scored_pairs

Floats = npt.NDArray[np.float64]
Stopping = Callable[[], bool]

MOST_ROWS = 20_000
_FOLDS = 5
_ROUNDS = 200
"""Most trees of one quick fit."""
WORDS = {BETTER: "better", WORSE: "worse"}
SAME = "cannot be told apart"


def compare(
    X: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    folds: Sequence[Fold],
    first: Recipe,
    second: Recipe,
    *,
    seed: int = 0,
    threads: int = 1,
    families: Sequence[str] = ("linear", "lightgbm"),
    seconds: float | None = 120.0,
    stopping: Stopping | None = None,
    aside: Aside | None = None,
) -> dict[str, Any]:
    """Compare two recipes by the same fixed configurations on the same folds.

    Parameters
    ----------
    X : DataFrame of shape (n_rows, n_features)
    y : ndarray of shape (n_rows,)
    problem : Problem
    folds : sequence of (fit rows, score rows)
    first, second : Recipe
        What is there, and what is proposed.
    seed, threads : int
    families : sequence of str
    seconds : float, optional
        Wall clock of the whole comparison.
    stopping : callable, optional
        Says whether somebody asks to end at once.
    aside : Aside, optional
        Groups, times and weights of the rows, which fits respect as those of a search do.

    Returns
    -------
    dict
        Plain values. ``rows`` of ``of`` were used, in ``folds`` folds; ``metric``; ``verdict`` (of the second
        recipe: better, worse, cannot be told apart) and ``sentence``; ``models``: for each family ``family``,
        ``title``, ``first`` and ``second`` (scores), ``difference``, ``low``, ``high`` (95 %, positive means that
        the second is better) and ``verdict``.

    Raises
    ------
    InputError
        If a recipe cannot be done, or no model could be fitted with one of them.
    StateError
        If it was asked to end, or did not end in time.
    """
    began = time.monotonic()
    kept, folds, rows = _sampled(y, folds, seed)
    X, y, aside = X.iloc[kept], y[kept], Aside(**(aside or Aside()).of(kept))
    sides = [_bench(X, y, problem, folds, recipe, seed, threads, aside) for recipe in (first, second)]
    models = []
    for family in families:
        left = None if seconds is None else max(seconds - (time.monotonic() - began), 0.0)
        oofs = [_oof(bench, family, left, stopping) for bench in sides]
        models.append(_model(family, y, oofs, problem, seed, aside.groups))
    verdict = _verdict(models)
    metric = find_metric(problem.metric)
    return {
        "rows": len(y),
        "of": rows,
        "folds": len(folds),
        "metric": metric.id,
        "verdict": verdict,
        "sentence": _sentence(verdict, models, metric.title, len(y), rows),
        "models": models,
    }


def effects(
    X: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    folds: Sequence[Fold],
    recipe: Recipe,
    *,
    seed: int = 0,
    threads: int = 1,
    families: Sequence[str] = ("linear", "lightgbm"),
    seconds: float | None = 300.0,
    stopping: Stopping | None = None,
    aside: Aside | None = None,
) -> list[dict[str, Any]]:
    """Say what each step does for the score: the recipe is compared with itself without that step.

    Parameters are those of :func:`compare`; ``seconds`` is for all steps together.

    Returns
    -------
    list of dict
        For each step ``index``, ``step`` (its sentence), ``compared`` (what :func:`compare` returns, the second
        recipe being the whole one) or ``None``, and ``reason`` why it could not be left out or compared.

    Raises
    ------
    StateError
        If it was asked to end.
    """
    began, found = time.monotonic(), []
    same: dict[str, Any] = {"seed": seed, "threads": threads, "families": families}
    same |= {"stopping": stopping, "aside": aside}
    for index, step in enumerate(recipe.steps):
        without = Recipe(steps=(*recipe.steps[:index], *recipe.steps[index + 1 :]))
        left = None if seconds is None else seconds - (time.monotonic() - began)
        entry: dict[str, Any] = {"index": index, "step": sentence(step), "compared": None, "reason": ""}
        try:
            if left is not None and left <= 0:
                raise InputError("There was no time left to measure this step.")
            entry["compared"] = compare(X, y, problem, folds, without, recipe, seconds=left, **same)
        except InputError as error:
            if stopping is not None and stopping():
                raise
            entry["reason"] = error.message
        found.append(entry)
    return found


def _sampled(
    y: npt.NDArray[np.generic], folds: Sequence[Fold], seed: int
) -> tuple[npt.NDArray[np.intp], list[Fold], int]:
    """Take at most 20,000 rows, each fold keeping its own; returns their places, the folds in them, and the count."""
    rows = len(y)
    used = list(used_folds(folds, rows))[-_FOLDS:]
    if rows <= MOST_ROWS:
        return np.arange(rows), used, rows
    kept = np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))
    place = np.full(rows, -1, dtype=np.intp)
    place[kept] = np.arange(MOST_ROWS)
    inside = [(place[fit][place[fit] >= 0], place[rest][place[rest] >= 0]) for fit, rest in used]
    return kept, inside, rows


def _bench(
    X: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    folds: Sequence[Fold],
    recipe: Recipe,
    seed: int,
    threads: int,
    aside: Aside,
) -> Bench:
    return Bench(raw=X, y=y, problem=problem, folds=folds, seed=seed, threads=threads, recipe=recipe, aside=aside)


def _quick(family_id: str) -> Config:
    """Return the plain default of a family, with fewer trees where it has many."""
    config = dict(find(family_id).defaults[0])
    if "n_estimators" in config:
        config["n_estimators"] = min(int(config["n_estimators"]), _ROUNDS)
    return config


def _oof(bench: Bench, family_id: str, seconds: float | None, stopping: Stopping | None) -> Floats:
    try:
        limit = Limit(seconds=seconds, stopping=stopping)
        return fit_folds(bench, find(family_id), _quick(family_id), limit).oof
    except OutOfTimeError:
        asked = stopping is not None and stopping()
        raise StateError(
            "The comparison was stopped." if asked else "The comparison did not end in time.",
            hint="Start it again." if asked else "Compare fewer steps, or allow more time.",
        ) from None
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"{find(family_id).title} cannot be fitted with one of the recipes ({type(error).__name__}).",
            hint="Look at the steps for columns that hold something else than they seem to.",
        ) from error


def _model(
    family_id: str,
    y: npt.NDArray[np.generic],
    oofs: Sequence[Floats],
    problem: Problem,
    seed: int,
    groups: npt.NDArray[np.generic] | None,
) -> dict[str, Any]:
    rows = scored_pairs(y, *oofs)
    scores = [float(score(problem.metric, y[rows], oof[rows], problem)) for oof in oofs]
    gap = paired_difference(problem.metric, y, oofs[1], oofs[0], problem, seed=seed, groups=groups)
    return {
        "family": family_id,
        "title": find(family_id).title,
        "first": scores[0],
        "second": scores[1],
        "difference": gap.value,
        "low": gap.low,
        "high": gap.high,
        "verdict": WORDS.get(gap.verdict, SAME),
    }


def _verdict(models: Sequence[dict[str, Any]]) -> str:
    """Say better or worse only where no model says the opposite and at least one is sure."""
    said = {one["verdict"] for one in models} - {SAME}
    return said.pop() if len(said) == 1 else SAME


def _sentence(verdict: str, models: Sequence[dict[str, Any]], metric: str, used: int, rows: int) -> str:
    where = f" (on {used:,} of {rows:,} rows)" if used < rows else ""
    parts = "; ".join(f"{one['title']} {one['first']:.4g} → {one['second']:.4g}" for one in models)
    opposite = {one["verdict"] for one in models} >= {"better", "worse"}
    head = {
        "better": "It makes the score better, beyond chance",
        "worse": "It makes the score worse, beyond chance",
    }.get(verdict, "It helps one model and harms another" if opposite else "With and without it cannot be told apart")
    return f"{head}{where}. {metric}: {parts}."
