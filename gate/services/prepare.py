"""Preparing a tree: its build commands run once for its content, and again when that changes."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gate import process
from gate.core.reasons import Code, because
from gate.seams.service import Service
from gate.services.digest import (
    UnknownContentError,
    ignored_entries,
    lock_digest,
    tree_digest,
)
from gate.services.model import NotPrepared, Prepared
from gate.services.place import folder_of
from gate.services.programs import programs_of
from gate.services.stamp import Stamp, read_stamp, stamp_path, write_stamp
from gate.services.words import tidy

Say = Callable[[str], None]


def prepare(
    service: Service,
    root: Path,
    env: Mapping[str, str],
    *,
    ignore: tuple[str, ...] = ("budgets",),
    say: Say = lambda _: None,
    anew: bool = False,
) -> Prepared | NotPrepared:
    """Run the service's `prepare:` commands in its folder unless an earlier run still holds.

    It holds while the definition, the commit's tree, everything uncommitted, the lock files and
    the programs that build are the same and what the build made still exists. `ignore` are folders
    that no build reads. Outside git, and `anew`, the commands run every time.
    """
    if not service.prepare:
        return Prepared(kept=True)
    folder = folder_of(service, root)
    if folder is None:
        return _failed(service, f"`cwd:` {service.cwd} is no folder of the tree")
    work = _Work(service, root, folder, {**env, **dict(service.env)})
    key = _key(work, ignore)
    path = stamp_path(root, service.name)
    stamp = read_stamp(path)
    if not anew and stamp is not None and stamp.key == key and _all_there(folder, stamp):
        return Prepared(kept=True)
    # First the stamp, then the work: half a build must not look like a whole one.
    path.unlink(missing_ok=True)
    before = _ignored(work)
    done = _build(work, say)
    if isinstance(done, Prepared) and key:
        earlier = frozenset(stamp.made if stamp else ())
        made = (_ignored(work) - before) | (before & earlier)
        write_stamp(path, Stamp(key, tuple(sorted(made))))
    return done


def _all_there(folder: Path, stamp: Stamp) -> bool:
    return all((folder / made).exists() for made in stamp.made)


@dataclass(frozen=True, slots=True)
class _Work:
    service: Service
    root: Path
    folder: Path
    env: Mapping[str, str]


def _key(work: _Work, ignore: tuple[str, ...]) -> str:
    """The content that the commands would build, "" where it cannot be told."""
    service = work.service
    try:
        content = tree_digest(work.root, work.env, ignore=ignore)
        locks = lock_digest(work.folder)
    except UnknownContentError:
        return ""
    defined = [service.name, service.cwd, service.command, service.prepare, service.env]
    programs = programs_of(service.prepare, work.root, work.env)
    text = json.dumps([defined, content, locks, programs])
    return hashlib.sha256(text.encode()).hexdigest()


def _build(work: _Work, say: Say) -> Prepared | NotPrepared:
    began = time.monotonic()
    for command in work.service.prepare:
        left = work.service.prepare_timeout - (time.monotonic() - began)
        shown = " ".join(command)
        say(f"{work.service.name}: {shown}")
        done = process.run(command, timeout=max(0.0, left), cwd=work.folder, env=work.env)
        if isinstance(done, process.NotStarted):
            return _failed(work.service, f"`{shown}` could not be started: {done.why}")
        words = tidy(done.stderr.strip() or done.stdout)
        if done.timed_out:
            limit = f"{work.service.prepare_timeout:g} s"
            return _failed(work.service, f"`{shown}` was not done after {limit} in all: {words}")
        if done.code != 0:
            return _failed(work.service, f"`{shown}` ended with code {done.code}: {words}")
    return Prepared(kept=False, seconds=time.monotonic() - began)


def _ignored(work: _Work) -> frozenset[str]:
    try:
        return ignored_entries(work.folder, work.env)
    except UnknownContentError:
        return frozenset()


def _failed(service: Service, detail: str) -> NotPrepared:
    return NotPrepared(because(Code.PREPARE_FAILED, service=service.name, detail=detail))
