from __future__ import annotations

import pytest

from tests.helpers.importing import ours, read, reasons


def _workflow(inputs: str, run: str = "pytest tests/bench --benchmark-json o.json") -> str:
    return (
        f"on: push\njobs:\n  b:\n    steps:\n      - run: {run}\n"
        f"      - uses: benchmark-action/github-action-benchmark@v1\n        with: {{{inputs}}}\n"
    )


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        pytest.param("tool: pytest", "time: tolerance 100%, not blocking", id="200% by default"),
        pytest.param(
            "tool: pytest, alert-threshold: '120%', fail-on-alert: true",
            "time: tolerance 20%",
            id="fail-on-alert closes the build",
        ),
        pytest.param(
            "tool: pytest, alert-threshold: '110%', fail-threshold: '150%', fail-on-alert: 'true'",
            "time: tolerance warn 10%, fail 50%",
            id="alert warns, fail fails",
        ),
        pytest.param(
            "tool: pytest, alert-threshold: 1.5, fail-on-alert: true",
            "time: tolerance 50%",
            id="a ratio",
        ),
    ],
)
def test_a_threshold_is_a_tolerance_of_every_test(inputs: str, promise: str) -> None:
    imported = read("github-action-benchmark", _workflow(inputs), ".github/workflows/b.yml")
    assert ours(imported) == [promise]
    (draft,) = imported.drafts
    assert {line.key: line.value for line in draft.head}["paths"] == ("tests/bench",)
    assert draft.promises[0].each == "test"


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ("tool: cargo", "perfgate has no runner for its output"),
        ("tool: pytest, alert-threshold: much", "expected thresholds"),
    ],
)
def test_what_cannot_be_kept_says_why(inputs: str, why: str) -> None:
    imported = read("github-action-benchmark", _workflow(inputs), "b.yml")
    assert imported.drafts == ()
    assert why in reasons(imported)
