"""Which addresses are followed: only ``http`` and ``https``, few redirects, never this computer or its network.

A page elsewhere could otherwise make the application read what only this computer can reach.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import urllib.request
from functools import partial
from http.client import HTTPMessage
from typing import IO, Any
from urllib.parse import urlsplit

from engine.errors import InputError

MOST_REDIRECTS = 5


class RefusedError(OSError):
    """An address that is not followed; its text is the sentence for the person."""


def check_address(address: str, allow_local: bool) -> str:
    """Return the host of an address that may be asked.

    Raises
    ------
    InputError
        If it is no address of the web, holds a password, or names this computer or its network.
    """
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
        raise refusal(host)
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


def refusal(host: str) -> InputError:
    """Say that a host is not asked."""
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
        return self.do_open(partial(_guarded, http.client.HTTPConnection, free), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, allow_local: bool) -> None:
        super().__init__()
        self.allow_local = allow_local

    def https_open(self, req: urllib.request.Request) -> Any:
        free = self.allow_local or bool(getattr(req, "_tunnel_host", None))
        return self.do_open(partial(_guarded, http.client.HTTPSConnection, free), req)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects that may be followed."""

    max_redirections = MOST_REDIRECTS
    max_repeats = 2

    def __init__(self, allow_local: bool) -> None:
        self.allow_local = allow_local

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        """Check where the server sends us, each time."""
        try:
            check_address(newurl, self.allow_local)
        except InputError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def opener(allow_local: bool) -> urllib.request.OpenerDirector:
    """Make what opens addresses, each redirect checked.

    Parameters
    ----------
    allow_local : bool
        Whether an address of this computer or of the local network may be asked.
    """
    # Built by hand: the ordinary one also opens file: and ftp: addresses.
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Http(allow_local),
        _Https(allow_local),
        _Redirects(allow_local),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        director.add_handler(handler)
    return director
