"""What a build writes: size-limit's own list, a build folder, or package.json's files."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from gate.app.init.finds import Build, Bundle
from gate.app.init.listing import Listing
from gate.app.init.names import slug, usable

_FOLDERS = ("dist", "build", "out", "public/build", "lib", "es", "esm")
_GLOB = re.compile(r"[\w@./+~-][\w@./+~*{},-]{0,199}", re.ASCII)
_ENTRIES = ("module", "main", "browser", "unpkg", "jsdelivr")
_LIMITS = (".size-limit.json", ".size-limit.js", ".size-limit.cjs", ".size-limit.ts")
_LOCKS = (
    ("package-lock.json", ("npm", "ci")),
    ("npm-shrinkwrap.json", ("npm", "ci")),
    ("pnpm-lock.yaml", ("pnpm", "install", "--frozen-lockfile")),
    ("yarn.lock", ("yarn", "install", "--frozen-lockfile")),
    ("bun.lock", ("bun", "install", "--frozen-lockfile")),
)
_MOST = 8


def find_bundle(listing: Listing) -> tuple[Bundle | None, Build | None, tuple[str, ...]]:
    """The bundle of the package nearest to the root that has one, how it is built, and notes."""
    notes: list[str] = []
    for file in listing.named("package.json"):
        package = listing.data(file)
        parts, source = _parts(listing, file, package, notes)
        if parts:
            built = any(_there(listing, globs) for _, globs in parts)
            return Bundle(parts, source, built), build_of(listing, file), tuple(notes)
    return None, None, tuple(notes)


def scripts_of(package: dict[str, object]) -> dict[str, str]:
    """The scripts of a package.json that are texts."""
    scripts = package.get("scripts")
    pairs = scripts.items() if isinstance(scripts, dict) else ()
    return {str(name): text for name, text in pairs if isinstance(text, str)}


def build_of(listing: Listing, file: str) -> Build | None:
    """How a package is built: by its lock file and script `build`; None without such a script."""
    if "build" not in scripts_of(listing.data(file)):
        return None
    folder = PurePosixPath(file).parent
    for name, install in _LOCKS:
        if (folder / name).as_posix() in listing.files:
            source = f"the script `build` in {file}, installed as {name} says"
            return Build(folder.as_posix(), (install, (install[0], "run", "build")), source)
    source = f"the script `build` in {file}; there is no lock file"
    return Build(folder.as_posix(), (("npm", "install"), ("npm", "run", "build")), source)


Parts = tuple[tuple[str, tuple[str, ...]], ...]


def _parts(
    listing: Listing, file: str, package: dict[str, object], notes: list[str]
) -> tuple[Parts, str]:
    folder = PurePosixPath(file).parent
    limits, where = _size_limit(listing, file, package)
    if limits:
        parts: dict[str, tuple[str, ...]] = {}
        for entry in limits[:_MOST]:
            globs = tuple((folder / g).as_posix() for g in _paths(entry) if _fits(g))
            if globs in parts.values():
                continue
            if entry.get("import"):
                notes.append(
                    f"{where}: size-limit bundles what an entry imports; the runner `bundle` "
                    "measures its file as it lies there"
                )
            if globs:
                name = slug(str(entry.get("name", "")) or PurePosixPath(globs[0]).stem, "bundle")
                parts[name if name not in parts else f"{name}-{len(parts)}"] = globs
            else:
                notes.append(
                    f"{where}: an entry without a path that can stand in a budget is left out"
                )
        return tuple(parts.items()), f"the paths in {where}"
    for name in _FOLDERS:
        place = (folder / name).as_posix()
        if usable(place) and _there(listing, (f"{place}/**/*.js",)):
            parts = {"js": (f"{place}/**/*.js",)}
            if _there(listing, (f"{place}/**/*.css",)):
                parts["css"] = (f"{place}/**/*.css",)
            return tuple(parts.items()), f"{place}/ holds a build"
    return _entry(listing, file, package)


def _entry(listing: Listing, file: str, package: dict[str, object]) -> tuple[Parts, str]:
    """The built file that package.json hands to others."""
    folder = PurePosixPath(file).parent
    for key in _ENTRIES:
        value = package.get(key)
        entry = value.removeprefix("./") if isinstance(value, str) else ""
        path = (folder / entry).as_posix()
        made = entry.partition("/")[0] in _FOLDERS or (listing.root / path).is_file()
        if path in listing.files or not made:
            continue  # a source file is no bundle, and `index.js` is often there without one
        if entry.endswith((".js", ".mjs", ".cjs")) and usable(path):
            return (("main", (path,)),), f"`{key}` in {file}"
    return (), ""


def _size_limit(
    listing: Listing, file: str, package: dict[str, object]
) -> tuple[list[dict[str, object]], str]:
    entries = package.get("size-limit")
    where = f"`size-limit` in {file}"
    folder = PurePosixPath(file).parent
    if entries is None:
        place = (folder / _LIMITS[0]).as_posix()
        entries, where = _listed(listing, place), place
    if not isinstance(entries, list):
        return [], where
    return [entry for entry in entries if isinstance(entry, dict)], where


def _listed(listing: Listing, place: str) -> object:
    import json

    if place not in listing.files:
        return None
    try:
        found: object = json.loads(listing.text(place))
    except (ValueError, RecursionError):  # somebody else's file
        return None
    return found


def _paths(entry: dict[str, object]) -> list[str]:
    path = entry.get("path")
    paths = [path] if isinstance(path, str) else path if isinstance(path, list) else []
    return [each.removeprefix("./") for each in paths if isinstance(each, str)]


def _fits(glob: str) -> bool:
    """Whether a glob means here what it meant there: braces are not known to ours."""
    return bool(_GLOB.fullmatch(glob)) and ".." not in glob.split("/") and "{" not in glob


def _there(listing: Listing, globs: tuple[str, ...]) -> bool:
    if any(
        not listing.folder(PurePosixPath(g.split("*", 1)[0] + "x").parent.as_posix()) for g in globs
    ):
        return False
    return any(next(listing.root.glob(glob), None) is not None for glob in globs)
