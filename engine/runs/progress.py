"""What a job says about itself while it works, and how it hears that it should stop."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field

from engine.domain.clock import Clock
from engine.errors import EngineError
from engine.logs import logger
from engine.settings import Settings
from engine.store import runs
from engine.store.db import connect

_LOG = logger(__name__)


@dataclass(kw_only=True)
class Progress:
    """The worker's side of a run: a heartbeat in a thread of its own, phase, progress, stop."""

    settings: Settings
    run_id: int
    clock: Clock
    claimed: float
    """Monotonic time at which the run was claimed, in seconds: budgets count from here."""
    parent: int | None = None
    """Process that supervises this one; when it is gone, this one ends too."""
    _stop: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _phase: str | None = None
    _share: float | None = None
    _thread: threading.Thread | None = None

    def __enter__(self) -> Progress:
        """Start the heartbeat."""
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End the heartbeat."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def tell(self, phase: str, share: float) -> None:
        """Say what is going on now and how far it is (0 to 1); the next heartbeat carries it."""
        self._phase, self._share = phase, min(max(share, 0.0), 1.0)

    def event(self, message: str, level: str = "info") -> None:
        """Record something worth reading later."""
        with connect(self.settings) as db:
            runs.add_event(db, self.run_id, self.clock(), message, level)

    def stop(self) -> None:
        """Ask the job to end soon with what it has."""
        self._stop.set()

    def stopping(self) -> bool:
        """Whether the job should end soon with what it has."""
        return self._stop.is_set()

    def seconds(self) -> float:
        """Wall clock since the claim, in seconds."""
        return time.monotonic() - self.claimed

    def _beat(self) -> None:
        while True:
            if self.parent is not None and os.getppid() != self.parent:
                # Where the system does not end a process with the one that started it, this does.
                os._exit(1)
            try:
                with connect(self.settings) as db:
                    if runs.beat(db, self.run_id, self.clock(), self._phase, self._share, self.seconds()):
                        self._stop.set()
            except EngineError as error:
                # A heartbeat that is missed harms nothing; the job itself will meet the fault if it lasts.
                _LOG.warning("heartbeat: %s", error)
            if self._ended.wait(self.settings.heartbeat_seconds):
                return
