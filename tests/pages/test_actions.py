"""One action and one error on each page that has them."""

import io
import time

import pytest
from streamlit.testing.v1 import AppTest

from engine.actions import intake as bringing
from engine.actions import publishing, work
from engine.actions import recipe as kitchen
from engine.actions.projects import templates
from engine.domain.run import RunKind, RunStatus
from engine.settings import Settings
from engine.store import intakes, projects, recipes, results, runs, writeups
from engine.store.db import connect
from tests.pages.conftest import FILES, SLUG, Open, click, words


def test_today_starts_a_template_project(open_page: Open, settings: Settings) -> None:
    app = open_page("today")
    app.button(key=f"start-{SLUG}").click().run()
    with connect(settings) as db:
        assert [one.slug for one in projects.all_of(db)] == [SLUG]


def test_gallery_shows_a_card_for_each_template(open_page: Open) -> None:
    app = open_page("gallery")
    assert len([button for button in app.button if button.label == "Start this project"]) == len(templates())


def test_a_file_is_brought_looked_at_and_becomes_a_project(open_page: Open, settings: Settings) -> None:
    rows = "\n".join(f"{n};{n % 7},5;{'yes' if n % 3 else 'no'}" for n in range(80))
    number = bringing.bring(settings, io.BytesIO(f"a;b;y\n{rows}".encode()), "sales.csv")
    app = bring_page(open_page, settings, number)
    assert "80 rows, 3 columns" in words(app)
    next(one for one in app.selectbox if one.label == "Which column is to be predicted?").select("y")
    click(app, "Seal the test rows and start")
    app = bring_page(open_page, settings, number)
    assert "The project is ready" in words(app)
    with connect(settings) as db:
        project = projects.all_of(db)[0]
        assert (project.title, project.problem.target) == ("sales", "y")
        assert project.reading is not None
        assert project.reading.delimiter == ";"


def test_a_broken_file_is_one_message(open_page: Open, settings: Settings) -> None:
    number = bringing.bring(settings, io.BytesIO(b"\x00\x01\x02" * 200), "broken.csv")
    app = bring_page(open_page, settings, number)
    assert len(app.error) == 1


def test_a_column_can_be_left_as_text(open_page: Open, settings: Settings) -> None:
    rows = "\n".join(f"{n};{n % 7},5 EUR;{n % 2}" for n in range(80))
    number = bringing.bring(settings, io.BytesIO(f"a;price;y\n{rows}".encode()), "sales.csv")
    app = bring_page(open_page, settings, number)
    next(one for one in app.multiselect if one.label.startswith("Columns that should stay")).select("price")
    click(app, "Read it like this")
    app = bring_page(open_page, settings, number)
    with connect(settings) as db:
        kinds = {one["name"]: one["kind"] for one in intakes.get(db, number).found["schema"]}
    assert kinds["price"] == "categorical"


def bring_page(open_page: Open, settings: Settings, number: int) -> AppTest:
    """Wait for the newest look at a file and open its page."""
    with connect(settings) as db:
        run_id = intakes.get(db, number).run_id
    assert run_id is not None
    work.wait(settings, run_id)
    app = open_page("gallery")
    app.query_params["intake"] = str(number)
    app.switch_page(FILES["bring"]).run()
    assert not app.exception, app.exception
    return app


def test_a_finding_is_mended_accepted_and_taken_back(open_page: Open, filled: Settings) -> None:
    with connect(filled) as db:
        found = [one for one in projects.get_findings(db, SLUG) if one.outcome in ("issue", "tip")]
    one = next(one for one in found if one.fix is None)
    app = open_page("data", SLUG)
    index = next(n for n, box in enumerate(app.text_input) if "Or accept it" in box.label and one.code in box.form_id)
    app.text_input[index].set_value("It does no harm.")
    next(b for b in app.button if b.label == "Accept" and b.form_id == app.text_input[index].form_id).click().run()
    assert not app.exception, app.exception
    with connect(filled) as db:
        assert [(a.code, a.reason) for a in recipes.acceptances(db, SLUG)] == [(one.code, "It does no harm.")]
    click(open_page("data", SLUG), "Take this back")
    with connect(filled) as db:
        assert recipes.acceptances(db, SLUG) == []


def test_a_step_is_added_measured_and_removed(open_page: Open, filled: Settings) -> None:
    app = open_page("prepare", SLUG)
    assert "The recipe is empty" in words(app)
    box = next(one for one in app.selectbox if one.label == "What should be done?")
    box.select("Make a column by a formula").run()
    next(one for one in app.text_input if one.label == "Name of the new column").set_value("bill_ratio")
    formula = next(one for one in app.text_input if one.label == "Formula over columns")
    formula.set_value("bill_length_mm / bill_depth_mm")
    click(app, "Add this step and measure it")
    with connect(filled) as db:
        run = runs.latest(db, SLUG, RunKind.RECIPE)
    assert run is not None
    assert work.wait(filled, run.id).status is RunStatus.DONE
    app = open_page("prepare", SLUG)
    assert "bill" in words(app)
    with connect(filled) as db:
        measured = recipes.measures(db, SLUG)
    assert measured[0].payload["verdict"] in ("better", "worse", "cannot be told apart")
    click(app, "Remove")
    assert kitchen.current(filled, SLUG).steps == ()


def test_brief_is_saved_as_a_new_version(open_page: Open, filled: Settings) -> None:
    app = open_page("brief", SLUG)
    app.text_area[0].set_value("Which penguin is it?")
    click(app, "Save the brief")
    with connect(filled) as db:
        assert [one.version for one in projects.briefs(db, SLUG)] == [2, 1]
        assert projects.latest_brief(db, SLUG).brief.question == "Which penguin is it?"


def test_brief_refuses_a_threshold_that_is_no_number_and_loses_nothing(open_page: Open, filled: Settings) -> None:
    app = open_page("brief", SLUG)
    next(one for one in app.text_input if one.label == "Threshold 1").set_value("high")
    app = click(app, "Save the brief")
    assert "is not" in app.error[0].value
    with connect(filled) as db:
        assert len(projects.briefs(db, SLUG)) == 1


def test_train_starts_a_run_and_can_stop_it(open_page: Open, filled: Settings) -> None:
    click(open_page("train", SLUG), "Start a 60-second search")
    with connect(filled) as db:
        run = runs.latest(db, SLUG)
    assert run is not None
    assert run.params["seconds"] == 60.0
    for _ in range(200):
        with connect(filled) as db:
            run = runs.get(db, run.id)
        if run.status.is_active:
            break
        time.sleep(0.1)
    click(open_page("train", SLUG), "Stop and keep what was found")
    for _ in range(300):
        with connect(filled) as db:
            run = runs.get(db, run.id)
        if run.status.is_over:
            break
        time.sleep(0.1)
    assert run.status == "cancelled"
    assert "was cancelled and kept what it found" in words(open_page("train", SLUG))


def test_train_wants_a_reason_for_a_promotion(open_page: Open, filled: Settings) -> None:
    app = click(open_page("train", SLUG), "Promote this model")
    assert "reason" in app.error[0].value
    with connect(filled) as db:
        assert projects.get(db, SLUG).promoted is None
        simple = runs.latest_result(db, SLUG).result["simple_enough"]["trial"]
    app.text_input(key=f"reason-{simple}").set_value("It can be read")
    next(one for one in app.button if one.form_id == f"promote-{simple}").click().run()
    assert not app.exception, app.exception
    with connect(filled) as db:
        assert projects.get(db, SLUG).promoted == simple
        assert projects.decisions(db, SLUG)[-1].reason == "It can be read"
    assert "promoted by you" in words(open_page("train", SLUG))


def test_train_offers_to_resume_a_lost_run(open_page: Open, filled: Settings) -> None:
    with connect(filled) as db:
        run_id = runs.add(
            db, SLUG, RunKind.TRAIN, {"seconds": 5.0, "trials": None, "seed": 0}, projects.get(db, SLUG).created_at
        )
        runs.claim(db, run_id, 2**22 + 1, projects.get(db, SLUG).created_at)
    app = open_page("train", SLUG)
    app.run()
    assert "ended without a word" in words(app)
    assert [button for button in app.button if button.label.startswith(f"Resume run {run_id}")]


def test_evaluate_answers_the_criterion_first(open_page: Open, filled: Settings) -> None:
    app = open_page("evaluate", SLUG)
    assert any("asked: at least" in one.value for one in app.markdown)
    assert len(app.dataframe) >= 2


def test_explain_says_what_drives_it(open_page: Open, filled: Settings) -> None:
    assert "The model uses" in words(open_page("explain", SLUG))


def test_holdout_wants_an_expectation_and_then_opens_once(open_page: Open, filled: Settings) -> None:
    app = click(open_page("holdout", SLUG), "Open the hold-out once")
    assert "Write the score that you expect first" in words(app)
    with connect(filled) as db:
        assert results.openings(db, SLUG) == [], "nothing is opened without an expectation"
    app.number_input[0].set_value(0.97)
    click(app, "Open the hold-out once")
    with connect(filled) as db:
        assert [one.expected for one in results.openings(db, SLUG)] == [0.97]


def test_writeup_is_saved_and_an_unknown_fact_is_refused(open_page: Open, filled: Settings) -> None:
    app = click(open_page("writeup", SLUG), "Save as a new version")
    with connect(filled) as db:
        assert writeups.latest(db, SLUG).version == 1
    app.text_area[0].set_value("It scores {{ best.nonsense }}.").run()
    assert "There is no fact" in words(app)
    app = click(app, "Save as a new version")
    assert "There is no fact" in app.error[0].value
    with connect(filled) as db:
        assert writeups.latest(db, SLUG).version == 1


def test_writeup_shows_hostile_text_harmless(open_page: Open, filled: Settings) -> None:
    shown = publishing.preview("<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>", {})
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown


def test_portfolio_publishes_and_refuses_an_empty_choice(open_page: Open, filled: Settings) -> None:
    app = open_page("portfolio", SLUG)
    app.multiselect[0].set_value([])
    app = click(app, "Write the site")
    assert "No project is chosen" in app.error[0].value
    app = open_page("portfolio", SLUG)
    app.text_input[0].set_value(str(filled.home.parent / "site"))
    click(app, "Write the site")
    for _ in range(300):
        if (filled.home.parent / "site" / "index.html").exists():
            break
        time.sleep(0.1)
    for _ in range(100):
        with connect(filled) as db:
            if writeups.publications(db):
                break
        time.sleep(0.1)
    app = click(open_page("portfolio", SLUG), "Verify it now")
    assert "Level 2 holds" in words(app)


def test_portfolio_writes_a_repository_once_the_hold_out_is_open(open_page: Open, filled: Settings) -> None:
    assert "Open the hold-out of a project first" in words(open_page("portfolio", SLUG))
    work.wait(filled, work.open_holdout(filled, SLUG, 0.97))
    app = open_page("portfolio", SLUG)
    folder = filled.home.parent / "repository"
    field = next(one for one in app.text_input if "repository" in one.label)
    field.set_value(str(folder))
    app = click(app, "Write the repository")
    assert "make reproduce" in words(app)
    assert (folder / "penguin_species" / "modeling" / "train.py").is_file()


def test_profile_is_stored_and_an_address_without_a_scheme_is_refused(open_page: Open, settings: Settings) -> None:
    app = open_page("profile")
    next(one for one in app.text_input if one.label == "Name").set_value("Ada")
    app = click(app, "Save the profile")
    assert publishing.profile(settings).name == "Ada"
    next(one for one in app.text_input if one.label == "Site address").set_value("javascript:alert(1)")
    app = click(app, "Save the profile")
    assert "no web address" in app.error[0].value
    assert publishing.profile(settings).site_address == ""


@pytest.mark.parametrize("name", ["path"])
def test_path_shows_what_proves_a_skill(open_page: Open, filled: Settings, name: str) -> None:
    app = open_page(name, SLUG)
    assert "Practised" in words(app)
