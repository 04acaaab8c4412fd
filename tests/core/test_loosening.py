"""What a change loosened is one sentence: what, from what to what, where, and who may allow it."""

from __future__ import annotations

import pytest

from gate.core.loosening import How, Loosening, told
from gate.core.model import Place

NOW, THEN = Place("budgets/web.yml", 14, 5), Place("budgets/web.yml", 12, 5)
LIMIT = ("web/lcp", How.LOOSENED, "the limit", "2.5 s", "3 s")


@pytest.mark.parametrize(
    ("loosening", "sentence"),
    [
        pytest.param(
            Loosening(*LIMIT, NOW, THEN, "team-shop"),
            "web/lcp: the limit was loosened from 2.5 s to 3 s (budgets/web.yml:14); "
            "team-shop may allow it",
            id="loosened",
        ),
        pytest.param(
            Loosening(*LIMIT, NOW, THEN, "team-shop", "release"),
            "web/lcp: the limit was loosened from 2.5 s to 3 s, under the profile release "
            "(budgets/web.yml:14); team-shop may allow it",
            id="under-a-profile",
        ),
        pytest.param(
            Loosening("web/lcp", How.CHANGED, "the tolerance", "10 %", "100 ms"),
            "web/lcp: the tolerance was changed from 10 % to 100 ms; "
            "who reviews the budgets may allow it",
            id="nowhere-and-nobodys",
        ),
        pytest.param(
            Loosening("web/lcp", How.REMOVED, "the limit", "2.5 s", place=NOW),
            "web/lcp: the limit of 2.5 s was removed (budgets/web.yml:14); "
            "who reviews budgets/web.yml may allow it",
            id="removed",
        ),
        pytest.param(
            Loosening("web/lcp", How.DELETED, was=THEN),
            "web/lcp was deleted (it stood at budgets/web.yml:12); "
            "who reviews budgets/web.yml may allow it",
            id="deleted",
        ),
        pytest.param(
            Loosening("the budget web", How.DELETED, old="its 2 objectives", owner="a, b"),
            "the budget web was deleted, with its 2 objectives; a, b may allow it",
            id="a-budget-deleted",
        ),
        pytest.param(
            Loosening("web/lcp", How.RETIRED, new="the page is gone", owner="team-shop"),
            "web/lcp was retired: the page is gone; team-shop answers for it",
            id="retired",
        ),
        pytest.param(
            Loosening("policy", How.SAID, "it signs no release off any more"),
            "policy: it signs no release off any more; who reviews the budgets may allow it",
            id="in-words",
        ),
        pytest.param(told("as an old record said"), "as an old record said", id="of-an-old-record"),
    ],
)
def test_a_loosening_is_one_sentence(loosening: Loosening, sentence: str) -> None:
    assert loosening.sentence == sentence


def test_what_stands_in_a_file_of_its_own_is_not_held() -> None:
    free = {how for how in How if not Loosening("x", how).held}
    assert free == {How.RETIRED, How.ACCEPTED}
