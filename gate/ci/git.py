"""Asking git, by plumbing commands only; the user's tree and index are never touched.

An answer that git could not give is an error of the checkout, never an empty answer: no change and
no commit would be facts. Messages of git: 2.39, LC_ALL=C.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from gate.errors import UsageError
from gate.process import Finished, NotStarted, run

_TIMEOUT = 60.0
_LIMIT = 64 * 1024 * 1024
# What git itself sets around hooks and aliases would lead to another tree; the rest of GIT_… is
# the user's wish: GIT_CONFIG_… often holds the safe.directory of a CI job.
_OURS = re.compile(
    r"GIT_(DIR|WORK_TREE|INDEX_FILE|PREFIX|NAMESPACE|COMMON_DIR|EXTERNAL_DIFF|DIFF_OPTS"
    r"|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|(GLOB|NOGLOB|LITERAL|ICASE)_PATHSPECS|TRACE.*)"
)


@dataclass(frozen=True, slots=True)
class Repository:
    """A git work tree. `shallow` says that its history is cut."""

    root: Path
    shallow: bool


@dataclass(frozen=True, slots=True)
class NoRepository:
    """A folder that is in no git work tree; baselines by commit do not exist there."""

    root: Path


def repository(start: Path) -> Repository | NoRepository:
    """The work tree that holds `start`.

    Raises `UsageError` where there is one that git cannot or may not read: nothing could be said
    about its commit.
    """
    done = _run(start, "rev-parse", "--show-toplevel", "--is-shallow-repository")
    if isinstance(done, NotStarted):
        if not _marked(start):
            return NoRepository(start)
        raise UsageError(
            f"this is a git checkout, but git cannot be run: {done.why}",
            hint="install git, so that the commit that is measured is known",
        )
    if done.code == 0 and not done.timed_out:
        root, _, shallow = _text(done).rpartition("\n")
        return Repository(Path(root), shallow != "false")
    said = done.stderr.decode("utf-8", "replace")
    if "not a git repository (or any" in said and not _marked(start):
        return NoRepository(start)
    raise _unreadable(start, done, said)


def _marked(start: Path) -> bool:
    """Whether there is a `.git`, in whatever state, here or above."""
    return any((folder / ".git").exists() for folder in (start, *start.resolve().parents))


def ask(repo: Repository, *words: str, stdin: bytes = b"", timeout: float = _TIMEOUT) -> str:
    """What git answers, without the last line's end; raises `UsageError` where it fails."""
    return _text(_checked(words, _done(repo, words, stdin, timeout)))


def ask_bytes(repo: Repository, *words: str, stdin: bytes = b"") -> bytes:
    """As `ask`, with the answer as it is."""
    return _checked(words, _done(repo, words, stdin)).stdout


def ask_maybe(repo: Repository, *words: str) -> str:
    """As `ask`; "" where git answers no (code 1): there is no such commit, branch or base."""
    done = _done(repo, words, b"")
    return "" if done.code == 1 else _text(_checked(words, done))


def _done(
    repo: Repository, words: tuple[str, ...], stdin: bytes, timeout: float = _TIMEOUT
) -> Finished:
    done = _run(repo.root, *words, stdin=stdin, timeout=timeout)
    if isinstance(done, NotStarted):
        raise UsageError(f"git cannot be run: {done.why}")
    if done.timed_out:
        raise UsageError(f"`git {words[0]}` did not end within {timeout:g} s")
    return done


def _checked(words: tuple[str, ...], done: Finished) -> Finished:
    if done.code != 0:
        raise UsageError(
            f"`git {words[0]}` failed: {_first_line(done)}", hint="does `git status` work here?"
        )
    if done.cut:
        raise UsageError(f"`git {words[0]}` answered with more than {_LIMIT} bytes")
    return done


def _unreadable(start: Path, done: Finished, said: str) -> UsageError:
    owner = re.search(r"dubious ownership in repository at '(.*)'", said)
    if owner:
        return UsageError(
            f"the checkout {owner[1]} belongs to another user, so git refuses to read it",
            hint=f"git config --global --add safe.directory {owner[1]}",
        )
    if "must be run in a work tree" in said:
        return UsageError(
            f"{start} is in a bare repository or a .git folder: there is no tree to measure",
            hint="run it in a checkout (`git worktree add` makes one)",
        )
    why = f"it did not end within {_TIMEOUT:g} s" if done.timed_out else _first_line(done)
    return UsageError(
        f"git cannot read the checkout at {start}: {why}", hint="does `git status` work there?"
    )


def _first_line(done: Finished) -> str:
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"code {done.code}"]
    return lines[0][:300]


def _text(done: Finished) -> str:
    return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")


def _run(
    root: Path, *words: str, stdin: bytes = b"", timeout: float = _TIMEOUT
) -> Finished | NotStarted:
    # Hooks, prompts and the user's paging or external programs have no business here.
    env = {
        **{name: value for name, value in os.environ.items() if not _OURS.fullmatch(name)},
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }
    argv = ("git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", *words)
    return run(argv, timeout=timeout, cwd=root, env=env, stdin=stdin, limit=_LIMIT)
