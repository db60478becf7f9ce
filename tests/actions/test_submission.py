"""A file of predictions that is refused leaves nothing behind; one whose lines stand in another order is the same."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.actions import candidates, projects, submission, tables
from engine.errors import InputError
from engine.settings import Settings
from engine.store import submissions
from engine.store.db import connect

SLUG = "penguin-species"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, pd.DataFrame]:
    """Make a project without a run, and predictions for its sealed rows."""
    settings = Settings(home=tmp_path_factory.mktemp("submission") / "home", threads=1)
    projects.create_from_template(settings, SLUG)
    out = settings.home / "out"
    tables.export_data(settings, SLUG, out)
    labels = sorted(pd.read_csv(out / "train.csv")["species"].unique())
    rows = pd.read_csv(out / "test_features.csv")["row"]
    raw = np.random.default_rng(0).dirichlet(np.ones(len(labels)), len(rows))
    table = pd.DataFrame({"row": rows} | {f"probability_{one}": raw[:, place] for place, one in enumerate(labels)})
    return settings, table


def content(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()


def at(place: int, column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        changed = table.astype(object)
        changed.loc[place, column] = value
        return changed

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.iloc[1:], "has no prediction"),
        (lambda t: pd.concat([t, t.iloc[[0]]]), "is predicted twice"),
        (at(0, "row", 999_999), "is not one of the rows to predict"),
        (at(3, "probability_Adelie", "NaN"), "not a finite number"),
        (lambda t: t.rename(columns={"probability_Adelie": "probability_Emperor"}), "belongs to no class"),
        (lambda t: t[["row"]].assign(prediction="Emperor"), "unknown label 'Emperor'"),
        (lambda t: t.assign(probability_Adelie=3.0), "probability of 3"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    project: tuple[Settings, pd.DataFrame], change: Callable[[pd.DataFrame], pd.DataFrame], said: str
) -> None:
    settings, table = project
    before = stored(settings)
    with pytest.raises(InputError, match=said) as caught:
        submission.submit(settings, SLUG, content(change(table)))
    assert caught.value.hint
    assert stored(settings) == before


def stored(settings: Settings) -> tuple[list[int], list[Path]]:
    """List what is kept: rows, and files."""
    with connect(settings) as db:
        known = [one.id for one in submissions.of_project(db, SLUG)]
    return known, sorted(one for one in settings.home.rglob("*") if one.is_file() and one.suffix == ".parquet")


def test_another_order_gives_the_same_predictions_and_all_wait_for_an_opening(
    project: tuple[Settings, pd.DataFrame],
) -> None:
    settings, table = project
    submission.submit(settings, SLUG, content(table), name="As given", language="R")
    submission.submit(settings, SLUG, content(table.sample(frac=1, random_state=0)), name="Shuffled")
    with connect(settings) as db:
        first, second = submissions.of_project(db, SLUG)
    assert first.file_sha256 != second.file_sha256
    assert first.predictions_sha256 == second.predictions_sha256
    found = candidates.board(settings, SLUG)
    assert (found["rows"], found["words"], found["openings"]) == ([], "", 0)
    assert [one["name"] for one in found["waiting"]] == ["As given", "Shuffled"]
    assert all("sealed" in one["reason"] for one in found["waiting"])
