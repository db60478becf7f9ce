"""Looking at a file on its way in: fetched if it is elsewhere, then read and described."""

from __future__ import annotations

from engine.data.look import outline
from engine.data.sources import choices, read_raw
from engine.domain.reading import Reading
from engine.runs.progress import Progress
from engine.store import files, intakes, runs
from engine.store.db import connect

_PREVIEW_ROWS = 20


def do(progress: Progress) -> bool:
    """Look at the file that the run names; returns whether it was cancelled before its end."""
    settings = progress.settings
    with connect(settings) as db:
        run = runs.get(db, progress.run_id)
        intake = intakes.get(db, int(run.params["intake"]))
    fetch = run.params.get("fetch")
    if fetch and not intake.sha256:
        progress.tell(f"Fetching it from {fetch['source']}", 0.02)
        _fetch(progress, intake.id, fetch["source"], fetch["identifier"])
        with connect(settings) as db:
            intake = intakes.get(db, intake.id)
    if progress.stopping():
        return True
    path = files.intake_path(settings, intake.sha256)
    wanted = run.params.get("reading")
    reading, found = outline(path, settings, reading=Reading.from_dict(wanted) if wanted else None, tell=progress.tell)
    preview = read_raw(path, settings, reading, _PREVIEW_ROWS).astype("str")
    found |= {
        "choices": choices(path, settings),
        "preview": {"columns": [str(name) for name in preview.columns], "rows": preview.to_numpy().tolist()},
    }
    with connect(settings) as db:
        intakes.set_found(db, intake.id, reading, found)
        runs.set_result(db, progress.run_id, {"intake": intake.id, "rows": found["rows"]})
    return progress.stopping()


def _fetch(progress: Progress, intake_id: int, source: str, identifier: str) -> None:
    """Bring a table in from a catalogue or an address."""
    from engine.data.catalogue import fetch

    folder = progress.settings.run_folder(progress.run_id) / "fetched"
    folder.mkdir(parents=True, exist_ok=True)
    path, provenance = fetch(source, identifier, folder, progress.settings, clock=progress.clock)
    sha256, size = files.put_intake(progress.settings, path)
    with connect(progress.settings) as db:
        intakes.set_file(db, intake_id, sha256=sha256, size_bytes=size, name=path.name, provenance=provenance)
