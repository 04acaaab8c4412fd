"""A slowdown of a wanted size in one function of somebody's code: chosen by a seed, put, removed.

Only a function that a single benchmark calls is a choice, so that nothing else can rightly be
blamed for it.
"""

from __future__ import annotations

import ast
import contextlib
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.against.gauge import Function, Gauged

_LEAST_LOOPS = 5


@dataclass(frozen=True)
class Plant:
    """A loop of so many turns at the head of a function, which makes one benchmark `worse`."""

    test: str
    function: Function
    loops: int
    worse: float


def choices(
    gauged: Mapping[str, Gauged], root: Path, apart: tuple[str, ...]
) -> list[tuple[str, Function]]:
    """Every benchmark with each function that no other one calls and that can be changed.

    What lies in a folder of `apart` is no code under test: head's benchmarks drive both trees.
    """
    callers = Counter(function for each in gauged.values() for function in each.calls)
    alone = {function for function, count in callers.items() if count == 1}
    return sorted(
        (test, function)
        for test, each in gauged.items()
        for function in alone & each.calls.keys()
        if not function.file.startswith(apart) and _body(root, function) is not None
    )


def choose(
    gauged: Mapping[str, Gauged],
    root: Path,
    apart: tuple[str, ...],
    worse: Mapping[str, float],
    seed: str,
) -> Plant | None:
    """A benchmark by lot, then one of its own functions; None where nothing can be planted.

    `worse` is the wanted worsening by test. What would be less than a few turns of a loop is no
    choice: it could not be put with any precision.
    """
    drawn = random.Random(seed)  # noqa: S311  # which function, no secret
    possible: dict[str, list[Plant]] = {}
    for test, function in choices(gauged, root, apart):
        if test in worse:
            loops = gauged[test].loops(function, worse[test])
            if loops >= _LEAST_LOOPS:
                made = Plant(test, function, loops, worse[test])
                possible.setdefault(test, []).append(made)
    return drawn.choice(possible[drawn.choice(sorted(possible))]) if possible else None


@contextlib.contextmanager
def planted(plant: Plant, root: Path) -> Iterator[None]:
    """The tree with the plant, as a change that is not committed; without it afterwards."""
    file = root / plant.function.file
    before = file.read_bytes()
    body = _body(root, plant.function)
    assert body is not None, f"{plant.function} is not there"
    lines = before.decode().splitlines(keepends=True)
    loop = f"{' ' * body.col_offset}for _perfgate in b'\\0' * {plant.loops}: pass\n"
    lines.insert(body.lineno - 1, loop)
    file.write_text("".join(lines), encoding="utf-8")
    try:
        yield
    finally:
        file.write_bytes(before)


def _body(root: Path, function: Function) -> ast.stmt | None:
    """The first statement of a function that begins a line, past the docstring.

    None where there is none, and for a generator: its first statement runs once, however often it
    goes on.
    """
    source = (root / function.file).read_bytes()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and _starts(node) == function.line:
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            plain = body and node.name == function.name and not _yields(node)
            return body[0] if plain and _begins_line(body[0], source) else None
    return None


def _starts(node: ast.FunctionDef) -> int:
    """As the compiler says it: a decorated function begins with its first decorator."""
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def _yields(node: ast.FunctionDef) -> bool:
    return any(isinstance(each, ast.Yield | ast.YieldFrom) for each in ast.walk(node))


def _begins_line(statement: ast.stmt, source: bytes) -> bool:
    line = source.splitlines()[statement.lineno - 1]
    return not getattr(statement, "decorator_list", []) and not line[: statement.col_offset].strip()
