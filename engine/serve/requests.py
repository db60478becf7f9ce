"""The log of requests that Watch reads: one JSON object a row, off unless a file is named for it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.automl.stored import rows_as_json
from engine.domain.clock import Clock, to_text, utc_now
from engine.errors import InputError
from engine.serve.answers import Answer, Served
from engine.serve.inputs import Table

AT, REQUEST, VERSION, PREDICTION, PROBABILITY = (
    "served_at",
    "served_request",
    "served_version",
    "served_prediction",
    "served_probability",
)
"""Columns that stand beside the features; the probability is that of the predicted class."""


class RequestLog:
    """Appends what was asked and answered to a file that only its owner can read.

    A disk that is full or gone stops no answer: the request is left out of the log, counted, and said once.

    Parameters
    ----------
    path : Path or None
        ``None`` keeps nothing.
    failed : callable
        Told why a request was left out, the first time of each row of failures.
    """

    def __init__(self, path: Path | None, failed: Callable[[str], None], clock: Clock = utc_now) -> None:
        self._clock = clock
        self._failed = failed
        self._failing = False
        self.failures = 0
        self._file = _opened(path) if path is not None else None

    def write(self, served: Served, request: str, table: Table, found: Answer) -> bool:
        """Append the rows of one request, whole or not at all; returns whether they are kept."""
        if self._file is None:
            return True
        data = _lines(served, request, table, found, to_text(self._clock())).encode()
        end = os.lseek(self._file, 0, os.SEEK_END)
        try:
            if os.write(self._file, data) < len(data):
                raise OSError(28, "No space left on device")
        except OSError as error:
            self.failures += 1
            if not self._failing:
                self._failed(error.strerror or "it cannot be written")
            self._failing = True
            _cut(self._file, end)
            return False
        self._failing = False
        return True

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    except OSError as error:
        raise InputError(
            f"The log {path} cannot be written: {error.strerror}.", hint="Name a file in a folder that exists."
        ) from error


def _cut(file: int, end: int) -> None:
    """Take half a line away again, so that the file stays readable."""
    try:
        os.ftruncate(file, end)
    except OSError:
        # What cannot be cut is no ordinary file.
        return


def _lines(served: Served, request: str, table: Table, found: Answer, at: str) -> str:
    columns = rows_as_json(table.frame)
    best = found.outputs.max(axis=1).tolist() if served.problem.classes else None
    lines = []
    for row, decided in enumerate(found.decided):
        entry: dict[str, Any] = {name: cells[row] for name, cells in columns.items()}
        entry |= {AT: at, REQUEST: request, VERSION: served.version, PREDICTION: decided}
        if best is not None:
            entry[PROBABILITY] = best[row]
        lines.append(json.dumps(entry, ensure_ascii=False) + "\n")
    return "".join(lines)
