"""Shell completion by click's own mechanism: a script for each shell, and the answers to it."""

from __future__ import annotations

import os
import re

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
)

VARIABLE = "_GATE_COMPLETE"
_SAFE = re.compile(r"[\w./,=@+%-]+", re.ASCII)


class _Bash(BashComplete):
    """As click's, with what bash would read as something else in quotes: `'web/p95(lcp{…})'`."""

    def format_completion(self, item: CompletionItem) -> str:
        """The kind and the value, on one line."""
        value = str(item.value)
        if item.type == "plain" and not _SAFE.fullmatch(value):
            value = "'" + value.replace("'", "'\"'\"'") + "'"
        value = value.replace("\\", "\\\\")  # bash's `read` in click's script takes one away
        return f"{item.type},{value}"


SHELLS: dict[str, type[ShellComplete]] = {
    "bash": _Bash,
    "zsh": ZshComplete,
    "fish": FishComplete,
}
# The command has two names, and one function serves both.
_OTHER_NAME = {
    "bash": "complete -o nosort -F _gate_completion perfgate\n",
    "zsh": "compdef _gate_completion perfgate\n",
    "fish": 'complete --no-files --command perfgate --arguments "(_gate_completion)"\n',
}


def script(group: click.Command, shell: str) -> str:
    """What a shell reads to complete `gate` and `perfgate`."""
    source = SHELLS[shell](group, {}, "gate", VARIABLE).source()
    return source.rstrip() + "\n" + _OTHER_NAME[shell]


def answer(group: click.Command) -> int:
    """Answer a shell that asks; a wish that nobody knows is answered with nothing."""
    shell, _, wish = os.environ.get(VARIABLE, "").partition("_")
    if wish != "complete" or shell not in SHELLS:
        return 1
    click.echo(SHELLS[shell](group, {}, "gate", VARIABLE).complete())
    return 0
