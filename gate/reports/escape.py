"""Text for Markdown as GitHub and GitLab read it: names stay names, sentences stay sentences."""

from __future__ import annotations

import re

# An underscore inside a word and a colon before a space make nothing.
_SPECIAL = re.compile(
    r"[\\`*{}\[\]<>#|~@&!$^]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=\S)|(?<=[Ww]{3})\.", re.ASCII
)
_QUOTED = re.compile(r"`([^`]+)`")
_CODE_BREAKER = re.compile(r"[`|\\]")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ]", re.ASCII)
_NO_WIDTH = "&#8203;"
"""A space without width: it parts `@` from a name and `#` from a number."""


def text(words: str) -> str:
    """Words that render as themselves: no markup, link, mention, reference or emoji is made.

    What stands between backticks becomes a code span.
    """
    parts = _QUOTED.split(words)
    quoted = (code(part) if i % 2 else _SPECIAL.sub(_entity, part) for i, part in enumerate(parts))
    return "".join(quoted)


def _entity(match: re.Match[str]) -> str:
    char = match[0]
    entity = f"&#{ord(char)};"
    return entity + _NO_WIDTH if char in "@#" else entity


def code(name: str) -> str:
    """A name as a code span, safe in a table cell too; nothing inside is markup or a mention.

    Pipes end table cells even in code spans, so such names become HTML with entities instead.
    """
    if not name.strip():
        return "<code> </code>"
    if _CODE_BREAKER.search(name):
        return f"<code>{_NOT_PLAIN.sub(lambda m: f'&#{ord(m[0])};', name)}</code>"
    return f"`{name}`"


def cut(words: str, longest: int) -> str:
    """Words of at most this length, an ellipsis where something is left out."""
    return words if len(words) <= longest else words[: longest - 1] + "…"
