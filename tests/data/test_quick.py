import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from engine.data.compare import compare, score
from engine.data.quick import (
    MOST_ROWS,
    draw_groups,
    draw_rows,
    grouped_folds,
    out_of_fold,
    prepare,
    shuffled_folds,
)
from tests.data.tables import customers, problem_of


@pytest.mark.parametrize("target", ["left", "plan", "age", "visits"])
def test_scores_are_those_of_the_library(target: str) -> None:
    frame = customers(400).dropna()
    table = prepare(frame, problem_of(frame, target), draw_rows(len(frame)))
    assert table is not None
    folds = shuffled_folds(table)
    predicted = out_of_fold(table, folds)
    one = np.zeros(len(folds), dtype=np.intp)
    mine = score(table, predicted, one)[0]
    if table.classes:
        theirs = np.mean([roc_auc_score(t, p) for t, p in zip(table.truth.T, predicted.T, strict=True)])
    else:
        y = table.truth[:, 0]
        theirs = 1 - ((y - predicted[:, 0]) ** 2).sum() / ((y - y.mean()) ** 2).sum()
    assert mine == pytest.approx(theirs)


def test_weights_count_rows_again() -> None:
    frame = customers(200)
    table = prepare(frame, problem_of(frame, "left"), draw_rows(200))
    assert table is not None
    predicted = np.random.default_rng(0).random(table.truth.shape).round(1)
    weights = np.random.default_rng(1).integers(0, 4, (3, 200)).astype(float)
    found = score(table, predicted, np.zeros(200, dtype=np.intp), weights)
    for row, value in zip(weights, found, strict=True):
        again = np.repeat(np.arange(200), row.astype(int))
        assert value == pytest.approx(roc_auc_score(table.truth[again, 0], predicted[again, 0]))


def test_folds_keep_groups_whole_and_classes_even() -> None:
    frame = customers(600)
    table = prepare(frame, problem_of(frame, "left"), draw_rows(600))
    assert table is not None
    groups = np.arange(600) // 7
    folds = grouped_folds(table, groups)
    assert all(len(set(folds[groups == group])) == 1 for group in np.unique(groups))
    assert np.bincount(folds).min() > 90
    shares = [table.truth[shuffled_folds(table) == fold].mean() for fold in range(5)]
    assert max(shares) - min(shares) < 0.02


def test_drawing_is_seeded_and_bounded() -> None:
    assert (draw_rows(10**6) == draw_rows(10**6)).all()
    assert len(draw_rows(10**6)) == MOST_ROWS
    groups = np.random.default_rng(0).integers(0, 4_000, 50_000)
    rows = draw_groups(groups)
    assert 4_000 < len(rows) <= MOST_ROWS
    whole = np.bincount(groups)[np.unique(groups[rows])].sum()
    assert whole == len(rows), "groups are drawn whole"


def test_a_difference_has_an_interval_and_none_is_none() -> None:
    frame = customers(500)
    table = prepare(frame, problem_of(frame, "left"), draw_rows(500))
    assert table is not None
    one = np.zeros(500, dtype=np.intp)
    good = table.truth + np.random.default_rng(0).normal(0, 0.7, table.truth.shape)
    noise = np.random.default_rng(1).random(table.truth.shape)
    found = compare(table, (good, one), (noise, one))
    assert found is not None
    assert found.low < found.difference < found.high
    assert found.low > 0.1
    same = compare(table, (good, one), (good, one))
    assert same is not None
    assert (same.difference, same.low, same.high) == (0, 0, 0)


def test_without_features_there_is_no_table() -> None:
    frame = customers(100)
    problem = problem_of(frame, "left")
    assert prepare(frame, problem, draw_rows(100), leave_out=problem.features) is None
