"""Shell text of a stranger's workflow as words: read, never run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from gate.importers.given import Given, Mapping, UnreadableError, entries, mapping

_MOST_LINES = 5000
_WITH_VALUE = {"-k", "-m", "-p", "-n", "-c", "-o", "--benchmark-json", "--benchmark-group-by"}
_ENDS = {"&&", "||", ";", "|", "&", ")", "(", "}", "{", "then", "do", "fi", "done"}


def commands(text: str) -> Iterator[tuple[str, ...]]:
    """Each simple command of a script as its words; what no shell would read is left out."""
    joined = text.replace("\\\r\n", " ").replace("\\\n", " ")
    for line in joined.splitlines()[:_MOST_LINES]:
        lexer = shlex.shlex(line, posix=True, punctuation_chars="();&|")
        lexer.whitespace_split = True
        lexer.commenters = "#"
        words: list[str] = []
        try:
            for word in lexer:
                if word in _ENDS or set(word) <= set("();&|"):
                    yield tuple(words)
                    words = []
                else:
                    words.append(word)
        except ValueError:  # a quote that goes on over lines
            words = line.split()
        yield tuple(words)


def steps(given: Given) -> Iterator[tuple[str, Mapping]]:
    """Every step of a workflow's jobs, or of a composite action, with where it stands."""
    whole = mapping(given.document())
    for name, job in mapping(whole.get("jobs")).items():
        for index, step in enumerate(entries(mapping(job).get("steps"))):
            yield f"jobs.{name}.steps[{index}]", mapping(step)
    for index, step in enumerate(entries(mapping(whole.get("runs")).get("steps"))):
        yield f"runs.steps[{index}]", mapping(step)


def scripts(given: Given) -> Iterator[tuple[str, str]]:
    """Every piece of shell in a file: the `run:` of steps, `script:` of GitLab, or the file."""
    if not given.name.endswith((".yml", ".yaml")):
        yield given.name, given.text
        return
    for where, step in steps(given):
        if isinstance(step.get("run"), str):
            yield f"{where}.run", str(step["run"])
    for name, job in mapping(given.document()).items():
        lines = [each for each in entries(mapping(job).get("script")) if isinstance(each, str)]
        if lines:
            yield f"{name}.script", "\n".join(lines)


def looks_like_yaml(given: Given) -> bool:
    """Whether it can be read as a workflow at all."""
    try:
        return bool(mapping(given.document()))
    except UnreadableError:
        return False


def benchmarked(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """The paths that a `pytest` command runs; None for a command that is none."""
    names = [word.rpartition("/")[2] for word in words]
    if "pytest" not in names and "py.test" not in names:
        return None
    at = names.index("pytest") if "pytest" in names else names.index("py.test")
    paths, skip = [], False
    for word in words[at + 1 :]:
        if skip:
            skip = False
        elif word in _WITH_VALUE:
            skip = True
        elif not word.startswith(("-", ">", "$", "2>")) and "=" not in word:
            paths.append(word)
    return tuple(path.rstrip("/") for path in paths)
