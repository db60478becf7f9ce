"""Judging what was expected of a follow-up run: its model against that of the run before, on the same rows."""

from __future__ import annotations

from typing import Any

from engine.domain.metric import find_metric
from engine.domain.record import Claim
from engine.domain.run import Run, Trial
from engine.errors import InputError
from engine.evaluate.hypothesis import judge, outcome_words
from engine.metrics.compare import paired_difference
from engine.runs.jobs.material import Material, load_predictions
from engine.runs.progress import Progress
from engine.store import runs, trials
from engine.store.db import connect


def outcome(progress: Progress, run: Run, material: Material, trial: Trial) -> dict[str, Any]:
    """Compare the model of a run with that of the run named in its hypothesis.

    Returns
    -------
    dict
        ``hypothesis`` with ``outcome value low high metric against_trial trial sentence``; nothing where the run
        states no hypothesis. Where the two cannot be compared, ``sentence`` says why and ``outcome`` is empty.
    """
    stated = run.params.get("hypothesis")
    if not stated:
        return {}
    with connect(progress.settings) as db:
        before = runs.get(db, int(stated["against"]))
        other = trials.get(db, int(stated["trial"]))
    if before.params.get("train_sha256") != run.params.get("train_sha256"):
        return {"hypothesis": _incomparable("The two runs learned from different rows.")}
    metric = find_metric(material.problem.metric)
    try:
        found = paired_difference(
            metric.id,
            material.y,
            load_predictions(progress.settings, trial),
            load_predictions(progress.settings, other),
            material.problem,
            seed=int(run.params["seed"]),
            groups=material.groups,
        )
    except (InputError, OSError) as error:
        return {"hypothesis": _incomparable(error.message if isinstance(error, InputError) else _GONE)}
    band = material.brief.matters
    said = judge(Claim(stated["claim"]), found.low, found.high, band)
    return {
        "hypothesis": {
            "outcome": said,
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "metric": metric.id,
            "trial": trial.id,
            "against_trial": other.id,
            "sentence": outcome_words(said, found.value, found.low, found.high, metric, band),
        }
    }


_GONE = "The predictions of the run before are no longer there."


def _incomparable(why: str) -> dict[str, Any]:
    return {"outcome": "", "sentence": why}
