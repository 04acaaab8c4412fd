"""Units over a collector that plays: order, answers, load, failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from gate.core.reasons import Code, Reason, because
from gate.runners.lighthouse.answers import Collected, Loaded
from gate.runners.lighthouse.session import LighthouseSession
from gate.runners.lighthouse.targets import Target, targets_of
from gate.seams.runner import Load, Question, Ready, UnitAnswer, UnitFailed
from gate.testing.answers import check_answer
from tests.runners.lighthouse.support import BASE, ask, expected, having, options, sample

PAGES = {"home": "/", "cart": "/cart", "pay": "/pay"}
BUY = {"buy": [{"goto": "/"}, {"click": "#buy"}]}
TARGETS = targets_of(options(pages=PAGES, flows=BUY), BASE)
PAGE = sample("page-13.5.0-mobile-simulate")
HOME = Loaded(PAGE)
FLOW = Loaded(sample("flow-13.5.0-devtools"), (f"{BASE}/",))
CRASH = because(Code.TOOL_CRASHED, tool="lighthouse", exit=1, detail="x")


@dataclass
class Playing:
    """A collector with answers made before; keeps the orders that it was asked for."""

    answers: Mapping[str, Loaded | Reason] | UnitFailed
    orders: list[tuple[str, ...]] = field(default_factory=list)

    def collect(self, targets: tuple[Target, ...], index: int) -> Collected | UnitFailed:
        self.orders.append(tuple(target.title for target in targets))
        return self.answers if isinstance(self.answers, UnitFailed) else Collected(self.answers, 9)


def session(
    *questions: Question, answers: Mapping[str, Loaded | Reason] | UnitFailed
) -> LighthouseSession:
    return LighthouseSession(Ready((), ()), questions, TARGETS, Playing(answers), expected())


def test_only_what_is_asked_for_is_measured_and_the_order_turns() -> None:
    asked = (ask("lcp{page:home}"), ask("lcp{page:pay}"), ask("inp{flow:buy}"))
    playing = Playing({})
    open_session = LighthouseSession(Ready((), ()), asked, TARGETS, playing, expected())
    for index in range(4):
        open_session.unit(index)
    assert playing.orders == [
        ("home", "pay", "flow buy"),
        ("pay", "flow buy", "home"),
        ("flow buy", "home", "pay"),
        ("home", "pay", "flow buy"),
    ]


def test_a_unit_answers_pages_and_flows_and_says_what_it_did() -> None:
    asked = (ask("lcp{page:home}"), ask("cls{page:home}"), ask("inp{flow:buy}"))
    answer = session(*asked, answers={"page-0": HOME, "flow-0": FLOW}).unit(1)
    assert isinstance(answer, UnitAnswer)
    check_answer(answer, asked)
    assert answer.not_found == ()
    assert dict(answer.found[0].facts)["order in the last unit"] == "flow buy, home"
    assert answer.load == Load(requests=4, seconds=9)
    assert answer.tool_seconds == 9


def test_a_page_that_failed_leaves_the_others_alone() -> None:
    asked = (ask("lcp", each="page"),)
    cart = Loaded(having(PAGE, f"{BASE}/login", "mainDocumentUrl"))
    late = because(Code.TOOL_TIMED_OUT, tool="lighthouse", seconds=3)
    answer = session(*asked, answers={"page-0": HOME, "page-1": cart, "page-2": late}).unit(0)
    assert isinstance(answer, UnitAnswer)
    check_answer(answer, asked)
    assert [str(found.sli) for found in answer.found] == ["median(lcp{page:home})"]
    assert [lacking.reason.code for lacking in answer.not_found] == [
        Code.PAGE_FAILED,
        Code.TOOL_TIMED_OUT,
    ]
    assert answer.load is None


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        pytest.param({"page-0": CRASH}, Code.TOOL_CRASHED, id="the tool broke"),
        pytest.param({}, Code.OUTPUT_EMPTY, id="the tool said nothing"),
        pytest.param(UnitFailed(CRASH), Code.TOOL_CRASHED, id="the collector gave up"),
    ],
)
def test_a_unit_without_any_page_is_tried_again(
    answers: dict[str, Loaded | Reason] | UnitFailed, code: Code
) -> None:
    failure = session(ask("lcp{page:home}"), answers=answers).unit(0)
    assert isinstance(failure, UnitFailed)
    assert (failure.reason.code, failure.again) == (code, True)


def test_nothing_is_measured_for_questions_that_match_nothing() -> None:
    asked = (ask("lcp{page:hoem}"),)
    playing = Playing({})
    answer = LighthouseSession(Ready((), ()), asked, TARGETS, playing, expected()).unit(0)
    assert isinstance(answer, UnitAnswer)
    check_answer(answer, asked)
    assert playing.orders == []


@pytest.mark.parametrize(
    ("landings", "said"),
    [
        ((f"{BASE}/login",), "in flow buy did not load: it ended at /login"),
        ((), "0 of 1 pages were reached"),
    ],
)
def test_a_flow_that_went_elsewhere_is_no_measurement(landings: tuple[str, ...], said: str) -> None:
    asked = (ask("inp{flow:buy}"),)
    answer = session(*asked, answers={"flow-0": Loaded(FLOW.lhr, landings)}).unit(0)
    assert isinstance(answer, UnitAnswer)
    assert said in answer.not_found[0].reason.sentence
