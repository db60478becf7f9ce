"""Watching the memory of the process that does a run: a trial that eats it is stopped before the machine suffers."""

from __future__ import annotations

import os
import threading
import time

import psutil

from engine.runs.supervise import TOO_LARGE

_LOOK_SECONDS = 0.1
_PATIENCE_SECONDS = 2.0
"""So long a trial that is asked to stop may take to give its memory back."""
_FAR_TOO_MUCH = 1.2
"""At so many times the limit nobody is asked."""


class MemoryWatch:
    """Looks at the process ten times a second; beyond the limit it asks the trial to stop, then ends the process.

    Parameters
    ----------
    limit : int
        Resident memory that the process may hold, in bytes.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._process = psutil.Process()
        self._over, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def __enter__(self) -> MemoryWatch:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End looking."""
        self._ended.set()
        self._thread.join(timeout=5)

    def over(self) -> bool:
        """Whether the process holds more than it may, at this moment."""
        return self._over.is_set()

    def _watch(self) -> None:
        since: float | None = None
        while not self._ended.wait(_LOOK_SECONDS):
            held = self._process.memory_info().rss
            if held <= self.limit:
                since = None
                self._over.clear()
                continue
            since = since or time.monotonic()
            self._over.set()
            if held > _FAR_TOO_MUCH * self.limit or time.monotonic() - since > _PATIENCE_SECONDS:
                os._exit(TOO_LARGE)
