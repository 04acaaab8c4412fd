"""Everything that can be found in a repository; nothing of it is run."""

from __future__ import annotations

from dataclasses import replace

from gate.app.init.benches import find_benches
from gate.app.init.bundles import build_of, find_bundle
from gate.app.init.databases import find_database
from gate.app.init.finds import Found, Load, Web
from gate.app.init.listing import Listing
from gate.app.init.loads import find_loads
from gate.app.init.pages import find_web
from gate.app.init.servers import find_server


def look(listing: Listing) -> Found:
    """Look at every kind of evidence, the names of files and the beginnings of their texts."""
    loads, about_loads = find_loads(listing)
    web, about_web = find_web(listing)
    bundle, build, about_bundle = find_bundle(listing)
    benches, about_benches = find_benches(listing)
    server, about_server = find_server(listing)
    notes = (*about_loads, *about_web, *about_bundle, *about_benches, *about_server)
    cut = ("more than 50,000 files: those deepest in the tree were not looked at",)
    found = Found(
        loads=loads,
        web=web,
        bundle=bundle,
        build=build,
        benches=benches,
        server=server,
        database=find_database(listing),
        notes=tuple(dict.fromkeys((*notes, *(cut if listing.cut else ())))),
    )
    return _completed(listing, found)


def _completed(listing: Listing, found: Found) -> Found:
    """A service that nobody loads gets a first load, and its home page is looked at."""
    server = found.server
    if server is None:
        return found
    pages = server.builds
    if server.package and found.build is None:
        found = replace(found, build=build_of(listing, server.package))
    if server.package and found.build and found.build.cwd != server.cwd:
        found = replace(found, server=replace(server, package=""))
    if found.web is None and pages:
        found = replace(found, web=Web((("home", "/"),), f"the service of {server.source}"))
    if not pages and not any(load.base for load in found.loads):
        ours = Load("home.js", base="APP_URL", ours=True)
        found = replace(found, loads=(ours, *found.loads))
    return found
