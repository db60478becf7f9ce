"""Fetching the model that counts, testing it, and serving it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.actions.work import winner
from engine.domain.metric import find_metric
from engine.domain.run import Trial
from engine.domain.words import family_name
from engine.errors import EngineError, InputError
from engine.settings import Settings
from engine.store import runs
from engine.store.db import connect

if TYPE_CHECKING:
    from engine.serve.answers import Served
    from engine.serve.checks import Check

_ROWS = 2_000
"""Rows of the training part that behaviour tests and explanations use."""
_HASHES = "model_sha256"
"""Key in the result of a run: number of the trial to the SHA-256 of its model's manifest, which holds all others."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How a service is asked for."""

    host: str = "127.0.0.1"
    port: int = 8080
    log: Path | None = None
    """File for the log of requests; none by default."""
    explain: bool = False
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


def prepare(settings: Settings, slug: str, *, explain: bool = False) -> tuple[Served, list[Check]]:
    """Load the project's model and run its behaviour tests.

    Raises
    ------
    StateError
        If no run of the project has come to a result.
    InputError
        If a file of the model was changed since it was made.
    """
    import numpy as np

    from engine.automl.model import align
    from engine.runs.jobs.material import fitted, training
    from engine.serve.answers import Served, levels_of
    from engine.serve.checks import behaviour

    trial = winner(settings, slug)
    with connect(settings) as db:
        run = runs.get(db, trial.run_id)
    _check_unaltered(settings, trial)
    material, _ = training(settings, slug)
    model = fitted(settings, trial, material, seed=int(run.params.get("seed", 0)))
    _remember(settings, trial)
    problem = material.problem
    frame, _ = align(material.X, problem)
    places = np.sort(np.random.default_rng(0).permutation(len(frame))[:_ROWS])
    part, y = frame.iloc[places].reset_index(drop=True), material.y[places]
    served = Served(
        name=slug,
        version=trial.id,
        title=material.project.title,
        problem=problem,
        model=model,
        background=part,
        levels=levels_of(frame, problem),
        explain=explain,
        facts=_facts(trial, problem.metric),
    )
    score = trial.score or 0.0
    low, high = (score if one is None else one for one in (trial.low, trial.high))
    checks = behaviour(model, part, y, problem, recorded=score, low=low, high=high)
    return served, checks


def serve(settings: Settings, slug: str, wish: Wish, tell: Callable[[str], None]) -> None:
    """Serve the project's model until told to stop.

    Raises
    ------
    EngineError
        If a behaviour test fails: a model that does not behave answers nobody.
    InputError
        If the address or the log cannot be used, or a file of the model was changed.
    """
    from engine.serve.app import Limits, Options, create
    from engine.serve.server import listen, run

    port = _port(wish)
    sock = listen(wish.host, port)
    try:
        served, checks = prepare(settings, slug, explain=wish.explain)
        wrong = next((check for check in checks if not check.ok), None)
        if wrong is not None:
            raise EngineError(
                f"The model does not pass the test '{wrong.name}', so it is not served. {wrong.said}",
                hint="Train again, or promote another model.",
            )
        limits = Limits()
        app = create(served, Options(limits=limits, log=wish.log, environ=wish.environ))
        tell(f"{len(checks)} behaviour tests passed. Serving {slug} at http://{wish.host}:{sock.getsockname()[1]}.")
        run(app, sock, stop_seconds=limits.stop_seconds)
    finally:
        sock.close()


def _port(wish: Wish) -> int:
    """Take the port that Vertex AI names, where it runs the service."""
    text = wish.environ.get("AIP_HTTP_PORT", "")
    if not text:
        return wish.port
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise InputError(f"AIP_HTTP_PORT is {text!r}, which is no port.", hint="Correct or remove it.")
    return int(text)


def _facts(trial: Trial, metric_id: str) -> dict[str, Any]:
    metric = find_metric(metric_id)
    score = {"value": trial.score, "low": trial.low, "high": trial.high, "on": "rows held out of the fit"}
    return {"family": family_name(trial.family), "metric": metric.id, "score": score}


def _recorded(settings: Settings, trial: Trial) -> str | None:
    with connect(settings) as db:
        hashes = runs.get(db, trial.run_id).result.get(_HASHES, {})
    known = hashes.get(str(trial.number))
    return str(known) if known else None


def _check_unaltered(settings: Settings, trial: Trial) -> None:
    """Compare the manifest with the recorded hash; the manifest is compared with the files when it is loaded."""
    from engine.runs.jobs.material import model_folder, model_sha256

    known, found = _recorded(settings, trial), model_sha256(settings, trial)
    if known and found and found != known:
        raise InputError(
            "The files of the model are not those that were stored: they were changed.",
            hint=f"Remove the folder {model_folder(settings, trial)}; the model is then fitted from its record.",
        )


def _remember(settings: Settings, trial: Trial) -> None:
    """Record the hash of a model that was fitted again, or stored before hashes were recorded."""
    from engine.runs.jobs.material import model_sha256

    found = model_sha256(settings, trial)
    if _recorded(settings, trial) == found or found is None:
        return
    with connect(settings) as db:
        result = dict(runs.get(db, trial.run_id).result)
        hashes = {**result.get(_HASHES, {}), str(trial.number): found}
        runs.set_result(db, trial.run_id, {**result, _HASHES: hashes})
