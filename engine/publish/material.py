"""What lies beside a page so that a stranger can compute its numbers: predictions and the trial log."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlite_utils import Database

from engine.domain.run import RunKind
from engine.errors import NotFoundError, StateError
from engine.evidence import chain
from engine.evidence.document import HOLDOUT_FILE, OOF_FILE, TRIALS, Claim
from engine.evidence.predictions import write_out_of_fold
from engine.evidence.recompute import contradictions
from engine.evidence.standing import Standing
from engine.settings import Settings
from engine.store import runs, trials
from engine.store.files import checked_dataset_path

_ALL_RUNS = 1_000_000


def write_predictions(settings: Settings, stand: Standing, claims: Sequence[Claim], folder: Path) -> None:
    """Write the predictions that the claims are computed from, and make sure that they are.

    Raises
    ------
    NotFoundError
        If a stored file of predictions is gone.
    StateError
        If a stored score does not follow from the stored predictions.
    """
    if stand.opening is not None:
        _copy_holdout(settings, stand, folder)
    else:
        _write_out_of_fold(settings, stand, folder)
    wrong = contradictions(folder, claims, stand.project.problem)
    if wrong:
        raise StateError(
            f"The stored {wrong[0].metric} of {stand.project.slug!r} does not follow from its stored predictions.",
            hint="The metric, the costs or a file were changed since: train again, then publish.",
        )


def _copy_holdout(settings: Settings, stand: Standing, folder: Path) -> None:
    assert stand.opening is not None
    name = Path(str(stand.opening.result.get("predictions") or "holdout.csv")).name
    stored = settings.run_folder(stand.opening.run_id) / name
    if not stored.is_file():
        raise NotFoundError("file of hold-out predictions", str(stored), hint="Restore a backup of the home folder.")
    (folder / HOLDOUT_FILE).write_bytes(stored.read_bytes())


def _write_out_of_fold(settings: Settings, stand: Standing, folder: Path) -> None:
    import numpy as np
    import pandas as pd

    from engine.data.target import encode_target

    trial, problem = stand.trial, stand.project.problem
    assert trial is not None
    stored = settings.run_folder(trial.run_id) / trial.predictions
    if not stored.is_file():
        raise NotFoundError("file of predictions", str(stored), hint="Restore a backup, or train again.")
    table = pd.read_parquet(checked_dataset_path(settings, stand.split.train_sha256), columns=[problem.target])
    write_out_of_fold(
        folder / OOF_FILE,
        rows=table.index.to_numpy(),
        y=encode_target(table[problem.target], problem),
        oof=np.load(stored, allow_pickle=False).astype(np.float64),
        problem=problem,
    )


def write_trials(db: Database, stand: Standing, folder: Path) -> chain.Chain:
    """Write every trial of every training run of a project, failed ones too, and return where the log ends."""
    trained = [run for run in runs.all_of(db, stand.project.slug, limit=_ALL_RUNS) if run.kind is RunKind.TRAIN]
    found = (trial for run in reversed(trained) for trial in trials.of_run(db, run.id))
    text = "".join(f"{line}\n" for line in chain.lines(found))
    # Written as bytes: a line end that the system translates would break every hash.
    (folder / TRIALS).write_bytes(text.encode())
    return chain.check(text)
