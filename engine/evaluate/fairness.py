"""How a model treats groups of people: rates by group, their gaps with intervals, and what equalising costs.

The gaps are those of the fairlearn library: the largest difference between groups of the selection rate
(demographic parity), of the true positive rate (equal opportunity) and of the false positive rate; equalized odds
is the larger of the last two. Hardt, M., Price, E. and Srebro, N. (2016). Equality of opportunity in supervised
learning. NeurIPS 29.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import Task
from engine.evaluate.slices import binned
from engine.metrics.decision import decide
from engine.metrics.intervals import bounds
from engine.metrics.weighted import Floats, Ints, Truth, ratio

FEWEST_ROWS = 20
"""Groups with fewer rows are shown, and left out of the gaps: their rates say next to nothing."""
RESAMPLES = 500
RATES = ("selection_rate", "true_positive_rate", "false_positive_rate")
GAPS = ("demographic_parity", "equal_opportunity", "false_positive_rate", "equalized_odds")
TITLES = {
    "selection_rate": "said yes",
    "true_positive_rate": "found of the positives",
    "false_positive_rate": "false alarms among the negatives",
    "demographic_parity": "Share that gets a yes",
    "equal_opportunity": "Share of the positives that is found",
    "equalized_odds": "Equalized odds (the larger of found and false alarms)",
}


def fairness(
    column: pd.Series, y: Truth, pred: Floats, problem: Problem, *, seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, Any]:
    """Compare groups of one sensitive column.

    Parameters
    ----------
    column : Series of shape (n_rows,)
        Levels are groups; a number is cut into quantile bins.
    y : ndarray of shape (n_rows,)
        Class codes.
    pred : ndarray of shape (n_rows, 2)
    problem : Problem
        The decision is that of its costs, else the likelier class.
    seed, resamples : int

    Returns
    -------
    dict
        ``column``; ``groups`` (``group rows positives counted``, each rate with ``low high``, and for calibration
        ``said`` and ``came`` (mean probability and share of positives)); ``gaps`` (``name value low high``);
        ``equalised`` (see :func:`equalised`); ``reason`` where the task has no such table.
    """
    name = str(column.name)
    if problem.task is not Task.BINARY:
        return {"column": name, "groups": [], "gaps": [], "equalised": None, "reason": _NOT_BINARY}
    codes, labels = binned(column)
    y = y.astype(np.intp)
    said = decide(pred, problem)
    counts = np.bincount(codes, minlength=len(labels))
    counted = np.flatnonzero(counts >= FEWEST_ROWS)
    rng = np.random.default_rng(seed)
    # Within each group, so that no resample loses one.
    drawn = [_rates(codes, labels, y, said, _resample(codes, rng)) for _ in range(resamples)]
    plain = _rates(codes, labels, y, said, None)
    groups = []
    for code, label in enumerate(labels):
        inside = codes == code
        if not inside.any():
            continue
        entry: dict[str, Any] = {
            "group": label,
            "rows": int(inside.sum()),
            "positives": int((y[inside] == 1).sum()),
            "counted": bool(code in counted),
            "said": float(pred[inside, 1].mean()),
            "came": float((y[inside] == 1).mean()),
        }
        for place, rate in enumerate(RATES):
            entry[rate] = _or_none(plain[place, code])
            low, high = bounds(np.array([one[place, code] for one in drawn]))
            entry |= {f"{rate}_low": low, f"{rate}_high": high}
        groups.append(entry)
    return {
        "column": name,
        "groups": groups,
        "gaps": _gaps(plain, drawn, counted),
        "equalised": equalised(codes, labels, y, pred, problem) if len(counted) > 1 else None,
        "reason": "" if len(counted) > 1 else f"Fewer than two groups have {FEWEST_ROWS} rows.",
    }


_NOT_BINARY = "These rates are defined for two classes; the table by column compares groups for other tasks."


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _resample(codes: Ints, rng: np.random.Generator) -> Ints:
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes)
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)
    found: Ints = order[first + (rng.random(len(codes)) * np.repeat(sizes, sizes)).astype(np.intp)]
    return found


def _rates(codes: Ints, labels: list[str], y: Ints, said: Ints, rows: Ints | None) -> Floats:
    """Compute selection, true and false positive rate of each group, shape (3, n_groups); NaN where undefined."""
    if rows is not None:
        codes, y, said = codes[rows], y[rows], said[rows]
    size = len(labels)
    yes, positive = (said == 1).astype(float), (y == 1).astype(float)

    def total(weights: Floats) -> Floats:
        return np.asarray(np.bincount(codes, weights=weights, minlength=size), dtype=np.float64)

    every = np.ones(len(codes))
    rates: Floats = np.stack(
        [
            ratio(total(yes), total(every), np.nan),
            ratio(total(yes * positive), total(positive), np.nan),
            ratio(total(yes * (1 - positive)), total(1 - positive), np.nan),
        ]
    )
    return rates


def _gaps(plain: Floats, drawn: list[Floats], counted: Ints) -> list[dict[str, Any]]:
    if len(counted) < 2:
        return []
    values, resampled = _differences(plain[:, counted]), np.array([_differences(one[:, counted]) for one in drawn])
    found = []
    for place, name in enumerate(GAPS):
        if np.isnan(values[place]):
            continue
        low, high = bounds(resampled[:, place])
        found.append({"name": name, "value": float(values[place]), "low": low, "high": high})
    return found


def _differences(rates: Floats) -> Floats:
    gaps = rates.max(axis=1) - rates.min(axis=1)
    return np.append(gaps, max(gaps[1], gaps[2]))


def equalised(codes: Ints, labels: list[str], y: Ints, pred: Floats, problem: Problem) -> dict[str, Any]:
    """Give each group its own threshold so that all find the same share of positives, and say what that costs.

    The share aimed at is the one that the common decision reaches over all rows. The costs are of the same rows
    on which the thresholds were chosen, so they are the least that equalising costs.

    Returns
    -------
    dict
        ``aim``; ``thresholds`` (``group threshold reached``); ``accuracy_before accuracy_after``;
        ``cost_before cost_after`` per 1,000 rows in the units of the brief, null where no costs are stated.
    """
    said, positive = decide(pred, problem), y == 1
    aim = float((said[positive] == 1).mean()) if positive.any() else 0.0
    after, thresholds = said.copy(), []
    for code, label in enumerate(labels):
        inside = codes == code
        if int(inside.sum()) < FEWEST_ROWS or not (inside & positive).any():
            continue
        scores = np.sort(pred[inside & positive, 1])[::-1]
        found = max(1, round(aim * len(scores)))
        threshold = float(scores[found - 1])
        after[inside] = (pred[inside, 1] >= threshold).astype(after.dtype)
        reached = float((after[inside & positive] == 1).mean())
        thresholds.append({"group": label, "threshold": threshold, "reached": reached})
    return {
        "aim": aim,
        "thresholds": thresholds,
        "accuracy_before": float((said == y).mean()),
        "accuracy_after": float((after == y).mean()),
        "cost_before": _cost(y, said, problem),
        "cost_after": _cost(y, after, problem),
    }


def _cost(y: Ints, said: npt.NDArray[np.intp], problem: Problem) -> float | None:
    if not problem.costs:
        return None
    return float(1000 * np.asarray(problem.costs)[y.astype(np.intp), said].mean())
