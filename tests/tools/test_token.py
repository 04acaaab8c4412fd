"""A token is shown to the API that was named, and to nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gate.tools.token import Told, ask_token

DATE = "Mon, 23 Nov 2026 05:00:00 GMT"


@contextmanager
def api(status: int, headers: Mapping[str, str]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A server that answers every request alike, and what it was asked."""
    heard: list[tuple[str, str]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append((self.path, self.headers.get("Authorization", "")))
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", heard
        finally:
            server.shutdown()


@pytest.mark.parametrize(
    ("status", "headers", "told"),
    [
        (
            200,
            {"Date": DATE, "X-OAuth-Scopes": "repo, workflow"},
            Told("GITHUB_TOKEN", "", 200, ("repo", "workflow"), 1795410000.0),
        ),
        (200, {"Date": "yesterday"}, Told("GITHUB_TOKEN", "", 200)),
        (200, {"X-OAuth-Scopes": ""}, Told("GITHUB_TOKEN", "", 200, ())),
        (401, {}, Told("GITHUB_TOKEN", "", 401)),
        (302, {"Location": "http://127.0.0.1:1/"}, Told("GITHUB_TOKEN", "", 302)),
    ],
    ids=["a classic token", "another kind", "without scopes", "refused", "sent elsewhere"],
)
def test_what_the_api_says(status: int, headers: dict[str, str], told: Told) -> None:
    with api(status, headers) as (url, heard):
        assert ask_token({"GITHUB_TOKEN": "t0ken", "GITHUB_API_URL": f"{url}/"}) == told
    assert heard == [("/rate_limit", "Bearer t0ken")]


def test_nothing_is_asked_without_a_token() -> None:
    with api(200, {}) as (url, heard):
        assert ask_token({"GITHUB_API_URL": url, "GITHUB_TOKEN": ""}) == Told()
    assert heard == []


@pytest.mark.parametrize(
    ("env", "why"),
    [
        ({"GITHUB_API_URL": "http://127.0.0.1:1"}, "does not answer (ConnectionError)"),
        ({"GITHUB_API_URL": "http://api.example.org"}, "is not https"),
        ({"GITHUB_API_URL": "https://["}, "is not an address"),
        ({"GH_TOKEN": "a\nb"}, "characters that no token has"),
    ],
    ids=["nobody there", "no TLS", "no address", "no token"],
)
def test_what_cannot_be_asked_is_told(env: dict[str, str], why: str) -> None:
    assert why in ask_token({"GH_TOKEN": "t0ken", **env}).why
