"""A table from an address of the web: streamed into a file under the limits, each redirect checked.

What is followed at all is settled in ``guarded``. Names that a server proposes are shown, never used as paths.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPMessage
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from engine.data.catalogue.guarded import RefusedError, check_address, opener, refusal
from engine.domain.clock import Clock, utc_now
from engine.domain.data import Provenance
from engine.errors import InputError
from engine.settings import Settings

SILENCE_SECONDS = 20.0
"""How long a server may say nothing."""
LONGEST_SECONDS = 900.0
"""How long a whole download may take."""

_CHUNK = 256 * 1024
_LONGEST_NAME = 100
_ENDINGS = (
    ".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".parquet", ".pq", ".json", ".jsonl",
    ".ndjson", ".sqlite", ".sqlite3", ".db", ".zip", ".gz",
)  # fmt: skip
_TYPES = {
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/plain": ".csv",
    "application/csv": ".csv",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/vnd.apache.parquet": ".parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.sqlite3": ".sqlite",
    "application/zip": ".zip",
    "application/gzip": ".gz",
}


def download(
    address: str,
    folder: Path,
    settings: Settings,
    *,
    clock: Clock = utc_now,
    allow_local: bool = False,
    longest: float = LONGEST_SECONDS,
) -> tuple[Path, Provenance]:
    """Bring the file at an address into a folder.

    Parameters
    ----------
    address : str
        ``http://…`` or ``https://…``.
    folder : Path
        Must exist; the file is called ``download`` with the ending of what was brought.
    settings : Settings
        Holds the limit of bytes.
    allow_local : bool
        Whether an address of this computer or of the local network may be asked, for servers in tests.
    longest : float
        Seconds after which the download is given up.

    Raises
    ------
    InputError
        If the address is refused, cannot be reached, answers with an error or a web page, or is too large.
    """
    host = check_address(address, allow_local)
    request = urllib.request.Request(address, headers={"User-Agent": "proofolio", "Accept-Encoding": "identity"})
    try:
        with opener(allow_local).open(request, timeout=SILENCE_SECONDS) as answer:
            name, ending = _name_and_ending(answer.url, answer.headers)
            path = folder / f"download{ending}"
            sha256 = _save(answer, path, settings, time.monotonic() + longest)
    except urllib.error.HTTPError as error:
        error.close()
        raise _answered(host, error.code) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unreachable(host, error) from None
    return path, Provenance(source=address, retrieved_at=clock(), original_name=name, original_sha256=sha256)


def _save(answer: http.client.HTTPResponse, path: Path, settings: Settings, until: float) -> str:
    """Write what comes, chunk by chunk, and return its SHA-256; nothing is left behind if it is too much."""
    limit = settings.max_upload_bytes
    stated = answer.headers.get("Content-Length", "")
    whole, size = hashlib.sha256(), 0
    try:
        if stated.isdigit() and int(stated) > limit:
            raise _too_large(limit)
        with path.open("wb") as file:
            while chunk := answer.read1(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit)
                if time.monotonic() > until:
                    raise TimeoutError
                whole.update(chunk)
                file.write(chunk)
        if stated.isdigit() and size < int(stated):
            raise http.client.IncompleteRead(b"", int(stated) - size)
        if size == 0:
            raise InputError("The address answers with an empty file.", hint="Check the address in a browser.")
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return whole.hexdigest()


def _too_large(limit: int) -> InputError:
    return InputError(
        f"The file at this address has more than {limit / 1024**2:,.0f} MiB, the limit.",
        hint="Take a sample of its rows, or raise PROOFOLIO_MAX_UPLOAD_MB.",
    )


def _name_and_ending(address: str, headers: HTTPMessage) -> tuple[str, str]:
    """Find a name to show and the ending to read it by: from the address, else what the server says of it.

    Raises
    ------
    InputError
        If the answer is a web page.
    """
    shown = _displayed(unquote(urlsplit(address).path))
    proposed = _displayed(str(headers.get_filename() or ""))
    kind = headers.get_content_type() if headers.get("Content-Type") else ""
    endings: list[Callable[[], str]] = [lambda: _ending(shown), lambda: _ending(proposed), lambda: _TYPES.get(kind, "")]
    ending = next((found for find in endings if (found := find())), "")
    if not ending and kind in ("text/html", "application/xhtml+xml"):
        raise InputError(
            "The address is a web page, not a table.",
            hint="Open it in a browser, and copy the address of the file itself ('Copy link address').",
        )
    return proposed or shown, ending or ".csv"


def _displayed(path: str) -> str:
    name = PurePosixPath(path.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f]", "", name)[-_LONGEST_NAME:]


def _ending(name: str) -> str:
    endings = PurePosixPath(name.lower()).suffixes
    if not endings or endings[-1] not in _ENDINGS:
        return ""
    # "table.csv.gz" keeps both, so that the reader knows what is inside.
    return "".join(endings[-2:]) if endings[-1] == ".gz" and endings[-2:-1] and endings[-2] in _ENDINGS else endings[-1]


def _answered(host: str, code: int) -> InputError:
    if code in (404, 410):
        return InputError(f"{host} has no file at this address ({code}).", hint="Check the address in a browser.")
    if code in (401, 403):
        return InputError(
            f"{host} does not give this file to everybody ({code}).",
            hint="Sign in with a browser, download the file, and open it from there.",
        )
    if 300 <= code < 400:
        return InputError(
            f"{host} sends from one address to the next without end.", hint="Copy the address of the file itself."
        )
    return InputError(f"{host} answers with an error ({code}).", hint="Try again later, or download it with a browser.")


def _unreachable(host: str, error: Exception) -> InputError:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, InputError):
        return reason
    if isinstance(reason, RefusedError):
        return refusal(str(reason))
    if isinstance(reason, TimeoutError):
        return InputError(f"{host} takes too long to answer.", hint="Try again later, or download it with a browser.")
    if isinstance(reason, socket.gaierror):
        return InputError(
            f"{host} cannot be found: there is no network, or the name is wrong.",
            hint="Check the connection and the address, or open a file from this computer.",
        )
    if isinstance(reason, http.client.IncompleteRead | http.client.HTTPException | ConnectionResetError):
        return InputError(f"The download from {host} broke off.", hint="Try again.")
    return InputError(
        f"{host} cannot be reached: there is no network, or nothing answers there.",
        hint="Check the connection and the address, or open a file from this computer.",
    )
