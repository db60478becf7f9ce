"""Running the application with uvicorn until it is told to stop."""

from __future__ import annotations

import signal
import socket

import uvicorn
from fastapi import FastAPI

from engine.errors import InputError


def listen(host: str, port: int) -> socket.socket:
    """Take an address, so that a port in use is said before anything is loaded.

    Raises
    ------
    InputError
        If it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise InputError(f"{host}:{port} cannot be used: {error.strerror}.", hint="Choose another --port.") from error
    return found


def run(app: FastAPI, sock: socket.socket, *, stop_seconds: int) -> None:
    """Serve until SIGTERM or Ctrl-C; requests in hand are finished, then this returns."""
    config = uvicorn.Config(
        app,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=stop_seconds,
        timeout_keep_alive=15,
        server_header=False,
        ws="none",
    )
    server = uvicorn.Server(config)
    # Once it has stopped cleanly uvicorn raises the signal again, which would end the process with an error.
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        server.run(sockets=[sock])
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
