"""bundlewatch: package.json `bundlewatch`, .bundlewatch.config.json, or what a .js exports.

Each file that a glob matches is held to `maxSize` by itself; sizes are read by npm's `bytes`, where
1 kB is 1024 bytes; gzip unless told (app/config/getConfig.js, getLocalFileDetails; 0.4 was tried).
"""

from __future__ import annotations

from gate.importers.amounts import size_bytes
from gate.importers.given import Given, Mapping, entries, mapping, text_of
from gate.importers.shape import Asked, Imported, Ledger, shown
from gate.importers.sizes import Parts, PathError, globs, promise, size_sli, wild

ENCODINGS = {"gzip": "gzip", "brotli": "br", "none": "raw"}
_KEYS = {
    "files": "",
    "defaultCompression": "",
    "ci": "which branch to compare with, and tokens: `baseline:` of budgets/policy.yml",
    "bundlewatchServiceHost": "results stay with you: a store of the policy keeps them",
    "normalizeFilenames": "not needed: a part is its globs, whatever hashes the names hold",
}


def looks(given: Given) -> bool:
    """By its name, or by the key in package.json."""
    if given.name == "package.json":
        return bool(mapping(mapping(given.document()).get("bundlewatch")).get("files"))
    return "bundlewatch" in given.name and not given.name.endswith((".yml", ".yaml"))


def read(given: Given, asked: Asked) -> Imported:  # noqa: ARG001  # the seam of all formats
    """One bundle budget with a limit for each entry."""
    document = mapping(given.document())
    told = mapping(document.get("bundlewatch")) if given.name == "package.json" else document
    ledger, parts = Ledger(), Parts()
    default = text_of(told.get("defaultCompression")) or "gzip"
    ledger.lose_keys("", told, _KEYS)
    for index, entry in enumerate(entries(told.get("files"))):
        size_entry(ledger, parts, f"files[{index}]", mapping(entry), given.folder, default)
    return ledger.imported([parts.draft(ledger)])


def size_entry(
    ledger: Ledger, parts: Parts, where: str, entry: Mapping, folder: str, default: str
) -> None:
    """One entry with `path`, `maxSize` and `compression`, as bundlesize has them too."""
    theirs = f"{shown(entry.get('path'))}: {shown(entry.get('maxSize'))}"
    known = dict.fromkeys(("path", "maxSize", "compression"), "")
    ledger.lose_keys(where, entry, known)
    limit = size_bytes(text_of(entry.get("maxSize")))
    if not limit or limit == "0 B":
        absent = entry.get("maxSize") is None
        why = "it has no maxSize: it can never fail" if absent else "expected a size as 10 kB"
        ledger.lose(where, theirs, why)
        return
    compression = text_of(entry.get("compression")) or default
    if compression not in ENCODINGS:
        ledger.lose(f"{where}.compression", compression, f"expected one of {', '.join(ENCODINGS)}")
        return
    try:
        found = globs([text_of(entry.get("path"))], folder)
    except PathError as error:
        ledger.lose(f"{where}.path", theirs, str(error))
        return
    name = parts.name(found[0], found)
    sli = size_sli(name, ENCODINGS[compression], each_file=wild(found))
    ledger.keep(promise(where, theirs, sli, limit))
