from __future__ import annotations

import pytest

from gate.core.reasons import Code, because
from gate.core.sample import Values
from gate.core.sli import parse_sli
from gate.runners.lighthouse.questions import Wanted, answer, wanted_of
from gate.runners.lighthouse.targets import targets_of
from gate.seams.runner import Found, NotFound, Question
from tests.runners.lighthouse.support import BASE, ask, options, sample

BUY = {"buy": [{"goto": "/"}, {"click": "#buy"}]}
TARGETS = targets_of(options(pages={"home": "/", "cart": "/cart"}, flows=BUY), BASE)
PAGE = sample("page-13.5.0-mobile-simulate")


@pytest.mark.parametrize(
    ("sli", "each", "asked"),
    [
        ("lcp", "page", ["median(lcp{page:home})", "median(lcp{page:cart})"]),
        ("lcp{page:cart}", "", ["median(lcp{page:cart})"]),
        ("inp", "flow", ["median(inp{flow:buy})"]),
        ("tbt", "flow", ["median(tbt{flow:buy})"]),
        (
            "transfer{type:script}",
            "page",
            ["median(transfer{page:home,type:script})", "median(transfer{page:cart,type:script})"],
        ),
    ],
)
def test_a_question_asks_for_each_member(sli: str, each: str, asked: list[str]) -> None:
    wanted = wanted_of(ask(sli, each=each), TARGETS)
    assert not isinstance(wanted, NotFound)
    assert [str(one.sli) for one in wanted] == asked


def test_each_type_of_a_page_is_asked_for() -> None:
    wanted = wanted_of(ask("transfer{page:home}", each="type"), TARGETS)
    assert not isinstance(wanted, NotFound)
    assert len(wanted) == 9


@pytest.mark.parametrize(
    ("sli", "each", "said"),
    [
        pytest.param("lcp{page:hoem}", "", "the budget declares pages home, cart", id="mistyped"),
        pytest.param("inp{flow:sell}", "", "the budget declares flows buy", id="another flow"),
        pytest.param("lcp", "", "no page and no flow", id="neither"),
        pytest.param("tbt{page:home,flow:buy}", "", "a page and a flow", id="both"),
        pytest.param("tbt{flow:buy}", "page", "a page and a flow", id="each page of a flow"),
        pytest.param("transfer{page:home,type:js}", "", "types are total, script", id="a type"),
        pytest.param("transfer", "type", "no page and no flow", id="each type of no page"),
        pytest.param("lcp", "device", "declares no devices", id="a tag without members"),
    ],
)
def test_what_is_not_declared_is_not_found(sli: str, each: str, said: str) -> None:
    lacking = wanted_of(ask(sli, each=each), TARGETS)
    assert isinstance(lacking, NotFound)
    assert lacking.reason.code is Code.NOTHING_MATCHED
    assert said in lacking.reason.sentence


def test_an_answer_holds_the_one_value_of_the_load() -> None:
    (wanted,) = _wanted("lcp{page:home}")
    found = answer(wanted, lambda _: PAGE)
    assert isinstance(found, Found)
    assert isinstance(found.data, Values)
    assert found.data.values == pytest.approx((2.4189806,))
    assert "LCP element" in dict(found.facts)


def test_a_page_without_a_report_answers_with_its_reason() -> None:
    (wanted,) = _wanted("lcp{page:home}")
    why = because(Code.PAGE_FAILED, page="home", detail="it is gone")
    assert answer(wanted, lambda _: why) == NotFound(wanted.objective, wanted.sli, why)


def test_a_flow_in_which_nothing_happened_has_no_inp() -> None:
    (wanted,) = _wanted("inp{flow:buy}")
    lacking = answer(wanted, lambda _: PAGE)
    assert isinstance(lacking, NotFound)
    assert lacking.reason.code is Code.ZERO_SAMPLES
    assert "no interaction was seen in flow buy" in lacking.reason.sentence


def _wanted(sli: str) -> tuple[Wanted, ...]:
    wanted = wanted_of(Question("o", parse_sli(sli).with_statistic("median")), TARGETS)
    assert not isinstance(wanted, NotFound)
    return wanted
