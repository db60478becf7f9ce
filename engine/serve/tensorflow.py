"""The REST interface of TensorFlow Serving: status, metadata, predict in row and column form.

The contract is https://www.tensorflow.org/tfx/serving/api_rest. Each column is an input of its own; a regression has
one output, so its answers are bare numbers, a classification has ``label`` and ``probabilities``.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from engine.serve.answers import Answer
from engine.serve.faults import UnknownError, UnusableError
from engine.serve.inputs import NUMBERS, from_columns, from_rows, parsed_object
from engine.serve.room import Asked, Room, Shaped, as_json

_SIGNATURE = "serving_default"


def tensorflow(room: Room) -> APIRouter:
    """Make the routes below ``/v1/models``."""
    router = APIRouter(prefix="/v1/models")

    @router.post("/{name}/versions/{version}:predict")
    async def predict_version(name: str, version: str, request: Request) -> Any:
        """Predict with a named version."""
        return await _predict(room, name, version, request)

    @router.post("/{name}:predict")
    async def predict(name: str, request: Request) -> Any:
        """Predict with the newest version."""
        return await _predict(room, name, None, request)

    @router.get("/{name}/versions/{version}/metadata")
    def metadata_version(name: str, version: str) -> Any:
        """Describe the inputs and outputs of a version."""
        return JSONResponse(_metadata(room, name, version))

    @router.get("/{name}/metadata")
    def metadata(name: str) -> Any:
        """Describe the inputs and outputs."""
        return JSONResponse(_metadata(room, name, None))

    @router.get("/{name}/versions/{version}")
    def status_version(name: str, version: str) -> Any:
        """Say whether a version is served."""
        return JSONResponse(_status(room, name, version))

    @router.get("/{name}")
    def status(name: str) -> Any:
        """Say which versions are served."""
        return JSONResponse(_status(room, name, None))

    return router


def _check(room: Room, name: str, version: str | None) -> None:
    served = room.served
    if name != served.name or version not in (None, str(served.version)):
        wanted = f"Latest({name[:80]})" if version is None else f"Specific({name[:80]}, {version[:20]})"
        raise UnknownError(f"Servable not found for request: {wanted}.")


def _status(room: Room, name: str, version: str | None) -> dict[str, Any]:
    _check(room, name, version)
    state = "AVAILABLE" if room.ready else "LOADING"
    told = {"error_code": "OK", "error_message": ""}
    return {"model_version_status": [{"version": str(room.served.version), "state": state, "status": told}]}


def _metadata(room: Room, name: str, version: str | None) -> dict[str, Any]:
    _check(room, name, version)
    problem = room.served.problem
    inputs = {
        column: _tensor(column, "DT_DOUBLE" if problem.kinds[column] in NUMBERS else "DT_STRING")
        for column in problem.features
    }
    if problem.classes:
        outputs = {
            "label": _tensor("label", "DT_STRING"),
            "probabilities": _tensor("probabilities", "DT_DOUBLE", len(problem.classes)),
        }
    else:
        outputs = {"prediction": _tensor("prediction", "DT_DOUBLE")}
    signature = {"inputs": inputs, "outputs": outputs, "method_name": "tensorflow/serving/predict", "defaults": {}}
    return {
        "model_spec": {"name": name, "signature_name": "", "version": str(room.served.version)},
        "metadata": {"signature_def": {"signature_def": {_SIGNATURE: signature}}},
    }


def _tensor(name: str, kind: str, *shape: int) -> dict[str, Any]:
    sizes = [{"size": str(size), "name": ""} for size in (-1, *shape)]
    return {"dtype": kind, "tensor_shape": {"dim": sizes, "unknown_rank": False}, "name": f"{name}:0"}


async def _predict(room: Room, name: str, version: str | None, request: Request) -> Any:
    _check(room, name, version)
    return await room.reply(request, lambda body: _asked(room, parsed_object(body)), lambda *both: _shaped(room, *both))


def _asked(room: Room, body: dict[str, Any]) -> Asked:
    problem = room.served.problem
    signature = body.get("signature_name", _SIGNATURE)
    if signature not in ("", _SIGNATURE):
        raise UnusableError(f"There is no signature {str(signature)[:60]!r}.", hint=f"Use {_SIGNATURE!r}.")
    if ("instances" in body) == ("inputs" in body):
        raise UnusableError("The body must hold either 'instances' or 'inputs'.")
    if "inputs" in body:
        found = _decoded(body["inputs"])
        if not isinstance(found, dict):
            if len(problem.features) > 1:
                raise UnusableError("The inputs are no object by column.", hint="Name each column.")
            found = {problem.features[0]: found}
        return Asked(from_columns(found, problem), form="inputs")
    rows = _decoded(body["instances"])
    if isinstance(rows, list):
        rows = [_scalars(row) for row in rows]
    return Asked(from_rows(rows, problem), form="instances")


def _scalars(row: Any) -> Any:
    """Take single values out of lists of one: a tensor of shape (n, 1) is as good as one of shape (n,)."""
    if not isinstance(row, dict):
        return row
    return {key: one[0] if isinstance(one, list) and len(one) == 1 else one for key, one in row.items()}


def _decoded(value: Any) -> Any:
    """Replace ``{"b64": …}``, the form of binary values, by its text."""
    if isinstance(value, dict):
        if set(value) == {"b64"} and isinstance(value["b64"], str):
            try:
                return base64.b64decode(value["b64"], validate=True).decode()
            except (binascii.Error, UnicodeDecodeError) as error:
                raise UnusableError("A value in base 64 is no UTF-8 text.") from error
        return {key: _decoded(one) for key, one in value.items()}
    return [_decoded(one) for one in value] if isinstance(value, list) else value


def _shaped(room: Room, asked: Asked, found: Answer) -> Shaped:
    outputs = found.outputs.tolist()
    if not room.served.problem.classes:
        return as_json({"predictions" if asked.form == "instances" else "outputs": outputs})
    if asked.form == "inputs":
        return as_json({"outputs": {"label": found.decided, "probabilities": outputs}})
    pairs = zip(found.decided, outputs, strict=True)
    return as_json({"predictions": [{"label": label, "probabilities": line} for label, line in pairs]})
