"""The routes of the service itself, and of the two hosts that choose addresses: SageMaker and Vertex AI.

SageMaker asks ``GET /ping`` and ``POST /invocations`` (Amazon SageMaker AI Developer Guide, "Custom Inference Code with
Hosting Services"). Vertex AI names its routes in ``AIP_HEALTH_ROUTE`` and ``AIP_PREDICT_ROUTE`` and sends
``{"instances": [...], "parameters": {...}}`` (Vertex AI, "Custom container requirements for prediction").
"""

from __future__ import annotations

import csv
import io
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from engine.data.export import neutral
from engine.serve import counts, describe
from engine.serve.answers import Answer, entries
from engine.serve.faults import MalformedError, MediaError, UnusableError
from engine.serve.inputs import from_csv, from_rows, parsed, parsed_object
from engine.serve.room import JSON, Asked, Room, Shaped, as_json

CSV = "text/csv"


def house(room: Room) -> APIRouter:
    """Make the routes for health, counts and the overview."""
    router = APIRouter()

    @router.get("/")
    def overview(request: Request) -> Any:
        """Say what answers here and how to ask it."""
        routes = sorted(request.app.openapi()["paths"])
        return JSONResponse(describe.overview(room.served, routes))

    @router.get("/healthz")
    def healthz() -> Any:
        """Say that the process lives."""
        return JSONResponse({"status": "alive"})

    @router.get("/readyz")
    def readyz() -> Any:
        """Say whether requests are taken."""
        return JSONResponse({"status": "ready" if room.ready else "not ready"}, 200 if room.ready else 503)

    @router.get("/metrics")
    def metrics() -> Any:
        """Give the counters to Prometheus."""
        return Response(room.counts.text(), headers={"content-type": counts.CONTENT_TYPE})

    return router


def predicting(room: Room, path: str = "/predict") -> APIRouter:
    """Make the route that predicts: ``instances`` for several rows, ``instance`` for one."""
    router = APIRouter()
    body = {"content": {JSON: {"schema": describe.body_schema(room.served)}}, "required": True}

    @router.post(path, openapi_extra={"requestBody": body})
    async def predict(request: Request) -> Any:
        """Predict one row or several."""
        return await room.reply(request, lambda content: _asked(room, parsed_object(content)), _shaped(room))

    return router


def health(room: Room, path: str) -> APIRouter:
    """Make a route that answers 200 while requests are taken."""
    router = APIRouter()

    @router.get(path)
    def alive() -> Any:
        """Say whether requests are taken."""
        return Response(status_code=200 if room.ready else 503)

    return router


def sagemaker(room: Room) -> APIRouter:
    """Make ``/ping`` and ``/invocations``."""
    router = health(room, "/ping")

    @router.post("/invocations")
    async def invocations(request: Request) -> Any:
        """Predict the rows of a JSON document or of a CSV table."""
        media = request.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        wished = request.headers.get("accept", "*/*").lower()
        if media not in (JSON, CSV):
            raise MediaError(f"Bodies of the kind {media[:60]!r} are not read.", hint=f"Send {JSON} or {CSV}.")
        plain = CSV in wished or (media == CSV and JSON not in wished)

        def read(content: bytes) -> Asked:
            if media == CSV:
                return Asked(from_csv(content, room.served.problem))
            found = parsed(content)
            if isinstance(found, dict) and "instances" not in found and "instance" not in found:
                found = {"instance": found}
            return _asked(room, {"instances": found} if isinstance(found, list) else found)

        return await room.reply(request, read, _as_csv(room) if plain else _shaped(room))

    return router


def _asked(room: Room, body: Any) -> Asked:
    if not isinstance(body, dict):
        raise MalformedError("The body is not a JSON object.", hint='Send {"instances": [...]}.')
    if ("instances" in body) == ("instance" in body):
        raise UnusableError(
            "The body holds neither 'instances' nor 'instance', or both.",
            hint='Send {"instances": [{...}, …]} for several rows or {"instance": {...}} for one.',
        )
    parameters = body.get("parameters") or {}
    if not isinstance(parameters, dict) or not isinstance(parameters.get("explain", False), bool):
        raise UnusableError("The parameters cannot be read.", hint='Send {"parameters": {"explain": true}}.')
    single = "instance" in body
    rows = [body["instance"]] if single else body["instances"]
    return Asked(from_rows(rows, room.served.problem), bool(parameters.get("explain", False)), single)


def _shaped(room: Room) -> Any:
    def shape(asked: Asked, found: Answer) -> Shaped:
        rows = entries(room.served, found)
        answers: dict[str, Any] = {"prediction": rows[0]} if asked.form else {"predictions": rows}
        about = {"model": {"name": room.served.name, "version": room.served.version}}
        return as_json({**answers, **about, "notes": list(found.notes)})

    return shape


def _as_csv(room: Room) -> Any:
    def shape(_: Asked, found: Answer) -> Shaped:
        classes = room.served.problem.classes
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        rows = found.outputs.tolist() if classes else [[] for _ in found.decided]
        for decided, line in zip(found.decided, rows, strict=True):
            writer.writerow([neutral(decided) if isinstance(decided, str) else decided, *line])
        return Shaped(out.getvalue().encode(), CSV)

    return shape
