"""Small tables of mixed columns, a listener that notes everything, searchers and families made for tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.automl.bench import Bench, Fold
from engine.automl.families.family import Config, Family
from engine.automl.outcome import TrialOutcome
from engine.domain.data import Problem
from engine.domain.recipe import Recipe
from engine.domain.run import TrialKind
from engine.domain.task import ColumnKind, Task

KINDS = {
    "size": ColumnKind.NUMERIC,
    "count": ColumnKind.INTEGER,
    "colour": ColumnKind.CATEGORICAL,
    "city": ColumnKind.CATEGORICAL,
    "member": ColumnKind.BOOLEAN,
    "since": ColumnKind.DATETIME,
    "note": ColumnKind.TEXT,
}
METRICS = {Task.BINARY: "roc_auc", Task.MULTICLASS: "log_loss", Task.REGRESSION: "rmse"}


def mixed(rows: int = 160, seed: int = 0) -> pd.DataFrame:
    """A table with every kind of column, a tenth of its cells empty, and more cities than one-hot encoding takes."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "size": rng.normal(10, 3, rows),
            "count": rng.integers(0, 9, rows).astype(float),
            "colour": rng.choice(["red", "green", "blue"], rows),
            "city": [f"city {number}" for number in rng.integers(0, 90, rows)],
            "member": pd.array(rng.integers(0, 2, rows).astype(bool), dtype="boolean"),
            "since": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D"),
            "note": rng.choice(["good and quick", "late again", "never came", "fine"], rows),
        }
    )
    for name in frame.columns:
        frame.loc[rng.random(rows) < 0.1, name] = None
    return frame


def problem_of(task: Task, *, metric: str = "", kinds: dict[str, ColumnKind] | None = None, **more: Any) -> Problem:
    classes = {Task.BINARY: ("no", "yes"), Task.MULTICLASS: ("a", "b", "c"), Task.REGRESSION: ()}[task]
    kinds = KINDS if kinds is None else kinds
    return Problem(
        target="target",
        task=task,
        metric=metric or METRICS[task],
        features=tuple(kinds),
        kinds=kinds,
        classes=more.pop("classes", classes),
        **more,
    )


def target_of(frame: pd.DataFrame, task: Task, seed: int = 1) -> npt.NDArray[np.generic]:
    """A target that depends on two columns, with noise."""
    rng = np.random.default_rng(seed)
    size = frame["size"].fillna(10).to_numpy(dtype=np.float64)
    signal = size - 10 + 3.0 * (frame["colour"] == "red").to_numpy() + rng.normal(0, 1, len(frame))
    if task is Task.REGRESSION:
        return signal * 5 + 100
    return np.digitize(signal, [0.5] if task is Task.BINARY else [-1.0, 2.0])


def folds_of(rows: int, count: int = 3) -> list[Fold]:
    places = np.arange(rows)
    return [(places[places % count != one], places[places % count == one]) for one in range(count)]


@dataclass(frozen=True)
class Toy:
    """A table with its target, problem and folds."""

    X: pd.DataFrame
    y: npt.NDArray[np.generic]
    problem: Problem
    folds: list[Fold]
    recipe: Recipe = field(default_factory=Recipe)

    def bench(self, *, seed: int = 0, threads: int = 2) -> Bench:
        return Bench(
            raw=self.X, y=self.y, problem=self.problem, folds=self.folds, seed=seed, threads=threads, recipe=self.recipe
        )


def toy(task: Task, rows: int = 160, **more: Any) -> Toy:
    frame = mixed(rows)
    return Toy(frame, target_of(frame, task), problem_of(task, **more), folds_of(rows))


def numeric_toy(task: Task = Task.BINARY, rows: int = 120) -> Toy:
    """Two numbers only: the quickest that there is."""
    frame = mixed(rows)
    kinds = {"size": ColumnKind.NUMERIC, "count": ColumnKind.INTEGER}
    return Toy(frame[list(kinds)], target_of(frame, task), problem_of(task, kinds=kinds), folds_of(rows))


@dataclass
class Notes:
    """A listener that notes what it hears, and asks to stop after some trials."""

    stop_after: int | None = None
    outcomes: list[TrialOutcome] = field(default_factory=list)
    phases: list[tuple[str, float]] = field(default_factory=list)
    begun: list[tuple[int, str]] = field(default_factory=list)
    hung: int = 0

    def trial(self, outcome: TrialOutcome) -> None:
        self.outcomes.append(outcome)

    def begin(self, number: int, family: str, kind: TrialKind, config: Config) -> None:
        del kind, config
        self.begun.append((number, family))

    def strained(self) -> bool:
        return False

    def stuck(self) -> None:
        self.hung += 1

    def tell(self, phase: str, share: float) -> None:
        self.phases.append((phase, share))

    def stopping(self) -> bool:
        return self.stop_after is not None and len(self.outcomes) >= self.stop_after


class Halving:
    """A searcher that halves the first whole parameter again and again."""

    def __init__(self, family: Family, known: Sequence[tuple[Config, float]], seed: int) -> None:
        del known, seed
        self.config = dict(family.defaults[0])
        self.name = family.space[0].name
        self.heard: list[float] = []

    def suggest(self) -> Config | None:
        value = self.config[self.name]
        self.config[self.name] = value / 2 if isinstance(value, float) else value // 2
        return dict(self.config) if self.config[self.name] >= 1e-3 else None

    def learn(self, config: Config, loss: float, cost: float) -> None:
        del config, cost
        self.heard.append(loss)
