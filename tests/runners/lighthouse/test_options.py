from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gate.core.metric import CatalogueError
from gate.core.sli import parse_sli
from gate.runners.lighthouse import RUNNER
from gate.runners.lighthouse.options import LighthouseOptions
from tests.runners.lighthouse.support import options

HOME = {"home": "/"}
BUY = {"buy": [{"goto": "/checkout"}, {"click": "#pay"}]}


def test_a_page_is_an_address_or_says_where_it_lands() -> None:
    read = options(pages={"home": "/", "account": {"url": "/account", "lands_on": "/login"}})
    assert read.pages["home"].url == "/"
    assert read.pages["account"].lands_on == "/login"


def test_a_flow_has_every_kind_of_step() -> None:
    steps = [
        {"goto": "/search"},
        {"wait_for": "#ready"},
        {"type": {"#query": "shoes"}},
        {"press": "Enter"},
        {"scroll": 400},
        {"click": "text/Buy"},
    ]
    read = options(flows={"search": steps})
    kinds = [step.kind for step in read.flows["search"]]
    assert kinds == ["goto", "wait_for", "type", "press", "scroll", "click"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        pytest.param({}, "at least one page", id="nothing to load"),
        pytest.param({"pages": {}}, "at least one page", id="no page in pages"),
        pytest.param({"pages": {"home": "home"}}, "begins with /", id="a page without a slash"),
        pytest.param({"pages": {"home": "ftp://x/"}}, "http(s) URL", id="another scheme"),
        pytest.param({"pages": {"": "/"}}, "at least 1 character", id="a page without a name"),
        pytest.param({"pages": {"home": 1}}, "valid dictionary", id="a page that is a number"),
        pytest.param({"pages": {"a": {"lands_on": "/"}}}, "Field required", id="no url"),
        pytest.param({"flows": {"buy": []}}, "at least 1 item", id="a flow without steps"),
        pytest.param(
            {"flows": {"buy": [{"click": "#pay"}, {"goto": "/"}]}},
            "begins with `goto:`",
            id="a flow that begins nowhere",
        ),
        pytest.param(
            {"flows": {"buy": [{"goto": "/"}, {"wait_for": "#pay"}]}},
            "needs one of: click, type, press",
            id="a flow that can have no inp",
        ),
        pytest.param(
            {"flows": {"buy": [{"goto": "/", "click": "#pay"}]}},
            "one key of",
            id="a step with two keys",
        ),
        pytest.param(
            {"flows": {"buy": [{"goto": "/"}, {"clik": "#pay"}]}}, "clik", id="a mistyped step"
        ),
        pytest.param(
            {"flows": {"buy": [{"goto": "/"}, {"click": None}]}}, "one key of", id="an empty step"
        ),
        pytest.param(
            {"flows": {"buy": [{"goto": "/"}, {"type": {"#a": "x", "#b": "y"}}]}},
            "at most 1 item",
            id="two texts in one step",
        ),
        pytest.param({"pages": HOME, "base": "shop"}, "http(s) URL", id="a base that is no URL"),
        pytest.param({"pages": HOME, "throttling": "slow"}, "simulate", id="unknown throttling"),
        pytest.param({"pages": HOME, "hosts": ["a, MAP * b"]}, "pattern", id="a rule as a host"),
        pytest.param({"pages": HOME, "page": {}}, "page", id="an unknown key"),
        pytest.param(
            {"flows": BUY, "collect": "lhci"}, "runs no flows", id="flows in Lighthouse CI"
        ),
        pytest.param(
            {"pages": HOME, "lighthouserc": "lighthouserc.json"},
            "`collect: lhci` only",
            id="a lighthouserc that nobody reads",
        ),
        pytest.param(
            {"pages": HOME, "collect": "lhci", "lighthouserc": "a", "form_factor": "desktop"},
            "settings of the lighthouserc",
            id="two places that say the device",
        ),
    ],
)
def test_it_is_refused(keys: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        LighthouseOptions.model_validate(keys)
    assert said in str(caught.value)


def test_inp_is_refused_in_lighthouse_ci() -> None:
    with pytest.raises(CatalogueError, match="no metric 'inp'"):
        RUNNER.catalogue(options(pages=HOME, collect="lhci")).resolve(parse_sli("inp"))


def test_inp_is_known_where_there_is_a_flow() -> None:
    sli, metric = RUNNER.catalogue(options(flows=BUY)).resolve(parse_sli("inp{flow:buy}"))
    assert (str(sli), metric.each) == ("median(inp{flow:buy})", "flow")


def test_a_percentile_of_one_load_is_refused() -> None:
    with pytest.raises(CatalogueError, match="has no statistic 'p95'"):
        RUNNER.catalogue(options(pages=HOME)).resolve(parse_sli("p95(lcp)"))


@pytest.mark.parametrize(
    ("tag", "members"),
    [("page", ("home", "cart")), ("flow", ("buy",)), ("type", 9), ("device", ())],
)
def test_each_spreads_over_what_is_declared(tag: str, members: tuple[str, ...] | int) -> None:
    given = RUNNER.members(options(pages={"home": "/", "cart": "/cart"}, flows=BUY), tag)
    assert (len(given) if isinstance(members, int) else given) == members


def test_the_schema_knows_both_forms_of_a_page() -> None:
    page = LighthouseOptions.model_json_schema()["properties"]["pages"]["additionalProperties"]
    assert {"type": "string"} in page["anyOf"]
