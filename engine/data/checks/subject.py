"""What a check looks at, and what it hands back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from engine.domain.data import Column, Finding, Outcome, Problem, Severity, SplitSpec
from engine.domain.recipe import Step

MOST_ROWS = 20
"""Row numbers that a finding lists at most."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The table that is checked."""

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    problem: Problem | None
    split: SplitSpec | None

    @property
    def others(self) -> tuple[Column, ...]:
        """All columns but the target."""
        target = self.problem.target if self.problem else None
        return tuple(column for column in self.columns if column.name != target)

    def row_numbers(self, marked: pd.Series) -> tuple[int, ...]:
        """Name the first marked rows by their number in the file (the index, where it holds numbers)."""
        places = [int(place) for place in marked.to_numpy().nonzero()[0][:MOST_ROWS]]
        index = self.frame.index
        return tuple(int(index[place]) if pd.api.types.is_integer_dtype(index.dtype) else place for place in places)


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

    def passed(self, message: str) -> Finding:
        """Report that nothing was found."""
        return self._finding(Outcome.PASSED, message, Severity.LOW)

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
