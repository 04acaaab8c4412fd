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
_APP = re.compile(r"^(\w+)\s*(?::\s*\w+)?\s*=\s*(FastAPI|Starlette|Flask)\(", re.MULTILINE)
_CODE = (".py", ".js", ".ts", ".mjs", ".cjs")
_MOST = 400
_EVERYWHERE = "0.0.0.0"  # noqa: S104  # taken out of commands, never bound


def find_server(listing: Listing) -> tuple[Server | None, tuple[str, ...]]:
    """The first way to start it that a port can be given to; and notes on the others."""
    notes: list[str] = []
    for search in (_procfile, _configured, _django, _package, _python, _dockerfile, _static):
        for server in search(listing, notes):
            return _asked(listing, server), tuple(notes)
    if any(
        listing.named("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml")
    ):
        notes.append("compose: its services are not started by the gate, which starts programs")
    return None, tuple(notes)


def _asked(listing: Listing, server: Server) -> Server:
    """The server with the address at which it says that it is well, where the code names one."""
    if server.ready != "/":
        return server
    code = [f for f in listing.ending(*_CODE) if "test" not in f][:_MOST]
    for file in code:
        found = _HEALTH.search(listing.text(file))
        if found:
            return replace(server, ready=found[1], ready_source=f"{file} names it")
    return server


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
        elif words:
            source = f"the line `web:` of {file}; it names no $PORT, so it must read PORT itself"
            yield Server(words, source, cwd=_folder(file), env=(("PORT", "{port}"),))
        elif line:
            notes.append(f"{file}: `web:` needs a shell, or variables that are not known here")


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
    folder = static.removeprefix("./").rstrip("/")
    if folder and usable(folder):
        yield _files(folder, f"`staticDistDir` in {file}")
    elif start:
        notes.append(
            f"{file}: startServerCommand `{start}` is not taken: it chooses its own port, and the "
            "gate hands out free ones"
        )


def _files(folder: str, source: str) -> Server:
    command = ("python3", "-m", "http.server", "{port}", "--bind", "127.0.0.1")
    whole = command if folder == "." else (*command, "--directory", folder)
    return Server(whole, f"{source}, served by Python's own file server", builds=folder != ".")


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
        cwd, scripts = _folder(file), scripts_of(package)
        needs = {*_mapping(package, "dependencies"), *_mapping(package, "devDependencies")}
        if "next" in needs and "build" in scripts:
            command: tuple[str, ...] = (
                "npx",
                "--no-install",
                "next",
                "start",
                "-p",
                "{port}",
                "-H",
                "127.0.0.1",
            )
            yield Server(command, f"{file} depends on next", cwd=cwd, builds=True)
        elif "vite" in needs and "build" in scripts and "start" not in scripts:
            command = ("npx", "--no-install", "vite", "preview", "--port", "{port}", "--strictPort",
                       "--host", "127.0.0.1")  # fmt: skip
            yield Server(command, f"{file} depends on vite", cwd=cwd, builds=True)
        elif "start" in scripts:
            yield from _start(listing, file, scripts["start"], notes)


def _mapping(package: dict[str, object], key: str) -> dict[str, object]:
    found = package.get(key)
    return found if isinstance(found, dict) else {}


def _start(listing: Listing, file: str, script: str, notes: list[str]) -> Iterator[Server]:
    """The script `start`, where the code reads PORT."""
    cwd = _folder(file)
    inside = "" if cwd == "." else f"{cwd}/"
    code = [f for f in listing.ending(".js", ".ts", ".mjs", ".cjs") if f.startswith(inside)][:_MOST]
    reads = next((f for f in code if _READS_PORT.search(listing.text(f))), "")
    if not reads:
        notes.append(f"{file}: `start` is not taken: nothing beside it reads PORT")
        return
    words = _words(script)
    plain = words and words[0] == "node" and len(words) == 2
    command = words if plain else ("npm", "run", "start")
    source = f"the script `start` in {file}; {reads} reads PORT"
    yield Server(command, source, cwd=cwd, env=(("PORT", "{port}"),))


def _python(listing: Listing, _: list[str]) -> Iterator[Server]:
    files = [f for f in listing.ending(".py") if "test" not in f and f.count("/") <= 3][:_MOST]
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
        if found[2] == "Flask":
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
