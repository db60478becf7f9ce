"""A server on the loopback address that answers what a test tells it to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What is said to one request."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    """Break off after so many bytes, whatever the stated length."""


@dataclass
class Server:
    """Paths to answers, and what was asked."""

    address: str
    answers: dict[str, Answer | Callable[[str], Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            if length := int(self.headers.get("Content-Length", 0)):
                self.rfile.read(length)
            server.asked.append(self.path)
            path = self.path.partition("?")[0]
            found = server.answers.get(self.path) or server.answers.get(path) or Answer(b"no", 404)
            one = found(self.path) if callable(found) else found
            self.send_response(one.status)
            for name, value in one.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in one.headers:
                self.send_header("Content-Length", str(len(one.body)))
            self.end_headers()
            self.wfile.write(one.body if one.cut_after is None else one.body[: one.cut_after])

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server = Server(f"http://127.0.0.1:{http.server_address[1]}")
    thread = threading.Thread(target=http.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
