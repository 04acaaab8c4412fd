"""Names out of a stranger's repository: what may be written at all, and how it is quoted."""

from __future__ import annotations

import re

_USABLE = re.compile(r"[\w@./+=~][\w@./+=,~ -]{0,199}")
_PLAIN = re.compile(r"(?:[A-Za-z_./]|--?[A-Za-z])[A-Za-z0-9_./@+-]*", re.ASCII)
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n", "none"}
_LONGEST_COMMENT = 150


def usable(name: str) -> bool:
    """Whether a path can stand in a budget as it is.

    Not with a `$`, a brace, a glob or an option's dash, which would mean something there.
    """
    inside = not name.startswith("/") and ".." not in name.split("/")
    return bool(_USABLE.fullmatch(name)) and name.isprintable() and inside and name == name.strip()


def quoted(text: str) -> str:
    """A text as YAML: plain where nobody could read it otherwise, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not text.strip("."):
        return f'"{text}"'
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(c if c.isprintable() else f"\\u{ord(c) & 0xFFFF:04x}" for c in escaped) + '"'
    )


def comment(text: str) -> str:
    """A text behind a `#`: on one line, printable, not endless."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST_COMMENT else f"{line[: _LONGEST_COMMENT - 1]}…"


def slug(text: str, fallback: str) -> str:
    """A name of a budget, page or part: letters, digits and dashes."""
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-")
    return name or fallback


def flow(words: tuple[str, ...]) -> str:
    """A list of texts on one line."""
    return f"[{', '.join(quoted(word) for word in words)}]"
