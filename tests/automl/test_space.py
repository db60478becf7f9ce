"""The search space as a person changes it: checked in one sentence, applied to every configuration that is tried."""

from dataclasses import replace
from typing import Any

import pytest

from engine.automl.families import registry
from engine.automl.search import search
from engine.automl.space import adapted, checked, checked_families, described, holds, in_words, why_not
from engine.domain.run import Budget
from engine.domain.task import Task
from engine.errors import InputError
from tests.automl.toys import Notes, numeric_toy

SPACE = {
    "lightgbm": {"learning_rate": {"low": 0.2, "high": 0.4}, "num_leaves": 7, "subsample": {"value": 1.0}},
    "linear": {"C": {"low": 0.01, "high": 0.02}},
}


def test_every_trial_stays_within_the_changed_space() -> None:
    given, notes = numeric_toy(), Notes()
    search(
        given.X,
        given.y,
        given.problem,
        given.folds,
        budget=Budget(trials=12),
        seed=0,
        threads=1,
        listener=notes,
        families=("linear", "lightgbm"),
        space=checked(SPACE),
    )
    boosted = [one.config for one in notes.outcomes if one.family == "lightgbm"]
    linear = [one.config for one in notes.outcomes if one.family == "linear"]
    assert len(boosted) > 2
    assert len(linear) > 1
    for config in boosted:
        assert config["num_leaves"] == 7
        assert config["subsample"] == 1.0
        assert 0.2 <= config["learning_rate"] <= 0.4
    assert all(0.01 <= config["C"] <= 0.02 for config in linear)
    assert [number for number, _ in notes.begun] == [one.number for one in notes.outcomes]
    assert not any(one.reason for one in notes.outcomes)


def test_fixed_settings_leave_the_search_and_equal_starts_fall_together() -> None:
    family = registry()["linear"]
    assert len(family.defaults) > 1
    (fixed,) = adapted([family], checked({"linear": {"C": 3}}))
    assert (fixed.space, fixed.defaults) == ((), ({"C": 3.0},))
    (same,) = adapted([family], {})
    assert same is family
    (narrow,) = adapted([family], checked({"linear": {"C": {"high": 0.5}}}))
    assert narrow.space[0].high == narrow.space[0].start == 0.5
    assert not holds(narrow, {"C": 1.0})
    assert holds(narrow, {"C": 0.5})


def test_what_changes_nothing_is_not_kept() -> None:
    (C,) = registry()["linear"].space
    assert checked({"linear": {"C": {"low": C.low, "high": C.high}}}) == {}
    assert checked({"network": {"layers": [2, 1]}}) == {}
    assert checked(None) == {}
    assert checked({"network": {"layers": [1]}}) == {"network": {"layers": {"value": 1}}}
    assert checked({"linear": {"C": {"low": 0.1, "high": 0.1}}}) == {"linear": {"C": {"value": 0.1}}}


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ({"forest": {}}, "no model family 'forest'"),
        ({"linear": {"alpha": 1}}, "no setting 'alpha'"),
        ({"linear": {"C": "much"}}, "'much' is not possible for C"),
        ({"linear": {"C": {"low": 2, "high": 1}}}, "ends at 1, before its start at 2"),
        ({"linear": {"C": float("nan")}}, "not possible for C"),
        ({"linear": {"C": True}}, "not possible for C"),
        ({"linear": {"C": 1e9}}, "not possible for C"),
        ({"linear": {"C": {"from": 1}}}, "cannot be changed like that"),
        ({"linear": {"C": {}}}, "cannot be changed like that"),
        ({"linear": {"C": [1, 2]}}, "takes a range"),
        ({"linear": 3}, "not a list of names"),
        (["linear"], "not a list of names"),
        ({"lightgbm": {"num_leaves": 7.5}}, "7.5 is not possible"),
        ({"lightgbm": {"subsample": 1.5}}, "1.5 is not possible"),
        ({"lightgbm": {"num_leaves": 1}}, "1 is not possible"),
        ({"network": {"layers": 9}}, "is one of: 1, 2"),
        ({"xgboost": {"learning_rate": 0.1}}, "is not tried"),
    ],
)
def test_what_is_not_possible_is_one_sentence(space: Any, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        checked(space, ["linear", "lightgbm", "network", "forest"])
    assert caught.value.hint
    assert str(caught.value.message).count(". ") == 0


def test_the_widest_range_that_may_be_asked_for_can_be_fitted() -> None:
    """The bounds of every family are such that its library accepts both ends."""
    given = numeric_toy()
    for family in registry().values():
        # Many rounds are only slow, not refused; the count of trees is kept small here.
        few = {
            one.name: {"value": one.limits[0]}
            for one in family.space
            if one.name in ("n_estimators", "width") and not one.choices
        }
        for end in (0, 1):
            ends = {one.name: {"value": one.limits[end]} for one in family.space if not one.choices}
            if not ends:
                continue
            notes = Notes()
            search(
                given.X,
                given.y,
                given.problem,
                given.folds,
                budget=Budget(trials=2),
                seed=0,
                threads=1,
                listener=notes,
                families=(family.id,),
                space=checked({family.id: ends | few}),
            )
            assert [one.reason for one in notes.outcomes] == ["", ""], (family.id, end)


def test_families_are_checked_and_the_simple_model_is_always_among_them() -> None:
    assert checked_families(None, Task.BINARY) is None
    assert checked_families(["lightgbm", " lightgbm", ""], Task.BINARY) == ["linear", "lightgbm"]
    for bad in (["nonsense"], [], ["dummy"], [" "]):
        with pytest.raises(InputError):
            checked_families(bad, Task.BINARY)


def test_families_are_described_for_people_and_programs() -> None:
    found = {one["id"]: one for one in described()}
    assert set(found) == set(registry())
    for one in found.values():
        assert one["about"].endswith(".")
        assert one["clarity_in_words"]
        for param in one["space"]:
            assert param["meaning"].endswith(".")
            if "choices" not in param:
                assert param["lowest"] <= param["low"] <= param["start"] <= param["high"] <= param["highest"]
    large = replace(registry()["network"], most_cells=100)
    assert "most of the time" in why_not(large, 50, 3)
    assert why_not(large, 10, 3) == ""


def test_changes_are_said() -> None:
    lines = in_words(checked(SPACE | {"network": {"layers": 2}}))
    assert lines[0] == "LightGBM: learning rate from 0.2 to 0.4; num leaves fixed at 7; subsample fixed at 1.0"
    assert "Network: layers fixed at 2" in lines
