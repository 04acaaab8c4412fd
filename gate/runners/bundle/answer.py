"""From a question to the files that it asks for, and from their sizes to its answer."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gate.core.metric import Better, Kind, Metric
from gate.core.reasons import Code, Reason, because
from gate.core.sample import Data, Reduced, Values
from gate.core.sli import Sli
from gate.core.units import Dimension, show
from gate.runners.bundle.encode import Encoding
from gate.runners.bundle.files import Piece, shown
from gate.runners.bundle.options import BundleOptions
from gate.seams.runner import Found, NotFound, Question

SIZE = Metric(
    "size",
    Dimension.SIZE,
    Better.LOWER,
    Kind.EXACT,
    ("sum", "max"),
    "sum",
    ("file", "encoding"),
    "file",
    "bytes of the files of a part; `encoding` is raw, gzip or br, and br where none is named",
)
FILES = Metric(
    "files",
    Dimension.NUMBER,
    Better.LOWER,
    Kind.EXACT,
    ("count",),
    "count",
    ("file",),
    "file",
    "how many files a part has",
)
_LISTED = 5

Parts = Mapping[str, tuple[Piece, ...] | Reason]
Sizes = Mapping[tuple[str, Encoding], int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One SLI with the parts and the encoding that it names; `lacking` says what is not there."""

    objective: str
    sli: Sli
    parts: tuple[str, ...] = ()
    encoding: Encoding = Encoding.BR
    lacking: Reason | None = None

    def pieces(self, parts: Parts) -> tuple[Piece, ...] | Reason:
        """The files of all its parts, each once; or why one of them cannot be measured."""
        found: dict[str, Piece] = {}
        for name in self.parts:
            part = parts[name]
            if isinstance(part, Reason):
                return part
            found |= {piece.path: piece for piece in part}
        return tuple(found.values())


def members(options: BundleOptions, tag: str) -> tuple[str, ...]:
    """The declared values of a tag: the parts, and the encodings that there are."""
    known = {"file": tuple(options.files), "encoding": tuple(map(str, Encoding))}
    return known.get(tag, ())


def wanted(question: Question, options: BundleOptions) -> Iterator[Wanted]:
    """What a question asks for: with `each`, every declared value of that tag."""
    each, sli = question.each, question.sli
    if not each or sli.tag(each) is not None:
        yield _wanted(question.objective, sli, options)
        return
    for member in members(options, each):
        yield _wanted(question.objective, sli.with_tag(each, member), options)


def _wanted(objective: str, sli: Sli, options: BundleOptions) -> Wanted:
    for tag, value in sli.tags:
        if value not in members(options, tag):
            return Wanted(objective, sli, lacking=_unknown(sli, value, members(options, tag)))
    part = sli.tag("file")
    parts = tuple(options.files) if part is None else (part,)
    return Wanted(objective, sli, parts, Encoding(sli.tag("encoding") or Encoding.BR))


def answer(asked: Wanted, parts: Parts, sizes: Sizes) -> Found | NotFound:
    """The data of one SLI, or why there is none."""
    pieces = asked.lacking or asked.pieces(parts)
    if isinstance(pieces, Reason):
        return NotFound(asked.objective, asked.sli, pieces)
    if asked.sli.metric == FILES.name:
        number: Data = Reduced(float(len(pieces)), len(pieces))
        names = tuple(shown(piece.path) for piece in pieces)
        return Found(asked.objective, asked.sli, number, _count(pieces), names)
    by_path = {piece.path: sizes[piece.path, asked.encoding] for piece in pieces}
    data = Values(tuple(map(float, by_path.values())))
    facts = (*_largest(by_path), *_count(pieces))
    return Found(asked.objective, asked.sli, data, facts, tuple(map(shown, by_path)))


def _largest(by_path: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    order = sorted(by_path, key=lambda path: (-by_path[path], path))[:_LISTED]
    named = (f"{shown(path)} {show(by_path[path], Dimension.SIZE)}" for path in order)
    return (("largest", ", ".join(named)),)


def _count(pieces: tuple[Piece, ...]) -> tuple[tuple[str, str], ...]:
    return (("files", str(len(pieces))),)


def _unknown(sli: Sli, value: str, known: tuple[str, ...]) -> Reason:
    near = difflib.get_close_matches(value, known, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]}? " if near else ""
    detail = f"{hint}there is: {', '.join(known)}"
    return because(Code.NOTHING_MATCHED, selector=sli.selector, detail=detail)
