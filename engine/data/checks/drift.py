"""Time that runs through the data while the split ignores it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.data.checks.alone import severity_of
from engine.data.checks.subject import Check, Coded, Subject
from engine.data.quick import Comparison
from engine.data.split.effect import is_material, time_effect
from engine.data.split.timeline import time_codes, time_columns
from engine.domain.data import Finding, SplitKind
from engine.errors import InputError

_MOST_COLUMNS = 3

_CHECK = Check(
    code="PF-L06",
    title="Time runs through the data",
    why="Where things change with time, a random split lets the model learn from the future of the rows that it is "
    "tested on; in use there is no such future.",
    advice="Split by time: fit on the earlier rows, test on the later ones.",
)


def time_runs(subject: Subject) -> Finding:
    """Measure a random split against one forward in time, for every column that may tell the time (PF-L06)."""
    problem, split = subject.problem, subject.split
    if problem is None:
        return _CHECK.not_applicable("No target is chosen.")
    if split is not None and split.kind in (SplitKind.TIME, SplitKind.GROUP_TIME):
        return _CHECK.passed("The split is by time.")
    columns = time_columns(subject.others, len(subject.frame))
    if not columns:
        return _CHECK.not_applicable("No column tells the time.")
    effects: dict[str, Comparison] = {}
    for column in columns[:_MOST_COLUMNS]:
        try:
            codes = time_codes(subject.frame, column.name)
        except InputError:
            continue
        if (effect := time_effect(subject.frame, problem, codes)) is not None:
            effects[column.name] = effect
    if not effects:
        return _CHECK.passed("There are too few rows or times to measure what time does to a score.")
    name = max(effects, key=lambda one: effects[one].difference)
    effect = effects[name]
    scores = (
        f"a small model scores {effect.first:.3f} where it may learn from later rows, and {effect.second:.3f} where it "
        f"may not ({effect.metric}, {effect.rows:,} of {len(subject.frame):,} rows scored; difference "
        f"{effect.difference:+.3f}, 95 % interval {effect.low:+.3f} to {effect.high:+.3f})"
    )
    drift = _target_drift(subject, name)
    measured = {"column": name, "random_and_forward": effect.as_dict(), "target_with_time": drift}
    if not is_material(effect):
        return _CHECK.passed(f"{name!r} tells the time, but little depends on it: {scores}.", measured=measured)
    return _CHECK.issue(
        f"Time runs through the rows ({name!r}), and it matters: {scores}. The rank correlation of "
        f"{problem.target!r} with time is {drift:+.2f}.",
        severity_of(effect.difference),
        columns=[name],
        measured=measured,
    )


def _target_drift(subject: Subject, name: str) -> float:
    times = pd.Series(subject.floats(name)[subject.sample]).rank()
    target = pd.Series(subject.y[subject.sample]).rank()
    found = float(times.corr(target)) if times.std() > 0 and target.std() > 0 else 0.0
    return 0.0 if np.isnan(found) else round(found, 3)


CHECKS: tuple[Coded, ...] = ((_CHECK, time_runs),)
