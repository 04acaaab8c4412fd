"""The inputs of the Action, as its step hands them over: environment variables, one line a value.

Nothing of them passes a shell. A value that could be taken for an option is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from gate.errors import UsageError

T = TypeVar("T", bound=StrEnum)
_YES, _NO = {"true", "yes", "1"}, {"", "false", "no", "0"}


class Command(StrEnum):
    """What the step does."""

    CHECK = "check"
    MEASURE = "measure"
    JUDGE = "judge"


class Comments(StrEnum):
    """When a pull request gets a comment; one that is there is always brought up to date."""

    ALWAYS = "always"
    ON_CHANGE = "on-change"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Settings:
    """`arguments` go to the command as they are; `report_dir` is "" for a new temporary folder."""

    command: Command = Command.CHECK
    arguments: tuple[str, ...] = ()
    against_base: bool = False
    comment: Comments = Comments.ALWAYS
    key: str = "perfgate"
    check_run: bool = False
    report_dir: str = ""


def settings_of(environ: Mapping[str, str], more: tuple[str, ...] = ()) -> Settings:
    """The settings, `more` arguments first; raises `UsageError` naming the input that is wrong."""
    budgets = _values(environ, "budgets")
    against = _one(environ, "against")
    given = (*more, *_lines(environ, "args"), *(f"--budgets={each}" for each in budgets))
    base = against == "base"
    return Settings(
        command=_choice(Command, environ, "command", Command.CHECK),
        arguments=(*given, *((f"--against={against}",) if against and not base else ())),
        against_base=base,
        comment=_choice(Comments, environ, "comment", Comments.ALWAYS),
        key=_one(environ, "comment-key") or "perfgate",
        check_run=_flag(environ, "check-run"),
        report_dir=_one(environ, "report-dir"),
    )


def _variable(name: str) -> str:
    return f"PERFGATE_{name.upper().replace('-', '_')}"


def _lines(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = (line.strip() for line in environ.get(_variable(name), "").splitlines())
    return tuple(line for line in found if line)


def _values(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = _lines(environ, name)
    for each in found:
        if each.startswith("-"):
            raise UsageError(
                f"the input `{name}` is {each[:100]!r}, which looks like an option",
                hint="options go into `args`, one a line",
            )
    return found


def _one(environ: Mapping[str, str], name: str) -> str:
    found = _values(environ, name)
    if len(found) > 1:
        raise UsageError(f"the input `{name}` takes one line, not {len(found)}")
    return found[0] if found else ""


def _flag(environ: Mapping[str, str], name: str) -> bool:
    word = _one(environ, name).lower()
    if word not in _YES | _NO:
        raise UsageError(f"the input `{name}` is {word[:100]!r}: expected true or false")
    return word in _YES


def _choice(kind: type[T], environ: Mapping[str, str], name: str, default: T) -> T:
    word = _one(environ, name)
    known = [each.value for each in kind]
    if word and word not in known:
        raise UsageError(
            f"the input `{name}` is {word[:100]!r}", hint=f"expected one of: {', '.join(known)}"
        )
    return kind(word) if word else default
