"""Finding a row, trying values on it and searching what gives another answer, as a person does it."""

import shutil

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.actions import whatif, work
from engine.domain.run import RunStatus
from engine.errors import InputError, StateError
from engine.runs.jobs.material import load_predictions
from engine.settings import Settings
from engine.store import projects
from engine.store.db import connect, dump
from tests.pages.conftest import SLUG, Open, click, words


@pytest.fixture
def tab(filled: Settings, open_page: Open) -> AppTest:
    """The tab of one row, opened."""
    app = open_page("explain", SLUG)
    app.session_state["explain-part"] = "One row"
    app.run()
    assert not app.exception, app.exception
    return app


def test_a_row_is_found_two_values_changed_and_the_answer_stands_there(filled: Settings, tab: AppTest) -> None:
    assert "Change one or more values" in words(tab)
    for name, value in (("flipper length mm", 250), ("bill length mm", 60)):
        field = next(one for one in tab.number_input if one.label.replace("\\", "").startswith(name.replace(" ", "_")))
        field.set_value(value)
    app = click(tab, "Ask the model")
    said = words(app)
    assert "flipper" in said
    assert "lies outside the training part" in said
    assert "not the world" in said
    kept = whatif.history(filled, SLUG)
    assert len(kept) == 1
    assert {one["column"] for one in kept[0]["changes"]} == {"flipper_length_mm", "bill_length_mm"}
    assert f"{kept[0]['prediction_after']:.3f}" in said.replace("\\", "")
    app = click(app, "Ask the model")
    assert len(whatif.history(filled, SLUG)) == 2


def test_nothing_changed_and_altered_files_are_said_in_one_sentence(filled: Settings, tab: AppTest) -> None:
    app = click(tab, "Ask the model")
    assert "Nothing is changed" in words(app)
    trial = work.winner(filled, SLUG)
    folder = filled.run_folder(trial.run_id) / "models" / str(trial.number)
    part = next(folder.glob("*.skops"))
    part.write_bytes(part.read_bytes() + b"x")
    app = click(app, "Ask the model")
    assert "is missing or was changed" in words(app).replace("\\", "")
    shutil.rmtree(folder)
    app = click(app, "Ask the model")
    assert "are not kept" in words(app).replace("\\", "")
    assert whatif.history(filled, SLUG) == []


def test_every_part_and_every_way_to_a_row(tab: AppTest) -> None:
    for way in whatif.WAYS:
        next(one for one in tab.selectbox if one.key == "one-row-way").set_value(way).run()
        assert not tab.exception, way
    for part in ("Why this answer", "Rows like it", "What would change it"):
        next(one for one in tab.segmented_control if one.key == "one-row-part").set_value(part).run()
        assert not tab.exception, part
    next(one for one in tab.selectbox if one.key == "one-row-way").set_value("A value in it").run()
    next(one for one in tab.text_input if one.key == "one-row-text").set_value("zzz").run()
    assert "No row of the training part holds that" in words(tab)
    next(one for one in tab.selectbox if one.key == "one-row-way").set_value("Its number").run()
    next(one for one in tab.number_input if one.key == "one-row-number").set_value(10**6).run()
    assert "is not in the training part" in words(tab).replace("\\", "")


def test_rows_chosen_by_their_stored_predictions(filled: Settings) -> None:
    trial = work.winner(filled, SLUG)
    here = whatif.room(filled, SLUG, trial)
    pred = load_predictions(filled, trial)
    truth = np.array([here.problem.classes.index(one) for one in here.outcomes])
    chance = pred[np.arange(len(pred)), truth]
    assert chance[here.place(whatif.choose(filled, here, trial, whatif.WRONG))] == chance.min()
    top = np.sort(pred, axis=1)
    close = here.place(whatif.choose(filled, here, trial, whatif.BORDERLINE))
    assert (top[:, -1] - top[:, -2])[close] == (top[:, -1] - top[:, -2]).min()
    assert top[here.place(whatif.choose(filled, here, trial, whatif.HIGHEST)), -1] == top[:, -1].max()
    with pytest.raises(InputError, match="no way"):
        whatif.choose(filled, here, trial, "the nicest")
    rows = whatif.find(here, "FEMALE", "sex")
    assert rows
    assert set(here.frame.loc[rows, "sex"].str.lower()) == {"female"}
    length = float(here.frame["bill_length_mm"].dropna().iloc[0])
    assert set(here.frame.loc[whatif.find(here, f"{length}", "bill_length_mm"), "bill_length_mm"]) == {length}
    with pytest.raises(InputError, match="no feature"):
        whatif.find(here, "x", "beak")
    (filled.run_folder(trial.run_id) / trial.predictions).unlink()
    with pytest.raises(StateError, match="cannot be read"):
        whatif.choose(filled, here, trial, whatif.TYPICAL)


def test_a_run_searches_what_gives_another_answer_and_leaves_marked_columns_alone(
    filled: Settings, tab: AppTest
) -> None:
    trial = work.winner(filled, SLUG)
    here = whatif.room(filled, SLUG, trial)
    row = whatif.choose(filled, here, trial, whatif.BORDERLINE)
    with pytest.raises(InputError, match="no feature 'age'"):
        whatif.mark_fixed(filled, SLUG, ["age"])
    whatif.mark_fixed(filled, SLUG, ["sex", "body_mass_g"])
    run = work.wait(filled, whatif.start(filled, SLUG, row))
    assert run.status is RunStatus.DONE, run.error
    found = run.result["flip"]
    assert found["fixed"] == sorted(found["fixed"], key=list(here.problem.features).index)
    assert set(found["fixed"]) == {"sex", "body_mass_g"}
    changed = {part["column"] for one in found["options"] for part in one["changes"]}
    assert not changed & {"sex", "body_mass_g"}
    assert run.result["other"]["outcome"] != here.outcomes[here.place(row)]
    # The stored answer is the model's own.
    model = whatif.load_model(filled, SLUG, trial)
    for one in found["options"]:
        tried = whatif.try_out(
            filled, SLUG, here, model, trial, row, {part["column"]: part["after"] for part in one["changes"]}
        )
        assert tried["decision_after"] == one["decision"]
        assert tried["decision_after"] != tried["decision_before"]
    next(one for one in tab.selectbox if one.key == "one-row-way").set_value(whatif.BORDERLINE)
    next(one for one in tab.segmented_control if one.key == "one-row-part").set_value("What would change it").run()
    assert not tab.exception
    assert found["words"][0][:40] in words(tab).replace("\\", "")
    lost = work.wait(filled, whatif.start(filled, SLUG, 10**6))
    assert lost.status is RunStatus.FAILED
    assert "sealed hold-out" in lost.error


def test_columns_renamed_since_training_are_said(filled: Settings) -> None:
    from dataclasses import replace

    trial = work.winner(filled, SLUG)
    with connect(filled) as db:
        problem = projects.get(db, SLUG).problem
        features = ("beak", *problem.features[1:])
        kinds = {new: problem.kinds[old] for new, old in zip(features, problem.features, strict=True)}
        renamed = replace(problem, features=features, kinds=kinds)
        db.conn.execute("UPDATE projects SET problem = ? WHERE slug = ?", [dump(renamed.as_dict()), SLUG])
        db.conn.commit()
    with pytest.raises(InputError, match="fitted on other columns"):
        whatif.load_model(filled, SLUG, trial)
