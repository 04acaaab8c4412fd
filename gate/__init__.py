"""perfgate: the performance-budget gate that fails closed and does not cry wolf."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gate.core.compare.api import check, compare, compare_all
    from gate.core.compare.question import Question, Run
    from gate.core.compare.trial import Trial
    from gate.core.histogram import Histogram
    from gate.core.sample import Counts

    __version__: str

_HOMES = {
    "Counts": "gate.core.sample",
    "Histogram": "gate.core.histogram",
    "Question": "gate.core.compare.question",
    "Run": "gate.core.compare.question",
    "Trial": "gate.core.compare.trial",
    "check": "gate.core.compare.api",
    "compare": "gate.core.compare.api",
    "compare_all": "gate.core.compare.api",
}

__all__ = [
    "Counts",
    "Histogram",
    "Question",
    "Run",
    "Trial",
    "check",
    "compare",
    "compare_all",
]


def __getattr__(name: str) -> object:
    """Load the judge when it is first asked for: `import gate` alone stays light."""
    if name == "__version__":
        return _installed()
    if name not in _HOMES:
        msg = f"module 'gate' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_HOMES[name]), name)


def _installed() -> str:
    """The version that was installed: the git tag, or how far behind us the last one lies."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("perfgate")
    except PackageNotFoundError:
        return "0.0.0"
