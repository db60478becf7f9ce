"""Asking the model about one row, through the actions, the page, and an enemy's eyes."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.actions import whatif, work
from engine.errors import InputError, StateError
from engine.runs.jobs.material import model_folder
from engine.settings import Settings
from engine.store import tries
from engine.store.db import connect
from tests.pages.conftest import FILES, ROOT, SLUG, words


def test_an_answer_is_the_models_own_and_is_kept(filled: Settings) -> None:
    desk = whatif.open_desk(filled, SLUG)
    number = int(desk.X.index[5])
    name = next(one for one in desk.columns if desk.known[one].low is not None)
    low, high = float(desk.known[name].low), float(desk.known[name].high)
    found = whatif.ask(filled, desk, number, {name: str(high).replace(".", ",")})
    changed = desk.X.iloc[[5]].assign(**{name: high})
    assert found["after"] == pytest.approx(desk.model.predict(changed)[0].tolist())
    assert found["before"] == pytest.approx(desk.model.predict(desk.X.iloc[[5]])[0].tolist())
    beyond = whatif.ask(filled, desk, number, {name: high + 10 * (high - low)})
    assert any(name in caution for caution in beyond["cautions"])
    same = whatif.ask(filled, desk, number, desk.row(number))
    assert same["changes"] == {}
    with connect(filled) as db:
        kept = tries.of_project(db, SLUG)
    assert [one["row"] for one in kept] == [number, number], "asking nothing is no try"
    assert kept[1]["after"] == found["after"]


def test_bad_questions_are_one_sentence(filled: Settings) -> None:
    desk = whatif.open_desk(filled, SLUG)
    number = int(desk.X.index[0])
    name = next(one for one in desk.columns if desk.known[one].low is not None)
    for changes, said in (({"nose": 1}, "no column"), ({name: "long"}, "no number"), ({name: "inf"}, "no number")):
        with pytest.raises(InputError, match=said):
            whatif.ask(filled, desk, number, changes)
    with pytest.raises(InputError, match="not in the training part"):
        whatif.ask(filled, desk, 10**6, {})
    with pytest.raises(InputError, match="no column"):
        whatif.mark_fixed(filled, SLUG, ["nose"])
    with connect(filled) as db:
        assert tries.of_project(db, SLUG) == []


def test_rows_like_it_and_what_would_turn_it(filled: Settings) -> None:
    desk = whatif.open_desk(filled, SLUG)
    number = int(desk.X.index[9])
    found = whatif.like(desk, number)
    assert number not in [one["row"] for one in found]
    assert [one["distance"] for one in found[:5]] == sorted(one["distance"] for one in found[:5])
    assert found[-1]["otherwise"]
    assert found[-1]["actual"] != desk.actual[9]
    turned = whatif.turn(filled, desk, number)
    said = max(range(3), key=lambda place: desk.model.predict(desk.X.iloc[[9]])[0][place])
    for one in turned:
        assert max(range(3), key=lambda place: one["prediction"][place]) != said
    if turned:
        whatif.mark_fixed(filled, SLUG, list(desk.problem.features))
        assert whatif.turn(filled, desk, number) == []


def test_a_model_that_was_altered_or_is_missing_is_refused(filled: Settings) -> None:
    folder = model_folder(filled, work.winner(filled, SLUG))
    part = next(path for path in folder.iterdir() if path.name != "manifest.json")
    part.write_bytes(part.read_bytes()[:-7] + b"altered")
    with pytest.raises(InputError):
        whatif.open_desk(filled, SLUG)
    (folder / "manifest.json").unlink()
    with pytest.raises(StateError, match="not explained yet"):
        whatif.open_desk(filled, SLUG)


def test_the_tab_answers(filled: Settings) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["project"] = SLUG
    app.session_state["explanation"] = "What if"
    app.run()
    app.switch_page(FILES["explain"]).run()
    assert not app.exception, app.exception
    assert "Rows like it" in words(app)
    field = next(one for one in app.number_input if one.key and one.key.startswith("cell-"))
    field.set_value(float(field.value or 0) + 3.0)
    button = next(one for one in app.button if one.label == "What would the model say?")
    button.click().run()
    assert not app.exception, app.exception
    assert "The model" in words(app)
    assert "changes no world" in words(app)
    with connect(filled) as db:
        assert len(tries.of_project(db, SLUG)) == 1
