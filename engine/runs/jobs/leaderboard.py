"""The leaderboard of a run: baselines, the best of each family, the ensemble; with intervals and tie groups."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from engine.automl.choosing import SCORE, clarity_of, recommended, simple_enough
from engine.domain.metric import MetricValue, find_metric
from engine.domain.run import Trial, TrialKind
from engine.metrics.compare import corrected_among, difference_of, tie_groups_of
from engine.metrics.intervals import Resampled, resampled
from engine.runs.jobs.material import Material, load_predictions
from engine.runs.progress import Progress
from engine.store import trials
from engine.store.db import connect, writing

_CANDIDATES_FOR_CORRECTION = 100


@dataclass(frozen=True, kw_only=True)
class Board:
    """The leaderboard, best first, with what the summary of the run says."""

    metric: str
    rows: tuple[dict[str, Any], ...]
    trials: dict[int, Trial]
    differences: tuple[dict[str, Any], ...]
    """Of each two models, the better first: by how much it is better, paired, with its interval."""
    corrected: float | None
    recommended: int
    recommendation: dict[str, Any]
    """Why that one, and the blend against the best single model."""
    simple_enough: dict[str, Any]
    """The clearest model within one standard error of the best, and what it gives up."""
    count: int
    """Trials of this run."""
    failed: int
    taken_over: int
    """Trials of an earlier run that it went on from."""

    def trial(self, trial_id: int) -> Trial:
        """Return a trial of the board."""
        return self.trials[trial_id]

    def result(self, best: Trial) -> dict[str, Any]:
        """Return the part of a run's result that the board gives."""
        return {
            "best": self._entry(best.id) | {"corrected": self.corrected},
            "recommended": self.recommended,
            "recommendation": self.recommendation,
            "simple_enough": self.simple_enough,
            "ensemble": [
                {"family": m["family"], "weight": m["weight"], "number": m["number"]}
                for m in best.config.get("members", [])
            ],
            "dummy": self._of_kind(TrialKind.DUMMY),
            "simple": self._of_kind(TrialKind.SIMPLE),
            "leaderboard": list(self.rows),
            "differences": list(self.differences),
        }

    def _entry(self, trial_id: int) -> dict[str, Any]:
        row = next(row for row in self.rows if row["trial"] == trial_id)
        return {key: row[key] for key in ("trial", "family", "score", "low", "high")}

    def _of_kind(self, kind: TrialKind) -> dict[str, Any] | None:
        found = next((one for one in self.trials.values() if one.kind is kind), None)
        return self._entry(found.id) if found else None


def build(progress: Progress, material: Material, best: Trial, *, prefer: str = SCORE) -> Board:
    """Compute the leaderboard from the stored out-of-fold predictions."""
    with connect(progress.settings) as db:
        everything = trials.of_run(db, progress.run_id)
    good = _sorted([one for one in everything if one.ok], material.problem.metric)
    shown = _shown(good, best)
    preds = {one.id: load_predictions(progress.settings, one) for one in shown}
    # All models on the same resamples: their intervals and their ties come from one draw.
    found = resampled(
        [material.problem.metric],
        material.y,
        [preds[one.id] for one in shown],
        material.problem,
        groups=material.groups,
    )
    scores = _intervals(progress, shown, found)
    outer = _outer(progress, material, good, shown, best)
    groups = tie_groups_of(found, material.problem.metric)
    rows = [
        _row(place, one, scores[one.id], group) | {"outer": outer[one.id]}
        for place, (one, group) in enumerate(zip(shown, groups, strict=True))
    ]
    return Board(
        metric=material.problem.metric,
        rows=tuple(rows),
        trials={one.id: one for one in shown},
        differences=tuple(_differences(shown, found)),
        corrected=outer[best.id],
        count=sum(one.kind is not TrialKind.ENSEMBLE and one.taken_from is None for one in everything),
        taken_over=sum(one.taken_from is not None for one in everything),
        failed=sum(not one.ok for one in everything),
        **_chosen(shown, rows, best, found, prefer),
    )


def _chosen(
    shown: Sequence[Trial], rows: Sequence[dict[str, Any]], best: Trial, found: Resampled, prefer: str
) -> dict[str, Any]:
    """Say which model is recommended and which is simple enough."""
    metric, first = find_metric(found.metric_ids[0]), shown.index(best)
    choice = recommended(shown, first, found, metric, prefer)
    simple = simple_enough(shown, first, found, metric)
    row = rows[simple.place]
    return {
        "recommended": shown[choice.place].id,
        "recommendation": {
            "reason": choice.reason,
            "prefer": prefer,
            "blend": asdict(choice.blend) if choice.blend else None,
        },
        "simple_enough": {
            **{name: row[name] for name in ("trial", "number", "family", "kind", "score", "low", "high", "clarity")},
            "gives_up": simple.gap,
            "standard_error": simple.standard_error,
        },
    }


def _differences(shown: Sequence[Trial], found: Resampled) -> Iterator[dict[str, Any]]:
    """Compare each two models on the resamples that they share."""
    for a, b in combinations(range(len(shown)), 2):
        one = difference_of(found, found.metric_ids[0], a, b)
        if one is not None:
            yield {"a": shown[a].id, "b": shown[b].id, "value": one.value, "low": one.low, "high": one.high}


def _sorted(found: Sequence[Trial], metric_id: str) -> list[Trial]:
    sign = -1.0 if find_metric(metric_id).higher_is_better else 1.0
    return sorted(found, key=lambda one: (sign * (one.score or 0.0), one.number))


def _shown(good: Sequence[Trial], best: Trial) -> list[Trial]:
    """Keep the baselines, the best of each family, the ensemble and the winner."""
    always = (TrialKind.DUMMY, TrialKind.SIMPLE, TrialKind.ENSEMBLE)
    seen: set[str] = set()
    kept = []
    for one in good:
        if one.kind in always or one.id == best.id or one.family not in seen:
            kept.append(one)
        if one.kind is not TrialKind.SIMPLE:
            seen.add(one.family)
    return kept


def _intervals(progress: Progress, shown: Sequence[Trial], found: Resampled) -> dict[int, MetricValue]:
    """Store the interval of each model's score."""
    metric = found.metric_ids[0]
    values = {one.id: found.value(place, metric) for place, one in enumerate(shown)}
    scores = {
        one.id: values[one.id] or MetricValue(name=metric, value=one.score if one.score is not None else 0.0)
        for one in shown
    }
    with connect(progress.settings) as db, writing(db):
        for trial_id, value in scores.items():
            trials.set_interval(db, trial_id, value.low, value.high)
    return scores


def _outer(
    progress: Progress, material: Material, good: Sequence[Trial], shown: Sequence[Trial], best: Trial
) -> dict[int, float | None]:
    """Correct each score for how its model was chosen: the best among all trials, another among those of its family.

    Baselines were not chosen, they stood there before anything was seen; the blend is one of all trials.
    """
    candidates = [*shown, *(one for one in good if one.id not in {known.id for known in shown})]
    candidates = candidates[: max(_CANDIDATES_FOR_CORRECTION, len(shown))]
    choices = [_rivals(one, candidates, best) for one in shown]
    values = corrected_among(
        material.problem.metric,
        material.y,
        [load_predictions(progress.settings, one) for one in candidates],
        material.problem,
        choices,
        groups=material.groups,
    )
    return {one.id: value if math.isfinite(value) else None for one, value in zip(shown, values, strict=True)}


def _rivals(one: Trial, candidates: Sequence[Trial], best: Trial) -> list[int]:
    """List the places of the trials among which a model was chosen."""
    if one.id == best.id or one.kind is TrialKind.ENSEMBLE:
        return list(range(len(candidates)))
    if one.kind in (TrialKind.DUMMY, TrialKind.SIMPLE):
        return [candidates.index(one)]
    return [
        place
        for place, other in enumerate(candidates)
        if other.family == one.family and other.kind is not TrialKind.SIMPLE
    ]


def _row(place: int, trial: Trial, value: MetricValue, group: int) -> dict[str, Any]:
    return {
        "rank": place + 1,
        "trial": trial.id,
        "number": trial.number,
        "family": trial.family,
        "kind": str(trial.kind),
        "score": trial.score,
        "low": value.low,
        "high": value.high,
        "fit_seconds": round(trial.fit_seconds, 3),
        "predict_seconds": round(trial.predict_seconds, 5),
        "size_bytes": trial.size_bytes,
        "tie_group": group,
        "clarity": clarity_of(trial.family),
    }
