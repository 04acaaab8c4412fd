"""A pytest plugin that has benchmarks counted instead of timed.

Each benchmark is called in processes forked for it alone, which all begin with the same memory: in
some not at all, in one N times, in one 2N times. What pytest and the start of Python cost is in all
of them, so that the difference is what N calls cost. Works with Python 3.9 as well as with the
newest, and with pytest-benchmark 4 and 5, whose `_raw` and `_raw_pedantic` it replaces.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import sys
import threading
import tracemalloc
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from itertools import repeat
from typing import Any

import pytest

Calls = Callable[[int, int], None]
"""Makes the first number of calls; sets up and tears down the second number of times."""

_ASKED: dict[str, Any] = json.loads(os.environ.pop("PERFGATE_WITNESS", "{}"))
_TOLD: dict[str, dict[str, Any]] = {}
_DRY = 3
_LAYOUTS = 9
_DISTINCT = 99
_SMALLEST = 24
_TRACED = 5


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Put ours in the place of what times."""
    if not _ASKED or not config.pluginmanager.hasplugin("benchmark"):
        return
    from pytest_benchmark.fixture import BenchmarkFixture  # only where it is

    for name in ("_raw", "_raw_pedantic"):
        if not hasattr(BenchmarkFixture, name):
            msg = "perfgate cannot count with this version of pytest-benchmark"
            raise pytest.UsageError(msg)
    # There is no public way in.
    setattr(BenchmarkFixture, "_raw", _raw)  # noqa: B010  # a method of somebody else's
    setattr(BenchmarkFixture, "_raw_pedantic", _raw_pedantic)  # noqa: B010  # the same


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Write all at once: half of it is none."""
    if not _ASKED:
        return
    draft = f"{_ASKED['file']}.{os.getpid()}"
    with open(draft, "w", encoding="utf-8") as file:  # noqa: PTH123  # any Python, any pytest
        json.dump(_TOLD, file)
    os.replace(draft, _ASKED["file"])  # noqa: PTH105  # the same


def _raw(self: Any, function_to_benchmark: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # anybody's
    def calls(number: int, _around: int) -> None:
        for _ in repeat(None, number):
            function_to_benchmark(*args, **kwargs)

    self.disabled = True
    result = function_to_benchmark(*args, **kwargs)
    _witness(self.fullname, calls, 1)
    return result


def _raw_pedantic(  # noqa: PLR0917  # pytest-benchmark's own
    self: Any,  # noqa: ANN401  # the same
    target: Any,  # noqa: ANN401  # the same
    args: Any = (),  # noqa: ANN401  # the same
    kwargs: Any = None,  # noqa: ANN401  # the same
    setup: Any = None,  # noqa: ANN401  # the same
    teardown: Any = None,  # noqa: ANN401  # the same
    rounds: int = 1,
    warmup_rounds: int = 0,
    iterations: int = 1,
) -> Any:  # noqa: ANN401  # the same
    del rounds, warmup_rounds

    def once(times: int) -> Any:  # noqa: ANN401  # the same
        given, named = (setup() if setup else None) or (args, kwargs or {})
        result = None
        for _ in repeat(None, times):
            result = target(*given, **named)
        if teardown is not None:
            teardown(*given, **named)
        return result

    def calls(number: int, around: int) -> None:
        for index in range(around):
            once(iterations if index < number else 0)

    self.disabled = True
    result = once(1)
    _witness(self.fullname, calls, iterations)
    return result


def _witness(test: str, calls: Calls, iterations: int) -> None:
    """Do what is asked for with one benchmark; raises what it raised in a forked process."""
    if threading.active_count() > 1:
        others = ", ".join(t.name for t in threading.enumerate() if t.name != "MainThread")
        msg = f"a fork would lose its threads: {others}"
        raise RuntimeError(msg)
    rounds = int(_ASKED["rounds"])
    told: dict[str, Any] = {"iterations": iterations}
    collects = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for what in _ASKED["what"]:
            told[what] = _WITNESSES[what](calls, rounds)
    finally:
        if collects:
            gc.enable()
    _TOLD[test] = told


def _instructions(calls: Calls, rounds: int) -> list[int]:
    """The processes that were counted: idle ones, then one of N and one of 2N calls by layout.

    From one to the next the parent itself goes some thousand instructions on, always as many: the
    idle ones tell how many. Where things lie in memory moves a count by up to half a per cent, so
    it is taken in several layouts, which are the same for both trees and others in every unit.
    """
    _drain()
    works = [partial(calls, 0, 0)] * _DRY
    first = int(_ASKED["unit"]) * _LAYOUTS
    for layout in (1 + number % _DISTINCT for number in range(first, first + _LAYOUTS)):
        works += [partial(_laid_out, calls, n, rounds, layout) for n in (rounds, 2 * rounds)]
    return [child for child, _ in _forked(works)]


class _Freed(ctypes.Structure):
    """What `mallinfo2` of glibc 2.33 and later tells, in bytes; see malloc_info(3), mallinfo(3)."""

    _fields_ = (
        ("others", ctypes.c_size_t * 8),
        ("free", ctypes.c_size_t),
        ("top", ctypes.c_size_t),
    )


def _drain() -> None:
    """Take all that was freed from the C library, so that what comes next is new memory.

    How long it searches for a block depends on what paths and sources of other lengths left there:
    `re.sub`, which asks it at every call, took up to 2 % more on one tree than on the other.
    Elsewhere than with glibc this does nothing.
    """
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        return
    library.mallinfo2.restype = _Freed
    library.malloc.restype = ctypes.c_void_p
    library.malloc.argtypes = (ctypes.c_size_t,)

    def holes() -> int:
        told = library.mallinfo2()
        return int(told.free - told.top)

    size, left = 1 << 17, holes()
    while size >= _SMALLEST:
        library.malloc(size)  # kept to the end of the process
        before, left = left, holes()
        if left >= before:
            size -= max(16, size // 8 // 16 * 16)


def _laid_out(calls: Calls, number: int, rounds: int, layout: int) -> None:
    """Make the calls where objects of every size are held, another number of them by layout."""
    head = sys.getsizeof(b"")
    held = [
        bytes(size - head)
        for size in range(48, 513, 16)
        for _ in range(layout * 5 + layout * size // 48)
    ]
    small = [(object(), float(index)) for index in range(layout * 37)]  # below 48 bytes
    calls(number, 2 * rounds)
    del held, small


def _rss(calls: Calls, rounds: int) -> list[int]:
    """Peak memory in bytes of a process that calls nothing, and of one that makes N calls."""
    unit = 1 if sys.platform == "darwin" else 1024

    def peak(number: int) -> int:
        calls(number, rounds)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit

    return [most for _, most in _forked([partial(peak, number) for number in (0, rounds)])]


def _allocations(calls: Calls, rounds: int) -> int:
    """The most bytes that Python's allocators held at once during a call, beyond those before.

    Of several calls the least: what free lists and tables keep from call to call comes and goes.
    """
    del rounds

    def peak() -> int:
        calls(1, 1)
        tracemalloc.start()
        calls(1, 1)
        peaks = []
        for _ in range(_TRACED):
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            calls(1, 1)
            peaks.append(tracemalloc.get_traced_memory()[1] - before)
        return min(peaks)

    return _forked([peak])[0][1]


_WITNESSES: dict[str, Callable[[Calls, int], Any]] = {
    "instructions": _instructions,
    "rss": _rss,
    "allocations": _allocations,
}


def _forked(works: Sequence[Callable[[], Any]]) -> list[tuple[int, int]]:
    """Do each work in a process of its own, which ends with it; their ids and what they gave.

    Between two of them the parent does as little as it can: in the second that is counted.
    """
    pipes = [os.pipe() for _ in works]
    ended = [(0, 0)] * len(works)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of forking where a library has threads of its own
        for index, work in enumerate(works):
            child = os.fork()
            if child == 0:
                _work(work, pipes[index][1])
            ended[index] = os.waitpid(child, 0)
    return [(end[0], _heard(end[1], *pipe)) for end, pipe in zip(ended, pipes)]  # noqa: B905  # Python 3.9


def _heard(status: int, reading: int, writing: int) -> int:
    """What a process wrote before it ended; raises what it raised."""
    os.close(writing)
    with open(reading, "rb") as pipe:  # a descriptor
        said = pipe.read()
    if status:
        raise RuntimeError(said.decode("utf-8", "replace") or f"it ended with status {status}")
    return int(said or 0)


def _work(work: Callable[[], Any], writing: int) -> None:
    """In the forked process: never returns into pytest."""
    code = 1
    try:
        result = work()
        if result is not None:
            os.write(writing, b"%d" % result)
        code = 0
    except BaseException as error:  # noqa: BLE001  # told to the parent, which raises it
        os.write(writing, f"{type(error).__name__}: {error}".encode()[:1000])
    finally:
        os._exit(code)
