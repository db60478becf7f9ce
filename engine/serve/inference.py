"""The Open Inference Protocol, version 2, as KServe and Triton speak it.

The contract is https://github.com/kserve/open-inference-protocol (inference_rest.yaml), with Triton's binary form of
inputs (https://github.com/triton-inference-server/server, extension_binary_data.md). Each column is a tensor of shape
[n] or [n, 1].
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from engine.domain.task import ColumnKind
from engine.serve.answers import Answer
from engine.serve.faults import MalformedError, UnknownError, UnusableError
from engine.serve.inputs import from_columns, parsed_object
from engine.serve.room import Asked, Room, Shaped, as_json

_KINDS = {ColumnKind.NUMERIC: "FP64", ColumnKind.INTEGER: "INT64"}
_BINARY = {
    **{"BOOL": "?", "INT8": "<i1", "INT16": "<i2", "INT32": "<i4", "INT64": "<i8", "FP16": "<f2", "FP32": "<f4"},
    **{"UINT8": "<u1", "UINT16": "<u2", "UINT32": "<u4", "UINT64": "<u8", "FP64": "<f8"},
}
_HEAD = "inference-header-content-length"


def inference(room: Room) -> APIRouter:
    """Make the routes below ``/v2``."""
    router = APIRouter(prefix="/v2")

    @router.get("")
    def server() -> Any:
        """Describe the server."""
        about = {"name": "proofolio", "version": str(room.served.version), "extensions": ["binary_tensor_data"]}
        return JSONResponse(about)

    @router.get("/health/live")
    def live() -> Any:
        """Say that the process lives."""
        return JSONResponse({"live": True})

    @router.get("/health/ready")
    def ready() -> Any:
        """Say whether requests are taken."""
        return JSONResponse({"ready": room.ready}, 200 if room.ready else 503)

    _models(router, room)
    return router


def _models(router: APIRouter, room: Room) -> None:
    for prefix in ("/models/{name}", "/models/{name}/versions/{version}"):

        @router.get(prefix, name=f"describe {prefix}")
        def describe(name: str, version: str = "") -> Any:
            """Describe the inputs and outputs of the model."""
            return JSONResponse(_metadata(room, name, version))

        @router.get(f"{prefix}/ready", name=f"ready {prefix}")
        def model_ready(name: str, version: str = "") -> Any:
            """Say whether the model answers."""
            _check(room, name, version)
            return JSONResponse({"name": name, "ready": room.ready}, 200 if room.ready else 503)

        @router.post(f"{prefix}/infer", name=f"infer {prefix}")
        async def infer(name: str, request: Request, version: str = "") -> Any:
            """Predict the rows of typed tensors."""
            _check(room, name, version)
            head = request.headers.get(_HEAD, "")
            return await room.reply(
                request, lambda body: _asked(room, body, head), lambda asked, found: _shaped(room, asked, found)
            )


def _check(room: Room, name: str, version: str) -> None:
    served = room.served
    if name != served.name or version not in ("", str(served.version)):
        raise UnknownError(f"There is no model {name[:80]!r} in such a version.", hint=f"Ask for {served.name!r}.")


def _metadata(room: Room, name: str, version: str) -> dict[str, Any]:
    _check(room, name, version)
    problem = room.served.problem
    columns = [
        {"name": column, "datatype": _KINDS.get(problem.kinds[column], "BYTES"), "shape": [-1]}
        for column in problem.features
    ]
    versions = [str(room.served.version)]
    return {
        "name": name,
        "versions": versions,
        "platform": "sklearn",
        "inputs": columns,
        "outputs": [
            {key: one[key] for key in ("name", "datatype")} | {"shape": [-1, *one["shape"]]}
            for one in _outputs(room, None)
        ],
    }


def _outputs(room: Room, found: Answer | None) -> list[dict[str, Any]]:
    """Write every output; without an answer only names, types and shapes of one row."""
    classes = room.served.problem.classes
    values: list[Any] = [] if found is None else found.outputs.ravel().tolist()
    labels: list[Any] = [] if found is None else found.decided
    if not classes:
        return [{"name": "prediction", "datatype": "FP64", "shape": [], "data": values}]
    return [
        {"name": "label", "datatype": "BYTES", "shape": [], "data": labels},
        {"name": "probabilities", "datatype": "FP64", "shape": [len(classes)], "data": values},
    ]


def _asked(room: Room, body: bytes, head: str) -> Asked:
    size = len(body)
    if head:
        if not head.isdigit() or int(head) > len(body):
            raise MalformedError(f"The header {_HEAD} does not fit the body.")
        size = int(head)
    given, rest = parsed_object(body[:size]), memoryview(body)[size:]
    inputs = given.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(one, dict) and "name" in one for one in inputs):
        raise UnusableError("The inputs are no list of tensors.", hint="Send one tensor for each column.")
    columns: dict[str, Any] = {}
    for tensor in inputs:
        values, rest = _values(tensor, rest)
        columns[str(tensor["name"])] = values
    wished = given.get("outputs")
    names = None
    if isinstance(wished, list) and wished:
        names = [str(one.get("name")) for one in wished if isinstance(one, dict)]
        known = {one["name"] for one in _outputs(room, None)}
        if not set(names) <= known:
            raise UnusableError(f"There is no output {sorted(set(names) - known)[0][:60]!r}.")
    return Asked(from_columns(columns, room.served.problem), form=(given.get("id"), names))


def _values(tensor: dict[str, Any], rest: memoryview) -> tuple[list[Any], memoryview]:
    name, kind, shape = str(tensor["name"]), tensor.get("datatype"), tensor.get("shape")
    if kind != "BYTES" and kind not in _BINARY:
        said = f"The column {name!r} has the unknown datatype {str(kind)[:30]!r}."
        raise UnusableError(said, hint="Use FP64, INT64 or BYTES.", column=name)
    if not isinstance(shape, list) or not shape or not all(type(one) is int and one >= 0 for one in shape):
        raise UnusableError(f"The shape of the column {name!r} cannot be read.", hint="Send [n].", column=name)
    count = int(np.prod(shape, dtype=object))
    if len(shape) > 2 or shape[0] != count:
        raise UnusableError(f"The column {name!r} has another shape than [n] or [n, 1].", column=name)
    size = (tensor.get("parameters") or {}).get("binary_data_size")
    if size is None:
        data = tensor.get("data")
        values = [one[0] if isinstance(one, list) and len(one) == 1 else one for one in data] if data else []
    else:
        if type(size) is not int or not 0 <= size <= len(rest):
            raise MalformedError(f"The binary data of the column {name!r} is not whole.")
        values, rest = _unpacked(name, str(kind), bytes(rest[:size])), rest[size:]
    if len(values) != count:
        said = f"The column {name!r} has {len(values)} values, and its shape says {count}."
        raise UnusableError(said, hint="Send as many as the shape says.", column=name)
    return values, rest


def _unpacked(name: str, kind: str, data: bytes) -> list[Any]:
    """Read binary values: numbers in little-endian order, texts each behind its length in four bytes."""
    try:
        if kind != "BYTES":
            return list(np.frombuffer(data, dtype=_BINARY[kind]).tolist())
        found, place = [], 0
        while place < len(data):
            (length,) = struct.unpack_from("<I", data, place)
            if place + 4 + length > len(data):
                raise ValueError
            found.append(data[place + 4 : place + 4 + length].decode())
            place += 4 + length
        return found
    except (ValueError, struct.error) as error:
        raise MalformedError(f"The binary data of the column {name!r} cannot be read.") from error


def _shaped(room: Room, asked: Asked, found: Answer) -> Shaped:
    number, names = asked.form
    rows = len(found.decided)
    outputs = [
        {**one, "shape": [rows, *one["shape"]]}
        for one in _outputs(room, found)
        if names is None or one["name"] in names
    ]
    about: dict[str, Any] = {"model_name": room.served.name, "model_version": str(room.served.version)}
    if number is not None:
        about["id"] = number
    return as_json({**about, "outputs": outputs})
