"""A person's first hour in a real browser: from an empty home to a published page that verifies."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.actions import publishing

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ROOT = Path(__file__).resolve().parents[1]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: install the package chromium"),
    pytest.mark.timeout(400),
]
sync_api = pytest.importorskip("playwright.sync_api")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "app", "--port", str(port)],
        env={**os.environ, "PROOFOLIO_HOME": str(home / "home"), "PROOFOLIO_THREADS": "2", "HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        began = time.monotonic()
        while not answers(port):
            assert time.monotonic() - began < 60, "the application did not start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, 15)
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_api.sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield one
        one.close()


@pytest.fixture
def page(browser, request: pytest.FixtureRequest) -> Iterator[object]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    one = context.new_page()
    requests: list[str] = []
    one.on("request", lambda request: requests.append(request.url))
    failed = request.session.testsfailed
    yield one
    if request.session.testsfailed > failed:
        # What a person would have seen says more than the name of the text that did not come.
        sys.stdout.write(f"{one.url}\n{one.locator('body').inner_text()}\n")
    foreign = [url for url in requests if not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:|file:", url)]
    assert not foreign, "the application asked another host"
    context.close()


def heading(page, text: str) -> None:
    """Wait until a page is drawn to its end: until then, what is left of the page before can still be clicked."""
    page.get_by_role("heading", level=1, name=text).wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def step(page, name: str) -> None:
    """Go on by the stepper at the top of the page."""
    page.locator(".st-key-stepper").get_by_role("link", name=re.compile(name)).click()


def test_a_deep_link_on_a_fresh_server_has_its_frame(page, address: str) -> None:
    page.goto(f"{address}/train")
    heading(page, "Train")
    page.get_by_text("No project is chosen").wait_for()
    page.get_by_role("link", name="Portfolio").wait_for()
    assert page.get_by_text("Page not found").count() == 0


def test_from_an_empty_home_to_a_verified_page(page, address: str, home: Path) -> None:
    page.goto(address)
    heading(page, "Build a project that a stranger can check")
    page.get_by_test_id("stSidebarUserContent").get_by_role("link", name="Gallery").click()
    heading(page, "Choose a question")
    card = page.locator("[data-testid=stVerticalBlock]").filter(has_text="penguin").last
    card.get_by_role("button", name="Start this project").click()

    # The first run is the second click after the gallery.
    heading(page, "Train")
    page.get_by_text("20-second").click()
    page.get_by_role("button", name="Start a 20-second search").click()
    page.get_by_role("button", name="Stop and keep what was found").wait_for()
    page.get_by_text(re.compile("Best so far")).wait_for()

    step(page, "Brief")
    heading(page, "Brief")
    box = page.get_by_label("Constraints: time, money, law, latency")
    box.fill("A ranger has two minutes for each bird.")
    page.get_by_role("button", name="Save the brief").click()
    page.get_by_text("Version 2 of the brief is stored.").wait_for()

    step(page, "Data")
    heading(page, "Data")
    page.get_by_text("SHA-256 of the table").or_(page.get_by_role("tab", name="Split")).first.wait_for()

    step(page, "Train")
    page.get_by_role("heading", name="Leaderboard").wait_for(timeout=120_000)
    page.get_by_text("Run 1 is done").wait_for(timeout=120_000)
    page.get_by_role("button", name="Promote it").first.click()
    page.get_by_label("Why this one?").fill("It answers at once and ties with the best.")
    page.get_by_role("button", name="Promote this model").click()
    page.get_by_text(re.compile("Promoted\\.")).wait_for()

    step(page, "Evaluate")
    heading(page, "Evaluate")
    page.get_by_text(re.compile("asked: at least")).first.wait_for()

    step(page, "Explain")
    heading(page, "Explain")
    page.get_by_text(re.compile("The model uses")).first.wait_for(timeout=120_000)

    step(page, "Hold-out")
    heading(page, "Hold-out")
    page.get_by_role("spinbutton", name=re.compile("that you expect")).fill("0.97")
    page.get_by_role("button", name="Open the hold-out once").click()
    page.get_by_text(re.compile("Expected was")).wait_for(timeout=120_000)

    step(page, "Write-up")
    heading(page, "Write-up")
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_text("Version 1 is stored.").wait_for()

    page.get_by_test_id("stSidebarUserContent").get_by_role("link", name="Portfolio").click()
    heading(page, "Portfolio")
    site = home / "site"
    page.get_by_label("Folder to write into").fill(str(site))
    page.get_by_role("button", name="Write the site").click()
    page.get_by_role("button", name="Verify it now").click(timeout=120_000)
    page.get_by_text(re.compile("Level 2 holds")).wait_for()

    found = publishing.verify(str(site))
    assert found["ok"], found
    page.goto((site / "projects" / "penguin-species" / "index.html").as_uri())
    assert "0.9" in page.locator("main").inner_text()
    kinds = page.evaluate("[...document.scripts].map(one => one.type)")
    assert set(kinds) <= {"application/ld+json"}, "data for search engines, nothing that runs"


def test_a_page_that_was_left_is_found_again_as_it_was(page, address: str) -> None:
    page.goto(f"{address}/evaluate?project=penguin-species")
    heading(page, "Evaluate")
    page.reload()
    page.get_by_text(re.compile("asked: at least")).first.wait_for()


def test_a_lesson_that_is_opened_from_the_list_has_its_own_address(page, address: str) -> None:
    page.goto(f"{address}/lesson?project=penguin-species")
    page.get_by_text(re.compile("Totals and groups")).click()
    page.wait_for_url(re.compile("skill=eda"))
    page.get_by_text("Now in your project").wait_for()
    page.get_by_text("All lessons").click()
    heading(page, "Lessons")
    page.wait_for_url(re.compile(r"/lesson\?project=penguin-species$"))


def test_a_narrow_screen_needs_no_sideways_scrolling(browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    for name in (
        "",
        "gallery",
        "brief",
        "data",
        "train",
        "evaluate",
        "explain",
        "holdout",
        "writeup",
        "evidence",
        "portfolio",
        "path",
        "lesson",
    ):
        page.goto(f"{address}/{name}?project=penguin-species")
        page.get_by_role("heading", level=1).wait_for(timeout=60_000)
        width = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert width <= 390, f"{name or 'today'} is {width} px wide"
    context.close()
