"""Time from the start of the application to a usable first page, and what it imports (asked: under 4 s)."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.record import write

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("flaml", "shap", "sklearn", "lightgbm", "catboost", "xgboost")
REPETITIONS = 5


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def start_once() -> float:
    """Start the application in an empty home and wait until the first page shows its heading; seconds."""
    port = free_port()
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "engine.cli", "app", "--port", str(port)],
            env={**os.environ, "PROOFOLIO_HOME": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            while True:
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.02)
            page.goto(f"http://127.0.0.1:{port}")
            page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
            return time.perf_counter() - began
        finally:
            browser.close()
            os.killpg(server.pid, 15)
            server.wait()


def imported() -> list[str]:
    """Run the first page in a process of its own and list the heavy libraries that it imported."""
    code = (
        "import json, sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "assert not AppTest.from_file('app.py', default_timeout=60).run().exception\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
    )
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PROOFOLIO_HOME": home},
            capture_output=True,
            text=True,
            check=True,
        )
    found: list[str] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


if __name__ == "__main__":
    seconds = [start_once() for _ in range(REPETITIONS)]
    write(
        "startup",
        {
            "asked_seconds": 4.0,
            "median_seconds": round(statistics.median(seconds), 2),
            "worst_seconds": round(max(seconds), 2),
            "repetitions": REPETITIONS,
            "heavy_libraries_imported": imported(),
        },
    )
