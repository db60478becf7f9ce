"""Models as files, in a form that runs no code when it is read.

A folder holds the parts of the pipelines (``recipe-0.skops``, ``columns-0.skops``, ``model-0.skops`` …; what several
members share stands there once) and ``manifest.json`` with the SHA-256 of each, the weights, the input schema, the
recipe, the library versions and a self-test. Parts are read only if their hash is the recorded one and all their types
are expected, and used only if every call inside is one that a recipe makes.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import skops.io
from sklearn.pipeline import Pipeline

from engine.automl.pipeline import assembled
from engine.automl.table import align
from engine.data.recipe.safety import SPLINE_CALL, verify_safe
from engine.domain.data import Problem
from engine.domain.recipe import Recipe
from engine.errors import InputError

FORMAT = 3
_READ = (2, FORMAT)
"""Models of format 2 have no recipe."""

TRUSTED = frozenset(
    {
        "catboost.core.CatBoostClassifier",
        "catboost.core.CatBoostRegressor",
        "collections.OrderedDict",
        "lightgbm.basic.Booster",
        "lightgbm.sklearn.LGBMClassifier",
        "lightgbm.sklearn.LGBMRegressor",
        "numpy.dtype",
        "numpy.expm1",
        "numpy.log1p",
        "numpy.max",
        "numpy.min",
        "operator.methodcaller",
        "pandas.from_dummies",
        "pandas.to_datetime",
        "pandas.to_numeric",
        "scipy.interpolate._bsplines.BSpline",
        "sklearn._loss.loss.HalfTweedieLoss",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.calibration._TemperatureScaling",
        "sklearn.compose._column_transformer._RemainderColsList",
        "sklearn.compose._column_transformer.make_column_selector",
        "sklearn.model_selection._split.KFold",
        "sklearn.model_selection._split.StratifiedKFold",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.tree._tree.Tree",
        "skrub._datetime_encoder.DatetimeEncoder",
        "skrub._string_encoder.StringEncoder",
        "skrub._to_str.ToStr",
        "xgboost.core.Booster",
        "xgboost.sklearn.XGBClassifier",
        "xgboost.sklearn.XGBRegressor",
        f"{SPLINE_CALL.__module__}.{SPLINE_CALL.__name__}",
    }
)
"""Types, beyond those that skops trusts by itself, that a model file may hold. All belong to declared libraries."""

Votes = Sequence[tuple[float, str, Any]]
"""Weight, id of the family, fitted pipeline."""

_MANIFEST = "manifest.json"
_KEYS = frozenset({"problem", "members", "files", "self_test"})
_LIBRARIES = ("scikit-learn", "skrub", "skops", "numpy", "pandas", "lightgbm", "catboost")
_AGAIN = "Start a new run, or restore a backup."


def write(
    folder: Path, votes: Votes, problem: Problem, test: dict[str, Any] | None, recipe: Recipe | None = None
) -> None:
    """Write the parts, and last the manifest: a folder without it is no model.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    votes : sequence of (weight, family, fitted pipeline)
    problem : Problem
    test : dict, optional
        Rows and what the model predicts for them.
    recipe : Recipe, optional
    """
    folder.mkdir(parents=True, exist_ok=True)
    hashes: dict[str, str] = {}
    names: dict[int, str] = {}
    members = []
    for number, (weight, family, pipeline) in enumerate(votes):
        entry: dict[str, Any] = {"weight": weight, "family": family}
        for kind, part in pipeline.steps:
            if isinstance(part, str):
                entry[kind] = None
                continue
            if id(part) not in names:
                names[id(part)] = f"{kind}-{number}.skops"
                skops.io.dump(part, folder / names[id(part)])
                hashes[names[id(part)]] = _sha256(folder / names[id(part)])
            entry[kind] = names[id(part)]
        members.append(entry)
    manifest = {
        "format": FORMAT,
        "problem": problem.as_dict(),
        "recipe": (recipe or Recipe()).as_dict(),
        "members": members,
        "files": hashes,
        "versions": {name: version(name) for name in _LIBRARIES},
        "self_test": test,
    }
    temporary = folder / f".{_MANIFEST}.{os.getpid()}"
    temporary.write_text(json.dumps(manifest), encoding="utf-8")
    temporary.replace(folder / _MANIFEST)


def read(folder: Path, problem: Problem) -> tuple[list[tuple[float, str, Pipeline]], dict[str, Any] | None, Recipe]:
    """Read the members of a model, its self-test and its recipe.

    Raises
    ------
    InputError
        If a file is missing or was changed, holds an unexpected type, or the model was made for another problem.
    """
    manifest = _manifest(folder)
    made_for = manifest["problem"]
    for key, name in (("features", "columns"), ("kinds", "kinds of columns"), ("classes", "classes")):
        if made_for[key] != problem.as_dict()[key]:
            raise InputError(f"The stored model was fitted on other {name}.", hint="Start a new run for this project.")
    parts = {name: _part(folder, name, sha256) for name, sha256 in manifest["files"].items()}
    votes = []
    for entry in manifest["members"]:
        first, step = (parts[entry[kind]] if entry.get(kind) else "passthrough" for kind in ("recipe", "columns"))
        votes.append((float(entry["weight"]), str(entry["family"]), assembled(first, step, parts[entry["model"]])))
    return votes, manifest["self_test"], Recipe.from_dict(manifest.get("recipe", {}))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("The stored model cannot be read.", hint=_AGAIN) from error
    if not isinstance(manifest, dict) or manifest.get("format") not in _READ:
        raise InputError("The stored model has another format.", hint="Start a new run to make it anew.")
    if not set(manifest) >= _KEYS:
        raise InputError("The manifest of the stored model is not complete.", hint=_AGAIN)
    return manifest


def _part(folder: Path, name: str, sha256: str) -> Any:
    # A name in the manifest names a file of its own folder, nothing else. Its bytes are read once: what was checked
    # is what is loaded.
    path = folder / name
    data = path.read_bytes() if Path(name).name == name and path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise InputError(f"The model file {name} is missing or was changed.", hint=_AGAIN)
    unknown = sorted(set(skops.io.get_untrusted_types(data=data)) - TRUSTED)
    if unknown:
        raise InputError(f"The model file {name} holds an unexpected type: {unknown[0]}.", hint="Do not use it.")
    part = skops.io.loads(data, trusted=sorted(TRUSTED))
    verify_safe(part)
    return part


def rows_as_json(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Write rows as plain values by column; empty cells as null, dates in ISO 8601."""

    def plain(value: Any) -> Any:
        if pd.isna(value):
            return None
        return value.isoformat() if isinstance(value, pd.Timestamp) else value

    return {str(name): [plain(value) for value in frame[name].tolist()] for name in frame.columns}


def rows_from_json(raw: dict[str, list[Any]], problem: Problem) -> pd.DataFrame:
    """Read what :func:`rows_as_json` wrote, aligned."""
    columns = {name: pd.Series(values, dtype=object) for name, values in raw.items()}
    return align(pd.DataFrame(columns), problem)[0]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
