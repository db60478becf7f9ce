"""From a trained model to its diagnosis, and predictions made elsewhere through to an opening, as a person does it."""

import json

import pandas as pd
import pytest
from click.testing import CliRunner

from engine.actions import candidates, diagnosis, hypotheses, submission, tables, work
from engine.cli import main
from engine.domain.run import RunStatus
from engine.errors import InputError, StateError
from engine.settings import Settings
from engine.store import files, projects, results, reviews, runs, submissions
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
    for page in ("holdout", "train", "evaluate"):
        shown = open_page(page, SLUG)
        (board,) = [frame.value for frame in shown.dataframe if "scored at" in frame.value.columns]
        ours, others = board.iloc[0], board.set_index("name")
        assert ours["name"].startswith("ours: "), page
        assert others.loc["Shares", "scored at"] == "opening 1"
        assert others.loc["Shares", "made with"] == "R"
        assert "<b>by hand</b>" in others.loc["Shares", "note"]
        assert "worse beyond chance" in others.loc["Shares", "against ours"]
        assert others.loc["Later", "scored at"] == "not yet"
        assert "another opening" in words(shown)


def test_what_comes_later_is_scored_at_another_opening_that_is_listed(
    filled: Settings, open_page: Open, tmp_path
) -> None:
    table = made_elsewhere(filled, tmp_path)
    submission.submit(filled, SLUG, as_file(table), name="Shares", language="R")
    assert work.wait(filled, work.open_holdout(filled, SLUG, 0.1)).status is RunStatus.DONE
    labels = table[["row"]].assign(prediction="Adelie")
    submission.submit(filled, SLUG, as_file(labels), name="One label", language="by hand", note="says Adelie")
    assert [one["name"] for one in candidates.board(filled, SLUG)["waiting"]] == ["One label"]
    assert work.wait(filled, work.open_holdout(filled, SLUG, 0.1)).status is RunStatus.DONE
    found = candidates.board(filled, SLUG)
    assert found["waiting"] == []
    rows = {one["name"]: one for one in found["rows"]}
    assert set(rows) == {"Shares", "One label", "dummy", "simple model", found["rows"][0]["name"]}
    assert (rows["Shares"]["opening"], rows["One label"]["opening"]) == (1, 2)
    assert rows["One label"]["labels_only"]
    with connect(filled) as db:
        opened = results.openings(db, SLUG)
        sealed = projects.get_split(db, SLUG).holdout_rows
    assert rows["dummy"]["value"] == pytest.approx(opened[1].result["baseline"][0]["value"])
    best = opened[1].result["metrics"][0]
    assert (rows[found["rows"][0]["name"]]["low"], best["low"]) == (best["low"], best["low"])
    theirs = next(one for one in opened[1].result["submissions"] if one["name"] == "One label")
    assert rows["One label"]["difference"]["low"] == pytest.approx(theirs["difference"]["low"])
    assert f"on the {sealed:,} sealed rows" in found["words"]
    shown = open_page("holdout", SLUG)
    (listed,) = [frame.value for frame in shown.dataframe if "made elsewhere" in frame.value.columns]
    assert listed["opening"].tolist() == ["1", "2"]
    assert listed["made elsewhere"].tolist() == ["Shares", "Shares, One label"]
    document = CliRunner().invoke(main, ["leaderboard", SLUG, "--json"], env={"PROOFOLIO_HOME": str(filled.home)})
    assert json.loads(document.stdout)["rows"] == json.loads(json.dumps(found["rows"]))


def test_a_model_is_diagnosed_and_the_page_shows_every_part(filled: Settings, open_page: Open) -> None:
    assert "Diagnose the model" in [one.label for one in open_page("evaluate", SLUG).button]
    diagnosis.mark_sensitive(filled, SLUG, ["sex"])
    with pytest.raises(InputError, match="no column 'height'"):
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
    tagged = [one["row"] for one in payload["worst"][:12]]
    scored = diagnosis.tag(filled, SLUG, {key: ["odd beak"] for key in tagged})
    assert scored is not None
    assert work.wait(filled, scored).status is RunStatus.DONE
    again = diagnosis.stored(filled, SLUG)
    assert again is not None
    assert {key: value for key, value in again.items() if key != "tags"} == {
        key: value for key, value in payload.items() if key != "tags"
    }, "all else of the diagnosis stays"
    (odd,) = again["tags"]
    assert (odd["tag"], odd["rows"]) == ("odd beak", 12)
    assert odd["loss_low"] <= odd["loss"] <= odd["loss_high"]
    assert odd["loss"] > odd["rest"]
    app = open_page("evaluate", SLUG)
    assert "PF-F05" in words(app)
    for part in ("Where it fails", "Groups of people", "Rows to review"):
        control = next(one for one in app.segmented_control if one.key == "diagnosis")
        control.set_value(part).run()
        assert not app.exception, part
        frames = [one.value for one in app.dataframe if "tag" in one.value.columns]
        if part in ("Where it fails", "Rows to review"):
            assert frames[0]["tag"].tolist() == ["odd beak"]
            assert "proves nothing" in words(app)
    with pytest.raises(StateError, match="No follow-up"):
        diagnosis.follow_up(filled, SLUG, "PF-F99")


def with_remedy(settings: Settings, **changes: object) -> dict[str, object]:
    """Store a diagnosis that proposes a run."""
    trial = work.winner(settings, SLUG)
    remedy = {
        "code": "PF-F01",
        "title": "Stiffer",
        "hypothesis": "It loses less.",
        "families": ["linear"],
        "space": {"linear": {"C": {"low": 1e-4, "high": 0.1}}},
        "seconds": 2.0,
    } | changes
    with connect(settings) as db:
        reviews.save_diagnosis(db, trial.run_id, trial.id, {"remedies": [remedy], "tags": []}, trial.created_at)
    return remedy


def test_a_follow_up_run_searches_what_the_finding_proposes_and_judges_it(filled: Settings) -> None:
    with_remedy(filled)
    run = work.wait(filled, diagnosis.follow_up(filled, SLUG, "PF-F01"))
    assert run.status is RunStatus.DONE, run.error
    assert run.params["space"] == {"linear": {"C": {"low": 1e-4, "high": 0.1}}}
    tried = [row for row in run.result["leaderboard"] if row["kind"] in ("candidate", "default")]
    assert {row["family"] for row in tried} <= {"linear"}
    (stated,) = hypotheses.of(filled, SLUG)
    assert (stated.text, stated.run_id) == ("It loses less.", run.id)
    assert stated.outcome["sentence"]
    assert run.params["hypothesis"]["proposed_by"] == "PF-F01"
    with connect(filled) as db:
        (logged,) = [one for one in projects.decisions(db, SLUG) if one.step == "hypothesis"]
    assert logged.reason == "", "what the finding says is no reason of the person's"
    assert "PF-F01" in logged.choice


def test_a_hypothesis_in_own_words_is_the_persons(filled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with_remedy(filled)
    monkeypatch.setattr("engine.runs.launch.start_next", lambda settings: None)
    run_id = diagnosis.follow_up(filled, SLUG, "PF-F01", hypothesis="  A stiffer model\nis as good ")
    with connect(filled) as db:
        last = projects.decisions(db, SLUG)
        assert "proposed_by" not in runs.get(db, run_id).params["hypothesis"]
    assert [one.reason for one in last if one.step == "hypothesis"] == ["A stiffer model is as good"]


def test_tags_are_stored_together_or_not_at_all(filled: Settings) -> None:
    with connect(filled) as db:
        split = projects.get_split(db, SLUG)
    rows = pd.read_parquet(files.checked_dataset_path(filled, split.train_sha256), columns=[]).index.tolist()
    sealed = next(row for row in range(1000) if row not in rows)
    first, second = rows[:2]
    assert diagnosis.tag(filled, SLUG, {first: [" wrong  label ", "", "odd"]}) is None, "no diagnosis to be part of"
    with pytest.raises(InputError, match="at most"):
        diagnosis.tag(filled, SLUG, {second: ["fine"], first: ["x" * 41]})
    with pytest.raises(InputError, match=f"Row {sealed} is not among the rows to learn from"):
        diagnosis.tag(filled, SLUG, {second: ["fine"], sealed: ["odd"]})
    with connect(filled) as db:
        assert reviews.tags(db, SLUG) == {first: ("wrong label", "odd")}
    diagnosis.tag(filled, SLUG, {first: []})
    with connect(filled) as db:
        assert reviews.tags(db, SLUG) == {}
