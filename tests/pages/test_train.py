"""The Train page: what a search may use, the race as it goes on, what is said of the models at the end."""

import re
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from engine.domain.clock import utc_now
from engine.domain.run import RunKind, RunStatus, TrialKind
from engine.settings import Settings
from engine.store import runs, trials
from engine.store.db import connect
from pages.shared.search_form import _changes
from tests.conftest import make_project
from tests.pages.conftest import SLUG, Open, click, words

DEMO = "demo"


def going_on(settings: Settings, **params: Any) -> int:
    """Store a run that a worker has claimed (this very process, so that it counts as alive) half a minute ago."""
    import os

    began = utc_now() - timedelta(seconds=30)
    with connect(settings) as db:
        run_id = runs.add(db, DEMO, RunKind.TRAIN, {"seconds": 600.0, "trials": None, "seed": 0} | params, began)
        runs.claim(db, run_id, os.getpid(), began)
    return run_id


def add(settings: Settings, run_id: int, number: int, family: str, score: float | None, **more: Any) -> None:
    given = {"kind": TrialKind.CANDIDATE, "config": {}, "at": utc_now() - timedelta(seconds=25 - number)} | more
    with connect(settings) as db:
        trials.add(db, run_id, number=number, family=family, score=score, **given)


@pytest.fixture
def alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runs.watch.worker_lives", lambda *_, **__: True)


def test_the_first_second_is_designed(open_page: Open, settings: Settings, alive: None) -> None:
    make_project(settings)
    run_id = going_on(settings)
    said = words(open_page("train", DEMO))
    assert "first scores are here within a few seconds" in said
    with connect(settings) as db:
        second = runs.add(db, DEMO, RunKind.TRAIN, {"seconds": 60.0, "seed": 1}, utc_now())
    assert f"Run {second} waits until run {run_id} is done" in words(open_page("train", DEMO))


def test_the_race_says_what_is_fitted_what_failed_and_what_more_time_brings(
    open_page: Open, settings: Settings, alive: None
) -> None:
    make_project(settings)
    run_id = going_on(settings, space={"lightgbm": {"num_leaves": {"value": 7}}})
    add(settings, run_id, 1, "dummy", 0.5, kind=TrialKind.DUMMY)
    add(settings, run_id, 2, "linear", 0.84, kind=TrialKind.SIMPLE, fold_scores=(0.83, 0.85))
    for number in range(3, 14):
        add(settings, run_id, number, "lightgbm", 0.8 + number / 250, fold_scores=(0.8, 0.8 + number / 125))
    for number in (14, 15):
        add(settings, run_id, number, "network", None, reason="It needed more memory than there is.")
    with connect(settings) as db:
        runs.begin_trial(
            db,
            run_id,
            {"number": 16, "family": "catboost", "config": {"depth": 8, "learning_rate": 0.08}},
            utc_now() - timedelta(seconds=3),
        )
    app = open_page("train", DEMO)
    said = words(app)
    assert "now trial 16: **CatBoost**, depth 8 instead of 5" in said.replace("\\", "")
    assert re.search(r"for [3-9]\d? s", said)
    assert "Best so far: 0.852, LightGBM" in said.replace("\\", "")
    assert "**Network**, 2 trials" in said
    assert "Another minute is expected" in said
    assert "num leaves fixed at 7" in said
    assert [button.label for button in app.button if "Stop" in button.label] == ["Stop and keep what was found"]
    with connect(settings) as db:
        runs.request_cancel(db, run_id, utc_now())
    assert [button.disabled for button in open_page("train", DEMO).button if "Stopping" in button.label] == [True]


def test_families_preference_and_a_count_of_trials_go_with_the_run(open_page: Open, filled: Settings) -> None:
    app = open_page("train", SLUG)
    app.button_group(key="budget").set_value("by trials").run()
    app.number_input(key="trial-budget").set_value(3).run()
    for family in ("lightgbm", "catboost", "xgboost", "network", "extra_trees"):
        app.checkbox(key=f"family-{family}").uncheck()
    app.run()
    assert app.checkbox(key="family-linear").disabled
    app.radio(key="prefer").set_value("score").run()
    click(app, "Start a 3-trial search")
    with connect(filled) as db:
        run = runs.latest(db, SLUG)
    assert run is not None
    assert (run.params["trials"], run.params["seconds"], run.params["prefer"]) == (3, None, "score")
    assert set(run.params["families"]).isdisjoint({"lightgbm", "catboost", "network"})
    assert {"linear", "random_forest"} <= set(run.params["families"])
    assert run.status in (RunStatus.QUEUED, RunStatus.RUNNING) or run.status.is_over


def test_the_edited_table_becomes_changes() -> None:
    lines = [("linear", {"name": "C"}), ("lightgbm", {"name": "num_leaves"}), ("lightgbm", {"name": "subsample"})]
    before = pd.DataFrame({"From": [0.1, 4.0, 0.5], "To": [10.0, 255.0, 1.0], "Fixed at": [None, None, None]})
    after = before.copy()
    assert _changes(lines, before, after) == {}
    after.loc[0, "To"] = 5.0
    after.loc[1, "Fixed at"] = 31
    after.loc[2, "From"] = None
    assert _changes(lines, before, after) == {
        "linear": {"C": {"low": 0.1, "high": 5.0}},
        "lightgbm": {"num_leaves": {"value": 31.0}},
    }


def test_the_leaderboard_says_best_recommended_and_what_clarity_costs(open_page: Open, filled: Settings) -> None:
    app = open_page("train", SLUG)
    said = words(app)
    assert "Best: **" in said
    assert "Corrected for having been chosen" in said
    assert "Recommended: **" in said
    assert "Simple enough: " in said
    with connect(filled) as db:
        result = runs.latest_result(db, SLUG).result
    board = next(one.value for one in app.dataframe if "Mark" in one.value.columns)
    assert len(board) == len(result["leaderboard"])
    marks = " ".join(board["Mark"])
    assert "best" in marks
    assert "recommended" in marks
    assert set(board["Can be read"]) >= {"at a glance", "in summaries"}


def test_a_run_of_an_earlier_version_still_shows(open_page: Open, filled: Settings) -> None:
    with connect(filled) as db:
        run = runs.latest_result(db, SLUG)
        result = {k: v for k, v in run.result.items() if k not in ("simple_enough", "recommendation")}
        rows = [{k: v for k, v in row.items() if k not in ("clarity", "outer")} for row in result["leaderboard"]]
        runs.set_result(db, run.id, result | {"leaderboard": rows})
    said = words(open_page("train", SLUG))
    assert "Best: **" in said
    assert "Simple enough" not in said
