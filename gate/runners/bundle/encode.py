"""How large content is on the wire: raw, gzip and brotli, by named libraries at named levels."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version

import brotli  # type: ignore[import-untyped]  # its authors ship no types

from gate.runners.bundle.files import Piece
from gate.runners.bundle.memory import Memory
from gate.runners.bundle.options import Levels


class Encoding(StrEnum):
    """What a server may send. `BR` is meant where an SLI names none."""

    RAW = "raw"
    GZIP = "gzip"
    BR = "br"


@dataclass(frozen=True, slots=True)
class Encoder:
    """The compressors with their levels.

    Brotli at 11 gives the same bytes in every implementation (Python and Node, one-shot and
    streamed); gzip differs by implementation, so the record names the library.
    """

    levels: Levels
    brotli_version: str
    zlib_version: str

    def describe(self, encoding: Encoding) -> str:
        """What shapes a size, without what does not: `brotli 1 level 11`."""
        match encoding:
            case Encoding.RAW:
                return "raw"
            case Encoding.GZIP:
                flavour = "zlib-ng" if "ng" in self.zlib_version else "zlib"
                return f"{flavour} {_major(self.zlib_version)} level {self.levels.gzip}"
            case Encoding.BR:
                return f"brotli {_major(self.brotli_version)} level {self.levels.brotli}"

    def size(self, content: bytes, encoding: Encoding) -> int:
        """Bytes after encoding; gzip as servers send it, without a name and a time."""
        match encoding:
            case Encoding.RAW:
                return len(content)
            case Encoding.GZIP:
                return len(gzip.compress(content, self.levels.gzip, mtime=0))
            case Encoding.BR:
                return len(brotli.compress(content, quality=self.levels.brotli))


def encoder(levels: Levels) -> Encoder:
    """The encoder of the libraries that are installed."""
    return Encoder(levels, version("brotli"), zlib.ZLIB_RUNTIME_VERSION)


def sizes(
    encoder: Encoder,
    wanted: Iterable[tuple[Piece, Encoding]],
    memory: Memory,
    *,
    timeout: float,
) -> dict[tuple[str, Encoding], int] | None:
    """The size of every file in every encoding, by path; None where time was up.

    The compressors release the interpreter, so threads help. Brotli at its best level takes a
    second for a megabyte: what is known by its content is not compressed again.
    """
    jobs = {(piece.path, encoding): piece.content for piece, encoding in wanted}
    pool = ThreadPoolExecutor(min(8, os.cpu_count() or 1), thread_name_prefix="bundle")
    try:
        running = {
            key: pool.submit(_size, encoder, content, key[1], memory)
            for key, content in sorted(jobs.items())
        }
        if wait(running.values(), timeout).not_done:
            return None
        return {key: _taken(future) for key, future in running.items()}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _taken(future: Future[int]) -> int:
    return future.result()


def _size(encoder: Encoder, content: bytes, encoding: Encoding, memory: Memory) -> int:
    if encoding is not Encoding.BR:
        return encoder.size(content, encoding)
    digest = hashlib.sha256(content).hexdigest()
    key = f"{digest} br {encoder.levels.brotli} {encoder.brotli_version}"
    known = memory.get(key)
    if known is None:
        known = encoder.size(content, encoding)
        memory.put(key, known)
    return known


def _major(version: str) -> str:
    return version.partition(".")[0]
