"""GitHub's REST API on the loopback: real HTTP, a second host for files, and moods.

`python -m tests.helpers.github_server` prints its address and serves until its stdin closes. Other
processes then `POST /_load` a JSON object (`State.load`) and `GET /_state` what happened.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.helpers.github_routes import Refused, Reply, answer
from tests.helpers.github_state import Asked, Mood, State

_MOST = 4 * 1024 * 1024


class GitHub:
    """A running server; `url` is the API's address, as `GITHUB_API_URL`."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.files = _Server(_Files, state, "")
        self.api = _Server(_Api, state, self.files.url)

    @property
    def url(self) -> str:
        """The address of the API."""
        return self.api.url

    def environ(self, token: str, **more: str) -> dict[str, str]:
        """The variables of a step in this repository."""
        return {
            "GITHUB_API_URL": self.url,
            "GITHUB_GRAPHQL_URL": f"{self.url}/graphql",
            "GITHUB_REPOSITORY": self.state.repository["full_name"],
            "PERFGATE_GITHUB_TOKEN": token,
            **more,
        }

    def asked(self, method: str, part: str = "") -> list[Asked]:
        """The requests of this method whose path contains this."""
        return [a for a in self.state.asked if a.method == method and part in a.path]


@contextlib.contextmanager
def github(state: State | None = None) -> Iterator[GitHub]:
    """A GitHub on free ports; it is gone afterwards."""
    served = GitHub(state or State())
    servers = (served.api, served.files)
    threads = [threading.Thread(target=s.serve_forever, args=(0.02,), daemon=True) for s in servers]
    for thread in threads:
        thread.start()
    try:
        yield served
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler: type[_Handler], state: State, files: str) -> None:
        self.state = state
        self.files = files
        super().__init__(("127.0.0.1", 0), handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what many tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    _hung_up = False

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), _MOST)
        data = self.rfile.read(length)
        request = f"{self.command} {self.path}"
        mood = self.server.state.mood(request)
        if mood is not None and mood.kind == "silent":
            time.sleep(mood.seconds)
            self.hang_up()
            return
        if mood is not None and mood.kind == "status":
            reply = Reply(mood.status, {"message": mood.message}, dict(mood.headers))
        else:
            reply = self.reply(data)
        if mood is not None and mood.kind == "slow":
            time.sleep(mood.seconds)
        self.send(reply, mood)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do  # noqa: N815  # the library's names

    def reply(self, data: bytes) -> Reply:
        raise NotImplementedError

    def send(self, reply: Reply, mood: Mood | None) -> None:
        content = reply.content
        kind = mood.kind if mood is not None else ""
        if kind == "lose":
            self.hang_up()
            return
        if kind == "garbage":
            content = b"<html>not JSON"
        more = mood.headers if mood is not None and kind == "header" else {}
        self.send_response(reply.status)
        for name, value in {**reply.headers, **more, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if kind == "cut":
            self.wfile.write(content[: len(content) // 2])
            self.hang_up()
        elif kind == "trickle" and mood is not None:
            for byte in content:
                self.wfile.write(bytes((byte,)))
                self.wfile.flush()
                time.sleep(mood.seconds)
        else:
            self.wfile.write(content)

    def hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)


class _Files(_Handler):
    """The other host, to which GitHub sends for files; it wants no token."""

    def reply(self, data: bytes) -> Reply:
        found = re.fullmatch(r"/file/(\d+)\?sig=secret", self.path)
        if "Authorization" in self.headers:
            return Reply(400, {"message": "two kinds of authorization"})
        if found is None:
            return Reply(403, {"message": "no such signature"})
        return Reply(200, self.server.state.files[int(found[1])])


class _Api(_Handler):
    def reply(self, data: bytes) -> Reply:
        split = urlsplit(self.path)
        path = unquote(split.path).removeprefix("/api/v3").removeprefix("/api")
        query = {name: values[-1] for name, values in parse_qs(split.query).items()}
        body: Any = json.loads(data) if data else None
        if path == "/_state":
            return Reply(200, self.server.state.told())
        if path == "/_load":
            self.server.state.load(body)
            return Reply(200, {})
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        state = self.server.state
        with state.lock:
            state.asked.append(Asked(self.command, self.path, token, body))
        try:
            return answer(state, self.command, path, query, body, token, self.server)
        except Refused as refused:
            return Reply(refused.status, {"message": refused.message})


def main() -> None:
    """Serve until nobody holds our stdin any more."""
    with github() as served:
        sys.stdout.write(f"{served.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
