"""From a trained model to its diagnosis, and predictions made elsewhere through to an opening, as a person does it."""

import pandas as pd
import pytest

from engine.actions import diagnosis, submission, tables, work
from engine.domain.run import RunStatus
from engine.errors import InputError, StateError
from engine.settings import Settings
from engine.store import results, runs, submissions
from engine.store.db import connect
from tests.pages.conftest import SLUG, Open, words


def made_elsewhere(settings: Settings, tmp_path) -> pd.DataFrame:
    """Predict the majority class for every row of the exported features."""
    tables.export_data(settings, SLUG, tmp_path / "out")
    train = pd.read_csv(tmp_path / "out" / "train.csv")
    test = pd.read_csv(tmp_path / "out" / "test_features.csv")
    shares = train["species"].value_counts(normalize=True)
    assert "species" not in test.columns, "no test labels leave the house"
    assert not set(test["row"]) & set(train["row"])
    table = pd.DataFrame({"row": test["row"]})
    for label, value in shares.items():
        table[f"probability_{label}"] = value
    return table


def as_file(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()


def test_predictions_made_elsewhere_stay_sealed_and_are_scored_with_ours(
    filled: Settings, open_page: Open, tmp_path
) -> None:
    table = made_elsewhere(filled, tmp_path)
    found = submission.submit(
        filled, SLUG, as_file(table.sample(frac=1, random_state=0)), name="Shares", language="R", note="<b>by hand</b>"
    )
    assert found["metrics"] is None
    assert found["difference"] == {"value": None, "low": None, "high": None, "verdict": None}
    assert "sealed" in found["reason"]
    with pytest.raises(InputError, match="no prediction"):
        submission.submit(filled, SLUG, as_file(table.iloc[1:]))
    with connect(filled) as db:
        assert len(submissions.of_project(db, SLUG)) == 1, "what is refused is not kept"
    assert work.wait(filled, work.open_holdout(filled, SLUG, 0.1)).status is RunStatus.DONE
    first = submission.listed(filled, SLUG)[0]
    assert first["scored"]
    assert first["opening"] == 1
    assert first["difference"]["verdict"] == "worse beyond chance"
    with connect(filled) as db:
        ours = results.openings(db, SLUG)[0].result
    baseline = {one["name"]: one["value"] for one in ours["baseline"]}
    theirs = {one["name"]: one["value"] for one in first["metrics"]}
    assert theirs["accuracy"] == pytest.approx(baseline["accuracy"]), "the dummy says the majority class too"
    later = submission.submit(filled, SLUG, as_file(table.round(6).assign(extra="")), name="Later")
    assert not later["scored"]
    assert "another opening" in later["reason"]
    again = submission.submit(filled, SLUG, as_file(table.round(6).assign(extra="")), name="Other")
    assert again["submission"] == later["submission"], "the same file twice is one submission"
    shown = open_page("holdout", SLUG)
    frames = [frame.value for frame in shown.dataframe if "scored at" in frame.value.columns]
    assert frames[0]["scored at"].tolist() == ["opening 1", "not yet"]
    assert frames[0]["made with"].tolist()[0] == "R"


def test_a_model_is_diagnosed_and_the_page_shows_every_part(filled: Settings, open_page: Open) -> None:
    assert "Diagnose the model" in [one.label for one in open_page("evaluate", SLUG).button]
    diagnosis.mark_sensitive(filled, SLUG, ["sex"])
    with pytest.raises(InputError, match="no feature 'height'"):
        diagnosis.mark_sensitive(filled, SLUG, ["height"])
    run_id = diagnosis.start(filled, SLUG, seconds=20)
    run = work.wait(filled, run_id)
    assert run.status is RunStatus.DONE, run.error
    payload = diagnosis.stored(filled, SLUG)
    assert payload is not None
    assert [one["code"] for one in payload["findings"]] == [f"PF-F0{n}" for n in range(1, 8)]
    assert len(payload["worst"]) >= 20
    assert payload["fairness"][0]["column"] == "sex"
    assert {one["column"] for one in payload["slices"]} >= {"sex", "bill_depth_mm"}
    app = open_page("evaluate", SLUG)
    assert "PF-F05" in words(app)
    for part in ("Where it fails", "Groups of people", "Rows to review"):
        control = next(one for one in app.segmented_control if one.key == "diagnosis")
        control.set_value(part).run()
        assert not app.exception, part
    with pytest.raises(StateError, match="No follow-up"):
        diagnosis.follow_up(filled, SLUG, "PF-F99")


def test_a_follow_up_run_records_its_hypothesis(filled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.store import projects, reviews

    trial = work.winner(filled, SLUG)
    remedy = {"code": "PF-F01", "title": "Linear only", "hypothesis": "It loses less.", "families": ["linear"]}
    with connect(filled) as db:
        reviews.save_diagnosis(db, trial.run_id, trial.id, {"remedies": [remedy | {"seconds": 30.0}]}, trial.created_at)
    monkeypatch.setattr("engine.runs.launch.start_next", lambda settings: None)
    run_id = diagnosis.follow_up(filled, SLUG, "PF-F01")
    with connect(filled) as db:
        assert runs.get(db, run_id).params["families"] == ["linear"]
        last = projects.decisions(db, SLUG)[-1]
    assert (last.step, last.reason, last.run_id) == ("follow-up", "It loses less.", run_id)


def test_tags_are_stored_and_refused_when_too_long(filled: Settings) -> None:
    from engine.store import reviews

    diagnosis.tag(filled, SLUG, 7, [" wrong  label ", "", "odd"])
    with pytest.raises(InputError, match="at most"):
        diagnosis.tag(filled, SLUG, 7, ["x" * 41])
    with connect(filled) as db:
        assert reviews.tags(db, SLUG) == {7: ("wrong label", "odd")}
    diagnosis.tag(filled, SLUG, 7, [])
    with connect(filled) as db:
        assert reviews.tags(db, SLUG) == {}
