"""What counts as a project of one's own, and what a look around may not prove."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlite_utils import Database

from engine.domain.project import Project, ProjectStatus
from engine.domain.record import Guidance, Help
from engine.evidence.dossier import bundled_data, dossiers, own_projects
from engine.evidence.facts import collect
from engine.publish import compose
from engine.settings import Settings
from engine.store import assistance, datasets, projects, results, runs
from tests.conftest import MOMENT
from tests.evidence.story import Story, store_opening, store_project, store_run, tell


@pytest.fixture
def db(fresh_db: Database) -> Database:
    return fresh_db


def dossier(db: Database, slug: str = "churn"):  # type: ignore[no-untyped-def]
    return next(one for one in dossiers(db) if one.slug == slug)


def test_the_data_of_a_bundled_template_is_no_own_data_before_it_is_started(settings: Settings, db: Database) -> None:
    tell(settings, db, Story())
    assert dossier(db).is_own
    project = projects.get(db, "churn")
    origin = datasets.origins(db)[project.dataset_sha256]
    brought = replace(origin, original_sha256=min(bundled_data()))
    datasets.set_provenance(db, project.dataset_sha256, brought)
    assert not dossier(db).is_own


def test_there_is_a_hash_for_each_template() -> None:
    from engine.actions.projects import templates

    assert bundled_data() == {one.table.sha256 for one in templates().values()}


def test_a_newer_version_of_a_templates_data_is_no_own_question(settings: Settings, db: Database) -> None:
    tell(settings, db, Story())
    old = projects.get(db, "churn")
    template = replace(old, slug="t", template="telecom-churn", dataset_sha256="a" * 64)
    newer = replace(old, slug="n", newer_than="t", dataset_sha256="b" * 64)
    newest = replace(old, slug="m", newer_than="n", dataset_sha256="c" * 64)
    assert own_projects([template, newer, newest], {}) == set()
    assert own_projects([newer, newest], {}) == {"n", "m"}, "nothing is known of a template behind them"


def test_a_circle_of_versions_ends(settings: Settings, db: Database) -> None:
    tell(settings, db, Story())
    old = projects.get(db, "churn")
    a, b = replace(old, slug="a", newer_than="b"), replace(old, slug="b", newer_than="a")
    assert own_projects([a, b], {}) == {"a", "b"}


def test_a_look_around_proves_nothing_by_its_model_its_opening_or_its_explanation(
    settings: Settings, db: Database
) -> None:
    story = Story()
    store_project(settings, db, story)
    run_id = store_run(settings, db, story, exploratory=True)
    trial = runs.get(db, run_id).result["recommended"]
    store_opening(settings, db, story, trial)
    projects.promote(db, "churn", trial)
    found = dossier(db)
    assert results.openings(db, "churn"), "it was opened"
    assert (found.openings, found.explained, found.runs, found.project.promoted) == ((), (), (), None)
    store_run(settings, db, story)
    found = dossier(db)
    assert len(found.runs) == len(found.explained) == 1
    assert found.openings == ()


def test_a_reason_proves_something_from_the_day_on_which_it_was_written(settings: Settings, db: Database) -> None:
    store_project(settings, db, Story())
    reason = "Because the team can only call thirty people a day."
    number = projects.decide(db, "churn", "metric", "average precision", "", MOMENT)
    assert dossier(db).decisions == ()
    projects.set_reason(db, number, reason, MOMENT + timedelta(days=9))
    (one,) = dossier(db).decisions
    assert one.created_at == MOMENT + timedelta(days=9)


def test_an_ending_is_a_fact_and_stands_on_the_page(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story())
    assert "project.ending" not in collect(db, "churn")
    projects.decide(db, "churn", "close", "not_met", "Calls cost more than they bring.", story.later())
    projects.close(db, "churn", ProjectStatus.NOT_MET, story.later())
    facts = collect(db, "churn")
    assert facts["project.ending"].value == "not met"
    assert facts["project.ending.reason"].value == "Calls cost more than they bring."
    assert "{{ project.ending.reason }}" in compose.draft(db, "churn")["result"]
    projects.close(db, "churn", ProjectStatus.OPEN, None)
    assert "project.ending" not in collect(db, "churn")


def test_the_page_says_how_much_help_there_was(settings: Settings, db: Database) -> None:
    tell(settings, db, Story(template="telecom-churn"))
    for degree in (Guidance.BLANK, Guidance.HALF, Guidance.BLANK):
        assistance.add(db, "churn", Help.DEGREE, str(degree), MOMENT)
    assistance.add(db, "churn", Help.HINT, "data:0", MOMENT)
    assistance.add(db, "churn", Help.HINT, "data:0", MOMENT)
    assistance.add(db, "churn", Help.PITFALL, "1:found", MOMENT, "note")
    fact = collect(db, "churn")["project.guidance"]
    assert fact.value == "half", "less help afterwards does not undo what there was"
    assert fact.text == "hints on request; 1 hint asked for; 1 pitfall found alone"


def test_a_question_of_ones_own_has_no_degree(settings: Settings, db: Database) -> None:
    tell(settings, db, Story())
    assert "project.guidance" not in collect(db, "churn")


def test_the_log_on_the_page_shows_what_is_missing_and_both_days(settings: Settings, db: Database) -> None:
    store_project(settings, db, Story())
    projects.decide(db, "churn", "family", "only <b>linear</b>", "", MOMENT)
    number = projects.decide(db, "churn", "split", "random", "", MOMENT)
    projects.set_reason(db, number, "Rows are independent.", MOMENT + timedelta(days=2))
    log = compose.draft(db, "churn")["decisions"]
    assert "no reason recorded (1 March 2026)" in log
    assert "Rows are independent" in log
    assert "(1 March 2026; reason added 3 March 2026)" in log
    assert "<b>" not in log
    assert isinstance(projects.get(db, "churn"), Project)
