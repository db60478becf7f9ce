"""One row by command: other values on it, columns that cannot change, and what would give another answer."""

import numpy as np
import pytest

from engine.actions import whatif, work
from engine.domain.run import RunStatus
from engine.settings import Settings
from tests.cli.test_bad_input import run


@pytest.fixture
def cars(settings: Settings, tmp_path) -> str:
    """A small regression, trained."""
    rng = np.random.default_rng(0)
    weight, colour = rng.uniform(800, 2000, 160), rng.choice(["red", "blue"], 160)
    lines = [
        f"{w:.1f},{c},{0.01 * w + 3 * (c == 'red') + e:.3f}"
        for w, c, e in zip(weight, colour, rng.normal(0, 0.3, 160), strict=True)
    ]
    path = tmp_path / "cars.csv"
    path.write_text("weight,colour,price\n" + "\n".join(lines) + "\n", encoding="utf-8")
    run("project", "new", "cars", "--data", path, "--target", "price", "--task", "regression", code=0)
    done = work.wait(settings, work.start_training(settings, "cars", trial_budget=2, families=["linear"]))
    assert done.status is RunStatus.DONE, done.error
    return "cars"


def test_one_row_by_command(settings: Settings, cars: str) -> None:
    here = whatif.room(settings, cars, work.winner(settings, cars))
    row = int(here.frame.index[0])
    before = float(here.frame["weight"].iloc[0])
    found = run("explain", cars, "--row", row, "--set", f"weight={before + 300}", code=0)
    tried = found["tried"]
    assert tried["prediction_after"] - tried["prediction_before"] == pytest.approx(3, abs=0.6)
    assert [one["column"] for one in tried["changes"]] == ["weight"]
    assert whatif.history(settings, cars)[0]["prediction_after"] == tried["prediction_after"]
    assert run("explain", cars, "--fixed", "colour", code=0)["fixed"] == ["colour"]
    aim = tried["prediction_before"] + 2
    flipped = run("explain", cars, "--row", row, "--target", aim, code=0)
    assert flipped["flip"]["fixed"] == ["colour"]
    assert [one["column"] for one in flipped["flip"]["options"][0]["changes"]] == ["weight"]
    assert flipped["flip"]["options"][0]["prediction"] > aim
    assert flipped["other"]["outcome"] > aim
    assert len(flipped["similar"]) == 5
    assert run("explain", cars, "--free", "colour", code=0)["fixed"] == []
    for words, said in (
        (("--set", "weight=3"), "none was named"),
        (("--row", row, "--set", "weight"), "sets no value"),
        (("--row", row, "--set", "height=3"), "no column 'height'"),
        (("--row", row, "--set", "weight=heavy"), "should be a number"),
        (("--row", row, "--set", f"weight={before}"), "Nothing is changed"),
        (("--row", 10**6, "--set", "weight=3"), "sealed hold-out"),
        (("--row", row, "--target", "much"), "past a value"),
        (("--fixed", "height"), "no feature 'height'"),
    ):
        error = run("explain", cars, *words)["error"]
        assert said in error["message"]
        assert error["hint"]
    assert len(whatif.history(settings, cars)) == 1
