"""The runner of bundle sizes: read the parts that are asked for, encode each file once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from gate.core.metric import Catalogue
from gate.core.reasons import Code, Reason, because
from gate.runners.bundle.answer import FILES, SIZE, Parts, Wanted, answer, members, wanted
from gate.runners.bundle.encode import Encoding, encoder, sizes
from gate.runners.bundle.files import Piece, read_part
from gate.runners.bundle.memory import Memory
from gate.runners.bundle.options import BundleOptions
from gate.seams.runner import (
    Found,
    Implied,
    Job,
    NotFound,
    Options,
    Question,
    Ready,
    Refused,
    Repeat,
    Session,
    UnitAnswer,
    UnitFailed,
)
from gate.tools import cache


class Bundle:
    """The runner. `file` is the name of a part under `files:`, never the name of a file."""

    name = "bundle"
    options: type[Options] = BundleOptions
    repeat = Repeat(1, 1)
    serves = False

    def catalogue(self, options: BundleOptions) -> Catalogue:
        """Sizes and numbers of files, whatever the options are."""
        del options
        return Catalogue(self.name, (SIZE, FILES))

    def members(self, options: BundleOptions, tag: str) -> tuple[str, ...]:
        """The parts, and the encodings that there are."""
        return members(options, tag)

    def implied(self, options: BundleOptions) -> tuple[Implied, ...]:
        """Nothing is promised unasked."""
        del options
        return ()

    @contextmanager
    def open(self, job: Job, options: BundleOptions) -> Iterator[Session | Refused]:
        """Nothing is started; what was compressed is remembered for the next time."""
        memory = Memory(cache.home(job.env) / "bundle" / "sizes.json")
        try:
            yield BundleSession(job, options, memory)
        finally:
            memory.save()


class BundleSession:
    """An open job on one tree; every unit reads the files anew."""

    def __init__(self, job: Job, options: BundleOptions, memory: Memory) -> None:
        """Keep the job and say what compresses."""
        self._job = job
        self._options = options
        self._memory = memory
        self._encoder = encoder(options.levels)

    @property
    def ready(self) -> Ready:
        """The libraries; each question is shaped by its own globs and its own compressor."""
        own = self._encoder
        return Ready(
            tools=(("brotli", own.brotli_version), ("zlib", own.zlib_version)),
            shape=(),
            shapes={asked.objective: self._shape(asked) for asked in self._job.questions},
        )

    def unit(self, index: int) -> UnitAnswer | UnitFailed:
        """Read and encode all that is asked for, within the time of a unit."""
        del index
        began = time.monotonic()
        asked = [each for question in self._job.questions for each in self._wanted(question)]
        parts = self._read(asked)
        left = max(0.0, self._job.timeout - (time.monotonic() - began))
        known = sizes(self._encoder, _encoded(asked, parts), self._memory, timeout=left)
        took = time.monotonic() - began
        if known is None:
            seconds = f"{self._job.timeout:g}"
            why = because(Code.TOOL_TIMED_OUT, tool="compressing the bundle", seconds=seconds)
            return UnitFailed(why, again=False, tool_seconds=took)
        answers = [answer(each, parts, known) for each in asked]
        return UnitAnswer(
            found=tuple(a for a in answers if isinstance(a, Found)),
            not_found=tuple(a for a in answers if isinstance(a, NotFound)),
            tool_seconds=took,
        )

    def _wanted(self, question: Question) -> tuple[Wanted, ...]:
        return tuple(wanted(question, self._options))

    def _read(self, asked: list[Wanted]) -> Parts:
        names = sorted({name for each in asked for name in each.parts})
        return {name: read_part(self._job.root, self._options.globs(name)) for name in names}

    def _shape(self, question: Question) -> tuple[tuple[str, str], ...]:
        asked = self._wanted(question)
        names = dict.fromkeys(name for each in asked for name in each.parts)
        globs = "; ".join(" ".join(self._options.globs(name)) for name in names)
        if question.sli.metric == FILES.name:
            return (("files", globs),)
        encodings = dict.fromkeys(self._encoder.describe(each.encoding) for each in asked)
        return (("files", globs), ("encoding", "; ".join(encodings)))


def _encoded(asked: list[Wanted], parts: Parts) -> list[tuple[Piece, Encoding]]:
    """Every file with every encoding that a size needs."""
    found: list[tuple[Piece, Encoding]] = []
    for each in asked:
        pieces = each.pieces(parts)
        if each.sli.metric == SIZE.name and not isinstance(pieces, Reason):
            found.extend((piece, each.encoding) for piece in pieces)
    return found
