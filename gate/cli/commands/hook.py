"""`gate hook`: the gate before a push or a commit, on this machine."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gate.cli.streams import err, out, plain
from gate.errors import GateError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")
_MOST = 1_000_000


@click.group("hook")
def command() -> None:
    """Check before each push, or validate before each commit, on this machine.

    A hook is a convenience: `--no-verify` skips it. What must hold is checked in CI.
    """


def _which(function: F) -> F:
    commit = click.option(
        "--pre-commit", "kind", flag_value="pre-commit", help="`gate validate` before each commit."
    )
    push = click.option(
        "--pre-push",
        "kind",
        flag_value="pre-push",
        default="pre-push",
        help="`gate check` before each push, against what the other side has. The default.",
    )
    return push(commit(function))


@command.command("install")
@_which
def install_command(*, kind: str) -> int:
    """Write the hook; one that is there is kept and runs first."""
    from gate.app.hooks import Hook, install

    hook = Hook(kind)
    done = install(Path.cwd(), hook, _gate())
    out(plain(f"{'installed' if done.new else 'written anew'}: {done.path}\n"))
    if done.earlier is not None:
        out(plain(f"the hook that was there runs first: {done.earlier}\n"))
    out(plain(f"{hook.skips} `gate hook uninstall --{kind}` takes it away.\n"))
    return 0


@command.command("uninstall")
@_which
def uninstall_command(*, kind: str) -> int:
    """Take the hook away; the one that was there before is put back."""
    from gate.app.hooks import Hook, uninstall

    done = uninstall(Path.cwd(), Hook(kind))
    if done is None:
        out(f"there is no {kind} hook of perfgate here\n")
    elif done.earlier is None:
        out(plain(f"removed: {done.path}\n"))
    else:
        out(plain(f"the hook that was there before is back: {done.path}\n"))
    return 0


@command.command("run")
@click.argument("kind", type=click.Choice(["pre-push", "pre-commit"]))
def run_command(*, kind: str) -> int:
    """What the hook runs: a check of what is pushed, or a validation. Told on stdin by git."""
    from gate.app.hooks import Hook

    hook = Hook(kind)
    try:
        code = _pushing() if hook is Hook.PUSH else _committing()
    except GateError as error:
        err(f"gate: exit {error.exit}. {hook.skips}\n")
        raise
    if code:
        err(f"gate: exit {code}. {hook.skips}\n")
    return code


def _pushing() -> int:
    from gate.ci.git import NoRepository, repository
    from gate.ci.hooks import base_of_push, pushes
    from gate.cli.commands.check import command as check

    repo = repository(Path.cwd())
    if isinstance(repo, NoRepository):
        raise UsageError("this is no git repository, so nothing is pushed")
    told = pushes(os.environ, _said()) if not _typed() else None
    if told == ():
        err("gate: no branch is pushed, so nothing is checked\n")
        return 0
    base = base_of_push(repo, told) if told is not None else ""
    words = ["--quiet", *(["--against", base] if base else [])]
    return int(check.main(words, prog_name="gate check", standalone_mode=False) or 0)


def _committing() -> int:
    from gate.cli.commands.validate import command as validate

    return int(validate.main([], prog_name="gate validate", standalone_mode=False) or 0)


def _typed() -> bool:
    """Whether a person typed the command."""
    return sys.stdin is not None and sys.stdin.isatty()


def _said() -> str:
    """What git writes to the hook."""
    return sys.stdin.buffer.read(_MOST).decode("utf-8", "replace") if sys.stdin else ""


def _gate() -> str:
    """The command that runs now, so that the hook needs no environment to be entered."""
    return os.path.abspath(shutil.which(sys.argv[0]) or sys.argv[0])  # noqa: PTH100  # a link stays
