"""What must hold of every metric on any data."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.domain.data import Problem
from engine.domain.metric import METRICS, find_metric
from engine.domain.task import Task
from engine.metrics.intervals import intervals
from engine.metrics.scores import reported, score
from tests.metrics.problems import BINARY, MULTICLASS, REGRESSION, Floats, metric_ids

BOUNDS: dict[str, tuple[float, float]] = dict.fromkeys(METRICS, (0.0, 1.0)) | {
    "log_loss": (0.0, -np.log(np.finfo(float).eps)),
    "brier_score": (0.0, 2.0),
    "matthews_corrcoef": (-1.0, 1.0),
    "lift_top_decile": (0.0, 10.0),
    "r2": (-np.inf, 1.0),
    "d2_absolute_error": (-np.inf, 1.0),
    "d2_poisson": (-np.inf, 1.0),
    **dict.fromkeys(("rmse", "mae", "median_absolute_error", "rmsle", "mape", "median_ape"), (0.0, np.inf)),
}
Case = tuple[Problem, Any, Floats]


@st.composite
def classifications(draw: st.DrawFn) -> Case:
    of = draw(st.sampled_from([BINARY, MULTICLASS]))
    size, rows = len(of.classes), draw(st.integers(1, 40))
    y = draw(hnp.arrays(np.intp, rows, elements=st.integers(0, size - 1)))
    raw = draw(hnp.arrays(np.float64, (rows, size), elements=st.floats(0.0, 1.0)))
    raw[raw.sum(axis=1) == 0] = 1.0
    return of, y, raw / raw.sum(axis=1, keepdims=True)


@st.composite
def regressions(draw: st.DrawFn) -> Case:
    rows = draw(st.integers(1, 40))
    values = hnp.arrays(np.float64, rows, elements=st.floats(-1e6, 1e6, allow_subnormal=False))
    return REGRESSION, draw(values), draw(values)


CASES = st.one_of(classifications(), regressions())


@settings(deadline=None, max_examples=60)
@given(CASES)
def test_scores_keep_within_their_bounds(case: Case) -> None:
    of, y, pred = case
    for name in metric_ids(of.task):
        value = score(name, y, pred, of)
        low, high = BOUNDS[name]
        assert np.isnan(value) or low - 1e-9 <= value <= high + 1e-9, name


@settings(deadline=None, max_examples=40)
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_rows_plays_no_role(case: Case, random: Any) -> None:
    of, y, pred = case
    order = np.array(random.sample(range(len(y)), len(y)))
    for name in metric_ids(of.task):
        assert score(name, y, pred, of) == pytest.approx(score(name, y[order], pred[order], of), nan_ok=True, rel=1e-7)


@settings(deadline=None, max_examples=40)
@given(CASES)
def test_the_truth_is_never_beaten(case: Case) -> None:
    of, y, pred = case
    perfect = y.astype(np.float64) if of.task is Task.REGRESSION else np.eye(len(of.classes))[y]
    for name in metric_ids(of.task):
        best, value = score(name, y, perfect, of), score(name, y, pred, of)
        assert np.isnan(value) or not find_metric(name).better(
            value, best + (1e-9 if find_metric(name).higher_is_better else -1e-9)
        )


@settings(deadline=None, max_examples=40)
@given(classifications())
def test_only_the_order_of_scores_counts_in_ranking(case: Case) -> None:
    _, y, pred = case
    y = (y > 0).astype(np.intp)
    share = np.round(pred[:, 1], 6)
    squeezed = 0.5 + share / 8
    for name in ("roc_auc", "average_precision", "lift_top_decile"):
        plain = score(name, y, np.column_stack([1 - share, share]), BINARY)
        moved = score(name, y, np.column_stack([1 - squeezed, squeezed]), BINARY)
        assert plain == pytest.approx(moved, nan_ok=True)


@settings(deadline=None, max_examples=40)
@given(classifications())
def test_turning_the_scores_turns_the_auc(case: Case) -> None:
    _, y, pred = case
    y, share = (y > 0).astype(np.intp), np.round(pred[:, 1], 6)
    value = score("roc_auc", y, np.column_stack([1 - share, share]), BINARY)
    turned = score("roc_auc", y, np.column_stack([share, 1 - share]), BINARY)
    assert np.isnan(value) == (y.min() == y.max())
    assert np.isnan(value) or value + turned == pytest.approx(1)


@settings(deadline=None, max_examples=40)
@given(CASES)
def test_intervals_are_ordered_and_within_bounds(case: Case) -> None:
    of, y, pred = case
    for one in intervals(reported(of), y, pred, of, resamples=60):
        assert np.isfinite(one.value)
        if one.low is None or one.high is None:
            assert one.low is one.high
            continue
        low, high = BOUNDS[one.name]
        assert low - 1e-9 <= one.low <= one.high <= high + 1e-9, one.name
