"""The process that keeps the private PostgreSQL, and ends it when the shop is gone.

Started by the shop (`private.py`) with a pipe as its standard input: end of file means that the
shop has stopped or was killed, whichever way. Then the server ends and its folder is removed.
Should the keeper itself be killed, the kernel ends the server where it is Linux.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from shop.database import binaries
from shop.database.account import Account, for_server
from shop.database.binaries import Binaries
from shop.errors import ShopError

STARTED = b"started\n"
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LOOK = 0.2  # seconds between two looks at the server

# A throw-away cluster: nothing needs to survive a crash. The settings that shape measurements are
# pinned: no parallel plans and no JIT, so that a query does the same work on every machine.
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 40
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
jit = off
max_parallel_workers_per_gather = 0
timezone = UTC
log_timezone = UTC
shared_preload_libraries = 'pg_stat_statements'
compute_query_id = on
logging_collector = on
log_destination = jsonlog
log_directory = log
log_filename = 'postgresql.log'
log_file_mode = 0644
log_rotation_age = 0
log_rotation_size = 0
log_min_duration_statement = 200ms
log_checkpoints = off
"""


def main(port: int) -> int:
    """Start a server on a port, say so, and keep it until the shop is gone."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    account = for_server()
    with _scratch(account) as scratch:
        programs = binaries.find(account, scratch)
        data = _initialise(programs, account, scratch, port)
        with _server(programs, account, scratch, data) as server:
            with contextlib.suppress(BrokenPipeError):
                os.write(sys.stdout.fileno(), STARTED)
            while server.poll() is None:
                if select.select([sys.stdin], [], [], _LOOK)[0]:
                    return 0
            sys.stderr.write((scratch / "startup.log").read_text(errors="replace")[-2000:])
            raise ShopError("PostgreSQL has ended", "its own words stand above")


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)


@contextlib.contextmanager
def _scratch(account: Account) -> Iterator[Path]:
    """A private folder that the account owns and can reach; removed at the end."""
    for parent in (Path(tempfile.gettempdir()), Path("/var/tmp"), Path("/tmp")):  # noqa: S108
        if account.reaches(parent / "x"):
            break
    else:
        raise ShopError("no folder for temporary files that PostgreSQL can reach", "set TMPDIR")
    scratch = Path(tempfile.mkdtemp(prefix="shop-postgres-", dir=parent))
    try:
        if account.dropped:
            os.chown(scratch, account.uid, account.gid)
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _initialise(programs: Binaries, account: Account, scratch: Path, port: int) -> Path:
    data = scratch / "data"
    done = subprocess.run(  # noqa: S603  # PostgreSQL's own program, no shell
        [
            str(programs.folder / "initdb"),
            f"--pgdata={data}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ],
        capture_output=True,
        check=False,
        cwd="/",
        env=_environment(),
        timeout=60,
        **account.identity,
    )
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip()[-1000:]
        raise ShopError(f"initdb failed: {words}", "see what it says")
    with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"{_SETTINGS}port = {port}\n")
    return data


@contextlib.contextmanager
def _server(
    programs: Binaries, account: Account, scratch: Path, data: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with (scratch / "startup.log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603  # PostgreSQL's own program, no shell
            [str(programs.folder / "postgres"), "-D", str(data)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(),
            preexec_fn=_die_with_parent(),  # noqa: PLW1509  # the keeper has one thread
            **account.identity,
        )
    try:
        yield server
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _end(server)


def _end(server: subprocess.Popen[bytes]) -> None:
    """End it fast: no waiting for clients, then no clean-up, then by force."""
    for number, seconds in ((signal.SIGINT, 1.0), (signal.SIGQUIT, 1.0), (signal.SIGKILL, 5.0)):
        if server.poll() is None:
            server.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(seconds)


def _environment() -> dict[str, str]:
    """Ours without what PostgreSQL would take as settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _die_with_parent() -> Callable[[], None] | None:
    """What the new process calls so that the kernel ends it with us; Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    keeper = os.getpid()
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)
        if os.getppid() != keeper:  # it died before we asked
            os._exit(1)

    return bind


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1])))
    except ShopError as error:
        sys.exit(f"shop: {error.what}\nhint: {error.hint}")
