"""What the routes of every protocol share: the model, its place to wait, its counts, its log."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from engine.serve.answers import Answer, Served, answer
from engine.serve.counts import Counts
from engine.serve.desk import Desk
from engine.serve.inputs import Table
from engine.serve.requests import RequestLog

JSON = "application/json"


@dataclass(frozen=True)
class Asked:
    """What a request asks about."""

    table: Table
    explain: bool = False
    form: Any = None
    """What the protocol needs again to write its answer."""


@dataclass(frozen=True)
class Shaped:
    """An answer in the form of a protocol."""

    body: bytes
    media: str = JSON


Reader = Callable[[bytes], Asked]
Shaper = Callable[[Asked, Answer], Shaped]


def as_json(value: Any) -> Shaped:
    """Write plain values as JSON."""
    return Shaped(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode())


@dataclass
class Room:
    """One running service."""

    served: Served
    desk: Desk
    counts: Counts
    log: RequestLog
    ready: bool = False
    """Whether it takes requests: not before its tests have passed, and not while it stops."""

    async def reply(self, request: Request, read: Reader, shape: Shaper) -> Response:
        """Read the body, ask the model, note it, and write the answer, all in the worker."""
        body = await request.body()
        number = str(request.state.number)

        def work() -> tuple[int, int, bool, Shaped]:
            asked = read(body)
            found = answer(self.served, asked.table, explain=asked.explain)
            kept = self.log.write(self.served, number, asked.table, found)
            return len(asked.table.frame), found.unseen, kept, shape(asked, found)

        rows, unseen, kept, shaped = await self.desk.do(work)
        request.state.rows = rows
        self.counts.rows.inc(rows)
        self.counts.unseen.inc(unseen)
        self.counts.log_failures.inc(0 if kept else 1)
        return Response(shaped.body, media_type=shaped.media)
