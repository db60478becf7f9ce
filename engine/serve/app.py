"""The application: every protocol around one model."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import HTTPException
from starlette.exceptions import HTTPException as PlainHTTPException

from engine.domain.clock import to_text, utc_now
from engine.errors import InputError
from engine.serve import native
from engine.serve.answers import Served
from engine.serve.counts import Counts
from engine.serve.desk import Desk
from engine.serve.faults import FAULTS, UnusableError, refusal, refused
from engine.serve.guard import Guard
from engine.serve.inference import inference
from engine.serve.requests import RequestLog
from engine.serve.room import Room
from engine.serve.tensorflow import tensorflow

Record = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a request may take."""

    body_bytes: int = 20 * 1024**2
    body_seconds: float = 20.0
    """Longest time for a body to arrive."""
    answer_seconds: float = 30.0
    """Longest time from then to the answer."""
    stop_seconds: int = 30
    """How long requests in hand may take once the service is told to stop."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a service is run."""

    limits: Limits = field(default_factory=Limits)
    log: Path | None = None
    """File for the log of requests; none by default."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Variables of the host: ``AIP_HEALTH_ROUTE`` and ``AIP_PREDICT_ROUTE`` are those of Vertex AI."""


def to_standard_error(entry: dict[str, Any]) -> None:
    """Write one line of JSON."""
    sys.stderr.write(json.dumps({"at": to_text(utc_now()), **entry}, ensure_ascii=False) + "\n")
    sys.stderr.flush()


def create(served: Served, options: Options, record: Record = to_standard_error) -> FastAPI:
    """Make the application.

    Parameters
    ----------
    served : Served
    options : Options
    record : callable
        Given what happens, as plain dictionaries without anything that was asked.

    Raises
    ------
    InputError
        If the log of requests cannot be opened.
    """

    def log_failed(reason: str) -> None:
        record({"event": "log failed", "level": "error", "reason": reason, "served": "answers go on"})

    limits = options.limits
    counts = Counts(served.name, served.version)
    room = Room(served, Desk(limits.answer_seconds), counts, RequestLog(options.log, log_failed))

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        room.ready = True
        record({"event": "ready", "model": served.name, "version": served.version})
        yield
        room.ready = False
        room.desk.close()
        room.log.close()
        record({"event": "stopped"})

    # The pages that FastAPI offers for reading a schema load their scripts from elsewhere.
    app = FastAPI(title=served.title, version=str(served.version), docs_url=None, redoc_url=None, lifespan=life)
    app.add_middleware(
        Guard, counts=counts, record=record, most_bytes=limits.body_bytes, body_seconds=limits.body_seconds
    )
    _vertex(app, room, options.environ)
    for router in (native.house(room), native.predicting(room), native.sagemaker(room)):
        app.include_router(router)
    app.include_router(tensorflow(room))
    app.include_router(inference(room))
    _faults(app)
    return app


def _vertex(app: FastAPI, room: Room, environ: Mapping[str, str]) -> None:
    """Answer at the addresses that Vertex AI names."""
    for name, make in (("AIP_HEALTH_ROUTE", native.health), ("AIP_PREDICT_ROUTE", native.predicting)):
        path = environ.get(name, "")
        if not path:
            continue
        if not path.startswith("/") or set(path) & set("{}? #"):
            raise InputError(f"{name} is {path!r}, which is no address.", hint="It begins with a slash.")
        app.include_router(make(room, path))


def _faults(app: FastAPI) -> None:
    async def fault(request: Request, error: Any) -> Any:
        return refused(request.url.path, error)

    async def unusable(request: Request, error: Any) -> Any:
        # The table as a whole, seen by the model itself.
        return refused(request.url.path, UnusableError(error.message, hint=error.hint))

    async def plain(request: Request, error: Any) -> Any:
        return refusal(request.url.path, error.status_code, f"{error.detail}.", "See the address '/'.")

    for kind in FAULTS:
        app.add_exception_handler(kind, fault)
    app.add_exception_handler(InputError, unusable)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(PlainHTTPException, plain)
