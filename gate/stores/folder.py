"""A folder of runs: one sub-folder an entry, put in place whole by one rename."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from gate.errors import StoreError
from gate.record import sync_folder, write_synced
from gate.seams.store import Entry, EntryHead
from gate.stores.entry_files import (
    FILES,
    HEAD,
    DamagedError,
    Head,
    pack,
    read_entry,
    read_head,
)
from gate.stores.naming import ID, absent, another, checked, named

_DRAFT, _GONE = ".draft-", ".gone-"
# A writer needs seconds; what is older was left by one that was killed.
_OLD = 3600.0


class FolderStore:
    """Entries as `ID/{head.json,run.json.gz,outcome.json.gz}`; digests guard against damage."""

    def __init__(self, folder: Path, *, shared: bool = False) -> None:
        self.folder = folder
        self._shared = shared

    @property
    def shared(self) -> bool:
        """Whether the policy says that others see this folder (`shared-folder:`)."""
        return self._shared

    @property
    def where(self) -> str:
        """The folder."""
        return f"folder {self.folder}"

    def put(self, entry: Entry) -> None:
        """Keep an entry whole or not at all; one that is there already is at most accepted.

        Raises `StoreError` too where another run is stored under the same id.
        """
        target = self._place(entry.run.id)
        head, files = pack(entry)
        with self._writing():
            if not os.path.lexists(target):
                self._keep(target, files)
            kept = self._head(target)
            if kept is None:
                raise StoreError(
                    f"{self.where} holds something else that is named {entry.run.id}",
                    hint="move it away and try again",
                )
            if kept.run != head.run:
                raise another(entry.run.id, self.where)
            if entry.accepted and not kept.entry.accepted:
                _replace(target / HEAD, kept.accepted().encoded())

    def heads(self) -> tuple[EntryHead, ...]:
        """All entries, newest first; what cannot be read is an error, never left out.

        Other files and folders in the folder are left alone.
        """
        with self._reading():
            found = [head.entry for place in self._places() if (head := self._head(place))]
        return tuple(sorted(found, key=lambda head: (head.at, head.id), reverse=True))

    def get(self, entry_id: str) -> Entry:
        """Read one entry back; raises `StoreError` where it is absent or damaged."""
        place = self._place(entry_id)
        with self._reading():
            head = self._head(place)
            if head is None:
                raise absent(entry_id, self.where)
            with named(entry_id, self.where):
                return read_entry(place, head)

    def remove(self, entry_id: str) -> None:
        """Forget an entry, a damaged one too; it disappears from view at once."""
        place = self._place(entry_id)
        gone = self.folder / f"{_GONE}{secrets.token_hex(6)}"
        with self._writing():
            if place.is_symlink():
                place.unlink()
                return
            try:
                place.rename(gone)
            except (FileNotFoundError, NotADirectoryError):
                raise absent(entry_id, self.where) from None
            shutil.rmtree(gone, ignore_errors=True)
            self._sweep()

    def _place(self, entry_id: str) -> Path:
        return self.folder / checked(entry_id)

    def _places(self) -> Iterator[Path]:
        """The folders that are entries, also damaged ones."""
        if self.folder.is_symlink() and not self.folder.exists():
            raise StoreError(f"{self.where} is a link that leads nowhere")
        try:
            names = sorted(entry.name for entry in os.scandir(self.folder) if entry.is_dir())
        except FileNotFoundError:
            return
        for place in (self.folder / name for name in names if ID.fullmatch(name)):
            if place.is_symlink() or any(os.path.lexists(place / name) for name in FILES):
                yield place

    def _head(self, place: Path) -> Head | None:
        """The head of an entry; None where there is no entry."""
        with named(place.name, self.where):
            if place.is_symlink():
                raise DamagedError("it is a link, not a folder")
            try:
                return read_head(place)
            except (FileNotFoundError, NotADirectoryError):
                if any(os.path.lexists(place / name) for name in FILES):
                    raise DamagedError(f"{HEAD} is gone") from None
                return None

    def _keep(self, target: Path, files: dict[str, bytes]) -> None:
        draft = self.folder / f"{_DRAFT}{os.getpid()}-{secrets.token_hex(6)}"
        try:
            draft.mkdir(parents=True)
            hide_scratch(self.folder)
            for name, content in files.items():
                write_synced(draft / name, content)
            _rename(draft, target)
            sync_folder(self.folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self._sweep()

    def _sweep(self) -> None:
        """Remove what writers left behind that were killed long ago."""
        for entry in os.scandir(self.folder):
            with contextlib.suppress(OSError):
                old = time.time() - entry.stat(follow_symlinks=False).st_mtime > _OLD
                if old and entry.name.startswith((_DRAFT, _GONE)):
                    shutil.rmtree(entry.path, ignore_errors=True)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"cannot read {self.where}: {error.strerror or error}",
                hint="check that it is a folder and who may read it",
            ) from None

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"cannot write to {self.where}: {error.strerror or error}",
                hint="check the folder's rights and the space on its disk",
            ) from None


def open_own(place: str, root: Path) -> FolderStore:
    """A folder of this machine, relative to the root; raises `StoreError` where it is none."""
    return FolderStore(root / _named_folder("folder", place))


def open_shared(place: str, root: Path) -> FolderStore:
    """A folder that others see as well; else as `open_own`."""
    return FolderStore(root / _named_folder("shared-folder", place), shared=True)


def _named_folder(kind: str, place: str) -> Path:
    if not place or "\0" in place:
        address = f"{kind}:{place}"
        raise StoreError(f"the store {address!r} names no folder", hint=f"write {kind}:PATH")
    path = Path(place)
    try:
        return path.expanduser()
    except RuntimeError:
        raise StoreError(f"the store's folder {place} is in a home that is not known") from None


def _rename(draft: Path, target: Path) -> None:
    """Put the draft in place; where another writer was quicker, theirs stays."""
    try:
        draft.rename(target)
    except OSError:
        if not os.path.lexists(target):
            raise


def hide_scratch(folder: Path) -> None:
    """`.gate/` is scratch: what is in it must not make the tree of the next run dirty."""
    for parent in folder.parents:
        if parent.name == ".gate":
            with contextlib.suppress(FileExistsError):
                write_synced(parent / ".gitignore", b"*\n")


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}-{secrets.token_hex(6)}")
    try:
        write_synced(draft, content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
