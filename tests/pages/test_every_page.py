"""What holds on every page: an empty home, a filled one, a wrong address, a store that cannot be read."""

import sqlite3

import pytest

from engine.settings import Settings
from engine.store.db import connect
from tests.pages.conftest import FILES, SLUG, Open, words

TITLES = {"holdout": "Hold-out", "writeup": "Write-up", "gallery": "Choose a question"}
PROJECT_PAGES = ("brief", "data", "prepare", "train", "evaluate", "explain", "holdout", "watch", "writeup", "evidence")


@pytest.mark.parametrize("name", list(FILES))
def test_an_empty_home_says_what_to_do(open_page: Open, name: str) -> None:
    app = open_page(name)
    assert len(app.title) == 1
    if name in PROJECT_PAGES:
        assert "No project is chosen" in words(app)
        assert [button.label for button in app.button if button.label == "Choose a project"]


@pytest.mark.parametrize("name", list(FILES))
def test_a_filled_home_shows_its_project(open_page: Open, filled: Settings, name: str) -> None:
    app = open_page(name, SLUG)
    assert app.title[0].value
    assert not app.error, [error.value for error in app.error]
    if name in PROJECT_PAGES:
        assert app.title[0].value == TITLES.get(name, name.capitalize())
        assert "No project is chosen" not in words(app)


@pytest.mark.parametrize("name", PROJECT_PAGES)
def test_a_project_that_does_not_exist_is_named_and_harmless(open_page: Open, filled: Settings, name: str) -> None:
    app = open_page(name, "<b>no-such*project</b>")
    assert "There is no project" in words(app)
    assert "<b>no" not in words(app).replace("\\<b\\>", "")


@pytest.mark.parametrize("name", list(FILES))
def test_a_database_of_a_newer_version_is_one_message(open_page: Open, settings: Settings, name: str) -> None:
    with connect(settings):
        pass
    with sqlite3.connect(settings.database) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    app = open_page(name)
    assert len(app.error) == 1
    assert "newer version" in app.error[0].value
