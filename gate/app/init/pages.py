"""Pages: those of a lighthouserc, by their addresses."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from gate.app.init.finds import Web
from gate.app.init.listing import Listing
from gate.app.init.names import slug

_NAMED = re.compile(r"\.?lighthouserc[\w-]*\.(?:json|ya?ml|c?js)")
_ADDRESS = re.compile(r"""['"](https?://(?:localhost|127\.0\.0\.1)[^'"\s]*)['"]""")
_START = re.compile(r"""startServerCommand['"]?\s*:\s*(['"`])(.{1,300}?)\1""")
_STATIC = re.compile(r"""staticDistDir['"]?\s*:\s*(['"`])(.{1,300}?)\1""")
_PATH = re.compile(r"/[A-Za-z0-9_.~/%?=&+-]{0,199}", re.ASCII)
_MOST = 5


def lighthouserc(listing: Listing) -> str:
    """The configuration of Lighthouse CI nearest to the root that says what to load, else any."""
    files = [f for f in listing.files if _NAMED.fullmatch(PurePosixPath(f).name)]
    telling = (file for file in files if any(collect(listing, file)))
    return next(telling, files[0] if files else "")


def collect(listing: Listing, file: str) -> tuple[tuple[str, ...], str, str]:
    """Its addresses, the command that starts its server, and the folder that it serves.

    A program (.js) is never run: strings in it are looked for.
    """
    if file.endswith((".js", ".cjs")):
        text = listing.text(file)
        start, static = _START.search(text), _STATIC.search(text)
        return tuple(_ADDRESS.findall(text)), start[2] if start else "", static[2] if static else ""
    ci = listing.data(file).get("ci")
    settings = ci.get("collect") if isinstance(ci, dict) else None
    if not isinstance(settings, dict):
        return (), "", ""
    url = settings.get("url", ())
    urls = [url] if isinstance(url, str) else url if isinstance(url, list) else []
    texts = (settings.get("startServerCommand"), settings.get("staticDistDir"))
    start_text, static_text = (text if isinstance(text, str) else "" for text in texts)
    return tuple(str(each) for each in urls), start_text, static_text


def find_web(listing: Listing) -> tuple[Web | None, tuple[str, ...]]:
    """The pages of a lighthouserc, the home page where it names none; None without one."""
    file = lighthouserc(listing)
    if not file:
        return None, ()
    urls, _, static = collect(listing, file)
    paths, notes = [], []
    for url in urls:
        path = _path(url, static)
        if path:
            paths.append(path)
        else:
            notes.append(f"{file}: {url} is on another host or cannot be a path; not proposed")
    chosen = tuple(dict.fromkeys(paths))
    if len(chosen) > _MOST:
        notes.append(f"{file}: {len(chosen) - _MOST} more pages are left out; add them by hand")
    pages: dict[str, str] = {}
    for path in chosen[:_MOST]:
        name = slug(urlsplit(path).path.removesuffix(".html"), "home")
        pages[name if name not in pages else f"{name}-{len(pages)}"] = path
    source = f"the addresses in {file}" if pages else f"{file} names no page of this service"
    return Web(tuple(pages.items()) or (("home", "/"),), source), tuple(notes)


def _path(url: str, static: str) -> str:
    """The path of an address on this machine, "" for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme and parts.hostname not in {"localhost", "127.0.0.1"}:
        return ""
    path = parts.path or "/"
    path = path if path.startswith("/") else f"/{path}"
    if static and not parts.scheme:
        path = path.replace(f"/{static.strip('./')}/", "/", 1)
    whole = f"{path}?{parts.query}" if parts.query else path
    return whole if _PATH.fullmatch(whole) else ""
