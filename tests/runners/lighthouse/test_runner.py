"""The runner as the gate sees it: the contract with a fake Node, and how a job opens."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from gate.core.reasons import Code, Reason
from gate.runners.lighthouse import RUNNER
from gate.runners.lighthouse.runner import base_of
from gate.runners.registry import find
from gate.seams.runner import Refused
from gate.testing.fake_program import Behaviour, Fake
from gate.testing.runner_contract import Case, RunnerContract, question
from tests.runners.lighthouse.support import (
    BASE,
    ask,
    fake_tools,
    job,
    line,
    options,
    sample,
    without,
)

PAGE = sample("page-13.5.0-mobile-simulate")
FLOW = sample("flow-13.5.0-devtools")
LANDINGS = [{"asked": f"{BASE}/", "ended": f"{BASE}/"}]
WHOLE = line("page-0", PAGE) + line("flow-0", FLOW, landings=LANDINGS)
PART = line("page-0", without(PAGE, "audits", "largest-contentful-paint")) + line(
    "flow-0", without(FLOW, "audits", "interaction-to-next-paint"), landings=LANDINGS
)
PAGES: dict[str, Any] = {"home": "/"}
FLOWS: dict[str, Any] = {"buy": [{"goto": "/"}, {"click": "#buy"}]}


class TestLighthouse(RunnerContract):
    def case(self, behaviour: Behaviour, place: Path) -> Case:
        fake = Fake(output=WHOLE, partial=PART, flag="--out=")
        asked = (
            question("web/lcp", "median(lcp)", each="page"),
            question("web/inp", "median(inp{flow:buy})"),
        )
        env = fake_tools(place, fake, behaviour)
        return Case(RUNNER, options(pages=PAGES, flows=FLOWS), asked, place, env)


def test_the_registry_knows_it() -> None:
    assert find("lighthouse") is RUNNER


@pytest.mark.parametrize(
    ("keys", "env", "base"),
    [
        pytest.param({"pages": PAGES, "base": BASE}, {}, BASE, id="the budget says it"),
        pytest.param(
            {"pages": PAGES, "base": None},
            {"SHOP_URL": BASE, "SEED": "7"},
            BASE,
            id="the one URL that the service exports",
        ),
        pytest.param(
            {"pages": PAGES, "base": None},
            {"SHOP_URL": BASE, "PROXY": "http://proxy"},
            BASE,
            id="what we have too is no export",
        ),
        pytest.param(
            {"pages": {"a": "https://example.com/"}, "base": None}, {}, "", id="none is needed"
        ),
    ],
)
def test_paths_are_below_the_base(keys: dict[str, Any], env: dict[str, str], base: str) -> None:
    assert base_of(options(**keys), env, {"PROXY": "http://proxy"}) == base


@pytest.mark.parametrize(
    ("env", "said"),
    [
        pytest.param({}, "the service exports no URL", id="none"),
        pytest.param({"A": BASE, "B": "http://127.0.0.1:1"}, "exports 2 URLs: A, B", id="two"),
    ],
)
def test_a_base_that_nobody_says_is_asked_for(env: dict[str, str], said: str) -> None:
    reason = base_of(options(pages=PAGES, base=None), env, {})
    assert isinstance(reason, Reason)
    assert said in reason.sentence
    assert "base: ${NAME}" in reason.remedy


def test_a_lighthouserc_that_cannot_be_read_refuses_the_job(tmp_path: Path) -> None:
    env = fake_tools(tmp_path, Fake(output=b""))
    keys = {"pages": PAGES, "collect": "lhci", "lighthouserc": "rc.json"}
    with RUNNER.open(job(tmp_path, env), options(**keys)) as session:
        assert isinstance(session, Refused)
        assert session.reason.code is Code.NOTHING_MATCHED


def test_the_shape_says_what_the_numbers_depend_on(tmp_path: Path) -> None:
    env = fake_tools(tmp_path, Fake(output=WHOLE, flag="--out="))
    keys = {
        "pages": {"home": "/", "cart": {"url": "/cart", "lands_on": "/basket"}},
        "flows": FLOWS,
        "headers": {"Authorization": "Bearer planted-secret"},
        "hosts": ["cdn.example.com"],
        "form_factor": "desktop",
    }
    asked = (ask("lcp", each="page"), ask("inp{flow:buy}"), ask("lcp{page:hoem}"))
    with RUNNER.open(job(tmp_path, env, *asked), options(**keys)) as session:
        assert not isinstance(session, Refused)
        ready = session.ready
    assert ready.shape == (
        ("collect", "direct"),
        ("form factor", "desktop"),
        ("throttling", "simulate"),
        ("lighthouse", "13.5"),
        ("chrome", "156"),
        ("headers", "Authorization"),
        ("hosts", "cdn.example.com"),
    )
    assert ready.shapes == {
        "web/lcp": (("page home", "/"), ("page cart", "/cart -> /basket")),
        "web/inp{flow:buy}": (("flow buy", "goto /; click #buy"),),
    }


def test_folders_of_a_gate_that_was_killed_are_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ours = tmp_path / f"perfgate-chrome-{os.getpid()}-abc123"
    left = tmp_path / "perfgate-chrome-4194399-abc123"
    other = tmp_path / "perfgate-chrome-notes"
    for folder in (ours, left, other):
        folder.mkdir()
    (left / "profile").write_text("x", encoding="utf-8")
    env = fake_tools(tmp_path / "tools", Fake(output=b""))
    with RUNNER.open(job(tmp_path / "tree", env), options(pages=PAGES)):
        assert (ours.exists(), left.exists(), other.exists()) == (True, False, True)
