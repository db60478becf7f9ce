"""What is recommended, what is simple enough, and what is said of the price."""

from typing import Any

import numpy as np
import pytest

from engine.automl.choosing import (
    clarity_of,
    outer_in_words,
    recommended,
    said_of,
    simple_enough,
    simple_in_words,
    trade,
)
from engine.domain.metric import find_metric
from engine.domain.run import Trial, TrialKind
from engine.metrics.intervals import Resampled
from tests.conftest import MOMENT

AUC, RMSE = find_metric("roc_auc"), find_metric("rmse")


def trial(family: str, score: float, kind: TrialKind = TrialKind.CANDIDATE, **more: Any) -> Trial:
    given = {"predict_seconds": 0.002, "size_bytes": 1000, "fold_scores": (), "id": 1} | more
    return Trial(
        run_id=1,
        number=1,
        family=family,
        kind=kind,
        config={},
        ok=True,
        reason="",
        score=score,
        low=None,
        high=None,
        fit_seconds=1.0,
        predictions="",
        created_at=MOMENT,
        **given,
    )


def scored(shown: list[Trial], spreads: list[float], metric: str = "roc_auc", resamples: int = 400) -> Resampled:
    """Scores whose difference to the first has a standard error that is known: the spread."""
    rng = np.random.default_rng(0)
    common = rng.normal(0, 0.05, resamples)
    noise = rng.normal(size=resamples)
    noise = (noise - noise.mean()) / noise.std(ddof=1) if resamples else noise
    points = np.array([[one.score] for one in shown], dtype=float)
    values = np.stack(
        [(one.score or 0.0) + common + spread * noise for one, spread in zip(shown, spreads, strict=True)]
    )
    return Resampled((metric,), 100, points, values[:, None, :], "made")


def test_the_clearest_within_one_paired_standard_error_is_simple_enough() -> None:
    shown = [trial("network", 0.9), trial("lightgbm", 0.895), trial("linear", 0.89), trial("linear", 0.88)]
    found = simple_enough(shown, 0, scored(shown, [0.0, 0.02, 0.011, 0.011]), AUC)
    assert found.place == 2
    assert found.gap == pytest.approx(0.01)
    assert found.standard_error == pytest.approx(0.011)
    assert simple_enough(shown, 0, scored(shown, [0.0, 0.02, 0.009, 0.009]), AUC).place == 1
    assert simple_enough(shown, 0, scored(shown, [0.0, 0.001, 0.009, 0.009]), AUC).place == 0


def test_among_equally_clear_models_the_smaller_then_the_quicker_and_the_best_itself_need_no_other() -> None:
    best = trial("network", 0.9)
    large, small = trial("lightgbm", 0.9, size_bytes=900), trial("xgboost", 0.9, size_bytes=100)
    quick = trial("catboost", 0.9, size_bytes=100, predict_seconds=0.001)
    shown = [best, large, small, quick]
    assert simple_enough(shown, 0, scored(shown, [0.0] * 4), AUC).place == 3
    assert simple_enough([large, small], 0, scored([large, small], [0.0, 0.01]), AUC).place == 0


def test_neither_dummy_nor_blend_is_simple_enough_and_lower_may_be_better() -> None:
    shown = [
        trial("ensemble", 10.0, TrialKind.ENSEMBLE),
        trial("dummy", 10.1, TrialKind.DUMMY),
        trial("linear", 10.2, TrialKind.SIMPLE),
    ]
    found = simple_enough(shown, 0, scored(shown, [0.0, 0.5, 0.5], "rmse"), RMSE)
    assert found.place == 2
    assert found.gap == pytest.approx(0.2)


def test_without_resamples_the_folds_say_how_sure_a_difference_is() -> None:
    best, other = (
        trial("network", 0.9, fold_scores=(0.9, 0.8, 1.0)),
        trial("linear", 0.89, fold_scores=(0.95, 0.7, 1.0)),
    )
    bare = scored([best, other], [0.0, 0.0], resamples=0)
    found = simple_enough([best, other], 0, bare, AUC)
    assert found.place == 1
    assert found.standard_error == pytest.approx(np.std([-0.05, 0.1, 0.0], ddof=1) / np.sqrt(3))
    nothing = [trial("network", 0.9), trial("linear", 0.89)]
    assert simple_enough(nothing, 0, scored(nothing, [0.0, 0.0], resamples=0), AUC).place == 0


@pytest.mark.parametrize(
    ("spread", "prefer", "single", "place", "reason"),
    [
        (0.02, "clarity", "lightgbm", 1, "single"),
        (0.02, "score", "lightgbm", 0, "blend_preferred"),
        (0.02, "clarity", "network", 0, "blend_preferred"),
        (0.001, "clarity", "lightgbm", 0, "blend"),
    ],
)
def test_a_blend_is_recommended_only_where_it_pays(
    spread: float, prefer: str, single: str, place: int, reason: str
) -> None:
    shown = [trial("ensemble", 0.9, TrialKind.ENSEMBLE), trial(single, 0.89), trial("dummy", 0.5, TrialKind.DUMMY)]
    found = recommended(shown, 0, scored(shown, [0.0, spread, 0.0]), AUC, prefer)
    assert (found.place, found.reason) == (place, reason)
    assert found.blend is not None
    assert found.blend.value == pytest.approx(0.01)
    said = said_of({"reason": found.reason, "blend": {"value": found.blend.value}}, AUC)
    assert "0.01 ROC AUC" in said


def test_what_is_too_slow_is_not_recommended() -> None:
    slow, quick = trial("network", 0.9, predict_seconds=0.5), trial("lightgbm", 0.8)
    found = recommended([slow, quick], 0, scored([slow, quick], [0.0, 0.0]), AUC, "clarity")
    assert (found.place, found.reason) == (1, "quick")
    assert recommended([slow], 0, scored([slow], [0.0]), AUC, "clarity").place == 0
    blend = trial("ensemble", 0.95, TrialKind.ENSEMBLE, predict_seconds=0.5)
    shown = [blend, quick]
    assert recommended(shown, 0, scored(shown, [0.0, 0.0]), AUC, "score").place == 1


def row(family: str, score: float, **more: Any) -> dict[str, Any]:
    base = {"trial": id(family), "family": family, "kind": "candidate", "score": score}
    return base | {"predict_seconds": 0.02, "size_bytes": 4000, "clarity": clarity_of(family)} | more


def test_the_trade_is_said_in_numbers() -> None:
    best, simple = row("lightgbm", 0.861), row("linear", 0.857, predict_seconds=0.001, size_bytes=1000)
    assert trade(simple, best, AUC) == [
        "gives up 0.004 ROC AUC",
        "answers 20 times quicker",
        "is 4.0 times smaller",
        "can be read at a glance",
    ]
    assert trade(best, simple, AUC)[:2] == ["gains 0.004 ROC AUC", "answers 20 times slower"]
    assert trade(best, best, AUC) == ["scores the same"]
    assert trade(row("linear", 12.0), row("linear", 10.0), RMSE) == ["gives up 2.0 RMSE"]
    assert "it gives up 0.004 ROC AUC, answers" in simple_in_words(simple, best, AUC)
    said = simple_in_words(best, best, AUC, [best, row("xgboost", 0.86), simple, row("linear", 0.8)])
    assert "The nearest that is clear, **Linear**, gives up 0.004 ROC AUC" in said
    assert "no clearer model is on the leaderboard" in simple_in_words(best, best, AUC, [best])


def test_the_outer_score_is_said_beside_the_inner_one() -> None:
    said = outer_in_words(row("lightgbm", 0.861, outer=0.857), AUC, 120)
    assert "**0.857**, 0.004 lower" in said
    assert "120 trials" in said
    assert "higher" in outer_in_words(row("lightgbm", 10.0, outer=10.3), RMSE, 9)
    assert outer_in_words(row("lightgbm", 10.0), RMSE, 9) == ""
    assert "stays 10.0" in outer_in_words(row("lightgbm", 10.0, outer=10.0), RMSE, 9)


def test_a_blend_or_an_unknown_family_is_hardly_clear() -> None:
    assert (clarity_of("ensemble"), clarity_of("gone"), clarity_of("linear")) == (1, 1, 5)
