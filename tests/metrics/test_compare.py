import numpy as np
import pytest

from engine.domain.data import Problem
from engine.errors import InputError
from engine.metrics.compare import (
    BETTER,
    WITHIN_CHANCE,
    WORSE,
    corrected_among,
    corrected_for_choosing,
    paired_difference,
    tie_groups,
    tie_groups_of,
)
from engine.metrics.intervals import resampled
from engine.metrics.scores import score
from tests.metrics.problems import BINARY, EVERY_TASK, MULTICLASS, REGRESSION, sample


def test_a_better_model_is_better_in_either_direction_of_the_metric() -> None:
    y, good = sample(BINARY, 400, skill=2.0)
    flat = np.full((400, 2), 0.5)
    for name in ("roc_auc", "log_loss"):
        found = paired_difference(name, y, good, flat, BINARY, resamples=200)
        assert found.verdict == BETTER
        assert found.low is not None
        assert found.high is not None
        assert 0 < found.low < found.value < found.high
        back = paired_difference(name, y, flat, good, BINARY, resamples=200)
        assert back.verdict == WORSE
        assert (back.value, back.low, back.high) == pytest.approx((-found.value, -found.high, -found.low))


def test_a_paired_interval_is_narrower_than_the_two_alone() -> None:
    y, pred = sample(REGRESSION, 300, digits=None)
    near = pred + 0.05 * np.random.default_rng(0).normal(size=300)
    pair = paired_difference("rmse", y, pred, near, REGRESSION, resamples=300)
    alone = resampled(["rmse"], y, [pred], REGRESSION, resamples=300).value(0, "rmse")
    assert alone is not None
    assert (pair.high or 0) - (pair.low or 0) < ((alone.high or 0) - (alone.low or 0)) / 2


@pytest.mark.parametrize("of", EVERY_TASK, ids=lambda one: str(one.task))
def test_a_model_ties_with_itself(of: Problem) -> None:
    y, pred = sample(of, 60)
    found = paired_difference(of.metric, y, pred, pred, of, resamples=50)
    assert (found.value, found.low, found.high, found.verdict) == (0, 0, 0, WITHIN_CHANCE)


def test_models_that_differ_by_rounding_alone_are_not_parted() -> None:
    y, pred = sample(REGRESSION, 500, digits=None)
    shifted = y + (pred - y) * (1 + 4e-16)
    found = paired_difference("mae", y, pred, shifted, REGRESSION, resamples=50)
    assert (found.value, found.low, found.high, found.verdict) == (0, 0, 0, WITHIN_CHANCE)


def test_too_few_rows_show_nothing_beyond_chance() -> None:
    y, good = sample(BINARY, 8, skill=9.0)
    found = paired_difference("roc_auc", y, good, good[::-1], BINARY)
    assert (found.low, found.high, found.verdict) == (None, None, WITHIN_CHANCE)


def test_only_rows_that_both_have_scored_are_compared() -> None:
    y, pred = sample(BINARY, 100)
    first, second = pred.copy(), np.full_like(pred, 0.5)
    first[:10], second[20:30] = np.nan, np.nan
    both = np.r_[10:20, 30:100]
    assert paired_difference("f1", y, first, second, BINARY, resamples=20) == paired_difference(
        "f1", y[both], first[both], second[both], BINARY, resamples=20
    )


def test_an_undefined_comparison_is_said() -> None:
    _, pred = sample(BINARY, 30)
    with pytest.raises(InputError, match="ROC AUC is not defined"):
        paired_difference("roc_auc", np.zeros(30, dtype=int), pred, pred, BINARY)


def test_tie_groups_part_where_the_first_is_beaten() -> None:
    y, strong = sample(MULTICLASS, 400, skill=3.0, digits=None)
    _, weak = sample(MULTICLASS, 400, skill=1.0, digits=None)
    twin = 0.999 * strong + 0.001 / 3
    flat = np.full((400, 3), 1 / 3)
    preds = [strong, twin, weak, flat, flat]
    assert tie_groups("accuracy", y, preds, MULTICLASS, resamples=200) == [1, 1, 2, 3, 3]
    assert tie_groups("log_loss", y, preds[:1], MULTICLASS, resamples=20) == [1]
    assert tie_groups("log_loss", y, [], MULTICLASS) == []


def test_a_group_is_measured_against_its_first() -> None:
    """Neighbours may be inseparable while the ends of the chain are not."""
    rng = np.random.default_rng(4)
    y = rng.normal(size=500)
    error = rng.normal(size=500)
    chain = [y + scale * error + 0.02 * rng.normal(size=500) for scale in (1.0, 1.001, 1.1, 1.101)]
    found = resampled(["mae"], y, chain, REGRESSION, resamples=200)
    assert tie_groups_of(found, "mae") == [1, 1, 2, 2]


def test_models_on_nothing_in_common_are_one_group() -> None:
    y, pred = sample(BINARY, 40)
    first, second = pred.copy(), pred.copy()
    first[:20], second[20:] = np.nan, np.nan
    assert tie_groups("roc_auc", y, [first, second], BINARY) == [1, 1]


def test_choosing_among_noise_is_corrected_to_chance() -> None:
    rng = np.random.default_rng(0)
    corrected, best = [], []
    for seed in range(8):
        y = np.arange(80) % 2
        noise = rng.random((40, 80))
        preds = [np.column_stack([1 - share, share]) for share in noise]
        corrected.append(corrected_for_choosing("roc_auc", y, preds, BINARY, resamples=100, seed=seed))
        best.append(max(score("roc_auc", y, pred, BINARY) for pred in preds))
    assert np.mean(best) > 0.62
    # Choosing and scoring on the same 80 rows: what is left of the optimism is small.
    assert np.mean(corrected) < 0.56


def test_each_set_is_corrected_for_choosing_within_it_alone() -> None:
    rng = np.random.default_rng(0)
    y = np.arange(120) % 2
    preds = [np.column_stack([1 - share, share]) for share in rng.random((12, 120))]
    few, many, one = [3, 5, 7], list(range(12)), [4]
    found = corrected_among("roc_auc", y, preds, BINARY, [few, many, one, []], resamples=80)
    alone = [
        corrected_for_choosing("roc_auc", y, [preds[n] for n in places], BINARY, resamples=80) for places in (few, many)
    ]
    assert found[:2] == pytest.approx(alone)
    assert found[2] == pytest.approx(score("roc_auc", y, preds[4], BINARY))
    assert np.isnan(found[3])


def test_the_correction_of_an_error_metric_makes_it_larger() -> None:
    y, _ = sample(REGRESSION, 60)
    rng = np.random.default_rng(1)
    preds = [y + rng.normal(size=60) for _ in range(30)]
    best = min(score("rmse", y, pred, REGRESSION) for pred in preds)
    assert best < corrected_for_choosing("rmse", y, preds, REGRESSION, resamples=100) < 1.2


def test_a_clear_winner_is_hardly_corrected() -> None:
    y, strong = sample(BINARY, 400, skill=3.0)
    preds = [np.full_like(strong, 0.5), strong, strong[::-1]]
    plain = score("roc_auc", y, strong, BINARY)
    corrected = corrected_for_choosing("roc_auc", y, preds, BINARY, resamples=200)
    assert plain - 0.005 < corrected <= plain
    assert corrected == corrected_for_choosing("roc_auc", y, preds, BINARY, resamples=200)


def test_nothing_to_correct() -> None:
    y, pred = sample(BINARY, 50)
    assert corrected_for_choosing("f1", y, [pred], BINARY) == score("f1", y, pred, BINARY)
    assert corrected_for_choosing("f1", y[:6], [pred[:6], pred[:6]], BINARY) == score("f1", y[:6], pred[:6], BINARY)
    assert np.isnan(corrected_for_choosing("f1", y, [], BINARY))
    assert np.isnan(corrected_for_choosing("f1", y, [np.full_like(pred, np.nan)] * 2, BINARY))
    assert np.isnan(corrected_for_choosing("roc_auc", np.zeros(50, dtype=int), [pred, pred], BINARY))


def test_the_correction_may_go_by_group() -> None:
    y, _ = sample(REGRESSION, 30)
    y, groups = np.tile(y, 5), np.tile(np.arange(30), 5)
    rng = np.random.default_rng(2)
    preds = [y + np.tile(rng.normal(size=30), 5) for _ in range(20)]
    plain = corrected_for_choosing("mae", y, preds, REGRESSION, resamples=100)
    grouped = corrected_for_choosing("mae", y, preds, REGRESSION, resamples=100, groups=groups)
    # Copies of a row on both sides of the draw hide the optimism.
    assert grouped > plain
