"""The Practice page: a card, a reload, own questions, hostile words."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.actions import explain_back, own_questions, practice, record
from engine.settings import Settings
from engine.store import practice as log
from engine.store import projects, runs
from engine.store.db import connect
from engine.study.marking import mark
from tests.conftest import MOMENT, make_project
from tests.pages.conftest import FILES, ROOT, SLUG, Open, click, words


def place(app: AppTest, name: str) -> str:
    """Read the address; a value is a text or a list of one."""
    found = app.query_params[name]
    return found if isinstance(found, str) else found[0]


def answer(app: AppTest, item: str, settings: Settings) -> AppTest:
    one = own_questions.find(settings, item)
    if one.numeric:
        app.text_input[0].set_value(str(one.answer))
    elif one.kind == "order":
        app.multiselect[0].set_value(list(one.answer))
    elif one.kind == "multiple":
        for index in one.answer:
            app.checkbox(key=f"given-{item}-1-0-{index}").check()
    else:
        app.radio[0].set_value(one.answer)
    return click(app, "Check my answer")


def test_a_card_is_answered_explained_and_stays_after_a_reload(open_page: Open, settings: Settings) -> None:
    app = open_page("practice")
    assert "Today: 4 cards" in words(app)
    item = place(app, "card")
    app = answer(app, item, settings)
    assert "Today: 3 cards" in words(app)
    assert "Right" in words(app)
    again = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    again.run()
    again.query_params.update({"card": item, "turn": "1"})
    again.switch_page(FILES["practice"])
    again.query_params.update({"card": item, "turn": "1"})
    again.run()
    assert not again.exception
    assert "Today: 3 cards" in words(again)
    app = click(app, "Next")
    assert place(app, "card") != item
    with connect(settings) as db:
        assert len(log.answers(db)) == 1


def test_nothing_picked_is_one_sentence_and_stores_nothing(open_page: Open, settings: Settings) -> None:
    app = click(open_page("practice"), "Check my answer")
    assert len(app.error) == 1
    with connect(settings) as db:
        assert log.answers(db) == []


def test_a_quiz_holds_two_questions_of_the_own_run_with_true_answers(open_page: Open, filled: Settings) -> None:
    app = click(open_page("practice", SLUG), "Start this quiz")
    number = int(place(app, "quiz"))
    items = practice.quiz(filled, number)["quiz"].items
    own = [item for item in items if "-own-" in item]
    assert len(own) == 2
    with connect(filled) as db:
        run = runs.latest_result(db, SLUG)
    assert run is not None
    assert all(item.endswith(f"-{run.id}") for item in own)
    with connect(filled) as db:
        made = own_questions.current(db)
    assert len({one.id for one in made}) == len(made) >= 4
    for one in made:
        assert mark(one, one.answer).right
        assert own_questions.find(filled, one.id) == one


def test_own_words_are_harmless_on_the_page(open_page: Open, settings: Settings) -> None:
    make_project(settings)
    bad = "<script>alert(1)</script> [x](javascript:alert(1)) **bold** because of the cost"
    with connect(settings) as db:
        number = projects.decide(db, "demo", "metric", "log_loss", bad, MOMENT.replace(year=2020))
    assert practice.today(settings)["cards"][0] == f"why-{number}"
    app = open_page("practice")
    app.text_area[0].set_value(bad)
    app = click(app, "Keep it")
    for box in app.checkbox:
        box.check()
    app = click(app, "Done comparing")
    shown = words(app)
    assert "<script>" not in shown
    assert "](javascript" not in shown
    assert len(explain_back.defended(settings)["demo"]) == 1


@pytest.mark.parametrize("place", [{"card": "<b>x</b>"}, {"quiz": "999"}, {"card": "why-1", "turn": "2"}])
def test_a_wrong_address_is_harmless(settings: Settings, place: dict[str, str]) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.switch_page(FILES["practice"])
    for name, value in place.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception


def test_the_record_names_no_unknown_decision(settings: Settings) -> None:
    make_project(settings)
    record.decide(settings, "demo", "metric", "a reason")
    assert explain_back.notes(settings) == []
