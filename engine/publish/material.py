"""What lies beside a page so that a stranger can compute its numbers: predictions and the trial log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from engine.domain.run import RunKind
from engine.errors import NotFoundError, StateError
from engine.evidence import chain
from engine.evidence.document import HOLDOUT_FILE, OOF_FILE, TRIALS, Claim
from engine.evidence.predictions import with_groups
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
    opening, sealed = stand.opening, stand.split.holdout_sha256
    assert opening is not None
    assert sealed is not None
    name = Path(str(opening.result.get("predictions") or "holdout.csv")).name
    stored = settings.run_folder(opening.run_id) / name
    if not stored.is_file():
        raise NotFoundError("file of hold-out predictions", str(stored), hint="Restore a backup of the home folder.")
    text = stored.read_bytes().decode()
    if _is_grouped(opening.result, stand):
        text = with_groups(text, _groups(settings, stand, sealed))
    (folder / HOLDOUT_FILE).write_bytes(text.encode())


def _write_out_of_fold(settings: Settings, stand: Standing, folder: Path) -> None:
    import numpy as np
    import pandas as pd

    from engine.data.export import write_predictions as write_table
    from engine.data.target import encode_target

    trial, problem, train = stand.trial, stand.project.problem, stand.split.train_sha256
    assert trial is not None
    stored = settings.run_folder(trial.run_id) / trial.predictions
    if not stored.is_file():
        raise NotFoundError("file of predictions", str(stored), hint="Restore a backup, or train again.")
    table = pd.read_parquet(checked_dataset_path(settings, train), columns=[problem.target])
    oof = np.load(stored, allow_pickle=False).astype(np.float64)
    # Rows that no fold scored are no part of the score, and so no part of what is published.
    kept = ~np.isnan(oof if oof.ndim == 1 else oof.sum(axis=1))
    y = encode_target(table[problem.target], problem)
    path = folder / OOF_FILE
    write_table(path, rows=list(table.index[kept]), y=y[kept], pred=oof[kept], problem=problem)
    if _is_grouped(stand.evaluation, stand):
        groups = [group for group, is_kept in zip(_groups(settings, stand, train), kept, strict=True) if is_kept]
        path.write_bytes(with_groups(path.read_bytes().decode(), groups).encode())


def _is_grouped(scores: Mapping[str, Any], stand: Standing) -> bool:
    """Whether the stored intervals resample whole groups."""
    from engine.metrics.intervals import describe

    grouped: str = describe(stand.project.problem, resamples=int(scores["resamples"]), grouped=True)
    return bool(scores["method"] == grouped)


def _groups(settings: Settings, stand: Standing, sha256: str) -> list[int]:
    """Return the group of each row of a part of the data as a number, in order of appearance; names stay here."""
    import pandas as pd

    from engine.data.split.ordering import group_codes

    spec = stand.split.spec
    frame = pd.read_parquet(checked_dataset_path(settings, sha256), columns=list(spec.group_columns))
    return [int(code) for code in pd.factorize(group_codes(frame, spec))[0]]


def write_trials(db: Database, stand: Standing, folder: Path) -> chain.Chain:
    """Write every trial of every training run of a project, failed ones too, and return where the log ends."""
    trained = [run for run in runs.all_of(db, stand.project.slug, limit=_ALL_RUNS) if run.kind is RunKind.TRAIN]
    found = (trial for run in reversed(trained) for trial in trials.of_run(db, run.id))
    text = "".join(f"{line}\n" for line in chain.lines(found))
    # Written as bytes: a line end that the system translates would break every hash.
    (folder / TRIALS).write_bytes(text.encode())
    return chain.check(text)
