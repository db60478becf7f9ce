"""Around the application: bodies that are too large or too slow, a number for each request, its record, its counts."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.logs import logger
from engine.serve.counts import Counts
from engine.serve.faults import refusal

log = logger(__name__)

_LINGER_SECONDS = 5.0
"""How long what comes after a refusal is still read, so that the caller gets to see it."""


class Guard:
    """Reads the body of each request within limits and notes what came of it.

    Parameters
    ----------
    app : ASGI application
    counts : Counts
    record : callable
        Given one plain dictionary a request: route, status, rows and milliseconds, nothing that was asked.
    most_bytes : int
    body_seconds : float
        Longest time for a body to arrive.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        counts: Counts,
        record: Callable[[dict[str, Any]], None],
        most_bytes: int,
        body_seconds: float,
    ) -> None:
        self._app, self._counts, self._record = app, counts, record
        self._most, self._seconds = most_bytes, body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, number, status = time.perf_counter(), uuid.uuid4().hex, [500]
        state = scope.setdefault("state", {})
        state["number"] = number

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", number.encode())]
            await send(message)

        self._counts.in_hand.inc()
        try:
            await self._limited(scope, receive, noting)
        except Exception:
            # The cause belongs into the log of the person who serves, without what was asked.
            log.exception("request %s failed", number)
            await refusal(scope["path"], 500, "The service failed.", "Its log says why.")(scope, receive, noting)
        finally:
            self._counts.in_hand.dec()
            self._note(scope, status[0], time.perf_counter() - began, number)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        stated = headers.get(b"content-length", b"")
        if stated.isdigit() and int(stated) > self._most:
            await self._too_large(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await self._body(receive)
        except TimeoutError:
            said = f"The body did not arrive within {self._seconds:g} seconds."
            await _closing(refusal(scope["path"], 408, said, "Send it faster, or in smaller parts."))(
                scope, receive, send
            )
            return
        if body is None:
            await self._too_large(scope, receive, send)
            return
        handed = [False]

        async def replay() -> Message:
            if handed[0]:
                return await receive()
            handed[0] = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)

    async def _body(self, receive: Receive) -> bytes | None:
        parts: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return b"".join(parts)
            size += len(message.get("body", b""))
            if size > self._most:
                return None
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                return b"".join(parts)

    async def _too_large(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = f"The body is larger than {self._most / 1024**2:g} MB."
        response = _closing(refusal(scope["path"], 413, said, "Send fewer rows at a time."))
        await send({"type": "http.response.start", "status": 413, "headers": response.raw_headers})
        await send({"type": "http.response.body", "body": response.body, "more_body": True})
        # A connection that is closed while its other end still sends may lose the answer.
        try:
            async with asyncio.timeout(_LINGER_SECONDS):
                more = True
                while more:
                    message = await receive()
                    more = message["type"] == "http.request" and message.get("more_body", False)
        except TimeoutError:
            log.debug("a refused body went on for too long")
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _note(self, scope: Scope, status: int, seconds: float, number: str) -> None:
        # The route as it was declared, never the address: labels stay few, and addresses may hold anything.
        route = str(getattr(scope.get("route"), "path", "") or "other")
        self._counts.requests.labels(route, str(status)).inc()
        self._counts.seconds.labels(route).observe(seconds)
        self._record(
            {
                "event": "request",
                "id": number,
                "route": route,
                "method": scope["method"] if scope["method"] in ("GET", "POST", "HEAD") else "other",
                "status": status,
                "rows": scope["state"].get("rows", 0),
                "milliseconds": round(seconds * 1000, 2),
            }
        )


def _closing(response: Any) -> Any:
    response.headers["connection"] = "close"
    return response
