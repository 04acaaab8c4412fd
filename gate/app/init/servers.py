"""How the service is started: a guess with its source, and only on a port that can be given."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from gate.app.init.benches import python_of
from gate.app.init.bundles import scripts_of
from gate.app.init.finds import Server
from gate.app.init.listing import Listing
from gate.app.init.names import usable
from gate.app.init.pages import collect, lighthouserc

_SHELL = re.compile(r"[|&;<>`\n\\]|\$\(")
_PORT = re.compile(r"\$\{PORT(?::-\d+)?\}|\$PORT\b|%PORT%")
_HEALTH = re.compile(
    r"""['"](/(?:[\w-]+/){0,2}(?:healthz?|health[-_]?check|livez|readyz|ping))/?['"]"""
)
_READS_PORT = re.compile(r"process\.env\.PORT\b|process\.env\[['\"]PORT['\"]\]")
_APP = re.compile(
    r"^(\w{1,80}) ?(?:: ?\w{1,80})? ?= ?(FastAPI|Starlette|Flask|create_app)\(", re.MULTILINE
)
_CODE = (".py", ".js", ".ts", ".mjs", ".cjs")
_BESIDE = {"docs", "doc", "examples", "example", "recipes", "demo", "fixtures", "scripts"}
_MOST = 400
_EVERYWHERE = "0.0.0.0"  # noqa: S104  # taken out of commands, never bound


def find_server(listing: Listing) -> tuple[Server | None, tuple[str, ...]]:
    """The first way to start it that a port can be given to; and notes on the others."""
    notes: list[str] = []
    for search in (
        _procfile,
        _configured,
        _django,
        _python,
        _package,
        _dockerfile,
        _pages,
        _static,
    ):
        for server in search(listing, notes):
            return _asked(listing, server), tuple(notes)
    if any(
        listing.named("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml")
    ):
        notes.append("compose: its services are not started by the gate, which starts programs")
    return None, tuple(notes)


def _asked(listing: Listing, server: Server) -> Server:
    """The server with the address at which it says that it is well, where the code names one."""
    if server.builds:
        return server
    for file in _code(listing, server.cwd, _CODE):
        found = _HEALTH.search(listing.text(file))
        if found:
            return replace(server, ready=found[1], ready_source=f"{file} names it")
    return server


def _code(listing: Listing, folder: str, ends: tuple[str, ...]) -> list[str]:
    """The code of a folder, without what only shows, tests or documents it."""
    inside = "" if folder == "." else f"{folder}/"
    files = (f for f in listing.ending(*ends) if f.startswith(inside))
    return [f for f in files if not _BESIDE & set(f.split("/")) and "test" not in f][:_MOST]


def _words(line: str) -> tuple[str, ...]:
    """A command line as words with `{port}` in them; () where a shell or a variable is needed."""
    text = _PORT.sub("{port}", line)
    if _SHELL.search(text) or "$" in text or not text.isprintable():
        return ()
    try:
        words = shlex.split(text)
    except ValueError:
        return ()
    braces = any(set(word.replace("{port}", "")) & set("{}") for word in words)
    return () if braces or not words or "=" in words[0] else tuple(words)


def _procfile(listing: Listing, notes: list[str]) -> Iterator[Server]:
    for file in listing.named("Procfile"):
        line = re.search(r"^web:[ \t]*(.+)$", listing.text(file), re.MULTILINE)
        words = _words(line[1]) if line else ()
        if words and _given(words):
            yield Server(words, f"the line `web:` of {file}", cwd=_folder(file))
        elif "gunicorn" in words:
            source = f"the line `web:` of {file}; gunicorn reads PORT"
            yield Server(words, source, cwd=_folder(file), env=(("PORT", "{port}"),))
        elif line:
            notes.append(f"{file}: `web:` is not taken: it names no $PORT, or needs a shell")


def _given(words: tuple[str, ...]) -> bool:
    return any("{port}" in word for word in words)


def _folder(file: str) -> str:
    folder = PurePosixPath(file).parent.as_posix()
    return folder if usable(folder) else "."


def _configured(listing: Listing, notes: list[str]) -> Iterator[Server]:
    """The server that Lighthouse CI is told to start, or the folder that it serves."""
    file = lighthouserc(listing)
    if not file:
        return
    _, start, static = collect(listing, file)
    folder = static.removeprefix("./").rstrip("/") or ("." if static else "")
    package = next(listing.named("package.json"), "")
    made = "build" in scripts_of(listing.data(package)) if package else False
    if folder and usable(folder) and (made or listing.folder(folder)):
        yield _files(folder, f"`staticDistDir` in {file}", "" if not made else package)
    elif folder:
        notes.append(f"{file}: {folder} is not there, and no script of a package.json builds it")
    elif start:
        notes.append(
            f"{file}: startServerCommand `{start}` is not taken: it chooses its own port, and the "
            "gate hands out free ones"
        )


def _files(folder: str, source: str, package: str = "") -> Server:
    command = ("python3", "-m", "http.server", "{port}", "--bind", "127.0.0.1")
    whole = command if folder == "." else (*command, "--directory", folder)
    told = f"{source}, served by Python's own file server"
    return Server(whole, told, builds=True, package=package)


def _django(listing: Listing, _: list[str]) -> Iterator[Server]:
    for file in listing.named("manage.py"):
        if "django" in listing.text(file).lower():
            python = _python_for(listing, _folder(file))
            command = (python, "manage.py", "runserver", "--noreload", "127.0.0.1:{port}")
            source = f"{file} is Django's; its own server, so put your WSGI server here for numbers"
            yield Server(command, source, cwd=_folder(file))


def _python_for(listing: Listing, cwd: str) -> str:
    own = python_of(listing)
    return "../" * len(PurePosixPath(cwd).parts) + own if own else "python3"


def _package(listing: Listing, notes: list[str]) -> Iterator[Server]:
    for file in listing.named("package.json"):
        package = listing.data(file)
        start = scripts_of(package).get("start", "")
        if start and "next" not in _needs(package):
            yield from _start(listing, file, start, notes)


def _pages(listing: Listing, _: list[str]) -> Iterator[Server]:
    """What a front end's own tool serves after its build."""
    for file in listing.named("package.json"):
        package, cwd = listing.data(file), _folder(file)
        if "build" not in scripts_of(package):
            continue
        if "next" in _needs(package):
            command = ("npx", "--no-install", "next", "start", "-p", "{port}", "-H", "127.0.0.1")
            yield Server(command, f"{file} depends on next", cwd=cwd, builds=True, package=file)
        elif "vite" in _needs(package):
            preview = ("npx", "--no-install", "vite", "preview", "--port", "{port}")
            command = (*preview, "--strictPort", "--host")
            source = f"{file} depends on vite"
            yield Server((*command, "127.0.0.1"), source, cwd=cwd, builds=True, package=file)


def _needs(package: dict[str, object]) -> set[str]:
    return {*_mapping(package, "dependencies"), *_mapping(package, "devDependencies")}


def _mapping(package: dict[str, object], key: str) -> dict[str, object]:
    found = package.get(key)
    return found if isinstance(found, dict) else {}


def _start(listing: Listing, file: str, script: str, notes: list[str]) -> Iterator[Server]:
    """The script `start`, where the code reads PORT."""
    cwd = _folder(file)
    words = _words(script)
    plain = len(words) == 2 and words[0] == "node"
    entry = (PurePosixPath(cwd) / words[1]).as_posix() if plain else file
    made = entry not in listing.files and f"{entry}.js" not in listing.files
    place = cwd if made else PurePosixPath(entry).parent.as_posix()
    code = _code(listing, place, (".js", ".ts", ".mjs", ".cjs"))
    reads = next((f for f in code if _READS_PORT.search(listing.text(f))), "")
    if not reads:
        notes.append(f"{file}: `start` is not taken: nothing beside it reads PORT")
        return
    command = words if plain else ("npm", "run", "start")
    source = f"the script `start` in {file}; {reads} reads PORT"
    package = file if made else ""
    yield Server(command, source, cwd=cwd, env=(("PORT", "{port}"),), package=package)


def _python(listing: Listing, _: list[str]) -> Iterator[Server]:
    files = [f for f in _code(listing, ".", (".py",)) if f.count("/") <= 3]
    for file in files:
        found = _APP.search(listing.text(file))
        if not found or not usable(file):
            continue
        parts = PurePosixPath(file).with_suffix("").parts
        cwd = "."
        if parts[0] in {"src", "backend", "server", "api"} and len(parts) > 1:
            cwd, parts = parts[0], parts[1:]
        module, python = ".".join(parts), _python_for(listing, cwd)
        source = f"{file} makes {found[1]} = {found[2]}(…)"
        if found[2] in {"Flask", "create_app"}:
            command: tuple[str, ...] = (
                python,
                "-m",
                "flask",
                "--app",
                f"{module}:{found[1]}",
                "run",
                "--port",
                "{port}",
            )
        else:
            command = (python, "-m", "uvicorn", f"{module}:{found[1]}", "--port", "{port}")
        yield Server(command, source, cwd=cwd)


def _dockerfile(listing: Listing, notes: list[str]) -> Iterator[Server]:
    """The command of a Dockerfile in its list form, where the port that it exposes stands in it."""
    for file in listing.named("Dockerfile"):
        text = listing.text(file)
        command = re.findall(r"^CMD\s+(\[.*\])\s*$", text, re.MULTILINE)
        port = re.findall(r"^EXPOSE\s+(\d+)", text, re.MULTILINE)
        try:
            words = json.loads(command[-1]) if command else []
        except ValueError:
            words = []
        texts = [w for w in words if isinstance(w, str)] if port else []
        free = [w.replace(port[-1], "{port}") for w in texts]
        given = [w.replace(_EVERYWHERE, "127.0.0.1") for w in free]
        fits = texts and all(
            w.isprintable() and not set(w.replace("{port}", "")) & set("${}") for w in given
        )
        if fits and _given(tuple(given)) and texts[0] not in {"sh", "bash", "/bin/sh", "/bin/bash"}:
            yield Server(tuple(given), f"CMD in {file}, with a free port for {port[-1]}")
        else:
            notes.append(f"{file}: its CMD is not taken: a free port cannot be put into it")


def _static(listing: Listing, _: list[str]) -> Iterator[Server]:
    for file in listing.named("index.html"):
        if _folder(file) in {".", "public", "site", "www", "docs"}:
            yield _files(_folder(file), f"{file} is there")
