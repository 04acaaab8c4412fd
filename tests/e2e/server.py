"""A small web server that the tests let the gate start as a service; it may misbehave in one way.

Called with a port, how it behaves, and words that some behaviours need. Quick to start.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>page</title>
<meta name="viewport" content="width=device-width"><h1>A page</h1><p>with some text</p>"""


class Handler(BaseHTTPRequestHandler):
    """Answers `/healthz` well; everything else as it was told."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    behaviour = "well"
    numbers = count()

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self.answer(503 if self.behaviour == "never-ready" else 200)
            return
        match self.behaviour:
            case "half-503":
                self.answer(503 if next(self.numbers) % 2 else 200)
            case "half-closed":
                self.close_connection = True
                if next(self.numbers) % 2:
                    self.answer(200)
            case "dies" if next(self.numbers) >= 20:
                sys.stderr.write("the pool is exhausted\n")
                sys.stderr.flush()
                os._exit(3)
            case "hangs":
                time.sleep(60)
            case _:
                self.answer(404 if self.path == "/absent" else 200)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Does not stop at clients that were killed."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A client that is gone is no error of ours."""


def serve(port: int) -> None:
    Server(("127.0.0.1", port), Handler).serve_forever(poll_interval=0.05)


def main(port: int, behaviour: str, *words: str) -> None:
    Handler.behaviour = behaviour
    match behaviour:
        case "says-and-dies":
            sys.exit(" ".join(words))
        case "never-listens":
            time.sleep(60)
        case "lets-another-listen":
            # Tells its port, so that a stranger can take it.
            Path(words[0]).write_text(str(port), encoding="ascii")
            threading.Event().wait(60)
        case _:
            serve(port)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
