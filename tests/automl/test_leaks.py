"""Nothing of the rows that are scored reaches the fit, and nothing that is new at prediction stops a model."""

import numpy as np
import pandas as pd
import pytest

from engine.automl.families import registry
from engine.automl.families.family import Encoding
from engine.automl.folds import fit_folds
from engine.automl.model import Model
from engine.automl.replay import refit
from engine.automl.search import search
from engine.domain.run import Budget
from engine.domain.task import ColumnKind, Task
from tests.automl.test_families import small
from tests.automl.test_model import Part
from tests.automl.toys import Halving, Notes, Toy, folds_of, mixed, problem_of, target_of, toy

STRANGE = {
    "size": 1e9,
    "count": 12_345.0,
    "colour": "ultraviolet",
    "city": "Atlantis",
    "member": None,
    "since": pd.Timestamp("1999-12-31"),
    "note": "words never read before",
}


def poisoned(given: Toy, fold: int) -> Toy:
    """The same table, but everything in the rows that a fold scores is strange, the target too."""
    fit, rest = given.folds[fold]
    del fit
    frame, y = given.X.copy(), given.y.copy()
    for name, value in STRANGE.items():
        frame.loc[frame.index[rest], name] = value
    y[rest] = y[rest][::-1] * 7 if given.problem.task is Task.REGRESSION else given.y.max() - y[rest]
    return Toy(frame, y, given.problem, given.folds)


def plain(table: object) -> pd.DataFrame:
    return pd.DataFrame(table.todense() if hasattr(table, "todense") else table)


@pytest.mark.parametrize("encoding", ["scaled", "ordinal", "native"])
@pytest.mark.parametrize("task", list(Task))
def test_rows_that_are_scored_change_nothing_in_what_is_fitted(encoding: Encoding, task: Task) -> None:
    given = toy(task, rows=80)
    clean = given.bench().encoded(encoding, 0)
    other = poisoned(given, 0).bench().encoded(encoding, 0)
    pd.testing.assert_frame_equal(plain(clean.inside), plain(other.inside), check_exact=True)
    assert clean.categories == other.categories


@pytest.mark.parametrize("family_id", ["linear", "lightgbm", "catboost"])
def test_rows_that_are_scored_change_nothing_in_the_model_of_their_fold(family_id: str) -> None:
    given = toy(Task.BINARY, rows=80)
    config = small(family_id)
    clean = fit_folds(given.bench(), registry()[family_id], config).pipelines[0]
    other = fit_folds(poisoned(given, 0).bench(), registry()[family_id], config).pipelines[0]
    rows = given.bench().X.iloc[given.folds[0][0]]
    np.testing.assert_array_equal(clean.predict_proba(rows), other.predict_proba(rows))


@pytest.mark.parametrize("task", list(Task))
def test_every_family_answers_rows_unlike_any_that_it_has_seen(task: Task) -> None:
    given = toy(task, rows=80)
    families = registry()
    model = refit(
        [(1 / len(families), Part(one)) for one in families], given.X, given.y, given.problem, seed=0, threads=1
    )
    strange = pd.DataFrame([STRANGE, dict.fromkeys(STRANGE), STRANGE | {"size": np.inf, "since": None}])
    for member in model.members:
        found = Model(given.problem, (type(member)(weight=1.0, family=member.family, pipeline=member.pipeline),))
        pred = found.predict(strange)
        assert pred.shape == ((3,) if task is Task.REGRESSION else (3, len(given.problem.classes))), member.family
        assert np.isfinite(pred).all(), member.family


def test_a_table_full_of_bad_columns_still_ends_in_a_model() -> None:
    frame = mixed(60)
    rng = np.random.default_rng(0)
    bad = {
        "constant": np.ones(60),
        "nothing": np.full(60, np.nan),
        "no_words": pd.Series([None] * 60, dtype=object),
        "no_dates": pd.Series([pd.NaT] * 60, dtype="datetime64[ns]"),
        "one_level": ["same"] * 60,
        "all_levels": [f"id {n}" for n in range(60)],
        "endless": np.where(rng.random(60) < 0.2, np.inf, rng.normal(size=60)),
        "huge": rng.normal(size=60) * 1e300,
    }
    kinds = problem_of(Task.BINARY).kinds | {
        "constant": ColumnKind.NUMERIC,
        "nothing": ColumnKind.NUMERIC,
        "no_words": ColumnKind.TEXT,
        "no_dates": ColumnKind.DATETIME,
        "one_level": ColumnKind.CATEGORICAL,
        "all_levels": ColumnKind.CATEGORICAL,
        "endless": ColumnKind.NUMERIC,
        "huge": ColumnKind.NUMERIC,
    }
    problem = problem_of(Task.BINARY, kinds=dict(kinds))
    result = search(
        frame.assign(**bad),
        target_of(frame, Task.BINARY),
        problem,
        folds_of(60),
        budget=Budget(trials=8),
        seed=0,
        threads=2,
        listener=Notes(),
        make_searcher=Halving,
    )
    assert [one.reason for one in result.outcomes] == [""] * 8
    assert np.isfinite(result.model.predict(frame.assign(**bad))).all()


def test_fits_leave_nothing_in_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    given = toy(Task.BINARY, rows=80)
    for family_id, family in registry().items():
        fit_folds(given.bench(), family, small(family_id))
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")
