"""The data sets that come with scikit-learn: read from the installed package, without a network."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from engine.data.catalogue.entry import Entry
from engine.domain.clock import Clock, utc_now
from engine.domain.data import Provenance
from engine.domain.task import Task
from engine.errors import NotFoundError

SOURCE = "scikit-learn"

_UCI = "CC BY 4.0 at the UCI repository, from which it comes; part of scikit-learn (BSD-3-Clause)"
_NOT_STATED = "Not stated for the data itself; part of scikit-learn (BSD-3-Clause)"


@dataclass(frozen=True)
class _Set:
    title: str
    rows: int
    columns: int
    task: Task
    licence: str
    files: tuple[str, ...]
    """Files of ``sklearn.datasets.data``."""
    target: str = ""
    """What its column ``target`` holds."""


_SETS = {
    "iris": _Set("Iris flowers", 150, 5, Task.MULTICLASS, _UCI, ("iris.csv",), "species"),
    "wine": _Set("Wines of three growers", 178, 14, Task.MULTICLASS, _UCI, ("wine_data.csv",), "grower"),
    "breast_cancer": _Set("Breast tumours, Wisconsin", 569, 31, Task.BINARY, _UCI, ("breast_cancer.csv",), "diagnosis"),
    "diabetes": _Set(
        "Progression of diabetes",
        442,
        11,
        Task.REGRESSION,
        _NOT_STATED,
        ("diabetes_data_raw.csv.gz", "diabetes_target.csv.gz"),
        "progression",
    ),
    "digits": _Set("Handwritten digits", 1797, 65, Task.MULTICLASS, _UCI, ("digits.csv.gz",), "digit"),
    "linnerud": _Set(
        "Exercise and physique",
        20,
        6,
        Task.REGRESSION,
        _NOT_STATED,
        ("linnerud_exercise.csv", "linnerud_physiological.csv"),
    ),
}
NAMES = tuple(_SETS)


def entries() -> list[Entry]:
    """List the data sets, with what scikit-learn's documentation says of each."""
    return [
        Entry(
            source=SOURCE,
            id=name,
            title=one.title,
            rows=one.rows,
            columns=one.columns,
            tasks=(one.task,),
            licence=one.licence,
            documentation=_documentation(name),
        )
        for name, one in _SETS.items()
    ]


def load(identifier: str, *, clock: Clock = utc_now) -> tuple[pd.DataFrame, Provenance]:
    """Read one data set; classes by their names, the target under a name that says what it is.

    Parameters
    ----------
    identifier : str
        One of :data:`NAMES`.

    Returns
    -------
    tuple of (DataFrame, Provenance)
        The hash of the provenance is that of the files as they stand in the package, one after the other.

    Raises
    ------
    NotFoundError
        If there is none of this name.
    """
    one = _SETS.get(identifier)
    if one is None:
        raise NotFoundError("data set of scikit-learn", identifier, hint=f"Choose one of: {', '.join(NAMES)}.")
    loaded = _load(identifier)
    frame: pd.DataFrame = loaded["frame"].copy()
    if one.target:
        if one.task.is_classification:
            # The digits name themselves; the other classes are written out.
            names = np.asarray(loaded["target_names"]).astype(str)
            frame["target"] = pd.Series(names[frame["target"].to_numpy(dtype=np.intp)], dtype="str")
        frame = frame.rename(columns={"target": one.target})
    return frame, Provenance(
        source=f"{one.title}, as it comes with scikit-learn",
        licence=one.licence,
        tier="A" if one.licence == _UCI else "C",
        retrieved_at=clock(),
        original_name=" and ".join(one.files),
        original_sha256=_sha256(one.files),
    )


def _load(name: str) -> Any:
    from sklearn import datasets

    wishes = {"scaled": False} if name == "diabetes" else {}
    return getattr(datasets, f"load_{name}")(as_frame=True, **wishes)


def _documentation(name: str) -> str:
    folder = resources.files("sklearn.datasets.descr")
    return (folder / f"{_DESCRIPTIONS.get(name, name)}.rst").read_text(encoding="utf-8").strip()


_DESCRIPTIONS = {"wine": "wine_data"}


def _sha256(files: tuple[str, ...]) -> str:
    folder = resources.files("sklearn.datasets.data")
    whole = hashlib.sha256()
    for name in files:
        whole.update((folder / name).read_bytes())
    return whole.hexdigest()
