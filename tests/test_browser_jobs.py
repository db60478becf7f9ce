"""Jobs in a real browser: a hostile posting runs nothing, and the way on leads to an application and a resume."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ROOT = Path(__file__).resolve().parents[1]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: install the package chromium"),
    pytest.mark.timeout(300),
]
sync_api = pytest.importorskip("playwright.sync_api")

HOSTILE = """<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> [x](javascript:window.hacked=1)
*bold* $x$
Company: <b>Example</b> :material/home:
Python and Docker, remote, 70k EUR per year
\u202emorf edoc
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.headless", "true"]
    server = subprocess.Popen(
        [*command, "--server.port", str(port), "--browser.gatherUsageStats", "false"],
        cwd=ROOT,
        env=os.environ | {"PROOFOLIO_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.2)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(timeout=20)


def test_a_hostile_posting_runs_nothing_and_leads_to_a_resume(address: str, tmp_path: Path) -> None:
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(30_000)
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.goto(address)
        page.get_by_role("link", name="Jobs").click()
        page.get_by_label("Text of the posting").fill(HOSTILE)
        page.get_by_role("button", name="Read it").click()
        page.get_by_text("What it asks for").wait_for()
        assert "posting=1" in page.url
        assert page.get_by_text("<b>Example</b>").first.is_visible()
        page.get_by_role("button", name="Begin an application").click()
        page.get_by_label("Next step").fill("Write to them")
        page.get_by_role("button", name="Store it").click()
        page.get_by_text("The application is stored.").wait_for()
        page.goto(f"{address}/resume?posting=1")
        button = page.locator("[data-testid=stDownloadButton]").filter(has_text="JSON Resume").locator("button")
        with page.expect_download() as taken:
            button.click()
        taken.value.save_as(tmp_path / "resume.json")
        assert json.loads((tmp_path / "resume.json").read_text(encoding="utf-8"))["meta"]["version"] == "v1.0.0"
        assert page.evaluate("window.hacked") is None
        assert not faults
        browser.close()
