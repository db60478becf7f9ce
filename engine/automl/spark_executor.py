"""What an executor of Spark does: it makes the bench once, and fits one configuration after the other on it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.automl.bench import Bench
from engine.automl.folds import fit_folds
from engine.automl.limits import Limit, OutOfTimeError, quiet, reason_of

_LARGE = 1e30
"""FLAML wants a number for each trial; what a trial is worth is settled where it is recorded."""


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What every executor needs, sent once; a bench is made of it there."""

    key: str
    parts: Mapping[str, Any]


_BENCHES: dict[str, Bench] = {}
"""The bench of the search that this executor works for: encodings are made once per process, not once per trial."""


def evaluate(shared: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Fit one configuration on every fold; runs on an executor.

    Parameters
    ----------
    shared : pyspark.Broadcast of Shared
    asked : mapping
        ``family``, ``config`` and ``seconds``.

    Returns
    -------
    dict
        ``loss`` (lower is better), ``seconds``, ``fitted`` without pipelines (None where it failed), ``reason`` and
        ``late``.
    """
    began, limit = time.monotonic(), Limit(seconds=asked["seconds"])
    fitted, reason, late = None, "", False
    try:
        with quiet():
            # Pipelines stay here: predictions are what travels, models are fitted anew from their records.
            fitted = replace(fit_folds(_bench(shared.value), asked["family"], asked["config"], limit), pipelines=())
    except OutOfTimeError as error:
        late, reason = True, reason_of(error, limit)
    except Exception as error:  # noqa: BLE001 - a library's failure is a row of the leaderboard, not the end
        reason = reason_of(error, limit)
    return {"loss": _LARGE, "seconds": time.monotonic() - began, "fitted": fitted, "reason": reason, "late": late}


def _bench(shared: Shared) -> Bench:
    if shared.key not in _BENCHES:
        _BENCHES.clear()
        _BENCHES[shared.key] = Bench(**shared.parts)
    return _BENCHES[shared.key]
