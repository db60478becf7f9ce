"""Fold models of the best trials, kept on disk until the end may need them."""

from __future__ import annotations

import contextlib
import pickle
import tempfile
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from engine.automl.folds import Fitted
from engine.automl.pipeline import assembled

MOST_TRIALS = 12
MOST_BYTES = 400 * 1024**2


@dataclass(frozen=True)
class _Shelved:
    """Fold models of one trial: what they learned of the columns in memory, where trials share it, the rest on disk."""

    before: tuple[tuple[Any, Any], ...]
    """Recipe and encoding of each fold."""
    file: IO[bytes]
    size: int


@dataclass(kw_only=True)
class Kept:
    """Fold models by the number of their trial.

    They lie in files without a name, which nobody else can open and which are gone with the process. They are read
    once, at the end: what a search needs in memory is then given back.
    """

    _shelved: dict[int, _Shelved] = field(default_factory=dict)
    _read: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """See to it that the files are closed, however the search ends."""
        weakref.finalize(self, _close, self._shelved)

    def __contains__(self, number: object) -> bool:
        """Whether fold models of a trial are kept."""
        return number in self._shelved

    def __iter__(self) -> Iterator[int]:
        """Go through the numbers of the trials."""
        return iter(self._shelved)

    def keep(self, number: int, fitted: Fitted, loss: Callable[[int], float]) -> None:
        """Keep the fold models of a trial while it is among the best and they fit into the space for them.

        Parameters
        ----------
        number : int
        fitted : Fitted
        loss : callable
            Of a trial by its number; lower is better.
        """
        ranked = sorted([*self._shelved, number], key=loss)[:MOST_TRIALS]
        if number not in ranked:
            return
        # On a full disk the model is fitted on all rows instead.
        with contextlib.suppress(OSError):
            self._shelved[number] = _shelved(fitted)
        size = 0
        for one in sorted(self._shelved, key=loss):
            size += self._shelved[one].size
            if one not in ranked or (size > MOST_BYTES and one != ranked[0]):
                self._shelved.pop(one).file.close()

    def pipelines(self, number: int) -> tuple[Any, ...]:
        """Read the fitted pipelines of a trial, one for each fold; those that were read stay in memory."""
        if number not in self._read:
            shelved = self._shelved[number]
            shelved.file.seek(0)
            self._read[number] = tuple(
                assembled(recipe, step, pickle.load(shelved.file)) for recipe, step in shelved.before
            )
        return self._read[number]


def _close(shelved: dict[int, _Shelved]) -> None:
    while shelved:
        shelved.popitem()[1].file.close()


def _shelved(fitted: Fitted) -> _Shelved:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it stays open for as long as the trial is among the best
    try:
        for pipeline in fitted.pipelines:
            pickle.dump(pipeline.named_steps["model"], file, protocol=5)
    except BaseException:
        file.close()
        raise
    before = tuple(
        (pipeline.named_steps.get("recipe", "passthrough"), pipeline.named_steps["columns"])
        for pipeline in fitted.pipelines
    )
    return _Shelved(before, file, file.tell())
