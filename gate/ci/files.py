"""Files at a commit, and which files a change touches."""

from __future__ import annotations

from gate.ci.git import Repository, ask, ask_bytes
from gate.errors import UsageError

_FILES = 500
_BYTES = 8 * 1024 * 1024


def files_at(repo: Repository, sha: str, folder: str) -> dict[str, bytes]:
    """The plain files directly in a folder at a commit, by name; empty where it was not there.

    `folder` is relative to the root, "." the root itself. Raises `UsageError` for more than 500
    files or 8 MiB.
    """
    place = [] if folder in {"", "."} else [f"{folder.rstrip('/')}/"]
    listed = ask(repo, "ls-tree", "-z", "-l", "--full-tree", sha, "--", *place)
    names: dict[str, str] = {}
    size = 0
    for line in listed.split("\0"):
        facts, _, path = line.partition("\t")
        if facts.startswith("100"):  # neither a link, a folder nor a submodule
            _, _, blob, length = facts.split()
            names[path.rpartition("/")[2]] = blob
            size += int(length)
    if len(names) > _FILES or size > _BYTES:
        raise UsageError(f"the folder {folder} was too large at commit {sha[:12]}")
    return dict(zip(names, _contents(repo, list(names.values())), strict=True))


def _contents(repo: Repository, blobs: list[str]) -> list[bytes]:
    if not blobs:
        return []
    given = "".join(f"{blob}\n" for blob in blobs).encode()
    answer = ask_bytes(repo, "cat-file", "--batch", stdin=given)
    found, at = [], 0
    for blob in blobs:
        end = answer.index(b"\n", at)
        _, kind, length = answer[at:end].split()
        if kind != b"blob":
            raise UsageError(f"git cannot read the object {blob}")
        found.append(answer[end + 1 : end + 1 + int(length)])
        at = end + 1 + int(length) + 1
    return found


def changed_files(repo: Repository, base: str) -> tuple[str, ...]:
    """Files that differ from the base commit: uncommitted, untracked and moved-away ones too."""
    changed = ask(
        repo,
        "diff",
        "--name-only",
        "-z",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--no-relative",
        base,
        "--",
    )
    new = ask(repo, "ls-files", "--others", "--exclude-standard", "-z")
    return tuple(sorted({name for name in (changed + "\0" + new).split("\0") if name}))


def known_files(repo: Repository) -> tuple[str, ...]:
    """Every file that git follows in the tree, committed or added."""
    return tuple(
        name for name in ask(repo, "ls-files", "-z", "--full-name", "--", ":/").split("\0") if name
    )
