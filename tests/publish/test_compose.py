"""The draft says what is recorded, and only that; a reference grows stale with its fact."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from engine.domain.task import Task
from engine.errors import NotFoundError
from engine.evidence.facts import collect
from engine.publish.compose import draft, fill, missing, references, stale, titles, unknown
from engine.settings import Settings
from engine.store import projects, runs, writeups
from tests.evidence.story import Story, store_opening, store_project, store_run, tell

ORDER = [
    "result",
    "problem",
    "picture",
    "data",
    "method",
    "comparison",
    "drivers",
    "limits",
    "check",
    "decisions",
    "ai",
]


def test_the_sections_stand_in_the_order_of_the_page(db: Database, story: Story) -> None:
    assert list(titles()) == list(draft(db, story.slug)) == ORDER
    assert all(draft(db, story.slug).values())


@pytest.mark.parametrize("task", list(Task))
@pytest.mark.parametrize("opened", [True, False])
def test_every_reference_of_a_draft_is_recorded(settings: Settings, db: Database, task: Task, opened: bool) -> None:
    story = tell(settings, db, Story(task=task), opened=opened)
    texts, facts = draft(db, story.slug), collect(db, story.slug)
    assert unknown(texts, facts) == []
    assert "METRIC" not in "".join(texts.values())
    prefix = "holdout" if opened else "best"
    assert f"{prefix}.{story.problem.metric}" in references(texts["result"])
    filled = {key: fill(text, facts) for key, text in texts.items()}
    assert all("{{" not in text for text in filled.values())


def test_a_sealed_holdout_is_never_the_headline(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story(), opened=False)
    texts = draft(db, story.slug)
    assert not [name for name in references(texts["result"]) if name.startswith("holdout.") and name[8:] != "openings"]
    assert "out of fold" in texts["result"]
    assert "was not opened" in texts["limits"]
    assert "predictions_oof.csv" in texts["check"]


def test_repeated_openings_are_a_limit(settings: Settings, db: Database, story: Story) -> None:
    run = runs.latest_result(db, story.slug)
    assert run is not None
    assert "no longer unseen" not in draft(db, story.slug)["limits"]
    store_opening(settings, db, story, int(run.result["recommended"]))
    assert "was opened {{ holdout.openings }} times" in draft(db, story.slug)["limits"]


def test_what_cannot_be_said_is_asked_for_and_not_said(settings: Settings, db: Database) -> None:
    store_project(settings, db, Story(licence="", reader=""))
    texts, asked = draft(db, "churn"), missing(db, "churn")
    assert texts["result"] == texts["comparison"] == texts["drivers"] == texts["decisions"] == ""
    assert "For whom" not in texts["problem"]
    assert "Licence" not in texts["data"]
    assert any("licence" in one for one in asked["data"])
    assert any("training run" in one for one in asked["result"])
    assert any("who decides" in one for one in asked["problem"])
    assert asked["decisions"]
    assert asked["ai"]


def test_nothing_is_asked_of_a_finished_page(db: Database, story: Story) -> None:
    texts = draft(db, story.slug) | {"ai": "An assistant checked my spelling."}
    writeups.save(db, story.slug, texts, {}, story.later())
    assert {key: asked for key, asked in missing(db, story.slug).items() if asked} == {}


def test_a_template_is_named_as_one(settings: Settings, db: Database) -> None:
    tell(settings, db, Story(template="telecom-churn"))
    assert "bundled template" in draft(db, "churn")["ai"]
    assert "author's own" not in draft(db, "churn")["ai"]


def test_a_decision_cannot_break_out_of_its_line(db: Database, story: Story) -> None:
    projects.decide(db, story.slug, "data", "*x*", "# Big\n\n- list {{ best.score }} <b>", story.later())
    last = draft(db, story.slug)["decisions"].split("\n")[-1]
    assert references(last) == ()
    assert last.startswith("- **Data.** \\*x\\*: \\# Big - list")


def test_an_unknown_project(db: Database) -> None:
    with pytest.raises(NotFoundError):
        draft(db, "nowhere")


def saved(db: Database, story: Story) -> None:
    texts, facts = draft(db, story.slug), collect(db, story.slug)
    used = {name: facts[name] for text in texts.values() for name in references(text)}
    writeups.save(db, story.slug, texts, used, story.later())


def stale_now(db: Database, story: Story) -> dict[str, str]:
    written = writeups.latest(db, story.slug)
    assert written is not None
    return {one.fact: one.reason for one in stale(written, collect(db, story.slug))}


def test_a_new_run_makes_its_numbers_stale(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story(), opened=False)
    saved(db, story)
    assert stale_now(db, story) == {}
    first = collect(db, story.slug)["run.id"].value
    second = store_run(settings, db, story)
    found = stale_now(db, story)
    assert found["best.roc_auc"].endswith(f"run {first} was superseded by run {second}.")
    assert "data.rows" not in found


def test_a_changed_and_a_vanished_fact_are_stale(settings: Settings, db: Database, story: Story) -> None:
    saved(db, story)
    projects.save_brief(db, story.slug, replace(story.brief, reader="The board", constraints=""), story.later())
    found = stale_now(db, story)
    assert found["brief.reader"].endswith("is The board.")
    assert found["brief.constraints"].endswith("no longer recorded.")


def test_opening_the_holdout_makes_the_sealed_text_stale(settings: Settings, db: Database) -> None:
    story = tell(settings, db, Story(), opened=False)
    saved(db, story)
    run = runs.latest_result(db, story.slug)
    assert run is not None
    store_opening(settings, db, story, int(run.result["recommended"]))
    assert "holdout.openings" in stale_now(db, story)


def test_references_are_found_and_figures_are_none() -> None:
    text = "{{ a.b }} {{a.b}} {{ figure.comparison }} {{ c-d_1 }} {{}} {{ a b }} { x }"
    assert references(text) == ("a.b", "c-d_1")
    assert unknown({"x": text}, {"a.b"}) == [("x", "c-d_1")]
