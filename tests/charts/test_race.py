"""The race as it goes on: what is in the picture, and that only its data change from one look to the next."""

from typing import Any

import pytest

from engine.charts import race
from engine.domain.metric import find_metric
from pages.shared.charts import _with_named_data

AUC, RMSE = find_metric("roc_auc"), find_metric("rmse")


def trial(number: int, family: str, score: float | None, kind: str = "candidate") -> dict[str, Any]:
    return {"number": number, "family": family, "kind": kind, "score": score, "at": 2.0 * number}


START = [trial(1, "dummy", 0.5, "dummy"), trial(2, "linear", 0.84, "simple"), trial(3, "lightgbm", 0.83)]
LATER = [trial(4, "network", None), trial(5, "lightgbm", 0.85), trial(6, "linear", 0.841), trial(7, "lightgbm", 0.848)]


def test_the_title_names_the_first_that_reached_the_best() -> None:
    drawn = race.curve([*START, *LATER, trial(9, "network", 0.85)], AUC)
    assert drawn.title == "Best so far: 0.850, LightGBM after 10 s"
    assert [row["best"] for row in drawn.table] == [0.84, 0.84, 0.85, 0.85, 0.85, 0.85]
    assert race.curve(START[:1], AUC).title == "No model has been scored yet"
    errors = race.curve([trial(1, "linear", 10.0, "simple"), trial(2, "network", 8.0)], RMSE)
    assert errors.title.startswith("Best so far: 8.00, Neural network")


def test_a_far_dummy_is_named_and_the_simple_model_is_a_line() -> None:
    drawn = race.curve([*START, *LATER], AUC)
    assert "out of the picture: dummy 0.500" in drawn.subtitle
    text = str(drawn.specification())
    assert "simple model 0.840" in text
    assert "dummy 0.500" not in text


def test_families_are_ordered_by_their_best() -> None:
    drawn = race.lanes([*START, *LATER, trial(8, "random_forest", 0.845)], AUC)
    assert drawn is not None
    assert [(row["family"], row["best"], row["trials"]) for row in drawn.table] == [
        ("LightGBM", 0.85, 3),
        ("Random forest", 0.845, 1),
        ("Regularised linear", 0.841, 2),
    ]
    assert drawn.title == "LightGBM leads 3 families"
    assert race.lanes(START[:1], AUC) is None


def test_each_family_keeps_its_colour_and_baselines_theirs() -> None:
    assert len({race.hue(one) for one in ("lightgbm", "xgboost", "catboost", "network", "random_forest")}) == 5
    assert race.hue("dummy") != race.hue("linear")
    assert race.hue("gone") == race.hue("ensemble")


@pytest.mark.parametrize("draw", [race.curve, race.lanes])
def test_from_one_look_to_the_next_only_the_data_change(draw: Any) -> None:
    """The browser keeps the picture while its specification stays, and takes new rows in without drawing it anew."""
    before = _with_named_data(draw([*START, *LATER], AUC).specification())
    after = _with_named_data(
        draw([*START, *LATER, trial(8, "lightgbm", 0.86), trial(9, "linear", 0.8)], AUC).specification()
    )
    frames = before.pop("datasets"), after.pop("datasets")
    assert before == after
    assert set(frames[0]) == set(frames[1])
    assert any(not frames[0][name].equals(frames[1][name]) for name in frames[0])
