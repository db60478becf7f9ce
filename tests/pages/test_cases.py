"""The Cases page: a guess that misses, the one that finds it, and an address that names no case."""

from streamlit.testing.v1 import AppTest

from engine.actions import cases
from engine.settings import Settings
from engine.study import cases as content
from tests.actions.test_cases import REASONS
from tests.pages.conftest import FILES, ROOT, click, words


def opened(name: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["case"] = name
    app.run()
    app.switch_page(FILES["cases"]).run()
    assert not app.exception, app.exception
    return app


def test_the_flaw_is_found_with_its_reason(settings: Settings) -> None:
    app = opened("fuel")
    assert "What it says of itself" in words(app)
    assert content.case("fuel").mend.split(".")[0] not in words(app)
    app.segmented_control[0].set_value(content.case("fuel").flaw)
    app.text_area[0].input(REASONS["fuel"])
    app = click(app, "This is the flaw")
    assert "You found it: step 2" in words(app)
    assert cases.found(settings).keys() == {"leakage"}


def test_a_sound_step_is_said_to_be_sound_and_nothing_is_given_away(settings: Settings) -> None:
    app = opened("ozone")
    app.segmented_control[0].set_value(0)
    app.text_area[0].input("Too few days, I think")
    app = click(app, "This is the flaw")
    assert "Step 1 holds up" in words(app)
    assert "One guess a day" in words(app)
    assert "invented zeros" not in words(app)
    assert cases.found(settings) == {}


def test_without_a_step_nothing_is_stored(settings: Settings) -> None:
    app = click(opened("ozone"), "This is the flaw")
    assert "Choose the step" in words(app)
    assert cases.standing(settings, "ozone").guesses == ()


def test_an_address_without_a_case_is_one_sentence(settings: Settings) -> None:
    app = opened("<b>none</b>")
    assert len(app.error) == 1
    assert "There is no case" in app.error[0].value
