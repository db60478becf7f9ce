"""How the score depends on single hyper-parameters, from the trials that a search has recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine.automl.families import find
from engine.automl.families.family import Param
from engine.domain.metric import Metric
from engine.evaluate.diagnose import EDGE_SHARE, FEWEST_TRIALS

MOST_CURVES = 2
_BINS = 4


def validation_curves(
    family_id: str, tried: Sequence[tuple[Mapping[str, Any], float]], metric: Metric
) -> list[dict[str, Any]]:
    """Draw the score over the strongest hyper-parameters of a family, strongest first.

    The strength is the share of the scores' rank variance that quarters of a parameter's values explain. The other
    parameters moved too, so a curve shows what the search saw, not the effect of one parameter alone.

    Parameters
    ----------
    family_id : str
    tried : sequence of (configuration, score)
    metric : Metric

    Returns
    -------
    list of dict
        ``name meaning log strength best edge points``; ``edge`` tells whether the best value lies at an end of its
        range; ``points`` have ``value score``. Empty with fewer than 12 trials.
    """
    if len(tried) < FEWEST_TRIALS:
        return []
    sign = 1.0 if metric.higher_is_better else -1.0
    scores = sign * np.array([score for _, score in tried])
    ranks = np.argsort(np.argsort(scores)).astype(np.float64)
    found: list[dict[str, Any]] = []
    for param in find(family_id).space:
        values = [config.get(param.name) for config, _ in tried]
        if param.choices or not all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
            continue
        numbers = np.array(values, dtype=np.float64)
        if len(np.unique(numbers)) < _BINS:
            continue
        best = float(numbers[int(np.argmax(scores))])
        found.append(
            {
                "name": param.name,
                "meaning": param.meaning,
                "log": param.log,
                "strength": _strength(numbers, ranks),
                "best": best,
                "edge": _at_edge(best, param),
                "points": [
                    {"value": float(value), "score": float(sign * score)}
                    for value, score in sorted(zip(numbers, scores, strict=True))
                ],
            }
        )
    return sorted(found, key=lambda one: -one["strength"])[:MOST_CURVES]


def _strength(numbers: Any, ranks: Any) -> float:
    edges = np.unique(np.quantile(numbers, np.arange(1, _BINS) / _BINS))
    bins = np.searchsorted(edges, numbers, side="left")
    means = np.array([ranks[bins == one].mean() if (bins == one).any() else np.nan for one in range(_BINS)])
    return float(((means[bins] - ranks.mean()) ** 2).sum() / ((ranks - ranks.mean()) ** 2).sum())


def _at_edge(best: float, param: Param) -> bool:
    low, high, value = param.low, param.high, best
    if param.log and low > 0 and best > 0:
        low, high, value = np.log(low), np.log(high), np.log(best)
    width = high - low
    return bool(width > 0 and (value <= low + EDGE_SHARE * width or value >= high - EDGE_SHARE * width))
