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
_HELD = "/held"
_MOVED = "/moved"
# Moves all that is seen, again and again, until the browser itself has told of shifts beyond any
# bound; only then is the image answered that the load event waits for. A shift on a timer can come
# before the first paint of a slow machine, where it is none, or after the load.
_MOVING = f"""
let seen = 0, ended = false;
new PerformanceObserver(list => {{
  for (const each of list.getEntries()) if (!each.hadRecentInput) seen += each.value;
  if (seen > 1 && !ended) {{ ended = true; fetch("{_MOVED}"); }}
}}).observe({{type: "layout-shift", buffered: true}});
let far = false;
const move = () => {{
  far = !far;
  document.getElementById("late").style.height = far ? "600px" : "0";
  if (!ended) requestAnimationFrame(() => setTimeout(move, 50));
}};
new PerformanceObserver(() => requestAnimationFrame(() => setTimeout(move, 50)))
  .observe({{type: "paint", buffered: true}});
"""
PAGES = {
    _HELD: "",
    _MOVED: "",
    "/": f"{_HEAD}<h1>A fast page</h1><p>with some text</p>",
    "/login": f"{_HEAD}<h1>Who are you?</h1>",
    "/shift": (
        f'{_HEAD}<div id="late" style="height: 0"></div><div style="height: 2000px">'
        "<h1>A page that moves</h1><p>text</p></div>"
        f'<img src="{_HELD}" width="1" height="1" alt=""><script>{_MOVING}</script>'
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
    moved = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append((self.path, headers))
            if self.path == "/hang":
                ended.wait(120)
                self.close_connection = True
                return
            if self.path == "/shift":
                moved.clear()
            if self.path == _MOVED:
                moved.set()
            if self.path == _HELD:
                moved.wait(40)
            elsewhere = self.path == "/account"
            page = PAGES.get(self.path, "<h1>nothing here</h1>").encode()
            self.send_response(302 if elsewhere else 200 if self.path in PAGES else 404)
            if elsewhere:
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
        moved.set()
        server.shutdown()
        server.server_close()
        thread.join()
