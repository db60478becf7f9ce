"""The fitted model: a weighted soft vote of pipelines, stored in a form that runs no code when it is loaded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import skops.io

from engine.automl import table
from engine.automl.folds import predict
from engine.domain.data import Problem
from engine.errors import InputError

Floats = npt.NDArray[np.float64]

VERSION = 1
_ROWS_OF_SELF_TEST = 5
_TOLERANCE = 1e-6

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
        "pandas.DataFrame",
        "sklearn.compose._column_transformer._RemainderColsList",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.tree._tree.Tree",
        "skrub._datetime_encoder.DatetimeEncoder",
        "xgboost.core.Booster",
        "xgboost.sklearn.XGBClassifier",
        "xgboost.sklearn.XGBRegressor",
    }
)
"""Types, beyond those that skops trusts by itself, that a model file may hold. All belong to declared libraries."""

align = table.align


@dataclass(frozen=True, kw_only=True)
class Member:
    """One pipeline of a model and its share of the vote."""

    weight: float
    family: str
    pipeline: Any


@dataclass(frozen=True)
class Model:
    """What answers: one pipeline, or several that vote by weight."""

    problem: Problem
    members: tuple[Member, ...]

    def predict(self, frame: pd.DataFrame) -> Floats:
        """Predict for a table with the features of the problem.

        Parameters
        ----------
        frame : DataFrame of shape (n_rows, any)

        Returns
        -------
        ndarray of shape (n_rows, n_classes) or (n_rows,)
            Probabilities in the order of the classes, or values.

        Raises
        ------
        InputError
            If a column is missing or holds what cannot be read.
        """
        tidy, _ = align(frame, self.problem)
        parts = [member.weight * predict(member.pipeline, tidy, self.problem) for member in self.members]
        return np.asarray(np.sum(parts, axis=0), dtype=np.float64)

    def save(self, folder: Path, sample: pd.DataFrame | None = None) -> None:
        """Write the members, a manifest with their hashes, and a self-test of a few rows."""
        folder.mkdir(parents=True, exist_ok=True)
        members = []
        for number, member in enumerate(self.members):
            name = f"member-{number}.skops"
            # Stored without compression: the bytes are read again in this very run.
            skops.io.dump(member.pipeline, folder / name)
            members.append(
                {"file": name, "sha256": _sha256(folder / name), "weight": member.weight, "family": member.family}
            )
        manifest: dict[str, Any] = {"version": VERSION, "problem": self.problem.as_dict(), "members": members}
        if sample is not None and len(sample):
            rows = sample.iloc[:_ROWS_OF_SELF_TEST]
            rows.to_parquet(folder / "self_test.parquet")
            manifest["self_test"] = {
                "sha256": _sha256(folder / "self_test.parquet"),
                "predictions": self.predict(rows).tolist(),
            }
        # The manifest comes last: a folder without it is no model.
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, problem: Problem) -> Model:
        """Read a stored model after checking its hashes, its types and its self-test.

        Raises
        ------
        InputError
            If a file is missing or was changed, holds an unexpected type, or the self-test fails.
        """
        manifest = _manifest(folder)
        if manifest["problem"]["features"] != list(problem.features):
            raise InputError("The model was fitted on other columns.", hint="Start a new run for this project.")
        members = tuple(
            Member(
                weight=float(raw["weight"]), family=raw["family"], pipeline=_load(folder / raw["file"], raw["sha256"])
            )
            for raw in manifest["members"]
        )
        model = cls(problem, members)
        if "self_test" in manifest:
            _self_test(model, folder, manifest["self_test"])
        return model


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError("The stored model cannot be read.", hint="Start a new run, or restore a backup.") from error
    if manifest.get("version") != VERSION:
        raise InputError("The stored model has another format.", hint="Start a new run to make it anew.")
    return manifest


def _load(path: Path, sha256: str) -> Any:
    if not path.is_file() or _sha256(path) != sha256:
        raise InputError(
            f"The model file {path.name} is missing or was changed.", hint="Start a new run, or restore a backup."
        )
    unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - TRUSTED)
    if unknown:
        raise InputError(f"The model file {path.name} holds an unexpected type: {unknown[0]}.", hint="Do not use it.")
    return skops.io.load(path, trusted=sorted(TRUSTED))


def _self_test(model: Model, folder: Path, stored: dict[str, Any]) -> None:
    path = folder / "self_test.parquet"
    if not path.is_file() or _sha256(path) != stored["sha256"]:
        raise InputError("The self-test of the model was changed.", hint="Start a new run, or restore a backup.")
    found = model.predict(pd.read_parquet(path))
    wanted = np.asarray(stored["predictions"], dtype=np.float64)
    if found.shape != wanted.shape or not np.allclose(found, wanted, rtol=_TOLERANCE, atol=_TOLERANCE):
        raise InputError(
            "The stored model predicts other values than when it was made.",
            hint="Use the library versions of its run, or start a new run.",
        )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
