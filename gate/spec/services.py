"""services.yml becomes services: variables filled in, ports kept as placeholders."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path

from gate.core.model import Place
from gate.seams.service import Service
from gate.spec.files import Files
from gate.spec.paths import outside
from gate.spec.problems import Problem, nearest, shown
from gate.spec.reserved import ServiceFile
from gate.spec.translate import read_model
from gate.spec.variables import Filling
from gate.spec.yaml_marks import Data, Document

_BRACES = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}", re.ASCII)
_PORT = re.compile(r"port(_[A-Za-z0-9_]+)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}", re.ASCII)


def exports_of(files: Files) -> dict[str, frozenset[str]]:
    """The names that each service exports, before anything is checked."""
    found: dict[str, frozenset[str]] = {}
    for document in files.reserved.get("services", ()):
        for name in document.data if isinstance(document.data, dict) else {}:
            exports = document.at((name, "exports"))
            found[name] = frozenset(exports if isinstance(exports, dict) else ())
    return found


def read_services(
    files: Files, filling: Filling, root: Path, problems: list[Problem]
) -> tuple[Service, ...]:
    """All services of all folders; what is wrong is added to `problems`."""
    found: dict[str, Service] = {}
    places: dict[str, Place] = {}
    for document in files.reserved.get("services", ()):
        if document.problems or document.data is None:
            continue
        if not isinstance(document.data, dict):
            came = shown(document.data)
            problems.append(document.problem((), f"expected services by name, got {came}"))
            continue
        for name, data in document.data.items():
            service = _service(document, name, data, filling, root, problems)
            if service is not None and name in found:
                message = f"a second service is called {name!r}"
                hint = f"the first is at {places[name]}"
                problems.append(document.problem((name,), message, hint, key=True))
            elif service is not None:
                found[name] = service
                places[name] = document.place((name,), key=True)
    return tuple(found.values())


def _service(
    document: Document,
    name: str,
    data: Data,
    filling: Filling,
    root: Path,
    problems: list[Problem],
) -> Service | None:
    path = (name,)
    if not _NAME.fullmatch(name):
        message = f"the name of a service is of letters, digits and _.-, not {name!r}"
        problems.append(document.problem(path, message, key=True))
        return None
    file = read_model(ServiceFile, filling.fill(document, data, path), document, path)
    if not isinstance(file, ServiceFile):
        problems.extend(file)
        return None
    wrong = [*_wrong(document, name, file, root), *_placeholders(document, name, file)]
    problems.extend(wrong)
    return (
        None
        if wrong
        else Service(
            name=name,
            command=file.command,
            ready=file.ready,
            cwd=file.cwd,
            prepare=file.prepare,
            env=tuple(file.env.items()),
            exports=tuple(file.exports.items()),
            timeout=file.timeout,
            prepare_timeout=file.prepare_timeout,
            stop=signal.Signals[file.stop],
            grace=file.grace,
        )
    )


def _wrong(document: Document, name: str, file: ServiceFile, root: Path) -> Iterator[Problem]:
    if not (file.command or file.ready or file.prepare):
        message = f"the service {name!r} has neither command, ready nor prepare"
        yield document.problem((name,), message, "say how it is started, or remove it", key=True)
    if file.command and not file.ready:
        message = f"the service {name!r} has no `ready:`, so nobody can tell when it is up"
        hint = "as in ready: http://127.0.0.1:{port}/healthz"
        yield document.problem((name, "command"), message, hint, key=True)
    if file.command and file.ready and not re.search(r"\{port(_\w+)?\}", file.ready):
        message = "`ready:` names no {port}: on a fixed port another server could answer"
        hint = "pass {port} to the command and use it here: http://127.0.0.1:{port}/healthz"
        yield document.problem((name, "ready"), message, hint)
    why = outside(root, file.cwd)
    if why:
        yield document.problem((name, "cwd"), f"{file.cwd!r}: {why}")


def _placeholders(document: Document, name: str, file: ServiceFile) -> Iterator[Problem]:
    """Misspelt ports: other words in braces stay text, because programs use braces too."""
    texts: Iterable[tuple[str, str]] = (
        *(("command", word) for word in file.command),
        ("ready", file.ready),
        *(("env", value) for value in file.env.values()),
        *(("exports", value) for value in file.exports.values()),
    )
    for key, text in texts:
        for word in _BRACES.findall(text):
            if not _PORT.fullmatch(word) and nearest(word.partition("_")[0], ["port"]):
                message = f"unknown placeholder {{{word}}}"
                yield document.problem((name, key), message, "known: {port} and {port_NAME}")
