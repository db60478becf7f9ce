"""The rubric passes a project in which everything was done, and catches each thing that was not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from engine.domain.data import Finding, Outcome, Severity
from engine.domain.project import Brief, Criterion, ProjectStatus
from engine.evidence import rubric
from engine.evidence.rubric import Result
from engine.evidence.rubric.story import copied
from engine.settings import Settings
from engine.store import practice, projects, rebuilds, recipes, results, reviews, runs
from tests.conftest import MOMENT
from tests.evidence.story import Story, store_opening, tell

LEAK = Finding(
    code="PF-L01",
    title="A column that gives the answer away",
    severity=Severity.HIGH,
    outcome=Outcome.ISSUE,
    message="charges foretells Churn.",
    columns=("charges",),
)
CLEAN = replace(LEAK, outcome=Outcome.PASSED, severity=Severity.LOW, message="No column foretells it.", columns=())
TEXTS = {
    "result": "**{{ holdout.roc_auc }}** on rows that no model had seen.",
    "comparison": "It gains {{ holdout.difference.simple }} over the simple model.",
    "drivers": "It looks at tenure most. This does not say what causes the outcome.",
    "limits": "- Only one company.\n- Only one winter.\n- {{ finding.PF-Q01 }}",
}
BRIEF = (
    "Which customers of this company will leave within the next month, so that somebody can call them in time and "
    "offer them what they lack, before they have signed elsewhere and before the offer costs more than it brings?"
)


def everything(settings: Settings, db: Database, **changes: Any) -> Story:
    """Store a project in which everything was done."""
    story = Story(question=BRIEF, **changes)
    tell(settings, db, story)
    found = list(projects.get_findings(db, story.slug))
    projects.set_profile(db, story.slug, [*found, CLEAN], {"rows": 220}, MOMENT)
    recipes.accept(db, story.slug, "PF-Q01", ("tenure",), "New customers have none yet.", MOMENT)
    reasons = {
        "metric": "Each customer who leaves counts alike, so the order matters.",
        "data": "New customers have no tenure yet, which is no fault.",
        "errors": "Rows with a short tenure fail most, so they are called by hand.",
        "target": "Leaving within a month is what the team can still act upon.",
    }
    for place, (step, reason) in enumerate(reasons.items()):
        projects.decide(db, story.slug, step, step, reason, MOMENT + timedelta(days=place))
    for place, one in enumerate(projects.decisions(db, story.slug)[:5]):
        at = one.created_at + timedelta(days=9)
        practice.add_note(db, one.id, story.slug, f"2026-05-{place + 1:02}", "I chose it for the team.", at)
    for row in range(20):
        reviews.set_tags(db, story.slug, row, ["short tenure"], MOMENT)
    run = runs.latest_result(db, story.slug)
    assert run is not None
    best = int(run.result["recommended"])
    reviews.save_diagnosis(db, run.id, best, {"slices": [{"column": "tenure"}]}, MOMENT)
    explained = results.explanation(db, best) or {}
    results.save_explanation(db, run.id, best, explained | {"held_out": {"columns": []}}, MOMENT)
    rebuilds.add(db, story.slug, ok=True, reason="", faults=[], at=MOMENT)
    projects.close(db, story.slug, ProjectStatus.MET, MOMENT + timedelta(days=20))
    return story


def judged(db: Database, slug: str, **texts: str) -> dict[int, Any]:
    material = rubric.collect(db, slug, texts=TEXTS | texts, rebuilt=rebuilds.latest(db, slug))
    return {one.number: one for one in rubric.judge(material)}


def test_a_project_in_which_everything_was_done_passes_every_check(settings: Settings, db: Database) -> None:
    story = everything(settings, db)
    found = judged(db, story.slug)
    assert sorted(found) == list(range(1, 16))
    assert {number: one.reason for number, one in found.items() if one.result is not Result.PASS} == {}
    assert all(one.reason.endswith(".") and one.place for one in found.values())


def leak(db: Database, slug: str) -> None:
    projects.set_profile(db, slug, [LEAK], {"rows": 220}, MOMENT)


def unchecked(db: Database, slug: str) -> None:
    projects.set_profile(db, slug, [], {"rows": 220}, MOMENT)


def never_profiled(db: Database, slug: str) -> None:
    projects.set_profile(db, slug, [CLEAN], {}, MOMENT)


def moved_goalposts(db: Database, slug: str) -> None:
    versions = projects.briefs(db, slug)
    later = replace(versions[0].brief, criteria=(Criterion.parse("roc_auc >= 0.51"),))
    projects.save_brief(db, slug, later, MOMENT + timedelta(days=3))


def no_brief(db: Database, slug: str) -> None:
    projects.save_brief(db, slug, Brief(question=" ", criteria=()), MOMENT + timedelta(days=3))


def no_diagnosis(db: Database, slug: str) -> None:
    for row in range(20):
        reviews.set_tags(db, slug, row, [], MOMENT)


def other_scores(db: Database, slug: str) -> None:
    rebuilds.add(db, slug, ok=False, reason="rebuild holdout.roc_auc: 0.5 instead of 0.9", faults=[], at=MOMENT)


def no_licence_file(db: Database, slug: str) -> None:
    rebuilds.add(db, slug, ok=True, reason="", faults=["There is no licence."], at=MOMENT)


@pytest.mark.parametrize(
    ("spoil", "number", "said"),
    [
        (leak, 6, "PF-L01"),
        (unchecked, 6, "not run"),
        (never_profiled, 4, "never profiled"),
        (moved_goalposts, 2, "after the first run"),
        (no_brief, 1, "no question"),
        (no_brief, 2, "no success criterion"),
        (no_diagnosis, 10, "0 of the 20"),
        (other_scores, 13, "0.5 instead of 0.9"),
        (no_licence_file, 14, "no licence"),
    ],
)
def test_what_was_not_done_fails(
    settings: Settings, db: Database, spoil: Callable[[Database, str], None], number: int, said: str
) -> None:
    story = everything(settings, db)
    spoil(db, story.slug)
    found = judged(db, story.slug)[number]
    assert found.result is Result.FAIL
    assert said in found.reason
    assert found.must


def test_a_hold_out_that_was_tuned_on_is_said(settings: Settings, db: Database) -> None:
    story = everything(settings, db)
    run = runs.latest_result(db, story.slug)
    assert run is not None
    store_opening(settings, db, story, int(run.result["recommended"]))
    found = judged(db, story.slug)[5]
    assert (found.result, "2 times" in found.reason) == (Result.WARN, True)


@pytest.mark.parametrize(
    ("changes", "number", "result"),
    [
        ({"licence": ""}, 3, Result.FAIL),
        ({"licence": "as it were"}, 3, Result.WARN),
        ({"source": "own file table.csv"}, 3, Result.FAIL),
        ({"template": "telecom-churn"}, 15, Result.FAIL),
        ({"costs": None}, 8, Result.PASS),
    ],
)
def test_what_the_data_and_the_start_say(
    settings: Settings, db: Database, changes: dict[str, Any], number: int, result: Result
) -> None:
    story = everything(settings, db, **changes)
    assert judged(db, story.slug)[number].result is result


@pytest.mark.parametrize(
    ("texts", "number", "said"),
    [
        ({"drivers": "A short tenure causes people to leave."}, 11, "causes"),
        ({"limits": "- One company."}, 12, "1 limits"),
        ({"limits": "- One company.\n- One winter.\n- Young people are missing."}, 12, "points at something"),
    ],
)
def test_texts_are_read(settings: Settings, db: Database, texts: dict[str, str], number: int, said: str) -> None:
    story = everything(settings, db)
    found = judged(db, story.slug, **texts)[number]
    assert found.result is not Result.PASS
    assert said in found.reason
    assert found.reads_text


def test_the_words_of_a_template_are_told_from_own_ones() -> None:
    bundled = "Which price should an agent propose for a house before it is listed, and how far off may it be?"
    assert copied("Which price should an agent propose for a house before it is listed?", bundled)
    assert copied("what PRICE should, an agent", bundled + " what price should an agent")
    assert not copied("Which of my neighbours will sell within a year, and for how much in euros?", bundled)
    assert not copied("", bundled)
