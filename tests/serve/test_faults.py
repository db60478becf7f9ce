"""What callers and machines do wrong: one clear sentence, and the service goes on."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from engine.domain.task import Task
from engine.errors import InputError
from engine.serve.answers import Served
from engine.serve.app import Limits
from engine.serve.server import listen
from tests.serve.conftest import log_file, rows_of, running, served_of

Post = Callable[..., httpx.Response]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[1", b'{"instances": [}', b"[" * 100_000])
def test_malformed_json(post: Post, body: bytes) -> None:
    done = post("/predict", content=body)
    assert done.status_code == 400
    assert "not JSON" in done.json()["error"]["message"]


@pytest.mark.parametrize("body", [[], {}, {"instances": []}, {"instances": 3}, {"instances": [3]}, {"instance": None}])
def test_json_of_another_shape(post: Post, body: object) -> None:
    done = post("/predict", json=body)
    assert done.status_code in (400, 422)
    assert done.json()["error"]["hint"]


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("size", "big", "'size' should hold numbers"),
        ("size", [1], "'size' should hold numbers"),
        ("size", True, "'size' should hold numbers"),
        ("colour", {"a": 1}, "'colour' should hold single values"),
        ("since", "yesterday", "'since' should hold dates"),
        ("since", 20200101, "'since' should hold dates"),
        ("note", ["a"], "'note' should hold single values"),
    ],
)
def test_wrong_kinds_name_column_and_row(post: Post, binary: Served, column: str, value: object, said: str) -> None:
    rows = rows_of(binary)
    rows[1] = rows[1] | {column: value}
    done = post("/predict", json={"instances": rows})
    assert done.status_code == 422
    error = done.json()["error"]
    assert said in error["message"]
    assert (error["column"], error["row"]) == (column, 1)
    assert error["hint"]


def test_missing_and_extra_columns(post: Post, binary: Served) -> None:
    rows = rows_of(binary)
    del rows[2]["city"]
    error = post("/predict", json={"instances": rows}).json()["error"]
    assert error["message"] == "Row 2 lacks the column 'city'."
    assert (error["column"], error["row"]) == ("city", 2)
    rows = [row | {"fare": 3, "target": "yes"} for row in rows_of(binary)]
    more = post("/predict", json={"instances": rows}).json()
    assert more["notes"] == ["The column 'fare', which the model does not know, was left out."]
    assert more["predictions"] == post("/predict", json={"instances": rows_of(binary)}).json()["predictions"]


def test_unseen_categories_and_empty_cells_are_answered(post: Post, binary: Served) -> None:
    row = rows_of(binary)[0] | {"colour": "ultraviolet"}
    done = post("/predict", json={"instance": row})
    assert done.status_code == 200
    assert done.json()["notes"] == ["The column 'colour' holds 'ultraviolet', which the training data did not have."]
    nothing = dict.fromkeys(row)
    empty = post("/predict", json={"instance": nothing}).json()["prediction"]
    assert sum(empty["probabilities"].values()) == pytest.approx(1)
    text = json.dumps({"instance": row | {"size": float("nan"), "count": float("inf")}})
    assert "NaN" in text
    same = post("/predict", content=text).json()["prediction"]
    assert same == post("/predict", json={"instance": row | {"size": None, "count": None}}).json()["prediction"]


def test_a_body_of_100_mb_is_refused_without_being_kept(address: str, post: Post, binary: Served) -> None:
    def large():
        for _ in range(100):
            yield b"x" * 1024**2

    for content in (b"x" * 100 * 1024**2, large()):
        done = post("/predict", content=content)
        assert done.status_code == 413
        assert "larger than 2 MB" in done.json()["error"]["message"]
    assert post("/predict", json={"instances": rows_of(binary)}).status_code == 200


def test_a_slow_client_is_told_and_stops_nobody(binary: Served) -> None:
    with running(binary, limits=Limits(body_seconds=0.5)) as (address, _):
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as slow:
            slow.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{")
            meanwhile = httpx.post(f"{address}/predict", json={"instances": rows_of(binary)}, trust_env=False)
            assert meanwhile.status_code == 200
            slow.settimeout(10)
            assert slow.recv(4096).startswith(b"HTTP/1.1 408")


def test_a_client_that_goes_away_stops_nobody(address: str, post: Post, binary: Served) -> None:
    host, port = address.removeprefix("http://").split(":")
    for _ in range(5):
        with socket.create_connection((host, int(port))) as gone:
            gone.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{")
    assert post("/predict", json={"instances": rows_of(binary)}).status_code == 200


def test_an_answer_that_takes_too_long() -> None:
    slow = served_of(Task.REGRESSION, seconds=1.0)
    with running(slow, limits=Limits(answer_seconds=0.2)) as (address, _):
        done = httpx.post(f"{address}/predict", json={"instances": rows_of(slow)}, trust_env=False)
        assert done.status_code == 504
        assert httpx.get(f"{address}/healthz", trust_env=False).status_code == 200


def test_nothing_that_was_asked_stands_in_the_records(binary: Served) -> None:
    with running(binary) as (address, records):
        row = rows_of(binary)[0] | {"city": "secretville"}
        httpx.post(f"{address}/predict?q=secretquery", json={"instance": row}, trust_env=False)
        httpx.get(f"{address}/secretpath", trust_env=False)
        httpx.post(f"{address}/predict", json={"instance": row | {"size": "secretsize"}}, trust_env=False)
        for _ in range(100):
            if sum(one["event"] == "request" for one in records) == 3:
                break
            time.sleep(0.02)
    told = [one for one in records if one["event"] == "request"]
    assert [(one["route"], one["status"], one["rows"]) for one in told] == [
        ("/predict", 200, 1),
        ("other", 404, 0),
        ("/predict", 422, 0),
    ]
    assert "secret" not in json.dumps(records)
    assert [one["event"] for one in records if one["event"] != "request"] == ["ready", "stopped"]


def test_the_log_of_requests_is_off_by_default_and_readable_as_a_table(
    binary: Served, tmp_path: Path, settings
) -> None:
    from engine.data.sources import read_table

    path = log_file(tmp_path)
    with running(binary, log=path) as (address, _):
        for _ in range(2):
            found = httpx.post(f"{address}/predict", json={"instances": rows_of(binary)}, trust_env=False).json()
    kept = read_table(path, settings)
    assert len(kept) == 6
    assert set(binary.problem.features) <= set(kept.columns)
    assert list(kept["served_prediction"][:3]) == [one["prediction"] for one in found["predictions"]]
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_with_a_full_disk_answers_go_on_and_it_is_said(binary: Served) -> None:
    with running(binary, log=Path("/dev/full")) as (address, records):
        for _ in range(3):
            done = httpx.post(f"{address}/predict", json={"instances": rows_of(binary)}, trust_env=False)
            assert done.status_code == 200
        counted = httpx.get(f"{address}/metrics", trust_env=False).text
    assert "proofolio_log_failures_total 3.0" in counted
    failed = [one for one in records if one["event"] == "log failed"]
    assert len(failed) == 1
    assert failed[0]["reason"] == "No space left on device"


def test_a_log_or_an_address_that_cannot_be_used(binary: Served, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"), running(binary, log=tmp_path / "none" / "x.jsonl"):
        pass
    with pytest.raises(InputError, match="AIP_PREDICT_ROUTE"), running(binary, environ={"AIP_PREDICT_ROUTE": "x"}):
        pass
    sock = listen("127.0.0.1", 0)
    sock.listen()
    with pytest.raises(InputError, match="cannot be used"):
        listen("127.0.0.1", sock.getsockname()[1])
    sock.close()


_PROGRAM = """
import sys
from engine.domain.task import Task
from engine.serve.app import Options, create
from engine.serve.server import listen, run
from tests.serve.conftest import served_of
sock = listen("127.0.0.1", 0)
app = create(served_of(Task.REGRESSION, seconds=0.3), Options())
print(sock.getsockname()[1], flush=True)
run(app, sock, stop_seconds=20)
"""


def test_a_stop_under_load_finishes_what_is_in_hand(regression: Served) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = f"http://127.0.0.1:{int(process.stdout.readline())}"
        for _ in range(200):
            try:
                if httpx.get(f"{address}/readyz", trust_env=False).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.05)
        answers: list[int] = []

        def ask() -> None:
            body = {"instances": rows_of(regression)}
            answers.append(httpx.post(f"{address}/predict", json=body, trust_env=False, timeout=30).status_code)

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        time.sleep(0.6)
        process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join()
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert answers == [200] * 6
    assert process.returncode == 0, said
    assert json.loads(said.strip().splitlines()[-1])["event"] == "stopped"
