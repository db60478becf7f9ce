"""Small problems and models whose explanation is known, or quickly made."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.domain.data import Problem
from engine.domain.task import ColumnKind, Task

Floats = npt.NDArray[np.float64]


class Formula:
    """A model that is a formula; counts its calls."""

    def __init__(self, formula: Callable[[pd.DataFrame], Any]) -> None:
        self.formula = formula
        self.calls: list[int] = []

    def predict(self, frame: pd.DataFrame, /) -> Floats:
        self.calls.append(len(frame))
        return np.asarray(self.formula(frame), dtype=np.float64)


class Blend:
    """A weighted soft vote of fitted pipelines, as the engine's own model is."""

    def __init__(self, *pipelines: Any) -> None:
        self.pipelines = pipelines

    def predict(self, frame: pd.DataFrame, /) -> Floats:
        votes: Floats = np.mean([one.predict_proba(frame) for one in self.pipelines], axis=0)
        return votes


def two_columns(positive: Any) -> Floats:
    """Probabilities of both classes from that of the positive one."""
    chance = np.asarray(positive, dtype=np.float64)
    return np.column_stack([1 - chance, chance])


def squash(values: Any) -> Floats:
    return 1 / (1 + np.exp(-np.asarray(values, dtype=np.float64)))


def problem_of(frame: pd.DataFrame, task: Task = Task.REGRESSION, classes: tuple[str, ...] = ()) -> Problem:
    return Problem(
        target="outcome",
        task=task,
        metric="rmse" if task is Task.REGRESSION else "log_loss",
        features=tuple(frame.columns),
        kinds={str(name): kind_of(frame[name]) for name in frame.columns},
        classes=classes,
    )


def kind_of(column: "pd.Series[Any]") -> ColumnKind:
    if pd.api.types.is_bool_dtype(column.dtype):
        return ColumnKind.BOOLEAN
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return ColumnKind.DATETIME
    if pd.api.types.is_integer_dtype(column.dtype):
        return ColumnKind.INTEGER
    return ColumnKind.NUMERIC if pd.api.types.is_numeric_dtype(column.dtype) else ColumnKind.CATEGORICAL


def numbers(rows: int, columns: int, seed: int = 0) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(rows, columns))
    return pd.DataFrame(values, columns=[f"x{place}" for place in range(columns)])


def mixed(rows: int = 80, seed: int = 0) -> pd.DataFrame:
    """One column of every dtype that a file may bring, with empty cells wherever the dtype has them."""
    rng = np.random.default_rng(seed)
    size = rng.normal(50, 10, rows)
    size[::7] = np.nan
    plan = pd.Series(rng.choice(["basic", "plus", "pro"], rows), dtype="str")
    plan[::9] = None
    tag: pd.Series[Any] = pd.Series([("a", "b", 3)[place] for place in rng.integers(0, 3, rows)], dtype=object)
    tag[::11] = None
    return pd.DataFrame(
        {
            "size": size,
            "count": rng.integers(0, 5, rows),
            "small": rng.normal(size=rows).astype("float32"),
            "members": pd.array([None if place % 8 == 0 else place % 4 for place in range(rows)], dtype="Int64"),
            "plan": plan,
            "grade": pd.Categorical(rng.choice(["low", "mid", "high"], rows), ["low", "mid", "high"], ordered=True),
            "paid": rng.random(rows) < 0.5,
            "agreed": pd.array([None if place % 10 == 0 else place % 3 == 0 for place in range(rows)], dtype="boolean"),
            "since": pd.Series(pd.date_range("2024-01-01", periods=rows, freq="D")).where(np.arange(rows) % 6 > 0),
            "tag": tag,
        }
    )


def mixed_chance(frame: pd.DataFrame) -> Floats:
    """A probability that breaks with an error if any column of :func:`mixed` lost its dtype."""
    days = (frame["since"] - pd.Timestamp("2024-01-01")).dt.days.fillna(0).to_numpy()
    score = (
        0.05 * (frame["size"].fillna(45).to_numpy() - 50)
        + 0.3 * (frame["plan"].str.upper().fillna("NONE") == "PRO").to_numpy()
        + 0.5 * frame["grade"].cat.codes.to_numpy() * frame["paid"].to_numpy()
        + 0.4 * frame["agreed"].fillna(False).to_numpy(dtype=bool)
        + 0.1 * frame["members"].fillna(0).to_numpy(dtype=float)
        + 0.01 * days
        - 0.6 * (frame["tag"] == 3).to_numpy()
        + 0.0 * frame["small"].to_numpy()
    )
    assert frame["grade"].cat.ordered
    return two_columns(squash(score))
