"""How the prediction goes along a column: partial dependence with individual lines, and accumulated local effects.

Partial dependence: Friedman (2001), Greedy function approximation, Annals of Statistics 29, 1189-1232. Individual
lines: Goldstein et al. (2015), Peeking inside the black box, Journal of Computational and Graphical Statistics 24,
44-65.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from engine.domain.data import Problem
from engine.domain.words import number, share
from engine.explain.accumulated import Local, accumulated
from engine.explain.grid import MOST_POINTS, NUMBER, Grid, Sampled, make_grid, slim
from engine.explain.output import Floats, Places, Predictor, labels, quantity
from engine.explain.together import strongest_partner

PARTIAL, LOCAL = "partial", "local"
COLUMNS, ROWS, LOCAL_ROWS, LINES = 6, 300, 1_000, 30
"""Columns shown; rows asked at every point, in the local steps, and drawn as lines of their own."""
RESAMPLES = 200
CORRELATED = 0.5
"""From this association with another column on, the accumulated effects are shown first."""

_LEAST_ROWS, _MOST_CLASSES, _LINES_OF_SEVERAL = 30, 8, 12
_STRIPS, _FEW_ROWS, _FEW_SHARE = 24, 3, 0.005


def effects(
    sampled: Sampled,
    columns: Sequence[str],
    *,
    seed: int = 0,
    budget_seconds: float = 3.0,
    timer: Callable[[], float] = time.perf_counter,
) -> dict[str, Any]:
    """Describe how the prediction goes along some columns.

    Parameters
    ----------
    sampled : Sampled
        Rows in random order.
    columns : sequence of str
        In the order in which they are shown; those that have fewer than two values, and texts, are left out.
    budget_seconds : float
        How many rows are asked follows from the measured speed of the model; the counts are in the result.

    Returns
    -------
    dict
        ``rows local_rows lines resamples left_out columns``. Each of the ``columns`` has ``column kind first why
        partner association x counts few missing curves``; ``few`` are spans with little data; each of the ``curves``,
        one per explained output, has ``label partial local missing sentence``. Effects are changes of the prediction
        against its average along the column; ``low`` and ``high`` end the 95 % percentile interval over resamples
        of rows.
    """
    rows = _affordable(sampled, len(columns[:COLUMNS]), budget_seconds, timer)
    local_rows = min(len(sampled.codes), max(rows, min(LOCAL_ROWS, 4 * rows)))
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(local_rows, np.full(local_rows, 1 / local_rows), size=RESAMPLES).astype(np.float64)
    found: list[dict[str, Any]] = []
    left_out: list[str] = []
    # The table behind the sample tells which columns move together.
    table = sampled.cells.frame(sampled.codes)
    for column in columns:
        if len(found) == COLUMNS:
            break
        grid = make_grid(sampled, column)
        if grid is None:
            left_out.append(column)
            continue
        found.append(_column(sampled, column, grid, table, weights, rows, rng))
    return {
        "rows": rows,
        "local_rows": local_rows,
        "lines": min(LINES if len(labels(sampled.problem)) == 1 else _LINES_OF_SEVERAL, rows),
        "resamples": RESAMPLES,
        "left_out": left_out,
        "columns": found,
    }


def _affordable(sampled: Sampled, columns: int, seconds: float, timer: Callable[[], float]) -> int:
    """Measure the model and choose how many rows to ask."""
    probe = np.resize(np.arange(len(sampled.codes)), 2_000)
    began = timer()
    sampled.predict(sampled.codes[probe])
    rate = len(probe) / max(timer() - began, 1e-6)
    # Every point in the one picture, and two ends for up to four times the rows in the other.
    rows = int(rate * seconds / (max(columns, 1) * (MOST_POINTS + 8)))
    return min(len(sampled.codes), int(np.clip(rows, _LEAST_ROWS, ROWS)))


def _column(
    sampled: Sampled,
    column: str,
    grid: Grid,
    table: pd.DataFrame,
    weights: Floats,
    rows: int,
    rng: np.random.Generator,
) -> dict[str, Any]:
    lines, empty = _lines(sampled, column, grid, rows)
    local = accumulated(sampled, column, grid, weights)
    partner, association = strongest_partner(table, column, sampled.problem.kinds)
    first = LOCAL if association >= CORRELATED and local is not None else PARTIAL
    chosen = rng.multinomial(rows, np.full(rows, 1 / rows), size=RESAMPLES) / rows
    counts, names = grid.counts(), labels(sampled.problem)
    curves = []
    for output in _outputs(sampled):
        drawn = _partial(lines[:, :, output], chosen, counts / max(counts.sum(), 1), len(names) > 1)
        steps = None if local is None else _local(sampled, column, grid, local, output)
        missing = float(empty[0, :, output].mean()) if len(empty) else None
        curve = {"label": names[output], "partial": drawn, "local": steps, "missing": missing}
        curves.append(_told(curve, column, grid, first, quantity(sampled.problem, names[output])))
    return {
        "column": column,
        "kind": grid.kind,
        "first": first,
        "why": _why(column, partner, association, first),
        "partner": partner,
        "association": association,
        "x": grid.x,
        "counts": counts.tolist(),
        "few": _few(grid) if grid.kind == NUMBER else [],
        "curves": curves,
    }


def _told(curve: dict[str, Any], column: str, grid: Grid, first: str, what: str) -> dict[str, Any]:
    """Give both pictures of a curve their sentence; that of the curve is the one of the picture shown first."""
    drawn, steps = curve["partial"], curve["local"]
    drawn["sentence"] = _sentence(column, grid.x, drawn["effect"], what, drawn["agree"])
    if steps is not None:
        steps["sentence"] = _sentence(column, steps["x"], steps["effect"], what)
    return {**curve, "sentence": curve[first]["sentence"]}


def _lines(sampled: Sampled, column: str, grid: Grid, rows: int) -> tuple[Floats, Floats]:
    """Predict rows at every point and with an empty cell, shapes (n_points, n_rows, n_outputs) and (0 or 1, ...)."""
    codes = [*grid.codes, *([grid.empty] if grid.empty is not None else [])]
    mixed = np.tile(sampled.codes[:rows], (len(codes), 1))
    mixed[:, sampled.place(column)] = np.repeat(codes, rows)
    asked = sampled.predict(mixed).reshape(len(codes), rows, -1)
    return asked[: len(grid.codes)], asked[len(grid.codes) :]


def _local(sampled: Sampled, column: str, grid: Grid, local: Local, output: int) -> dict[str, Any]:
    low, high = np.quantile(local.draws[:, :, output], [0.025, 0.975], axis=0)
    return {
        "x": _positions(sampled, column, grid, local.points, local.order),
        "effect": slim(local.values[:, output]),
        "low": slim(low),
        "high": slim(high),
    }


def _outputs(sampled: Sampled) -> list[int]:
    """Choose the explained outputs: all, or of many classes those that are predicted most."""
    ranked = np.argsort(-sampled.outputs.mean(axis=0), kind="stable")[:_MOST_CLASSES]
    return sorted(int(one) for one in ranked)


def _partial(lines: Floats, chosen: Floats, shares: Floats, several: bool) -> dict[str, Any]:
    """Average the lines of the rows, each centred on its own average; shape of ``lines`` (n_points, n_rows)."""
    centred = lines - shares @ lines
    mean = centred.mean(axis=1)
    low, high = np.quantile(chosen @ centred.T, [0.025, 0.975], axis=0)
    # Rows whose line does not move belong to neither side; the mean line is told by its direction alone.
    along = mean @ (centred - centred.mean(axis=0))
    moving = np.abs(along) > 1e-9 * max(float(np.abs(mean).max()) ** 2, 1e-300)
    drawn = centred[:, : _LINES_OF_SEVERAL if several else LINES]
    return {
        "mean": slim(lines.mean(axis=1)),
        "effect": slim(mean),
        "low": slim(low),
        "high": slim(high),
        "lines": [slim(line) for line in drawn.T],
        "agree": float((along[moving] > 0).mean()) if moving.any() else None,
    }


def _positions(sampled: Sampled, column: str, grid: Grid, codes: Places, order: Places) -> list[float | str]:
    from engine.domain.task import ColumnKind
    from engine.explain.cells import as_numbers
    from engine.explain.words import cell_text

    if grid.kind == "category":
        return [grid.texts[int(place)] for place in order]
    values = sampled.cells.values[column].iloc[codes]
    if grid.kind != NUMBER:
        return [cell_text(one) for one in values]
    numbers = as_numbers(values, ColumnKind.NUMERIC)
    return [] if numbers is None else [float(one) for one in numbers]


def _few(grid: Grid) -> list[dict[str, float]]:
    """Find spans of the range in which hardly a row lies: of 24 equal strips those with less than 0.5 % of the rows."""
    there = grid.numbers[~np.isnan(grid.numbers)]
    counts, edges = np.histogram(there, bins=_STRIPS, range=(grid.at[0], grid.at[-1]))
    few = counts < max(_FEW_ROWS, _FEW_SHARE * len(there))
    if len(grid.at) <= _STRIPS and len(np.unique(there)) == len(grid.at):
        # Whole numbers leave gaps between them that are no lack of data.
        return []
    spans: list[dict[str, float]] = []
    for place in np.flatnonzero(few):
        if spans and spans[-1]["to"] == float(edges[place]):
            spans[-1]["to"] = float(edges[place + 1])
            spans[-1]["rows"] += int(counts[place])
        else:
            spans.append({"from": float(edges[place]), "to": float(edges[place + 1]), "rows": int(counts[place])})
    return spans


def _why(column: str, partner: str | None, association: float, first: str) -> str:
    if first == LOCAL:
        return (
            f"{column} moves together with {partner} (association {number(association)} of 1). Accumulated local "
            "effects come first, since they never ask about combinations that do not occur."
        )
    if partner is None:
        return "No other column moves together with it, so partial dependence comes first: it is easier to read."
    return (
        f"{column} is only loosely tied to other columns (most to {partner}: {number(association)} of 1), so partial "
        "dependence comes first: it is easier to read."
    )


def _sentence(column: str, x: list[float | str], curve: list[float], what: str, agree: float | None = None) -> str:
    effect = np.array(curve)
    low, high = int(effect.argmin()), int(effect.argmax())
    gap = float(effect[high] - effect[low])
    if gap <= 1e-9:
        return f"The predicted {what} does not change along {column}."
    ends = [_written(x[place]) for place in (low, high)]
    said = (
        f"Along {column} the predicted {what} is lowest at {ends[0]} and highest at {ends[1]}: "
        f"on average {number(gap)} apart."
    )
    return said if agree is None else f"{said} For {share(agree)} of the rows the line runs the same way."


def _written(x: float | str) -> str:
    return x if isinstance(x, str) else number(int(x) if float(x).is_integer() else x)


def sample(model: Predictor, frame: pd.DataFrame, problem: Problem, *, seed: int = 0, rows: int = 2_000) -> Sampled:
    """Draw rows of the training part in random order and predict them."""
    places = np.random.default_rng(seed).permutation(len(frame))[:rows]
    return Sampled.of(model, frame.iloc[places], problem)
