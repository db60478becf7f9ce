"""The explanation of a model: what it uses, how contributions run along columns, and rows worth a look."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.explain import examples, sampling, screen, words
from engine.explain.game import Game, make_game, steps
from engine.explain.importance import RESAMPLES, by_class, importance
from engine.explain.local import check_features, row_payload
from engine.explain.output import Floats, Places, Predictor, labels, predict_outputs, scale
from engine.explain.shape import shape
from engine.explain.shapley import contributions
from engine.explain.together import together

SHAPES = 6
"""Columns whose shape is shown."""

FIRST_VIEW_SECONDS = 1.2
"""Budget of a view that somebody waits for; what a slow model needs at least takes a second or two more."""

_LEAST_ROWS = 30
_FOR_SAMPLE, _LATEST = 0.6, 0.75
"""Parts of the budget: planned for the sample, and when it ends though rows are left."""


@dataclass(frozen=True, kw_only=True)
class _Explained:
    """Contributions of the sampled rows and of the chosen examples."""

    pool: sampling.Pool
    game: Game
    names: list[str]
    """The players: columns, in a wide table also the rest as one."""
    values: Floats
    """Shape (n_sampled, n_players, n_outputs)."""
    base: Floats
    chosen: list[examples.Example]
    chosen_values: Floats

    @property
    def columns(self) -> list[str]:
        """The players that are single columns."""
        return [name for name in self.names if name in self.pool.frame.columns]


def explain(
    model: Predictor,
    frame: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    *,
    seed: int = 0,
    oof: Floats | None = None,
    budget_seconds: float = 20.0,
    timer: Callable[[], float] = time.perf_counter,
) -> dict[str, Any]:
    """Explain a model by SHAP values of the original columns, whatever pipelines it is made of.

    Parameters
    ----------
    model : Predictor
        What predicts: a pipeline or a blend behind ``predict(frame)``.
    frame : DataFrame
        The training part; an integer index holds the row numbers.
    y : ndarray
        Class codes or values, shape (n_rows,).
    oof : ndarray or None
        Out-of-fold predictions, for choosing the largest misses.
    budget_seconds : float
        How many rows are explained follows from the measured speed of the model; the counts are in the
        result, and with the same counts the same seed gives the same numbers.
    timer : callable
        Seconds that only go forward.

    Returns
    -------
    dict
        ``scale method sample_rows background_rows additivity_error base importance per_class shape
        correlated rows words``, besides ``columns`` and ``columns_joined`` (how many count as one).

    Raises
    ------
    InputError
        If there are no rows, or columns are missing.
    EngineError
        If the model's predictions are not numbers.
    """
    check_features(frame, problem)
    budget = sampling.Budget(seconds=budget_seconds, timer=timer, started=timer())
    done = _compute(model, frame, y, problem, seed, oof, budget)
    sample = done.pool.frame.head(len(done.values))
    ranking = importance(done.values, done.names, seed=seed)
    several = problem.task is Task.MULTICLASS
    per_class = by_class(done.values, done.names, problem.classes) if several else {}
    for one in (ranking, *per_class.values()):
        # Many columns that count as one are no rival of a single column: they come last, whatever their size.
        one.sort(key=lambda entry: entry["column"] not in done.columns)
    shown = [one["column"] for one in ranking if one["column"] in done.columns][:SHAPES]
    payload: dict[str, Any] = {
        "scale": scale(problem),
        "method": _method(done),
        "sample_rows": len(sample),
        "background_rows": len(done.game.background),
        "additivity_error": _additivity_error(done),
        "base": None if several else float(done.base[0]),
        "importance": ranking,
        "per_class": per_class,
        "shape": [_shape(done, sample, name, problem) for name in shown],
        "correlated": together(done.pool.frame[done.columns], problem.kinds),
        "columns": len(problem.features),
        "columns_joined": len(problem.features) - len(done.columns),
        "rows": _rows(model, done, frame, y, problem),
    }
    return payload | {"words": words.summary(payload, problem)}


def is_whole(payload: dict[str, Any], rows: int) -> bool:
    """Whether an explanation has as many rows as are ever explained, so that more time would give no more.

    Parameters
    ----------
    rows : int
        Rows of the training part.
    """
    wished = tuple(min(size, rows) for size in sampling.SIZES[0])
    return (payload["sample_rows"], payload["background_rows"]) == wished and payload["columns_joined"] == 0


def _compute(
    model: Predictor,
    frame: pd.DataFrame,
    y: npt.NDArray[np.generic],
    problem: Problem,
    seed: int,
    oof: Floats | None,
    budget: sampling.Budget,
) -> _Explained:
    """Draw rows, screen columns, choose the sizes and compute all contributions."""
    pool = sampling.draw_pool(model, frame, problem, seed=seed)
    chosen = examples.choose(pool, y, oof, problem)
    places = np.concatenate([pool.places, [one.place for one in chosen]])
    game, codes = make_game(model, frame[list(problem.features)].iloc[places], problem)
    affordable = sampling.rows_per_second(model, pool, problem, budget) * budget.seconds
    sampled = codes[: len(pool.frame)]
    player_of = screen.players(game, sampled, predictions=affordable, seed=seed)
    game = replace(game, player_of=player_of)
    size, background = sampling.affordable(
        rows=len(pool.frame), steps=steps(game.players), predictions=_FOR_SAMPLE * affordable
    )
    game = replace(game, background=sampled[sampling.background_places(pool, background)])
    values, base = contributions(
        game,
        sampled[:size],
        seed=seed,
        go_on=lambda rows: rows < _LEAST_ROWS or budget.spent < _LATEST,
    )
    chosen_values = contributions(game, codes[len(sampled) :], seed=seed)[0]
    names = screen.names(list(problem.features), player_of)
    return _Explained(
        pool=pool, game=game, names=names, values=values, base=base, chosen=chosen, chosen_values=chosen_values
    )


def _additivity_error(done: _Explained) -> float:
    """Measure how far base and contributions miss the model's own predictions, as part of their range."""
    gap = np.abs(done.base + done.values.sum(axis=1) - done.pool.outputs[: len(done.values)]).max()
    return float(gap / (done.pool.spread or 1.0))


def _shape(done: _Explained, sample: pd.DataFrame, name: str, problem: Problem) -> dict[str, Any]:
    """Summarise one column; of several classes the one for which it counts most."""
    values = done.values[:, done.names.index(name), :]
    output = int(np.abs(values).mean(axis=0).argmax())
    label = labels(problem)[output]
    return {"column": name, "label": label, **shape(sample[name], problem.kinds[name], values[:, output])}


def _rows(
    model: Predictor, done: _Explained, frame: pd.DataFrame, y: npt.NDArray[np.generic], problem: Problem
) -> list[dict[str, Any]]:
    """Write down the chosen rows."""
    table = frame[list(problem.features)].iloc[[one.place for one in done.chosen]]
    outputs = predict_outputs(model, table, problem)
    numbers: Places | None = frame.index.to_numpy() if pd.api.types.is_integer_dtype(frame.index.dtype) else None
    found = []
    for order, one in enumerate(done.chosen):
        output = int(outputs[order].argmax())
        cells = [words.cell_text(table[name].iloc[order]) if name in problem.kinds else "" for name in done.names]
        found.append(
            row_payload(
                done.chosen_values[order, :, output],
                done.names,
                cells,
                problem,
                label=labels(problem)[output],
                base=float(done.base[output]),
                prediction=float(outputs[order, output]),
                number=one.place if numbers is None else int(numbers[one.place]),
                why=one.why,
                actual=float(y[one.place]),
            )
        )
    return found


def _method(done: _Explained) -> str:
    how = (
        "all coalitions of the original columns counted"
        if done.game.exact
        else "one walk through the original columns in random order for each pair of an explained and a background "
        "row, every second walk in reverse"
    )
    return (
        f"SHAP values: {how}; {len(done.values):,} sampled rows of the training part explained against "
        f"{len(done.game.background):,} background rows spread evenly over the predictions; importance is the mean "
        f"absolute contribution with its 95 % percentile interval from {RESAMPLES:,} bootstrap resamples of the "
        "explained rows."
    )
