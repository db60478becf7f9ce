"""Bringing data in: a file, an address or a catalogue's entry becomes something that can be looked at and started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from engine.actions import work
from engine.domain.clock import Clock, utc_now
from engine.domain.data import Provenance, SplitSpec
from engine.domain.intake import Intake
from engine.domain.reading import Reading
from engine.domain.run import RunKind
from engine.errors import InputError, StateError
from engine.runs import launch
from engine.settings import Settings
from engine.store import files, intakes, projects, runs
from engine.store.db import connect, writing

_LONGEST_REASON = 4_000


def bring(
    settings: Settings,
    source: Path | BinaryIO,
    name: str,
    *,
    newer_than: str | None = None,
    clock: Clock = utc_now,
) -> int:
    """Keep a file as it was brought and have it looked at; returns the id of the file on its way in.

    Parameters
    ----------
    settings : Settings
    source : Path or binary file
    name : str
        As it was called, for display only.
    newer_than : str, optional
        Project whose data this is a newer version of.
    clock : Clock

    Raises
    ------
    InputError
        If it is empty.
    NotFoundError
        If there is no such project.
    """
    sha256, size = files.put_intake(settings, source)
    if not size:
        files.remove_intake(settings, sha256)
        raise InputError(f"{name} is empty.", hint="Export the table again, with a line of column names.")
    provenance = Provenance(source=f"own file {name}", retrieved_at=clock(), original_name=name, original_sha256=sha256)
    with connect(settings) as db:
        if newer_than:
            projects.get(db, newer_than)
        intake_id = intakes.add(
            db,
            name=name,
            sha256=sha256,
            size_bytes=size,
            provenance=provenance,
            newer_than=newer_than,
            at=clock(),
        )
    look_again(settings, intake_id, clock=clock)
    return intake_id


def fetch(settings: Settings, source: str, identifier: str, *, clock: Clock = utc_now) -> int:
    """Have a table brought in from a catalogue or an address; returns the id of the file on its way in."""
    identifier = identifier.strip()
    if not identifier:
        raise InputError("Nothing was named that could be fetched.", hint="Write its address or its number.")
    with connect(settings) as db:
        intake_id = intakes.add(
            db,
            name=identifier,
            sha256="",
            size_bytes=0,
            provenance=Provenance(source=f"{source} {identifier}"),
            newer_than=None,
            at=clock(),
        )
    look_again(settings, intake_id, fetched={"source": source, "identifier": identifier}, clock=clock)
    return intake_id


def look_again(
    settings: Settings,
    intake_id: int,
    *,
    reading: Reading | None = None,
    fetched: Mapping[str, str] | None = None,
    clock: Clock = utc_now,
) -> int:
    """Queue a look at a file, read as the person says (or as detected); returns the run's id."""
    params = {
        "intake": intake_id,
        "reading": reading.as_dict() if reading else None,
        "fetch": dict(fetched) if fetched else None,
    }
    with connect(settings) as db, writing(db):
        intake = intakes.get(db, intake_id)
        run_id = runs.add(db, "", RunKind.CHECK, params, clock())
        intakes.set_run(db, intake_id, run_id, reading=reading, target=intake.target)
    launch.start_next(settings)
    return run_id


def set_origin(settings: Settings, intake_id: int, *, source: str, licence: str, newer_than: str | None = None) -> None:
    """Say where a file is from, who allowed its use, and which project's data it is a newer version of."""
    with connect(settings) as db:
        known = intakes.get(db, intake_id).provenance
        if newer_than:
            projects.get(db, newer_than)
        told = replace(known, source=source.strip() or known.source, licence=licence.strip())
        intakes.set_origin(db, intake_id, told, newer_than)


def stop(settings: Settings, run_id: int, *, clock: Clock = utc_now) -> None:
    """Ask a look or a start to end; the file stays."""
    work.cancel(settings, run_id, clock=clock)


def start(
    settings: Settings,
    intake_id: int,
    *,
    target: str,
    title: str,
    task: str | None = None,
    metric: str | None = None,
    positive: str | None = None,
    drop: Sequence[str] = (),
    holdout: float = 0.2,
    seed: int = 0,
    split: SplitSpec | None = None,
    class_weight: str = "",
    weight: str = "",
    reasons: Mapping[str, str] | None = None,
    clock: Clock = utc_now,
) -> int:
    """Queue the start of a project on a file that was looked at; returns the run's id.

    ``reasons`` says why target, split and metric were chosen, by step; what is missing stands in the log as missing.

    Raises
    ------
    StateError
        If it was not looked at yet, or became a project already.
    InputError
        If the target is not a column of it.
    """
    with connect(settings) as db, writing(db):
        intake = intakes.get(db, intake_id)
        _check_ready(intake, target)
        wish: dict[str, Any] = {
            "title": title.strip() or intake.name,
            "target": target,
            "task": task,
            "metric": metric,
            "positive": positive,
            "drop": list(drop),
            "holdout": holdout,
            "seed": seed,
            "split": split.as_dict() if split else None,
            "class_weight": class_weight or None,
            "weight": weight,
            "reasons": {step: text.strip()[:_LONGEST_REASON] for step, text in (reasons or {}).items()},
        }
        run_id = runs.add(db, "", RunKind.START, {"intake": intake_id, "wish": wish}, clock())
        intakes.set_run(db, intake_id, run_id, reading=intake.reading, target=target)
    launch.start_next(settings)
    return run_id


def _check_ready(intake: Intake, target: str) -> None:
    if intake.project:
        raise StateError(f"This file became the project {intake.project!r}.", hint="Open that project.")
    if not intake.found:
        raise StateError("This file was not looked at yet.", hint="Wait until its columns are known.")
    names = [column["name"] for column in intake.found["schema"]]
    if target not in names:
        raise InputError(f"There is no column {target!r} in the file.", hint=f"It has: {', '.join(names[:20])}.")


def throw_away(settings: Settings, intake_id: int) -> None:
    """Forget a file that became no project, and its bytes where nothing else names them."""
    with connect(settings) as db:
        intake = intakes.get(db, intake_id)
        intakes.remove(db, intake_id)
        left = intakes.count_of(db, intake.sha256)
    if intake.sha256 and not left:
        files.remove_intake(settings, intake.sha256)
