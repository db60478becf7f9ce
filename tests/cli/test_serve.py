"""`proofolio serve`: tested before it answers, refused where the model was altered."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from engine.actions import serving, work
from engine.errors import EngineError
from engine.runs.jobs.material import model_folder
from engine.settings import Settings
from engine.store import runs
from engine.store.db import connect
from tests.cli.test_bad_input import run
from tests.cli.test_one_row import cars

__all__ = ["cars"]


def test_a_trained_model_is_tested_and_served(settings: Settings, cars: str, tmp_path: Path) -> None:
    checks = run("serve", cars, "--check", code=0)["checks"]
    assert len(checks) == 7
    assert all(one["ok"] for one in checks)
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "serve", cars, "--port", "0", "--log", str(tmp_path / "log.jsonl")],
        env={**os.environ, "PROOFOLIO_HOME": str(settings.home), "AIP_HTTP_PORT": ""},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        assert "7 behaviour tests passed" in said
        address = said.split()[-1].rstrip(".")
        assert json.loads(process.stderr.readline())["event"] == "ready"
        assert time.perf_counter() - began < 30
        about = httpx.get(address, trust_env=False).json()
        found = httpx.post(f"{address}/predict", json=about["example"], trust_env=False).json()
        assert isinstance(found["predictions"][0]["prediction"], float)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "stopped" in out
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 1


def test_an_altered_model_is_refused(settings: Settings, cars: str) -> None:
    trial = work.winner(settings, cars)
    folder = model_folder(settings, trial)
    with connect(settings) as db:
        assert runs.get(db, trial.run_id).result["model_sha256"][str(trial.number)]
    manifest = folder / "manifest.json"
    before = manifest.read_text()
    # Someone who changes a file and its hash in the manifest as well.
    manifest.write_text(before.replace('"weight": 1.0', '"weight": 0.5'))
    assert manifest.read_text() != before
    error = run("serve", cars, "--check")["error"]
    assert "were changed" in error["message"]
    manifest.write_text(before)
    part = next(folder.glob("model-*.skops"))
    raw = bytearray(part.read_bytes())
    raw[len(raw) // 2] ^= 1
    part.write_bytes(bytes(raw))
    assert "was changed" in run("serve", cars, "--check")["error"]["message"]


def test_a_model_that_does_not_behave_is_not_served(
    settings: Settings, cars: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(settings) as db:
        db.execute("UPDATE trials SET score = 0.0001, low = 0.00005, high = 0.0002")
        db.conn.commit()
    with pytest.raises(EngineError, match="minimum performance"):
        serving.serve(settings, cars, serving.Wish(port=0, environ={}), lambda _: None)


def test_what_cannot_be_served(settings: Settings, cars: str) -> None:
    assert "no project" in run("serve", "nothing", "--check")["error"]["message"].lower()
    with pytest.raises(EngineError, match="AIP_HTTP_PORT"):
        serving.serve(settings, cars, serving.Wish(environ={"AIP_HTTP_PORT": "x"}), lambda _: None)
