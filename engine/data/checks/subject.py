"""What a check looks at, and what it hands back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.kinds import plain
from engine.data.quick import as_floats
from engine.data.target import encode_target
from engine.domain.data import Column, Finding, Outcome, Problem, Severity, SplitSpec
from engine.domain.recipe import Step
from engine.domain.task import ColumnKind

T = TypeVar("T")

MOST_ROWS = 20
"""Row numbers that a finding lists at most."""
SAMPLE = 20_000
"""Rows that are looked at where the exact answer would take too long; the message says so."""

_NUMBERS = (ColumnKind.NUMERIC, ColumnKind.INTEGER)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The table that is checked, with what several checks need of it, worked out once."""

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    problem: Problem | None
    split: SplitSpec | None
    _done: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _plain: dict[str, pd.Series] = field(default_factory=dict, repr=False, compare=False)
    _codes: dict[str, tuple[npt.NDArray[np.int32], pd.Index]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def others(self) -> tuple[Column, ...]:
        """All columns but the target."""
        target = self.problem.target if self.problem else None
        return tuple(column for column in self.columns if column.name != target)

    @property
    def features(self) -> tuple[Column, ...]:
        """The columns that a model may use."""
        used = set(self.problem.features) if self.problem else None
        return tuple(c for c in self.others if c.kind.is_feature and (used is None or c.name in used))

    @property
    def numbers(self) -> tuple[Column, ...]:
        """All columns of numbers but the target."""
        return tuple(column for column in self.others if column.kind in _NUMBERS)

    def once(self, key: str, work: Callable[[], T]) -> T:
        """Do something that several checks need, once."""
        if key not in self._done:
            self._done[key] = work()
        found: T = self._done[key]
        return found

    def is_text(self, column: Column) -> bool:
        """Whether a column holds text, whatever it means."""
        return isinstance(self.plain(column.name).dtype, pd.StringDtype)

    def plain(self, name: str) -> pd.Series:
        """Return a column as numbers, truth values, dates or text."""
        if name not in self._plain:
            self._plain[name] = plain(self.frame[name])
        return self._plain[name]

    def codes(self, name: str) -> tuple[npt.NDArray[np.int32], pd.Index]:
        """Return the code of each row's value (-1 where it is empty), and the values in the order of the codes."""
        if name not in self._codes:
            codes, values = pd.factorize(self.plain(name))
            self._codes[name] = codes.astype(np.int32), pd.Index(values)
        return self._codes[name]

    def floats(self, name: str) -> npt.NDArray[np.float64]:
        """Return a column of numbers, truth values or dates as :func:`as_floats` does."""
        return as_floats(self.plain(name))

    @cached_property
    def sample(self) -> npt.NDArray[np.intp]:
        """Positions of at most :data:`SAMPLE` rows, drawn with a fixed seed, ascending."""
        rows = len(self.frame)
        if rows <= SAMPLE:
            return np.arange(rows, dtype=np.intp)
        return np.sort(np.random.default_rng(0).choice(rows, SAMPLE, replace=False)).astype(np.intp)

    @cached_property
    def y(self) -> npt.NDArray[np.float64]:
        """The target of every row: class codes or values; needs a problem."""
        if self.problem is None:
            return np.empty(0)
        return np.asarray(encode_target(self.frame[self.problem.target], self.problem), dtype=np.float64)

    def looked_at(self, rows: int) -> str:
        """Say how many rows were looked at."""
        total = len(self.frame)
        return f"looked at {rows:,} of {total:,} rows" if rows < total else f"on {total:,} rows"

    def row_numbers(self, marked: pd.Series | npt.NDArray[np.bool_]) -> tuple[int, ...]:
        """Name the first marked rows by their number in the file (the index, where it holds numbers)."""
        return self.numbers_of(np.asarray(marked).nonzero()[0][:MOST_ROWS])

    def numbers_of(self, places: npt.NDArray[np.integer[Any]]) -> tuple[int, ...]:
        """Name the rows at some positions, at most :data:`MOST_ROWS`, by their number in the file."""
        index = self.frame.index
        numbered = pd.api.types.is_integer_dtype(index.dtype)
        return tuple(int(index[place]) if numbered else int(place) for place in places[:MOST_ROWS])


@dataclass(frozen=True, kw_only=True)
class Check:
    """The unchanging part of a check: its code, its title, why it matters, what to do."""

    code: str
    title: str
    why: str
    advice: str

    def issue(self, message: str, severity: Severity, **told: Any) -> Finding:
        """Report something that should be dealt with; ``told``: columns, rows, fix, measured."""
        return self._finding(Outcome.ISSUE, message, severity, **told)

    def tip(self, message: str, **told: Any) -> Finding:
        """Report something that is good to know; ``told``: columns, rows, fix, measured."""
        return self._finding(Outcome.TIP, message, Severity.LOW, **told)

    def passed(self, message: str, **told: Any) -> Finding:
        """Report that nothing was found; ``told``: measured."""
        return self._finding(Outcome.PASSED, message, Severity.LOW, **told)

    def skipped(self, reason: str) -> Finding:
        """Report that it could not be checked, and why."""
        return self._finding(Outcome.SKIPPED, reason, Severity.LOW)

    def not_applicable(self, reason: str) -> Finding:
        """Report that there was nothing to check, and why."""
        return self._finding(Outcome.NOT_APPLICABLE, reason, Severity.LOW)

    def _finding(
        self,
        outcome: Outcome,
        message: str,
        severity: Severity,
        *,
        columns: Iterable[str] = (),
        rows: Sequence[int] = (),
        fix: Step | None = None,
        measured: Mapping[str, Any] | None = None,
    ) -> Finding:
        told = outcome in (Outcome.ISSUE, Outcome.TIP)
        return Finding(
            code=self.code,
            title=self.title,
            severity=severity,
            outcome=outcome,
            message=message,
            why=self.why,
            advice=self.advice if told else "",
            columns=tuple(columns),
            rows=tuple(rows),
            fix=fix,
            measured=dict(measured or {}),
        )


Coded = tuple[Check, Callable[[Subject], Finding]]
"""A check with the function that does it; the code is known even where the function fails."""


def listed(items: Sequence[str], most: int = 5) -> str:
    """Join a few items to words: ``a, b and 3 more``."""
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else list(items))


def percent(share: float) -> str:
    """Write a share as a percentage that never rounds to 0 or 100 what is not."""
    for digits in (0, 1, 2, 3):
        text = f"{share * 100:.{digits}f}"
        if share in (0.0, 1.0) or float(text) not in (0.0, 100.0):
            return f"{text} %"
    return "less than 0.001 %" if share < 0.5 else "more than 99.999 %"
