"""Texts of people and files that want to be more than text: on a page they stay text."""

import shutil
from pathlib import Path

import pytest

from engine.domain.writeup import Profile
from engine.evidence.verify import verify
from tests.evidence.story import Story, publish_stories
from tests.publish.test_site import Page, html_files

SCRIPT = "<script>window.hurt=1</script><img src=x onerror=window.hurt=1>"
ATTRIBUTE = "\"'><svg/onload=window.hurt=1> ' onmouseover='window.hurt=1"
LINK = "[click](javascript:window.hurt=1) <a href=javascript:window.hurt=1>x</a> {{ best.score }} {{ 7*7 }} {% raw %}"
MARKS = "abc\u202egpj.exe\u2066\x00\x1b[31m end"
FORMULA = '=cmd|"/c calc"!A1'

CHROMIUM = next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    story = Story(
        title=f"{SCRIPT}{MARKS}",
        domain=ATTRIBUTE,
        target="Churn",
        classes=(f"No{SCRIPT}", f"{FORMULA},\n{ATTRIBUTE}{MARKS}"),
        features=(f"tenure{SCRIPT}", f"contract{ATTRIBUTE}", f"{FORMULA}{MARKS}"),
        question=f"{LINK}\n\n# Heading\n\n{SCRIPT}",
        reader=f"{ATTRIBUTE}{MARKS}",
        decision=f"| a | b |\n|---|---|\n{SCRIPT}",
        constraints=f"```\n{SCRIPT}\n```",
        costs=None,
        source=f"{LINK}{SCRIPT}",
        licence=ATTRIBUTE,
        finding=f"{SCRIPT}{LINK}{MARKS}",
    )
    profile = Profile(
        name=f"{SCRIPT}{MARKS}",
        headline=ATTRIBUTE,
        about=f"{SCRIPT}\n\n{LINK}",
        email='x@y.z"onclick=alert(1)',
        site_address="javascript:window.hurt=1//",
        links=("javascript:window.hurt=1", f"https://a.b/{ATTRIBUTE}"),
    )
    publish_stories(folder, [(story, True)], profile)
    return folder / "site"


def test_the_pages_hold_no_active_element(hostile: Path) -> None:
    for path in html_files(hostile):
        source = path.read_text(encoding="utf-8")
        assert not set(source) & set("\x00\x1b\u202e\u2066")
        for tag, attributes in Page(path).tags:
            assert tag != "script" or attributes == {"type": "application/ld+json"}
            assert tag not in {"iframe", "img", "form", "object", "embed", "base", "style"}, path
            assert not [key for key in attributes if key.startswith("on") or key == "style"], (path, tag, attributes)
            assert not attributes.get("href", "").strip().lower().startswith(("javascript:", "data:", "vbscript:"))


def test_the_text_is_there_as_text(hostile: Path) -> None:
    text = Page(hostile / "projects/churn/index.html").text
    assert "<script>window.hurt=1</script>" in text
    assert "{{ 7*7 }}" in text
    assert "49" not in text.split("{{ 7*7 }}")[0][-3:]


def test_a_spreadsheet_runs_nothing(hostile: Path) -> None:
    import csv

    with (hostile / "projects/churn/predictions.csv").open(encoding="utf-8", newline="") as lines:
        for row in list(csv.reader(lines)):
            for cell in row:
                assert not cell.startswith(("=", "@", "+", "\t"))


def test_it_still_verifies(hostile: Path) -> None:
    found = verify(hostile)
    assert (found.ok, found.level) == (True, 2)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_nothing_runs_in_a_browser(hostile: Path) -> None:
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
        for path in html_files(hostile):
            page.goto(path.as_uri())
            for element in page.locator("a, h1, p, td, li").all()[:60]:
                element.dispatch_event("mouseover")
            assert page.evaluate("window.hurt") is None
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than a phone"
            assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px", "the style sheet is used"
        browser.close()
    assert said == []
