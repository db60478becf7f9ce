"""Tables in and out: checking a file, predicting a file, taking the data out without the test labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.actions.work import winner
from engine.domain.reading import Conversion, ConversionKind, Reading
from engine.domain.task import Task
from engine.settings import Settings
from engine.store import projects, runs
from engine.store.db import connect
from engine.store.files import checked_dataset_path, whole_file


def check(
    settings: Settings,
    path: Path,
    *,
    target: str | None = None,
    task: str | None = None,
    reading: Reading | None = None,
    tell: Callable[[str, float], None] = lambda *_: None,
) -> dict[str, Any]:
    """Profile any file and return its schema, coded findings and a proposal (the fields of ``check``)."""
    from engine.data import look

    return look.check(path, settings, target=target, task=Task(task) if task else None, reading=reading, tell=tell)


def reading(settings: Settings, path: Path, changes: Mapping[str, Any]) -> Reading:
    """Detect how a file is written, then change what a person says is otherwise.

    Parameters
    ----------
    settings : Settings
    path : Path
    changes : mapping
        Fields of a :class:`~engine.domain.reading.Reading`; ``as_text`` names columns whose text is left as it is.
    """
    from engine.data.sources import detect

    fields = {name: value for name, value in changes.items() if name != "as_text"}
    first = detect(path, settings)
    # What is below the changed layer is detected anew: another delimiter makes other columns.
    found = detect(path, settings, wish=replace(first, **fields, conversions=())) if fields else first
    refused = set(changes.get("as_text", ()))
    kept = [one for one in found.conversions if one.column not in refused]
    kept += [Conversion(column=name, to=ConversionKind.TEXT) for name in changes.get("as_text", ())]
    return replace(found, conversions=tuple(kept))


def diff(settings: Settings, old: Path, new: Path) -> dict[str, Any]:
    """Say in plain words what changed from one version of a file to the next."""
    from engine.data.schema import describe
    from engine.data.sources import read_table
    from engine.data.versions import diff as compare

    before, after = (read_table(path, settings) for path in (old, new))
    found = compare(
        describe(before),
        describe(after),
        old_rows=len(before),
        new_rows=len(after),
        old_frame=before,
        new_frame=after,
    )
    return found.as_dict()


def predict(settings: Settings, slug: str, path: Path, out: Path) -> dict[str, Any]:
    """Predict every row of a file with the project's winner and write ``row,prediction,probability_<label>…``."""
    from engine.automl.model import align
    from engine.data.export import write_predictions
    from engine.data.sources import read_table
    from engine.runs.jobs.material import fitted, training

    trial = winner(settings, slug)
    with connect(settings) as db:
        seed = int(runs.get(db, trial.run_id).params.get("seed", 0))
    material, _ = training(settings, slug)
    reading = _like_before(path, settings, material.project.reading)
    table = read_table(path, settings, labelled=False, reading=reading)
    frame, notes = align(table, material.problem)
    model = fitted(settings, trial, material, seed=seed)
    pred = model.predict(frame)
    with whole_file(out) as temporary:
        write_predictions(temporary, rows=list(range(len(frame))), pred=pred, problem=material.problem)
    return {"rows": len(frame), "trial": trial.id, "family": trial.family, "out": str(out), "notes": list(notes)}


def _like_before(path: Path, settings: Settings, before: Reading | None) -> Reading:
    """Read the cells of a new file as those of the project's file were read; its form is its own."""
    from engine.data.sources import detect, read_raw

    found = detect(path, settings)
    if before is None or not before.conversions:
        return found
    names = {str(name) for name in read_raw(path, settings, found, 1).columns}
    known = {one.column: one for one in before.conversions if one.column in names}
    fresh = [one for one in found.conversions if one.column not in known]
    return replace(found, conversions=(*known.values(), *fresh))


def export_data(settings: Settings, slug: str, out: Path) -> dict[str, Any]:
    """Write the training table and the hold-out's features, without its labels, as CSV files.

    Reading the features of the hold-out shows nothing of how a model does on it, so this is no opening.
    """
    import pandas as pd

    from engine.data.export import write_table

    with connect(settings) as db:
        project, split = projects.get(db, slug), projects.get_split(db, slug)
    problem = project.problem
    columns = [problem.target, *problem.features]
    train = pd.read_parquet(checked_dataset_path(settings, split.train_sha256))[columns]
    written = {"train.csv": train}
    if split.holdout_sha256:
        sealed = pd.read_parquet(checked_dataset_path(settings, split.holdout_sha256))
        written["test_features.csv"] = sealed[list(problem.features)]
    for name, frame in written.items():
        with whole_file(out / name) as temporary:
            write_table(frame.rename_axis("row").reset_index(), temporary)
    return {
        "out": str(out),
        "files": [{"name": name, "rows": len(frame), "columns": len(frame.columns)} for name, frame in written.items()],
        "target": problem.target,
        "task": str(Task(problem.task)),
    }
