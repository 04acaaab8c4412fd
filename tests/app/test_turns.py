from __future__ import annotations

import pytest

from gate.app.turns import base_first


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1])
def test_each_goes_first_equally_often_and_never_twice_in_a_row_of_two(seed: int) -> None:
    firsts = [base_first(seed, "bench", unit) for unit in range(40)]
    assert sum(firsts) == 20
    assert all(one != two for one, two in zip(firsts[::2], firsts[1::2], strict=True))


def test_the_order_is_that_of_the_seed_and_differs_between_budgets() -> None:
    def drawn(seed: int, budget: str) -> list[bool]:
        return [base_first(seed, budget, unit) for unit in range(40)]

    assert drawn(7, "bench") == drawn(7, "bench")
    assert drawn(7, "bench") != drawn(8, "bench")
    assert drawn(7, "bench") != drawn(7, "api")
