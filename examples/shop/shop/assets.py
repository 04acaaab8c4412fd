"""What browsers may keep: the built front end and the pictures, with their cache headers.

The files of the front end are read once at the start: their names carry a hash of their content,
and a path that a visitor makes up finds nothing.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shop import ROOT, artwork
from shop.errors import ShopError

DIST = ROOT / "dist"
FOREVER = "public, max-age=31536000, immutable"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_MOST_PICTURES = 1_000_000


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the front end, plain and gzipped."""

    type: str
    plain: bytes
    gzipped: bytes


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """All files by name, and the addresses of the two that pages link to."""

    files: Mapping[str, Asset]
    script: str
    style: str


def load(dist: Path = DIST) -> FrontEnd:
    """Read the built front end; raises ShopError where it is not there."""
    try:
        manifest = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
        files = {
            path.name: _asset(path)
            for path in sorted((dist / "assets").iterdir())
            if path.suffix in TYPES
        }
        return FrontEnd(files, f"/assets/{manifest['script']}", f"/assets/{manifest['style']}")
    except (OSError, ValueError, KeyError) as error:
        raise ShopError(
            f"the front end is not built in {dist}: {error}", "run `python3 prepare.py`"
        ) from error


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(TYPES[path.suffix], content, gzip.compress(content, mtime=0))


async def asset(request: Request) -> Response:
    """A file of the front end."""
    front_end: FrontEnd = request.app.state.front_end
    found = front_end.files.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.gzipped, media_type=found.type, headers=headers)
    return Response(found.plain, media_type=found.type, headers=headers)


async def image(request: Request) -> Response:
    """The picture of a product."""
    category, number = request.path_params["category"], request.path_params["number"]
    if category not in artwork.SHAPES or not 0 < number < _MOST_PICTURES:
        raise HTTPException(404)
    picture = artwork.draw(category, number)
    return Response(picture, media_type="image/svg+xml", headers={"Cache-Control": FOREVER})


ROUTES = (
    Route("/assets/{name}", asset),
    Route("/images/{category}/{number:int}.svg", image),
)
