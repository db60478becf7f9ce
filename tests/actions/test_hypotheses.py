"""A hypothesis stands before its run begins, is judged on the same rows, and is listed however it came out."""

from dataclasses import replace

import numpy as np
import pytest
from sqlite_utils import Database

from engine.actions import hypotheses, record
from engine.domain.clock import utc_now
from engine.domain.record import SUPPORTED, Claim
from engine.domain.run import Run, RunStatus
from engine.errors import InputError, StateError
from engine.evidence.facts import collect
from engine.publish import compose
from engine.runs import launch
from engine.runs.jobs import hypothesis
from engine.runs.jobs.material import training
from engine.runs.progress import Progress
from engine.settings import Settings
from engine.store import projects, runs, trials
from tests.evidence.story import Story, store_project, store_run

TEXT = "Adding the length of the contract raises the score"


@pytest.fixture
def db(fresh_db: Database) -> Database:
    return fresh_db


@pytest.fixture(autouse=True)
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queue only: what a worker does is called by hand."""
    monkeypatch.setattr(launch, "start_next", lambda settings: None)


def asked(settings: Settings, db: Database, **wish: str) -> Run:
    run_id = hypotheses.start(settings, "churn", trial_budget=5, **wish)
    return runs.get(db, run_id)


def test_it_is_part_of_the_request_and_of_the_log(settings: Settings, db: Database) -> None:
    story = Story()
    store_project(settings, db, story)
    first = store_run(settings, db, story)
    run = asked(settings, db, hypothesis=f"  {TEXT}\n ")
    assert run.status is RunStatus.QUEUED
    stated = run.params["hypothesis"]
    assert (stated["text"], stated["against"], stated["claim"]) == (TEXT, first, "better")
    assert stated["trial"] == runs.get(db, first).result["recommended"]
    (one,) = hypotheses.of(settings, "churn")
    assert one.stated_at == run.created_at
    assert one.outcome == {}
    (entry,) = [one for one in record.log(settings, "churn") if one["step"] == "hypothesis"]
    assert (entry["reason"], entry["run_id"]) == (TEXT, run.id)


def test_a_first_run_has_nothing_to_be_compared_with(settings: Settings, db: Database) -> None:
    store_project(settings, db, Story())
    with pytest.raises(StateError, match="no run yet"):
        asked(settings, db, hypothesis=TEXT)
    assert runs.all_of(db, "churn") == [], "nothing was queued"


@pytest.mark.parametrize("wish", [{"hypothesis": "x" * 301}, {"hypothesis": TEXT, "claim": "nicer"}])
def test_what_cannot_be_judged_is_refused(settings: Settings, db: Database, wish: dict[str, str]) -> None:
    story = Story()
    store_project(settings, db, story)
    store_run(settings, db, story)
    with pytest.raises(InputError):
        asked(settings, db, **wish)


def test_sameness_needs_a_difference_that_would_matter(settings: Settings, db: Database) -> None:
    story = Story()
    store_project(settings, db, story)
    store_run(settings, db, story)
    with pytest.raises(InputError, match="would matter"):
        asked(settings, db, hypothesis=TEXT, claim=Claim.SAME)


def test_blanks_are_no_hypothesis_and_what_was_left_as_it_comes_is_no_choice(settings: Settings, db: Database) -> None:
    story = Story()
    store_project(settings, db, story)
    store_run(settings, db, story)
    assert "hypothesis" not in asked(settings, db, hypothesis=" \n ").params
    assert record.log(settings, "churn") == []


def test_chosen_families_stand_in_the_log_without_a_reason(settings: Settings, db: Database) -> None:
    store_project(settings, db, Story())
    run_id = hypotheses.start(settings, "churn", trial_budget=5, families=["linear", "lightgbm"])
    (entry,) = record.log(settings, "churn")
    assert (entry["step"], entry["reason"], entry["run_id"]) == ("family", "", run_id)
    assert "LightGBM" in entry["choice"]


def test_the_outcome_is_the_paired_difference(settings: Settings, db: Database) -> None:
    """Compared with a bootstrap of its own: squared errors on the same resampled rows."""
    from engine.domain.task import Task

    story = Story(task=Task.REGRESSION)
    store_project(settings, db, story)
    first, second = store_run(settings, db, story), store_run(settings, db, story)
    found = {one.family: one for one in trials.of_run(db, first) if one.ok}
    weak, strong = found["linear"], next(one for one in trials.of_run(db, second) if one.family == "lightgbm")
    stated = {"text": TEXT, "claim": "better", "against": first, "trial": weak.id}
    run = replace(runs.get(db, second), params={**runs.get(db, second).params, "hypothesis": stated})
    material, _ = training(settings, "churn")
    progress = Progress(settings=settings, run_id=second, clock=utc_now, claimed=0.0)
    outcome = hypothesis.outcome(progress, run, material, strong)["hypothesis"]
    y, a, b = material.y, story.predictions("train", 1.0), story.predictions("train", 0.6)
    rng = np.random.default_rng(1)
    rows = rng.integers(0, len(y), (4000, len(y)))

    def rmse(pred: np.ndarray) -> np.ndarray:
        return np.sqrt(((y - pred) ** 2)[rows].mean(axis=1))

    low, high = np.quantile(rmse(b) - rmse(a), [0.025, 0.975])
    plain = np.sqrt(((y - b) ** 2).mean()) - np.sqrt(((y - a) ** 2).mean())
    assert outcome["value"] == pytest.approx(plain, rel=1e-9)
    assert outcome["low"] == pytest.approx(low, abs=0.12 * (high - low))
    assert outcome["high"] == pytest.approx(high, abs=0.12 * (high - low))
    assert outcome["outcome"] == (SUPPORTED if outcome["low"] > 0 else "not shown")


def test_an_outcome_becomes_a_fact_and_a_line_of_the_page(settings: Settings, db: Database) -> None:
    story = Story()
    store_project(settings, db, story)
    store_run(settings, db, story)
    run = asked(settings, db, hypothesis="Fewer columns & <b>more</b> speed lower the score", claim="worse")
    assert "hypothesis.1.outcome" not in collect(db, "churn")
    assert "not judged" in compose.draft(db, "churn")["decisions"]
    found = {"outcome": "opposite", "value": 0.02, "low": 0.01, "high": 0.03, "metric": "roc_auc", "sentence": "S."}
    runs.set_result(db, run.id, {"hypothesis": found})
    facts = collect(db, "churn")
    assert facts["hypothesis.1.outcome"].value == "opposite"
    assert facts["hypothesis.1.difference"].text == "0.0200 (0.0100 to 0.0300)"
    assert facts["hypothesis.1"].run_id == run.id
    drafted = compose.draft(db, "churn")["decisions"]
    assert "{{ hypothesis.1.outcome }}" in drafted
    assert "<b>" not in drafted.split("Hypothesis")[0], "the text itself is a reference"


def test_runs_on_other_rows_are_not_compared(settings: Settings, db: Database) -> None:
    story = Story()
    store_project(settings, db, story)
    store_run(settings, db, story)
    run = asked(settings, db, hypothesis=TEXT)
    material, _ = training(settings, "churn")
    trial = trials.get(db, projects.get(db, "churn").promoted or run.params["hypothesis"]["trial"])
    progress = Progress(settings=settings, run_id=run.id, clock=utc_now, claimed=0.0)
    outcome = hypothesis.outcome(progress, run, material, trial)["hypothesis"]
    assert outcome == {"outcome": "", "sentence": "The two runs learned from different rows."}
