from __future__ import annotations

import pytest

from gate.runners.k6.progress import Progress, Unsaid, read_progress

LINE = "running ({at}), {users} VUs, 4 complete and {n} interrupted iterations\n"


def line(n: int, at: str = "04.0s", users: str = "00/13") -> str:
    return LINE.format(n=n, at=at, users=users)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("", Unsaid(), id="nothing"),
        pytest.param("3 interrupted iterations\n", Unsaid(), id="something else"),
        pytest.param(line(0), Progress(0), id="none"),
        pytest.param(line(0, at="3.0s") + line(2), Progress(2), id="the last has the most"),
        pytest.param(line(2).replace("\n", "\r\n"), Progress(2), id="another line end"),
        pytest.param(line(2) + "report\n" + line(0), Progress(2), id="a script's own line last"),
        pytest.param(f"a ✓ [ 100% ] 1 VUs\n{line(7, users='0/1')}", Progress(7), id="one user"),
    ],
)
def test_the_iterations_that_were_interrupted_are_in_the_progress(
    said: str, expected: Progress | Unsaid
) -> None:
    assert read_progress(said.encode()) == expected
