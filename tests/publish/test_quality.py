"""What a stranger's tools say about the site: previews, data blocks, links under a sub-path, access for everyone."""

import functools
import http.server
import json
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from engine.evidence.verify import verify
from engine.publish.badges import Badge, badges
from tests.publish.test_hostile import CHROMIUM, hostile
from tests.publish.test_site import Page, addressed, html_files

__all__ = ["addressed", "hostile"]

BASE = "https://ada.example.org/portfolio/"


def test_previews_have_a_picture_with_its_size_and_words(addressed: Path) -> None:
    for path in html_files(addressed):
        metas = Page(path).metas()
        place = path.parent.relative_to(addressed).as_posix()
        card = f"{place}/card.png" if place.startswith("projects/") else "card.png"
        assert (addressed / card).is_file()
        assert metas["og:image"] == metas["twitter:image"] == f"{BASE}{card}"
        assert (metas["og:image:width"], metas["og:image:height"]) == ("1200", "630")
        assert metas["og:image:type"] == "image/png"
        assert metas["twitter:card"] == "summary_large_image"
        assert 10 < len(metas["og:image:alt"]) <= 400
        assert metas["og:image:alt"] == metas["twitter:image:alt"]
        assert len(metas["twitter:title"]) <= 60
        assert len(metas["twitter:description"]) <= 200
    metas = Page(addressed / "projects/penguins/index.html").metas()
    claim = json.loads((addressed / "projects/penguins/evidence.json").read_bytes())["claims"][0]
    assert claim["text"] in metas["og:image:alt"]
    assert metas["article:author"] == "Ada Example"
    assert metas["article:published_time"] == metas["article:modified_time"]


def test_without_an_address_nothing_is_guessed(published_once: Path) -> None:
    for path in html_files(published_once):
        assert not [name for name in Page(path).metas() if "image" in name or name.startswith("twitter:")]


def test_data_blocks_say_what_the_page_says(addressed: Path, published_once: Path) -> None:
    front = json.loads(Page(addressed / "index.html").blocks[0])
    assert (front["@type"], front["mainEntity"]["name"]) == ("ProfilePage", "Ada Example")
    assert front["mainEntity"]["sameAs"] == ["https://github.com/ada"]
    parts = {
        one["@type"]: one for one in json.loads(Page(addressed / "projects/penguins/index.html").blocks[0])["@graph"]
    }
    assert set(parts) == {"Article", "Dataset", "BreadcrumbList"}
    assert parts["Article"]["image"] == f"{BASE}projects/penguins/card.png"
    assert 50 <= len(parts["Dataset"]["description"]) <= 5000
    assert parts["Dataset"]["license"] == "CC BY 4.0"
    assert Page(published_once / "index.html").blocks == [], "no name, no profile"


def test_hostile_data_blocks_stay_data(hostile: Path) -> None:
    page = Page(hostile / "projects/churn/index.html")
    assert len(page.blocks) == 1
    article = json.loads(page.blocks[0])["@graph"][0]
    assert "<script>window.hurt=1</script>" in article["headline"]
    assert not set(page.blocks[0]) & set("<>&")


def test_employers_get_four_sentences_one_command_and_the_limits(addressed: Path) -> None:
    page = Page(addressed / "employers/index.html")
    text = " ".join(page.text.split())
    assert f"proofolio verify {BASE}" in text
    assert "python check.py" in text
    assert "Who did the work" in text
    source = (addressed / "employers/index.html").read_text(encoding="utf-8")
    assert source.split('id="four"')[1].split("</ol>")[0].count("<li>") == 4
    project = Page(addressed / "projects/penguins/index.html")
    assert ("a", {"href": "../../employers/index.html"}) in project.tags


def test_badges_say_what_is_stored(published_once: Path) -> None:
    svg = (published_once / "projects/churn/badges/licence.svg").read_text(encoding="utf-8")
    assert "data licence: CC BY 4.0" in svg
    rebuilt = {"ok": True, "day": "3 March 2026", "faults": []}
    found = {one.name: one for one in badges({}, (), rebuilt, "3.11")}
    assert {name: one.message for name, one in found.items()} == {
        "reproduced": "on 3 March 2026",
        "repository": "complete",
        "python": "3.11",
    }
    failed = {one.name: one.message for one in badges({}, (), {**rebuilt, "ok": False, "faults": ["x"]}, "")}
    assert failed == {"reproduced": "not on 3 March 2026", "repository": "1 fault"}
    assert badges({}, (), None, "") == []
    hurt = Badge(name="x", label="<script>", message='"><b onload=x>', colour="#000").svg
    assert "<script" not in hurt
    assert "<b " not in hurt


@pytest.fixture
def served(addressed: Path, tmp_path: Path) -> Iterator[str]:
    """Serve the site under a sub-path, as a project page is."""
    shutil.copytree(addressed, tmp_path / "some/where")
    handler = functools.partial(_Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/some/where/"
    server.shutdown()
    server.server_close()
    thread.join()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_every_link_resolves_under_a_sub_path(served: str, tmp_path: Path) -> None:
    open_, seen = [served], set()
    while open_:
        address = open_.pop()
        if address in seen:
            continue
        seen.add(address)
        with urllib.request.urlopen(address) as answer:
            body, kind = answer.read(), answer.headers.get_content_type()
        if kind != "text/html":
            continue
        (tmp_path / "page.html").write_bytes(body)
        for tag, attributes in Page(tmp_path / "page.html").tags:
            href = attributes.get("href", "")
            if tag in ("a", "link") and href and not urlsplit(href).scheme:
                target = urljoin(address, href).partition("#")[0]
                assert target.startswith(served), f"{address}: {href} leaves the site"
                open_.append(target)
    files = {path.relative_to(tmp_path / "some/where").as_posix() for path in (tmp_path / "some/where").rglob("*.html")}
    reached = {one.removeprefix(served) or "index.html" for one in seen}
    assert files - reached <= {"404.html"}, "every page can be reached"


def test_a_page_is_light(published_once: Path) -> None:
    shared = (published_once / "assets/style.css").stat().st_size + (published_once / "favicon.svg").stat().st_size
    for page in published_once.glob("projects/*/index.html"):
        assert page.stat().st_size + shared < 500_000


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_barrier_of_any_level(addressed: Path, published_once: Path, hostile: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        assert _barriers(browser.new_page(), axe, "<html><body><img src=x></body></html>"), "the check itself can fail"
        context = browser.new_context(color_scheme=scheme, bypass_csp=True, viewport={"width": 1280, "height": 900})
        page = context.new_page()
        for path in [*html_files(addressed), *html_files(published_once), hostile / "projects/churn/index.html"]:
            page.goto(path.as_uri())
            for one in page.locator("details").all():
                one.evaluate("node => node.open = true")
            found += [(path.parent.name, *one) for one in _barriers(page, axe)]
        browser.close()
    assert not found, found


def _barriers(page: Any, axe: Any, content: str = "") -> list[tuple[Any, ...]]:
    if content:
        page.set_content(content)
    violations = axe.Axe().run(page).response["violations"]
    return [(one["id"], one["impact"], [node["html"][:160] for node in one["nodes"]][:3]) for one in violations]


@pytest.mark.slow
def test_the_html_is_valid(addressed: Path, published_once: Path, tmp_path: Path) -> None:
    npx = shutil.which("npx")
    if npx is None:
        pytest.skip("needs Node.js: html-validate is not run")
    rules = {"extends": ["html-validate:recommended"], "rules": {"no-trailing-whitespace": "off", "long-title": "off"}}
    (tmp_path / ".htmlvalidate.json").write_text(json.dumps(rules), encoding="utf-8")
    for number, site in enumerate((addressed, published_once)):
        shutil.copytree(site, tmp_path / str(number))
    report = tmp_path / "report.json"
    with report.open("w", encoding="utf-8") as out:
        # To a file: what goes through a pipe is cut where the program ends.
        command = [npx, "--yes", "html-validate@9", "--formatter", "json", "."]
        done = subprocess.run(command, cwd=tmp_path, stdout=out, stderr=subprocess.PIPE, timeout=280, check=False)
    text = report.read_text(encoding="utf-8")
    if not text.startswith("["):
        pytest.skip(f"html-validate is not on this machine: {done.stderr.decode(errors='replace')[-200:]}")
    wrong = [
        (Path(page["filePath"]).name, one["ruleId"], one["message"], one["line"])
        for page in json.loads(text)
        for one in page["messages"]
        if one["severity"] == 2
    ]
    assert not wrong, wrong[:20]


def test_it_still_verifies_with_cards_and_badges(addressed: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(addressed, tmp_path / "site"))
    assert verify(site).ok
    card = site / "projects/penguins/card.png"
    data = bytearray(card.read_bytes())
    data[-20] ^= 1
    card.write_bytes(bytes(data))
    assert not verify(site).ok
