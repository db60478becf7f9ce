"""Each protocol against its published contract; the Open Inference Protocol with a client that others wrote."""

import base64
import csv
import io
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pytest

from engine.serve.answers import Served
from engine.serve.inputs import NUMBERS
from tests.serve.conftest import VERTEX, expected, rows_of


def get(address: str, path: str) -> httpx.Response:
    return httpx.get(address + path, trust_env=False, timeout=30)


def columns_of(served: Served, count: int = 3) -> dict[str, list[Any]]:
    rows = rows_of(served, count)
    return {name: [row[name] for row in rows] for name in served.problem.features}


def test_several_rows_and_one(post: Callable[..., httpx.Response], binary: Served) -> None:
    rows, wanted = rows_of(binary), expected(binary)
    answer = post("/predict", json={"instances": rows}).json()
    assert answer["model"] == {"name": "toy", "version": 7}
    found = [[one["probabilities"][label] for label in ("no", "yes")] for one in answer["predictions"]]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
    assert [one["prediction"] for one in answer["predictions"]] == [["no", "yes"][code] for code in wanted.argmax(1)]
    single = post("/predict", json={"instance": rows[1]}).json()
    assert single["prediction"] == answer["predictions"][1]


def test_an_explanation_where_it_is_asked_for(post: Callable[..., httpx.Response], binary: Served) -> None:
    body = {"instance": rows_of(binary)[0], "parameters": {"explain": True}}
    found = post("/predict", json=body).json()["prediction"]
    reason = found["explanation"]
    assert reason["label"] == "yes"
    assert 1 <= len(reason["contributions"]) <= 5
    assert {one["column"] for one in reason["contributions"]} <= set(binary.problem.features)
    sizes = [abs(one["value"]) for one in reason["contributions"]]
    assert sizes == sorted(sizes, reverse=True)
    body = {"instances": rows_of(binary, 11), "parameters": {"explain": True}}
    assert "At most 10 rows" in post("/predict", json=body).json()["error"]["message"]


def test_the_overview_says_how_to_ask_and_its_example_is_answered(address: str) -> None:
    about = get(address, "/").json()
    assert set(about["example"]["instances"][0]) == set(about["input"]["required"])
    done = httpx.post(address + "/predict", json=about["example"], trust_env=False)
    assert done.status_code == 200, done.text
    assert "/predict" in get(address, "/openapi.json").json()["paths"]


def test_health_readiness_and_counters(address: str, post: Callable[..., httpx.Response], binary: Served) -> None:
    from prometheus_client.parser import text_string_to_metric_families as families

    assert get(address, "/healthz").json() == {"status": "alive"}
    assert get(address, "/readyz").json() == {"status": "ready"}

    def rows() -> float:
        found = get(address, "/metrics")
        assert found.headers["content-type"].startswith("text/plain; version=0.0.4")
        by_name = {sample.name: sample.value for one in families(found.text) for sample in one.samples}
        return by_name["proofolio_rows_total"]

    before = rows()
    post("/predict", json={"instances": rows_of(binary)})
    assert rows() == before + 3
    assert 'proofolio_requests_total{route="/predict",status="200"}' in get(address, "/metrics").text


def test_tensorflow_serving_status_and_metadata(address: str, binary: Served) -> None:
    for path in ("/v1/models/toy", "/v1/models/toy/versions/7"):
        assert get(address, path).json() == {
            "model_version_status": [
                {"version": "7", "state": "AVAILABLE", "status": {"error_code": "OK", "error_message": ""}}
            ]
        }
    found = get(address, "/v1/models/toy/metadata").json()
    assert found["model_spec"] == {"name": "toy", "signature_name": "", "version": "7"}
    signature = found["metadata"]["signature_def"]["signature_def"]["serving_default"]
    assert signature["method_name"] == "tensorflow/serving/predict"
    assert set(signature["inputs"]) == set(binary.problem.features)
    assert signature["inputs"]["size"]["dtype"] == "DT_DOUBLE"
    assert signature["inputs"]["colour"]["dtype"] == "DT_STRING"
    assert [one["size"] for one in signature["outputs"]["probabilities"]["tensor_shape"]["dim"]] == ["-1", "2"]
    for path in ("/v1/models/other", "/v1/models/toy/versions/8", "/v1/models/other/metadata"):
        missing = get(address, path)
        assert (missing.status_code, list(missing.json())) == (404, ["error"])
        assert isinstance(missing.json()["error"], str)


def test_tensorflow_serving_predicts_rows_and_columns(
    post: Callable[..., httpx.Response], binary: Served, values: str, regression: Served
) -> None:
    wanted = expected(binary)
    rows = post("/v1/models/toy:predict", json={"signature_name": "serving_default", "instances": rows_of(binary)})
    np.testing.assert_allclose([one["probabilities"] for one in rows.json()["predictions"]], wanted, rtol=1e-9)
    columns = post("/v1/models/toy/versions/7:predict", json={"inputs": columns_of(binary)}).json()
    assert list(columns) == ["outputs"]
    np.testing.assert_allclose(columns["outputs"]["probabilities"], wanted, rtol=1e-9)
    assert columns["outputs"]["label"] == [one["label"] for one in rows.json()["predictions"]]
    # One output: bare values, without its name.
    bare = httpx.post(
        f"{values}/v1/models/toy:predict", json={"instances": rows_of(regression)}, trust_env=False
    ).json()
    np.testing.assert_allclose(bare["predictions"], expected(regression), rtol=1e-9)
    tall = {name: [[one] for one in cells] for name, cells in columns_of(regression).items()}
    outputs = httpx.post(f"{values}/v1/models/toy:predict", json={"inputs": tall}, trust_env=False).json()
    np.testing.assert_allclose(outputs["outputs"], expected(regression), rtol=1e-9)


def test_tensorflow_serving_reads_binary_values_and_refuses_as_it_does(
    post: Callable[..., httpx.Response], binary: Served
) -> None:
    row = rows_of(binary)[0] | {"colour": "red"}
    plain = post("/v1/models/toy:predict", json={"instances": [row]}).json()
    coded = row | {"colour": {"b64": base64.b64encode(b"red").decode()}}
    assert post("/v1/models/toy:predict", json={"instances": [coded]}).json() == plain
    for body, said in (
        ({"instances": [row], "inputs": {}}, "either 'instances' or 'inputs'"),
        ({"signature_name": "other", "instances": [row]}, "no signature 'other'"),
        ({"instances": [{**row, "size": "big"}]}, "'size' should hold numbers"),
        ({"inputs": {**columns_of(binary), "size": [1.0]}}, "values"),
    ):
        done = post("/v1/models/toy:predict", json=body)
        assert (done.status_code, list(done.json())) == (400, ["error"])
        assert said in done.json()["error"]


def test_sagemaker_json_and_csv(address: str, post: Callable[..., httpx.Response], binary: Served) -> None:
    assert get(address, "/ping").status_code == 200
    rows, wanted = rows_of(binary), expected(binary)
    for body in ({"instances": rows}, rows):
        found = post("/invocations", json=body).json()["predictions"]
        np.testing.assert_allclose([one["probabilities"]["yes"] for one in found], wanted[:, 1], rtol=1e-9)
    assert post("/invocations", json=rows[0]).json()["prediction"]["probabilities"]["yes"] == wanted[0, 1]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([["" if cell is None else cell for cell in row.values()] for row in rows])
    head = ",".join(binary.problem.features) + "\r\n"
    for text in (out.getvalue(), head + out.getvalue()):
        done = post("/invocations", content=text, headers={"content-type": "text/csv; charset=utf-8"})
        assert done.headers["content-type"].startswith("text/csv")
        lines = list(csv.reader(io.StringIO(done.text)))
        np.testing.assert_allclose([[float(cell) for cell in line[1:]] for line in lines], wanted, rtol=1e-9)
    done = post(
        "/invocations", content=out.getvalue(), headers={"content-type": "text/csv", "accept": "application/json"}
    )
    np.testing.assert_allclose(done.json()["predictions"][0]["probabilities"]["yes"], wanted[0, 1], rtol=1e-9)
    assert post("/invocations", content=b"x", headers={"content-type": "image/png"}).status_code == 415


def test_vertex_ai_at_the_addresses_it_names(address: str, post: Callable[..., httpx.Response], binary: Served) -> None:
    assert get(address, VERTEX["AIP_HEALTH_ROUTE"]).status_code == 200
    done = post(VERTEX["AIP_PREDICT_ROUTE"], json={"instances": rows_of(binary), "parameters": {"explain": False}})
    found = done.json()["predictions"]
    np.testing.assert_allclose([one["probabilities"]["yes"] for one in found], expected(binary)[:, 1], rtol=1e-9)


def tensors(client: Any, served: Served, binary_data: bool) -> list[Any]:
    made = []
    for name, cells in columns_of(served).items():
        if served.problem.kinds[name] in NUMBERS:
            data = np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
            kind = "FP64"
        else:
            data = np.array([b"" if cell is None else str(cell).encode() for cell in cells], dtype=np.object_)
            kind = "BYTES"
        one = client.InferInput(name, [3], kind)
        one.set_data_from_numpy(data, binary_data=binary_data)
        made.append(one)
    return made


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("binary_data", [False, True])
def test_the_open_inference_protocol_with_the_client_of_triton(address: str, binary: Served, binary_data: bool) -> None:
    client = pytest.importorskip("tritonclient.http")
    asked = client.InferenceServerClient(address.removeprefix("http://"))
    try:
        assert asked.is_server_live()
        assert asked.is_server_ready()
        assert asked.is_model_ready("toy")
        assert asked.is_model_ready("toy", "7")
        assert not asked.is_model_ready("other")
        assert asked.get_server_metadata()["name"] == "proofolio"
        about = asked.get_model_metadata("toy", "7")
        kinds = {one["name"]: one["datatype"] for one in about["inputs"]}
        assert (kinds["size"], kinds["count"], kinds["colour"]) == ("FP64", "INT64", "BYTES")
        # Without binary data JSON has no word for an empty number that this client would send: NaN is read as one.
        found = asked.infer("toy", tensors(client, binary, binary_data), request_id="a1")
        assert found.get_response()["id"] == "a1"
        np.testing.assert_allclose(found.as_numpy("probabilities"), expected(binary), rtol=1e-9)
        wished = [client.InferRequestedOutput("label", binary_data=False)]
        only = asked.infer("toy", tensors(client, binary, binary_data), model_version="7", outputs=wished)
        assert [one["name"] for one in only.get_response()["outputs"]] == ["label"]
        with pytest.raises(client.InferenceServerException, match="lacks the column"):
            asked.infer("toy", tensors(client, binary, binary_data)[1:])
    finally:
        asked.close()


def test_the_open_inference_protocol_in_json(post: Callable[..., httpx.Response], binary: Served) -> None:
    inputs = [
        {"name": name, "shape": [3, 1], "datatype": "FP64" if binary.problem.kinds[name] in NUMBERS else "BYTES"}
        | {"data": cells}
        for name, cells in columns_of(binary).items()
    ]
    done = post("/v2/models/toy/versions/7/infer", json={"inputs": inputs}).json()
    assert (done["model_name"], done["model_version"]) == ("toy", "7")
    label, probabilities = done["outputs"]
    assert (label["datatype"], label["shape"]) == ("BYTES", [3])
    assert (probabilities["datatype"], probabilities["shape"]) == ("FP64", [3, 2])
    np.testing.assert_allclose(np.reshape(probabilities["data"], (3, 2)), expected(binary), rtol=1e-9)
    for change, said in (
        ({"datatype": "FP128"}, "unknown datatype"),
        ({"shape": [4]}, "3 values, and its shape says 4"),
        ({"shape": [1, 3]}, "another shape"),
        ({"shape": "three"}, "cannot be read"),
        ({"parameters": {"binary_data_size": 99}}, "not whole"),
    ):
        wrong = post("/v2/models/toy/infer", json={"inputs": [{**inputs[0], **change}, *inputs[1:]]})
        assert wrong.status_code == 400
        assert said in wrong.json()["error"]
    assert post("/v2/models/other/infer", json={"inputs": inputs}).status_code == 404
