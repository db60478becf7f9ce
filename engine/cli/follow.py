"""Waiting for a run at the command line."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from engine.actions import work
from engine.cli.output import progress
from engine.domain.run import Run
from engine.errors import EngineError
from engine.settings import Settings


def follow(settings: Settings, run_id: int) -> Run:
    """Wait for a run and say where it stands; Ctrl-C cancels it and keeps what was found."""
    said = ""

    def tell(one: Run) -> None:
        nonlocal said
        line = f"{one.status}: {one.phase}" if one.phase else str(one.status)
        if line != said:
            progress(f"  {line}")
            said = line

    with _cancelling(settings, run_id):
        return work.wait(settings, run_id, tell=tell)


@contextmanager
def _cancelling(settings: Settings, run_id: int) -> Iterator[None]:
    """Turn Ctrl-C into a request to stop with what was found."""

    def ask(*_: object) -> None:
        progress("  Stopping; what was found is kept.")
        try:
            work.cancel(settings, run_id)
        except EngineError as error:
            progress(f"  {error}")

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
