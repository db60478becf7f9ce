"""What ``explain`` answers about one row: other values on it, columns that cannot change, what would flip it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.actions import whatif, work
from engine.cli.follow import follow
from engine.cli.output import Document
from engine.domain.run import RunStatus
from engine.errors import EngineError, InputError, StateError
from engine.settings import Settings


def mark(settings: Settings, slug: str, fixed: Sequence[str], free: Sequence[str]) -> Document:
    """Mark columns as unchangeable, or take the mark away."""
    kept = [name for name in whatif.fixed(settings, slug) if name not in free]
    whatif.mark_fixed(settings, slug, [*kept, *fixed])
    names = whatif.fixed(settings, slug)
    said = f"Never changed by a search: {', '.join(names)}." if names else "Every column may be changed by a search."
    return {"fixed": names, "words": [said]}


def answer(settings: Settings, slug: str, row: int | None, given: Sequence[str]) -> Document:
    """Answer a what-if: the prediction of a row before and after some of its values are changed."""
    if row is None:
        raise InputError("Values are set on a row, and none was named.", hint="Add --row and its number in the file.")
    changes = dict(map(_parted, given))
    trial = work.winner(settings, slug)
    here = whatif.room(settings, slug, trial)
    here.place(row)
    try:
        model = whatif.load_model(settings, slug, trial)
    except StateError:
        # The run that explains the row fits the model from its record and keeps it.
        finish(settings, whatif.start(settings, slug, row))
        model = whatif.load_model(settings, slug, trial)
    tried = whatif.try_out(settings, slug, here, model, trial, row, changes)
    return {"tried": tried, "fixed": whatif.fixed(settings, slug), "words": [*tried["flags"], *tried["words"]]}


def finish(settings: Settings, run_id: int) -> dict[str, Any]:
    """Wait for a run that explains a row; returns its result."""
    done = follow(settings, run_id)
    if done.status is not RunStatus.DONE:
        raise EngineError(done.error or f"Run {done.id} is {done.status}.", hint=done.hint)
    return dict(done.result)


def described(settings: Settings, slug: str, result: dict[str, Any]) -> dict[str, Any]:
    """Return what a run found about a row, the nearest rows beside it."""
    row, found = result["row"], result.get("flip")
    here = whatif.room(settings, slug, work.winner(settings, slug))
    hint = "Name a value with --target, and the smallest change that moves the answer past it is searched."
    return {
        "row": row,
        "similar": whatif.similar_rows(here, int(row["row"])),
        "other": result.get("other"),
        "flip": found,
        "words": [*row["words"], *(found["words"] if found else [hint])],
    }


def _parted(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise InputError(f"{text!r} sets no value.", hint="Write COLUMN=VALUE, such as income=30000.")
    return name.strip(), value.strip()
