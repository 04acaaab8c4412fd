"""Small real servers that the tests start as services, each told by its command line."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answer(BaseHTTPRequestHandler):
    """Answers every GET with the status that the server was given."""

    status = 200

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://192.0.2.1/")
        else:
            self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def serve(port: int) -> None:
    HTTPServer(("127.0.0.1", port), Answer).serve_forever()


def main(kind: str, port: int) -> None:
    match kind:
        case "http":
            serve(port)
        case "slow":
            time.sleep(0.7)
            serve(port)
        case "stubborn":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            serve(port)
        case "unwell":
            Answer.status = 503
            serve(port)
        case "dies":
            sys.exit("\x1b[31mno database\x1b[0m here\x07")
        case "taken":
            first = HTTPServer(("127.0.0.1", port), Answer)
            HTTPServer(first.server_address, Answer)
        case "silent":
            time.sleep(600)
        case "dribble":
            dribble(port)
        case "child":
            # The server is a grandchild in a session of its own, without our mark.
            bare = {"PATH": os.environ["PATH"]}
            argv = [sys.executable, __file__, "http", str(port)]
            subprocess.run(argv, env=bare, check=False)
        case "lost":
            # Somebody else listens where we were told to.
            argv = [sys.executable, __file__, "http", str(port)]
            environ = {k: v for k, v in os.environ.items() if not k.startswith("PERFGATE")}
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execve(sys.executable, argv, environ)  # noqa: S606  # ourselves
                os._exit(0)
            os.wait()
            time.sleep(600)
        case _:
            sys.exit(f"no such server: {kind}")


def dribble(port: int) -> None:
    with socket.create_server(("127.0.0.1", port)) as server:
        while True:
            client, _ = server.accept()
            with client:
                for _ in range(100):
                    try:
                        client.sendall(b"H")
                    except OSError:
                        break
                    time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
