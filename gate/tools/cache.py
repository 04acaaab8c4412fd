"""The managed cache: each tool in a folder named by what it was made from, whole or not there."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from gate.errors import ToolError

_STAMP = "perfgate.json"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What stands in a folder of the cache, where it came from and the SHA-256 of its archive."""

    tool: str
    version: str
    source: str
    sha256: str
    provenance: str


def folder(name: str, key: str, env: Mapping[str, str]) -> Path:
    """Where a tool stands in the cache, or would stand."""
    return home(env) / "tools" / f"{name}-{key}"


def home(env: Mapping[str, str]) -> Path:
    """`PERFGATE_CACHE`, else the user's own cache folder."""
    if env.get("PERFGATE_CACHE"):
        return Path(env["PERFGATE_CACHE"]).absolute()
    if env.get("XDG_CACHE_HOME"):
        return Path(env["XDG_CACHE_HOME"]).absolute() / "perfgate"
    return Path(env["HOME"] if env.get("HOME") else Path.home()).absolute() / ".cache" / "perfgate"


def stamp(place: Path) -> Stamp | None:
    """What stands there, None where nothing whole does."""
    try:
        return Stamp(**json.loads((place / _STAMP).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def build(place: Path, make: Callable[[Path], Stamp]) -> tuple[Stamp, bool]:
    """Make the folder once; returns its stamp and whether it was made now.

    `make` fills a folder beside it, which is renamed when it is whole: an install that is killed
    leaves nothing that could be used, and two at once make it one after the other.
    Raises `ToolError` where the cache cannot be written, and what `make` raises.
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _alone(place):
            there = stamp(place)
            return (there, False) if there else (_build(place, make), True)
    except OSError as error:
        hint = "make room or name another folder: PERFGATE_CACHE=DIR"
        raise ToolError(f"the tool cache cannot be written: {error}", hint=hint) from error


def _build(place: Path, make: Callable[[Path], Stamp]) -> Stamp:
    unfinished = f".{place.name}."
    for left in place.parent.glob(f"{unfinished}*"):
        shutil.rmtree(left, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=unfinished, dir=place.parent))
    try:
        made.chmod(0o755)
        result = make(made)
        (made / _STAMP).write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
        if place.exists():  # without a stamp: somebody else's, or damaged
            shutil.rmtree(place)
        made.rename(place)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return result


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    import fcntl  # not on Windows, where nothing is installed

    with (place.parent / f"{place.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # released by the system however we end
        yield
