"""What a family declares: how it is built, what it needs, what can be searched, what a trial costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from engine.automl.limits import Watch
from engine.domain.data import Problem
from engine.domain.run import TrialKind
from engine.domain.task import Task

Config = Mapping[str, Any]

CLARITY: Mapping[int, str] = {
    5: "can be read at a glance",
    4: "can be drawn, one curve for each column",
    3: "can be followed with some effort",
    2: "can be read in summaries only",
    1: "can hardly be followed",
}
"""What a family's clarity means in words."""
CLARITY_IN_SHORT: Mapping[int, str] = {
    5: "at a glance",
    4: "as curves",
    3: "with effort",
    2: "in summaries",
    1: "hardly",
}
"""The same in a table, as an answer to how it can be read."""
Labels = npt.NDArray[np.generic]

Encoding = Literal["none", "scaled", "splines", "ordinal", "native"]
"""``scaled``: one-hot, imputed, standardised. ``splines``: the same, and each number as a curve too.
``ordinal``: codes, empty cells kept. ``native``: categories stay words. ``none``: the features do not matter."""

ROUNDS = "rounds"
"""Key of a recorded configuration: how many rounds early stopping found on the folds. A fit on all rows takes as
many; a fit on a fold finds its own again."""

SAMPLE = "sample"
"""Key of a recorded configuration: on how many rows of each fold it was fitted, where not on all. A fit on all rows
takes all."""


def asked(config: Config) -> dict[str, Any]:
    """Return a configuration as it was asked for, without what was found or how it was tried."""
    return {name: value for name, value in config.items() if name not in (ROUNDS, SAMPLE)}


@dataclass(frozen=True, kw_only=True)
class Param:
    """One hyper-parameter and its range."""

    name: str
    low: float = 0.0
    high: float = 1.0
    start: Any = None
    """Value to begin with: cheap rather than good, the search works its way up."""
    whole: bool = False
    """Whether only whole numbers are tried."""
    log: bool = False
    """Whether equal ratios are equal steps."""
    choices: tuple[Any, ...] = ()
    """A choice instead of a range."""
    meaning: str = ""
    """One plain sentence: what it does."""
    hard: tuple[float, float] | None = None
    """Widest range that a person may ask for; without it, :attr:`limits` widens the usual one."""

    @property
    def limits(self) -> tuple[float, float]:
        """Say within which bounds the range may be moved: shares stay shares, the rest has room of up to ten times."""
        if self.hard is not None:
            return self.hard
        lowest = self.low / 10 if self.low > 0 else self.low
        highest = 1.0 if self.high <= 1 else self.high * (10 if self.log else 2)
        if self.whole:
            return float(max(math.ceil(lowest), min(self.low, 2))), float(math.floor(highest))
        return lowest, highest


@dataclass(frozen=True, kw_only=True)
class Context:
    """What an estimator must know when it is built and fitted."""

    problem: Problem
    rows: int
    """Rows that it is fitted on."""
    seed: int
    threads: int
    categories: tuple[str, ...] = ()
    """Names of the columns that arrive as categories, in the order of the encoded table's end."""
    width: int = 0
    """Count of the columns before them."""
    early: bool = False
    """Whether rounds are added until a part of the rows, held back, is predicted no better."""
    rounds: int | None = None
    """How many rounds to take, where early stopping has found it before."""
    groups: npt.NDArray[np.generic] | None = None
    """Group of each row of the fit, shape (rows,), where the folds keep groups whole: so does what is held back."""
    times: npt.NDArray[np.generic] | None = None
    """Place in time of each row of the fit, shape (rows,), where the folds follow time: the latest are held back."""
    watch: Watch = field(default_factory=Watch)
    """Says when the fit must end."""

    weights: npt.NDArray[np.float64] | None = None
    """How much each row of the fit counts, shape (rows,); all alike where it is not said."""

    def scale(self, y: Labels, fitted: Labels) -> Labels:
        """Put targets on the scale on which they are fitted; ``fitted`` are the targets that it is learned from."""
        if self.problem.power_target:
            # Imported here: what declares families must not pay for libraries that fit.
            from sklearn.preprocessing import PowerTransformer

            learned = PowerTransformer().fit(fitted.astype(np.float64).reshape(-1, 1))
            return np.asarray(learned.transform(y.astype(np.float64).reshape(-1, 1))).ravel()
        return np.log1p(y.astype(np.float64)) if self.problem.log_target else y


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What ``estimator.fit`` is called with."""

    table: Any
    y: Labels
    rows: npt.NDArray[np.intp] | None = None
    """Positions of these rows among those that were given; all where it is not said."""
    extras: Mapping[str, Any] = field(default_factory=dict)
    """Keyword arguments: rows held back, callbacks."""


def plain(table: Any, y: Labels, context: Context) -> Fit:
    """Fit on all rows that are given, with no extras."""
    del context
    return Fit(table=table, y=y)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How much there is to fit on: what decides which families are tried."""

    rows: int
    """Rows of the largest fit."""
    columns: int
    weighted: bool = False
    """Whether rows count more or less in a fit."""
    objectives: tuple[str, ...] = ()
    """Those that may suit the targets: see :mod:`.targets`."""
    fewest_of_class: int | None = None
    """Rows of the rarest class in the fit that has fewest of them; ``None`` without classes."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """A kind of model. Everything here is plain data or a small function; libraries are imported when one is built."""

    id: str
    title: str
    order: int
    """Place in the first round."""
    clarity: int
    """How well a person can follow it, 1 (hardly) to 5 (at a glance)."""
    encoding: Encoding
    build: Callable[[Config, Context], Any]
    """Makes an unfitted scikit-learn estimator of a configuration."""
    defaults: tuple[Config, ...]
    """Good configurations to begin with, the first one the plain default."""
    fit: Callable[[Any, Labels, Context], Fit] = plain
    """Says what the estimator is fitted on: with early stopping, some rows are held back."""
    rounds: Callable[[Any], int] | None = None
    """Reads the rounds that early stopping kept; families without rounds have none."""
    space: tuple[Param, ...] = ()
    """What the search may change; empty: nothing."""
    cost: Callable[[Config], float] = lambda _: 1.0
    """Relative work of one fit, free of units: what counts where time must not."""
    first_kind: TrialKind = TrialKind.CANDIDATE
    """Why its plain default stands on the leaderboard."""
    tasks: tuple[Task, ...] = tuple(Task)
    most_cells: float = float("inf")
    """Rows times columns beyond which it is left out, since one fit would eat the budget."""
    objectives: tuple[str, ...] = ()
    """What it can fit numbers to beside squared errors: see :mod:`.targets`."""
    most_rows: float = float("inf")
    """Rows of a fit beyond which it is left out."""
    most_columns: float = float("inf")
    """Columns beyond which it is left out."""
    fewest_of_class: int = 0
    """Rows of each class that it needs in every fit."""
    side_by_side: bool = False
    """Whether folds are fitted side by side with one thread each: quicker where the work is done outside Python."""
    by_chance: bool = False
    """Whether a fit with another seed is another model, so that several of them are worth averaging."""
    weighs: bool = True
    """Whether rows may count more or less in its fit."""
    always: bool = False
    """Whether it keeps a share of the search whatever its score: trees alone are not the whole field."""

    def why_not(self, shape: Shape) -> str:
        """Say in one sentence why it is not tried on so much data; empty where it is."""
        rows, columns = shape.rows, shape.columns
        if rows > self.most_rows:
            why = f"it compares rows with each other, which takes too long beyond {self.most_rows:,.0f} rows"
        elif columns > self.most_columns:
            why = f"it is meant for at most {self.most_columns:,.0f} columns"
        elif rows * columns > self.most_cells:
            why = f"one fit on {rows:,} rows and {columns:,} columns would take too long"
        elif shape.fewest_of_class is not None and shape.fewest_of_class < self.fewest_of_class:
            why = f"it needs {self.fewest_of_class} rows of each class in every fold"
        elif shape.weighted and not self.weighs:
            why = "it cannot give the rows of one class more weight than those of another"
        else:
            return ""
        return f"{self.title} was not tried: {why}."
