"""What more time is expected to bring: an extrapolation of the record process of a search.

For blind draws of losses with an exponential lower tail of scale s, the mass of the tail below the best of n draws is
exponential with mean 1/n, so that a gain of at most g by m further draws has the probability n / (n + m exp(-g/s)):
the chance of any gain is m / (n + m) and the expected gain s ln(1 + m/n) (Arnold, Balakrishnan, Nagaraja: Records,
1998, section 2.6, for the memoryless tail). A search is not blind and its tail is not exactly exponential. Two
constants stand for that; ``bench/outlook.py`` measures on recorded searches how often the range holds what came.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain.metric import Metric
from engine.domain.words import duration, rough

LEVEL = 0.8
"""How often the range should hold what comes."""
FEWEST = 8
"""Scored trials below which nothing is said."""

_TAIL_SHARE, _FEWEST_OF_TAIL = 0.2, 4
"""Share of the trials, and at least how many of them, that tell how steep the tail is."""
_LEARNING = 2.0
"""A searcher that learns finds a better configuration about as often as so many times the blind draws."""
_LIGHTER = 0.5
"""A tail that ends (no score is perfect) falls faster than an exponential one: so much of its scale is left."""
_FOLDS_COMPARED = 6


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a span of further search is expected to bring the best single model, in units of the metric."""

    seconds: float
    """Length of the span."""
    trials: float
    """Trials that fit into it at the pace so far."""
    chance: float
    """Probability of any gain at all."""
    expected: float
    low: float
    """Ends of the range that should hold the gain four times in five."""
    high: float
    noise: float | None
    """Standard error of the difference between two good trials: what these rows can tell apart at best."""

    @property
    def within_noise(self) -> bool:
        """Whether even the upper end of the range is less than the rows could show."""
        return self.noise is not None and self.high < self.noise


def expected_gain(
    losses: Sequence[float], spent_seconds: float, *, seconds: float = 60.0, noise: float | None = None
) -> Outlook | None:
    """Estimate what a further span of the same search brings.

    Parameters
    ----------
    losses : sequence of float
        Of the scored trials that compete (no baseline that looks at nothing), lower is better, any order.
    spent_seconds : float
        Wall clock that they took together.
    seconds : float
        Length of the further span.
    noise : float, optional
        See :func:`noise_of`.

    Returns
    -------
    Outlook or None
        Nothing with fewer than :data:`FEWEST` trials or without any time spent.
    """
    known = sorted(one for one in losses if math.isfinite(one))
    count = len(known)
    if count < FEWEST or spent_seconds <= 0:
        return None
    more = count * seconds / spent_seconds
    draws = _LEARNING * more
    scale = _LIGHTER * _tail(known)
    tail = (1 - LEVEL) / 2
    return Outlook(
        seconds=seconds,
        trials=more,
        chance=draws / (count + draws),
        expected=scale * math.log1p(draws / count),
        low=_quantile(count, draws, scale, tail),
        high=_quantile(count, draws, scale, 1 - tail),
        noise=noise,
    )


def _tail(ascending: Sequence[float]) -> float:
    """Estimate the scale of the lower tail: the mean distance of the best few to the next one."""
    size = min(max(round(_TAIL_SHARE * len(ascending)), _FEWEST_OF_TAIL), len(ascending) - 1)
    return ascending[size] - statistics.fmean(ascending[:size])


def _quantile(count: int, draws: float, scale: float, level: float) -> float:
    """Solve count / (count + draws exp(-gain / scale)) = level for the gain; zero where no gain is likelier."""
    return scale * max(math.log(draws / count * level / (1 - level)), 0.0)


def noise_of(fold_scores: Sequence[Sequence[float]]) -> float | None:
    """Estimate the standard error of the difference between two good trials, from their fold scores.

    Parameters
    ----------
    fold_scores : sequence of sequence of float
        Of scored trials, best first; the first is compared with the next few fold by fold.

    Returns
    -------
    float or None
        The median of the paired standard errors; nothing where there is no pair of at least two folds.
    """
    best, *others = [list(one) for one in fold_scores if len(one) > 1] or [[]]
    errors = []
    for other in [one for one in others if len(one) == len(best)][:_FOLDS_COMPARED]:
        gaps = [a - b for a, b in zip(best, other, strict=True)]
        if any(gaps):
            errors.append(statistics.stdev(gaps) / math.sqrt(len(gaps)))
    return statistics.median(errors) if errors else None


def in_words(outlook: Outlook | None, metric: Metric) -> str:
    """Say in one or two sentences what more time is expected to bring."""
    if outlook is None:
        return f"What more time would bring can be said after {FEWEST} trials."
    span = "Another minute" if outlook.seconds == 60 else f"Another {duration(outlook.seconds)}"
    if outlook.within_noise:
        return (
            f"{span} is expected to bring nothing that these rows could show: at most {rough(outlook.high)} "
            f"{metric.title}, where two good models differ by chance by {rough(outlook.noise or 0.0)}."
        )
    way = "better" if metric.higher_is_better else "less"
    if outlook.high == 0:
        return f"{span} is expected to bring nothing."
    return (
        f"{span} is expected to bring the best single model about {rough(outlook.expected)} {way} {metric.title} "
        f"({rough(outlook.low)} to {rough(outlook.high)}, four times in five)."
    )
