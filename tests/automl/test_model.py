import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression

from engine.automl.families import registry
from engine.automl.model import Model
from engine.automl.replay import refit
from engine.automl.stored import TRUSTED
from engine.domain.task import Task
from engine.errors import InputError
from tests.automl.test_families import small
from tests.automl.toys import Toy, numeric_toy, toy


class Part:
    def __init__(self, family: str, **config: object) -> None:
        self.family = family
        self.config = small(family) | config


def model_of(given: Toy, *families: str) -> Model:
    parts = [(1 / len(families), Part(family)) for family in families]
    return refit(parts, given.X, given.y, given.problem, seed=0, threads=1)


@pytest.mark.parametrize("task", list(Task))
def test_every_family_survives_being_stored(task: Task, tmp_path: Path) -> None:
    given = toy(task)
    model = model_of(given, *registry())
    model.save(tmp_path)
    again = Model.load(tmp_path, given.problem)
    np.testing.assert_array_equal(again.predict(given.X), model.predict(given.X))
    assert [(one.family, one.weight) for one in again.members] == [(one.family, one.weight) for one in model.members]


def test_a_logarithmic_target_survives_being_stored(tmp_path: Path) -> None:
    given = toy(Task.REGRESSION, log_target=True)
    model = model_of(given, "network", "xgboost")
    model.save(tmp_path)
    np.testing.assert_array_equal(Model.load(tmp_path, given.problem).predict(given.X), model.predict(given.X))


def test_members_with_one_encoding_share_it_also_on_the_disk(tmp_path: Path) -> None:
    given = toy(Task.BINARY)
    model = model_of(given, "lightgbm", "xgboost", "random_forest")
    assert len({id(one.pipeline.named_steps["columns"]) for one in model.members}) == 1
    model.save(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("columns-*")) == ["columns-0.skops"]
    again = Model.load(tmp_path, given.problem)
    assert len({id(one.pipeline.named_steps["columns"]) for one in again.members}) == 1


def test_nothing_that_is_stored_is_a_pickle(tmp_path: Path) -> None:
    model_of(numeric_toy(), "linear").save(tmp_path)
    for path in tmp_path.iterdir():
        with pytest.raises((pickle.UnpicklingError, ValueError, KeyError, IndexError, EOFError)):
            pickle.loads(path.read_bytes())


def test_one_changed_byte_is_noticed(tmp_path: Path) -> None:
    given = numeric_toy()
    model_of(given, "linear").save(tmp_path)
    path = tmp_path / "model-0.skops"
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(InputError, match=r"model-0\.skops is missing or was changed"):
        Model.load(tmp_path, given.problem)


class Foreign(LogisticRegression):  # type: ignore[misc]
    """A type that no list names."""


def test_a_type_that_is_not_expected_is_refused(tmp_path: Path) -> None:
    given = numeric_toy()
    model = model_of(given, "linear")
    model.save(tmp_path)
    path = tmp_path / "model-0.skops"
    skops.io.dump(Foreign().fit(np.eye(2), [0, 1]), path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    import hashlib

    manifest["files"]["model-0.skops"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="unexpected type"):
        Model.load(tmp_path, given.problem)


def test_a_name_in_the_manifest_stays_in_its_folder(tmp_path: Path) -> None:
    given = numeric_toy()
    folder = tmp_path / "model"
    model_of(given, "linear").save(folder)
    (folder / "model-0.skops").rename(tmp_path / "outside.skops")
    text = (folder / "manifest.json").read_text().replace("model-0.skops", "../outside.skops")
    (folder / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="missing or was changed"):
        Model.load(folder, given.problem)


def test_a_model_that_answers_otherwise_is_refused(tmp_path: Path) -> None:
    given = numeric_toy()
    model_of(given, "linear").save(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["self_test"]["predictions"][0][0] += 0.01
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="predicts other values"):
        Model.load(tmp_path, given.problem)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 2}'])
def test_a_broken_manifest_is_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="stored model"):
        Model.load(tmp_path, numeric_toy().problem)


def test_a_model_of_other_columns_is_refused(tmp_path: Path) -> None:
    model_of(numeric_toy(), "linear").save(tmp_path)
    with pytest.raises(InputError, match="fitted on other columns"):
        Model.load(tmp_path, toy(Task.BINARY).problem)
    with pytest.raises(InputError, match="other"):
        Model.load(tmp_path, numeric_toy(Task.MULTICLASS).problem)


def test_the_trusted_types_are_all_of_declared_libraries() -> None:
    allowed = ("catboost.", "lightgbm.", "xgboost.", "sklearn.", "skrub.", "numpy.", "collections.OrderedDict")
    # Calls of recipes: what is called, and with what, is looked at when a model is loaded.
    allowed = (*allowed, "pandas.from_dummies", "pandas.to_datetime", "pandas.to_numeric", "operator.methodcaller")
    # What a fitted spline consists of.
    allowed = (*allowed, "scipy.interpolate._bsplines.BSpline", "scipy._lib.array_api_compat.numpy._aliases.asarray")
    assert [one for one in TRUSTED if not one.startswith(allowed)] == []


def test_prediction_repairs_what_can_be_repaired(tmp_path: Path) -> None:
    given = toy(Task.BINARY)
    model = model_of(given, "linear", "lightgbm")
    shuffled = given.X.assign(extra="?")[["extra", *reversed(given.problem.features)]]
    np.testing.assert_array_equal(model.predict(shuffled), model.predict(given.X))
    assert model.predict(given.X.iloc[:0]).shape == (0, 2)
    with pytest.raises(InputError, match="lacks the column 'note'"):
        model.predict(given.X.drop(columns="note"))
