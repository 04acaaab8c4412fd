"""A noun in the singular for one, and for nothing else."""

from __future__ import annotations

import pytest

from gate.core.counted import counted


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 commits"), (1, "1 commit"), (2, "2 commits"), (21, "21 commits")]
)
def test_a_number_is_written_with_its_noun(number: int, words: str) -> None:
    assert counted(number, "commit") == words
