"""Brings one data set with the client library of its hub: ``python -m engine.data.catalogue.client``.

Runs as a process of its own (see ``hubs``), because these libraries keep settings and caches for the whole process,
write to the home folder and to standard output, and have no limit of time. What to do is read from standard input
as JSON, and what came of it is written to ``answer.json`` in the folder.
"""

from __future__ import annotations

import json
import sys
import urllib.error
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Job = Mapping[str, str]
Answer = dict[str, Any]

ANSWER = "answer.json"
TABLE = "table.parquet"

_RETRIES = 2


class FaultError(Exception):
    """What went wrong, as one word that ``hubs`` makes a sentence of."""

    def __init__(self, word: str, detail: str = "") -> None:
        super().__init__(word)
        self.word = word
        self.detail = detail


def openml(job: Job) -> Answer:
    """Bring a data set of OpenML by its number, or by its name (its earliest active version)."""
    import openml as client

    client.config.set_root_cache_directory(str(Path(job["folder"]) / "cache"))
    client.config.set_retry_policy("human", _RETRIES)
    if job["endpoint"]:
        client.config.server = job["endpoint"]
    try:
        found = client.datasets.get_dataset(job["id"], download_data=True)
        frame = found.get_data(dataset_format="dataframe")[0]
    except client.exceptions.OpenMLServerException as error:
        raise FaultError("unknown" if error.code in (111, 372) else "server", error.message) from error
    except client.exceptions.OpenMLPrivateDatasetError as error:
        raise FaultError("private") from error
    except RuntimeError as error:
        # The name of no data set.
        raise FaultError("unknown") from error
    _write(frame, job)
    title = f"{found.name}, version {found.version}, OpenML data set {found.dataset_id}"
    return {"file": TABLE, "title": title, "licence": found.licence or ""}


def uci(job: Job) -> Answer:
    """Bring a data set of the UCI repository by its number."""
    from ucimlrepo import fetch as client

    if job["endpoint"]:
        client.API_BASE_URL = job["endpoint"]
    try:
        found = client.fetch_ucirepo(id=int(job["id"]))
    except client.DatasetNotFoundError as error:
        importable = "not available for import" not in str(error)
        raise FaultError("unknown" if importable else "not importable") from error
    _write(found.data.original, job)
    name = found.metadata.name
    return {"file": TABLE, "title": f"{name}, UCI data set {job['id']}", "licence": "CC BY 4.0"}


def kaggle(job: Job) -> Answer:
    """Bring one file of a Kaggle data set: ``owner/name`` with a file behind it where there are several."""
    from kagglesdk import kaggle_env

    if job["endpoint"]:
        kaggle_env._env_to_endpoint[kaggle_env.KaggleEnv.PROD] = job["endpoint"]
    import kagglehub
    from kagglehub.config import get_kaggle_credentials
    from kagglehub.exceptions import KaggleApiHTTPError

    known = get_kaggle_credentials() is not None
    handle, inner = _kaggle_handle(job["id"])
    target = Path(job["folder"]) / "kaggle"
    try:
        licence = _kaggle_licence(handle)
        kagglehub.dataset_download(handle, path=inner or None, output_dir=str(target))
    except KaggleApiHTTPError as error:
        code = error.response.status_code if error.response is not None else 0
        if code in (401, 403):
            raise FaultError("private" if known else "credentials") from error
        raise FaultError("unknown" if code == 404 else "server", str(code)) from error
    files = sorted(path for path in target.rglob("*") if path.is_file() and ".complete" not in path.parts)
    names = [path.relative_to(target).as_posix() for path in files]
    return {"files": names, "folder": "kaggle", "title": f"Kaggle data set {handle}", "licence": licence}


def _kaggle_handle(identifier: str) -> tuple[str, str]:
    """Cut ``owner/name[/versions/3][/file]`` into the data set and the file inside it."""
    parts = identifier.split("/")
    cut = 4 if parts[2:3] == ["versions"] else 2
    return "/".join(parts[:cut]), "/".join(parts[cut:])


def _kaggle_licence(handle: str) -> str:
    from kagglehub.clients import build_kaggle_client
    from kagglehub.exceptions import handle_call
    from kagglesdk.datasets.types.dataset_api_service import ApiGetDatasetRequest

    owner, name, *_ = handle.split("/")
    request = ApiGetDatasetRequest()
    request.owner_slug, request.dataset_slug = owner, name
    with build_kaggle_client() as client:
        found = handle_call(lambda: client.datasets.dataset_api_client.get_dataset(request))
    return str(found.license_name)


def sklearn(job: Job) -> Answer:
    """Bring one of the larger data sets that scikit-learn downloads."""
    from sklearn import datasets

    fetch = getattr(datasets, f"fetch_{job['id']}")
    found = fetch(as_frame=True, data_home=str(Path(job["folder"]) / "cache"), n_retries=_RETRIES, delay=1.0)
    frame = found["frame"]
    for name in frame.columns:
        if frame[name].dtype == object:
            frame[name] = frame[name].map(lambda cell: cell.decode("latin-1") if isinstance(cell, bytes) else cell)
    _write(frame, job)
    return {"file": TABLE, "title": f"{job['id']}, downloaded by scikit-learn", "licence": ""}


CLIENTS: Mapping[str, Callable[[Job], Answer]] = {
    "openml": openml,
    "uci": uci,
    "kaggle": kaggle,
    "scikit-learn": sklearn,
}


def _write(frame: Any, job: Job) -> None:
    from engine.data.catalogue.packaged import tidy

    tidy(frame).to_parquet(Path(job["folder"]) / TABLE)


def _word_of(error: BaseException) -> str:
    """Tell a missing network from a server that answers wrongly, whatever library says so."""
    import requests

    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        seen.append(one)
        one = one.__cause__ or one.__context__
    codes = [each.code for each in seen if isinstance(each, urllib.error.HTTPError)]
    if codes:
        return "unknown" if 404 in codes else "server"
    lost = (requests.exceptions.ConnectionError, requests.exceptions.Timeout, urllib.error.URLError, ConnectionError)
    return "offline" if any(isinstance(each, (*lost, TimeoutError)) for each in seen) else "failed"


def main() -> None:
    """Do the job of standard input."""
    job: Job = json.load(sys.stdin)
    answer: Answer
    try:
        answer = CLIENTS[job["source"]](job)
    except FaultError as error:
        answer = {"fault": error.word, "detail": error.detail}
    except Exception as error:  # noqa: BLE001 - whatever a client raises ends as one sentence
        answer = {"fault": _word_of(error), "detail": f"{type(error).__name__}: {error}"}
    (Path(job["folder"]) / ANSWER).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main()
