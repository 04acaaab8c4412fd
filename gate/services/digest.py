"""What a tree holds right now, as one digest: the commit's tree and everything not committed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from gate import process

_TIMEOUT = 60.0
_MOST = 1024**3
_CHUNK = 1024 * 1024
_LOCKS = (
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "bun.lockb",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "Pipfile.lock",
    "Cargo.lock",
    "go.sum",
    "composer.lock",
    "Gemfile.lock",
    "gradle.lockfile",
)
# A hook that calls the gate sets these; they would point git at another repository.
_GIT_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


class UnknownContentError(Exception):
    """The content cannot be told (no git, a dirty submodule, too much): assume that it changed."""


def tree_digest(root: Path, env: Mapping[str, str], *, ignore: tuple[str, ...]) -> str:
    """Digest HEAD's tree and all changed or untracked files that git does not ignore.

    Changes are looked for in the whole tree, not in one folder: a build may use its neighbours.
    `ignore` are folders that no build reads. Raises `UnknownContentError`.
    """
    head = _git(root, env, "rev-parse", "--verify", "HEAD^{tree}")
    excluded = [f":(exclude,top){folder}" for folder in (".gate", *ignore)]
    status = _git(
        root,
        env,
        "status",
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--no-renames",
        "--",
        ":(top)",
        *excluded,
    )
    top = Path(os.fsdecode(_git(root, env, "rev-parse", "--show-toplevel").rstrip(b"\n")))
    digest = hashlib.sha256(head)
    budget = _MOST
    for entry in status.split(b"\0"):
        if entry:
            budget = _add(digest, top, entry[3:], budget)
    return digest.hexdigest()


def lock_digest(folder: Path) -> str:
    """Digest the lock files beside a service, also those that git ignores."""
    digest = hashlib.sha256()
    for path in sorted([folder / name for name in _LOCKS] + list(folder.glob("requirements*.txt"))):
        if path.is_file():
            digest.update(path.name.encode() + b"\0")
            _add_file(digest, path)
    return digest.hexdigest()


def ignored_entries(folder: Path, env: Mapping[str, str]) -> frozenset[str]:
    """What git ignores in a folder, directories as one entry: where builds leave their work."""
    listed = _git(
        folder,
        env,
        "ls-files",
        "-z",
        "--others",
        "--ignored",
        "--exclude-standard",
        "--directory",
    )
    return frozenset(os.fsdecode(entry) for entry in listed.split(b"\0") if entry)


def _add(digest: hashlib._Hash, top: Path, name: bytes, budget: int) -> int:
    path = top / os.fsdecode(name)
    digest.update(b"\0" + name + b"\0")
    try:
        found = path.lstat()
    except OSError:
        digest.update(b"absent")
        return budget
    if stat.S_ISLNK(found.st_mode):
        digest.update(b"link " + os.fsencode(path.readlink()))
        return budget
    if not stat.S_ISREG(found.st_mode):
        raise UnknownContentError(f"{path} is no plain file")
    if found.st_size > budget:
        raise UnknownContentError("more than 1 GiB is not committed")
    digest.update(b"x" if found.st_mode & stat.S_IXUSR else b"-")
    _add_file(digest, path)
    return budget - found.st_size


def _add_file(digest: hashlib._Hash, path: Path) -> None:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        raise UnknownContentError(str(error)) from None


def _git(where: Path, env: Mapping[str, str], *words: str) -> bytes:
    clean = {name: value for name, value in env.items() if name not in _GIT_PLACES}
    clean["GIT_OPTIONAL_LOCKS"] = "0"
    argv = ("git", "-C", str(where), *words)
    done = process.run(argv, timeout=_TIMEOUT, env=clean)
    if isinstance(done, process.NotStarted):
        raise UnknownContentError(done.why)
    if done.code != 0 or done.timed_out:
        raise UnknownContentError(done.tail)
    return done.stdout
