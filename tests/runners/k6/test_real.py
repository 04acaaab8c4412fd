from __future__ import annotations

from pathlib import Path

import pytest

from gate.core.sample import Counts, Values
from gate.seams.runner import Refused, UnitAnswer
from gate.tools import Found
from tests.runners.k6.real import Load, data, reasons
from tests.runners.k6.site import Site

pytestmark = pytest.mark.needs_k6

GET = "http.get(`${__ENV.BASE}/ok`, { tags: { op: 'read' } });"
HTTP = "import http from 'k6/http';\n"
THREE = "export const options = { vus: 1, iterations: 3 };\n"
PLAIN = f"{HTTP}{THREE}export default function () {{ {GET} }}\n"
NAMED = "scenarios: { main: { executor: 'per-vu-iterations', vus: 1, iterations: 3, exec: 'go' } }"

SCRIPTS = {
    "ES module": ("load/main.js", PLAIN),
    "strange characters in its path": ("load #1/100 %20/mäin.js", PLAIN),
    "TypeScript": (
        "load/main.ts",
        (
            f"{HTTP}interface A {{ n: number }}\n{THREE}"
            f"export default function (): void {{ const a: A = {{ n: 1 }}; {GET} }}\n"
        ),
    ),
    "CommonJS": (
        "load/main.js",
        (
            f"const http = require('k6/http');\nmodule.exports.options = {{ {NAMED} }};\n"
            "module.exports.setup = () => 5;\n"
            f"module.exports.go = (d) => {{ if (d === 5) {{ {GET} }} }};\n"
        ),
    ),
    "no default export": (
        "load/main.js",
        f"{HTTP}export const options = {{ {NAMED} }};\nexport function go() {{ {GET} }}\n",
    ),
    "no options": (
        "load/main.js",
        f"{HTTP}export default function () {{ {GET} {GET} {GET} }}\n",
    ),
    "fewer system tags": (
        "load/main.js",
        (
            f"{HTTP}export const options = {{ vus: 1, iterations: 3, systemTags: ['url'] }};\n"
            f"export default function () {{ {GET} }}\n"
        ),
    ),
    "its own summary": (
        "load/main.js",
        f"{PLAIN}export function handleSummary(d) {{ return {{ 'own.txt': 'own' }}; }}\n",
    ),
    "its own summary that throws": (
        "load/main.js",
        f"{PLAIN}export function handleSummary(d) {{ throw new Error('no'); }}\n",
    ),
    "its own asynchronous summary": (
        "load/main.js",
        f"{PLAIN}export async function handleSummary(d) {{ return {{ 'own.txt': 'own' }}; }}\n",
    ),
    "asynchronous parts": (
        "load/main.js",
        (
            f"{HTTP}{THREE}export async function setup() {{ return 7; }}\n"
            f"export default async function (d) {{ if (d === 7) {{ {GET} }} }}\n"
            "export async function teardown(d) {}\n"
        ),
    ),
}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_runs_as_it_is(kind: str, load: Load, site: Site) -> None:
    name, text = SCRIPTS[kind]
    script = load.write(text, name)
    answer = load.answer(script, ("http_req_duration{op:read}", "http_req_failed"))
    found = data(answer)
    assert found["p95(http_req_duration{op:read})"].n == 3
    assert found["rate(http_req_failed)"] == Counts(0, 3)
    assert answer.load is not None
    assert answer.load.requests == site.requests.total() == 3
    assert (load.root / name).read_text(encoding="utf-8") == text
    own = load.root / "own.txt"
    assert own.exists() == ("own.txt" in text)


MANY = """\
import http from 'k6/http';
import { check } from 'k6';
import { Counter, Trend } from 'k6/metrics';
import { path } from '../lib/path.js';
const wait = new Trend('wait', true);
const errors = new Counter('errors');
export const options = {
  scenarios: {
    warm: { executor: 'per-vu-iterations', vus: 1, iterations: 2, exec: 'warm' },
    main: { executor: 'per-vu-iterations', vus: 2, iterations: 10, exec: 'main' },
  },
  thresholds: {
    http_req_failed: ['rate<0.9'],
    'http_req_duration{op:read}': ['p(95)<5000', { threshold: 'max<9000', abortOnFail: true }],
    'http_req_duration{op:typo}': ['p(95)<200'],
    wait: ['avg<1000'],
    errors: ['count==0'],
  },
};
export function setup() { http.get(`${__ENV.BASE}/setup`); }
export function warm() { http.get(`${__ENV.BASE}/warm`); }
export function main() {
  const read = http.get(`${__ENV.BASE}${path}`, { tags: { op: 'read', name: 'GET ok' } });
  http.get(`${__ENV.BASE}/half`, { tags: { op: 'write', name: 'GET half' } });
  check(read, { good: (r) => r.status === 200 });
  wait.add(read.timings.waiting, { op: 'read' });
}
"""
METRICS = {"errors": {"type": "counter", "better": "lower"}}


@pytest.fixture
def many(load: Load) -> str:
    load.write("export const path = '/ok';\n", "lib/path.js")
    return load.write(MANY)


def test_everything_is_answered_once(load: Load, many: str, site: Site) -> None:
    slis = (
        "http_req_duration",
        "http_req_duration{op:raed}",
        "http_req_duration{scenario:warm}",
        "share(http_req_duration > 5 s)",
        "http_req_failed",
        "http_reqs",
        "rate(http_reqs)",
        "checks",
        "errors",
        "data_received",
        "iterations_dropped",
    )
    answer = load.answer(
        many,
        slis,
        exclude_scenarios=["warm"],
        metrics=METRICS,
        each={"http_req_duration": "op"},
    )
    found, lacking = data(answer), reasons(answer)
    assert found["p95(http_req_duration{op:read})"].n == 20
    assert found["p95(http_req_duration{op:write})"].n == 10
    assert found["share(http_req_duration > 5 s)"] == Counts(0, 30)
    assert found["rate(http_req_failed)"] == Counts(10, 40)
    assert found["count(http_reqs)"].value == 40
    assert found["rate(http_reqs)"].value > 0
    assert found["rate(checks)"] == Counts(20, 20)
    assert found["count(errors)"].value == 0
    assert found["sum(data_received)"].value > 40 * 12
    assert found["rate(iterations_dropped)"] == Counts(0, 20)
    assert lacking.pop("http_req_duration{op:raed}").endswith("op was 'read', 'write'")
    assert lacking.pop("http_req_duration{scenario:warm}").endswith("scenario was 'main'")
    assert lacking.keys() == {"api/script: http_req_duration{op:typo} p(95)<200"}
    facts = {fact for one in answer.found for fact in one.facts}
    assert ("failed requests", "10 x status 500 at GET half") in facts
    assert answer.load is not None
    assert answer.load.requests == site.requests.total() == 43


def test_the_scripts_thresholds_are_rows(load: Load, many: str) -> None:
    with load.opened(many) as session:
        assert not isinstance(session, Refused), session.reason.sentence
        ready = session.ready
        answer = session.unit(0)
    assert {str(one.sli): one.limit.fail for one in ready.declared} == {
        "rate(http_req_failed)": 0.9,
        "p95(http_req_duration{expected_response:any,op:read})": 5.0,
        "max(http_req_duration{expected_response:any,op:read})": 9.0,
        "p95(http_req_duration{expected_response:any,op:typo})": 0.2,
        "mean(wait)": 1.0,
        "count(errors)": 0.0,
    }
    assert isinstance(answer, UnitAnswer)
    answered = data(answer, script=True)
    assert answered["rate(http_req_failed)"] == Counts(10, 43)
    assert isinstance(answered["mean(wait)"], Values)
    assert answered["count(errors)"].value == 0


def test_the_shape_is_the_same_in_two_checkouts(
    load: Load, many: str, tmp_path: Path, k6: Found, site: Site
) -> None:
    other = Load(tmp_path / "else where", k6, "http://localhost:1")
    other.write("export const path = '/ok';\n", "lib/path.js")
    other.write(MANY)
    shapes = []
    for each in (load, other):
        with each.opened(many) as session:
            assert not isinstance(session, Refused), session.reason.sentence
            shapes.append(session.ready.shape)
    assert shapes[0] == shapes[1]
    other.write("export const path = '/else';\n", "lib/path.js")
    with other.opened(many) as session:
        assert not isinstance(session, Refused)
        assert dict(session.ready.shape)["script"] != dict(shapes[0])["script"]
        assert dict(session.ready.shape)["load"] == dict(shapes[0])["load"]


def test_the_environment_cannot_wipe_the_scenarios(load: Load, many: str) -> None:
    load.env |= {"K6_VUS": "1", "K6_ITERATIONS": "1", "K6_NO_SUMMARY": "true", "K6_TAGS": "a=b"}
    load.env |= {"K6_OUT": "csv=own.csv", "K6_SUMMARY_MODE": "full", "K6_LOG_OUTPUT": "none"}
    answer = load.answer(many, ("iterations",))
    assert data(answer)["count(iterations)"].value == 22
    assert (load.root / "own.csv").read_text().startswith("metric_name")


def test_the_budgets_variables_are_seen_by_the_script(load: Load, site: Site) -> None:
    script = load.write(f"{HTTP}{THREE}export default () => http.get(__ENV.BASE + __ENV.WHERE);\n")
    load.answer(script, env={"WHERE": "/there"})
    assert site.requests == {"/there": 3}


def test_half_of_the_requests_failing_is_measured(load: Load) -> None:
    script = load.write(
        f"{HTTP}export const options = {{ vus: 1, iterations: 10 }};\n"
        "export default () => http.get(`${__ENV.BASE}/half`);\n"
    )
    found = data(load.answer(script))
    assert found["rate(http_req_failed)"] == Counts(5, 10)
    assert found["p95(http_req_duration)"].n == 5
