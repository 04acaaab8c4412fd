"""Entries in a bucket: `s3://BUCKET/PREFIX`, `gs://…`, `az://…`, by obstore 0.12.

Nothing is ever overwritten. The records are put under names that hold their digest, then
`head.json` is created, and only if it is not there yet: from then on there is an entry. That it is
accepted is an object of its own, `accepted.json`. Who is killed leaves records without a head, and
those are no entry. Credentials come from the environment, where each cloud's own tools look.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import obstore
from obstore import exceptions
from obstore.store import ObjectStore, from_url

from gate.errors import StoreError
from gate.seams.store import Entry
from gate.stores.again import pauses
from gate.stores.entry_files import (
    HEAD,
    OUTCOME,
    RUN,
    DamagedError,
    OtherVersionError,
    parse_head,
)
from gate.stores.naming import ID
from gate.stores.packed import PackedStore
from gate.stores.secrets import without_secrets

ACCEPTED = "accepted.json"
MOST = 200_000
"""Objects below one prefix; each entry has three or four."""

_LARGEST = 256 * 1024 * 1024
_PAGE = 1000
_AT_ONCE = 8
_SURE = 10.0
_SECRET = re.compile(r"(AWS|GOOGLE|AZURE)_\w*(KEY|SECRET|TOKEN|SAS|CREDENTIALS|PASSWORD)\w*")


class BucketShelf:
    """Objects `ID/head.json`, `ID/accepted.json`, `ID/run-DIGEST.json.gz`, `ID/outcome-…`."""

    def __init__(self, store: ObjectStore, where: str, sure: float) -> None:
        self._store = store
        self._sure = sure
        self._where = where

    @property
    def shared(self) -> bool:
        """A bucket is."""
        return True

    @property
    def where(self) -> str:
        """The bucket and the prefix."""
        return self._where

    def heads(self) -> Mapping[str, bytes | None]:
        """The head of every entry, several read at a time."""
        heads = {i: ACCEPTED if ACCEPTED in names else HEAD for i, names in self._entries().items()}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = pool.map(lambda each: self._get(f"{each[0]}/{each[1]}"), heads.items())
            read = dict(zip(heads, found, strict=True))
        # One that was removed meanwhile is no entry any more.
        return {entry_id: data for entry_id, data in read.items() if data is not None}

    def files(self, entry_id: str) -> Mapping[str, bytes]:
        """The head and the records that it names."""
        head = self._get(f"{entry_id}/{ACCEPTED}") or self._get(f"{entry_id}/{HEAD}")
        if head is None:
            return {}
        files = {HEAD: head}
        with suppress(DamagedError, OtherVersionError):  # told by who asked for the files
            known = parse_head(head, entry_id)
            for name, digest in ((RUN, known.run), (OUTCOME, known.outcome)):
                data = self._get(_named(entry_id, name, digest))
                if data is not None:
                    files[name] = data
        return files

    def add(self, entry: Entry, files: Mapping[str, bytes]) -> None:
        """Put the records, then create the head; one that is there already stays."""
        entry_id = entry.run.id
        if self._get(f"{entry_id}/{HEAD}") is not None:
            return
        known = parse_head(files[HEAD], entry_id)
        self._create(_named(entry_id, RUN, known.run), files[RUN])
        self._create(_named(entry_id, OUTCOME, known.outcome), files[OUTCOME])
        self._create(f"{entry_id}/{HEAD}", files[HEAD])

    def replace(self, entry_id: str, head: bytes, old: bytes) -> None:
        """Create the accepted head beside the first, which stays."""
        if self._get(f"{entry_id}/{HEAD}") == old:
            self._create(f"{entry_id}/{ACCEPTED}", head)

    def drop(self, entry_id: str) -> bool:
        """Delete the heads, then all else of an entry."""
        names = self._names(entry_id)
        if not names & {HEAD, ACCEPTED}:
            return False
        first = [name for name in (ACCEPTED, HEAD) if name in names]
        for name in (*first, *sorted(names - {HEAD, ACCEPTED})):
            with self._named("write to"), suppress(FileNotFoundError):
                obstore.delete(self._store, f"{entry_id}/{name}")
        return True

    def _create(self, path: str, content: bytes) -> None:
        """Put an object that is not there yet; one that is there stays as it is."""
        for _ in pauses(self._sure):
            refused: StoreError | None = None
            try:
                with self._named("write to"), suppress(exceptions.AlreadyExistsError):
                    obstore.put(self._store, path, content, mode="create", use_multipart=False)
            except StoreError as error:  # it may have arrived, and only the answer is lost
                refused = error
            # Seen, not believed: two at once can both be told that the other was first.
            if self._get(path) is not None:
                return
            if refused is not None:
                raise refused
        raise StoreError(
            f"{self.where} says that it keeps {path}, but does not show it",
            hint="does the bucket support conditional writes (If-None-Match), and may we read it?",
        )

    def _get(self, path: str) -> bytes | None:
        with self._named("read"):
            try:
                got = obstore.get(self._store, path)
                if got.meta["size"] > _LARGEST:
                    raise StoreError(
                        f"{path} in {self.where} is larger than {_LARGEST} bytes",
                        hint="nothing that the gate writes is as large: look who wrote it",
                    )
                return bytes(got.bytes())
            except FileNotFoundError:
                return None

    def _entries(self) -> dict[str, set[str]]:
        """The entries that have a head, with the names of their objects."""
        found: dict[str, set[str]] = {}
        for path in self._listed(None):
            entry_id, _, name = path.partition("/")
            if ID.fullmatch(entry_id):
                found.setdefault(entry_id, set()).add(name)
        return {i: names for i, names in found.items() if names & {HEAD, ACCEPTED}}

    def _names(self, entry_id: str) -> set[str]:
        return {path.removeprefix(f"{entry_id}/") for path in self._listed(f"{entry_id}/")}

    def _listed(self, prefix: str | None) -> Iterator[str]:
        """The paths below a prefix, page by page."""
        count = 0
        with self._named("read"):
            for page in obstore.list(self._store, prefix, chunk_size=_PAGE):
                count += len(page)
                if count > MOST:
                    raise StoreError(
                        f"{self.where} holds more than {MOST} objects",
                        hint="`gate baseline prune` forgets old runs; or name another prefix",
                    )
                yield from (each["path"] for each in page)

    @contextmanager
    def _named(self, verb: str) -> Iterator[None]:
        try:
            yield
        except (exceptions.BaseError, OSError) as error:
            if isinstance(error, FileNotFoundError | exceptions.AlreadyExistsError):
                raise
            raise StoreError(
                f"cannot {verb} {self.where}: {_said(error)}", hint=_hint(error)
            ) from None


def opener(scheme: str) -> Callable[[str, Path], PackedStore]:
    """What opens `SCHEME://BUCKET/PREFIX`."""

    def open_bucket(place: str, _root: Path) -> PackedStore:
        if not re.fullmatch(r"//[A-Za-z0-9][\w.-]*(/(?!\.)[\w.=-]+)*/?", place, re.ASCII):
            address = without_secrets(f"{scheme}:{place}")
            raise StoreError(
                f"the store {address!r} names no bucket", hint=f"write {scheme}://BUCKET/PREFIX"
            )
        return open_url(f"{scheme}:{place}".rstrip("/"))

    return open_bucket


def open_url(url: str, *, timeout: float = 60.0, sure: float = _SURE) -> PackedStore:
    """The store at an address; a request is left after `timeout` seconds and tried four times.

    `sure` is how many seconds an object may take to show that was put.
    """
    try:
        store = from_url(
            url,
            client_options={
                "timeout": timedelta(seconds=timeout),
                "connect_timeout": timedelta(seconds=min(timeout, 10.0)),
                "allow_http": _named_without_tls(),
            },
            retry_config={
                "max_retries": 3,
                "retry_timeout": timedelta(seconds=1.5 * timeout),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=100),
                    "max_backoff": timedelta(seconds=3),
                    "base": 2,
                },
            },
        )
    except (exceptions.BaseError, ValueError) as error:
        raise StoreError(f"cannot open {url}: {_said(error)}", hint=_hint(error)) from None
    return PackedStore(BucketShelf(store, url, sure))


def _named_without_tls() -> bool:
    """Whether the environment itself names a server without TLS, as a bucket of one's own is."""
    names = ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT", "AZURE_STORAGE_ENDPOINT")
    return any(os.environ.get(name, "").startswith("http://") for name in names)


def _named(entry_id: str, name: str, digest: str) -> str:
    """Where a record is: its name has the digest, so that two of one id are two objects."""
    stem, _, kind = name.partition(".")
    safe = digest if re.fullmatch(r"[0-9a-f]{64}", digest) else "none"
    return f"{entry_id}/{stem}-{safe[:32]}.{kind}"


def _said(error: Exception) -> str:
    """What the cloud answered, in a line without credentials."""
    said = " ".join(str(error).partition("Debug source:")[0].split())
    for name, value in os.environ.items():
        if len(value) > 3 and _SECRET.fullmatch(name):
            said = said.replace(value, "…")
    return without_secrets(said)[:300]


def _hint(error: Exception) -> str:
    refused = exceptions.PermissionDeniedError | exceptions.UnauthenticatedError
    if isinstance(error, refused | PermissionError):
        return "may these credentials list, read, create and delete below the prefix?"
    return "are the bucket, the region and the credentials in the environment right?"
