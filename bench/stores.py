"""Stores raced by twenty processes with five hundred records, killed at random: how many are lost.

    python bench/stores.py [--writers 20] [--each 25] [--kills 20] [--seed 1] [--write] [NAME…]

Names: folder, git, clones, sqlite, postgresql, bucket; all by default. A record is lost when a
writer was told that it is kept and it is not read back as it was. Exit 1 where one is. `--write`
puts the table into docs/stores.md. A killed writer begins again, so more than 500 are kept.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import readme
import requests

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gate.errors import StoreError  # noqa: E402
from gate.seams.store import Store  # noqa: E402
from gate.testing import samples  # noqa: E402
from tests.runners.postgres.cluster import cluster  # noqa: E402
from tests.stores import support  # noqa: E402
from tests.stores.race import race  # noqa: E402

OPENERS = {
    "folder": "shared_folder_at",
    "git": "pushed_branch_at",
    "clones": "clone_each_at",
    "sqlite": "sqlite_at",
    "postgresql": "postgresql_at",
    "bucket": "bucket_at",
}


def main() -> int:
    """Race each store and print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*")
    options.add_argument("--writers", type=int, default=20)
    options.add_argument("--each", type=int, default=25)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--write", action="store_true", help="put the table into docs/stores.md")
    given = options.parse_args()
    head = ("told", "kept", "lost", "damaged", "killed", "errors")
    print(f"{'store':12}" + "".join(f"{word:>9}" for word in head) + f"{'seconds':>9}", flush=True)
    bad, rows = 0, list[str]()
    for name in given.names or OPENERS:
        with tempfile.TemporaryDirectory() as scratch, place_of(name, Path(scratch)) as place:
            began = time.monotonic()
            opener = f"tests.stores.support:{OPENERS[name]}"
            done = race(
                opener,
                place,
                writers=given.writers,
                each=given.each,
                kills=given.kills,
                seed=given.seed,
            )
            seconds = time.monotonic() - began
            store: Store = getattr(support, OPENERS[name])(place)
            kept = {each.id for each in store.heads()}
            lost, damaged = len(done.told - kept), sum(not whole(store, each) for each in kept)
        row = (len(done.told), len(kept), lost, damaged, done.killed, len(done.complaints))
        print(f"{name:12}" + "".join(f"{n:9}" for n in row) + f"{seconds:9.0f}", flush=True)
        for said in done.complaints[:3]:
            print(said.strip().splitlines()[-1], file=sys.stderr)
        rows.append(f"| {' | '.join(map(str, (name, *row)))} |")
        bad += lost + damaged
    if given.write:
        readme.write("stores", table(rows, given), ROOT / "docs" / "stores.md")
    return int(bad > 0)


def table(rows: list[str], given: argparse.Namespace) -> str:
    """The rows as Markdown, with how they were made."""
    names = ("told that it is kept", "kept", "lost", "damaged", "writers killed")
    head = f"| store | {' | '.join(names)} | told that it is not |"
    line = f"{'| --- ' + '| --: ' * 6}|"
    how = f"{given.writers} processes with {given.each} records each, killed at random"
    when = f"seed {given.seed}, {datetime.now(UTC):%Y-%m-%d}"
    return "\n".join([head, line, *rows, "", f"{how} (`bench/stores.py`, {when})."])


def whole(store: Store, entry_id: str) -> bool:
    """Whether an entry is read back as it was."""
    try:
        return store.get(entry_id) == samples.entry(entry_id)
    except StoreError:
        return False


@contextlib.contextmanager
def place_of(name: str, scratch: Path) -> Iterator[Path]:
    """A place where the store can be opened, with the server that it needs."""
    place = scratch / "store"
    with contextlib.ExitStack() as stack:
        if name == "postgresql":
            settings = {"shared_preload_libraries": "pg_stat_statements", "max_connections": "60"}
            support.database_at(place, stack.enter_context(cluster(settings)))
        else:
            place.mkdir()
        if name == "bucket":
            stack.enter_context(bucket())
        yield place


@contextlib.contextmanager
def bucket() -> Iterator[None]:
    """A server on loopback that speaks S3, named in the environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    argv = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    os.environ |= {
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
    }
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            for _ in range(600):
                with contextlib.suppress(requests.ConnectionError):
                    requests.put(f"{url}/perfgate", timeout=5).raise_for_status()
                    break
                time.sleep(0.1)
            yield
        finally:
            running.terminate()


if __name__ == "__main__":
    sys.exit(main())
