"""One line: what another minute of search is expected to bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.automl.outlook import expected_gain, in_words, noise_of
from engine.domain.metric import Metric
from engine.domain.run import Trial, TrialKind

_HELP = (
    "An extrapolation of how often and by how much new bests came so far. It speaks of the best single model, not of a "
    "blend, and of a search of the same families on the same rows."
)


def show(found: Sequence[Trial], timed: Sequence[Mapping[str, Any]], metric: Metric) -> None:
    """Say it from the trials so far and the seconds at which they ended."""
    sign = -1.0 if metric.higher_is_better else 1.0
    rivals = [one for one in found if one.score is not None and one.kind not in (TrialKind.DUMMY, TrialKind.ENSEMBLE)]
    ranked = sorted(rivals, key=lambda one: sign * (one.score or 0.0))
    outlook = expected_gain(
        [sign * one.score for one in rivals if one.score is not None],
        max((row["at"] for row in timed), default=0.0),
        noise=noise_of([one.fold_scores for one in ranked]),
    )
    st.markdown(f":material/trending_up: {in_words(outlook, metric)}", help=_HELP)
