"""Where requests wait for the model: one worker, a limit on time, a limit on how many wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from engine.serve.faults import BusyError, TimeError

T = TypeVar("T")

MOST_WAITING = 64


class Desk:
    """One thread that reads, predicts and writes; the loop stays free for health checks.

    Parameters
    ----------
    seconds : float
        Longest time from the arrival of a request to its answer.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self._waiting = 0

    async def do(self, work: Callable[[], T]) -> T:
        """Do a piece of work in its turn.

        Raises
        ------
        BusyError
            If too many wait already.
        TimeError
            If it took too long; a piece that was not begun is dropped.
        """
        if self._waiting >= MOST_WAITING:
            raise BusyError("Too many requests wait already.", hint="Ask again in a moment, or in larger batches.")
        self._waiting += 1
        try:
            future = self._pool.submit(work)
            return await asyncio.wait_for(asyncio.wrap_future(future), self._seconds)
        except TimeoutError as error:
            raise TimeError(
                f"The answer took longer than {self._seconds:g} seconds.", hint="Ask about fewer rows at a time."
            ) from error
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let the worker end; what was not begun is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)
