"""Facts say what is stored, with the run it came from; what is not stored has no fact."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from engine.domain.project import Criterion
from engine.domain.task import Task
from engine.domain.words import family_name
from engine.errors import NotFoundError
from engine.evidence.facts import collect
from engine.settings import Settings
from engine.store import projects, results, runs, trials
from tests.evidence.story import FAMILIES, Story, store_opening, store_project, store_run, tell

NAMED = {
    *("data.rows", "data.columns", "data.sha256", "data.source", "data.licence"),
    *("split.kind", "split.train_rows", "split.holdout_rows"),
    *("run.id", "run.trials", "run.failed", "run.seconds", "run.seed"),
    *("best.family", "best.score", "best.corrected", "best.roc_auc", "best.log_loss"),
    *("simple.roc_auc",),
    *("dummy.roc_auc",),
    *("difference.dummy", "difference.simple"),
    *("holdout.roc_auc", "holdout.expected", "holdout.openings", "holdout.simple.roc_auc"),
    *("explain.top1", "explain.top2", "explain.top3"),
    *("criterion.1", "criterion.1.verdict"),
    *("brief.question", "brief.before_runs"),
    *("calibration.ece",),
    *("folds.low", "folds.high"),
    *("finding.PF-Q01",),
}


def test_a_finished_project_has_the_named_facts(db: Database, story: Story) -> None:
    facts = collect(db, story.slug)
    assert not NAMED - set(facts)
    assert all(fact.id == name and fact.title and fact.text for name, fact in facts.items())
    assert (facts["data.rows"].value, facts["run.seconds"].text, facts["run.trials"].value) == (220, "1 min 1 s", 12)


def test_a_score_carries_rows_interval_method_and_run(db: Database, story: Story) -> None:
    run = runs.latest_result(db, story.slug)
    assert run is not None
    evaluation = results.evaluation(db, int(run.result["recommended"]))
    assert evaluation is not None
    stored = next(entry for entry in evaluation["metrics"] if entry["name"] == "roc_auc")
    fact = collect(db, story.slug)["best.roc_auc"]
    assert (fact.value, fact.low, fact.high) == (stored["value"], stored["low"], stored["high"])
    assert (fact.n, fact.run_id, fact.metric, fact.method) == (160, run.id, "roc_auc", evaluation["method"])
    assert fact.text.startswith(f"{stored['value']:.3f} (")


def test_nothing_is_known_of_a_sealed_holdout(settings: Settings, db: Database) -> None:
    tell(settings, db, Story(), opened=False)
    facts = collect(db, "churn")
    assert facts["holdout.openings"].value == 0
    assert [name for name in facts if name.startswith("holdout.")] == ["holdout.openings"]
    assert "criterion.1" in facts
    assert "criterion.1.verdict" not in facts, "the brief has it judged on the hold-out"


def test_before_the_first_run_there_is_only_what_was_brought_and_asked(settings: Settings, db: Database) -> None:
    store_project(settings, db, Story())
    kinds = {name.partition(".")[0] for name in collect(db, "churn")}
    assert kinds == {"project", "data", "brief", "criterion", "split", "finding", "holdout"}


def test_an_unknown_project(db: Database) -> None:
    with pytest.raises(NotFoundError):
        collect(db, "nowhere")


def test_the_promoted_model_counts_and_so_does_its_run(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story(), opened=False)
    first = runs.latest_result(db, story.slug)
    assert first is not None
    projects.promote(db, story.slug, int(first.result["recommended"]))
    second = store_run(settings, db, story)
    assert collect(db, story.slug)["run.id"].value == first.id
    projects.promote(db, story.slug, None)
    assert collect(db, story.slug)["run.id"].value == second


def test_the_correction_for_choosing_is_not_claimed_for_another_model(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story(), opened=False)
    run = runs.latest_result(db, story.slug)
    assert run is not None
    simple = next(one for one in trials.of_run(db, run.id) if one.family == "linear")
    projects.promote(db, story.slug, simple.id)
    facts = collect(db, story.slug)
    assert facts["best.family"].text == "regularised linear"
    assert facts["best.is_simple"].value == "yes"
    assert "best.corrected" not in facts
    assert "best.roc_auc" not in facts, "this model was not evaluated yet"


def test_an_opening_for_another_model_is_counted_but_not_quoted(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story())
    run = runs.latest_result(db, story.slug)
    assert run is not None
    projects.promote(db, story.slug, next(one.id for one in trials.of_run(db, run.id) if one.family == "linear"))
    facts = collect(db, story.slug)
    assert facts["holdout.openings"].value == 1
    assert "holdout.roc_auc" not in facts


def test_the_first_opening_counts_and_a_second_is_said(settings: Settings, db: Database, story: Story) -> None:
    before = collect(db, story.slug)
    run = runs.latest_result(db, story.slug)
    assert run is not None
    store_opening(settings, db, story, int(run.result["recommended"]), expected=0.99)
    after = collect(db, story.slug)
    assert after["holdout.roc_auc"] == before["holdout.roc_auc"]
    assert after["holdout.expected"] == before["holdout.expected"]
    assert (after["holdout.openings"].value, after["holdout.repeated"].value) == (2, "yes")


def test_a_moved_threshold_takes_its_verdict_away(db: Database, story: Story) -> None:
    moved = replace(story.brief, criteria=(Criterion.parse("roc_auc >= 0.6"),))
    projects.save_brief(db, story.slug, moved, story.later())
    facts = collect(db, story.slug)
    assert facts["criterion.1"].text == "ROC AUC at least 0.6"
    assert "criterion.1.verdict" not in facts
    assert "brief.before_runs" not in facts, "it was moved after the first run"


def test_a_metric_changed_later_does_not_rename_the_score(db: Database, story: Story) -> None:
    projects.set_problem(db, story.slug, replace(story.problem, metric="log_loss"))
    facts = collect(db, story.slug)
    assert facts["best.score"].metric == "roc_auc"
    assert facts["folds.low"].metric == "roc_auc"


def test_an_exploratory_run_is_said_to_be_one(settings: Settings, db: Database) -> None:
    store_project(settings, db, Story())
    store_run(settings, db, Story(made=100), exploratory=True)
    assert collect(db, "churn")["run.exploratory"].value == "yes"


@pytest.mark.parametrize(
    ("costs", "unit", "text"),
    [
        ({"Yes -> No": 5.0, "No -> Yes": 1.0}, "calls", "Yes taken for No: 5; No taken for Yes: 1 (calls)"),
        ({"Yes -> No": 2.0, "No -> Yes": 2.0}, " EUR ", "every error alike: 2 EUR"),
        ({"too high": 1.5, "too low": 3.0}, "", "too high: 1.5; too low: 3"),
    ],
)
def test_costs_in_words(db: Database, story: Story, costs: dict[str, float], unit: str, text: str) -> None:
    projects.save_brief(db, story.slug, replace(story.brief, costs=costs, cost_unit=unit), story.later())
    assert collect(db, story.slug)["brief.costs"].text == text


@pytest.mark.parametrize("task", list(Task))
def test_every_task(settings: Settings, db: Database, task: Task) -> None:
    story = tell(settings, db, Story(slug=f"p-{task}", task=task))
    facts = collect(db, story.slug)
    assert f"holdout.{story.problem.metric}" in facts
    assert facts["best.score"].metric == story.problem.metric


def test_every_family_has_a_name_for_sentences() -> None:
    from engine.automl.families import registry

    for family in registry().values():
        assert family_name(family.id) == family.title
        assert family_name(family.id, within=True).casefold() == family.title.casefold()
    assert {family for _, family, _ in FAMILIES} <= set(registry())
