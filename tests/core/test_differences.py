from __future__ import annotations

from dataclasses import replace

import pytest

from gate.core.differences import environment_difference, shape_changes, shape_difference
from gate.core.run import Environment
from tests.helpers.judging import ELSEWHERE, HERE, measured, objective

ONE = measured(objective(), (1.0,))


@pytest.mark.parametrize(
    ("shape", "changes", "words"),
    [
        pytest.param((("script", "1"),), (), "the SLI differs", id="nothing"),
        pytest.param(
            (("script", "2"),), (("script", "1", "2"),), "script differs", id="another value"
        ),
        pytest.param(
            (("script", "1"), ("k6", "1.1")), (("k6", "unknown", "1.1"),), "k6 differs", id="more"
        ),
        pytest.param((), (("script", "1", "unknown"),), "script differs", id="less"),
    ],
)
def test_how_both_were_measured(
    shape: tuple[tuple[str, str], ...], changes: tuple[tuple[str, str, str], ...], words: str
) -> None:
    head = replace(ONE, shape=shape)
    assert shape_changes(ONE, head) == changes
    assert shape_difference(ONE, head) == words


@pytest.mark.parametrize(
    ("now", "words"),
    [
        pytest.param(ELSEWHERE, "cpu: A there, B here", id="another processor"),
        pytest.param(
            Environment(HERE.facts, ("cpu",)), "other facts are compared", id="other facts count"
        ),
    ],
)
def test_where_both_were_measured(now: Environment, words: str) -> None:
    assert environment_difference(HERE, now) == words
