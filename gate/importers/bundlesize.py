"""bundlesize: package.json `bundlesize`, or bundlesize.config.json. Entries as bundlewatch's."""

from __future__ import annotations

from gate.importers.bundlewatch import size_entry
from gate.importers.given import Given, entries, mapping, text_of
from gate.importers.shape import Asked, Imported, Ledger
from gate.importers.sizes import Parts

_KEYS = {"files": "", "defaultCompression": ""}


def looks(given: Given) -> bool:
    """By its name, or by the key in package.json."""
    if given.name == "package.json":
        return bool(_listed(mapping(given.document()).get("bundlesize")))
    return "bundlesize" in given.name and not given.name.endswith((".yml", ".yaml"))


def read(given: Given, asked: Asked) -> Imported:  # noqa: ARG001  # the seam of all formats
    """One bundle budget with a limit for each entry."""
    document = given.document()
    told = mapping(document).get("bundlesize") if given.name == "package.json" else document
    ledger, parts = Ledger(), Parts()
    ledger.lose_keys("", mapping(told), _KEYS)
    default = text_of(mapping(told).get("defaultCompression")) or "gzip"
    for index, entry in enumerate(_listed(told)):
        size_entry(ledger, parts, f"[{index}]", mapping(entry), given.folder, default)
    return ledger.imported([parts.draft(ledger)])


def _listed(told: object) -> list[object]:
    """A list in package.json, `files:` in a file of its own."""
    return entries(told) or entries(mapping(told).get("files"))
