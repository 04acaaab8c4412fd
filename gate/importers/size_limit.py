"""size-limit: package.json `size-limit`, .size-limit.json, or what a .size-limit.js exports.

Since 11.0 (November 2023) it compresses with brotli unless told, before with gzip
(ai/size-limit#343); sizes are read by `bytes-iec`, where 1 kB is 1000 bytes; 14.3 was tried.
"""

from __future__ import annotations

import re

from gate.importers.amounts import size_iec
from gate.importers.given import Given, Mapping, entries, mapping, text_of
from gate.importers.shape import Asked, Imported, Ledger, shown
from gate.importers.sizes import Parts, PathError, globs, promise, size_sli

_TIME = re.compile(r"\d+(\.\d+)?\s*(ms|s)", re.ASCII)
_BUNDLERS = (
    "@size-limit/preset-small-lib",
    "@size-limit/preset-big-lib",
    "@size-limit/esbuild",
    "@size-limit/webpack",
    "@size-limit/webpack-css",
)
_NO_KEY = "perfgate measures files as they are built; it bundles and runs nothing"
_KEYS = {
    **dict.fromkeys(("name", "path", "limit", "gzip", "brotli", "import"), ""),
    "webpack": "", "esbuild": "",
    **dict.fromkeys(
        ("config", "ignore", "entry", "modifyWebpackConfig", "modifyEsbuildConfig", "uiReports",
         "disablePlugins"),
        _NO_KEY,
    ),
    "running": "the time to run a script is not measured; a web budget promises tbt or js_time",
    "time": "the time to load a script is not measured; a web budget promises lcp",
    "hidePassed": "a report shows everything",
    "highlightLess": "a report says what improved",
    "message": "a report writes its own words; `why:` of an objective says more",
}  # fmt: skip


def looks(given: Given) -> bool:
    """By its name, or by the key in package.json."""
    if given.name == "package.json":
        return bool(entries(mapping(given.document()).get("size-limit")))
    return given.name.startswith(".size-limit")


def read(given: Given, asked: Asked) -> Imported:  # noqa: ARG001  # the seam of all formats
    """One bundle budget with a limit for each entry."""
    document = given.document()
    package = mapping(document) if given.name == "package.json" else given.package
    listed = document if isinstance(document, list) else mapping(document).get("size-limit")
    ledger, parts = Ledger(), Parts()
    for index, entry in enumerate(entries(listed)):
        _entry(ledger, parts, f"[{index}]", mapping(entry), given, package)
    if not entries(listed):
        ledger.lose("", listed, "expected a list of entries with `path` and `limit`")
    return ledger.imported([parts.draft(ledger)])


def _entry(
    ledger: Ledger, parts: Parts, where: str, entry: Mapping, given: Given, package: Mapping
) -> None:
    written = entry.get("path")
    paths = [text_of(each) for each in (entries(written) or [written])]
    theirs = f"{shown(entry.get('name') or written)}: {shown(entry.get('limit'))}"
    asked = {key: value for key, value in entry.items() if value is not False}
    ledger.lose_keys(where, asked, _KEYS)
    limit = size_iec(text_of(entry.get("limit")))
    if not limit:
        ledger.lose(where, theirs, _no_limit(entry.get("limit")))
        return
    if entry.get("import"):
        why = "it measures what tree shaking leaves of one import; build that entry, and name it"
        ledger.lose(f"{where}.import", theirs, why)
        return
    try:
        found = globs(paths, given.folder)
    except PathError as error:
        ledger.lose(f"{where}.path", theirs, str(error))
        return
    name = parts.name(text_of(entry.get("name")) or _stem(found), found)
    encoding, guessed = _encoding(entry, package)
    differs = "; ".join(filter(None, (_bundled(entry, package), guessed)))
    ledger.keep(promise(where, theirs, size_sli(name, encoding), limit, differs))


def _no_limit(written: object) -> str:
    if written is None:
        return "it has no limit: size-limit only shows the size"
    if isinstance(written, str) and _TIME.fullmatch(written.strip()):
        return "a time to load and run is not measured; a web budget promises lcp or tbt"
    return "expected a size such as 10 kB"


def _encoding(entry: Mapping, package: Mapping) -> tuple[str, str]:
    """As @size-limit/file chooses: gzip or brotli where asked, raw where denied, its default."""
    if entry.get("gzip") is True:
        return "gzip", ""
    if entry.get("brotli") is True:
        return "br", ""
    major = _major(package)
    if major is not None and major < 11:
        return ("raw" if entry.get("gzip") is False else "gzip"), ""
    if entry.get("brotli") is False:
        return "raw", ""
    if major is None:
        return "br", "brotli, the default since size-limit 11; its version is not in the file"
    return "br", ""


def _major(package: Mapping) -> int | None:
    """The major version of size-limit that the package asks for."""
    found = re.search(r"\d{1,3}", text_of(_dependencies(package).get("size-limit")))
    return int(found[0]) if found else None


def _dependencies(package: Mapping) -> Mapping:
    return {**mapping(package.get("dependencies")), **mapping(package.get("devDependencies"))}


def _bundled(entry: Mapping, package: Mapping) -> str:
    """What size-limit does to the file before it counts."""
    known = _dependencies(package)
    tool = next((name for name in _BUNDLERS if name in known), "")
    denied = entry.get("webpack") is False or entry.get("esbuild") is False
    if denied or (not tool and known):
        return ""
    if not tool:
        return "of the file as it is built, which a preset of size-limit may bundle first"
    return f"of the file as it is built; {tool} bundles it with its dependencies first"


def _stem(found: tuple[str, ...]) -> str:
    return found[0].removeprefix("!")
