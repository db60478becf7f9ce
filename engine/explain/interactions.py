"""Which pairs of columns work together: where the effect of one depends on the value of the other.

The statistic is the total interaction index, estimated by mixed second differences: Liu and Owen (2006), Estimating
mean dimensionality of analysis of variance decompositions, Journal of the American Statistical Association 101,
712-721; Fruth, Roustant and Kuhnt (2014), Total interaction index, Computational Statistics and Data Analysis 78,
67-82.
It needs far fewer predictions than Friedman's H and is exactly zero for a pair that the model only adds up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from engine.domain.task import Task
from engine.domain.words import share
from engine.explain.grid import CATEGORY, Grid, Sampled, make_grid, slim
from engine.explain.output import Floats, Places, labels, quantity
from engine.metrics.intervals import bounds

COLUMNS, PAIRS_OF_ROWS, RESAMPLES = 8, 400, 500
MATTERS = 0.01
"""A pair is claimed where the lower end of its interval is above this share of the variance of the predictions."""
TOP = 3

_LEAST_PAIRS, _LEAST_CHANCE = 60, 0.001
_SIDE, _CELL_ROWS = 8, 100
_DRAWN = 3


def interactions(
    sampled: Sampled,
    columns: Sequence[str],
    *,
    seed: int = 0,
    budget_seconds: float = 3.0,
    timer: Callable[[], float] = time.perf_counter,
) -> dict[str, Any]:
    """Rank the pairs among some columns by how far the model is from only adding them up.

    Parameters
    ----------
    sampled : Sampled
        Rows in random order.
    columns : sequence of str
        Candidates, the most important first; the first eight that have two values are paired.

    Returns
    -------
    dict
        ``columns pairs_of_rows resamples scale pairs shown grids sentences method``. Each of the ``pairs``, strongest
        first, has ``first second value low high top shown``: the index as a share of the variance of the predictions
        with its 95 % percentile interval over resamples of the pairs of rows, and in what share of the resamples it
        is among the first three. ``grids`` draw the strongest pairs that are shown.
    """
    grids = {name: grid for name in columns if (grid := make_grid(sampled, name)) is not None}
    names = list(grids)[:COLUMNS]
    logarithmic = sampled.problem.task is not Task.REGRESSION
    scale = "log-odds" if logarithmic else sampled.problem.target
    count = _affordable(sampled, len(names), budget_seconds, timer)
    spread = float(_additive_scale(sampled.outputs, logarithmic).var(axis=0).sum())
    pairs: list[dict[str, Any]] = []
    strongest: list[int] = []
    if len(names) > 1 and count >= 2 and spread > 1e-18:
        squares = _second_differences(sampled, names, count, logarithmic, seed) / 4
        pairs, strongest = _ranked(squares, list(combinations(names, 2)), spread, seed)
    shown = [one for one in pairs if one["shown"]]
    found: dict[str, Any] = {
        "columns": names,
        "pairs_of_rows": count,
        "resamples": RESAMPLES,
        "scale": scale,
        "pairs": pairs,
        "shown": len(shown),
        "grids": [
            _grid(sampled, (one["first"], one["second"]), grids, strongest[place])
            for place, one in enumerate(pairs[:_DRAWN])
            if one["shown"]
        ],
    }
    return found | {"sentences": _sentences(found), "method": _method(found)}


def _affordable(sampled: Sampled, columns: int, seconds: float, timer: Callable[[], float]) -> int:
    probe = np.resize(np.arange(len(sampled.codes)), 2_000)
    began = timer()
    sampled.predict(sampled.codes[probe])
    rate = len(probe) / max(timer() - began, 1e-6)
    # What every pair of rows asks; the pictures ask as much again at most.
    asked = 1 + columns + columns * (columns - 1) // 2
    rows = int(np.clip(rate * seconds / 2 / asked, _LEAST_PAIRS, PAIRS_OF_ROWS))
    return min(rows, len(sampled.codes) // 2)


def _additive_scale(outputs: Floats, logarithmic: bool) -> Floats:
    """Put predictions on the scale on which additive models add: values as they are, chances as log-odds.

    With several classes the centred logarithms of their chances. Chances below 0.001 count as 0.001.
    """
    if not logarithmic:
        return outputs
    chances = np.clip(outputs, _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    if outputs.shape[1] == 1:
        return np.asarray(np.log(chances / (1 - chances)))
    logs = np.log(chances)
    return np.asarray(logs - logs.mean(axis=1, keepdims=True))


def _second_differences(sampled: Sampled, names: Sequence[str], count: int, logarithmic: bool, seed: int) -> Floats:
    """Square f(b, b) - f(b, a) - f(a, b) + f(a, a) for pairs of rows, shape (n_pairs, count, n_outputs).

    The two cells of row ``a`` are replaced by those of row ``b``, one, the other, or both; the rest stays as in ``a``.
    """
    order = np.random.default_rng(seed).permutation(len(sampled.codes))
    rows, others = sampled.codes[order[:count]], sampled.codes[order[count : 2 * count]]

    def ask(*changed: int) -> Places:
        mixed = rows.copy()
        mixed[:, changed] = others[:, changed]
        return mixed

    places = [sampled.place(name) for name in names]
    couples = list(combinations(range(len(places)), 2))
    tables = [rows, *(ask(place) for place in places), *(ask(places[one], places[two]) for one, two in couples)]
    step = max(1, 20_000 // count)
    parts = [np.concatenate(tables[start : start + step]) for start in range(0, len(tables), step)]
    said = np.concatenate([_additive_scale(sampled.predict(part), logarithmic) for part in parts])
    base, *rest = np.split(said, len(tables))
    singles, doubles = rest[: len(places)], rest[len(places) :]
    return np.array(
        [
            (double - singles[one] - singles[two] + base) ** 2
            for double, (one, two) in zip(doubles, couples, strict=True)
        ]
    )


def _ranked(
    squares: Floats, couples: Sequence[tuple[str, str]], spread: float, seed: int
) -> tuple[list[dict[str, Any]], list[int]]:
    """Rank the pairs, with intervals and with how often each is among the first three."""
    summed = squares.sum(axis=2) / spread
    # Rounding is no interaction.
    summed[summed < 1e-12] = 0.0
    count = summed.shape[1]
    weights = np.random.default_rng(seed + 1).multinomial(count, np.full(count, 1 / count), size=RESAMPLES) / count
    draws = weights @ summed.T
    values = summed.mean(axis=1)
    among = np.argsort(np.argsort(-draws, axis=1, kind="stable"), axis=1, kind="stable") < TOP
    top = (among & (draws > 0)).mean(axis=0)
    entries = []
    for place in np.argsort(-values, kind="stable"):
        low, high = bounds(draws[:, place])
        entries.append(
            {
                "first": couples[place][0],
                "second": couples[place][1],
                "value": float(values[place]),
                "low": low,
                "high": high,
                "top": float(top[place]),
                "shown": low is not None and low > MATTERS,
            }
        )
    order = np.argsort(-values, kind="stable")
    return entries, [int(squares[place].mean(axis=0).argmax()) for place in order]


def _grid(sampled: Sampled, pair: tuple[str, str], grids: dict[str, Grid], output: int) -> dict[str, Any]:
    """Predict every combination of two columns' values that occurs, averaged over rows."""
    sides = [_side(grids[name]) for name in pair]
    counts = np.zeros([len(points) for points, _ in sides], dtype=np.intp)
    there = (sides[0][1] >= 0) & (sides[1][1] >= 0)
    np.add.at(counts, (sides[0][1][there], sides[1][1][there]), 1)
    occurs = np.argwhere(counts > 0)
    rows = sampled.codes[:_CELL_ROWS]
    mixed = np.tile(rows, (len(occurs), 1))
    for side, (points, _) in enumerate(sides):
        codes = grids[pair[side]].codes[points]
        mixed[:, sampled.place(pair[side])] = np.repeat(codes[occurs[:, side]], len(rows))
    means = sampled.predict(mixed)[:, output].reshape(len(occurs), len(rows)).mean(axis=1)
    label = labels(sampled.problem)[output]
    texts = [[_text(grids[name], int(point)) for point in sides[side][0]] for side, name in enumerate(pair)]
    return {
        "columns": list(pair),
        "label": label,
        "what": quantity(sampled.problem, label),
        "rows": len(rows),
        "x": texts[0],
        "y": texts[1],
        "cells": [
            {"x": texts[0][x], "y": texts[1][y], "value": value, "count": int(counts[x, y])}
            for (x, y), value in zip(occurs, slim(means), strict=True)
        ],
        "empty": int((counts == 0).sum()),
    }


def _side(grid: Grid) -> tuple[Places, Places]:
    """Choose up to eight points of a grid, and to each row the nearest one (-1: empty, or a rarer level)."""
    size = len(grid.codes)
    points = np.unique(np.linspace(0, size - 1, min(_SIDE, size)).round().astype(np.intp))
    if grid.kind == CATEGORY:
        points = np.arange(min(_SIDE, size))
    middles = (grid.at[points][1:] + grid.at[points][:-1]) / 2
    known = ~np.isnan(grid.numbers)
    nearest = np.full(len(grid.numbers), -1, dtype=np.intp)
    nearest[known] = np.searchsorted(middles, grid.numbers[known], side="left")
    if grid.kind == CATEGORY:
        nearest[known & (np.nan_to_num(grid.numbers) >= len(points))] = -1
    return points, nearest


def _text(grid: Grid, point: int) -> str:
    return f"{grid.at[point]:.6g}" if grid.kind == "numeric" else grid.texts[point]


def _sentences(found: dict[str, Any]) -> list[str]:
    if not found["pairs"]:
        return ["There are no two columns to look at together, or the model predicts the same for every row."]
    shown = [one for one in found["pairs"] if one["shown"]]
    if not shown:
        return [
            f"No pair of columns is shown to work together: what each adds can be read by itself. The strongest pair "
            f"makes up {share(found['pairs'][0]['value'])} of the variance of the predictions."
        ]
    return [
        f"{one['first']} and {one['second']} work together: what one adds depends on the other. This makes up "
        f"{share(one['value'])} ({share(one['low'])} to {share(one['high'])}) of the variance of the predictions; "
        f"the pair is among the first {TOP} in {share(one['top'])} of the resamples."
        for one in shown[:_DRAWN]
    ]


def _method(found: dict[str, Any]) -> str:
    clipped = ", chances below 0.001 counted as 0.001" if found["scale"] == "log-odds" else ""
    return (
        f"Total interaction index (Liu and Owen, 2006) of all pairs among {len(found['columns'])} columns, from "
        f"mixed second differences over {found['pairs_of_rows']:,} pairs of rows on the scale of the {found['scale']}"
        f"{clipped}, as a share of the variance of the predictions; percentile intervals over "
        f"{found['resamples']:,} resamples. "
        f"A pair counts as shown where the interval lies above {share(MATTERS)}. Both cells of a row are exchanged for "
        "those of another row, so that columns which move together are also asked about rare combinations."
    )
