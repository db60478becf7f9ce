"""Choosing among the models of a leaderboard: what is recommended, what is simple enough, and what each costs.

The one-standard-error rule: of the models whose score is within one standard error of the best, take the simplest
(Breiman, Friedman, Olshen, Stone: Classification and Regression Trees, 1984, section 3.4.3). Since all models are
scored on the same rows, the standard error is that of the paired difference, which is stricter than that of one score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

import numpy as np

from engine.automl.families import registry
from engine.automl.families.family import CLARITY as CLARITY_IN_WORDS
from engine.domain.metric import Metric
from engine.domain.run import Trial, TrialKind
from engine.domain.words import family_name, number, rough
from engine.metrics.compare import BETTER, Difference, difference_of
from engine.metrics.intervals import Resampled

LATENCY_LIMIT_SECONDS = 0.030
"""A recommended model answers one row within this time."""

SCORE, CLARITY = "score", "clarity"
PREFERENCES = (SCORE, CLARITY)
"""What a person may prefer: whichever scores best, or a blend only where it is better beyond chance."""

_NOTEWORTHY = 1.5
"""Times quicker or smaller that are worth a word."""


def clarity_of(family: str) -> int:
    """Return how well a model can be followed, 1 to 5; a blend is no clearer than the least clear."""
    known = registry().get(family)
    return known.clarity if known else 1


@dataclass(frozen=True, kw_only=True)
class SimpleEnough:
    """The clearest model whose score is within one standard error of the best."""

    place: int
    """Its place among the models that were compared."""
    gap: float
    """What it gives up, in units of the metric, never negative."""
    standard_error: float | None
    """Of the paired difference to the best; nothing where it is the best itself or none can be given."""


def simple_enough(shown: Sequence[Trial], best: int, found: Resampled, metric: Metric) -> SimpleEnough:
    """Choose the model of highest clarity, then the smallest, then the quickest, within one standard error of the best.

    Parameters
    ----------
    shown : sequence of Trial
        The models that were scored together.
    best : int
        Place of the best among them.
    found : Resampled
        Their scores on the same resamples, in the same order.
    metric : Metric

    Returns
    -------
    SimpleEnough
        The best itself where no other is close enough, or none is clearer.
    """
    close = {best: SimpleEnough(place=best, gap=0.0, standard_error=None)}
    for place, one in enumerate(shown):
        if place == best or one.kind in (TrialKind.DUMMY, TrialKind.ENSEMBLE):
            continue
        gap, error = _gap(shown, best, place, found, metric)
        if gap <= (error or 0.0):
            close[place] = SimpleEnough(place=place, gap=max(gap, 0.0), standard_error=error)

    def rank(place: int) -> tuple[int, bool, int, float]:
        one = shown[place]
        # Among equally clear models the best itself needs no other in its place.
        return -clarity_of(one.family), place != best, one.size_bytes, one.predict_seconds

    return close[min(close, key=rank)]


def _gap(shown: Sequence[Trial], best: int, other: int, found: Resampled, metric: Metric) -> tuple[float, float | None]:
    """Return by how much the best is better, and the standard error of that: of resamples, else of the folds."""
    sign = 1.0 if metric.higher_is_better else -1.0
    place = found.metric_ids.index(metric.id)
    gap = sign * float(found.points[best, place] - found.points[other, place])
    gaps = sign * (found.values[best, place] - found.values[other, place])
    gaps = gaps[~np.isnan(gaps)]
    if len(gaps) > 1:
        return gap, float(gaps.std(ddof=1))
    folds = [a - b for a, b in zip(shown[best].fold_scores, shown[other].fold_scores, strict=False)]
    return gap, stdev(folds) / math.sqrt(len(folds)) if len(folds) > 1 and math.isfinite(fmean(folds)) else None


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """Which model is recommended, and what was said of the blend."""

    place: int
    reason: str
    """``best``, ``quick`` (the best within the time limit), ``blend`` (better beyond chance), ``blend_preferred`` or
    ``single`` (a blend scores better, but not beyond chance)."""
    blend: Difference | None = None
    """Blend against the best single model, where there is a blend."""


def recommended(shown: Sequence[Trial], best: int, found: Resampled, metric: Metric, prefer: str) -> Recommendation:
    """Pick the best within the latency limit; a blend only where it pays, see :data:`PREFERENCES`.

    Parameters are those of :func:`simple_enough`, best first.
    """
    able = [place for place, one in enumerate(shown) if one.kind is not TrialKind.DUMMY]
    quick = [place for place in able if shown[place].predict_seconds <= LATENCY_LIMIT_SECONDS]
    first = quick[0] if quick else best
    if shown[first].kind is not TrialKind.ENSEMBLE:
        return Recommendation(place=first, reason="best" if first == best else "quick")
    single = next((place for place in quick or able if shown[place].kind is not TrialKind.ENSEMBLE), None)
    if single is None:
        return Recommendation(place=first, reason="best")
    gain = difference_of(found, metric.id, first, single)
    if gain is not None and gain.verdict == BETTER:
        return Recommendation(place=first, reason="blend", blend=gain)
    if prefer == SCORE or clarity_of(shown[single].family) <= clarity_of(shown[first].family):
        return Recommendation(place=first, reason="blend_preferred", blend=gain)
    return Recommendation(place=single, reason="single", blend=gain)


Row = Mapping[str, Any]


def said_of(recommendation: Mapping[str, Any], metric: Metric) -> str:
    """Say in one sentence why the recommended model is recommended."""
    blend = recommendation.get("blend") or {}
    gain = f"{rough(abs(blend['value']))} {metric.title}" if blend else ""
    limit = f"{LATENCY_LIMIT_SECONDS * 1000:.0f} ms"
    return {
        "best": f"It scores best and answers a row within {limit}.",
        "quick": f"It scores best of those that answer a row within {limit}.",
        "blend": f"A blend of several models: better than the best single one by {gain}, which is more than chance.",
        "blend_preferred": f"A blend of several models, {gain} ahead of the best single one; clarity does not count.",
        "single": f"A blend of several models scores {gain} better, but not beyond chance, and can hardly be followed.",
    }.get(str(recommendation.get("reason")), "")


def trade(row: Row, best: Row, metric: Metric) -> list[str]:
    """Say what is given up and gained by taking one model of the leaderboard instead of another, a few words each."""
    sign = 1.0 if metric.higher_is_better else -1.0
    gap = sign * (best["score"] - row["score"])
    said = (
        ["scores the same"] if gap == 0 else [f"{'gives up' if gap > 0 else 'gains'} {rough(abs(gap))} {metric.title}"]
    )
    said += _times(
        best["predict_seconds"], row["predict_seconds"], "answers {} times quicker", "answers {} times slower"
    )
    said += _times(best["size_bytes"], row["size_bytes"], "is {} times smaller", "is {} times larger")
    clarity = row.get("clarity") or clarity_of(row["family"])
    if clarity != (best.get("clarity") or clarity_of(best["family"])):
        said.append(CLARITY_IN_WORDS[clarity])
    return said


def _times(there: float, here: float, less: str, more: str) -> list[str]:
    if not (there > 0 and here > 0):
        return []
    ratio = max(there / here, here / there)
    return [(less if here < there else more).format(rough(ratio))] if ratio >= _NOTEWORTHY else []


def model_name(row: Row) -> str:
    """Name a model of the leaderboard as a sentence does."""
    return family_name(row["family"]) + {"simple": " (simple model)", "default": " (default)"}.get(row["kind"], "")


def simple_in_words(row: Row, best: Row, metric: Metric, board: Sequence[Row] = ()) -> str:
    """Say which model is simple enough and what it costs to take it; where none is, what the clearest would cost."""
    if row["trial"] != best["trial"]:
        return (
            f"**{model_name(row)}** is within one standard error of the best: it {_listed(trade(row, best, metric))}."
        )
    near = clearest(best, board)
    if near is None:
        return f"**{model_name(best)}**; no clearer model is on the leaderboard."
    return (
        f"no clearer model comes within one standard error of the best. The nearest that is clear, "
        f"**{model_name(near)}**, {_listed(trade(near, best, metric))}."
    )


def clearest(best: Row, board: Sequence[Row]) -> Row | None:
    """Find the clearest model that gives up least; nothing where none is clearer than the best."""
    rivals = [one for one in board if one["kind"] != TrialKind.DUMMY]
    most = max((clarity_of(one["family"]) for one in rivals), default=0)
    if most <= clarity_of(best["family"]):
        return None
    # The board is sorted: the first of the clearest is the one that gives up least.
    return next(one for one in rivals if clarity_of(one["family"]) == most)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]


def outer_in_words(best: Row, metric: Metric, count: int) -> str:
    """Say what the best is expected to score once the luck of having been chosen is taken out."""
    outer = best.get("outer")
    if outer is None:
        return ""
    gap = abs(best["score"] - outer)
    if number(outer) == number(best["score"]):
        return f"Corrected for having been chosen it stays {number(outer)}: it leads its rivals on nearly any rows."
    return (
        f"Corrected for having been chosen: **{number(outer)}**, {rough(gap)} "
        f"{'lower' if metric.higher_is_better else 'higher'}, since the best of {count} trials is in part the luckiest."
    )
