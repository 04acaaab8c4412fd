"""What a sign-off says that no record holds: files by digest, approvals, who wrote the waivers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from gate.app.workspace import Workspace
from gate.ci.blame import Change, author_of, blobs_at, changes_of
from gate.ci.git import Repository
from gate.core.model import Waiver
from gate.core.signoff import Approval, FileDigest, Written, same_person
from gate.errors import RecordError, UsageError
from gate.record import read_bounded
from gate.record.canonical import load

_SUFFIXES = {".yml", ".yaml"}
_CHUNK = 1024 * 1024
_MOST = 200
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z)?", re.ASCII)
_FORM = '[{"name": "Ada Lovelace", "at": "2026-11-22T18:00:00Z"}]'


def digest(path: str, data: bytes, blob: str = "") -> FileDigest:
    """The digest of a file that is in memory."""
    return FileDigest(path, hashlib.sha256(data).hexdigest(), len(data), blob)


def budget_files(workspace: Workspace, sha: str) -> tuple[FileDigest, ...]:
    """Every budget file with its SHA-256 and the id that git gives it in the release's commit."""
    root = workspace.root.resolve()
    found: dict[str, bytes] = {}
    for folder in workspace.folders:
        for file in sorted(folder.resolve().iterdir()):
            if file.suffix in _SUFFIXES and file.is_file():
                inside = file.is_relative_to(root)
                path = file.relative_to(root if inside else folder.resolve().parent)
                found[path.as_posix()] = read_bounded(file)
    repo = workspace.repo
    blobs = blobs_at(repo, sha, tuple(found)) if isinstance(repo, Repository) else {}
    return tuple(digest(name, found[name], blobs.get(name, "")) for name in sorted(found))


def artifacts(paths: Sequence[Path], root: Path) -> tuple[FileDigest, ...]:
    """The release's artifacts by their names; raises `UsageError` for one that is not there."""
    found: dict[str, FileDigest] = {}
    for path in paths:
        if not path.is_file():
            raise UsageError(
                f"--artifact {path}: there is no such file",
                hint="build the release's artifacts first, and name each with its own --artifact",
            )
        name = _name(path, root)
        if name in found:
            raise UsageError(f"--artifact {path}: {name} was named already")
        found[name] = _large(name, path)
    return tuple(found[name] for name in sorted(found))


def _name(path: Path, root: Path) -> str:
    """Its path in the repository, outside of it the name alone: nobody's folders are told."""
    whole = path.resolve()
    inside = whole.is_relative_to(root.resolve())
    text = whole.relative_to(root.resolve()).as_posix() if inside else whole.name
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _large(name: str, path: Path) -> FileDigest:
    """The digest of a file that need not fit into memory."""
    seen, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            seen.update(chunk)
            size += len(chunk)
    return FileDigest(name, seen.hexdigest(), size)


def approvals(
    names: Iterable[str], file: Path | None, at: str, author: str
) -> tuple[Approval, ...]:
    """Who approved, as somebody said; nobody is made up. Raises `UsageError`, `RecordError`.

    On the command line that is at the time of the sign-off.
    """
    told = [Approval(_person(name), at, "command line") for name in names]
    if file is not None:
        told.extend(_in_file(file))
    made = (
        Approval(each.name, each.at, each.said_in, same_person(each.name, author)) for each in told
    )
    return tuple(dict.fromkeys(made))


def _in_file(file: Path) -> Iterable[Approval]:
    tree = load(read_bounded(file, _CHUNK), str(file))
    if not isinstance(tree, list) or len(tree) > _MOST:
        raise RecordError(f"{file}: expected a list of approvals", hint=f"as in {_FORM}")
    for entry in tree:
        if not isinstance(entry, dict) or entry.keys() != {"name", "at"}:
            raise RecordError(f"{file}: an approval has a name and a time", hint=f"as in {_FORM}")
        name, at = entry["name"], entry["at"]
        if not isinstance(name, str) or not isinstance(at, str) or not _TIME.fullmatch(at):
            shown = json.dumps(at)[:60]
            raise RecordError(f"{file}: {shown} is no time in UTC", hint=f"as in {_FORM}")
        yield Approval(_person(name), at, file.name)


def _person(name: str) -> str:
    if not name.strip() or len(name) > _MOST:
        raise UsageError("an approval names a person", hint='as in --approve "Ada Lovelace"')
    return name.strip()


def authors(workspace: Workspace, sha: str) -> tuple[str, tuple[Written, ...]]:
    """Who wrote the release's commit, and who changed each waiver last; "" and () outside git."""
    repo = workspace.repo
    if not isinstance(repo, Repository):
        return "", ()
    waivers = workspace.spec.promises.waivers
    written: list[Written] = []
    for file in sorted({waiver.place.file for waiver in waivers if waiver.place.file}):
        lines = changes_of(repo, sha, file)
        own = [waiver for waiver in waivers if waiver.place.file == file]
        written.extend(_written(own, lines))
    return author_of(repo, sha), tuple(written)


def _written(waivers: list[Waiver], lines: tuple[Change | None, ...]) -> Iterable[Written]:
    """The newest change of the lines of each entry; unknown where one of them is unknown."""
    starts = sorted(waiver.place.line for waiver in waivers)
    for waiver in waivers:
        start = waiver.place.line
        end = next((line for line in starts if line > start), len(lines) + 1)
        changes = lines[start - 1 : end - 1]
        known = [change for change in changes if change is not None]
        if known and len(known) == len(changes):
            newest = max(known, key=lambda change: change.day)
            yield Written(waiver.place.file, start, newest.author, newest.day)
