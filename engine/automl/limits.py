"""Stopping what takes too long, and silencing what talks too much.

Fits run in threads of their own, so that the caller can always go on. A fit that must end is asked in three ways:
its :class:`Watch` says so to callbacks of libraries whose loop runs outside Python; an exception is raised in its
thread, which ends any loop that comes back to Python between rounds, epochs or steps; and if it answers to neither,
it is left behind as a daemon thread and the search goes on without it.
"""

from __future__ import annotations

import ctypes
import math
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from threadpoolctl import threadpool_limits

T = TypeVar("T")

_POLL_SECONDS = 0.05
_ASK_SECONDS = 0.25
"""How often a thread is asked again: an exception may be swallowed inside a library's callback."""
_GRACE_SECONDS = 1.0
_TRUST = 0.8
"""A projection of the time that is still needed counts when this share of it is too much already."""


class OutOfTimeError(Exception):
    """A fit was stopped because its time was up, or because the search was asked to end."""


class StuckError(OutOfTimeError):
    """A fit was to be stopped, but did not come back: its thread still runs."""


STOPPED = "It was stopped, since the run was asked to end."


class Watch:
    """Says to a fit that it must end."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def over(self) -> bool:
        """Whether the fit must end."""
        return self._over.is_set()

    def end(self) -> None:
        """Ask the fit to end."""
        self._over.set()


@dataclass(frozen=True, kw_only=True)
class Limit:
    """When a group of fits has to end."""

    seconds: float | None = None
    """Wall clock from now; ``None`` sets no limit."""
    clock: Callable[[], float] = time.monotonic
    stopping: Callable[[], bool] | None = None
    """Whether somebody asks to end at once."""
    watch: Watch = field(default_factory=Watch)
    """What the fits themselves look at."""


@dataclass(kw_only=True)
class _Work(Generic[T]):
    """The jobs, who does them, and what came out."""

    jobs: Sequence[Callable[[], T]]
    changed: threading.Condition = field(default_factory=threading.Condition)
    results: dict[int, T] = field(default_factory=dict)
    error: BaseException | None = None
    taken: int = 0
    longest: float = 0.0

    def work(self) -> None:
        """Take jobs one after the other until none is left or one has failed."""
        try:
            while (place := self._take()) is not None:
                began = time.perf_counter()
                result = self.jobs[place]()
                with self.changed:
                    self.longest = max(self.longest, time.perf_counter() - began)
                    self.results[place] = result
                    self.changed.notify_all()
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
            with self.changed:
                self.error = self.error or error
                self.changed.notify_all()

    def _take(self) -> int | None:
        with self.changed:
            if self.error is not None or self.taken == len(self.jobs):
                return None
            self.taken += 1
            return self.taken - 1


def reason_of(error: Exception, limit: Limit) -> str:
    """Say in one sentence why a fit came to nothing."""
    if isinstance(error, OutOfTimeError):
        if limit.stopping is not None and limit.stopping():
            return STOPPED
        return f"It would have taken longer than the {limit.seconds or 0:.0f} s that one trial may take here."
    if isinstance(error, MemoryError):
        return "It needed more memory than there is."
    lines = str(error).strip().splitlines()
    return f"It failed with {type(error).__name__}{': ' + lines[0][:200] if lines else ''}."


def run(jobs: Sequence[Callable[[], T]], *, workers: int, limit: Limit) -> list[T]:
    """Do jobs, some at a time, and end them all when their time is up.

    Jobs that cannot be finished in time, judged by the longest one so far, are not even begun.

    Parameters
    ----------
    jobs : sequence of callable
    workers : int
        How many run at a time.
    limit : Limit

    Returns
    -------
    list
        What the jobs returned, in their order.

    Raises
    ------
    OutOfTimeError
        If they did not end in time; ``StuckError`` if one of them does not end at all. Whatever a job raises goes
        through.
    """
    if limit.seconds is None and limit.stopping is None and workers <= 1:
        with _alone():
            return [job() for job in jobs]
    work = _Work(jobs=jobs)
    count = max(1, min(workers, len(jobs)))
    threads = [threading.Thread(target=work.work, name=f"fit-{place}", daemon=True) for place in range(count)]
    with _alone():
        for thread in threads:
            thread.start()
        try:
            _wait(work, count, limit)
        finally:
            left = _end(threads, limit.watch)
    if left and isinstance(work.error, OutOfTimeError):
        raise StuckError
    if work.error is not None:
        raise work.error
    return [work.results[place] for place in range(len(jobs))]


def partial_run(jobs: Sequence[Callable[[], T]], *, workers: int, limit: Limit) -> dict[int, T]:
    """Do as many jobs as can be done in time; returns the results by the place of the job.

    Raises
    ------
    Exception
        Whatever a job raises goes through; running out of time is no error here.
    """
    done: dict[int, T] = {}

    def kept(place: int) -> Callable[[], None]:
        def job() -> None:
            done[place] = jobs[place]()

        return job

    try:
        run([kept(place) for place in range(len(jobs))], workers=workers, limit=limit)
    except OutOfTimeError:
        return dict(done)
    return done


def _wait(work: _Work[Any], workers: int, limit: Limit) -> None:
    """Wait for the end of the work, or for a reason to end it."""
    began = limit.clock()
    with work.changed:
        while work.error is None and len(work.results) < len(work.jobs):
            work.changed.wait(_POLL_SECONDS)
            if limit.stopping is not None and limit.stopping():
                work.error = OutOfTimeError()
            if limit.seconds is None:
                continue
            left = limit.seconds - (limit.clock() - began)
            open_jobs = len(work.jobs) - work.taken
            needed = math.ceil(open_jobs / workers) * work.longest * _TRUST
            if left <= 0 or needed > left:
                work.error = work.error or OutOfTimeError()


def _end(threads: Sequence[threading.Thread], watch: Watch) -> bool:
    """See to it that no thread works on; returns whether one does not listen and is left behind."""
    # Where all jobs have been done, the threads end by themselves at once.
    _join(threads, _POLL_SECONDS)
    watch.end()
    _join(threads, _ASK_SECONDS)
    until = time.monotonic() + _GRACE_SECONDS
    while (alive := [one for one in threads if one.is_alive()]) and time.monotonic() < until:
        for thread in alive:
            _raise_in(thread)
        _join(alive, _ASK_SECONDS)
    return any(one.is_alive() for one in threads)


def _join(threads: Sequence[threading.Thread], seconds: float) -> None:
    """Wait for threads, for so many seconds altogether."""
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(until - time.monotonic(), 0.0))


def _raise_in(thread: threading.Thread) -> None:
    """Raise :class:`OutOfTimeError` in another thread, as soon as it is back in Python."""
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(OutOfTimeError))


@contextmanager
def _alone() -> Iterator[None]:
    """Set what belongs to the process once around all fits, never inside of their threads.

    Fits share the cores among themselves, so linear algebra uses one thread in each; sums then come out the same
    whatever the machine.
    """
    with quiet(), threadpool_limits(limits=1, user_api="blas"):
        yield


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the warnings of fits out of the log: a fit that did not converge shows in its score."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
