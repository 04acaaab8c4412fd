"""The committed JSON Schemas are those of the models, and agree with what reading refuses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import gate.spec
from gate.core.units import Dimension, UnitError, parse_quantity
from gate.runners import registry
from gate.spec.fields import pattern_of
from gate.spec.schema import KINDS, as_text, schema, schemas
from gate.spec.yaml_read import read_document
from tests.spec.fakes import RUNNERS

FOLDER = Path(gate.spec.__file__).parent
ROOT = Path(__file__).resolve().parents[2]
BAD = Path(__file__).parent / "bad"

EXAMPLES = {
    "services.yml": """\
shop:
  command: [python, -m, shop, --port, "{port}"]
  cwd: examples/shop
  prepare: [[npm, ci], npm run build]
  env: {SHOP_SEED: "7"}
  ready: http://127.0.0.1:{port}/healthz
  timeout: 30 s
  port: auto
  exports: {SHOP_URL: "http://127.0.0.1:{port}"}
""",
    "api.yml": """\
runner: k6
service: shop
script: examples/shop/load/browse.js
owner: team-shop
repeat: {min: 3, max: 7}
defaults: {tolerance: 10%, weight: 2}
objectives:
  - sli: p95(http_req_duration{op:read})
    limit: 300 ms
  - sli: p95(http_req_duration{op:write})
    limit: {warn: 600 ms, fail: 700 ms}
    tolerance: {warn: 5%, fail: 10%, floor: 5 ms}
  - sli: http_req_duration
    limit: {pr: 450 ms, release: {fail: 300 ms}}
    tolerance: none
  - sli: rate(http_reqs)
    limit: at least 150 /s
    detect: 20%
""",
    "web.yml": """\
runner: lighthouse
pages: {home: /, checkout: /checkout}
flows:
  buy:
    - goto: /checkout
    - click: "#pay"
objectives:
  - sli: cls
    limit: 0.1
""",
    "db.yml": """\
runner: postgres
during: api
dsn: ${DATABASE_URL}
objectives:
  - sli: mean(queries_per_request)
    limit: 5
    tolerance: 0%
""",
    "bench.yml": """\
runner: pytest-benchmark
paths: [examples/shop/benchmarks]
python: .venv/bin/python
objectives:
  - {sli: time, each: test, tolerance: 5%}
""",
    "bundle.yml": """\
runner: bundle
files: {app: "examples/shop/dist/assets/*.js"}
objectives:
  - {sli: "size{file:app, encoding:br}", limit: 170 kB, tolerance: -2%}
""",
    "policy.yml": """\
alarm_rate: 1%
time: 10 min
baseline: {store: "git:perfgate-baselines", branches: [main, "release/*"]}
profiles:
  nightly: {only: [api, web, soak], time: 1 h}
  release: {undecided: fail, time: 2 h}
defaults: {tolerance: 5%, repeat: 5}
secrets: [API_KEY]
""",
    "waivers.yml": """\
- objective: web/lcp{page:home}
  bound: limit
  ceiling: 3.1 s
  reason: hero image, fixed by the CDN move
  owner: team-shop
  ticket: SHOP-812
  expires: 2027-01-31
""",
    "accepted.yml": "- {objective: web/lcp, value: 3 s, reason: r, owner: o, until: 2027-01-31}\n",
    "retired.yml": "- {id: web/lcp, reason: r, owner: o}\n",
}


def built_in() -> dict[str, dict[str, Any]]:
    return schemas({name: registry.find(name).options for name in registry.RUNNERS.builtin})


def validator(name: str, known: dict[str, dict[str, Any]]) -> Draft202012Validator:
    return Draft202012Validator(known[name if name in known else "budget"])


@pytest.mark.parametrize("name", KINDS)
def test_the_committed_schema_is_that_of_the_models(
    name: str, request: pytest.FixtureRequest
) -> None:
    file = FOLDER / f"{name}.schema.json"
    text = as_text(built_in()[name])
    if request.config.getoption("--update-golden"):
        file.write_text(text, encoding="utf-8")
    assert file.read_text("utf-8") == text, "pytest --update-golden writes it anew"


@pytest.mark.parametrize("name", KINDS)
def test_every_schema_is_one_of_2020_12(name: str) -> None:
    for known in (schemas(), built_in()):
        Draft202012Validator.check_schema(known[name])
        assert known[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", EXAMPLES)
def test_good_files_are_valid(name: str) -> None:
    document = read_document(EXAMPLES[name].encode(), name)
    assert document.problems == ()
    for known in (built_in(), schemas()):
        errors = list(validator(name.removesuffix(".yml"), known).iter_errors(document.data))
        assert errors == []


def test_the_projects_own_budgets_are_valid() -> None:
    committed = {kind: schema(kind) for kind in KINDS}
    for file in sorted((ROOT / "budgets").glob("*.yml")):
        data = read_document(file.read_bytes(), file.name).data
        errors = [error.message for error in validator(file.stem, committed).iter_errors(data)]
        assert (file.name, errors) == (file.name, [])


@pytest.mark.parametrize(
    "case",
    [
        *("unknown-key", "unknown-key-of-objective", "unknown-key-of-options", "unknown-runner"),
        *("no-runner", "no-objectives", "objectives-missing", "objective-that-is-text"),
        *("number-instead-of-text", "text-instead-of-truth", "attempts-out-of-range"),
        *("repeat-of-wrong-shape", "timeout-without-unit", "option-of-wrong-type"),
        *("union-option-of-wrong-type", "key-without-value", "default-with-unknown-key"),
        *("limit-of-unknown-unit", "limit-that-is-a-list", "limit-that-only-warns"),
        *("limit-of-profile-with-unknown-key", "tolerance-unknown-key", "list-instead-of-budget"),
    ],
)
def test_what_needs_no_sli_to_be_seen_is_refused_by_the_schema_too(case: str) -> None:
    known = schemas({name: runner.options for name, runner in RUNNERS.items()})
    data = read_document((BAD / f"{case}.yml").read_bytes(), case).data
    assert list(validator("budget", known).iter_errors(data))


def test_one_schema_is_the_committed_one_unless_runners_are_given() -> None:
    assert schema("budget") == built_in()["budget"]
    assert schema("budget", {}) == schemas()["budget"]
    with pytest.raises(KeyError):
        schema("nothing")


def test_without_runners_their_keys_are_free_and_with_them_they_are_not() -> None:
    data = {"runner": "mine", "colour": 1, "objectives": [{"sli": "x", "limit": 1}]}
    assert validator("budget", schemas()).is_valid(data)
    assert not validator("budget", built_in()).is_valid(data)
    assert not validator("budget", built_in()).is_valid({**data, "runner": "k6"})


@given(
    st.from_regex(r"[+-]?[0-9]{0,3}\.?[0-9]{0,2}(e-?[0-9])? ?[a-zA-Z%/]{0,3}", fullmatch=True),
    st.sampled_from(Dimension),
)
def test_the_patterns_of_quantities_agree_with_what_is_read(
    text: str, dimension: Dimension
) -> None:
    matches = bool(re.search(pattern_of(dimension), text, re.ASCII))
    try:
        read = parse_quantity(text).dimension
    except UnitError:
        read = None
    assert matches == (read is dimension)
