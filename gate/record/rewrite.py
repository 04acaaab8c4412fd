"""Every text of a run through one function: how secrets leave a record."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TypeVar

from gate.core.run import Run

T = TypeVar("T")


def rewrite_run(run: Run, rewrite: Callable[[str], str]) -> Run:
    """The run with every text rewritten; numbers, samples and words of an enum stay as they are."""
    return _rewritten(run, rewrite)


def _rewritten(value: T, rewrite: Callable[[str], str]) -> T:
    made: object = value
    if type(value) is str:
        made = rewrite(str(value))
    elif isinstance(value, tuple) and not (value and isinstance(value[0], float)):
        made = tuple(_rewritten(part, rewrite) for part in value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: _rewritten(getattr(value, f.name), rewrite) for f in _open(value)}
        made = dataclasses.replace(value, **parts)
    return made  # type: ignore[return-value]  # the same type in all three cases


def _open(value: object) -> list[dataclasses.Field[object]]:
    """The fields that may hold a stranger's text; `form` is a word of ours."""
    return [f for f in dataclasses.fields(value) if f.name != "form"]  # type: ignore[arg-type]  # asked above
