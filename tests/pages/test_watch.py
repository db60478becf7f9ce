"""The Watch page: what it says before the first batch, and with batches that were stored."""

from engine.domain.run import RunKind, RunStatus
from engine.settings import Settings
from engine.store import runs, watch
from engine.store.db import connect
from tests.charts.test_drift import report
from tests.conftest import MOMENT
from tests.pages.conftest import SLUG, Open, words


def stored(settings: Settings, advice: str, headline: str, source: str = "file") -> int:
    told = report(advice=advice) | {
        "retrain": {"advice": advice, "headline": headline, "reason": "Because *it* is."},
        "findings": [],
        "expected": None,
        "labelled": 100,
    }
    one = {"name": "may.csv", "source": source, "period": "", "dataset_sha256": "", "rows": 300, "labelled": 100}
    with connect(settings) as db:
        run = 900 + len(watch.batches(db, SLUG))
        return watch.add_batches(db, SLUG, run, SLUG, 1, [one | {"report": told}], MOMENT)[0]


def test_before_the_first_batch_the_page_asks_for_rows(open_page: Open, filled: Settings) -> None:
    app = open_page("watch", SLUG)
    assert "Is the model still good?" in words(app)
    assert [one.label for one in app.button if one.label == "Replay"]


def test_the_newest_batch_comes_first_and_another_can_be_chosen(open_page: Open, filled: Settings) -> None:
    first = stored(filled, "keep", "Yes: still good.")
    stored(filled, "retrain", "No: it has become worse.")
    app = open_page("watch", SLUG)
    said = words(app)
    assert "No\\: it has become worse" in said
    assert "\\*it\\*" in said
    assert "Champion and challenger" in said
    app = app.selectbox[-1].set_value(first).run() if app.selectbox[-1].label == "Batch" else _choose(app, first)
    assert not app.exception
    assert "Yes\\: still good" in words(app)


def _choose(app: object, number: int) -> object:
    box = next(one for one in app.selectbox if one.label == "Batch")  # type: ignore[attr-defined]
    return box.set_value(number).run()


def test_rolling_back_without_a_promotion_is_not_offered(open_page: Open, filled: Settings) -> None:
    stored(filled, "keep", "Yes: still good.")
    app = open_page("watch", SLUG)
    assert not [one for one in app.button if one.label == "Let the earlier model stand again"]
    assert [one for one in app.button if one.label == "Train a challenger"]


def test_a_simulation_never_answers_whether_the_model_is_still_good(open_page: Open, filled: Settings) -> None:
    stored(filled, "keep", "Yes: still good.")
    stored(filled, "retrain", "No: it has become worse.", source="simulation")
    assert "Yes\\: still good" in words(open_page("watch", SLUG))


def test_a_comparison_that_did_not_come_about_can_be_asked_for_again(open_page: Open, filled: Settings) -> None:
    batch = stored(filled, "retrain", "No: it has become worse.")
    with connect(filled) as db:
        run = runs.add(db, SLUG, RunKind.WATCH, {"do": "compare"}, MOMENT)
        runs.move(db, run, RunStatus.FAILED, MOMENT, error="The search was cancelled.")
        watch.add_retraining(db, SLUG, batch, "penguin-species-v2", 50, MOMENT)
    app = open_page("watch", SLUG)
    assert [one for one in app.button if one.label == "Compare again"]
    assert "The search was cancelled" in words(app)
