"""Which statements count: not our own, not the session's, not those that the budget ignores."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from gate.runners.postgres.connect import MARK
from gate.runners.postgres.options import PostgresOptions

# Statements that set up a session or frame a transaction. Not PREPARE: pg_stat_statements keeps
# the work of EXECUTE under that text.
_SESSION = re.compile(
    r"(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|"
    r"prepare\s+transaction|deallocate|set|reset|show|discard|listen|unlisten|close)\b",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The choice of a budget."""

    ignore: tuple[str, ...] = ()
    utility: bool = False

    def counts(self, text: str) -> bool:
        """Whether a statement counts. One whose text is unknown does."""
        if MARK in text:
            return False
        parts = statements_in(text)
        # A string of several statements is left out only where each of them would be.
        return not parts or not all(self._left_out(part) for part in parts)

    def _left_out(self, part: str) -> bool:
        if not self.utility and _SESSION.match(part):
            return True
        return any(_like(pattern).fullmatch(part) for pattern in self.ignore)


def wanted_by(options: PostgresOptions) -> Wanted:
    """The choice that a budget's options make."""
    return Wanted(options.ignore, options.utility)


def statements_in(text: str) -> tuple[str, ...]:
    """The statements of a string, without comments, white space as one blank.

    A semicolon inside a literal splits too much; what results looks like no session statement and
    so counts, which is the safe side.
    """
    bare = _SPACE.sub(" ", _COMMENT.sub(" ", text))
    return tuple(part.strip() for part in bare.split(";") if part.strip())


@lru_cache(maxsize=256)
def _like(pattern: str) -> re.Pattern[str]:
    marks = {"%": ".*", "_": "."}
    tidy = _SPACE.sub(" ", re.sub(r"%+", "%", pattern.strip().rstrip(";")))
    return re.compile("".join(marks.get(c, re.escape(c)) for c in tidy), re.IGNORECASE)
