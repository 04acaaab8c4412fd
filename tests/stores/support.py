"""How the suite opens the stores, also in other processes: what they need is made once."""

from __future__ import annotations

import fcntl
import os
import secrets
import subprocess
from pathlib import Path

from gate.seams.store import Store
from gate.stores import open_store
from tests.runners.postgres.cluster import Cluster


def shared_folder_at(place: Path) -> Store:
    """The store that others see."""
    return open_store(f"shared-folder:{place}", Path("/"))


GIT_ENV = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(folder: Path, *words: str, given: bytes = b"") -> str:
    """What real git answers; an error fails the test."""
    env = {**os.environ, **GIT_ENV}
    done = subprocess.run(
        ["git", *words], cwd=folder, env=env, input=given, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def clone_at(place: Path, *, remote: bool = True) -> Path:
    """A clone with one commit, of a bare remote beside it; made by who comes first."""
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "made").exists():
            git(place, "init", "--quiet", "--bare", "remote.git")
            git(place, "clone", "--quiet", "remote.git", "clone")
            commit(place / "clone", "work")
            git(place / "clone", "push", "--quiet", "origin", "HEAD:main")
            if not remote:
                git(place / "clone", "remote", "remove", "origin")
            (place / "made").touch()
    return place / "clone"


def commit(tree: Path, name: str) -> None:
    """One more commit of whoever works in the tree."""
    (tree / f"{name}.txt").write_text(name)
    git(tree, "add", "--all")
    git(tree, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "-m", name)


def pushed_branch_at(place: Path) -> Store:
    """A branch of the remote, written from the one clone."""
    return open_store("git:perfgate-baselines", clone_at(place))


def own_branch_at(place: Path) -> Store:
    """A branch of a clone without a remote."""
    return open_store("git:perfgate-baselines", clone_at(place, remote=False))


def clone_each_at(place: Path) -> Store:
    """A clone of its own for each process, as jobs of a CI have."""
    clone = clone_at(place)
    mine = place / f"job-{os.getpid()}"
    if not mine.exists():
        git(place, "clone", "--quiet", "--depth=1", f"file://{clone.parent}/remote.git", mine.name)
    return open_store("git:perfgate-baselines", mine)


def artifacts_at(place: Path) -> Store:
    """Artifacts of a GitHub on the loopback, with the outbox of this machine."""
    api, token = (place / "address").read_text().split()
    os.environ.update(GITHUB_API_URL=api, GITHUB_REPOSITORY="team/shop", GITHUB_TOKEN=token)
    os.environ["PERFGATE_ARTIFACTS"] = str(place / "outbox")
    return open_store("github:runs", place / "tree")


def sqlite_at(place: Path) -> Store:
    """A database in a file."""
    return open_store("sqlite:runs.db", place)


def postgresql_at(place: Path) -> Store:
    """The database whose address the test wrote down; made anew for each test."""
    return open_store((place / "address").read_text(), place)


def database_at(place: Path, server: Cluster) -> Path:
    """A place with the address of a new database."""
    place.mkdir()
    name = f"runs_{secrets.token_hex(6)}"
    server.run(f"CREATE DATABASE {name}", database="postgres")
    (place / "address").write_text(server.dsn(name))
    return place


def bucket_at(place: Path) -> Store:
    """The prefix of the test in the bucket of the server that the environment names."""
    return open_store(f"s3://perfgate/{place.parent.name}", place)
