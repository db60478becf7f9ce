"""What each kind of run does. A job returns whether it was stopped before its end."""

from __future__ import annotations

from importlib import import_module

from engine.domain.run import RunKind
from engine.runs.progress import Progress

_MODULES = {
    RunKind.TRAIN: "engine.runs.jobs.train",
    RunKind.EXPLAIN: "engine.runs.jobs.explain",
    RunKind.HOLDOUT: "engine.runs.jobs.holdout",
    RunKind.PUBLISH: "engine.runs.jobs.publish",
    RunKind.CHECK: "engine.runs.jobs.check",
    RunKind.START: "engine.runs.jobs.start",
    RunKind.REPLAY: "engine.runs.jobs.replay",
    RunKind.RECIPE: "engine.runs.jobs.recipe",
    RunKind.DIAGNOSE: "engine.runs.jobs.diagnose",
    RunKind.WATCH: "engine.runs.jobs.watch",
}


def do(kind: RunKind, progress: Progress) -> bool:
    """Do the job of a run; returns whether it was stopped early (and kept what it had)."""
    # Each job imports what it needs and nothing else: publishing must not pay for flaml.
    return bool(import_module(_MODULES[kind]).do(progress))
