"""A small model behind a real server on the loopback address."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
import uvicorn

from engine.automl.model import Model, align
from engine.domain.task import Task
from engine.serve.answers import Served, levels_of
from engine.serve.app import Limits, Options, create
from engine.serve.server import listen
from tests.automl.test_model import model_of
from tests.automl.toys import toy


class Slow:
    """A model that takes its time."""

    def __init__(self, model: Model, seconds: float) -> None:
        self.model, self.seconds = model, seconds

    def predict(self, frame: pd.DataFrame) -> Any:
        time.sleep(self.seconds)
        return self.model.predict(frame)


def served_of(task: Task, *, explain: bool = True, seconds: float = 0.0) -> Served:
    given = toy(task)
    model = model_of(given, "linear", "lightgbm")
    frame, _ = align(given.X, given.problem)
    frame = frame.reset_index(drop=True)
    return Served(
        name="toy",
        version=7,
        title="Toy",
        problem=given.problem,
        model=Slow(model, seconds) if seconds else model,
        background=frame,
        levels=levels_of(frame, given.problem),
        explain=explain,
        facts={"metric": given.problem.metric},
    )


@contextmanager
def running(served: Served, **options: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve in a thread; gives the address and what is recorded."""
    records: list[dict[str, Any]] = []
    app = create(served, Options(**options), records.append)
    sock = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    for _ in range(500):
        if server.started:
            break
        time.sleep(0.01)
    assert server.started
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}", records
    finally:
        server.should_exit = True
        thread.join(20)
        sock.close()
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def binary() -> Served:
    return served_of(Task.BINARY)


@pytest.fixture(scope="session")
def regression() -> Served:
    return served_of(Task.REGRESSION)


@pytest.fixture(scope="session")
def address(binary: Served) -> Iterator[str]:
    with running(binary, limits=Limits(body_bytes=2 * 1024**2), environ=VERTEX) as (found, _):
        yield found


VERTEX = {"AIP_HEALTH_ROUTE": "/vertex/health", "AIP_PREDICT_ROUTE": "/v1/endpoints/3/deployedModels/4:predict"}


@pytest.fixture(scope="session")
def values(address: str, regression: Served) -> Iterator[str]:
    with running(regression) as (found, _):
        yield found


@pytest.fixture
def post(address: str) -> Callable[..., httpx.Response]:
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield client.post  # type: ignore[misc]


def rows_of(served: Served, count: int = 3) -> list[dict[str, Any]]:
    """Rows of the background as a client would send them."""
    from engine.automl.stored import rows_as_json

    columns = rows_as_json(served.background.iloc[:count])
    return [{name: columns[name][row] for name in columns} for row in range(count)]


def expected(served: Served, count: int = 3) -> Any:
    return np.asarray(served.model.predict(served.background.iloc[:count]))


def log_file(folder: Path) -> Path:
    return folder / "requests.jsonl"
