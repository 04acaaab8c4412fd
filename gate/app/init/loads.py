"""k6 scripts: which there are, and which variable says what they load."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath

from gate.app.init.finds import Load
from gate.app.init.listing import Listing
from gate.app.init.names import usable

_K6 = re.compile(r"""(?:from|require\()\s*['"](k6(?:/[\w./-]+)?)['"]""")
_RUNS = re.compile(r"^[ \t]*export[ \t]+default\b|\bexec\s*:", re.MULTILINE)
_ENV = re.compile(r"""__ENV(?:\.([A-Za-z_]\w*)|\[['"]([A-Za-z_]\w*)['"]\])""", re.ASCII)
_ADDRESS = re.compile(r"URL|URI|HOST|BASE|TARGET|ENDPOINT|ADDR|SERVER|ORIGIN", re.IGNORECASE)
_HOST = re.compile(r"https?://([A-Za-z0-9.-]+)")
_IMPORT = re.compile(r"^[ \t]*import\b.*$", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://|\*|/\*).*$", re.MULTILINE)
_LOCAL = {"localhost", "127.0.0.1", "0.0.0.0"}  # noqa: S104  # read, never bound
_BESIDE = re.compile(r"""^[ \t]*import\b[^;\n]{0,500}?['"](\.{1,2}/[\w./-]+)['"]""", re.MULTILINE)
_MOST = 3


def find_loads(listing: Listing) -> tuple[tuple[Load, ...], tuple[str, ...]]:
    """The first few scripts that k6 can run by themselves, and notes on the others."""
    found, notes = [], []
    for file in listing.ending(".js", ".ts", ".mjs"):
        text = listing.text(file)
        modules = set(_K6.findall(text))
        if not modules or not _RUNS.search(text):
            continue
        if not usable(file):
            notes.append(f"{file}: a k6 script whose name cannot stand in a budget; rename it")
        elif any(module.startswith(("k6/x/", "k6/browser")) for module in modules):
            notes.append(f"{file}: needs an extension or the browser module of k6; not proposed")
        else:
            found.append(_load(listing, file))
    if len(found) > _MOST:
        more = ", ".join(load.script for load in found[_MOST : _MOST + 5])
        notes.append(f"{len(found) - _MOST} more k6 scripts have no budget yet, such as {more}")
    return tuple(found[:_MOST]), tuple(notes)


def _load(listing: Listing, file: str) -> Load:
    text = listing.text(file)
    beside = (PurePosixPath(file).parent / name for name in _BESIDE.findall(text))
    for other in beside:
        text += "\n" + listing.text(posixpath.normpath(other.as_posix()))
    names = list(dict.fromkeys(a or b for a, b in _ENV.findall(text)))
    base = next((name for name in names if _ADDRESS.search(name)), "")
    bare = bool(base) and _bare(text, base)
    code = _COMMENT.sub("", _IMPORT.sub("", text))
    hosts = tuple(dict.fromkeys(h for h in _HOST.findall(code) if h not in _LOCAL))
    others = tuple(name for name in names if name != base)
    thresholds = bool(re.search(r"\bthresholds\s*:", text))
    return Load(file, base, bare, hosts, others, thresholds)


def _bare(text: str, base: str) -> bool:
    """Whether the script itself puts `http://` before the variable, or before a name for it."""
    named = re.findall(rf"(?:const|let|var)\s+(\w+)\s*=\s*__ENV\.{base}\b", text, re.ASCII)
    words = "|".join([rf"__ENV\.{base}", *map(re.escape, named[:20])])
    before = rf"""://(?:\$\{{\s*(?:{words})\b|['"`]\s*\+\s*(?:{words})\b)"""
    return re.search(before, text) is not None
