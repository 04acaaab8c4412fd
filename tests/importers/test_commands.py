from __future__ import annotations

import pytest

from gate.importers import Given
from gate.importers.commands import benchmarked, commands, scripts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a b", [("a", "b")]),
        ("a && b || c; d | e &", [("a",), ("b",), ("c",), ("d",), ("e",), ()]),
        ("a \\\n  'b c' # d", [("a", "b c")]),
        ("(a $(rm -rf x))", [(), ("a", "$"), ("rm", "-rf", "x"), ()]),
        ("a 'b", [("a", "'b")]),
        ("", []),
    ],
)
def test_a_script_is_split_and_never_run(text: str, words: list[tuple[str, ...]]) -> None:
    assert list(commands(text)) == words


@pytest.mark.parametrize(
    ("line", "paths"),
    [
        ("pytest a/ b.py::t -k 'x y' --benchmark-json o -q", ("a", "b.py::t")),
        (".venv/bin/pytest", ()),
        ("uv run pytest bench --x=y A=b > out", ("bench",)),
        ("python bench.py", None),
    ],
)
def test_the_paths_of_a_pytest_command(line: str, paths: tuple[str, ...] | None) -> None:
    words = next(commands(line))
    found = benchmarked(words)
    assert (found[: len(paths)] if found and paths else found) == paths


def test_the_shell_of_a_gitlab_job_and_of_a_composite_action_is_found() -> None:
    gitlab = Given("ci.yml", "bench: {script: [a, b]}\nother: {stage: x}")
    assert list(scripts(gitlab)) == [("bench.script", "a\nb")]
    action = Given("action.yml", "runs: {steps: [{run: a}, {uses: b}]}")
    assert list(scripts(action)) == [("runs.steps[0].run", "a")]
