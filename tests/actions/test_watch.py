"""From new rows to a challenger that stands and back: with real workers, on tiny data."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.actions import projects, retraining, watch, work
from engine.domain.run import Run, RunStatus
from engine.errors import InputError, StateError
from engine.evidence.facts import collect
from engine.settings import Settings
from engine.store import projects as stored_projects
from engine.store import watch as stored
from engine.store.db import connect
from tests.conftest import MOMENT

SLUG = "shop"


def rows(count: int, seed: int, *, turned: bool = False, start: str = "2022-01-01") -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=count), rng.normal(size=count)
    sign = -1 if turned else 1
    y = np.where(rng.random(count) < 1 / (1 + np.exp(-3 * sign * a)), "yes", "no")
    when = pd.Timestamp(start) + pd.to_timedelta(np.arange(count), unit="D")
    return pd.DataFrame({"when": when, "a": a.round(3), "b": b.round(3), "y": y})


def as_file(frame: pd.DataFrame) -> io.BytesIO:
    return io.BytesIO(frame.to_csv(index=False).encode())


@pytest.fixture
def shop(settings: Settings, tmp_path: Path) -> Settings:
    rows(260, 0).to_csv(tmp_path / "shop.csv", index=False)
    projects.create_from_file(settings, tmp_path / "shop.csv", target="y", slug=SLUG)
    assert done(settings, work.start_training(settings, SLUG, trial_budget=2)).status is RunStatus.DONE
    return settings


def done(settings: Settings, run_id: int) -> Run:
    return work.wait(settings, run_id)


def looked_at(settings: Settings, frame: pd.DataFrame) -> Run:
    return done(settings, watch.look(settings, SLUG, as_file(frame), "new.csv"))


@pytest.mark.slow
def test_from_drift_to_a_challenger_that_stands_and_back(shop: Settings) -> None:
    """A relation that has turned round: retraining is advised, the challenger is better, and one can go back."""
    assert looked_at(shop, rows(900, 1, turned=True, start="2024-01-01")).status is RunStatus.DONE
    with connect(shop) as db:
        batch = stored.batches(db, SLUG)[0]
    assert batch.report["retrain"]["advice"] == "retrain"
    assert batch.labelled == 900
    with pytest.raises(StateError, match="no challenger"):
        retraining.promote(shop, SLUG, "early")
    found, run_id = retraining.retrain(shop, SLUG, trial_budget=2)
    assert found.kept_rows == 450
    assert done(shop, run_id).status is RunStatus.DONE
    with connect(shop) as db:
        duel = stored.retraining(db, found.id).comparison
        newer = stored_projects.get(db, found.challenger)
        split = stored_projects.get_split(db, found.challenger)
    assert newer.newer_than == SLUG
    assert newer.changes["sentences"]
    assert split.train_rows + split.holdout_rows == 208 + 450
    assert duel["rows"] == 450
    assert duel["difference"]["verdict"] == "better beyond chance"
    with connect(shop) as db:
        facts = collect(db, found.challenger)
        older = collect(db, SLUG)
    assert facts["version.older"].value == SLUG
    assert facts["version.difference"].value == duel["difference"]["value"]
    assert facts["version.verdict"].value == "better beyond chance"
    assert not [name for name in older if name.startswith("version.")]
    first = watch.standing(shop, SLUG)
    retraining.promote(shop, SLUG, "The relation has turned round.")
    assert watch.standing(shop, SLUG)[0] == found.challenger
    with pytest.raises(InputError, match="already"):
        retraining.promote(shop, SLUG, "again")
    retraining.rollback(shop, SLUG, "It was the file.")
    assert watch.standing(shop, SLUG) == first
    with connect(shop) as db:
        log = [(one.step, one.reason) for one in stored_projects.decisions(db, SLUG)]
    assert ("promote", "The relation has turned round.") in log
    assert ("rollback", "It was the file.") in log


@pytest.mark.slow
def test_a_log_of_a_service_later_labels_and_a_replay(shop: Settings) -> None:
    log = rows(40, 5, start="2024-01-01").drop(columns="y").assign(served_at="2026-01-01T00:00:00Z")
    lines = log.to_json(orient="records", lines=True, date_format="iso").encode()
    assert done(shop, watch.look(shop, SLUG, io.BytesIO(lines), "requests.jsonl")).status is RunStatus.DONE
    new = rows(120, 2, start="2024-01-01")
    run_id = watch.look(shop, SLUG, as_file(new.drop(columns="y")), "new.csv", labels=as_file(new[["y"]]))
    assert done(shop, run_id).status is RunStatus.DONE
    replayed = done(shop, watch.simulate(shop, SLUG, column="when"))
    planted = done(shop, watch.simulate(shop, SLUG, column="a", planted=True))
    assert planted.status is RunStatus.FAILED
    assert "too few" in planted.error
    with connect(shop) as db:
        assert stored.of_run(db, run_id)[0].labelled == 120
        batches = stored.of_run(db, replayed.id)
    assert len(batches) >= 2
    assert all(one.report["performance"] for one in batches)


@pytest.mark.slow
def test_a_bad_file_leaves_nothing_behind(shop: Settings) -> None:
    for frame, said in (
        (rows(1, 3), "1 row"),
        (pd.DataFrame({"p": range(30), "q": range(30)}), "lacks the columns"),
        (rows(30, 3).assign(y="perhaps"), "unknown class"),
    ):
        run = looked_at(shop, frame)
        assert run.status is RunStatus.FAILED
        assert said in run.error
    with pytest.raises(InputError, match="empty"):
        watch.look(shop, SLUG, io.BytesIO(b""), "new.csv")
    with connect(shop) as db:
        assert stored.batches(db, SLUG) == []
    assert len(list((shop.home / "datasets").glob("*.parquet"))) == 2


def test_without_a_model_nothing_is_looked_at(settings: Settings, project: object) -> None:
    with pytest.raises(StateError, match="no finished run"):
        watch.look(settings, "demo", as_file(rows(30, 0)), "new.csv")
    with pytest.raises(StateError, match="no labelled batch"):
        retraining.retrain(settings, "demo")
    with pytest.raises(StateError, match="no earlier model"):
        retraining.rollback(settings, "demo", "because")
    with pytest.raises(InputError, match="reason is empty"):
        retraining.rollback(settings, "demo", " ")


def test_batches_of_a_run_are_stored_once(settings: Settings, project: object) -> None:
    one = {"name": "n", "source": "file", "period": "", "dataset_sha256": "", "rows": 3, "labelled": 0, "report": {}}
    with connect(settings) as db:
        first = stored.add_batches(db, "demo", 7, "demo", 1, [one, one], MOMENT)
        assert stored.add_batches(db, "demo", 7, "demo", 1, [one, one], MOMENT) == first
        assert [found.id for found in stored.batches(db, "demo")] == first[::-1]
