"""`python -m shop --port PORT`: a database of its own, filled, and the shop on it."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import psycopg
import uvicorn

from shop import app, assets, plants
from shop.database import seed
from shop.database.private import private_cluster
from shop.errors import ShopError

HOST = "127.0.0.1"


def main(argv: Sequence[str]) -> int:
    """Serve until SIGTERM or Ctrl-C. 0 after a clean stop, 2 where it could not start."""
    options = _options(argv)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    try:
        plants.active()
        _serve(options)
    except plants.UnknownPlantError as error:
        return _refused(str(error))
    except ShopError as error:
        return _refused(f"{error.what}\nhint: {error.hint}")
    return 0


def _refused(why: str) -> int:
    sys.stderr.write(f"shop: {why}\n")
    return 2


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def _options(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m shop", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="where the shop listens")
    parser.add_argument(
        "--database-port", type=int, help="where its own PostgreSQL listens (default: a free one)"
    )
    parser.add_argument(
        "--database-url-file", type=Path, metavar="PATH", help="write the database's address there"
    )
    return parser.parse_args(argv)


def _serve(options: argparse.Namespace) -> None:
    front_end = assets.load()
    with _database(options.database_port) as address:
        if options.database_url_file is not None:
            _write(options.database_url_file, f"{address}\n")
        config = uvicorn.Config(
            app.create(address, front_end),
            host=HOST,
            port=options.port,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
        print(f"shop: http://{HOST}:{options.port}", flush=True)
        uvicorn.Server(config).run()


@contextlib.contextmanager
def _database(port: int | None) -> Iterator[str]:
    """The database of SHOP_DATABASE_URL, or one of our own for as long as we run."""
    number = os.environ.get("SHOP_SEED", "7")
    if not number.isdecimal():
        raise ShopError(f"SHOP_SEED must be a number, not {number!r}", "leave it out for 7")
    given = os.environ.get("SHOP_DATABASE_URL")
    with contextlib.nullcontext(given) if given else private_cluster(port) as address:
        try:
            seed.prepare(address, int(number), own=not given)
        except psycopg.Error as error:
            raise ShopError(
                f"the database cannot be filled: {error}", "see what it says"
            ) from error
        yield address


def _write(path: Path, text: str) -> None:
    """Write a file that is there whole or not at all."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
