"""A server between us and a bucket that answers late, twice, wrongly or not at all."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

_PASSED = ("ETag", "Last-Modified", "Content-Type", "x-amz-request-id")


class Crooked(ThreadingHTTPServer):
    """Behaves as `mode` says; `asked` counts the requests."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind
        self.mode = ""
        self.asked = 0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """A client that gave up is what is wanted."""


class _Handler(BaseHTTPRequestHandler):
    server: Crooked

    def do_GET(self) -> None:
        self._answer()

    do_PUT = do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815  # http.server's names

    def _answer(self) -> None:
        self.server.asked += 1
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        writes = self.command == "PUT"
        match self.server.mode:
            case "late":
                time.sleep(0.2)
            case "not at all":
                self.server.over.wait(30)
                return None
            case "error":
                return self._say(500, b"<Error><Code>InternalError</Code></Error>")
            case "error at first" if self.server.asked <= 2:
                return self._say(503, b"<Error><Code>SlowDown</Code></Error>")
            case "refuse":
                return self._say(403, b"<Error><Code>AccessDenied</Code></Error>")
            case "lie" if writes:
                return self._say(200, b"")
            case "twice" if writes:
                self._pass_on(body)
            case "lose the answer" if writes:
                self._pass_on(body)
                self.connection.close()
                return None
            case "garbage" if self.command == "GET":
                return self._say(200, b"\x00garbage")
            case "half" if self.command == "GET" and "head.json" not in self.path:
                got = self._pass_on(body)
                return self._say(got.status_code, got.content[: len(got.content) // 2])
        got = self._pass_on(body)
        return self._say(got.status_code, got.content, got)

    def _pass_on(self, body: bytes) -> requests.Response:
        headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
        url = self.server.behind + self.path
        return requests.request(self.command, url, data=body, headers=headers, timeout=30)

    def _say(self, code: int, body: bytes, like: requests.Response | None = None) -> None:
        self.send_response(code)
        for name in _PASSED:
            if like is not None and name in like.headers:
                self.send_header(name, like.headers[name])
        if like is None:
            self.send_header("ETag", '"x"')
            self.send_header("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is said."""


@contextlib.contextmanager
def crooked(behind: str) -> Iterator[Crooked]:
    """A server before the one at `behind`, well-behaved until its mode is set."""
    with Crooked(behind) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
