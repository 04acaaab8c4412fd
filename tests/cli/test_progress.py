"""Progress in a log: one line an event, and after each look what is open and why."""

from __future__ import annotations

import pytest

from gate.app.progress import Waiting
from gate.cli.progress import Lines


def waiting(count: int) -> tuple[Waiting, ...]:
    return tuple(Waiting(f"api/p{n}(t)", "the data cannot tell", 3 * (n % 2)) for n in range(count))


@pytest.mark.parametrize(
    ("decided", "count", "lines"),
    [
        pytest.param(1, 0, ["decided: 1 of 1 objective"], id="all of one"),
        pytest.param(
            4,
            2,
            [
                "decided: 4 of 6 objectives",
                "still open: api/p0(t): the data cannot tell; no more repeats",
                "still open: api/p1(t): the data cannot tell; at most 3 more repeats",
            ],
            id="two are open",
        ),
    ],
)
def test_a_look_says_what_is_decided_and_what_is_open(
    decided: int, count: int, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Lines().looked(decided, waiting(count))
    assert capsys.readouterr().err == "".join(f"  {line}\n" for line in lines)


def test_of_many_the_first_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    Lines().looked(0, waiting(7))
    told = capsys.readouterr().err.splitlines()
    assert (len(told), told[-1]) == (7, "  and 2 more that are still open")


def test_a_name_writes_no_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    Lines().looked(0, (Waiting("b/x\n::error::y", "why\x1b[31m", 1),))
    told = capsys.readouterr().err
    assert len(told.splitlines()) == 2
    assert "\x1b" not in told
