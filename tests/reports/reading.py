"""Readers of the formats that programs read, after the rules of those programs; strict."""

from __future__ import annotations

import re
from dataclasses import dataclass

Labels = tuple[tuple[str, str], ...]

_COMMAND = re.compile(r"::(?P<name>[a-z]+) (?P<told>[^:]*(?:%3A[^:]*)*)::(?P<message>.*)")
_SAMPLE = re.compile(r"(?P<name>[a-z_]+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)")
_LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\["\\n])*)"')


@dataclass(frozen=True, slots=True)
class Annotation:
    """A workflow command as the runner reads it."""

    command: str
    properties: dict[str, str]
    message: str


def commands(text: str) -> list[Annotation]:
    """Every line of a log as a workflow command; raises where a line is none."""
    return [_annotation(line) for line in text.split("\n")[:-1]]


def _annotation(line: str) -> Annotation:
    found = _COMMAND.fullmatch(line)
    assert found is not None, line
    pairs = (pair.split("=", 1) for pair in found["told"].split(","))
    return Annotation(
        found["name"],
        {name: _plain(value) for name, value in pairs},
        _plain(found["message"]),
    )


def _plain(text: str) -> str:
    """ActionCommand.cs: these five, `%` last."""
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


_LOGGED = re.compile(r"##vso\[(?P<name>[a-z.]+) (?P<told>[^\]]*)\](?P<message>.*)")


def logged(text: str) -> list[Annotation]:
    """Every line of a log as Azure's agent reads it (Command.cs); raises where a line is none."""
    return [_logged(line) for line in text.split("\n")[:-1]]


def _logged(line: str) -> Annotation:
    found = _LOGGED.fullmatch(line)
    assert found is not None, line
    assert line.upper().count("##VSO[") == 1, line
    pairs = (pair.split("=", 1) for pair in found["told"].split(";") if pair)
    return Annotation(
        found["name"],
        {name: _azure(value) for name, value in pairs},
        _azure(found["message"]),
    )


def _azure(text: str) -> str:
    for code, char in (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")):
        text = text.replace(code, char)
    return text


def samples(text: str) -> dict[tuple[str, Labels], float]:
    """OpenMetrics text as samples by name and labels; raises where it is not well-formed."""
    *lines, end, nothing = text.split("\n")
    assert (end, nothing) == ("# EOF", "")
    found: dict[tuple[str, Labels], float] = {}
    family = ""
    for line in lines:
        if line.startswith("# TYPE "):
            family = line.split(" ")[2]
        elif not line.startswith(f"# HELP {family} "):
            name, labels, value = _sample(line)
            assert name == family
            assert (name, labels) not in found, f"twice: {line}"
            found[name, labels] = value
    return found


def _sample(line: str) -> tuple[str, Labels, float]:
    match = _SAMPLE.fullmatch(line)
    assert match is not None, line
    told = match["labels"] or ""
    labels = tuple((name, _unescaped(value)) for name, value in _LABEL.findall(told))
    assert ",".join(f'{name}="{value}"' for name, value in _LABEL.findall(told)) == told, line
    return match["name"], labels, float(match["value"])


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n"}.get(match[1], match[1]), text)
