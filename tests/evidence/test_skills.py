"""Levels follow from recorded facts: never from clicks, filler or a template's own words."""

import statistics
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from sqlite_utils import Database

from engine.domain.project import Project, ProjectStatus
from engine.domain.run import RunKind, RunStatus
from engine.domain.skill import SkillState
from engine.errors import ContentError
from engine.evidence.predicates import PERSON_PREDICATES, PREDICATES
from engine.evidence.skills import LEVELS, evaluate_skills, groups, mark, read_skills, skills
from engine.settings import Settings
from engine.store import projects, runs, writeups
from tests.conftest import MOMENT
from tests.evidence.story import Story, store_project, store_run, tell

NOW = MOMENT + timedelta(days=2)


def levels(db: Database, **more: Any) -> dict[str, int]:
    return {state.skill.id: state.level for state in evaluate_skills(db, **more)}


def state_of(db: Database, skill: str) -> SkillState:
    return next(state for state in evaluate_skills(db) if state.skill.id == skill)


def publish(db: Database, slug: str, at: datetime = NOW) -> None:
    run_id = runs.add(db, slug, RunKind.PUBLISH, {}, at)
    writeups.add_publication(
        db, run_id=run_id, projects=[slug], folder="site", evidence_sha256="0", fingerprint="0", at=at
    )


def test_the_content_file_is_sound() -> None:
    found = skills()
    assert len(found) == 60
    used = {check for skill in found for names in skill.checks.values() for check in names}
    assert used == {*PREDICATES, *PERSON_PREDICATES}, "a check that no skill names is dead"
    assert not set(PREDICATES) & set(PERSON_PREDICATES)
    assert {skill.group for skill in found} == set(groups())
    for skill in found:
        assert set(skill.todo) == set(skill.checks)
        assert set(skill.checks) | set(skill.closed) == set(LEVELS)
    assert len({skill.short for skill in found}) == 60


def faulty(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    raw = tomllib.loads(files("engine.content").joinpath("skills.toml").read_text(encoding="utf-8"))
    change(raw)
    return raw


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda raw: raw["skill"][0].update(id="metric-choice"), "metric-choice"),
        (lambda raw: raw["skill"][0].update(group="magic"), "python-core.group"),
        (lambda raw: raw["skill"][0].update(needs=["nothing"]), "python-core.needs"),
        (lambda raw: raw["skill"][0].update(needs=["pandas-frames"]), "chart-craft.needs"),
        (lambda raw: raw["skill"][0]["2"].update(check="eval"), "python-core.2.check"),
        (lambda raw: raw["skill"][0]["2"].update(check=["items_solved", "eval"]), "python-core.2.check"),
        (lambda raw: raw["skill"][0].pop("3"), "python-core.3"),
        (
            lambda raw: raw["skill"][0].update({"3": {"closed": "never"}, "4": {"check": "stated", "todo": "x"}}),
            "python-core.2",
        ),
        (lambda raw: raw["skill"][0].pop("name"), "python-core.name"),
        (lambda raw: raw["skill"][0].update(short="far too long a name"), "python-core.short"),
        (lambda raw: raw["renamed"].update({"old": "nothing"}), "renamed.old"),
        (lambda raw: raw["renamed"].update({"old": "older", "older": "old"}), "renamed.old"),
        (lambda raw: raw["renamed"].update({"python-core": "metric-choice"}), "renamed.python-core"),
    ],
)
def test_a_faulty_content_file_names_the_key(change: Callable[[dict[str, Any]], None], key: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_skills(faulty(change))
    assert caught.value.key == key


def test_an_empty_store_proves_nothing(db: Database) -> None:
    assert set(levels(db).values()) == {0}


def test_a_template_reaches_level_two_at_most(settings: Settings, db: Database) -> None:
    tell(settings, db, Story(template="telecom-churn"))
    publish(db, "churn")
    found = levels(db)
    assert max(found.values()) == 2
    assert found["problem-framing"] == 0, "the brief is the template's own"
    assert found["thresholds-costs"] == 0, "and so are the costs"
    assert found["baseline-first"] == found["data-splitting"] == 2


def test_a_rewritten_template_brief_is_practice(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story(template="telecom-churn"))
    own = replace(story.brief, question="Whom should we call before the contract runs out in four weeks?")
    projects.save_brief(db, story.slug, own, story.later())
    assert levels(db)["problem-framing"] == 2


def test_the_data_of_a_template_stays_a_templates(settings: Settings, db: Database) -> None:
    tell(settings, db, Story(template="telecom-churn"))
    tell(settings, db, Story(slug="copy", made=50))
    assert max(levels(db).values()) == 2


def test_an_own_project_is_applied_and_published_demonstrated(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story())
    projects.promote(db, story.slug, runs.latest_result(db, story.slug).result["recommended"])  # type: ignore[union-attr]
    assert levels(db)["algorithm-choice"] == 3
    assert levels(db, publishing=[story.slug], now=NOW)["algorithm-choice"] == 4
    assert levels(db)["algorithm-choice"] == 3, "that was a look ahead"
    publish(db, story.slug)
    assert levels(db)["algorithm-choice"] == 4
    evidence = state_of(db, "algorithm-choice").evidence
    assert [one.level for one in evidence] == [2, 3, 4]
    assert evidence[-1].at == NOW
    assert evidence[1].ref.startswith("churn/")


def test_what_came_after_the_publication_is_not_demonstrated(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story())
    publish(db, story.slug, at=MOMENT)
    assert max(levels(db).values()) == 3


def test_closing_by_the_criterion(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story())
    assert levels(db)["problem-framing"] == 2
    projects.close(db, story.slug, ProjectStatus.NOT_MET, story.later())
    assert levels(db)["problem-framing"] == 2, "no reason is recorded"
    projects.decide(db, story.slug, "close", "not met", "The hold-out lies below what the team needs to act.", NOW)
    assert levels(db)["problem-framing"] == 3
    assert "not met" in state_of(db, "problem-framing").evidence[-1].value


def test_exploratory_runs_prove_nothing(settings: Settings, db: Database) -> None:
    store_project(settings, db, Story())
    store_run(settings, db, Story(made=9), exploratory=True)
    found = levels(db)
    assert found["baseline-first"] == found["hyperparameters"] == found["uncertainty"] == 0


def test_clicking_again_and_filler_raise_nothing(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story(), opened=False)
    before = levels(db)
    for text in ("", "   ", "ok ok ok ok ok ok", "x", "why not"):
        for step in ("metric", "data", "explain", "search", "close"):
            projects.decide(db, story.slug, step, "", text, story.later())
    for _ in range(3):
        store_run(settings, db, story)
    writeups.save(db, story.slug, {"limits": "word " * 500, "ai": ""}, {}, story.later())
    after = levels(db)
    assert after.pop("reproducibility") == 3, "the same search gave the same score: that is what the skill is about"
    before.pop("reproducibility")
    assert after == before


def test_different_runs_are_experiments(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story(), opened=False)
    for budget in (20, 30):
        store_run(settings, db, story, trial_budget=budget)
    assert levels(db)["experiment-log"] == 2
    assert levels(db)["hyperparameters"] == 2
    reason = "More trials, since the curve of the best score was still rising."
    projects.decide(db, story.slug, "search", "", reason, story.began)
    assert levels(db)["hyperparameters"] == 3


def test_a_finding_is_answered_by_naming_its_column(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story(), opened=False)
    projects.decide(db, story.slug, "data", "", "It looks good enough to me after some thought.", story.later())
    assert levels(db)["data-profiling"] == 0
    projects.decide(db, story.slug, "data", "", "Empty tenure means a new customer, so it stays empty.", story.later())
    assert levels(db)["data-profiling"] == 2


def test_own_words_count_and_the_draft_does_not(settings: Settings, db: Database) -> None:
    from engine.publish.compose import draft

    story = tell(settings, db, Story())
    texts = draft(db, story.slug)
    writeups.save(db, story.slug, texts, {}, story.later())
    assert levels(db)["writing-results"] == 0
    words = (files("engine.content").joinpath("skills.toml").read_text(encoding="utf-8")).replace("\n", " ")
    texts["limits"] += f"\n\n{words}"
    writeups.save(db, story.slug, texts, {}, story.later())
    assert levels(db)["writing-results"] == 3


def test_only_the_named_projects_are_looked_at(settings: Settings, db: Database) -> None:
    tell(settings, db, Story())
    store_project(settings, db, Story(slug="empty", seed=4, made=90))
    assert set(levels(db, only=["empty"]).values()) <= {0, 2}
    assert all("churn" not in one.ref for state in evaluate_skills(db, only=["empty"]) for one in state.evidence)


def test_marks_are_stored_once(settings: Settings, db: Database) -> None:
    tell(settings, db, Story())
    first = mark(db, NOW)
    assert first
    assert mark(db, NOW + timedelta(days=1)) == []
    stored = writeups.skill_marks(db)
    assert len(stored) == len(first)
    assert {one["reached_at"] for one in stored} == {NOW}
    assert {"fact", "value", "at", "ref"} == set(stored[0]["evidence"])


def test_fifty_projects_and_two_hundred_runs_take_a_moment(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story())
    run = runs.latest_result(db, story.slug)
    assert run is not None
    project = projects.get(db, story.slug)
    with db.atomic():
        for number in range(49):
            _copy(db, project, f"copy-{number}", story, dict(run.params), dict(run.result))
    times = []
    for _ in range(5):
        began = time.perf_counter()
        evaluate_skills(db)
        times.append(time.perf_counter() - began)
    assert statistics.median(times) < 0.2


def _copy(
    db: Database, project: Project, slug: str, story: Story, params: dict[str, Any], result: dict[str, Any]
) -> None:
    projects.add(db, replace(project, slug=slug))
    projects.set_split(db, slug, projects.get_split(db, project.slug))
    projects.save_brief(db, slug, story.brief, story.later())
    projects.set_profile(db, slug, projects.get_findings(db, project.slug) * 15, {}, story.later())
    for _ in range(4):
        run_id = runs.add(db, slug, RunKind.TRAIN, params, story.later())
        runs.claim(db, run_id, 1, story.later())
        runs.set_result(db, run_id, result | {"leaderboard": list(result["leaderboard"]) * 2})
        runs.move(db, run_id, RunStatus.DONE, story.later())
    for number in range(6):
        projects.decide(db, slug, "promote", "", f"Reason number {number} that says something real.", story.later())
