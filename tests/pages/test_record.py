"""The record on the pages: reasons in place, hypotheses, endings, help, ideas; hostile text, blanks, two tabs."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engine.actions import guidance, record
from engine.actions import projects as starting
from engine.domain.data import SplitKind
from engine.domain.project import ProjectStatus
from engine.domain.record import Guidance
from engine.settings import Settings
from engine.store import projects, runs
from engine.store.db import connect
from tests.conftest import make_project
from tests.pages.conftest import SLUG, Open, click, words

HOSTILE = "# <script>alert(1)</script> [x](javascript:alert(1)) **bold** :material/home:"


def text(app: AppTest, label: str, value: str) -> AppTest:
    box = next(one for one in app.text_input if one.label.startswith(label))
    box.set_value(value)
    return app


def radio(app: AppTest, label: str, value: object) -> None:
    next(one for one in app.radio if one.label.startswith(label)).set_value(value)


def test_a_choice_asks_why_in_its_place_and_the_log_keeps_it(open_page: Open, filled: Settings) -> None:
    record.choose(filled, SLUG, "family", "only linear", "")
    app = open_page("train", SLUG)
    assert "Why these families?" in words(app)
    text(app, "Why these families?", "Everybody can read it")
    click(app, "Keep the reason")
    assert "Why these families?" not in words(open_page("train", SLUG))
    app = open_page("brief", SLUG)
    assert "Everybody can read it" in words(app)
    assert "no reason recorded" not in words(app)


def test_a_blank_reason_is_refused_and_skipping_is_visible(open_page: Open, filled: Settings) -> None:
    number = record.choose(filled, SLUG, "search", "depth fixed at 3", "")
    app = open_page("train", SLUG)
    text(app, "Why these ranges?", "   ")
    app = click(app, "Keep the reason")
    assert "The reason is empty" in app.error[0].value
    click(open_page("train", SLUG), "Skip")
    assert "Why these ranges?" not in words(open_page("train", SLUG))
    assert "no reason recorded" in words(open_page("brief", SLUG))
    with connect(filled) as db:
        assert projects.get_decision(db, SLUG, number).skipped


def test_two_tabs_answer_the_same_question_once(open_page: Open, filled: Settings) -> None:
    record.choose(filled, SLUG, "family", "only linear", "")
    one, other = open_page("train", SLUG), open_page("train", SLUG)
    click(text(one, "Why these families?", "From the first tab"), "Keep the reason")
    text(other, "Why these families?", "From the second tab")
    found = next(button for button in other.button if button.label == "Keep the reason")
    other = found.click().run()
    assert not other.exception
    # The second tab meets the record as it is by now: nothing is asked any more, and nothing was overwritten.
    assert [entry["reason"] for entry in record.log(filled, SLUG)] == ["From the first tab"]


def test_hostile_texts_are_shown_as_they_are(open_page: Open, filled: Settings) -> None:
    number = record.choose(filled, SLUG, "family", HOSTILE, "")
    app = open_page("train", SLUG)
    assert "<script>" not in words(app)
    record.add_reason(filled, SLUG, number, HOSTILE)
    record.close(filled, SLUG, ProjectStatus.STOPPED, HOSTILE)
    app = open_page("brief", SLUG)
    shown = [one.value for one in app.markdown if "alert" in str(one.value)]
    assert len(shown) >= 3
    assert not any("<script>" in one or "](javascript" in one for one in shown)


def test_a_project_is_closed_without_a_run_and_opened_again(open_page: Open, settings: Settings) -> None:
    make_project(settings)
    app = open_page("brief", "demo")
    radio(app, "How does it end?", ProjectStatus.NOT_MET)
    app = click(app, "Close the project")
    assert "reason" in app.error[0].value
    app = open_page("brief", "demo")
    radio(app, "How does it end?", ProjectStatus.NOT_MET)
    text(app, "Why?", "The data cannot say it")
    click(app, "Close the project")
    with connect(settings) as db:
        assert projects.get(db, "demo").status is ProjectStatus.NOT_MET
    app = open_page("brief", "demo")
    assert "Closed: not met" in words(app)
    assert "The data cannot say it" in words(app)
    text(app, "Why?", "New rows have come")
    click(app, "Open the project again")
    with connect(settings) as db:
        assert projects.get(db, "demo").status is ProjectStatus.OPEN


def test_a_follow_up_run_asks_what_is_expected(
    open_page: Open, filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.runs.launch.start_next", lambda settings: None)
    app = open_page("train", SLUG)
    text(app, "What do you expect", "Leaving the island out lowers the score").run()
    click(app, "Start a 60-second search")
    with connect(filled) as db:
        run = runs.latest(db, SLUG)
    assert run is not None
    assert run.params["hypothesis"]["text"] == "Leaving the island out lowers the score"
    assert "Leaving the island out" in words(open_page("brief", SLUG))


def test_a_model_is_promoted_without_a_reason_and_the_log_says_so(open_page: Open, filled: Settings) -> None:
    click(open_page("train", SLUG), "Promote it without a reason")
    with connect(filled) as db:
        assert projects.get(db, SLUG).promoted is not None
        assert projects.decisions(db, SLUG)[-1].reason == ""
    assert "no reason recorded" in words(open_page("brief", SLUG))


@pytest.mark.parametrize("name", ["train", "evaluate", "explain", "holdout"])
def test_a_look_around_is_labelled_wherever_it_shows(open_page: Open, filled: Settings, name: str) -> None:
    assert "Exploratory" not in words(open_page(name, SLUG))
    with connect(filled) as db:
        db.conn.execute("UPDATE runs SET params = json_set(params, '$.exploratory', json('true')) WHERE kind = 'train'")
        db.conn.commit()
    assert "Exploratory" in words(open_page(name, SLUG))


def test_a_change_of_the_metric_is_a_choice(open_page: Open, filled: Settings) -> None:
    app = open_page("brief", SLUG)
    box = next(one for one in app.selectbox if one.label == "Models are compared by")
    before = box.value
    box.select(next(one for one in box.options if "ccuracy" in one))
    click(app, "Save the brief")
    with connect(filled) as db:
        assert projects.get(db, SLUG).problem.metric != before
        assert projects.get(db, SLUG).problem.metric in ("accuracy", "balanced_accuracy")
    assert "Why this metric?" in words(open_page("brief", SLUG))


def test_a_guided_project_is_led_and_one_without_help_is_not(open_page: Open, settings: Settings) -> None:
    starting.create_from_template(settings, SLUG, guidance=Guidance.GUIDED)
    said = words(open_page("data", SLUG))
    assert "Look for what would make every later score worthless" in said
    guidance.change(settings, SLUG, Guidance.BLANK)
    app = open_page("data", SLUG)
    assert "Look for what would" not in words(app)
    assert not [one for one in app.button if one.label.startswith("Show a")]


def test_a_hint_is_given_when_it_is_asked_for_and_recorded(open_page: Open, settings: Settings) -> None:
    starting.create_from_template(settings, SLUG, guidance=Guidance.HALF)
    app = open_page("train", SLUG)
    assert "tie group" not in words(app)
    app = click(app, "Show a hint")
    assert "simple model and the best one" in words(app)
    assert [one["name"] for one in guidance.record_of(settings, SLUG)] == ["half", "train:0"]
    assert "simple model and the best one" in words(open_page("train", SLUG)), "it stays"


def test_pitfalls_stay_hidden_until_found(open_page: Open, settings: Settings) -> None:
    starting.create_from_template(settings, SLUG, guidance=Guidance.HALF)
    pitfall = starting.template(SLUG).pitfalls[0]
    app = open_page("data", SLUG)
    assert pitfall[:30] not in words(app).replace("\\", "")
    text(app, "What did you find?", "nothing in particular so far")
    app = click(app, "See whether it is one of them")
    assert "None of the hidden ones" in words(app)
    app = text(open_page("data", SLUG), "What did you find?", f"{pitfall} {HOSTILE}")
    click(app, "See whether it is one of them")
    said = words(open_page("data", SLUG))
    assert "You said" in said
    assert "<script>" not in said


def test_the_gallery_filters_and_starts_with_the_help_that_was_chosen(open_page: Open, settings: Settings) -> None:
    app = open_page("gallery")
    assert "Exercises" in words(app)
    next(one for one in app.multiselect if one.label == "Predicts").select("regression").run()
    started = [one.key for one in app.button if str(one.key).startswith("start-")]
    assert started
    assert f"start-{SLUG}" not in started
    next(one for one in app.multiselect if one.label == "Skill to exercise").select("neural-basics").run()
    app = open_page("gallery")
    next(one for one in app.button_group if one.label == "How much help?").set_value(Guidance.BLANK).run()
    app.button(key=f"start-{SLUG}").click().run()
    with connect(settings) as db:
        project = projects.get(db, SLUG)
    found = guidance.here(settings, project, "brief")
    assert found is not None
    assert found.degree is Guidance.BLANK


def test_a_broken_template_is_one_sentence_in_the_gallery(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "projects"
    shutil.copytree(starting.TEMPLATES, folder)
    (folder / "house-prices-ames" / "project.toml").write_text('title = "x"')
    monkeypatch.setattr(starting, "TEMPLATES", folder)
    app = open_page("gallery")
    assert len(app.warning) == 1
    assert "A template cannot be used" in app.warning[0].value
    assert [one for one in app.button if one.key == f"start-{SLUG}"]
    assert open_page("today").button


def test_an_idea_starts_an_own_project_with_an_empty_brief(open_page: Open, settings: Settings) -> None:
    app = open_page("ideas")
    assert "Variety shows once" in words(app)
    buttons = [one for one in app.button if one.label == "Start it as my own"]
    assert len(buttons) == 3
    buttons[0].click().run()
    with connect(settings) as db:
        (project,) = projects.all_of(db)
        assert projects.latest_brief(db, project.slug) is None
        assert project.split.kind in list(SplitKind)
    assert "Why this column?" in words(open_page("brief", project.slug)) or "Why this metric?" in words(
        open_page("brief", project.slug)
    )


def test_odd_words_on_the_ideas_page_do_no_harm(open_page: Open) -> None:
    app = open_page("ideas")
    text(app, "Anything else?", "<script>alert(1)</script> **x**").run()
    assert not app.exception
    assert "<script>" not in words(app)


def test_a_threshold_is_settled_and_its_reason_asked_for(open_page: Open, settings: Settings) -> None:
    from tests.evaluate.payloads import evaluated, named
    from tests.metrics.problems import BINARY

    make_project(settings)
    payload = evaluated(named(BINARY, "no", "yes", costs=((0.0, 1.0), (5.0, 0.0))))

    def script(slug: str, payload: dict[str, object]) -> None:
        from types import SimpleNamespace

        from pages.shared import threshold_choice

        threshold_choice.show(SimpleNamespace(slug=slug), payload)  # type: ignore[arg-type]

    app = AppTest.from_function(script, kwargs={"slug": "demo", "payload": payload}, default_timeout=30).run()
    app.number_input[0].set_value(30.0)
    app = click(app, "Settle it")
    (entry,) = record.log(settings, "demo")
    assert entry["step"] == "threshold"
    assert entry["choice"].startswith("Say “yes” from 30 % on (the costs ask for ")
    assert "Why this threshold?" in words(app)
    none = AppTest.from_function(script, kwargs={"slug": "demo", "payload": {"metrics": []}}, default_timeout=30).run()
    assert words(none) == ""
