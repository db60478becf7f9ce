"""Checks on what was done beside training: each holds for the deed and not for what only looks like it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from engine.domain.intake import DataNotes
from engine.domain.project import ProjectStatus
from engine.domain.recipe import Recipe, Step, StepKind
from engine.domain.run import RunKind, RunStatus
from engine.domain.skill import Practice, Recall
from engine.evidence.skills import evaluate_skills
from engine.settings import Settings
from engine.store import projects, recipes, results, reviews, runs, submissions, writeups
from tests.conftest import MOMENT
from tests.evidence.story import Story, store_run, tell

LATER = MOMENT + timedelta(days=2)
SCALE = Step(kind=StepKind.SCALE, columns=("tenure",), options={"method": "robust"})


def levels(db: Database, practice: Practice | None = None) -> dict[str, int]:
    return {state.skill.id: state.level for state in evaluate_skills(db, practice=practice)}


@pytest.fixture
def story(settings: Settings, db: Database) -> Story:
    return tell(settings, db, Story(), opened=False)


def measure(db: Database, story: Story, before: Sequence[Step], after: Sequence[Step]) -> None:
    run_id = job(db, story, RunKind.RECIPE)
    recipes.add_measure(
        db, project=story.slug, run_id=run_id, subject="A change", before=Recipe(steps=tuple(before)),
        after=Recipe(steps=tuple(after)), payload={}, at=story.later(),
    )  # fmt: skip


def job(db: Database, story: Story, kind: RunKind, result: dict[str, Any] | None = None) -> int:
    run_id = runs.add(db, story.slug, kind, {}, story.later())
    runs.claim(db, run_id, 1, story.later())
    runs.set_result(db, run_id, result or {})
    runs.move(db, run_id, RunStatus.DONE, story.later())
    return run_id


def decide(db: Database, story: Story, step: str, reason: str, run_id: int | None = None) -> None:
    projects.decide(db, story.slug, step, "", reason, story.later(), run_id)


def test_a_measured_step_is_practice_and_a_reason_makes_it_applied(db: Database, story: Story) -> None:
    assert levels(db)["encoding-scaling"] == 0
    measure(db, story, [SCALE], [SCALE])
    measure(db, story, [SCALE], [replace(SCALE, reason="another reason")])
    assert levels(db)["encoding-scaling"] == 0, "nothing was changed"
    measure(db, story, [], [SCALE])
    found = levels(db)
    assert found["encoding-scaling"] == found["hypothesis-testing"] == 2
    assert found["data-cleaning"] == found["feature-engineering"] == 0
    decide(db, story, "prepare", "It seems a good idea to do it like that.")
    assert levels(db)["encoding-scaling"] == 2, "the reason does not speak of the column"
    decide(db, story, "prepare", "The tail of tenure pulls the linear model, so its scale is robust.")
    assert levels(db)["encoding-scaling"] == 3


def test_three_different_features(db: Database, story: Story) -> None:
    decide(db, story, "prepare", "The ratio of charges to tenure is what the team looks at.")
    for _ in range(3):
        made = Step(kind=StepKind.RATIO, columns=("charges", "tenure"), options={"name": "same"})
        measure(db, story, [], [made])
    assert levels(db)["feature-engineering"] == 2, "the same one three times"
    for number in range(2):
        made = Step(kind=StepKind.RATIO, columns=("charges", "tenure"), options={"name": f"other {number}"})
        measure(db, story, [], [made])
    assert levels(db)["feature-engineering"] == 3


def test_ways_of_treating_a_text(db: Database, story: Story) -> None:
    decide(db, story, "prepare", "Words of the contract say more when rare ones are weighed.")
    for size in (100, 100, 200):
        step = Step(kind=StepKind.TEXT, columns=("contract",), options={"method": "tf_idf", "size": size})
        assert levels(db)["text-features"] <= 2
        measure(db, story, [], [step])
    assert levels(db)["text-features"] == 3


def test_a_hypothesis_comes_before_its_measure(db: Database, story: Story) -> None:
    measure(db, story, [], [SCALE])
    decide(db, story, "hypothesis", "A robust scale of tenure should lower the error slightly.")
    assert levels(db)["hypothesis-testing"] == 2, "it was written down afterwards"
    measure(db, story, [SCALE], [])
    assert levels(db)["hypothesis-testing"] == 3


def test_columns_that_were_looked_at(db: Database, story: Story) -> None:
    decide(db, story, "data", "Half of the people with short tenure left within a month.")
    assert levels(db)["descriptive-stats"] == 2
    decide(db, story, "data", "Again tenure, which is what everything seems to hang on.")
    decide(db, story, "explore", "The contract by month is where most of them are lost.")
    assert levels(db)["eda"] == 0, "two columns, and no question"
    recipes.set_notes(db, story.slug, DataNotes(questions=(("What?", ""),)), story.later())
    assert levels(db)["eda"] == 0
    question = "Does an empty tenure stand for a new customer or a lost record?"
    recipes.set_notes(db, story.slug, DataNotes(questions=((question, ""),)), story.later())
    assert levels(db)["eda"] == 2
    decide(db, story, "explain", "High charges drive people out only where the contract is short.")
    assert levels(db)["eda"] == 3


def test_a_note_after_the_opening_comes_too_late(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story())
    for name in ("tenure", "contract", "charges"):
        decide(db, story, "data", f"What stands in {name} explains much of what we saw.")
    assert levels(db)["eda"] == 0


def test_columns_described(db: Database, story: Story) -> None:
    recipes.set_notes(db, story.slug, DataNotes(dictionary={"tenure": "x", "contract": ""}), story.later())
    assert levels(db)["descriptive-stats"] == 0
    told = {"tenure": "months since the start", "contract": "by month or year"}
    recipes.set_notes(db, story.slug, DataNotes(dictionary=told), story.later())
    assert levels(db)["descriptive-stats"] == 3


def test_rows_that_were_tagged(db: Database, story: Story) -> None:
    for row in range(9):
        reviews.set_tags(db, story.slug, row, ["odd"], story.later())
    for _ in range(5):
        reviews.set_tags(db, story.slug, 0, ["odd", "wrong label"], story.later())
    assert levels(db)["error-analysis"] == 0, "nine rows, however often"
    for row in range(9, 20):
        reviews.set_tags(db, story.slug, row, ["odd"], story.later())
    assert levels(db)["error-analysis"] == 2
    decide(db, story, "evaluate", "Most errors are new customers, so the page says whom it fails.")
    assert levels(db)["error-analysis"] == 3


def test_groups_are_compared_after_they_are_marked(db: Database, story: Story) -> None:
    job(db, story, RunKind.DIAGNOSE, {"findings": 2})
    reviews.set_sensitive(db, story.slug, ["contract"], story.later())
    found = levels(db)
    assert found["fairness-privacy"] == 0, "the diagnosis knew nothing of the mark"
    assert found["fit-diagnosis"] == 2
    job(db, story, RunKind.DIAGNOSE, {"findings": 2})
    assert levels(db)["fairness-privacy"] == 2
    decide(db, story, "evaluate", "People with a contract by month are called twice as often for nothing.")
    assert levels(db)["fairness-privacy"] == 3


def test_a_diagnosis_is_acted_on(settings: Settings, db: Database, story: Story) -> None:
    job(db, story, RunKind.DIAGNOSE, {"findings": 1})
    decide(db, story, "search", "The gap between the curves says overfit, so fewer leaves are allowed.")
    assert levels(db)["fit-diagnosis"] == 2
    store_run(settings, db, story, trial_budget=20)
    assert levels(db)["fit-diagnosis"] == 3


def test_measures_of_quality_are_weighed(db: Database, story: Story) -> None:
    decide(db, story, "evaluate", "It looks quite good to me and to all others.")
    assert levels(db)["metrics-reading"] == 0
    decide(db, story, "evaluate", "Recall is what the team pays for, and it is low.")
    assert levels(db)["metrics-reading"] == 2
    decide(db, story, "evaluate", "Precision falls while recall rises: thirty calls allow only the first.")
    assert levels(db)["metrics-reading"] == 3


def test_newer_data(settings: Settings, db: Database, story: Story) -> None:
    assert levels(db)["monitoring-drift"] == 0
    newer = Story(slug="newer", seed=9, began=LATER, source="The same portal, one year on")
    tell(settings, db, newer, opened=False)
    db.conn.execute("UPDATE projects SET newer_than = 'churn', changes = '{\"rows\": 3}' WHERE slug = 'newer'")
    assert levels(db)["monitoring-drift"] == levels(db)["feedback-loop"] == 2
    decide(db, newer, "data", "Charges changed by a fifth since the older file, as prices rose.")
    assert levels(db)["monitoring-drift"] == 3
    decide(db, newer, "close", "The newer model replaces the older one, since it ranks better now.")
    assert levels(db)["feedback-loop"] == 3


def test_predictions_from_elsewhere_count_once_scored(settings: Settings, db: Database, story: Story) -> None:
    submissions.add(
        db, project=story.slug, name="By hand", language="R 4.4", note="", file_sha256="a", holdout_sha256="b",
        predictions_sha256="c", labels_only=False, at=story.later(),
    )  # fmt: skip
    assert levels(db)["r-basics"] == 0
    run_id = job(db, story, RunKind.HOLDOUT)
    trial = runs.latest_result(db, story.slug).result["recommended"]  # type: ignore[union-attr]
    opening = results.add_opening(
        db, project=story.slug, run_id=run_id, trial_id=trial, dataset_sha256="d", metric="roc_auc", expected=0.8,
        at=story.later(),
    )  # fmt: skip
    assert levels(db)["r-basics"] == 0
    results.set_opening_result(db, opening, {"metrics": []})
    state = next(one for one in evaluate_skills(db) if one.skill.id == "r-basics")
    assert (state.level, str(state.trust)) == (3, "imported")
    assert levels(db)["deep-frameworks"] == 0


def test_two_published_fields(settings: Settings, db: Database) -> None:
    for number, (slug, domain) in enumerate((("one", "telecom"), ("two", "telecom"), ("three", "energy"))):
        began = MOMENT + timedelta(days=number)
        story = tell(settings, db, Story(slug=slug, domain=domain, seed=number, began=began), opened=False)
        run_id = job(db, story, RunKind.PUBLISH)
        writeups.add_publication(
            db, run_id=run_id, projects=[slug], folder="x", evidence_sha256="0", fingerprint="0", at=story.later()
        )
        assert (levels(db)["business-acumen"] == 4) == (slug == "three")


def test_practice(db: Database, story: Story) -> None:
    def with_recall(**more: Any) -> dict[str, int]:
        return levels(db, Practice(recall={"probability": Recall(**more)}))

    same_day: tuple[datetime, ...] = (MOMENT,) * 9
    known = {"cards": 4, "mature": 2, "chance": 0.9, "quiz_passed_at": MOMENT}
    assert with_recall(**known)["probability"] == 1
    for worse in ({"chance": 0.6}, {"mature": 1}, {"quiz_passed_at": None}, {"cards": 2}):
        assert with_recall(**(known | worse))["probability"] == 0
    assert with_recall(solved=same_day)["probability"] == 0
    assert with_recall(solved=(*same_day[:2], LATER))["probability"] == 0
    assert with_recall(solved=(*same_day[:3], LATER))["probability"] == 2
    assert with_recall(**known, solved=(*same_day[:3], LATER))["probability"] == 2
    assert levels(db, Practice(cases={"leakage": MOMENT}))["leakage"] == 2


def test_choices_that_are_defended(db: Database, story: Story) -> None:
    def defended(*days: int) -> int:
        moments = tuple(MOMENT + timedelta(days=day) for day in days)
        return levels(db, Practice(defended={story.slug: moments}))["explain-defend"]

    assert defended(7, 7) == 0
    assert defended(7, 7, 8) == 2
    assert defended(7, 7, 8, 9, 10, 11) == 2
    assert defended(7, 7, 8, 9, 10, 21) == 3


def test_closing_and_opening_again_leaves_levels(db: Database, story: Story) -> None:
    before = levels(db)
    for status in (ProjectStatus.STOPPED, ProjectStatus.OPEN, ProjectStatus.MET, ProjectStatus.OPEN):
        projects.close(db, story.slug, status, LATER if status is not ProjectStatus.OPEN else None)
    assert levels(db) == before
