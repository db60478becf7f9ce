"""Coded checks of a table: each says what it found in the person's own columns and rows, why it matters, what to do.

One file per group: ``quality`` (PF-Q01 to Q06), ``classes`` (PF-Q07, Q08: what a target of classes adds),
``leakage`` (PF-L), ``splitting`` (PF-S). A check that passed, or that does not apply, is reported as such, so
that silence never stands for either. Codes are stable: they are stored, linked and searched for.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from engine.data.checks import classes, leakage, quality, splitting
from engine.data.checks.subject import Subject
from engine.domain.data import Column, Finding, Problem, SplitSpec

_CHECKS = (*quality.CHECKS, *classes.CHECKS, *leakage.CHECKS, *splitting.CHECKS)


def run_checks(
    frame: pd.DataFrame, columns: Sequence[Column], problem: Problem | None = None, *, split: SplitSpec | None = None
) -> list[Finding]:
    """Run every check, in the order of their codes within each group.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        With a problem: every row has a target.
    columns : sequence of Column
        What ``describe`` found in it.
    problem : Problem, optional
        Without one, the checks that need a target say that they do not apply.
    split : SplitSpec, optional
        How the rows are split; without one, the checks of the split give advice.
    """
    subject = Subject(frame=frame, columns=tuple(columns), problem=problem, split=split)
    return [check(subject) for check in _CHECKS]
