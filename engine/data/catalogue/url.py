"""A table from an address of the web: streamed into a file under the limits, each redirect checked.

Only ``http`` and ``https`` are followed, at most five redirects, and never to an address of this computer or of the
local network: a page elsewhere could otherwise make the application read what only this computer can reach. Names
that a server proposes are shown, never used as paths.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from engine.domain.clock import Clock, utc_now
from engine.domain.data import Provenance
from engine.errors import InputError
from engine.settings import Settings

MOST_REDIRECTS = 5
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


class RefusedError(OSError):
    """An address that is not followed; its text is the sentence for the person."""


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
    host = _check_address(address, allow_local)
    opener = _opener(allow_local)
    request = urllib.request.Request(address, headers={"User-Agent": "proofolio", "Accept-Encoding": "identity"})
    try:
        with opener.open(request, timeout=SILENCE_SECONDS) as answer:
            name, ending = _name_and_ending(answer.url, answer.headers)
            path = folder / f"download{ending}"
            sha256 = _save(answer, path, settings, time.monotonic() + longest)
    except urllib.error.HTTPError as error:
        raise _answered(address, host, error.code) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unreachable(host, error) from None
    return path, Provenance(source=address, retrieved_at=clock(), original_name=name, original_sha256=sha256)


def _check_address(address: str, allow_local: bool) -> str:
    """Return the host of an address that may be asked; raises ``RefusedError`` inside a download, see ``_Redirects``."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or re.search(r"[\x00-\x20\x7f]", address):
        raise InputError(
            f"{address[:200]!r} is not an address that can be downloaded.",
            hint="Give an address that begins with https:// or http://, without blanks.",
        )
    if parts.username or parts.password:
        raise InputError(
            f"The address of {host} holds a user name or a password.",
            hint="Download the file with a browser, and open it from there.",
        )
    if not allow_local and _is_local_name(host):
        raise _local(host)
    return host


def _is_local_name(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not _is_public(host)
    except ValueError:
        return False


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_global and not (mapped or address).is_multicast


def _local(host: str) -> InputError:
    return InputError(
        f"{host} is an address of this computer or of the local network, which is not asked.",
        hint="Download the file yourself, and open it from there.",
    )


def _check_peers(host: str, port: int) -> None:
    found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not all(_is_public(one) for one in found):
        raise RefusedError(str(host))


def _guarded(kind: type[http.client.HTTPConnection], allow_local: bool, host: str, **wishes: Any) -> Any:
    """Make a connection that looks at who answers before anything is said."""

    class Guarded(kind):  # type: ignore[misc, valid-type]
        def connect(self) -> None:
            if not allow_local:
                _check_peers(self.host, self.port)
            super().connect()
            # The name may stand for another address by now, so the one that answers is looked at, too.
            if not allow_local and not _is_public(str(self.sock.getpeername()[0])):
                self.close()
                raise RefusedError(str(self.host))

    return Guarded(host, **wishes)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, allow_local: bool) -> None:
        super().__init__()
        self.allow_local = allow_local

    def http_open(self, req: urllib.request.Request) -> Any:
        # A proxy that the environment names is trusted; it is the one that connects then.
        free = self.allow_local or req.has_proxy()
        return self.do_open(partial(_guarded, http.client.HTTPConnection, free), req)  # type: ignore[arg-type]


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, allow_local: bool) -> None:
        super().__init__()
        self.allow_local = allow_local

    def https_open(self, req: urllib.request.Request) -> Any:
        free = self.allow_local or bool(getattr(req, "_tunnel_host", None))
        return self.do_open(partial(_guarded, http.client.HTTPSConnection, free), req)  # type: ignore[arg-type]


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects that may be followed."""

    max_redirections = MOST_REDIRECTS
    max_repeats = 2

    def __init__(self, allow_local: bool) -> None:
        self.allow_local = allow_local

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        """Check where the server sends us, each time."""
        _check_address(newurl, self.allow_local)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(allow_local: bool) -> urllib.request.OpenerDirector:
    # Built by hand: the ordinary one also opens file: and ftp: addresses.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Http(allow_local),
        _Https(allow_local),
        _Redirects(allow_local),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


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


def _name_and_ending(address: str, headers: Message) -> tuple[str, str]:
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


def _answered(address: str, host: str, code: int) -> InputError:
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
        return _local(str(reason))
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
