"""A stranger's check: what holds is said to hold, what does not is named."""

import json
import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InputError
from engine.evidence import source
from engine.evidence.checks import Verification
from engine.evidence.document import encode
from engine.evidence.keys import author_key
from engine.evidence.seal import listed, seal
from engine.evidence.verify import verify
from engine.settings import Settings


def wrong(found: Verification) -> list[str]:
    return [check["name"] for check in found.checks if not check["ok"]]


def reseal(place: Path, home: Path, change: Any = lambda _: None) -> None:
    """Sign a project's folder anew, as a forger would, with another key."""
    document = json.loads((place / "evidence.json").read_bytes())
    document["files"] = listed(place, [one["path"] for one in document["files"]])
    key = author_key(Settings(home=home))
    document["key"] |= {"public": key.public, "fingerprint": key.fingerprint}
    change(document)
    seal(place, document, key)


def test_a_site_and_each_of_its_projects_hold(published_once: Path) -> None:
    for place in (published_once, published_once / "projects/churn", published_once / "projects/houses"):
        found = verify(place)
        assert (found.ok, found.level, wrong(found)) == (True, 2, [])
        assert len(found.fingerprint) == 16
    assert verify(published_once / "evidence.json").ok
    assert any("who did the work" in note for note in found.notes)


def test_what_comes_out_is_plain_and_has_the_stable_fields(published_once: Path) -> None:
    raw = json.loads(json.dumps(verify(published_once).as_dict()))
    assert {"ok", "level", "checks", "fingerprint"} <= set(raw)
    assert {"name", "ok", "expected", "actual"} == set(raw["checks"][0])


def test_an_unlisted_file_is_noted_and_no_fault(site: Path) -> None:
    (site / "CNAME").write_text("example.org", encoding="utf-8")
    found = verify(site)
    assert found.ok
    assert any("CNAME" in note for note in found.notes)


@pytest.mark.parametrize(
    ("path", "old", "new", "name"),
    [
        ("projects/churn/index.html", "0.", "1.", "churn: file index.html"),
        ("projects/churn/predictions.csv", "0.", "1.", "churn: file predictions.csv"),
        ("projects/churn/trials.jsonl", '"ok":true', '"ok":false', "churn: trial log"),
        ("projects/churn/evidence.json", '"created": "2026', '"created": "2027', "churn: signature"),
        ("projects/churn/evidence.json", '"expected": 0.8', '"expected": 0.7', "churn: signature"),
        ("evidence.json", '"created": "2026', '"created": "2027', "signature"),
        ("assets/style.css", "#", "!", "file assets/style.css"),
    ],
)
def test_a_change_is_named(site: Path, path: str, old: str, new: str, name: str) -> None:
    text = (site / path).read_text(encoding="utf-8")
    assert old in text
    (site / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = verify(site)
    assert (found.ok, found.level) == (False, 0)
    assert name in wrong(found)


def test_a_prediction_changed_and_signed_anew_shows_in_the_claims(site: Path, tmp_path: Path) -> None:
    place = site / "projects/churn"
    lines = (place / "predictions.csv").read_text(encoding="utf-8").split("\n")
    cells = lines[1].split(",")
    cells[1] = "No" if cells[1] == "Yes" else "Yes"
    (place / "predictions.csv").write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")
    before = verify(place).fingerprint
    reseal(place, tmp_path / "forger")
    found = verify(place)
    assert (found.ok, found.level) == (False, 1)
    assert "recompute holdout.roc_auc" in wrong(found)
    assert found.fingerprint != before, "and another key signed it"


def test_a_better_claim_signed_anew_does_not_follow_from_the_predictions(site: Path, tmp_path: Path) -> None:
    place = site / "projects/churn"

    def boast(document: dict[str, Any]) -> None:
        document["claims"][0] |= {"value": 0.9999, "low": 0.999, "high": 1.0, "text": "1.000 (0.999 to 1.000)"}

    reseal(place, tmp_path / "forger", boast)
    found = verify(place)
    assert not found.ok
    assert {"recompute holdout.roc_auc", "page shows holdout.roc_auc"} <= set(wrong(found))


def test_a_page_that_says_something_else_than_the_evidence(site: Path, tmp_path: Path) -> None:
    place = site / "projects/churn"
    page = (place / "index.html").read_text(encoding="utf-8")
    claim = json.loads((place / "evidence.json").read_bytes())["claims"][0]
    (place / "index.html").write_text(page.replace(claim["text"], "0.999 (0.990 to 1.000)"), encoding="utf-8")
    reseal(place, tmp_path / "forger")
    assert "page shows holdout.roc_auc" in wrong(verify(place))
    invented = page.replace("</main>", '<data class="claim" data-fact="holdout.magic" value="1.0">1.00</data></main>')
    (place / "index.html").write_text(invented, encoding="utf-8")
    reseal(place, tmp_path / "forger")
    assert "page claims holdout.magic" in wrong(verify(place))
    (place / "index.html").write_text("<p>Nothing to see</p>", encoding="utf-8")
    reseal(place, tmp_path / "forger")
    assert "page shows holdout.roc_auc" in wrong(verify(place))


def test_a_text_that_rounds_in_the_authors_favour(site: Path, tmp_path: Path) -> None:
    place = site / "projects/churn"
    claim = json.loads((place / "evidence.json").read_bytes())["claims"][0]
    page = (place / "index.html").read_text(encoding="utf-8")
    better = "0.999" + claim["text"][5:]
    (place / "index.html").write_text(page.replace(claim["text"], better), encoding="utf-8")
    reseal(place, tmp_path / "forger", lambda document: document["claims"][0].update(text=better))
    assert wrong(verify(place)) == ["text of holdout.roc_auc"]


def test_a_project_exchanged_for_another_of_the_same_author(site: Path) -> None:
    churn, houses = site / "projects/churn", site / "projects/houses"
    shutil.rmtree(churn)
    shutil.copytree(houses, churn)
    assert "churn: evidence that the site names" in wrong(verify(site))


def test_withheld_predictions_leave_level_one(site: Path, tmp_path: Path) -> None:
    place = site / "projects/churn"
    document = json.loads((place / "evidence.json").read_bytes())
    document["files"] = [one for one in document["files"] if one["path"] != "predictions.csv"]
    for claim in document["claims"]:
        claim["file"] = None
    (place / "predictions.csv").unlink()
    seal(place, document | {"key": _key(tmp_path)}, author_key(Settings(home=tmp_path / "own")))
    found = verify(place)
    assert (found.ok, found.level) == (True, 1)
    assert any("withholds" in note for note in found.notes)


def _key(tmp_path: Path) -> dict[str, str]:
    key = author_key(Settings(home=tmp_path / "own"))
    return {"type": "ed25519", "public": key.public, "fingerprint": key.fingerprint}


@pytest.mark.parametrize(
    "change",
    [
        {"resamples": 10**12},
        {"resamples": 0},
        {"seed": -1},
        {"file": "../../../../etc/passwd"},
        {"file": "missing.csv"},
        {"metric": "magic"},
    ],
)
def test_a_hostile_claim_is_refused_quickly(site: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    place = site / "projects/churn"
    reseal(place, tmp_path / "forger", lambda document: document["claims"][0].update(change))
    assert not verify(place).ok


@pytest.mark.parametrize("name", ["predictions.csv", "index.html", "trials.jsonl", "evidence.sig"])
def test_a_missing_file(site: Path, name: str) -> None:
    (site / "projects/churn" / name).unlink()
    found = verify(site / "projects/churn")
    assert (found.ok, found.level) == (False, 0)


def test_a_broken_evidence_is_a_named_fault(site: Path) -> None:
    (site / "projects/churn/evidence.json").write_text("{", encoding="utf-8")
    assert wrong(verify(site / "projects/churn")) == ["evidence.json"]
    assert "churn: evidence.json" in wrong(verify(site))


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no symbolic links here")
def test_a_link_that_leads_outside_is_no_file(site: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.csv"
    shutil.move(site / "projects/churn/predictions.csv", target)
    (site / "projects/churn/predictions.csv").symlink_to(target)
    assert not verify(site / "projects/churn").ok


def test_no_portfolio(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "nowhere", tmp_path / "plain.txt", tmp_path / "empty", ""):
        with pytest.raises(InputError):
            verify(place)


# Zip files


def zipped(folder: Path, target: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in folder.rglob("*"):
            if path.is_file():
                archive.write(path, prefix + path.relative_to(folder).as_posix())
    return target


def test_a_zip_file_also_with_a_folder_around_everything(published_once: Path, tmp_path: Path) -> None:
    assert verify(zipped(published_once, tmp_path / "a.zip")).level == 2
    assert verify(zipped(published_once, tmp_path / "b.zip", "portfolio/")).level == 2
    assert verify(zipped(published_once / "projects/churn", tmp_path / "c.zip")).level == 2


@pytest.mark.parametrize("name", ["../evil.txt", "/evil.txt", "a/../../evil.txt", "c:\\evil.txt", "a\\..\\evil.txt"])
def test_a_zip_that_points_outside(tmp_path: Path, name: str) -> None:
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("evidence.json", "{}")
        entry = zipfile.ZipInfo("x")
        entry.filename = name
        archive.writestr(entry, "x")
    with pytest.raises(InputError, match="outside"):
        verify(path)
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_zip_with_a_link(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("evidence.json")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(InputError, match="outside"):
        verify(path)


def test_a_zip_that_swells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 1_000_000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("evidence.json", b"0" * 2_000_000)
    with pytest.raises(InputError, match="too large"):
        verify(path)
    monkeypatch.setattr(source, "MOST_ENTRIES", 3)
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5):
            archive.writestr(f"{number}.txt", "")
    with pytest.raises(InputError, match="too large"):
        verify(path)


def test_a_broken_zip(published_once: Path, tmp_path: Path) -> None:
    path = zipped(published_once, tmp_path / "a.zip")
    data = bytearray(path.read_bytes())
    data[100:200] = b"x" * 100
    path.write_bytes(data)
    with pytest.raises(InputError, match="cannot be unpacked"):
        verify(path)


# Addresses


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.path == "/away/evidence.json":
            self.send_response(302)
            self.send_header("Location", "http://example.invalid/evidence.json")
            self.end_headers()
        elif self.path == "/file/evidence.json":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
        elif self.path == "/broken/evidence.json":
            self.send_response(500)
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture
def server(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    served = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=partial(served.serve_forever, poll_interval=0.01), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.mark.parametrize("path", ["", "/", "/index.html", "/evidence.json", "/projects/churn/", "/projects/churn"])
def test_an_address(server: str, path: str) -> None:
    found = verify(server + path)
    assert (found.ok, found.level) == (True, 2)


def test_an_address_whose_file_was_changed_or_taken_away(server: str, site: Path) -> None:
    predictions = site / "projects/churn/predictions.csv"
    predictions.write_text(predictions.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (site / "projects/churn/trials.jsonl").unlink()
    names = wrong(verify(server + "/projects/churn/"))
    assert {"file predictions.csv", "file trials.jsonl", "trial log"} <= set(names)


def test_an_address_with_broken_evidence(server: str, site: Path) -> None:
    (site / "evidence.json").write_text("{", encoding="utf-8")
    assert wrong(verify(server)) == ["evidence.json"]


@pytest.mark.parametrize("path", ["/projects/", "/nowhere", "/away/", "/file/", "/broken/"])
def test_an_address_without_a_portfolio(server: str, path: str) -> None:
    with pytest.raises(InputError):
        verify(server + path)


def test_an_address_that_does_not_answer() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        verify("http://127.0.0.1:9/")
    with pytest.raises(InputError):
        verify("https://")


def test_an_address_that_lists_too_much(server: str, site: Path) -> None:
    document = json.loads((site / "evidence.json").read_bytes())
    document["files"][0]["size"] = 10**12
    (site / "evidence.json").write_bytes(encode(document))
    with pytest.raises(InputError, match="too large"):
        verify(server)
