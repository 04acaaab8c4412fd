from __future__ import annotations

import pytest

from tests.helpers.importing import ours, read, reasons

_LATENCY = "--adapter python_pytest --err --threshold-measure latency --threshold-test"


@pytest.mark.parametrize(
    ("flags", "promise"),
    [
        pytest.param(
            f"{_LATENCY} percentage --threshold-upper-boundary 0.25",
            "time: tolerance 25%",
            id="a part of the mean is a tolerance",
        ),
        pytest.param(
            f"{_LATENCY}=static --threshold-upper-boundary=5000",
            "time: limit 5000 ns",
            id="static is a limit in nanoseconds",
        ),
        pytest.param(
            f"{_LATENCY} percentage --threshold-upper-boundary 0.1".replace("--err ", ""),
            "time: tolerance 10%, not blocking",
            id="without --err nothing closes the build",
        ),
    ],
)
def test_a_threshold_is_a_bound_of_every_test(flags: str, promise: str) -> None:
    line = f'bencher run --project p {flags} "pytest tests/b --benchmark-json r" --file r'
    imported = read("bencher", line, "ci.sh")
    assert ours(imported) == [promise]
    (draft,) = imported.drafts
    assert {each.key: each.value for each in draft.head}["paths"] == ("tests/b",)


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (f"{_LATENCY} t_test --threshold-upper-boundary 0.99", "a bound of chance"),
        (f"{_LATENCY} percentage", "no upper boundary"),
        ("--adapter rust_criterion --threshold-measure latency", "no runner for its output"),
        ("--threshold-measure latency", "which tool"),
        ("--adapter python_pytest", "Bencher's server holds them"),
    ],
)
def test_what_cannot_be_kept_says_why(flags: str, why: str) -> None:
    imported = read("bencher", f"x && bencher run {flags} -- pytest t", "ci.sh")
    assert imported.drafts == ()
    assert why in reasons(imported)


def test_a_workflow_is_read_over_its_lines() -> None:
    text = (
        "jobs:\n  b:\n    steps:\n      - run: |\n          bencher run \\\n"
        f"            {_LATENCY} percentage \\\n            --threshold-upper-boundary 0.2 \\\n"
        "            pytest bench/ -k fast\n"
    )
    imported = read("bencher", text, ".github/workflows/b.yml")
    assert ours(imported) == ["time: tolerance 20%"]
