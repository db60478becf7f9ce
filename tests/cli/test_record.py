"""The record by command: log, reason, hint, guidance, ideas; faults are one sentence with exit code 2."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from engine.actions import record
from engine.cli import main
from engine.domain.project import Project
from engine.settings import Settings

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


@pytest.mark.parametrize("claim", ["better", "same", "worse"])
def test_a_hypothesis_needs_a_run_before(settings: Settings, project: Project, claim: str) -> None:
    found = run("train", "demo", "--hypothesis", "One thing less is better", "--claim", claim, code=2)
    assert "no run yet" in found["error"]["message"]
