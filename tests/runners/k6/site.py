"""A small web server on the loopback for real loads."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

BODY = b'{"ok": true}'


class Site(ThreadingHTTPServer):
    """Counts its requests by path. `/bad` fails, `/half` fails each second time, `/slow` waits."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: Counter[str] = Counter()
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is no error of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # headers and body in one packet
    server: Site

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.requests[path] += 1
        if path == "/slow":
            time.sleep(0.2)
        if path == "/hang":
            self.server.stopping.wait(20)
        failing = path == "/bad" or (path == "/half" and self.server.requests[path] % 2)
        self.send_response(500 if failing else 200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def serving() -> Iterator[Site]:
    """A site until the end of the context."""
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield site
        finally:
            site.stopping.set()
            site.shutdown()
            thread.join()


def dead_url() -> str:
    """An address where nobody listens, nor will while the tests run: we hold it, and are deaf."""
    _DEAF.append(socket.socket())
    _DEAF[-1].bind(("127.0.0.1", 0))
    return f"http://127.0.0.1:{_DEAF[-1].getsockname()[1]}"


_DEAF: list[socket.socket] = []
