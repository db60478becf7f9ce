import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.automl.ensemble import MOST_MEMBERS, blend, select
from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.domain.task import Task
from engine.metrics.scores import score
from tests.automl.toys import problem_of

METRICS = [
    (Task.BINARY, "roc_auc"),
    (Task.BINARY, "f1"),
    (Task.MULTICLASS, "log_loss"),
    (Task.REGRESSION, "rmse"),
    (Task.REGRESSION, "mae"),
]


def trials(problem: Problem, rows: int, count: int, seed: int) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    rng = np.random.default_rng(seed)
    if problem.task is Task.REGRESSION:
        y = rng.normal(size=rows)
        return y, {n: y + rng.normal(0, 0.5 + rng.random(), rows) for n in range(1, count + 1)}
    classes = len(problem.classes)
    codes = np.concatenate([np.arange(classes), rng.integers(0, classes, rows - classes)])
    oofs = {}
    for n in range(1, count + 1):
        raw = rng.normal(size=(rows, classes)) * (0.5 + rng.random())
        raw[np.arange(rows), codes] += 1
        oofs[n] = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    return codes, oofs


@pytest.mark.parametrize(("task", "metric"), METRICS)
@settings(max_examples=15, deadline=None)
@given(rows=st.integers(10, 80), count=st.integers(1, 9), seed=st.integers(0, 999))
def test_a_blend_is_never_worse_than_the_best_single(task: Task, metric: str, rows: int, count: int, seed: int) -> None:
    problem = problem_of(task, metric=metric)
    y, oofs = trials(problem, rows, count, seed)
    scores = {n: score(metric, y, oof, problem) for n, oof in oofs.items()}
    members = select(oofs, scores, y, problem, seed=0)
    assert 1 <= len(members) <= MOST_MEMBERS
    assert sum(weight for _, weight in members) == pytest.approx(1.0)
    sign = 1 if find_metric(metric).higher_is_better else -1
    best = max(sign * value for value in scores.values())
    assert sign * score(metric, y, blend(members, oofs), problem) >= best - 1e-12
    assert members == select(oofs, scores, y, problem, seed=0)


def test_independent_errors_are_averaged_away() -> None:
    problem = problem_of(Task.REGRESSION)
    y, oofs = trials(problem, 500, 4, seed=1)
    scores = {n: score("rmse", y, oof, problem) for n, oof in oofs.items()}
    members = select(oofs, scores, y, problem, seed=0)
    assert len(members) > 1
    assert score("rmse", y, blend(members, oofs), problem) < 0.9 * min(scores.values())


def test_rows_that_no_fold_scored_stay_without_prediction() -> None:
    problem = problem_of(Task.BINARY)
    y, oofs = trials(problem, 60, 3, seed=2)
    for oof in oofs.values():
        oof[:20] = np.nan
    scores = {n: score("roc_auc", y, oof, problem) for n, oof in oofs.items()}
    members = select(oofs, scores, y, problem, seed=0)
    assert np.isnan(blend(members, oofs)[:20]).all()
    assert np.isfinite(blend(members, oofs)[20:]).all()


def test_long_tables_are_sampled_but_judged_on_all_rows() -> None:
    problem = problem_of(Task.REGRESSION)
    y, oofs = trials(problem, 25_000, 3, seed=3)
    scores = {n: score("rmse", y, oof, problem) for n, oof in oofs.items()}
    members = select(oofs, scores, y, problem, seed=5)
    assert members == select(oofs, scores, y, problem, seed=5)
    assert score("rmse", y, blend(members, oofs), problem) <= min(scores.values())
