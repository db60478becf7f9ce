"""Data sets of OpenML, UCI, Kaggle and scikit-learn's downloads, by id, with the client library of each.

The libraries run in a process of their own (``client``), whose caches stay inside the folder of the caller, that is
ended when it takes too long or brings too much, and whose answer becomes a file or one sentence.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.data.catalogue.client import ANSWER
from engine.errors import InputError, NotFoundError
from engine.settings import Settings

LONGEST_SECONDS = 900.0
"""How long a client may take."""

_LOOK_EVERY = 0.1
_ROOM = 4
"""How much more than the limit of a file a client may have on disk: an archive beside what is inside, a cache."""
_LISTED = 8


@dataclass(frozen=True, kw_only=True)
class Hub:
    """What is said of a hub."""

    id: str
    title: str
    example: str
    """An id as a person writes it, and what it stands for."""
    pattern: str
    """What an id looks like, as a regular expression."""


HUBS: Mapping[str, Hub] = {
    hub.id: hub
    for hub in (
        Hub(
            id="openml",
            title="OpenML",
            example="a number such as 31, or a name such as credit-g",
            pattern=r"\d{1,7}|[\w.()-]+",
        ),
        Hub(id="uci", title="the UCI repository", example="a number such as 45", pattern=r"0*[1-9]\d{0,5}"),
        Hub(
            id="kaggle",
            title="Kaggle",
            example="owner/name, or owner/name/file.csv where it has several files",
            pattern=r"[\w-]+/[\w-]+(/versions/\d+)?(/(?!\.{1,2}(/|$))[^/\\\x00-\x1f]+)*",
        ),
        Hub(
            id="scikit-learn",
            title="scikit-learn's downloads",
            example="california_housing, covtype or kddcup99",
            pattern=r"california_housing|covtype|kddcup99",
        ),
    )
}

_CREDENTIALS = (
    "Make an API token on kaggle.com (Settings, API) and put it into ~/.kaggle/access_token, or kaggle.json into "
    "~/.kaggle, or set KAGGLE_API_TOKEN; or download the file with a browser."
)
_OFFLINE = "Check the connection, or open a file from this computer."


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A file that a hub gave."""

    path: Path
    title: str
    licence: str


def bring(
    source: str,
    identifier: str,
    folder: Path,
    settings: Settings,
    *,
    endpoint: str = "",
    longest: float = LONGEST_SECONDS,
) -> Brought:
    """Bring one data set into a folder.

    Parameters
    ----------
    source : str
        One of :data:`HUBS`.
    identifier : str
        As the hub writes it.
    folder : Path
        Must exist; the file and all caches stay inside it.
    settings : Settings
    endpoint : str
        Address of another server that speaks the hub's protocol, such as one for tests.
    longest : float
        Seconds after which the client is ended.

    Raises
    ------
    NotFoundError
        If the hub has no such data set.
    InputError
        If there is no network, credentials are missing, or what comes is no single table under the limits.
    """
    hub = HUBS[source]
    if not re.fullmatch(hub.pattern, identifier):
        raise InputError(f"{identifier[:100]!r} is no id of {hub.title}.", hint=f"Write {hub.example}.")
    with tempfile.TemporaryDirectory(dir=folder, prefix=f"{source}-") as work:
        answer = _run(hub, identifier, Path(work), settings, endpoint, longest)
        if "fault" in answer:
            raise _sentence(hub, identifier, answer)
        found = _chosen(hub, identifier, answer, Path(work))
        if found.stat().st_size > settings.max_upload_bytes:
            raise _too_large(hub, settings)
        kept = folder / found.name
        found.replace(kept)
    return Brought(path=kept, title=answer["title"], licence=answer["licence"])


def _run(hub: Hub, identifier: str, work: Path, settings: Settings, endpoint: str, longest: float) -> dict[str, Any]:
    job = {"source": hub.id, "id": identifier, "folder": str(work), "endpoint": endpoint}
    with (work / "client.log").open("wb") as log, (work / "job.json").open("w+") as said:
        json.dump(job, said)
        said.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "engine.data.catalogue.client"],
            stdin=said,
            stdout=log,
            stderr=log,
            cwd=work,
            env=_environment(hub, work),
        )
        try:
            _wait(process, hub, work, settings, longest)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    try:
        answer: dict[str, Any] = json.loads((work / ANSWER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        answer = {"fault": "failed", "detail": f"ended with {process.returncode}"}
    return answer


def _wait(process: subprocess.Popen[bytes], hub: Hub, work: Path, settings: Settings, longest: float) -> None:
    until = time.monotonic() + longest
    while process.poll() is None:
        if time.monotonic() > until:
            raise InputError(
                f"{hub.title} took longer than {longest:,.0f} seconds.".capitalize(),
                hint="Try again later, or download the file with a browser.",
            )
        if _size(work) > _ROOM * settings.max_upload_bytes:
            raise _too_large(hub, settings)
        time.sleep(_LOOK_EVERY)


def _size(folder: Path) -> int:
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(path, name).lstat().st_size
            except OSError:  # it was renamed or removed meanwhile
                continue
    return total


def _environment(hub: Hub, work: Path) -> dict[str, str]:
    root = str(Path(__file__).resolve().parents[3])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUTF8": "1",
        "OPENML_CACHE_DIR": str(work / "cache"),
        "XDG_CONFIG_HOME": str(work / "config"),
        "XDG_CACHE_HOME": str(work / "cache"),
        "KAGGLEHUB_CACHE": str(work / "cache"),
        "KAGGLE_LOGGING_ENABLED": "false",
        "DISABLE_COLAB_CACHE": "true",
        "DISABLE_KAGGLE_CACHE": "true",
    }
    if hub.id != "kaggle":
        # Kaggle's client looks for its key in the home folder and writes nothing there; the others only write.
        environment |= {"HOME": str(work), "USERPROFILE": str(work)}
    return environment


def _chosen(hub: Hub, identifier: str, answer: Mapping[str, Any], work: Path) -> Path:
    """Find the one file that was meant, inside the working folder."""
    if "file" in answer:
        return work / str(answer["file"])
    names = [str(name) for name in answer["files"]]
    if len(names) == 1:
        found = work / str(answer["folder"]) / names[0]
        if found.resolve().is_relative_to(work.resolve()):
            return found
    if not names:
        raise InputError(f"The data set {identifier!r} of {hub.title} has no file.", hint="Choose another.")
    handle = "/".join(identifier.split("/")[:2])
    shown = ", ".join(names[:_LISTED]) + (f" and {len(names) - _LISTED} more" if len(names) > _LISTED else "")
    raise InputError(
        f"The data set {identifier!r} of {hub.title} has {len(names)} files: {shown}.",
        hint=f"Name one of them, such as {handle}/{names[0]}.",
    )


def _sentence(hub: Hub, identifier: str, answer: Mapping[str, Any]) -> InputError:
    fault = answer["fault"]
    if fault == "unknown":
        return NotFoundError(f"data set of {hub.title}", identifier, hint=f"Look it up there; write {hub.example}.")
    message, hint = {
        "offline": (f"{hub.title} cannot be reached: there is no network, or the server does not answer.", _OFFLINE),
        "credentials": (f"{hub.title} gives {identifier!r} only to people who are signed in.", _CREDENTIALS),
        "private": (
            f"{hub.title} does not give {identifier!r} to you.",
            "Open its page there, and accept its conditions or ask its owner.",
        ),
        "not importable": (
            f"{hub.title} has {identifier!r} only as an archive, not as a table.",
            "Download it from its page, and open the table inside it.",
        ),
        "server": (
            f"{hub.title} answers with an error.",
            "Try again later, or download the file with a browser.",
        ),
    }.get(
        fault,
        (
            f"The data set {identifier!r} of {hub.title} could not be read as a table ({_short(answer)}).",
            "Download it from its page, and open the file.",
        ),
    )
    return InputError(message[0].upper() + message[1:], hint=hint)


def _short(answer: Mapping[str, Any]) -> str:
    return " ".join(str(answer.get("detail", "")).split())[:120]


def _too_large(hub: Hub, settings: Settings) -> InputError:
    return InputError(
        f"This data set of {hub.title} has more than {settings.max_upload_bytes / 1024**2:,.0f} MiB, the limit.",
        hint="Choose a smaller one, or raise PROOFOLIO_MAX_UPLOAD_MB.",
    )
