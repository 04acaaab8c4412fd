"""The keys of a command budget."""

from __future__ import annotations

import shlex
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints, field_validator

from gate.seams.runner import Options

# What only a shell understands; it would reach the program as an argument.
_SHELL = frozenset({"|", "||", "&&", "&", ";", ">", ">>", "<", "2>", "2>&1"})
_LONGEST = 16_384

Text = Annotated[str, StringConstraints(max_length=_LONGEST)]


def _words(value: object) -> object:
    """Split a string without a shell; a list stays what it is."""
    if not isinstance(value, str):
        return value
    try:
        words = shlex.split(value)
    except ValueError as error:
        msg = f"this command cannot be split: {error}"
        raise ValueError(msg) from None
    shell = next((word for word in words if word in _SHELL), "")
    if shell:
        msg = f"no shell reads this command, so {shell} would be an argument"
        raise ValueError(msg)
    return words


class CommandOptions(Options):
    """One command, run whole: by itself when it is timed, under a counting tool when counted."""

    command: Annotated[
        tuple[Text, ...],
        Field(strict=False, min_length=1),
        BeforeValidator(_words, json_schema_input_type=list[Text] | Text),
    ] = Field(
        description="The program with its arguments: a list, or a string that is split without a "
        "shell. A path is that of the tree which is measured.",
    )
    cwd: str = Field(default=".", description="The folder to run it in, below the tree.")
    env: dict[str, Text] = Field(default_factory=dict, description="Variables for the command.")
    exits: Annotated[tuple[int, ...], Field(strict=False)] = Field(
        default=(0,), min_length=1, description="Exit codes of a command that went well."
    )
    runs: int = Field(
        default=1, ge=1, le=1000, description="How often a repeat runs it where it is timed."
    )
    warmup: bool = Field(
        default=True,
        description="Whether it is run once before, unmeasured: it may fill caches and compile.",
    )
    counter: Literal["auto", "valgrind", "perf"] = Field(
        default="auto",
        description="What counts instructions; `auto` is valgrind, or perf where that is not.",
    )

    @field_validator("command")
    @classmethod
    def _a_program(cls, command: tuple[str, ...]) -> tuple[str, ...]:
        if not command[0].strip() or any("\0" in word for word in command):
            msg = "expected a program with its arguments"
            raise ValueError(msg)
        return command

    @field_validator("cwd")
    @classmethod
    def _below(cls, cwd: str) -> str:
        if not cwd or cwd.startswith(("/", "-")) or ".." in cwd.split("/") or "\0" in cwd:
            msg = f"expected a folder below the repository root, got {cwd!r}"
            raise ValueError(msg)
        return cwd

    @field_validator("env")
    @classmethod
    def _variables(cls, env: dict[str, str]) -> dict[str, str]:
        for name, value in env.items():
            if not name or "=" in name or "\0" in name + value:
                msg = f"{name!r} cannot be a variable"
                raise ValueError(msg)
        return env
