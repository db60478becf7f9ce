"""Coded checks of a table: each says what it found in the person's own columns and rows, why it matters, what to do.

One file for each thing that is looked at. ``PF-Q`` quality: ``quality`` (Q01 to Q06), ``classes`` (Q07, Q08),
``cells`` (Q09, Q11), ``ranges`` (Q10), ``wording`` (Q12), ``labels`` (Q13), ``spread`` (Q14, Q15), ``personal``
(Q16), ``units`` (Q17). ``PF-L`` leakage: ``alone`` (L01), ``gaps`` (L02), ``order`` (L03), ``twins`` (L04),
``entities`` (L05), ``drift`` (L06), ``outcome`` (L07), ``prepared`` (L08). ``PF-S`` split: ``splitting`` (S01, S02),
``sides`` (S03 to S05). A check that passed, that does not apply or that failed is reported as such, so that silence
never stands for any of them. Codes are stable: they are stored, linked and searched for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from engine.data.checks import (
    alone,
    cells,
    classes,
    drift,
    entities,
    gaps,
    labels,
    order,
    outcome,
    personal,
    prepared,
    quality,
    ranges,
    sides,
    splitting,
    spread,
    twins,
    units,
    wording,
)
from engine.data.checks.subject import Coded, Subject
from engine.domain.data import Column, Finding, Problem, SplitSpec
from engine.logs import logger

_LOG = logger(__name__)
_CHECKS: tuple[Coded, ...] = (
    *quality.CHECKS,
    *classes.CHECKS,
    *cells.CHECKS[:1],
    *ranges.CHECKS,
    *cells.CHECKS[1:],
    *wording.CHECKS,
    *labels.CHECKS,
    *spread.CHECKS,
    *personal.CHECKS,
    *units.CHECKS,
    *alone.CHECKS,
    *gaps.CHECKS,
    *order.CHECKS,
    *twins.CHECKS,
    *entities.CHECKS,
    *drift.CHECKS,
    *outcome.CHECKS,
    *prepared.CHECKS,
    *splitting.CHECKS,
    *sides.CHECKS,
)


def run_checks(
    frame: pd.DataFrame, columns: Sequence[Column], problem: Problem | None = None, *, split: SplitSpec | None = None
) -> list[Finding]:
    """Run every check, in the order of their codes within each group.

    A check that fails on a table that nobody thought of is reported as skipped, and logged; the others go on.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        With a problem: every row has a target.
    columns : sequence of Column
        What ``describe`` found in it.
    problem : Problem, optional
        Without one, the checks that need a target say that they do not apply.
    split : SplitSpec, optional
        How the rows are split; without one, the checks of the split say what a random one would do.
    """
    subject = Subject(frame=frame, columns=tuple(columns), problem=problem, split=split)
    return [_guarded(coded, subject) for coded in _CHECKS]


def _guarded(coded: Coded, subject: Subject) -> Finding:
    check, look = coded
    try:
        with np.errstate(all="ignore"):
            return look(subject)
    except Exception as error:  # noqa: BLE001 - one check must not take the others with it; it is logged and reported
        _LOG.exception("%s failed", check.code)
        return check.skipped(f"This could not be checked on this table ({type(error).__name__}); the others were.")
