"""Path and Today, and that no amount of clicking raises a level."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.actions import projects, record, skills
from engine.domain.claim import ClaimKind
from engine.domain.project import Brief
from engine.errors import EngineError
from engine.settings import Settings
from engine.store import files
from engine.store import projects as stored
from engine.store.db import connect
from tests.pages.conftest import SLUG, Open, click, words


def levels(settings: Settings) -> dict[str, int]:
    return {one["id"]: one["level"] for one in skills.skills(settings)}


def test_an_empty_home_shows_the_skills_of_a_first_project(settings: Settings, open_page: Open) -> None:
    app = open_page("path")
    assert len([one for one in app.expander if "badge" in one.label]) == 9
    assert "0 of 9 skills" in words(app)
    for word in ("streak", "missed", "behind"):
        assert word not in words(app).casefold()


def test_the_view_stands_in_the_address(settings: Settings, open_page: Open) -> None:
    app = open_page("path")
    app.segmented_control[0].set_value("all").run()
    assert len([one for one in app.expander if "badge" in one.label]) == 60
    assert app.query_params["view"] in ("all", ["all"])


def test_a_role_is_chosen_and_steers(filled: Settings, open_page: Open) -> None:
    app = open_page("path")
    app.segmented_control[0].set_value("role").run()
    app.selectbox(key="role").set_value("quant").run()
    assert not app.exception
    assert skills.target_role(filled) == "quant"
    assert "skills that it asks for are there" in words(app)
    app = open_page("today")
    assert "role to aim at" not in words(app)


def test_hostile_evidence_is_shown_as_text(filled: Settings, open_page: Open) -> None:
    note = "<script>alert(1)</script> **bold** :red[x] $a$ and six more words that tell what I did"
    skills.bring(
        filled, "cloud-ml", ClaimKind.LINK, made_on=_today(), note=note, link="https://a.org/](javascript:alert(1))"
    )
    app = open_page("path")
    app.segmented_control[0].set_value("all").run()
    assert not app.exception
    for element in (*app.markdown, *app.caption):
        assert "<script>" not in str(element.value)
        assert "](javascript" not in str(element.value)


def test_a_break_is_planned_on_today(filled: Settings, open_page: Open) -> None:
    app = open_page("today")
    app.date_input[1].set_value(_today())
    click(app, "Plan the break")
    assert "planned break" in words(open_page("today"))
    click(open_page("today"), "Drop")
    assert "planned break" not in words(open_page("today"))


def test_clicking_empty_words_and_changed_files_raise_nothing(filled: Settings, open_page: Open) -> None:
    before = levels(filled)
    app = open_page("path")
    for view in ("role", "first"):
        click(app, "Add it")
        app.segmented_control[0].set_value(view).run()
    for name in ("today", "explain", "evaluate"):
        open_page(name, SLUG)
    app = open_page("data", SLUG)
    for _ in range(2):
        _press_all(app, "Keep")
    _say_nothing(filled)
    with connect(filled) as db:
        split = stored.get_split(db, SLUG)
    folders = [files.dataset_path(filled, split.train_sha256).parent, filled.home / "runs"]
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        path.write_bytes(path.read_bytes()[:100] + b"changed")
    assert levels(filled) == before


def test_copies_of_a_template_stay_practice(filled: Settings) -> None:
    before = levels(filled)
    for number in range(3):
        projects.create_from_template(filled, SLUG, slug=f"copy-{number}")
    after = levels(filled)
    assert after == before
    assert max(after.values()) <= 2


def _say_nothing(settings: Settings) -> None:
    """Record everything that can be recorded with words that say nothing."""
    for step in ("metric", "data", "split", "search", "explain", "evaluate", "promote", "close", "hypothesis"):
        for text in ("", "   ", "ok", "ok ok ok ok ok ok ok", "because because because", "....... ......"):
            _try(record.decide, settings, SLUG, step, text)
    _try(record.save_brief, settings, SLUG, Brief(question=" ", reader=" ", decision=" "))
    for kind in ClaimKind:
        for content in (None, b"", b" ", b"pass\n"):
            _try(skills.bring, settings, "python-core", kind, made_on=_today(), note=" ", content=content)


def _try(action: Any, *values: Any, **named: Any) -> None:
    """Do it, whether or not it is refused."""
    try:
        action(*values, **named)
    except EngineError:
        return


def _press_all(app: AppTest, label: str) -> None:
    for place in range(len([one for one in app.button if one.label.startswith(label)])):
        [one for one in app.button if one.label.startswith(label)][place].click().run()
        assert not app.exception


def _today() -> Any:
    from datetime import datetime

    return datetime.now().astimezone().date()


@pytest.mark.parametrize("name", ["path", "today"])
def test_a_home_with_a_project_opens(filled: Settings, open_page: Open, name: str) -> None:
    app = open_page(name)
    assert app.title[0].value
    assert not app.error
