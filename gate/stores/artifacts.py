"""Runs as artifacts of GitHub Actions: written for the Action to upload, read over the API.

`github:NAME`, or `github:NAME@main,release/*` for other branches than the default one. An artifact
holds one file with the three of an entry. What counts as trusted: `gate.github.artifacts`.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from gate.errors import RecordError, StoreError
from gate.github.access import access_of
from gate.github.artifacts import Artifacts, Left
from gate.github.client import Client
from gate.github.errors import GitHubError
from gate.github.zipped import only_member
from gate.record import read_bounded, write_atomic
from gate.record.canonical import Tree, dump, load
from gate.seams.store import Entry
from gate.stores.entry_files import FILES, HEAD, DamagedError, OtherVersionError, parse_head
from gate.stores.folder import hide_scratch
from gate.stores.git_commands import Git
from gate.stores.naming import ID
from gate.stores.packed import PackedStore

T = TypeVar("T")

OUTBOX = "PERFGATE_ARTIFACTS"
"""The folder from which the Action uploads; set by `gate ci`."""
FILE = "entry.json"
_DEFAULT_OUTBOX = ".gate/artifacts"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
_BRANCH = re.compile(r"[A-Za-z0-9*?][A-Za-z0-9._/*?\[\]-]{0,99}", re.ASCII)
_UNREAD = "artifact-"
_NEWEST = 30
_ZIP_BYTES = 32 * 1024 * 1024
_ENTRY_BYTES = 64 * 1024 * 1024
_REMEMBERED = 4 * 1024 * 1024
# Something is there, and none of an entry's files: the store says that it is damaged.
_DAMAGED: Mapping[str, bytes] = {FILE: b""}
# What this process put into an outbox. In one with committed files nothing else is believed:
# whoever proposes a change commits what he likes there.
_WRITTEN: set[Path] = set()


def written(file: Path) -> bool:
    """Whether this process put the file into an outbox."""
    return file.absolute() in _WRITTEN


class ArtifactShelf:
    """Keeps in the outbox, reads what it put there and what runs of trusted branches left."""

    shared = True

    def __init__(
        self, name: str, outbox: Path, artifacts: Callable[[], Artifacts], *, committed: bool
    ) -> None:
        """`artifacts` is called when something is first asked of GitHub.

        `committed`: files of the outbox may be a stranger's.
        """
        self._name = name
        self._committed = committed
        self._outbox = outbox / name
        self._open = artifacts
        self._artifacts: Artifacts | None = None
        self._left: dict[str, Left] | None = None
        self._known: dict[int, bytes] = {}

    @property
    def where(self) -> str:
        """The artifacts' name."""
        return f"the artifacts {self._name} of GitHub, which the Action uploads"

    def heads(self) -> Mapping[str, bytes | None]:
        """The head of every entry; None for an artifact that holds none."""
        found = {name: self._remote(left).get(HEAD) for name, left in self._listed().items()}
        return {**found, **{name: self._local(name).get(HEAD) for name in self._pending()}}

    def files(self, entry_id: str) -> Mapping[str, bytes]:
        """The files of an entry, those that are there; empty where there is no entry."""
        if entry_id in self._pending():
            return self._local(entry_id)
        left = self._listed().get(entry_id)
        return self._remote(left) if left is not None else {}

    def add(self, entry: Entry, files: Mapping[str, bytes]) -> None:
        """Put an entry into the outbox, where there is none of this id."""
        if not self.files(entry.run.id):
            self._write(entry.run.id, files)

    def replace(self, entry_id: str, head: bytes, old: bytes) -> None:
        """Put another head in place, in the outbox; raises `StoreError` for what was uploaded."""
        if entry_id not in self._pending():
            raise StoreError(
                f"the run {entry_id} is an artifact, which cannot be changed",
                hint="write what is accepted into budgets/accepted.yml (`gate baseline accept`); "
                "to pin runs use a store such as `git:`",
            )
        files = self._local(entry_id)
        if files.get(HEAD) == old:
            self._write(entry_id, {**files, HEAD: head})

    def drop(self, entry_id: str) -> bool:
        """Forget an entry; of an artifact that needs the permission `actions: write`."""
        if entry_id in self._pending():
            shutil.rmtree(self._outbox / entry_id)
            return True
        left = self._listed().get(entry_id)
        if left is not None:
            self._ask(lambda artifacts: artifacts.remove(left.id))
            self._left = None
        return left is not None

    def _pending(self) -> set[str]:
        try:
            names = {entry.name for entry in os.scandir(self._outbox) if ID.fullmatch(entry.name)}
        except FileNotFoundError:
            return set()
        files = {name: self._file(name) for name in names}
        return {
            name
            for name, file in files.items()
            if file.exists() and (file in _WRITTEN or not self._committed)
        }

    def _file(self, entry_id: str) -> Path:
        return (self._outbox / entry_id / FILE).absolute()

    def _local(self, entry_id: str) -> Mapping[str, bytes]:
        try:
            return _unwrapped(read_bounded(self._file(entry_id), _ENTRY_BYTES))
        except RecordError:
            return _DAMAGED

    def _write(self, entry_id: str, files: Mapping[str, bytes]) -> None:
        try:
            write_atomic(self._file(entry_id), _wrapped(files))
            _WRITTEN.add(self._file(entry_id))
            hide_scratch(self._outbox)
        except RecordError as error:
            hint = "check the folder's rights and the space on its disk"
            raise StoreError(error.message, hint=hint) from None

    def _listed(self) -> dict[str, Left]:
        """The trusted artifacts by the id of their entry, asked for once; the newest of an id."""
        if self._left is None:
            self._left = {}
            for left in self._ask(lambda artifacts: artifacts.trusted(_NEWEST)):
                self._left.setdefault(self._id_of(left), left)
        return self._left

    def _id_of(self, left: Left) -> str:
        """The id that the head tells, of the commit and branch that GitHub tells."""
        unread = f"{_UNREAD}{left.id}"
        data = self._remote(left).get(HEAD)
        if data is None:
            return unread
        try:
            tree = load(data, HEAD)
            told = tree.get("id") if isinstance(tree, Mapping) else None
            head = parse_head(data, told if isinstance(told, str) else "")
        except (RecordError, DamagedError, OtherVersionError):
            return unread
        if (head.entry.commit, head.entry.branch) != (left.sha, left.branch):
            raise StoreError(
                f"the artifact {left.id} ({self._name}) says that it is of commit "
                f"{head.entry.commit[:12]} on {head.entry.branch[:100]!r}, but its run was of "
                f"{left.sha[:12]} on {left.branch[:100]!r}",
                hint="look at the run that left it, and delete the artifact",
            )
        return head.entry.id if ID.fullmatch(head.entry.id) else unread

    def _remote(self, left: Left) -> Mapping[str, bytes]:
        """What an artifact holds."""
        if left.size > _ZIP_BYTES:
            return _DAMAGED
        zipped = self._known.get(left.id)
        if zipped is None:
            zipped = self._ask(lambda a: a.download(left.id, limit=_ZIP_BYTES))
            if len(zipped) <= _REMEMBERED:
                self._known[left.id] = zipped
        try:
            return _unwrapped(only_member(zipped, FILE, most=_ENTRY_BYTES))
        except (GitHubError, RecordError):
            return _DAMAGED

    def _ask(self, question: Callable[[Artifacts], T]) -> T:
        try:
            if self._artifacts is None:
                self._artifacts = self._open()
            return question(self._artifacts)
        except GitHubError as error:
            hint = (
                "give the job `permissions: {actions: read}` and the step a token; on a laptop set "
                "GITHUB_REPOSITORY and GITHUB_TOKEN"
            )
            message = f"{self.where} cannot be read: {error.message}"
            raise StoreError(message, hint=hint if error.denied else error.hint or hint) from None


def _wrapped(files: Mapping[str, bytes]) -> bytes:
    return dump({name: base64.b64encode(data).decode() for name, data in files.items()})


def _unwrapped(data: bytes) -> dict[str, bytes]:
    """The files of an entry, those of them that are there; raises `RecordError`."""
    tree: Tree = load(data, FILE)
    if not isinstance(tree, Mapping):
        raise RecordError(f"{FILE}: no object")
    try:
        return {
            name: base64.b64decode(text, validate=True)
            for name in FILES
            if isinstance(text := tree.get(name), str)
        }
    except (binascii.Error, ValueError):
        raise RecordError(f"{FILE}: not base64") from None


def open_artifacts(place: str, root: Path) -> PackedStore:
    """The store `github:NAME[@BRANCH,…]`; raises `StoreError` where it is written wrongly."""
    name, _, listed = place.partition("@")
    branches = tuple(part.strip() for part in listed.split(",")) if listed else ()
    if not _NAME.fullmatch(name) or not all(_BRANCH.fullmatch(b) for b in branches):
        raise StoreError(
            f"the store {f'github:{place}'[:200]!r} names no artifact",
            hint="write github:NAME, or github:NAME@main,release/* to trust more branches",
        )

    def artifacts() -> Artifacts:
        return Artifacts(Client(access_of(os.environ)), name, branches)

    outbox = Path(os.environ.get(OUTBOX) or root / _DEFAULT_OUTBOX)
    return PackedStore(ArtifactShelf(name, outbox, artifacts, committed=_committed(outbox, root)))


def _committed(outbox: Path, root: Path) -> bool:
    """Whether git has files in an outbox below the tree, or cannot tell (a link, a submodule)."""
    places = (outbox.absolute(), outbox.resolve())
    if not any(p.is_relative_to(r) for p in places for r in (root.absolute(), root.resolve())):
        return False
    said = Git(root).tried("--literal-pathspecs", "ls-files", "-z", "--", str(places[0]))
    return said.code != 0 or said.out != b""
