"""Where to look for the cause: one word a kind of place, filled with what the runners know.

A place is not a proof. It is what took most of the time, moved most or weighs most while the
objective was measured; where the runner names none, the objective's own tag does.
"""

from __future__ import annotations

import re

from gate.core.sli import Sli

Pairs = tuple[tuple[str, str], ...]

_BY_LABEL = (
    ("endpoint", re.compile(r"(slowest|failed|heaviest) \w*requests$|slowest$")),
    ("statement", re.compile(r"most (time|repeated|beyond the bound)\b")),
    ("element", re.compile(r"(LCP|INP) element$|largest layout shift$")),
    ("module", re.compile(r"longest tasks$|heaviest \w+$|largest$")),
)
_BY_TAG = (
    ("endpoint", ("name", "url", "endpoint")),
    ("statement", ("query", "statement")),
    ("module", ("file",)),
    ("function", ("test", "function")),
)

WORDS = tuple(dict.fromkeys(word for word, _ in (*_BY_LABEL, *_BY_TAG)))
"""The kinds of place."""


def causes_of(sli: Sli, facts: Pairs) -> Pairs:
    """The places as (`endpoint`, `statement`, `element`, `module` or `function`; what is known)."""
    named = [
        (word, f"{label}: {fact}") for label, fact in facts if (word := _word(label)) is not None
    ]
    known = {word for word, _ in named}
    tags = dict(sli.tags)
    for word, names in _BY_TAG:
        tag = next((tags[name] for name in names if tags.get(name)), None)
        if tag is not None and word not in known:
            named.append((word, tag))
    return tuple(named)


def other_facts(facts: Pairs) -> Pairs:
    """The facts that name no place."""
    return tuple((label, fact) for label, fact in facts if _word(label) is None)


def _word(label: str) -> str | None:
    return next((word for word, pattern in _BY_LABEL if pattern.match(label)), None)
