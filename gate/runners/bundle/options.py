"""The keys of a bundle budget."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from gate.seams.runner import Options


def _inside(glob: str) -> str:
    """A glob that stays below the root; written with `/` on every system."""
    pattern = glob.removeprefix("!")
    parts = pattern.split("/")
    if not pattern.strip() or pattern.startswith("/") or ".." in parts or "\\" in pattern:
        msg = f"expected a glob below the repository root, such as dist/*.js, got {glob!r}"
        raise ValueError(msg)
    return glob


Glob = Annotated[str, AfterValidator(_inside)]
# A list in YAML, a tuple in the value.
Globs = Annotated[tuple[Glob, ...], Field(strict=False, min_length=1)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Levels(Options):
    """How hard the compressors try; size-limit and browsers' servers use the defaults."""

    brotli: int = Field(default=11, ge=0, le=11, description="The quality, 0 to 11.")
    gzip: int = Field(default=9, ge=1, le=9, description="The level, 1 to 9.")


class BundleOptions(Options):
    """Which files make up which part of the bundle.

    `files` gives each part a name and a glob or several: `*` and `?` within one folder, `**` for
    any folders, a leading `!` takes files out. Hashed names do not matter: a part is the sum.
    """

    files: dict[Name, Glob | Globs] = Field(
        min_length=1,
        description="Name to glob, or to a list of globs, of each part; `!` takes files out.",
    )
    levels: Levels = Field(
        default=Levels(), description="How hard the compressors try; part of the series."
    )

    def globs(self, name: str) -> tuple[str, ...]:
        """The globs of one part."""
        written = self.files[name]
        return (written,) if isinstance(written, str) else written
