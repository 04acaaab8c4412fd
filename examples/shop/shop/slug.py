"""Names that fit into an address."""

from __future__ import annotations

import re
import unicodedata

# Letters that decomposition leaves as they are.
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "œ": "oe", "ð": "d", "þ": "th", "ł": "l"}
)
_OTHERS = re.compile(r"[^a-z0-9]+")


def slugify(text: str, longest: int = 60) -> str:
    """Lower-case ASCII words joined by hyphens, cut between words; "item" where nothing is left."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    ascii_only = plain.encode("ascii", "ignore").decode("ascii").lower()
    slug = _OTHERS.sub("-", ascii_only.replace("'", "")).strip("-")
    if len(slug) > longest:
        head, hyphen, _cut_word = slug[: longest + 1].rpartition("-")
        slug = head if hyphen else slug[:longest]
    return slug or "item"
