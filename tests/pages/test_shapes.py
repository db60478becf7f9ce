"""The shape of columns, pairs and a model to read: made by the run, shown, and added to an older explanation."""

from typing import Any

from engine.actions import work
from engine.domain.clock import utc_now
from engine.domain.run import RunKind, RunStatus
from engine.settings import Settings
from engine.store import results, runs
from engine.store.db import connect
from tests.pages.conftest import SLUG, Open, click, words

KEYS = ("effects", "interactions", "glassbox")


def stored(settings: Settings) -> dict[str, Any]:
    with connect(settings) as db:
        found = results.explanation(db, work.winner(settings, SLUG).id)
    assert found is not None
    return found


def test_a_training_run_leaves_them_behind(filled: Settings, open_page: Open) -> None:
    found = stored(filled)
    ranked = [one["column"] for one in found["importance"]]
    assert [one["column"] for one in found["effects"]["columns"]] == ranked[: len(found["effects"]["columns"])]
    assert len(found["effects"]["columns"][0]["curves"]) == 3, "penguins have three species"
    tree = found["glassbox"]["models"][0]
    assert tree["low"] <= tree["cost"] <= tree["high"]
    app = open_page("explain", SLUG)
    curve = found["effects"]["columns"][0]["curves"][0]
    assert curve["sentence"].split(":")[0].replace("_", "") in words(app).replace("\\", "").replace("_", "")
    assert found["effects"]["columns"][0]["why"].split(" (")[0] in words(app).replace("\\", "")


def test_an_older_explanation_gets_them_when_it_is_asked_for_and_only_once(filled: Settings, open_page: Open) -> None:
    before = stored(filled)
    trial = work.winner(filled, SLUG)
    older = {key: value for key, value in before.items() if key not in KEYS}
    with connect(filled) as db:
        results.save_explanation(db, trial.run_id, trial.id, older, utc_now())
    app = open_page("explain", SLUG)
    assert "without the shape of columns" in words(app)
    click(app, "Compute them")
    with connect(filled) as db:
        run = runs.all_of(db, SLUG, limit=1)[0]
    assert run.kind is RunKind.EXPLAIN
    assert work.wait(filled, run.id).status is RunStatus.DONE
    after = stored(filled)
    assert after["glassbox"] == before["glassbox"], "the same folds and seed"
    assert {key: after[key] for key in older} == older, "what was known stays as it was"
    assert "without the shape of columns" not in words(open_page("explain", SLUG))
    assert work.explain(filled, SLUG, shapes=True) is None, "nothing is left to do"
