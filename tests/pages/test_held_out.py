"""What the model relies on, measured on rows that were held out of the fit: asked for, stored, shown once."""

from engine.actions import work
from engine.domain.clock import utc_now
from engine.domain.run import RunKind, RunStatus
from engine.settings import Settings
from engine.store import results, runs
from engine.store.db import connect
from tests.pages.conftest import SLUG, Open, click, words


def without_it(settings: Settings) -> dict:
    """Take the measurement out of what is stored, as where fits took too long to do it unasked."""
    trial = work.winner(settings, SLUG)
    with connect(settings) as db:
        known = results.explanation(db, trial.id)
        assert known is not None
        results.save_explanation(db, trial.run_id, trial.id, {**known, "held_out": None}, utc_now())
    return known


def test_it_is_measured_when_it_is_asked_for_and_only_once(filled: Settings, open_page: Open) -> None:
    before = without_it(filled)
    app = open_page("explain", SLUG)
    assert "Rows the model has not seen" in words(app)
    app = click(app, "Measure it")
    with connect(filled) as db:
        run = runs.all_of(db, SLUG, limit=1)[0]
    assert run.kind is RunKind.EXPLAIN
    assert work.wait(filled, run.id).status is RunStatus.DONE
    with connect(filled) as db:
        found = results.explanation(db, work.winner(filled, SLUG).id)
    assert found is not None
    assert found["held_out"]["columns"] == before["held_out"]["columns"], "the same seed, rows and model"
    assert found["importance"] == before["importance"], "what was known stays as it was"
    assert "Rows the model has not seen" not in words(open_page("explain", SLUG))
    assert work.explain(filled, SLUG, held_out=True) is None, "nothing is left to do"


def test_what_was_held_out_was_not_fitted(filled: Settings) -> None:
    with connect(filled) as db:
        found = results.explanation(db, work.winner(filled, SLUG).id)
    assert found is not None
    told = found["held_out"]
    assert 0 < told["rows"] <= 275, "rows of the training part"
    for one in told["columns"]:
        assert one["low"] <= one["value"] <= one["high"]
