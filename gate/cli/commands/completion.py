"""`gate completion`: what a shell reads to complete commands, options and ids."""

from __future__ import annotations

import click

from gate.cli.streams import out


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(*, shell: str) -> int:
    r"""Print the completion for SHELL.

    \b
    bash: echo 'source <(gate completion bash)' >> ~/.bashrc
    zsh:  echo 'source <(gate completion zsh)' >> ~/.zshrc
    fish: gate completion fish > ~/.config/fish/completions/gate.fish
    """
    from gate.cli.completing import script
    from gate.cli.main import group

    out(script(group, shell))
    return 0
