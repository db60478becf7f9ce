"""The record by command: log, reason, hint, guidance, ideas; faults are one sentence with exit code 2."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from engine.actions import record
from engine.cli import main
from engine.domain.project import Project
from engine.domain.run import RunKind, RunStatus, TrialKind
from engine.settings import Settings
from engine.store import results, runs, trials
from engine.store.db import connect
from tests.conftest import MOMENT

SLUG = "penguin-species"


def run(*words: str, code: int = 0) -> dict[str, Any]:
    done = CliRunner().invoke(main, [*words, "--json"])
    assert done.exit_code == code, done.output
    return dict(json.loads(done.stdout))


def test_the_log_tells_decisions_hypotheses_and_help(settings: Settings, project: Project) -> None:
    record.choose(settings, "demo", "family", "only linear", "")
    found = run("log", "demo")
    assert (found["hypotheses"], found["help"]) == ([], [])
    (one,) = found["decisions"]
    assert one["reason"] == ""
    run("reason", "demo", str(one["id"]), "It can be read")
    assert run("log", "demo")["decisions"][0]["reason"] == "It can be read"
    assert "not rewritten" in run("reason", "demo", str(one["id"]), "No", code=2)["error"]["message"]
    assert "no decision" in run("reason", "demo", "999", "Why", code=2)["error"]["message"]
    run("log", "nowhere", code=2)


def test_the_log_for_people_says_what_is_missing(settings: Settings, project: Project) -> None:
    assert "Nothing is recorded yet" in CliRunner().invoke(main, ["log", "demo"]).output
    record.choose(settings, "demo", "family", "only linear", "")
    assert "family: only linear: no reason recorded" in CliRunner().invoke(main, ["log", "demo"]).output


def test_help_is_chosen_asked_for_and_recorded(settings: Settings) -> None:
    run("project", "new", SLUG, "--template", SLUG, "--guidance", "blank")
    assert "without help" in run("hint", SLUG, "data", code=2)["error"]["message"]
    run("guidance", SLUG, "half")
    assert run("hint", SLUG, "data")["hint"] != run("hint", SLUG, "data")["hint"]
    assert run("hint", SLUG, "pitfall")["hint"]
    names = [one["name"] for one in run("log", SLUG)["help"]]
    assert names == ["blank", "half", "data:0", "data:1", "0:asked"]
    run("hint", SLUG, "moon", code=2)


def test_ideas_are_given_and_started(settings: Settings) -> None:
    found = run("ideas", "--interest", "transport")
    assert len(found["ideas"]) == 3
    assert found["ideas"][0]["area"] == "transport"
    assert found["advice"]
    started = run("ideas", "--start", "ISLR/Auto")
    assert started["brief"] is None
    assert started["dataset"]["target"] == "mpg"
    assert "area of interest" in run("ideas", "--interest", "moon", code=2)["error"]["message"]


def test_a_promotion_needs_a_reason_or_says_that_there_is_none(settings: Settings, db_with_trial: int) -> None:
    assert "needs a step and a reason" in run("promote", "demo", "1", code=2)["error"]["message"]
    run("promote", "demo", "1", "--without-reason")
    (one,) = run("log", "demo")["decisions"]
    assert (one["step"], one["reason"]) == ("promote", "")


@pytest.fixture
def db_with_trial(settings: Settings, project: Project) -> int:
    """Store a run that ended with one explained trial on its leaderboard."""
    with connect(settings) as db:
        run_id = runs.add(db, "demo", RunKind.TRAIN, {"seed": 0}, MOMENT)
        runs.claim(db, run_id, 1, MOMENT)
        trial = trials.add(
            db, run_id, number=1, family="linear", kind=TrialKind.SIMPLE, config={}, at=MOMENT, score=0.8
        )
        results.save_explanation(db, run_id, trial, {}, MOMENT)
        runs.set_result(db, run_id, {"leaderboard": [], "best": {}})
        runs.move(db, run_id, RunStatus.EVALUATING, MOMENT)
        runs.move(db, run_id, RunStatus.DONE, MOMENT)
    return trial


@pytest.mark.parametrize("claim", ["better", "same", "worse"])
def test_a_hypothesis_needs_a_run_before(settings: Settings, project: Project, claim: str) -> None:
    found = run("train", "demo", "--hypothesis", "One thing less is better", "--claim", claim, code=2)
    assert "no run yet" in found["error"]["message"]
