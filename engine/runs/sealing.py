"""Setting the hold-out apart: two files, and the second is not read again until it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.clock import Clock
from engine.domain.data import Dataset, Problem, Provenance, Split, SplitSpec
from engine.settings import Settings
from engine.store import files

if TYPE_CHECKING:
    import pandas as pd


def seal(
    settings: Settings,
    frame: pd.DataFrame,
    problem: Problem,
    spec: SplitSpec,
    provenance: Provenance,
    title: str,
    clock: Clock,
) -> tuple[Dataset, Split, pd.DataFrame]:
    """Write the two parts as files of their own; the hold-out is not looked at again until it is opened."""
    from engine.data.schema import describe
    from engine.data.split import holdout_rows, rows_sha256

    train_at, sealed_at = holdout_rows(frame, spec, problem)
    train, sealed = frame.iloc[train_at], frame.iloc[sealed_at]
    whole_sha, size = files.hash_dataset(settings, frame.to_parquet)
    train_sha, _ = files.put_dataset(settings, train.to_parquet)
    sealed_sha = files.put_dataset(settings, sealed.to_parquet)[0] if len(sealed) else None
    now = clock()
    dataset = Dataset(
        sha256=whole_sha,
        name=title,
        rows=len(frame),
        size_bytes=size,
        columns=describe(train),
        provenance=provenance,
        created_at=now,
    )
    split = Split(
        spec=spec,
        dataset_sha256=whole_sha,
        train_sha256=train_sha,
        train_rows=len(train),
        holdout_sha256=sealed_sha,
        holdout_rows=len(sealed),
        rows_sha256=rows_sha256(frame.index[sealed_at]),
        created_at=now,
    )
    return dataset, split, train
