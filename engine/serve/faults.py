"""What a caller can do wrong, and the form in which each protocol says so."""

from __future__ import annotations

from typing import Any

from fastapi.responses import JSONResponse

from engine.errors import InputError


class UnusableError(InputError):
    """A value that the model cannot be asked about; names the column and, in a batch, the row (from 0)."""

    status = 422

    def __init__(self, message: str, *, hint: str = "", column: str = "", row: int | None = None) -> None:
        super().__init__(message, hint=hint)
        self.column = column
        self.row = row


class MalformedError(InputError):
    """A body that cannot be read at all."""

    status = 400


class UnknownError(InputError):
    """A model, version or address that is not here."""

    status = 404


class MediaError(InputError):
    """A kind of body that is not read here."""

    status = 415


class BusyError(InputError):
    """Too many requests wait already."""

    status = 503


class TimeError(InputError):
    """The answer took longer than the limit."""

    status = 504


Fault = UnusableError | MalformedError | UnknownError | MediaError | BusyError | TimeError
FAULTS = (UnusableError, MalformedError, UnknownError, MediaError, BusyError, TimeError)


def refusal(path: str, status: int, message: str, hint: str = "", column: str = "", row: int | None = None) -> Any:
    """Write an error as the protocol of a path writes it.

    TensorFlow Serving and the Open Inference Protocol answer ``{"error": "sentence"}``, with 400 for unusable input;
    everything else is ``{"error": {"message", "hint", "column", "row"}}``.

    Returns
    -------
    JSONResponse
    """
    if path.startswith("/v1/models/") or path == "/v2" or path.startswith("/v2/"):
        body: dict[str, Any] = {"error": f"{message} {hint}".strip()}
        return JSONResponse(body, 400 if status == UnusableError.status else status)
    body = {"error": {"message": message, "hint": hint, "column": column or None, "row": row}}
    headers = {"Retry-After": "1"} if status == BusyError.status else None
    return JSONResponse(body, status, headers=headers)


def refused(path: str, fault: Fault) -> Any:
    """Write a fault as the protocol of a path writes it."""
    column, row = (fault.column, fault.row) if isinstance(fault, UnusableError) else ("", None)
    return refusal(path, fault.status, fault.message, fault.hint, column, row)
