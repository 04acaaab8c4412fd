"""What the three bundle-size tools have in common: globs, names of parts, a bundle budget."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gate.core.sli import Sli
from gate.importers.shape import Draft, Ledger, Line, Promise, Value

_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")
_MOST_GLOBS = 64
_WILD = re.compile(r"[*?\[]")


class PathError(ValueError):
    """A path that no budget may hold; the message says why."""


@dataclass(slots=True)
class Parts:
    """The parts of one bundle budget, each with a name of its own."""

    files: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def name(self, wanted: str, globs: tuple[str, ...]) -> str:
        """A name for these globs: the one that they have, or a new one."""
        for name, known in self.files.items():
            if known == globs:
                return name
        base = wanted.strip()[:100] or "bundle"
        name, number = base, 1
        while name in self.files:
            number += 1
            name = f"{base}-{number}"
        self.files[name] = globs
        return name

    def draft(self, ledger: Ledger) -> Draft:
        """The budget."""
        used: dict[str, Value] = {
            name: globs[0] if len(globs) == 1 else globs for name, globs in self.files.items()
        }
        head = (
            Line("runner", "bundle", "files are compressed and counted by the gate itself"),
            Line("files", used, "build them before a check, or with `prepare:` of a service"),
        )
        return Draft("bundle", head, tuple(ledger.promises))


def size_sli(name: str, encoding: str, *, each_file: bool = False) -> str:
    """The size of a part; `each_file`: of its largest file instead of the sum."""
    tags = (("file", name), ("encoding", encoding))
    return str(Sli("size", "max" if each_file else "", tags))


def globs(written: Sequence[str], folder: str) -> tuple[str, ...]:
    """Their globs as ours: below the root, braces written out; raises `PathError`."""
    found = tuple(dict.fromkeys(each for glob in written for each in _glob(glob, folder)))
    if not found or all(glob.startswith("!") for glob in found):
        raise PathError("it names no file")
    if len(found) > _MOST_GLOBS:
        raise PathError(f"more than {_MOST_GLOBS} globs")
    return found


def wild(found: Sequence[str]) -> bool:
    """Whether more than one file may match."""
    return len(found) > 1 or bool(_WILD.search(found[0]))


def _glob(glob: str, folder: str) -> Iterator[str]:
    out = glob.startswith("!")
    path = glob.removeprefix("!").strip()
    if not path or len(path) > 500 or not path.isprintable() or "\\" in path or "$" in path:
        raise PathError("it is no path that a budget may hold")
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
        raise PathError("it is not relative to the repository")
    if re.search(r"[@!?+*]\(", path):
        raise PathError("extended globs such as @(a|b) are not expanded; write a list")
    parts = [part for part in f"{folder}{path}".split("/") if part not in {"", "."}]
    for each in _expanded("/".join(_resolved(parts)), 0):
        yield f"!{each}" if out else each


def _resolved(parts: list[str]) -> list[str]:
    done: list[str] = []
    for part in parts:
        if part == "..":
            if not done:
                raise PathError("it leads out of the repository")
            done.pop()
        else:
            done.append(part)
    return done


def _expanded(glob: str, depth: int) -> Iterator[str]:
    found = _BRACES.search(glob)
    if found is None or depth > 4:
        if "{" in glob:
            raise PathError("braces inside braces are not expanded; write a list")
        yield glob
        return
    options = found[1].split(",")
    if len(options) > _MOST_GLOBS:
        raise PathError(f"more than {_MOST_GLOBS} globs")
    for option in options:
        yield from _expanded(f"{glob[: found.start()]}{option}{glob[found.end() :]}", depth + 1)


def promise(where: str, theirs: str, sli: str, limit: str, differs: str = "") -> Promise:
    """A limit of a size."""
    return Promise(where, theirs, sli, limit, differs=differs)
