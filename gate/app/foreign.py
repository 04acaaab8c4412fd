"""Reading a file of another tool: bounded, as text, or as what a program makes of it.

A k6 script and a `.js` configuration are the project's own code. They run only where the user said
so: a script in `k6 inspect`, which runs its beginning in k6's own engine, a configuration in Node.
"""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import replace
from pathlib import Path

from gate import process
from gate.errors import UsageError
from gate.importers import Given, UnreadableError
from gate.importers.given import MOST_BYTES, mapping
from gate.record import read_bounded
from gate.tools import K6, NODE, Absent, locate

_SCRIPTS = (".js", ".cjs", ".mjs", ".ts")
_TIMEOUT = 60.0
_PRINT = """
import { pathToFileURL } from "node:url";
const [file, mark] = process.argv.slice(1);
try {
  const module = await import(pathToFileURL(file));
  let told = module.default ?? module;
  if (typeof told === "function") told = told();
  process.stdout.write(`\\n${mark}${JSON.stringify(await told)}\\n`);
} catch (error) {
  process.stderr.write(`${error?.message ?? error}\\n`);
  process.exitCode = 1;
}
"""
_PASSED = ("PATH", "HOME", "TMPDIR", "LANG", "SystemRoot")


def read_given(file: str, start: Path, root: Path) -> Given:
    """A file as text, or `-` for stdin. Raises `UsageError` or `RecordError`."""
    if file == "-":
        return Given("stdin", sys.stdin.read(MOST_BYTES + 1))
    path = (start / file).resolve()
    inside = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    if not path.is_file():
        raise UsageError(f"there is no file {file}")
    text = read_bounded(path, MOST_BYTES).decode("utf-8", "replace")
    return Given(
        inside, text, package=_package(path), runnable=path.name.endswith(_SCRIPTS), place=path
    )


def run_given(
    given: Given, root: Path, *, k6: bool, env: tuple[tuple[str, str], ...] = ()
) -> Given:
    """What a program prints of the file: `k6 inspect` of a script, Node of a configuration."""
    printed = _inspected(given.place, root, env) if k6 else _evaluated(given.place)
    return replace(given, text=printed, program=True, runnable=False)


def refuse_to_run(given: Given, *, k6: bool) -> UsageError:
    """Why a program is not read without leave, and how to give it."""
    what = "`k6 inspect` runs the beginning of the script" if k6 else "Node runs the file"
    other = "options of k6 as JSON" if k6 else "the same as JSON or YAML"
    return UsageError(
        f"{given.path} is a program: to know what it says, {what}",
        hint=f"allow it with --run, or import {other}",
    )


def _package(path: Path) -> dict[str, object]:
    beside = path.with_name("package.json")
    if beside == path or not beside.is_file():
        return {}
    try:
        text = read_bounded(beside, MOST_BYTES).decode("utf-8", "replace")
        return mapping(Given("package.json", text).document())
    except UnreadableError:
        return {}


def _environment() -> dict[str, str]:
    """What a program needs to start, and none of the secrets of a CI job."""
    return {name: os.environ[name] for name in _PASSED if name in os.environ}


def _inspected(path: Path, root: Path, env: tuple[tuple[str, str], ...]) -> str:
    found = locate(K6)
    if isinstance(found, Absent):
        raise UsageError(
            f"k6 is needed to read {path.name}: {found.detail}",
            hint=f"{found.remedy}; or import its options as JSON",
        )
    given = [part for name, value in env for part in ("-e", f"{name}={value}")]
    argv = [str(found.path), "inspect", "--quiet", "--no-color", "--address", "", *given, str(path)]
    return _run("k6 inspect", argv, root)


def _evaluated(path: Path) -> str:
    found = locate(NODE)
    if isinstance(found, Absent):
        raise UsageError(f"Node is needed to read {path.name}: {found.detail}", hint=found.remedy)
    mark = secrets.token_hex(16)
    argv = [str(found.path), "--input-type=module", "-e", _PRINT, str(path), mark]
    return _run("node", argv, path.parent).rpartition(mark)[2]


def _run(tool: str, argv: list[str], cwd: Path) -> str:
    done = process.run(
        argv, timeout=_TIMEOUT, cwd=cwd, env=_environment(), limit=2 * MOST_BYTES, grace=2.0
    )
    if isinstance(done, process.NotStarted):
        raise UsageError(f"{tool} cannot be started: {done.why}")
    if done.timed_out:
        raise UsageError(f"{tool} did not end within {_TIMEOUT:g} s")
    if done.code != 0:
        said = done.tail or f"it ended with {done.code}"
        hint = "variables that the script needs are given with --env NAME=VALUE"
        raise UsageError(
            f"{tool} cannot read the file: {said[-600:]}", hint=hint if tool != "node" else ""
        )
    return done.stdout.decode("utf-8", "replace")
