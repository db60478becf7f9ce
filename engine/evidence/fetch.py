"""Fetching a published portfolio from an address: what its evidence lists, within limits."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from engine.errors import InputError
from engine.evidence.document import FILE, LARGEST, PAGE, SIGNATURE, decode

MOST_BYTES = 200 * 1024**2
MOST_FILES = 2_000
TIMEOUT_SECONDS = 20.0
_BLOCK = 256 * 1024


class _SameHost(urllib.request.HTTPRedirectHandler):
    """Follows a redirect only to the same host, by http or https."""

    def redirect_request(
        self, req: urllib.request.Request, fp: object, code: int, msg: str, headers: object, newurl: str
    ) -> urllib.request.Request | None:
        """Refuse what leads elsewhere."""
        old, new = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(newurl)
        if new.scheme not in ("http", "https") or new.hostname != old.hostname:
            raise urllib.error.URLError(f"it redirects to {new.scheme}://{new.hostname}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


# Named handlers only: the default opener would also read files and FTP.
_OPENER = urllib.request.OpenerDirector()
for _handler in (
    urllib.request.ProxyHandler,
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPDefaultErrorHandler,
    _SameHost,
    urllib.request.HTTPErrorProcessor,
):
    _OPENER.add_handler(_handler())


def fetch(address: str, folder: Path) -> None:
    """Fetch ``evidence.json``, its signature and every file it lists into a folder.

    A listed file that the server does not have is left out; the verification then reports it.

    Raises
    ------
    InputError
        If the address is unusable or holds no portfolio, the server does not answer, or it is too large.
    """
    base = _base(address)
    evidence = _get(base, FILE, LARGEST)
    if evidence is None:
        raise InputError(f"There is no {FILE} at {base}.", hint="Give the address of a published portfolio or project.")
    signature = _get(base, SIGNATURE, 10_000)
    (folder / FILE).write_bytes(evidence)
    if signature is not None:
        (folder / SIGNATURE).write_bytes(signature)
    try:
        listed = decode(evidence).files
    except InputError:
        # Reported as a check of its own by the verification, with what is wrong.
        return
    if len(listed) > MOST_FILES or sum(one.size for one in listed) > MOST_BYTES:
        raise InputError(
            f"The portfolio at {base} is too large to fetch.",
            hint=f"Download it and verify the folder; at most {MOST_BYTES // 1024**2} MB are fetched.",
        )
    for one in listed:
        # One byte more than listed is read, so that a longer file shows.
        data = _get(base, one.path, one.size + 1)
        if data is not None:
            target = folder / one.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


def _base(address: str) -> str:
    parts = urllib.parse.urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"{address!r} is not an address.", hint="It starts with https:// or http://.")
    path = parts.path
    if path.endswith((f"/{PAGE}", f"/{FILE}")):
        path = path.rpartition("/")[0]
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc, path.rstrip("/") + "/", "", ""))


def _get(base: str, path: str, most: int) -> bytes | None:
    """Read at most ``most`` bytes; ``None`` if the server says that there is no such file."""
    request = urllib.request.Request(base + urllib.parse.quote(path), headers={"User-Agent": "proofolio-verify"})
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            blocks = []
            while most > 0 and (block := answer.read(min(_BLOCK, most))):
                blocks.append(block)
                most -= len(block)
            return b"".join(blocks)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in (404, 410):
                return None
            raise InputError(f"{base}{path} answers {error.code}.", hint="Try again, or verify a copy.") from None
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise InputError(f"{base}{path} cannot be read: {reason}.", hint="Check the address and try again.") from None
