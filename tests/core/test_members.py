from __future__ import annotations

import pytest

from gate.core.members import is_member
from tests.helpers.judging import objective


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("b/median(time{test:a})", True),
        ('b/median(time{test:"a b"})', True),
        ("b/median(time)", False),
        ("b/median(time{page:a})", False),
        ("b/median(time{page:x,test:a})", False),
        ("b/mean(time{test:a})", False),
        ("c/median(time{test:a})", False),
        ("b/not an sli", False),
    ],
)
def test_a_member_is_the_same_sli_with_a_value_of_the_tag(name: str, member: bool) -> None:
    assert is_member(objective(each="test"), name) is member
    assert not is_member(objective(), name)
