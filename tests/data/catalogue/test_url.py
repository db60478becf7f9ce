import hashlib
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from engine.data.catalogue import guarded
from engine.data.catalogue.url import download
from engine.data.sources import read_table
from engine.errors import InputError
from engine.settings import Settings
from tests.conftest import MOMENT
from tests.data.catalogue.server import Answer, Server

TABLE = b"a,b\n1,x\n2,y\n3,x\n"


def brought(server: Server, path: str, folder: Path, settings: Settings) -> Path:
    return download(server.address + path, folder, settings, clock=lambda: MOMENT, allow_local=True)[0]


def test_a_table_is_brought_with_its_provenance(server: Server, tmp_path: Path, settings: Settings) -> None:
    server.answers["/some/my%20table.csv"] = Answer(TABLE)
    address = f"{server.address}/some/my%20table.csv"
    path, provenance = download(address, tmp_path, settings, clock=lambda: MOMENT, allow_local=True)
    assert path.parent == tmp_path
    assert read_table(path, settings)["b"].tolist() == ["x", "y", "x"]
    assert provenance.original_sha256 == hashlib.sha256(TABLE).hexdigest()
    assert (provenance.source, provenance.original_name, provenance.retrieved_at) == (address, "my table.csv", MOMENT)


@pytest.mark.parametrize(
    ("path", "headers", "name"),
    [
        ("/t.parquet", {}, "download.parquet"),
        ("/t.CSV.gz", {"Content-Type": "application/gzip"}, "download.csv.gz"),
        ("/export?what=1", {"Content-Type": "text/csv; charset=utf-8"}, "download.csv"),
        ("/export", {"Content-Disposition": 'attachment; filename="sales.xlsx"'}, "download.xlsx"),
        ("/export", {"Content-Disposition": 'attachment; filename="../../evil.tsv"'}, "download.tsv"),
        ("/export", {"Content-Disposition": 'attachment; filename="/etc/passwd"'}, "download.csv"),
        ("/plain", {}, "download.csv"),
    ],
)
def test_the_name_of_a_server_is_never_a_path(
    path: str, headers: dict[str, str], name: str, server: Server, tmp_path: Path, settings: Settings
) -> None:
    server.answers[path] = Answer(TABLE, headers=headers)
    folder = tmp_path / "here"
    folder.mkdir()
    assert brought(server, path, folder, settings) == folder / name
    assert [one.name for one in folder.iterdir()] == [name]
    assert {one.name for one in tmp_path.iterdir()} <= {"here", "home"}


def test_redirects_are_followed_five_times(server: Server, tmp_path: Path, settings: Settings) -> None:
    for n in range(8):
        server.answers[f"/{n}"] = Answer(status=302, headers={"Location": f"/{n + 1}"})
    server.answers["/8"] = Answer(TABLE)
    assert brought(server, "/3", tmp_path, settings).exists()
    with pytest.raises(InputError, match="without end"):
        brought(server, "/2", tmp_path, settings)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/t.csv", "gopher://x/", "data:text/csv,a"])
def test_a_redirect_to_another_kind_of_address_is_refused(
    target: str, server: Server, tmp_path: Path, settings: Settings
) -> None:
    server.answers["/t.csv"] = Answer(status=302, headers={"Location": target})
    with pytest.raises(InputError) as caught:
        brought(server, "/t.csv", tmp_path, settings)
    assert caught.value.hint
    assert not (tmp_path / "download.csv").exists()


LOCAL = ["localhost", "127.0.0.1", "127.1.2.3", "10.0.0.8", "192.168.1.1", "169.254.169.254", "[::1]", "0.0.0.0"]
LOCAL += ["[::ffff:127.0.0.1]", "[fe80::1]", "printer.local"]


@pytest.mark.parametrize("host", LOCAL)
def test_this_computer_is_not_asked(host: str, tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="this computer or of the local network") as caught:
        download(f"http://{host}:80/t.csv", tmp_path, settings)
    assert "yourself" in caught.value.hint


def test_a_redirect_to_this_computer_is_refused(
    server: Server, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server elsewhere sends us to the loopback address; elsewhere is played by a name that counts as public."""
    server.answers["/t.csv"] = Answer(status=302, headers={"Location": f"{server.address}/secret"})
    server.answers["/secret"] = Answer(TABLE)
    port = int(server.address.rpartition(":")[2])
    real, public = socket.getaddrinfo, guarded._is_public
    looked_up: list[str] = []

    def resolve(host: str, *rest: object, **more: object) -> object:
        looked_up.append(host)
        return real("127.0.0.1" if host == "elsewhere.example" else host, *rest, **more)  # type: ignore[arg-type]

    # Only the name of elsewhere may lead to the test's own server; addresses in writing are judged as always.
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(guarded, "_is_public", lambda text: "elsewhere.example" in looked_up and text == "127.0.0.1")
    monkeypatch.setattr(guarded, "_is_local_name", lambda host: host != "elsewhere.example" and not public(host))
    with pytest.raises(InputError, match=r"127\.0\.0\.1 is an address of this computer"):
        download(f"http://elsewhere.example:{port}/t.csv", tmp_path, settings)
    assert server.asked == ["/t.csv"], "the second address was never asked"


def test_a_name_that_stands_for_this_computer_is_not_asked(
    server: Server, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more))
    port = server.address.rpartition(":")[2]
    with pytest.raises(InputError, match=r"looks-public\.example is an address of this computer"):
        download(f"http://looks-public.example:{port}/t.csv", tmp_path, settings)
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(b"no", 404), "no file at this address"),
        (Answer(b"no", 403), "not give this file to everybody"),
        (Answer(b"no", 500), "answers with an error"),
        (Answer(b""), "empty file"),
        (Answer(b"x" * 2000, headers={"Content-Length": "5000"}, cut_after=2000), "broke off"),
        (Answer(b"x" * 3000), "the limit"),
        (Answer(b"x" * 3000, headers={"Content-Length": "3000"}), "the limit"),
    ],
)
def test_faults_are_one_sentence_and_leave_nothing(
    answer: Answer, sentence: str, server: Server, tmp_path: Path, settings: Settings
) -> None:
    server.answers["/t.csv"] = answer
    limit = 10_000 if answer.cut_after else 2_500
    with pytest.raises(InputError, match=sentence) as caught:
        brought(server, "/t.csv", tmp_path, replace(settings, max_upload_bytes=limit))
    assert caught.value.hint
    assert not list(tmp_path.glob("download*"))


def test_a_web_page_is_no_table(server: Server, tmp_path: Path, settings: Settings) -> None:
    server.answers["/datasets/iris"] = Answer(b"<html>", headers={"Content-Type": "text/html; charset=utf-8"})
    with pytest.raises(InputError, match="web page"):
        brought(server, "/datasets/iris", tmp_path, settings)


def test_a_slow_server_is_given_up(server: Server, tmp_path: Path, settings: Settings) -> None:
    server.answers["/t.csv"] = Answer(TABLE)
    with pytest.raises(InputError, match="too long"):
        download(f"{server.address}/t.csv", tmp_path, settings, allow_local=True, longest=-1)


@pytest.mark.parametrize(
    "address", ["", "table.csv", "/etc/passwd", "file:///etc/passwd", "http://", "http://[::1", "https://a b/", "x://y"]
)
def test_what_is_no_address(address: str, tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="not an address"):
        download(address, tmp_path, settings)


def test_passwords_do_not_belong_into_an_address(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="password") as caught:
        download("https://me:secret@example.org/t.csv", tmp_path, settings)
    assert "secret" not in str(caught.value)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_network(scheme: str, tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match=r"example\.org cannot be reached: there is no network"):
        download(f"{scheme}://example.org/t.csv", tmp_path, settings)
