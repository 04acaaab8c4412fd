"""Loads that look like measurements and are none."""

from __future__ import annotations

from typing import Any

import pytest

from gate.core.reasons import Code
from gate.runners.lighthouse.health import flow_problem, page_problem
from tests.runners.lighthouse.support import BASE, Report, expected, having, sample, without

PAGE = sample("page-13.5.0-mobile-simulate")
REQUESTS = ("audits", "network-requests", "details", "items")


def asked_for(url: str, status: int, kind: str, *, finished: bool = True) -> Report:
    """The load with one more request."""
    request = {"url": url, "statusCode": status, "resourceType": kind, "finished": finished}
    known = PAGE["audits"]["network-requests"]["details"]["items"]
    return having(PAGE, [*known, request], *REQUESTS)


@pytest.mark.parametrize(
    ("report", "landing", "other"),
    [
        pytest.param(PAGE, f"{BASE}/", {}, id="the page itself"),
        pytest.param(PAGE, BASE, {}, id="a base without its slash"),
        pytest.param(
            sample("page-12.8.2-desktop-simulate"),
            f"{BASE}/",
            {"lighthouse": "12.8.2", "form_factor": "desktop"},
            id="an older Lighthouse that was asked for",
        ),
        pytest.param(
            sample("page-12.8.2-mobile-provided"),
            f"{BASE}/",
            {"lighthouse": "12.8.2", "form_factor": "", "throttling": ""},
            id="settings that a lighthouserc chose",
        ),
        pytest.param(
            asked_for(f"{BASE}/favicon.ico", 404, "Other"), f"{BASE}/", {}, id="no favicon"
        ),
        pytest.param(
            asked_for(f"{BASE}/me", 401, "Fetch"),
            f"{BASE}/",
            {},
            id="a call that says who you are not",
        ),
        pytest.param(
            asked_for(f"{BASE}/late.png", -1, "Image", finished=False),
            f"{BASE}/",
            {},
            id="an image that was still on its way",
        ),
        pytest.param(
            asked_for(f"{BASE}/old.js", 404, "Script"),
            f"{BASE}/",
            {"may_fail": ("*/old.js",)},
            id="a script that may fail",
        ),
        pytest.param(
            asked_for("https://cdn.example.com/a.mp4", -1, "Media"),
            f"{BASE}/",
            {"closed": False},
            id="a film that an open network stopped",
        ),
    ],
)
def test_a_load_is_believed(report: Report, landing: str, other: dict[str, Any]) -> None:
    assert page_problem(report, "home", landing, expected(**other)) is None


@pytest.mark.parametrize(
    ("report", "other", "code", "said"),
    [
        pytest.param(
            sample("refused-13.5.0"),
            {},
            Code.PAGE_FAILED,
            "CHROME_INTERSTITIAL_ERROR: ",
            id="refused",
        ),
        pytest.param(
            sample("refused-12.8.2"),
            {"lighthouse": "12.8.2"},
            Code.PAGE_FAILED,
            "CHROME_INTERSTITIAL_ERROR: ",
            id="refused, older",
        ),
        pytest.param(
            having(PAGE, f"{BASE}/login?next=/", "mainDocumentUrl"),
            {},
            Code.PAGE_FAILED,
            "page home did not load: it ended at /login, not at /; if it should, say `lands_on:`",
            id="redirected to the login",
        ),
        pytest.param(
            having(PAGE, f"{BASE}/login", "finalDisplayedUrl"),
            {},
            Code.PAGE_FAILED,
            "it ended at /login",
            id="a script that went to the login",
        ),
        pytest.param(
            having(PAGE, "https://sso.example.com/", "mainDocumentUrl"),
            {},
            Code.PAGE_FAILED,
            "it ended at https://sso.example.com/",
            id="another host",
        ),
        pytest.param(
            without(PAGE, "mainDocumentUrl"), {}, Code.PAGE_FAILED, "ended at no page", id="nowhere"
        ),
        pytest.param(
            having(
                PAGE,
                ["The page loaded too slowly to finish within the time limit."],
                "runWarnings",
            ),
            {},
            Code.PAGE_FAILED,
            "too slowly to finish",
            id="never finished",
        ),
        pytest.param(
            asked_for(f"{BASE}/app2.js", 404, "Script"),
            {},
            Code.PAGE_FAILED,
            "/app2.js answered 404; mend it, or name it in `may_fail:`",
            id="a script that is not there",
        ),
        pytest.param(
            asked_for(f"{BASE}/hero.png", 500, "Image"),
            {},
            Code.PAGE_FAILED,
            "/hero.png answered 500",
            id="an image that broke",
        ),
        pytest.param(
            asked_for(f"{BASE}/font.woff2", -1, "Font"),
            {},
            Code.PAGE_FAILED,
            "/font.woff2 did not load",
            id="a font that never came",
        ),
        pytest.param(
            asked_for(f"{BASE}/", 500, "Document"),
            {},
            Code.PAGE_FAILED,
            "/ answered 500",
            id="an error page whose status is ignored",
        ),
        pytest.param(
            asked_for(f"{BASE}/reviews", 404, "Document"),
            {},
            Code.PAGE_FAILED,
            "/reviews answered 404",
            id="a frame that is not there",
        ),
        pytest.param(
            asked_for(f"{BASE}/api/products", 503, "Fetch"),
            {},
            Code.PAGE_FAILED,
            "/api/products answered 503",
            id="a call that broke",
        ),
        pytest.param(
            asked_for("http://cdn.example.com/a.mp4", -1, "Media"),
            {},
            Code.PAGE_FAILED,
            "whose host is not reached; name it in `hosts:`",
            id="a host that we kept it from",
        ),
        pytest.param(
            without(PAGE, "audits", "network-requests"),
            {},
            Code.PAGE_FAILED,
            "no audit network-requests",
            id="requests that are not known",
        ),
        pytest.param(
            PAGE,
            {"lighthouse": "13.4.0"},
            Code.NOT_REPORTED,
            "it comes from Lighthouse 13.5.0, expected 13.4.0",
            id="another Lighthouse",
        ),
        pytest.param(
            PAGE, {"chrome": "15.0.1"}, Code.NOT_REPORTED, "expected Chrome 15", id="another Chrome"
        ),
        pytest.param(
            without(PAGE, "environment"),
            {},
            Code.NOT_REPORTED,
            "an unknown browser",
            id="no browser",
        ),
        pytest.param(
            PAGE,
            {"form_factor": "desktop"},
            Code.NOT_REPORTED,
            "it was measured as mobile, expected desktop",
            id="another device",
        ),
        pytest.param(
            PAGE,
            {"throttling": "provided"},
            Code.NOT_REPORTED,
            "it was throttled by simulate, expected provided",
            id="another throttling",
        ),
        pytest.param({}, {}, Code.NOT_REPORTED, "Lighthouse ?", id="an empty report"),
    ],
)
def test_a_load_is_refused(report: Report, other: dict[str, Any], code: Code, said: str) -> None:
    problem = page_problem(report, "home", f"{BASE}/", expected(**other))
    assert problem is not None
    assert (problem.code, said in problem.sentence) == (code, True), problem.sentence


def test_a_timespan_under_simulation_is_throttled_for_real() -> None:
    flow = sample("flow-13.5.0-devtools")
    assert flow_problem(flow, "buy", expected()) is None
    problem = flow_problem(flow, "buy", expected(throttling="provided"))
    assert problem is not None
    assert problem.code is Code.NOT_REPORTED


def test_a_part_that_a_flow_lost_fails_it() -> None:
    request = {"url": f"{BASE}/pay.js", "statusCode": 404, "resourceType": "Script"}
    flow = having(sample("flow-13.5.0-devtools"), [request], *REQUESTS)
    problem = flow_problem(flow, "buy", expected())
    assert problem is not None
    assert problem.sentence.startswith("page in flow buy did not load: /pay.js answered 404")
