"""What a family declares: how it is built, what it needs, what can be searched, what a trial costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from engine.domain.data import Problem
from engine.domain.run import TrialKind
from engine.domain.task import Task

Config = Mapping[str, Any]
Encoding = Literal["none", "scaled", "ordinal", "native"]
"""``scaled``: one-hot, imputed, standardised. ``ordinal``: codes, empty cells kept. ``native``: a table with
integer categories. ``none``: the features do not matter."""


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


@dataclass(frozen=True, kw_only=True)
class Context:
    """What an estimator must know when it is built."""

    problem: Problem
    rows: int
    seed: int
    threads: int
    categories: tuple[str, ...]
    """Names of the columns that arrive as categories, in the order of the encoded table's end."""
    width: int
    """Count of numeric columns before them (``ordinal`` encoding only)."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """A kind of model."""

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
    space: tuple[Param, ...] = ()
    """What the search may change; empty: nothing."""
    cost: Callable[[Config], float] = lambda _: 1.0
    """Relative work of one fit, free of units: what counts where time must not."""
    first_kind: TrialKind = TrialKind.CANDIDATE
    """Why its plain default stands on the leaderboard."""
    tasks: tuple[Task, ...] = tuple(Task)
    most_cells: float = float("inf")
    """Rows times columns beyond which it is left out, since one fit would eat the budget."""
