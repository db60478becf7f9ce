"""The scores of a model and of its baselines, on the same rows and the same resamples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from engine.domain.data import Problem
from engine.domain.metric import METRICS, MetricValue, find_metric
from engine.domain.project import Brief
from engine.metrics.compare import difference_of
from engine.metrics.intervals import RESAMPLES, Resampled, resampled
from engine.metrics.scores import reported
from engine.metrics.weighted import Floats, Truth

MODEL = "best"
"""Key of the model under evaluation among the candidates."""

BASELINES = ("dummy", "simple")


@dataclass(frozen=True)
class Scores:
    """Scores of the candidates, the model first."""

    names: tuple[str, ...]
    found: Resampled

    def of(self, name: str) -> list[MetricValue]:
        """Return the scores of a candidate; none where it is absent."""
        return self.found.all_values(self.names.index(name)) if name in self.names else []

    def as_dicts(self, name: str) -> list[dict[str, Any]]:
        """Return the scores of a candidate as plain values."""
        return [one.as_dict() for one in self.of(name)]

    def differences(self, metric_ids: Sequence[str]) -> list[dict[str, Any]]:
        """Compare the model with each baseline; positive means that the model is better."""
        differences = []
        for name in self.names[1:]:
            for metric_id in dict.fromkeys(metric_ids):
                found = difference_of(self.found, metric_id, 0, self.names.index(name))
                if found is not None:
                    differences.append(
                        {
                            "against": name,
                            "metric": metric_id,
                            "value": found.value,
                            "low": found.low,
                            "high": found.high,
                            "verdict": found.verdict,
                        }
                    )
        return differences


def score_candidates(
    y: Truth,
    candidates: Mapping[str, Floats],
    problem: Problem,
    brief: Brief,
    *,
    metric: str,
    seed: int,
    resamples: int = RESAMPLES,
    groups: npt.ArrayLike | None = None,
) -> Scores:
    """Score the model and its baselines by all metrics that are shown or that a criterion names.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
    candidates : mapping of str to ndarray of shape (n_rows, n_classes) or (n_rows,)
        ``best``, and where present ``dummy`` and ``simple``; only rows that all have scored count.
    problem : Problem
    brief : Brief
    metric : str
        The metric that comes first.
    seed, resamples, groups
        See :func:`engine.metrics.intervals.resampled`.
    """
    names = (MODEL, *(name for name in BASELINES if name in candidates))
    wanted = (find_metric(metric, problem.task).id, *reported(problem), *criteria_metrics(brief, problem))
    ids = tuple(dict.fromkeys(wanted))
    preds = [candidates[name] for name in names]
    return Scores(names, resampled(ids, y, preds, problem, resamples=resamples, seed=seed, groups=groups))


def criteria_metrics(brief: Brief, problem: Problem) -> tuple[str, ...]:
    """Name the metrics of the success criteria that fit the task and are scores of predictions."""
    known = (one.metric for one in brief.criteria if one.metric in METRICS)
    return tuple(one for one in known if problem.task in METRICS[one].tasks)
