"""Writing XML 1.0: elements from names, attributes and children; all text is escaped here."""

from __future__ import annotations

import html
from collections.abc import Mapping


def element(name: str, attributes: Mapping[str, str], *children: str) -> str:
    """An element on lines of its own; `children` are elements or escaped text already."""
    told = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
    if not children:
        return f"<{name}{told}/>"
    return "\n".join((f"<{name}{told}>", *children, f"</{name}>"))


def text_element(name: str, attributes: Mapping[str, str], text: str) -> str:
    """An element that holds text and nothing else."""
    told = "".join(f' {key}="{escaped(value)}"' for key, value in attributes.items())
    return f"<{name}{told}>{escaped(text)}</{name}>"


def escaped(text: str) -> str:
    """Text for content or attribute; that it holds no control characters is the view's promise."""
    return html.escape(text)
