"""A small web site on a free port of loopback, with pages that are fast, shift, lag or hang."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>page</title>'
    '<meta name="viewport" content="width=device-width">'
)
PAGES = {
    "/": f"{_HEAD}<h1>A fast page</h1><p>with some text</p>",
    "/login": f"{_HEAD}<h1>Who are you?</h1>",
    "/shift": (
        f'{_HEAD}<h1 id="title">A page that moves</h1><p>text</p><script>'
        "setTimeout(() => { const late = document.createElement('div');"
        "late.style.height = '400px'; late.textContent = 'a banner';"
        "document.body.insertBefore(late, document.getElementById('title')); }, 500);</script>"
    ),
    "/slow": (
        f'{_HEAD}<h1>A page that lags</h1><input id="name"><button id="pay">Pay</button>'
        '<p id="done"></p><script>document.getElementById("pay").onclick = () => {'
        "const began = performance.now(); while (performance.now() - began < 1500) ;"
        'document.getElementById("done").textContent = "paid"; };</script>'
    ),
}


@dataclass
class Site:
    """Where it listens, and what it was asked: paths with their headers, names in small letters."""

    url: str
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Site]:
    """Serve until the context ends; `/hang` answers only then, and nothing."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append((self.path, headers))
            if self.path == "/hang":
                ended.wait(120)
                self.close_connection = True
                return
            moved = self.path == "/account"
            page = PAGES.get(self.path, "<h1>nothing here</h1>").encode()
            self.send_response(302 if moved else 200 if self.path in PAGES else 404)
            if moved:
                self.send_header("Location", "/login")
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
