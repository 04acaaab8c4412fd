"""argv to one call: commands load when they are called, errors of users become messages."""

from __future__ import annotations

import errno
import importlib
import keyword
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from gate.cli.streams import complain
from gate.core.exits import Exit
from gate.errors import GateError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_COMMANDS = {
    "init": "budgets from what the repository already has",
    "import": "budgets from what another tool's configuration promises",
    "check": "measure, judge and report: the main job",
    "ci": "check as a step of GitHub Actions, and tell GitHub",
    "comment": "comment for a run of a fork that could not (GitHub Actions)",
    "measure": "measure what the budgets promise and write run.json",
    "judge": "judge a run and write outcome.json",
    "report": "write a report of an outcome",
    "explain": "why an objective got its verdict, with the arithmetic",
    "compare": "two records, or two revisions, objective by objective",
    "history": "how one number moved over the stored runs, with its change points",
    "baseline": "the store of runs: accept, list, show, prune",
    "signoff": "sign a release off with its evidence, and verify that",
    "ratchet": "tighter limits for what was kept with room to spare for long",
    "validate": "check the budgets without running anything",
    "plan": "what would run, how often and for how long",
    "docs": "the budgets as a page that people read",
    "schema": "print the JSON Schema of a budget file",
    "hook": "check before each push on this machine, beside the hooks there are",
    "completion": "completion for bash, zsh or fish",
    "doctor": "which tools are here, which versions, and what is missing",
    "tools": "install pinned tools",
}


# Wherever it happens, a full disk is nobody's bug.
_FULL = {errno.ENOSPC, errno.EDQUOT}


class _Lazy(click.Group):
    """A group whose commands are imported only when one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"gate.cli.commands.{_module(cmd_name)}")
        command: click.Command = module.command
        return command

    def invoke(self, ctx: click.Context) -> int:
        """Run the command; a signal unwinds it, so that every child ends, and is its code."""
        import signal

        from gate.process import Stopped, stop_on_signals

        try:
            with stop_on_signals():
                return int(super().invoke(ctx) or 0)
        except Stopped as stopped:
            complain(f"stopped by {signal.Signals(stopped.number).name}; nothing was judged", "")
            return 128 + stopped.number

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the names of commands without importing them, and the group's own options."""
        from click.shell_completion import CompletionItem

        found = _COMMANDS.items()
        names = [CompletionItem(n, help=told) for n, told in found if n.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _module(name: str) -> str:
    """A module may not be called like a word of the language."""
    return f"{name}_" if keyword.iskeyword(name) else name


def _version(ctx: click.Context, _: click.Parameter, value: object) -> None:
    """Print the version, which is looked up only then."""
    if value and not ctx.resilient_parsing:
        from gate import __version__

        click.echo(f"perfgate, version {__version__}")
        ctx.exit()


@click.command(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 open, 1 a promise is broken, 2 usage, 3 something was not measured, "
    "4 undecided, 70 a bug of perfgate, 130/143 interrupted.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version and exit.",
)
def group() -> None:
    """Hold the code to its performance promises: measure, compare, open or close the build."""


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code. A `GateError` is shown, a bug is raised."""
    if "_GATE_COMPLETE" in os.environ:
        from gate.cli.completing import answer

        return answer(group)
    try:
        code = group.main(list(argv), prog_name="gate", standalone_mode=False)
        return int(code or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message(), err=True)
        return Exit.USAGE
    except click.ClickException as error:
        complain(error.format_message(), _usage_hint(error))
        return Exit.USAGE
    except GateError as error:
        complain(error.message, error.hint)
        return error.exit
    except BrokenPipeError:  # click's own help into a pipe that closed: there is no verdict
        return Exit.USAGE
    except OSError as error:
        if error.errno not in _FULL:
            raise
        what = error.filename or "what there is to write"
        complain(f"{what} cannot be written: {error.strerror}", "free some space on the disk")
        return Exit.USAGE


def _usage_hint(error: click.ClickException) -> str:
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"try `{error.ctx.command_path} --help`"
    return ""
