"""Stopping what takes too long, and silencing what talks too much."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class OutOfTimeError(Exception):
    """A fit was stopped because its time was up."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Stop the block with :class:`OutOfTimeError` when its time is up.

    A timer of the process interrupts the interpreter wherever it is: between two boosting rounds, two epochs, two
    steps of an optimiser. It works in the main thread of a process on systems that have such timers (the worker's
    case); elsewhere the block runs to its end.

    Parameters
    ----------
    seconds : float or None
        Wall clock in seconds; ``None`` sets no limit.
    """
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, ring)
    # It rings again: an exception that is raised inside a library's callback may be swallowed there.
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01), 0.25)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of fits out of the log: a fit that did not converge shows in its score."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
